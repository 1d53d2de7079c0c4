/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds QEMU's command line. */

#include <string.h>
#include "abi/attest.h"
#include "guest-owner/run/disk.h"
#include "guest-owner/measure/launch.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/run/run-snp.h"

/* -bios takes whole 64 KiB only, pflash any number of 4 KiB sectors */
#define BIOS_GRANULE 0x10000

G_GNUC_PRINTF(2, 3)
static void add(GStrvBuilder *line, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    g_strv_builder_add(line, text);
}

/* QEMU ends an option's value at a comma, unless it stands there twice. */
static char *escape_commas(const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);

    return g_strjoinv(",,", parts);
}

static void add_machine(GStrvBuilder *line, const RunConfig *config)
{
    g_strv_builder_add_many(line, "-no-user-config", "-nodefaults",
                            "-display", "none", "-S", NULL);
    g_strv_builder_add_many(line, "-accel", "tcg", "-cpu", config->cpu,
                            NULL);
    g_strv_builder_add(line, "-machine");
    add(line, "q35,confidential-guest-support=sev0%s",
        config->igvm ? ",igvm-cfg=igvm0" : "");
    g_strv_builder_add_many(line, "-smp", NULL);
    add(line, "%u", config->cpus.nr);
    g_strv_builder_add_many(line, "-m", config->memory, NULL);
}

static void add_sev(GStrvBuilder *line, const RunConfig *config,
                    const char *dir)
{
    g_autofree char *escaped = escape_commas(dir);
    g_autofree char *platform = escape_commas(config->platform);

    g_strv_builder_add(line, "-object");
    if (config->snp) {
        g_autofree char *switches = run_snp_switches(config);

        add(line, "sev-snp-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,"
                  "policy=0x%x%s%s,platform=%s%s%s%s%s",
            config->policy, config->paths.kernel ? ",kernel-hashes=on" : "",
            switches, platform,
            config->no_id_block ? "" : ",id-block=",
            config->no_id_block ? "" : config->id_block,
            config->no_id_block ? "" : ",id-auth=",
            config->no_id_block ? "" : config->id_auth);
        return;
    }
    /* The VM's type is a property of QEMU's own object alone. */
    add(line, "%s,id=sev0,cbitpos=51,reduced-phys-bits=1,"
              "policy=0x%x%s,%s=%s,dh-cert-file=%s/" RUN_GODH_FILE
              ",session-file=%s/" RUN_SESSION_FILE,
        config->legacy_vm_type ? "sev-guest" : "sev-emulated",
        config->policy, config->paths.kernel ? ",kernel-hashes=on" : "",
        config->legacy_vm_type ? "legacy-vm-type=on,sev-device" : "platform",
        platform, escaped, escaped);
}

static void add_igvm(GStrvBuilder *line, const char *path)
{
    g_autofree char *escaped = escape_commas(path);

    g_strv_builder_add(line, "-object");
    add(line, "igvm-cfg,id=igvm0,file=%s", escaped);
}

static void add_firmware(GStrvBuilder *line, const RunConfig *config)
{
    const char *path = config->paths.firmware;
    g_autofree char *escaped = escape_commas(path);

    if (g_bytes_get_size(config->images.firmware) % BIOS_GRANULE == 0) {
        g_strv_builder_add_many(line, "-bios", path, NULL);
        return;
    }
    g_strv_builder_add(line, "-drive");
    add(line, "if=pflash,unit=0,format=raw,readonly=on,file=%s", escaped);
}

static void add_kernel(GStrvBuilder *line, const ImageOptions *paths)
{
    if (!paths->kernel) {
        return;
    }
    g_strv_builder_add_many(line, "-kernel", paths->kernel, NULL);
    if (paths->initrd) {
        g_strv_builder_add_many(line, "-initrd", paths->initrd, NULL);
    }
    g_strv_builder_add_many(line, "-append", paths->cmdline, NULL);
}

/*
 * Time is how many instructions there were, and what is random comes from the
 * seed. What a network would bring comes when it comes.
 */
static void add_determinism(GStrvBuilder *line, const RunConfig *config)
{
    if (config->deterministic) {
        g_strv_builder_add_many(line, "-icount", "shift=3,sleep=off", "-rtc",
                                "base=2026-01-01,clock=vm", "-seed", NULL);
        add(line, "%u", config->seed);
    }
}

