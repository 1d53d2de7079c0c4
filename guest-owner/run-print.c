/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sevemu run --print: the same by hand, for a shell and a QMP client. */

#include <stdio.h>
#include "launch-line.h"
#include "qmp.h"
#include "run.h"

static void print_command(const char *command)
{
    g_autofree char *text = qmp_command_text(command, NULL);

    printf("# -> %s\n", text);
}

static void print_words(GStrvBuilder *builder)
{
    g_auto(GStrv) words = g_strv_builder_end(builder);

    printf("#    ");
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

    g_strv_builder_add_many(words, "sevemu", "measurement", "verify",
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
    print_words(words);
}

static void print_secret(const RunConfig *config, const char *tik,
                         const char *tek)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();

    if (!config->secrets) {
        return;
    }
    g_strv_builder_add_many(words, "sevemu", "secret", "build", "--tik", tik,
                            "--tek", tek, "--launch-measure-blob", "DATA",
                            NULL);
    for (char **secret = config->secrets; *secret; secret++) {
        g_strv_builder_add_many(words, "--secret", *secret, NULL);
    }
    g_strv_builder_add_many(words, "HEADER-FILE", "PAYLOAD-FILE", NULL);
    print_words(words);
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

static void print_key(const char *path)
{
    g_autofree char *quoted = launch_line_quote_word(path);

    printf("head -c 16 /dev/urandom >%s\n", quoted);
}

OwnerExit run_print(RunConfig *config)
{
    g_autofree char *dir = g_strdup_printf("%s/sevemu-%08x",
                                           g_get_tmp_dir(), g_random_int());
    g_autofree char *quoted = launch_line_quote_word(dir);
    g_autofree char *tik = g_build_filename(dir, RUN_TIK_FILE, NULL);
    g_autofree char *tek = g_build_filename(dir, RUN_TEK_FILE, NULL);

    printf("# Keys of this launch, in a directory of their own\n"
           "mkdir -m 700 %s\n", quoted);
    print_key(tik);
    print_key(tek);
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
