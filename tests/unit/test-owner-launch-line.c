/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's command line: what depends on the options, and how it is quoted. */

#include <glib/gstdio.h>
#include <string.h>
#include "guest-owner/measure/launch-line.h"

/* A line for @config's options with @size bytes of firmware, in one piece */
static char *line_of(RunConfig *config, size_t size)
{
    g_auto(GStrv) line = NULL;
    char *text;

    config->qemu = (char *)"qemu";
    config->platform = (char *)"/p,1";
    config->memory = (char *)"1G";
    config->cpus.nr = 2;
    config->cpu = config->cpu ? config->cpu : (char *)"max";
    config->policy = 0x3;
    if (!config->paths.firmware) {
        config->paths.firmware = (char *)"fw";
    }
    config->images.firmware = g_bytes_new_take(g_malloc0(size), size);
    line = launch_line(config, "/d,1");
    text = g_strjoinv(" ", line);
    g_bytes_unref(config->images.firmware);
    return text;
}

static void test_bare(void)
{
    RunConfig config = { 0 };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_cmpstr(line, ==,
        "qemu -no-user-config -nodefaults -display none -S -accel tcg "
        "-cpu max -machine q35,confidential-guest-support=sev0 -smp 2 -m 1G "
        "-object sev-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,"
        "policy=0x3,platform=/p,,1,dh-cert-file=/d,,1/launch_godh.b64,"
        "session-file=/d,,1/launch_session.b64 -bios fw "
        "-chardev stdio,id=console,mux=off,signal=off "
        "-serial chardev:console -netdev user,id=net0 "
        "-device virtio-net-pci,netdev=net0,romfile= -device pvpanic "
        "-qmp unix:/d,,1/qmp.sock,server=on,wait=off "
        "-d cpu_reset -D /d,1/cpu.log");
}

static void test_kernel(void)
{
    RunConfig config = {
        .paths = { .kernel = (char *)"k", .cmdline = (char *)"a,b" },
    };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_nonnull(strstr(line, ",policy=0x3,kernel-hashes=on,platform="));
    g_assert_nonnull(strstr(line, " -kernel k -append a,b "));
    g_assert_null(strstr(line, "-initrd"));
}

/* What sev-emulated does not have */
static void test_legacy(void)
{
    RunConfig config = { .legacy_vm_type = true };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_nonnull(strstr(line,
        " -object sev-guest,id=sev0,cbitpos=51,reduced-phys-bits=1,"
        "policy=0x3,legacy-vm-type=on,sev-device=/p,,1,dh-cert-file="));
}

/* Nothing that comes when it comes: no network */
static void test_deterministic(void)
{
    RunConfig config = { .deterministic = true, .seed = 7 };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_nonnull(strstr(line,
        " -icount shift=3,sleep=off -rtc base=2026-01-01,clock=vm -seed 7 "));
    g_assert_null(strstr(line, "net0"));
}

/* QEMU waits before it resets a guest that is to be measured again. */
static void test_reboot_waits(void)
{
    RunConfig config = { .reboot_waits = true };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_nonnull(strstr(line,
        " -action reboot=shutdown,shutdown=pause"));
}

/* No session: the ID block says what is expected. */
static void test_snp(void)
{
    RunConfig config = {
        .paths = { .kernel = (char *)"k", .cmdline = (char *)"a" },
        .snp = true,
        .sev_features = 1 << 0 | 1 << 5 | 1 << 7,
        .id_block = (char *)"AA==",
        .id_auth = (char *)"BB==",
    };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_nonnull(strstr(line,
        " -object sev-snp-emulated,id=sev0,cbitpos=51,reduced-phys-bits=1,"
        "policy=0x3,kernel-hashes=on,debug-swap=on,btb-isolation=on,"
        "platform=/p,,1,id-block=AA==,id-auth=BB== -bios fw "));
    g_assert_null(strstr(line, "session"));
}

/* 4 KiB more than -bios takes: OVMF's code without its variables */
static void test_pflash(void)
{
    RunConfig config = { .paths = { .firmware = (char *)"f,w" } };
    g_autofree char *line = line_of(&config, 0x11000);

    g_assert_nonnull(strstr(line, " -drive if=pflash,unit=0,format=raw,"
                                  "readonly=on,file=f,,w "));
    g_assert_null(strstr(line, "-bios"));
}

static void test_disks(void)
{
    char *dir = g_dir_make_tmp("test-owner-XXXXXX", NULL);
    g_autofree char *raw = g_build_filename(dir, "a,b", NULL);
    g_autofree char *qcow2 = g_build_filename(dir, "c.qcow2", NULL);
    g_autofree char *want = g_strdup_printf(
        " -drive if=none,id=disk0,format=raw,file=%s/a,,b"
        " -device virtio-blk-pci,drive=disk0,bootindex=0"
        " -drive if=none,id=disk1,format=qcow2,file=%s/c.qcow2"
        " -device virtio-blk-pci,drive=disk1,bootindex=1 ", dir, dir);
    char *disks[] = { raw, qcow2, NULL };
    RunConfig config = { .disks = disks };
    g_autofree char *line = NULL;

    g_assert_true(g_file_set_contents(raw, "raw!", 4, NULL));
    g_assert_true(g_file_set_contents(qcow2, "QFI\xfb", 4, NULL));
    line = line_of(&config, 0x10000);
    g_assert_nonnull(strstr(line, want));
    g_unlink(raw);
    g_unlink(qcow2);
    g_rmdir(dir);
    g_free(dir);
}

static void test_last(void)
{
    char *qemu_options[] = { (char *)"-m", (char *)"2G", NULL };
    RunConfig config = {
        .gdb_port = 99,
        .exit_code_of_guest = true,
        .qemu_options = qemu_options,
    };
    g_autofree char *line = line_of(&config, 0x10000);

    g_assert_true(g_str_has_suffix(line, " -gdb tcp:127.0.0.1:99 "
        "-device isa-debug-exit,iobase=0xf4,iosize=0x04 -m 2G"));
}

static void test_quote(void)
{
    char *argv[] = { (char *)"a/b", (char *)"-c", (char *)"d=1,e",
                     (char *)"", (char *)"-f g", (char *)"$h'i", NULL };
    g_autofree char *text = launch_line_quote(argv);

    g_assert_cmpstr(text, ==, "a/b \\\n    -c d=1,e '' \\\n    '-f g' "
                              "'$h'\\''i'");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/owner/launch-line/bare", test_bare);
    g_test_add_func("/owner/launch-line/kernel", test_kernel);
    g_test_add_func("/owner/launch-line/legacy", test_legacy);
    g_test_add_func("/owner/launch-line/deterministic", test_deterministic);
    g_test_add_func("/owner/launch-line/reboot-waits", test_reboot_waits);
    g_test_add_func("/owner/launch-line/snp", test_snp);
    g_test_add_func("/owner/launch-line/pflash", test_pflash);
    g_test_add_func("/owner/launch-line/disks", test_disks);
    g_test_add_func("/owner/launch-line/last", test_last);
    g_test_add_func("/owner/launch-line/quote", test_quote);
    return g_test_run();
}
