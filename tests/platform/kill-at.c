/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library to preload. It counts the system calls that change files, and
 * kills the process just before the one whose number is in $KILL_AT; each
 * goes into the file $KILL_LOG, if that is set.
 *
 * The calls are made by number, so that no function is looked up.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void step(const char *format, ...)
{
    static long count;
    const char *at = getenv("KILL_AT");
    const char *log = getenv("KILL_LOG");
    char line[512];
    va_list ap;

    if (at && ++count == atol(at)) {
        syscall(SYS_kill, getpid(), SIGKILL);
    }
    va_start(ap, format);
    vsnprintf(line, sizeof(line), format, ap);
    va_end(ap);
    if (log) {
        long fd = syscall(SYS_openat, AT_FDCWD, log,
                          O_WRONLY | O_CREAT | O_APPEND, 0600);

        syscall(SYS_write, fd, line, strlen(line));
        syscall(SYS_close, fd);
    }
}

int mkdir(const char *path, mode_t mode)
{
    step("mkdir %s\n", path);
    return syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int chmod(const char *path, mode_t mode)
{
    step("chmod %s\n", path);
    return syscall(SYS_fchmodat, AT_FDCWD, path, mode);
}

int fchmod(int fd, mode_t mode)
{
    step("fchmod %d\n", fd);
    return syscall(SYS_fchmod, fd, mode);
}

static int do_openat(int dir, const char *path, int flags, va_list ap)
{
    mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    int fd;

    if (flags & O_CREAT) {
        step("creating %s\n", path);
    }
    fd = syscall(SYS_openat, dir, path, flags, mode);
    if (flags & O_CREAT) {
        step("openat %d %s\n", fd, path);
    }
    return fd;
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list ap;
    int fd;

    va_start(ap, flags);
    fd = do_openat(dir, path, flags, ap);
    va_end(ap);
    return fd;
}

int openat64(int dir, const char *path, int flags, ...)
{
    va_list ap;
    int fd;

    va_start(ap, flags);
    fd = do_openat(dir, path, flags, ap);
    va_end(ap);
    return fd;
}

/* Not what is said to the user, nor the event counters of a QEMU */
static bool is_ordinary_file(int fd)
{
    struct stat st;

    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* In two parts, so that a kill can find half of it written */
ssize_t write(int fd, const void *data, size_t len)
{
    if (is_ordinary_file(fd)) {
        step("write %d\n", fd);
        len = len > 1 ? len / 2 : len;
    }
    return syscall(SYS_write, fd, data, len);
}

int fsync(int fd)
{
    step("fsync %d\n", fd);
    return syscall(SYS_fsync, fd);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    step("renameat %d %s %s\n", to_dir, from, to);
    return syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

int unlinkat(int dir, const char *path, int flags)
{
    step("unlinkat %s\n", path);
    return syscall(SYS_unlinkat, dir, path, flags);
}
