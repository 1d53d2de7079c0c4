/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects verdicts in the order of a tree, and prints that. */

#include "guest-owner/report/verdicts.h"

#include <stdio.h>
#include <string.h>

/* Deeper than a report, its key, two authorities and a root */
#define MAX_DEPTH 8

typedef struct Verdict {
    unsigned depth;
    VerdictState state;
    char *name;                 /* of a group: NULL */
    const char *title;          /* the name without what groups add */
    char *text;                 /* may be empty */
} Verdict;

struct Verdicts {
    GArray *list;               /* of Verdict: each before what is in it */
    unsigned depth;
    const char *prefix[MAX_DEPTH];
};

static void clear_verdict(gpointer data)
{
    Verdict *verdict = data;

    g_free(verdict->name);
    g_free(verdict->text);
}

Verdicts *verdicts_new(void)
{
    Verdicts *verdicts = g_new0(Verdicts, 1);

    verdicts->list = g_array_new(FALSE, TRUE, sizeof(Verdict));
    g_array_set_clear_func(verdicts->list, clear_verdict);
    return verdicts;
}

void verdicts_free(Verdicts *verdicts)
{
    if (verdicts) {
        g_array_free(verdicts->list, TRUE);
        g_free(verdicts);
    }
}

static const Verdict *at(const Verdicts *verdicts, guint i)
{
    return &g_array_index(verdicts->list, Verdict, i);
}

void verdicts_open(Verdicts *verdicts, const char *prefix,
                   const char *format, ...)
{
    Verdict verdict = { verdicts->depth, VERDICT_GROUP };
    va_list args;

    va_start(args, format);
    verdict.text = g_strdup_vprintf(format, args);
    va_end(args);
    g_array_append_val(verdicts->list, verdict);
    g_assert(verdicts->depth < MAX_DEPTH);
    verdicts->prefix[verdicts->depth++] = prefix;
}

void verdicts_close(Verdicts *verdicts)
{
    g_assert(verdicts->depth);
    verdicts->depth--;
}

void verdicts_add(Verdicts *verdicts, VerdictState state, const char *name,
                  const char *format, ...)
{
    const char *prefix = verdicts->depth
                         ? verdicts->prefix[verdicts->depth - 1] : NULL;
    Verdict verdict = { verdicts->depth, state };
    va_list args;

    verdict.name = g_strconcat(prefix ? prefix : "", prefix ? "-" : "", name,
                               NULL);
    verdict.title = verdict.name + strlen(verdict.name) - strlen(name);
    va_start(args, format);
    verdict.text = g_strdup_vprintf(format, args);
    va_end(args);
    g_array_append_val(verdicts->list, verdict);
}

void verdicts_judge(Verdicts *verdicts, const char *name, const char *flaw)
{
    verdicts_add(verdicts, flaw ? VERDICT_BAD : VERDICT_GOOD, name, "%s",
                 flaw ? flaw : "");
}

static const Verdict *first_bad(const Verdicts *verdicts)
{
    for (guint i = 0; i < verdicts->list->len; i++) {
        if (at(verdicts, i)->state == VERDICT_BAD) {
            return at(verdicts, i);
        }
    }
    return NULL;
}

bool verdicts_good(const Verdicts *verdicts)
{
    return !first_bad(verdicts);
}

char *verdicts_complaint(const Verdicts *verdicts)
{
    const Verdict *bad = first_bad(verdicts);

    return bad ? g_strdup_printf("%s: %s", bad->name, bad->text) : NULL;
}

static const char *state_name(VerdictState state)
{
    static const char *const names[] = {
        [VERDICT_GOOD] = "good", [VERDICT_BAD] = "bad",
        [VERDICT_TOLD] = "told", [VERDICT_GROUP] = "",
    };

    return names[state];
}

const char *verdicts_find(const Verdicts *verdicts, const char *name)
{
    for (guint i = 0; i < verdicts->list->len; i++) {
        if (g_strcmp0(at(verdicts, i)->name, name) == 0) {
            return state_name(at(verdicts, i)->state);
        }
    }
    return NULL;
}

/* Does another follow @i in the group at @depth that it is in? */
static bool goes_on(const Verdicts *verdicts, guint i, unsigned depth)
{
    while (++i < verdicts->list->len) {
        if (at(verdicts, i)->depth <= depth) {
            return at(verdicts, i)->depth == depth;
        }
    }
    return false;
}

static void print_verdict(const Verdict *verdict)
{
    bool words = *verdict->text;

    switch (verdict->state) {
    case VERDICT_GROUP:
        printf("%s\n", verdict->text);
        break;
    case VERDICT_TOLD:
        printf("%s: %s\n", verdict->title, verdict->text);
        break;
    default:
        printf("%s: %s%s%s\n", verdict->title,
               verdict->state == VERDICT_BAD ? "BAD" : "good",
               words ? ", " : "", verdict->text);
    }
}

void verdicts_print(const Verdicts *verdicts)
{
    for (guint i = 0; i < verdicts->list->len; i++) {
        unsigned depth = at(verdicts, i)->depth;

        for (unsigned d = 1; d < depth; d++) {
            printf("%s", goes_on(verdicts, i, d) ? "|  " : "   ");
        }
        if (depth) {
            printf("%s", goes_on(verdicts, i, depth) ? "|- " : "`- ");
        }
        print_verdict(at(verdicts, i));
    }
}

static JsonObject *verdict_json(const Verdict *verdict)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "check", verdict->name);
    json_object_set_string_member(object, "verdict",
                                  state_name(verdict->state));
    json_object_set_string_member(object, "text", verdict->text);
    return object;
}

JsonObject *verdicts_json(const Verdicts *verdicts)
{
    g_autofree char *complaint = verdicts_complaint(verdicts);
    JsonObject *object = json_object_new();
    JsonArray *list = json_array_new();

    json_object_set_boolean_member(object, "good", !complaint);
    if (complaint) {
        json_object_set_string_member(object, "complaint", complaint);
    }
    for (guint i = 0; i < verdicts->list->len; i++) {
        if (at(verdicts, i)->state != VERDICT_GROUP) {
            json_array_add_object_element(list,
                                          verdict_json(at(verdicts, i)));
        }
    }
    json_object_set_array_member(object, "verdicts", list);
    return object;
}
