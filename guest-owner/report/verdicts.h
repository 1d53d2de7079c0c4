/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collects what was found of each thing that was checked, as a tree, and
 * shows it. A verdict has a name by which programs know it: that of its own
 * after those that were given to the groups around it ("vcek-validity").
 */

#ifndef OWNER_VERDICTS_H
#define OWNER_VERDICTS_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef enum VerdictState {
    VERDICT_GOOD,
    VERDICT_BAD,
    VERDICT_TOLD,               /* nothing was demanded of it */
    VERDICT_GROUP,              /* only has others in it */
} VerdictState;

typedef struct Verdicts Verdicts;

Verdicts *verdicts_new(void);
void verdicts_free(Verdicts *verdicts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdicts, verdicts_free)

/*
 * Opens a group, into which all goes until it is closed. @prefix begins the
 * names of what is in it; NULL: they have none.
 */
void verdicts_open(Verdicts *verdicts, const char *prefix,
                   const char *format, ...) G_GNUC_PRINTF(3, 4);
void verdicts_close(Verdicts *verdicts);

void verdicts_add(Verdicts *verdicts, VerdictState state, const char *name,
                  const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Bad with the text @flaw, or when that is NULL good */
void verdicts_judge(Verdicts *verdicts, const char *name, const char *flaw);

/* Is none bad? */
bool verdicts_good(const Verdicts *verdicts);

/* How it went with @name: NULL if that was not looked at */
const char *verdicts_find(const Verdicts *verdicts, const char *name);

/* The first that is bad, in words; NULL if none is */
char *verdicts_complaint(const Verdicts *verdicts);

void verdicts_print(const Verdicts *verdicts);

/* { "good", "complaint", "verdicts": [ { "check", "verdict", "text" } ] } */
JsonObject *verdicts_json(const Verdicts *verdicts);

#endif
