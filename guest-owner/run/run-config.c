/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a RunConfig of "run"'s arguments. */

#include <string.h>
#include "guest-owner/measure/cpu-options.h"
#include "guest-owner/run/disk.h"
#include "guest-owner/run/find.h"
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/platform-tool.h"
#include "guest-owner/run/run-config.h"
#include "guest-owner/run/run-qemu-options.h"
#include "guest-owner/run/run-snp.h"
#include "guest-owner/run/run-secrets.h"

#define DEFAULT_CPU      "max"
#define DEFAULT_MEMORY   "1G"
#define DEFAULT_POLICY   "0x1"          /* QEMU's own default: NODBG */
#define DEFAULT_SNP_POLICY "0x30000"      /* QEMU's: SMT is allowed */
#define DEFAULT_CMDLINE  "console=ttyS0"
#define DEFAULT_GDB_PORT "1234"
#define DEFAULT_SEED     "1"
#define MAX_TIMEOUT      (100 * 24 * 3600)

/* Options that are kept as text until all of them are there */
typedef struct RunTexts {
    char *policy;
    char *smp;
    char *timeout;
    char *exit_code;
    char *gdb;
    char *seed;
    char *sev_features;
    char *attest_timeout;
    gboolean sev_es;
} RunTexts;

static gboolean on_gdb(const gchar *name, const gchar *value, gpointer opaque,
                       GError **errp)
{
    RunTexts *texts = opaque;

    g_free(texts->gdb);
    texts->gdb = g_strdup(value ? value : DEFAULT_GDB_PORT);
    return TRUE;
}

static gboolean on_deterministic(const gchar *name, const gchar *value,
                                 gpointer opaque, GError **errp)
{
    RunTexts *texts = opaque;

    g_free(texts->seed);
    texts->seed = g_strdup(value ? value : DEFAULT_SEED);
    return TRUE;
}

static bool parse_options(RunConfig *c, RunTexts *t, int *argc, char ***argv,
                          GError **errp)
{
    const GOptionEntry entries[] = {
        { "kernel", 0, 0, G_OPTION_ARG_FILENAME, &c->paths.kernel,
          "Linux kernel, measured with its RAM disk and command line",
          "FILE" },
        { "initrd", 0, 0, G_OPTION_ARG_FILENAME, &c->paths.initrd,
          "Initial RAM disk", "FILE" },
        { "append", 0, 0, G_OPTION_ARG_FILENAME, &c->paths.cmdline,
          "Kernel command line [" DEFAULT_CMDLINE "]", "TEXT" },
        { "firmware", 0, 0, G_OPTION_ARG_FILENAME, &c->paths.firmware,
          "Firmware [OVMF's AmdSev build with --kernel, OVMF without]",
          "FILE" },
        { "igvm", 0, 0, G_OPTION_ARG_FILENAME, &c->igvm,
          "IGVM file to launch, instead of firmware, with SEV-SNP", "FILE" },
        { "disk", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &c->disks,
          "Disk, raw unless called *.qcow2; can be repeated", "FILE" },
        { "memory", 0, 0, G_OPTION_ARG_STRING, &c->memory,
          "Memory in MiB, or with a unit [" DEFAULT_MEMORY "]", "SIZE" },
        { "smp", 0, 0, G_OPTION_ARG_STRING, &t->smp, "CPUs [1]", "N" },
        { "cpu", 0, 0, G_OPTION_ARG_STRING, &c->cpu,
          "CPU model, as QEMU's -cpu [" DEFAULT_CPU "]", "MODEL" },
        { "policy", 0, 0, G_OPTION_ARG_STRING, &t->policy,
          "Policy of the guest [" DEFAULT_POLICY ", with --sev-snp "
          DEFAULT_SNP_POLICY "]", "N" },
        { "sev-es", 0, 0, G_OPTION_ARG_NONE, &t->sev_es,
          "A guest with SEV-ES: policy bit 2", NULL },
        { "sev-snp", 0, 0, G_OPTION_ARG_NONE, &c->snp,
          "A guest with SEV-SNP", NULL },
        { "sev-features", 0, 0, G_OPTION_ARG_STRING, &t->sev_features,
          "SEV features of a SEV-SNP guest, bits as in SEV_FEATURES [0x1]",
          "N" },
        { "legacy-vm-type", 0, 0, G_OPTION_ARG_NONE, &c->legacy_vm_type,
          "SEV-ES as with KVM before Linux 6.10", NULL },
        { "platform", 0, 0, G_OPTION_ARG_FILENAME, &c->platform,
          "Platform to run on [the default one]", "DIR" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &c->ca,
          "ASK and ARK of the platform's manufacturer", "FILE" },
        { "secret", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &c->secrets,
          "Secret for the guest; can be repeated", "GUID=FILE" },
        { "attest", 0, 0, G_OPTION_ARG_NONE, &c->attest,
          "A SEV-SNP guest must show a report; so it must with --secret",
          NULL },
        { "attest-timeout", 0, 0, G_OPTION_ARG_STRING, &t->attest_timeout,
          "Seconds that it has for that [" RUN_ATTEST_TIMEOUT "]", "N" },
        { "certs", 0, 0, G_OPTION_ARG_FILENAME, &c->certs,
          "Certificates of the report [what guest and platform have]",
          "FILE|DIR" },
        { "no-id-block", 0, 0, G_OPTION_ARG_NONE, &c->no_id_block,
          "Do not tell the platform what to measure", NULL },
        { "gdb", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK,
          on_gdb, "Have the guest wait for gdb [" DEFAULT_GDB_PORT "]",
          "PORT" },
        { "deterministic", 0, G_OPTION_FLAG_OPTIONAL_ARG,
          G_OPTION_ARG_CALLBACK, on_deterministic,
          "The same run each time, without a network [" DEFAULT_SEED "]",
          "SEED" },
        { "timeout", 0, 0, G_OPTION_ARG_STRING, &t->timeout,
          "End the run after so many seconds", "N" },
        { "exit-code", 0, 0, G_OPTION_ARG_STRING, &t->exit_code,
          "Exit with 2 * V + 1 when the guest writes V to port 0xf4",
          "guest" },
        { "log", 0, 0, G_OPTION_ARG_FILENAME, &c->log,
          "Write QMP exchange and QEMU's messages", "FILE" },
        { "qemu", 0, 0, G_OPTION_ARG_FILENAME, &c->qemu,
          "QEMU [beside sevemu, or in $PATH]", "PROGRAM" },
        { "print", 0, 0, G_OPTION_ARG_NONE, &c->print,
          "Only print QEMU's command line and the QMP exchange", NULL },
        { NULL }
    };

    return options_parse(
        argc, argv, entries, "[-- QEMU-OPTION...]", 0,
        "Verifies the platform's chain of certificates, launches a SEV guest\n"
        "with fresh keys in a session for that platform, compares its\n"
        "measurement with what the files give, injects secrets, and gives\n"
        "its console: Ctrl-] leaves it. Only the guest writes to stdout.\n"
        "\n"
        "With --sev-snp there is no session, and nobody is told what the guest\n"
        "measures to (query-sev has nothing of it). So what the files give\n"
        "goes to the platform in an ID block; it runs nothing else. With\n"
        "--attest the guest has to show an attestation report that verifies,\n"
        "and is sent its secrets then, for a key of its own: sevemu-attest in\n"
        "the guest does its part.\n"
        "\n"
        "Exit status: 0 the guest powered off, 1 measurement differs, chain or\n"
        "report is not good, 2 usage or file, 3 refused by the platform, 4 the guest\n"
        "panicked, terminated itself, halted with no CPU that anything\n"
        "could wake, died of a triple fault or, with\n"
        "\"-- -no-reboot\", reset,\n"
        "5 QEMU failed, 124 timeout, 128 and the signal's number when ended by\n"
        "one (130 by Ctrl-] as well).",
        t, errp);
}

