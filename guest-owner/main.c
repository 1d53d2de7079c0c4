/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest owner's command: finds the verb and runs it. */

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/run/find.h"
#include "guest-owner/verb/verbs.h"

typedef struct Verb {
    const char *noun;           /* NULL: a verb of one word */
    const char *name;
    const char *summary;
    OwnerExit (*run)(int argc, char **argv);
} Verb;

static const Verb verbs[] = {
    { NULL, "export", "write a platform's chain of certificates",
      verb_export },
    { NULL, "id-block", "what a SEV-SNP launch must come to, signed",
      verb_id_block },
    { NULL, "kds", "AMD's key server, for emulated chips", verb_kds },
    { "measurement", "build", "what a launch must measure to",
      verb_measurement_build },
    { "measurement", "verify", "is a measurement the expected one?",
      verb_measurement_verify },
    { "platform", "commit", "no older firmware from now on",
      verb_platform_commit },
    { "platform", "config", "what a platform's reports tell",
      verb_platform_config },
    { "platform", "new", "a platform of any generation and TCB",
      verb_platform_new },
    { "platform", "update", "other firmware", verb_platform_update },
    { "platform", "vlek", "reports signed by a provider's key",
      verb_platform_vlek },
    { "report", "corpus", "reports, good and wrong, to try verifiers with",
      verb_report_corpus },
    { "report", "show", "what an attestation report says",
      verb_report_show },
    { "report", "verify", "is an attestation report to be trusted?",
      verb_report_verify },
    { NULL, "reset", "give a platform new keys", verb_reset },
    { NULL, "run", "launch a guest, compare, inject, and give its console",
      verb_run },
    { "secret", "build", "a packet of secrets for a launched guest",
      verb_secret_build },
    { "secret", "send", "secrets for a SEV-SNP guest that attests itself",
      verb_secret_send },
    { NULL, "session", "keys for a launch, wrapped for one platform",
      verb_session },
    { "show", "guest", "a running guest", verb_show_guest },
    { "show", "platform", "a platform: version, state, identity",
      verb_show_platform },
    { "vendor", "new", "another manufacturer of emulated chips",
      verb_vendor_new },
    { NULL, "verify", "is a platform's chain of certificates good?",
      verb_verify },
};

static char *verb_title(const Verb *verb)
{
    return g_strjoin(verb->noun ? " " : "", verb->noun ? verb->noun : "",
                     verb->name, NULL);
}

static void print_help(FILE *out)
{
    fprintf(out, "Usage:\n  sevemu COMMAND [OPTION...]\n\nCommands:\n");
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        g_autofree char *title = verb_title(&verbs[i]);

        fprintf(out, "  %-20s %s\n", title, verbs[i].summary);
    }
    fprintf(out,
            "\n"
            "\"sevemu COMMAND --help\" tells a command's options.\n"
            "sevemu --version tells the version.\n"
            "\n"
            "An emulated platform keeps nothing secret from the person who\n"
            "runs it: this is for developing and testing SEV guests.\n");
}

/* The verb that *argv begins with, and the number of its words */
static const Verb *find_verb(int argc, char **argv, int *nr_words)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        const Verb *verb = &verbs[i];
        const char *words[] = { verb->noun ? verb->noun : verb->name,
                                verb->name };

        *nr_words = verb->noun ? 2 : 1;
        if (argc > *nr_words && strcmp(argv[1], words[0]) == 0 &&
            strcmp(argv[*nr_words], words[*nr_words - 1]) == 0) {
            return verb;
        }
    }
    return NULL;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* "sevemu secret --help": the help of all, rather than no such command */
static bool is_noun(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (g_strcmp0(verbs[i].noun, word) == 0) {
            return true;
        }
    }
    return false;
}

static OwnerExit run_verb(int argc, char **argv)
{
    g_autofree char *program = NULL;
    g_autofree char *title = NULL;
    int nr_words;
    const Verb *verb = find_verb(argc, argv, &nr_words);

    if (!verb) {
        g_autofree char *words = g_strjoinv(" ", argv + 1);

        owner_say("no such command: %s (see sevemu --help)", words);
        return OWNER_EXIT_USAGE;
    }
    title = verb_title(verb);
    program = g_strconcat("sevemu ", title, NULL);
    g_set_prgname(program);
    return verb->run(argc - nr_words, argv + nr_words);
}

int main(int argc, char **argv)
{
    GError *error = NULL;

    setlocale(LC_ALL, "");
    if (argc < 2) {
        print_help(stderr);
        return OWNER_EXIT_USAGE;
    }
    if (asks_for_help(argv[1]) ||
        (argc == 3 && is_noun(argv[1]) && asks_for_help(argv[2]))) {
        print_help(stdout);
        return OWNER_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("sevemu %s\n", SEVEMU_VERSION);
        return OWNER_EXIT_OK;
    }
    if (!crypto_init(&error)) {
        return owner_fail(error);
    }
    find_init(argv[0]);
    return run_verb(argc, argv);
}