/* No option ROM: OVMF has a driver of its own. */
static void add_network(GStrvBuilder *line, const RunConfig *config)
{
    if (!config->deterministic) {
        g_strv_builder_add_many(line, "-netdev", "user,id=net0", "-device",
                                "virtio-net-pci,netdev=net0,romfile=", NULL);
    }
}

/* Where the guest asks for its secrets */
static void add_attest(GStrvBuilder *line, const RunConfig *config,
                       const char *dir)
{
    g_autofree char *escaped = escape_commas(dir);

    if (!config->attest) {
        return;
    }
    g_strv_builder_add(line, "-chardev");
    add(line, "socket,id=attest,path=%s/" RUN_ATTEST_FILE ",server=on,wait=off",
        escaped);
    g_strv_builder_add_many(line, "-device", "virtio-serial-pci", "-device",
                            "virtserialport,chardev=attest,name="
                            ATTEST_PORT_NAME, NULL);
}

/* pvpanic is how a guest tells of its panic. */
static void add_devices(GStrvBuilder *line, const RunConfig *config)
{
    g_strv_builder_add_many(line, "-chardev",
                            "stdio,id=console,mux=off,signal=off",
                            "-serial", "chardev:console", NULL);
    add_network(line, config);
    g_strv_builder_add_many(line, "-device", "pvpanic", NULL);
    for (char **disk = config->disks; disk && *disk; disk++) {
        g_autofree char *escaped = escape_commas(*disk);
        int i = disk - config->disks;

        g_strv_builder_add(line, "-drive");
        add(line, "if=none,id=disk%d,format=%s,file=%s", i,
            disk_format(*disk, NULL), escaped);
        g_strv_builder_add(line, "-device");
        add(line, "virtio-blk-pci,drive=disk%d,bootindex=%d", i, i);
    }
}

/*
 * The log of CPU resets is how a triple fault is told from a reboot: QEMU
 * has one event for both.
 */
static void add_control(GStrvBuilder *line, const RunConfig *config,
                        const char *dir)
{
    g_autofree char *escaped = escape_commas(dir);

    g_strv_builder_add(line, "-qmp");
    add(line, "unix:%s/" RUN_QMP_FILE ",server=on,wait=off", escaped);
    g_strv_builder_add_many(line, "-d", "cpu_reset", "-D", NULL);
    add(line, "%s/" RUN_CPU_LOG, dir);
    if (config->reboot_waits) {
        g_strv_builder_add_many(line, "-action", LAUNCH_REBOOT_WAITS, NULL);
    }
    if (config->gdb_port) {
        g_strv_builder_add(line, "-gdb");
        add(line, "tcp:127.0.0.1:%u", config->gdb_port);
    }
    if (config->exit_code_of_guest) {
        g_strv_builder_add_many(line, "-device",
                                "isa-debug-exit,iobase=0xf4,iosize=0x04",
                                NULL);
    }
}

char **launch_line(const RunConfig *config, const char *dir)
{
    g_autoptr(GStrvBuilder) line = g_strv_builder_new();

    g_strv_builder_add(line, config->qemu);
    add_machine(line, config);
    add_sev(line, config, dir);
    if (config->igvm) {
        add_igvm(line, config->igvm);
    } else {
        add_firmware(line, config);
        add_kernel(line, &config->paths);
    }
    add_determinism(line, config);
    add_devices(line, config);
    add_attest(line, config, dir);
    add_control(line, config, dir);
    if (config->qemu_options) {
        g_strv_builder_addv(line, (const char **)config->qemu_options);
    }
    return g_strv_builder_end(line);
}

char *launch_line_quote_word(const char *word)
{
    static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
                                "-_./,:=+@%";

    if (*word && strspn(word, plain) == strlen(word)) {
        return g_strdup(word);
    }
    return g_shell_quote(word);
}

char *launch_line_quote(char *const *argv)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (char *const *arg = argv; *arg; arg++) {
        g_autofree char *quoted = launch_line_quote_word(*arg);

        if (arg != argv) {
            g_string_append(text, **arg == '-' ? " \\\n    " : " ");
        }
        g_string_append(text, quoted);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