static void set_platform(RunConfig *config)
{
    if (!config->platform) {
        config->platform = platform_default_dir();
    }
}

static bool set_memory(RunConfig *config, GError **errp)
{
    const char *text = config->memory;
    size_t digits;

    if (!text) {
        config->memory = g_strdup(DEFAULT_MEMORY);
        return true;
    }
    digits = strspn(text, G_CSET_DIGITS);
    if (digits == 0 || strspn(text, "0") == digits ||
        (text[digits] && (!strchr("MGT", text[digits]) ||
                          text[digits + 1]))) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--memory %s: expected a number of MiB, or one followed "
                    "by M, G or T", text);
        return false;
    }
    return true;
}

static bool set_exit_code(RunConfig *config, const char *text, GError **errp)
{
    if (text && strcmp(text, "guest") != 0) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--exit-code %s: expected \"guest\"", text);
        return false;
    }
    config->exit_code_of_guest = text;
    return true;
}

static bool set_seed(RunConfig *config, const char *text, GError **errp)
{
    config->deterministic = text;
    return !text || input_number("--deterministic", text, 0, UINT32_MAX,
                                 &config->seed, errp);
}

/* Leaves *value alone when the option was not given. */
static bool set_count(const char *option, const char *text, uint32_t max,
                      uint32_t *value, GError **errp)
{
    return !text || input_number(option, text, 1, max, value, errp);
}

static bool set_policy(RunConfig *config, const RunTexts *texts,
                       GError **errp)
{
    const char *text = texts->policy ? texts->policy
                       : config->snp ? DEFAULT_SNP_POLICY : DEFAULT_POLICY;

    if (config->snp && (texts->sev_es || config->legacy_vm_type)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "--sev-snp is a kind of guest of its own: %s does not go "
                    "with it", texts->sev_es ? "--sev-es"
                                             : "--legacy-vm-type");
        return false;
    }
    if (!input_number("--policy", text, 0, UINT32_MAX, &config->policy,
                      errp)) {
        return false;
    }
    config->policy |= texts->sev_es ? SEV_GPOLICY_ES : 0;
    config->measures_cpus = config->snp || config->policy & SEV_GPOLICY_ES;
    return true;
}

