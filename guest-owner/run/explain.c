/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searches the choices of all parts for those that give a measurement. */

#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/run/explain-choices.h"
#include "guest-owner/run/explain-snp.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/vmsa.h"

/* More at once explains nothing any more, and takes time */
#define MAX_MISTAKES 3

typedef struct Search {
    const ExplainInputs *inputs;
    const SevMeasureBuffer *found;
    const uint8_t *found_digest;        /* of SEV-SNP, else NULL */
    ExplainSnp snp;
    Choices choices;
    KernelHashes table;                 /* hashes are put in */
    const Choice *chosen[EXPLAIN_NR_PARTS];     /* NULL: no such part */
    GByteArray *rest;                   /* what follows the firmware */
    unsigned nr_tried;
} Search;

static void set_hash(OvmfHashEntry *entry, const Choice *choice)
{
    memcpy(entry->hash, choice->hash, SEV_DIGEST_SIZE);
}

static bool chosen_has_es(const Search *s)
{
    return s->chosen[EXPLAIN_VCPUS] &&
           s->chosen[EXPLAIN_POLICY]->platform.policy & SEV_GPOLICY_ES;
}

/* The CPUs' state, which comes last */
static void append_cpus(Search *s, GByteArray *rest)
{
    const Choice *const *chosen = s->chosen;
    GuestCpus cpus = {
        .nr = chosen[EXPLAIN_VCPUS]->cpus.nr,
        .signature = chosen[EXPLAIN_CPU]->cpus.signature,
        .reset_eip = chosen[EXPLAIN_FIRMWARE]->cpus.reset_eip,
        .legacy = chosen[EXPLAIN_VM_TYPE]->cpus.legacy,
    };
    SevVmsa vmsa;

    for (uint32_t i = 0; i < cpus.nr; i++) {
        if (i < 2) {
            vmsa_build(&cpus, i == 0, &vmsa);
        }
        g_byte_array_append(rest, (const guint8 *)&vmsa, sizeof(vmsa));
    }
}

static void digest_of_chosen(Search *s, uint8_t digest[SEV_DIGEST_SIZE])
{
    const Choice *const *chosen = s->chosen;
    OvmfHashTable *table = &s->table.table;
    GByteArray *rest = s->rest;

    g_byte_array_set_size(rest, 0);
    if (s->inputs->digest) {
        memcpy(digest, s->inputs->digest, SEV_DIGEST_SIZE);
        return;
    }
    if (chosen[EXPLAIN_KERNEL] && !chosen[EXPLAIN_KERNEL]->no_hashes) {
        set_hash(&table->kernel, chosen[EXPLAIN_KERNEL]);
        set_hash(&table->initrd, chosen[EXPLAIN_INITRD]);
        set_hash(&table->cmdline, chosen[EXPLAIN_CMDLINE]);
        g_byte_array_append(rest, (const guint8 *)&s->table,
                            sizeof(s->table));
    }
    if (chosen_has_es(s)) {
        append_cpus(s, rest);
    }
    sha256_prefix_finish(chosen[EXPLAIN_FIRMWARE]->firmware, rest->data,
                         rest->len, digest);
}

static bool chosen_gives_it(Search *s)
{
    uint8_t digest[SEV_DIGEST_SIZE];
    SevMeasureBuffer out;
    Platform platform;

    s->nr_tried++;
    if (s->found_digest) {
        return explain_snp_gives(&s->snp, s->chosen, &s->table,
                                 s->found_digest);
    }
    platform = s->chosen[EXPLAIN_PLATFORM]->platform;
    platform.policy = s->chosen[EXPLAIN_POLICY]->platform.policy;
    digest_of_chosen(s, digest);
    measurement_compute(&platform, digest, s->found->mnonce,
                        s->chosen[EXPLAIN_TIK]->tik, &out);
    return crypto_mac_equal(out.measure, s->found->measure);
}

/*
 * Without hashes, initrd and command line make no difference; without SEV-ES
 * or SEV-SNP the CPUs don't.
 */
static bool makes_no_difference(const Search *s, size_t part)
{
    const Choice *kernel = s->chosen[EXPLAIN_KERNEL];

    if (part == EXPLAIN_VCPUS || part == EXPLAIN_CPU ||
        part == EXPLAIN_VM_TYPE) {
        return !s->found_digest && !chosen_has_es(s);
    }
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
        if (s->chosen[i] && s->chosen[i]->text && !makes_no_difference(s, i)) {
            g_string_append_printf(text, "%s%s", text->len ? "; " : "",
                                   s->chosen[i]->text);
        }
    }
    return g_string_free(text, FALSE);
}

/* What gives it, with the fewest mistakes; or NULL */
static char *search_all(Search *s)
{
    char *text = NULL;

    choices_make(s->inputs, &s->choices);
    if (s->inputs->kernel) {
        kernel_hashes_build(s->inputs->kernel, &s->table);
    }
    for (unsigned mistakes = 1; !text && mistakes <= MAX_MISTAKES;
         mistakes++) {
        if (search(s, 0, mistakes)) {
            text = text_of_chosen(s);
        }
    }
    choices_clear(&s->choices);
    return text;
}

char *explain_measurement(const ExplainInputs *inputs,
                          const SevMeasureBuffer *found, unsigned *nr_tried)
{
    Search s = {
        .inputs = inputs, .found = found, .rest = g_byte_array_new(),
    };
    char *text = search_all(&s);

    g_byte_array_unref(s.rest);
    *nr_tried = s.nr_tried;
    return text;
}

char *explain_digest(const ExplainInputs *inputs,
                     const uint8_t found[SNP_DIGEST_SIZE], unsigned *nr_tried)
{
    Search s = { .inputs = inputs, .found_digest = found };
    char *text = search_all(&s);

    explain_snp_clear(&s.snp);
    *nr_tried = s.nr_tried;
    return text;
}

static void say(const char *text, unsigned nr_tried)
{
    if (text) {
        owner_say("it is what was found with: %s", text);
    } else {
        owner_say("%u likely mistakes were tried, none gives what was found",
                  nr_tried);
    }
}

void explain_say(const ExplainInputs *inputs, const SevMeasureBuffer *found)
{
    unsigned nr_tried;
    g_autofree char *text = explain_measurement(inputs, found, &nr_tried);

    say(text, nr_tried);
}

void explain_say_digest(const ExplainInputs *inputs,
                        const uint8_t found[SNP_DIGEST_SIZE])
{
    unsigned nr_tried;
    g_autofree char *text = explain_digest(inputs, found, &nr_tried);

    say(text, nr_tried);
}
