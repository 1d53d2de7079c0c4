/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searches the choices of all parts for those that give a measurement. */

#include <string.h>
#include "crypto.h"
#include "explain-choices.h"
#include "owner.h"

/* More at once explains nothing any more, and takes time */
#define MAX_MISTAKES 3

typedef struct Search {
    const ExplainInputs *inputs;
    const SevMeasureBuffer *found;
    Choices choices;
    KernelHashes table;                 /* hashes are put in */
    const Choice *chosen[EXPLAIN_NR_PARTS];     /* NULL: no such part */
    unsigned nr_tried;
} Search;

static void set_hash(OvmfHashEntry *entry, const Choice *choice)
{
    memcpy(entry->hash, choice->hash, SEV_DIGEST_SIZE);
}

static void digest_of_chosen(Search *s, uint8_t digest[SEV_DIGEST_SIZE])
{
    const Choice *const *chosen = s->chosen;
    OvmfHashTable *table = &s->table.table;
    size_t size = sizeof(s->table);

    if (s->inputs->digest) {
        memcpy(digest, s->inputs->digest, SEV_DIGEST_SIZE);
        return;
    }
    if (!chosen[EXPLAIN_KERNEL] || chosen[EXPLAIN_KERNEL]->no_hashes) {
        size = 0;
    } else {
        set_hash(&table->kernel, chosen[EXPLAIN_KERNEL]);
        set_hash(&table->initrd, chosen[EXPLAIN_INITRD]);
        set_hash(&table->cmdline, chosen[EXPLAIN_CMDLINE]);
    }
    sha256_prefix_finish(chosen[EXPLAIN_FIRMWARE]->firmware, &s->table, size,
                         digest);
}

static bool chosen_gives_it(Search *s)
{
    Platform platform = s->chosen[EXPLAIN_PLATFORM]->platform;
    uint8_t digest[SEV_DIGEST_SIZE];
    SevMeasureBuffer out;

    s->nr_tried++;
    platform.policy = s->chosen[EXPLAIN_POLICY]->platform.policy;
    digest_of_chosen(s, digest);
    measurement_compute(&platform, digest, s->found->mnonce,
                        s->chosen[EXPLAIN_TIK]->tik, &out);
    return crypto_mac_equal(out.measure, s->found->measure);
}

/* Without hashes, initrd and command line make no difference. */
static bool makes_no_difference(const Search *s, size_t part)
{
    const Choice *kernel = s->chosen[EXPLAIN_KERNEL];

    return (part == EXPLAIN_INITRD || part == EXPLAIN_CMDLINE) && kernel &&
           kernel->no_hashes;
}

/* Tries all choices from @part on with exactly @mistakes of them wrong. */
static bool search(Search *s, size_t part, unsigned mistakes)
{
    GArray *list;

    if (part == EXPLAIN_NR_PARTS) {
        return mistakes == 0 && chosen_gives_it(s);
    }
    list = s->choices.parts[part];
    s->chosen[part] = list->len ? &g_array_index(list, Choice, 0) : NULL;
    if (search(s, part + 1, mistakes)) {
        return true;
    }
    if (mistakes == 0 || makes_no_difference(s, part)) {
        return false;
    }
    for (guint i = 1; i < list->len; i++) {
        s->chosen[part] = &g_array_index(list, Choice, i);
        if (search(s, part + 1, mistakes - 1)) {
            return true;
        }
    }
    return false;
}

static char *text_of_chosen(const Search *s)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < EXPLAIN_NR_PARTS; i++) {
        if (s->chosen[i] && s->chosen[i]->text) {
            g_string_append_printf(text, "%s%s", text->len ? "; " : "",
                                   s->chosen[i]->text);
        }
    }
    return g_string_free(text, FALSE);
}

char *explain_measurement(const ExplainInputs *inputs,
                          const SevMeasureBuffer *found, unsigned *nr_tried)
{
    Search s = { .inputs = inputs, .found = found };
    char *text = NULL;

    choices_make(inputs, &s.choices);
    if (inputs->kernel) {
        kernel_hashes_build(inputs->kernel, &s.table);
    }
    for (unsigned mistakes = 1; !text && mistakes <= MAX_MISTAKES;
         mistakes++) {
        if (search(&s, 0, mistakes)) {
            text = text_of_chosen(&s);
        }
    }
    choices_clear(&s.choices);
    *nr_tried = s.nr_tried;
    return text;
}

void explain_say(const ExplainInputs *inputs, const SevMeasureBuffer *found)
{
    unsigned nr_tried;
    g_autofree char *text = explain_measurement(inputs, found, &nr_tried);

    if (text) {
        owner_say("it is what was found with: %s", text);
    } else {
        owner_say("%u likely mistakes were tried, none gives what was found",
                  nr_tried);
    }
}