static bool set_numbers(RunConfig *config, const RunTexts *texts,
                        GError **errp)
{
    return set_memory(config, errp) &&
           set_policy(config, texts, errp) &&
           run_snp_set_features(config, texts->sev_features, errp) &&
           set_count("--timeout", texts->timeout, MAX_TIMEOUT,
                     &config->timeout, errp) &&
           set_count("--gdb", texts->gdb, UINT16_MAX, &config->gdb_port,
                     errp) &&
           set_seed(config, texts->seed, errp) &&
           set_exit_code(config, texts->exit_code, errp);
}

static bool set_images(RunConfig *config, GError **errp)
{
    ImageOptions *paths = &config->paths;

    if (config->igvm) {
        return true;
    }
    if (!paths->firmware) {
        paths->firmware = find_firmware(paths->kernel, errp);
        if (!paths->firmware) {
            return false;
        }
    }
    if (paths->kernel && !paths->cmdline) {
        paths->cmdline = g_strdup(DEFAULT_CMDLINE);
    }
    if (!options_images(paths, "--append", &config->images, errp) ||
        !firmware_parse(config->images.firmware, paths->firmware,
                        &config->firmware, errp)) {
        return false;
    }
    if (paths->kernel && !firmware_holds_hashes(&config->firmware)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "firmware %s has no table for kernel hashes, which "
                    "--kernel needs: OVMF's AmdSev build has", paths->firmware);
        return false;
    }
    return true;
}

/*
 * Only of a SEV-ES or SEV-SNP guest the model must be known: there it is
 * measured, and so are the places where CPUs begin. An IGVM file has them.
 */
static bool set_cpus(RunConfig *config, const RunTexts *texts, GError **errp)
{
    bool es = config->measures_cpus && !config->igvm;
    CpuOptions options = { .legacy = config->legacy_vm_type };
    GuestCpus *cpus = &config->cpus;
    uint32_t nr = 1;

    if (!config->cpu) {
        config->cpu = g_strdup(DEFAULT_CPU);
    }
    if (es || cpu_model_find(config->cpu)) {
        options.cpu = config->cpu;
    }
    if (!set_count("--smp", texts->smp, CPUS_MAX, &nr, errp) ||
        !cpu_options_load(&options, es, cpus, errp)) {
        return false;
    }
    cpus->nr = nr;
    return !es || guest_cpus_take_firmware(cpus, &config->firmware,
                                           config->paths.firmware, errp);
}

static bool check_disks(const RunConfig *config, GError **errp)
{
    for (char **disk = config->disks; disk && *disk; disk++) {
        if (!disk_format(*disk, errp)) {
            return false;
        }
    }
    return true;
}

static bool set_qemu(RunConfig *config, GError **errp)
{
    char *found = find_qemu(config->qemu, errp);

    g_free(config->qemu);
    config->qemu = found;
    return found;
}

static void clear_texts(RunTexts *texts)
{
    g_free(texts->policy);
    g_free(texts->sev_features);
    g_free(texts->attest_timeout);
    g_free(texts->smp);
    g_free(texts->timeout);
    g_free(texts->exit_code);
    g_free(texts->gdb);
    g_free(texts->seed);
}

bool run_config_parse(RunConfig *config, int argc, char **argv,
                      GError **errp)
{
    RunTexts texts = { 0 };
    bool ok;

    run_qemu_options_take(config, &argc, argv);
    ok = parse_options(config, &texts, &argc, &argv, errp);
    set_platform(config);
    ok = ok &&
         run_snp_check_igvm(config, texts.policy, texts.sev_features, errp) &&
         set_numbers(config, &texts, errp) &&
         set_images(config, errp) &&
         set_cpus(config, &texts, errp) &&
         run_secrets_set(config, texts.attest_timeout, errp) &&
         check_disks(config, errp) &&
         set_qemu(config, errp) &&
         (!config->snp || run_snp_prepare(config, errp));
    /*
     * A reset of a SEV-ES guest launches it anew, and what was launched is
     * measured before it runs.
     */
    config->reboot_waits = run_qemu_options_leave_resets(config) &&
                           config->measures_cpus && !config->snp;
    clear_texts(&texts);
    return ok;
}

void run_config_clear(RunConfig *config)
{
    g_free(config->qemu);
    g_free(config->platform);
    g_free(config->ca);
    g_free(config->igvm);
    images_clear(&config->images);
    options_clear_images(&config->paths);
    g_strfreev(config->disks);
    g_free(config->memory);
    g_free(config->cpu);
    g_free(config->snp_digest);
    g_free(config->id_block);
    g_free(config->id_auth);
    g_free(config->certs);
    g_strfreev(config->secrets);
    g_clear_pointer(&config->secret_table, g_byte_array_unref);
    g_free(config->log);
    g_strfreev(config->qemu_options);
}
