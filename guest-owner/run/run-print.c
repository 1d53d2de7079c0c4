/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints a run for sevemu run --print: the same by hand, for a shell and a QMP
 * client.
 */

#include <stdio.h>
#include "guest-owner/run/find.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/run/qmp.h"
#include "guest-owner/run/run-print.h"

/* Of a command that needs what QMP answers: it is not for a script */
#define COMMENT "#    "

static void print_command(const char *command)
{
    g_autofree char *text = qmp_command_text(command, NULL);

    printf("# -> %s\n", text);
}

/* @before: what makes it a comment, or nothing */
static void print_words(const char *before, GStrvBuilder *builder)
{
    g_auto(GStrv) words = g_strv_builder_end(builder);

    printf("%s", before);
    for (char **word = words; *word; word++) {
        g_autofree char *quoted = launch_line_quote_word(*word);

        printf("%s%s", word == words ? "" : " ", quoted);
    }
    printf("\n");
}

static void print_verify(const RunConfig *config, const char *tik)
{
    const ImageOptions *paths = &config->paths;
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    g_autofree char *policy = g_strdup_printf("0x%x", config->policy);
    g_autofree char *vcpus = g_strdup_printf("%u", config->cpus.nr);

    g_strv_builder_add_many(words, find_self(), "measurement", "verify",
                            "--measurement", "DATA", "--api-major", "N",
                            "--api-minor", "N", "--build-id", "N", "--policy",
                            policy, "--tik", tik, "--firmware",
                            paths->firmware, NULL);
    if (paths->kernel) {
        g_strv_builder_add_many(words, "--kernel", paths->kernel, "--cmdline",
                                paths->cmdline, NULL);
    }
    if (paths->initrd) {
        g_strv_builder_add_many(words, "--initrd", paths->initrd, NULL);
    }
    if (config->policy & SEV_GPOLICY_ES) {
        g_strv_builder_add_many(words, "--vcpus", vcpus, "--cpu", config->cpu,
                                config->legacy_vm_type ? "--legacy-vm-type"
                                                       : NULL, NULL);
    }
    print_words(COMMENT, words);
}

static void print_secret(const RunConfig *config, const char *tik,
                         const char *tek)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    if (!config->secrets) {
        return;
    }
    g_strv_builder_add_many(words, find_self(), "secret", "build", "--tik", tik,
                            "--tek", tek, "--launch-measure-blob", "DATA",
                            NULL);
    for (char **secret = config->secrets; *secret; secret++) {
        g_strv_builder_add_many(words, "--secret", *secret, NULL);
    }
    g_strv_builder_add_many(words, "HEADER-FILE", "PAYLOAD-FILE", NULL);
    print_words(COMMENT, words);
    printf("# -> {\"execute\":\"sev-inject-launch-secret\",\"arguments\":"
           "{\"packet-header\":BASE64 OF HEADER-FILE,"
           "\"secret\":BASE64 OF PAYLOAD-FILE}}\n");
}

static void print_qemu(const RunConfig *config, const char *dir)
{
    g_auto(GStrv) line = launch_line(config, dir);
    g_autofree char *text = launch_line_quote(line);

    printf("%s\n", text);
}

/* One of our commands, to be run as it is */
G_GNUC_NULL_TERMINATED
static void print_verb(const char *verb, ...)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    const char *word;
    va_list ap;

    g_strv_builder_add_many(words, find_self(), verb, NULL);
    va_start(ap, verb);
    while ((word = va_arg(ap, const char *))) {
        g_strv_builder_add(words, word);
    }
    va_end(ap);
    print_words("", words);
}

static void print_session(const RunConfig *config, const char *dir)
{
    g_autofree char *chain = g_build_filename(dir, "chain", NULL);
    g_autofree char *name = g_build_filename(dir, RUN_SESSION_NAME, NULL);
    g_autofree char *policy = g_strdup_printf("0x%x", config->policy);

    if (config->ca) {
        print_verb("verify", "--platform", config->platform, "--ca",
                   config->ca, NULL);
    } else {
        print_verb("verify", "--platform", config->platform, NULL);
    }
    print_verb("export", "--platform", config->platform, chain, NULL);
    print_verb("session", "--name", name, chain, policy, NULL);
}

/* Neither keys nor a session, and nothing to compare */
static OwnerExit print_snp(const RunConfig *config, const char *dir,
                           const char *quoted)
{
    printf("# What the guest must measure to%s:\n"
           "# %s\n\n"
           "# The guest, paused, with QMP on a socket\n"
           "mkdir -m 700 %s\n",
           config->no_id_block ? "" : ", which the ID block below has",
           config->snp_digest, quoted);
    print_qemu(config, dir);
    if (config->attest) {
        printf("\n# On %s/" RUN_ATTEST_FILE ", before the guest runs: whoever\n"
               "# answers it as docs/attestation-exchange.md says\n", quoted);
    }
    printf("\n# Over QMP, from another shell:\n");
    print_command("qmp_capabilities");
    print_command("query-sev");
    print_command("cont");
    return OWNER_EXIT_OK;
}

OwnerExit run_print(RunConfig *config)
{
    g_autofree char *dir = g_strdup_printf("%s/sevemu-%08x",
                                           g_get_tmp_dir(), g_random_int());
    g_autofree char *quoted = launch_line_quote_word(dir);
    g_autofree char *tik = g_strconcat(dir, "/" RUN_SESSION_NAME
                                       SESSION_TIK_SUFFIX, NULL);
    g_autofree char *tek = g_strconcat(dir, "/" RUN_SESSION_NAME
                                       SESSION_TEK_SUFFIX, NULL);

    if (config->snp) {
        return print_snp(config, dir, quoted);
    }
    printf("# A platform to trust, and keys that only it can open, in a\n"
           "# directory of their own\n"
           "mkdir -m 700 %s\n", quoted);
    print_session(config, dir);
    printf("\n# The guest, paused, with QMP on a socket beside the keys\n");
    print_qemu(config, dir);
    printf("\n# Over QMP, from another shell:\n");
    print_command("qmp_capabilities");
    print_command("query-sev");
    print_command("query-sev-launch-measure");
    printf("# With what these two answered, as DATA and N:\n");
    print_verify(config, tik);
    print_secret(config, tik, tek);
    print_command("cont");
    return OWNER_EXIT_OK;
}
