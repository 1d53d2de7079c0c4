/*
 * /init: brings the guest up, does what the command line asks, powers off
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * sevemu.do=ACTION[,ACTION...] names the actions, done in that order:
 *
 *   secret   print the secrets that the guest owner injected
 *   disk     read sevemu.disk=, or /dev/vda, write it back complemented
 *   net      fetch from 10.0.2.2, port sevemu.port=, send it back complemented
 *   compute  a compute loop, when the host says so
 *   walk     a random walk over 512 MiB, when the host says so
 *   reboot   reboot, if this is the first boot (remembered on the disk)
 *   screen   make the first virtual console red
 *   memory   say how much there is, and how much is not accepted yet
 *   plugged  wait until there is more than there was
 *   fill     write to sevemu.fill= MiB of it, and read them back
 *   share    complement the file `in` of the 9p share `share` to `out`
 *   tpm      print the boot's event log, and a quote with sevemu.nonce=
 *   report   print an attestation report over sevemu.nonce=, and a key
 *   attest   ask the owner for secrets (SEV-SNP), and print them
 *   svsm     print the SVSM's report over sevemu.nonce=, and one of its own
 *   reports  ask for many of them, each time when the host says so
 *   kexec    start /kexec/kernel, which then does sevemu.kexec=
 *   stop     halt the CPUs, as `halt` does, without powering off
 *   halt     stay up, for whoever wants to look at a running guest
 *
 * It runs as process 1: returning from main() would be a kernel panic.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

#define MODULE_LIST "/modules/list"
#define KLOG_CONSOLE_LEVEL 8            /* syslog(2): SYSLOG_ACTION_... */
#define KLOG_READ_ALL 3
#define LINE_BYTES 64

static bool action_halt(void)
{
    guest_say("staying up");
    pause();
    return true;
}

static bool action_stop(void)
{
    guest_say("halting");
    sync();
    reboot(RB_HALT_SYSTEM);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(void);
} actions[] = {
    { "secret", action_secret },
    { "disk", action_disk },
    { "net", action_net },
    { "compute", action_compute },
    { "walk", action_walk },
    { "reboot", action_reboot },
    { "screen", action_screen },
    { "kexec", action_kexec },
    { "memory", action_memory },
    { "plugged", action_plugged },
    { "fill", action_fill },
    { "stop", action_stop },
    { "share", action_share },
    { "tpm", action_tpm },
    { "report", action_report },
    { "attest", action_attest },
    { "reports", action_reports },
    { "svsm", action_svsm },
    { "halt", action_halt },
};

static void say(const char *prefix, const char *fmt, va_list args)
{
    printf("guest: %s", prefix);
    vprintf(fmt, args);
    putchar('\n');
    fflush(stdout);
    tcdrain(STDOUT_FILENO);
}

void guest_say(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say("", fmt, args);
    va_end(args);
}

bool guest_fail(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say("FAILED: ", fmt, args);
    va_end(args);
    return false;
}

void guest_say_hex(const char *what, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size; at += LINE_BYTES) {
        char line[2 * LINE_BYTES + 1] = "";

        for (size_t i = at; i < size && i < at + LINE_BYTES; i++) {
            sprintf(line + 2 * (i - at), "%02x", data[i]);
        }
        guest_say("%s %s", what, line);
    }
}

size_t guest_nonce(uint8_t *nonce, size_t size)
{
    char text[256] = "";
    size_t n = 0;

    guest_option("sevemu.nonce", text, sizeof(text));
    while (n < size && sscanf(text + 2 * n, "%2hhx", &nonce[n]) == 1) {
        n++;
    }
    return n;
}

bool guest_option(const char *name, char *value, size_t size)
{
    static char line[4096];
    FILE *f = fopen("/proc/cmdline", "r");
    bool found = false;

    if (!f || !fgets(line, sizeof(line), f)) {
        line[0] = '\0';
    }
    if (f) {
        fclose(f);
    }
    for (char *word = strtok(line, "\n "); word; word = strtok(NULL, "\n ")) {
        size_t n = strlen(name);

        if (!strncmp(word, name, n) && word[n] == '=') {
            snprintf(value, size, "%s", word + n + 1);
            found = true;
        }
    }
    return found;
}

/*
 * The console is opened only here: an archive without device nodes can be
 * built without being root.
 */
static void mount_and_open_console(void)
{
    int fd;

    mkdir("/dev", 0755);
    mkdir("/proc", 0755);
    mkdir("/sys", 0755);
    mount("dev", "/dev", "devtmpfs", 0, NULL);
    mount("proc", "/proc", "proc", 0, NULL);
    mount("sys", "/sys", "sysfs", 0, NULL);

    fd = open("/dev/console", O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        dup2(fd, STDIN_FILENO);
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    /* Only emergencies from here on: they would cut our lines in two. */
    klogctl(KLOG_CONSOLE_LEVEL, NULL, 1);
    /* Firmware may have left the cursor anywhere. */
    putchar('\n');
}

/* The list is in load order: each module comes after those it needs. */
static bool load_modules(void)
{
    char path[256];
    FILE *list = fopen(MODULE_LIST, "r");
    bool ok = true;

    if (!list) {
        return true;
    }
    while (ok && fgets(path, sizeof(path), list)) {
        int fd;

        path[strcspn(path, "\n")] = '\0';
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0) {
            ok = guest_fail("module %s: %s", path, strerror(errno));
        }
        close(fd);
    }
    fclose(list);
    return ok;
}

/* What the kernel found out about memory encryption, from its own log. */
static void say_memory_encryption(void)
{
    static const char wanted[] = "Memory Encryption Features active:";
    static char log[1 << 20];
    int n = klogctl(KLOG_READ_ALL, log, sizeof(log) - 1);
    char *line;

    log[n > 0 ? n : 0] = '\0';
    line = strstr(log, wanted);
    if (line) {
        line[strcspn(line, "\n")] = '\0';
        guest_say("%s", line);
    } else {
        guest_say("no memory encryption");
    }
}

static bool run_action(const char *name)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (!strcmp(actions[i].name, name)) {
            return actions[i].run();
        }
    }
    return guest_fail("there is no action '%s'", name);
}

static bool run_actions(void)
{
    char names[128];
    char *rest = names;
    char *name;
    bool ok = true;

    if (!guest_option("sevemu.do", names, sizeof(names))) {
        return true;
    }
    while (ok && (name = strsep(&rest, ","))) {
        ok = run_action(name);
    }
    return ok;
}

int main(void)
{
    struct utsname uts;

    mount_and_open_console();
    uname(&uts);
    guest_say("up: %s %s, %ld CPU", uts.sysname, uts.release,
              sysconf(_SC_NPROCESSORS_ONLN));
    say_memory_encryption();
    if (load_modules() && run_actions()) {
        guest_say("done");
    }
    guest_say("powering off");
    sync();
    reboot(RB_POWER_OFF);
    return 1;
}
