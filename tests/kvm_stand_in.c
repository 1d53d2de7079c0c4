/*
 * A stand-in for /dev/kvm of a host without SEV, for hosts that have no KVM
 *
 * A library for LD_PRELOAD: the program finds a /dev/kvm, may make a VM, and
 * is told that there is no SEV.  No vCPU can be made.  QEMU comes as far as
 * with KVM that a guest's kind is looked at, or that a machine without CPUs
 * is there, as libvirt asks for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

/* Both names of open() and stat() are defined here, so neither is a macro. */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The file that is there instead of it, which all can open */
#define SUBSTITUTE "/dev/null"

/* What KVM_CHECK_EXTENSION answers other than 0 */
static const struct {
    int cap;
    int value;
} extensions[] = {
    { KVM_CAP_USER_MEMORY, 1 },
    { KVM_CAP_DESTROY_MEMORY_REGION_WORKS, 1 },
    { KVM_CAP_JOIN_MEMORY_REGIONS_WORKS, 1 },
    { KVM_CAP_INTERNAL_ERROR_DATA, 1 },
    { KVM_CAP_IOEVENTFD, 1 },
    { KVM_CAP_IOEVENTFD_ANY_LENGTH, 1 },
    { KVM_CAP_IMMEDIATE_EXIT, 1 },
    { KVM_CAP_READONLY_MEM, 1 },
    { KVM_CAP_SYNC_MMU, 1 },
    { KVM_CAP_NR_MEMSLOTS, 509 },
    { KVM_CAP_NR_VCPUS, 8 },
    { KVM_CAP_MAX_VCPUS, 1024 },
    { KVM_CAP_MAX_VCPU_ID, 4096 },
    { KVM_CAP_SET_TSS_ADDR, 1 },
    { KVM_CAP_SET_IDENTITY_MAP_ADDR, 1 },
    { KVM_CAP_EXT_CPUID, 1 },
    { KVM_CAP_MP_STATE, 1 },
    { KVM_CAP_SIGNAL_MSI, 1 },
    { KVM_CAP_IRQ_ROUTING, 4096 },
    { KVM_CAP_DEBUGREGS, 1 },
    { KVM_CAP_XSAVE, 1 },
    { KVM_CAP_VCPU_EVENTS, 1 },
    { KVM_CAP_X86_ROBUST_SINGLESTEP, 1 },
    { KVM_CAP_MCE, 32 },
    { KVM_CAP_ADJUST_CLOCK, 1 },
};

static int check_extension(int cap)
{
    for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
        if (extensions[i].cap == cap) {
            return extensions[i].value;
        }
    }
    return 0;
}

static int failed(int error)
{
    errno = error;
    return -1;
}

/* Adds what the processor says of a function.  Returns false: no room */
static int add_cpuid(struct kvm_cpuid2 *cpuid, unsigned room, unsigned function)
{
    struct kvm_cpuid_entry2 *entry = &cpuid->entries[cpuid->nent];

    if (cpuid->nent == room) {
        return 0;
    }
    cpuid->nent++;
    memset(entry, 0, sizeof(*entry));
    entry->function = function;
    /* Of functions with parts the first; who asks for all is not here. */
    __cpuid_count(function, 0, entry->eax, entry->ebx, entry->ecx, entry->edx);
    return 1;
}

static int get_cpuid(struct kvm_cpuid2 *cpuid)
{
    const unsigned ranges[] = { 0, 0x80000000 };
    unsigned room = cpuid->nent;

    cpuid->nent = 0;
    for (int i = 0; i < 2; i++) {
        unsigned last = __get_cpuid_max(ranges[i], NULL);

        for (unsigned function = ranges[i]; function <= last; function++) {
            if (!add_cpuid(cpuid, room, function)) {
                return failed(E2BIG);
            }
        }
    }
    return 0;
}

/* Of the system, and of a VM; the requests differ, so nobody asks which. */
static int kvm_request(unsigned request, void *argument)
{
    switch (request) {
    case KVM_GET_API_VERSION:
        return KVM_API_VERSION;
    case KVM_CHECK_EXTENSION:
        return check_extension((long)argument);
    case KVM_GET_VCPU_MMAP_SIZE:
        return 3 * 4096;
    case KVM_CREATE_VM:
        /* The types that want SEV are not among KVM_CAP_VM_TYPES. */
        return argument ? failed(EINVAL)
                        : syscall(SYS_openat, AT_FDCWD, SUBSTITUTE,
                                  O_RDWR | O_CLOEXEC);
    case KVM_GET_SUPPORTED_CPUID:
        return get_cpuid(argument);
    case KVM_GET_MSR_INDEX_LIST:
    case KVM_GET_MSR_FEATURE_INDEX_LIST:
        ((struct kvm_msr_list *)argument)->nmsrs = 0;
        return 0;
    case KVM_GET_MSRS:
    case KVM_SET_IDENTITY_MAP_ADDR:
    case KVM_SET_TSS_ADDR:
    case KVM_SET_NR_MMU_PAGES:
    case KVM_SET_USER_MEMORY_REGION:
    case KVM_IOEVENTFD:
        return 0;
    default:
        return failed(ENOTTY);
    }
}

/* Requests go by their type alone: no other driver here has KVM's. */
int ioctl(int fd, unsigned long request, ...)
{
    va_list ap;
    void *argument;

    va_start(ap, request);
    argument = va_arg(ap, void *);
    va_end(ap);
    return _IOC_TYPE(request) == KVMIO ? kvm_request(request, argument)
                                       : syscall(SYS_ioctl, fd, request,
                                                 argument);
}

static const char *instead(const char *path)
{
    return path && !strcmp(path, "/dev/kvm") ? SUBSTITUTE : path;
}

/* It may be there for the sake of labels, but there is nothing behind it. */
static int open_at(int dir, const char *path, int flags, int mode)
{
    if (path && !strcmp(path, "/dev/sev")) {
        return failed(ENOENT);
    }
    return syscall(SYS_openat, dir, instead(path), flags, mode);
}

#define MODE(flags, mode)                                                   \
    do {                                                                    \
        va_list ap;                                                         \
        va_start(ap, flags);                                                \
        mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, int) : 0;         \
        va_end(ap);                                                         \
    } while (0)

int open(const char *path, int flags, ...)
{
    int mode;

    MODE(flags, mode);
    return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
    int mode;

    MODE(flags, mode);
    return open_at(dir, path, flags, mode);
}

/* Other names that programs know these by, as they were compiled */
int open64(const char *, int, ...) __attribute__((alias("open")));
int openat64(int, const char *, int, ...) __attribute__((alias("openat")));

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags) __attribute__((alias("__open_2")));

int __open_2(const char *path, int flags)
{
    return open_at(AT_FDCWD, path, flags, 0);
}

int access(const char *path, int mode)
{
    return syscall(SYS_faccessat, AT_FDCWD, instead(path), mode);
}

int stat(const char *restrict path, struct stat *restrict buf)
{
    return fstatat(AT_FDCWD, instead(path), buf, 0);
}

int stat64(const char *restrict path, struct stat64 *restrict buf)
{
    return fstatat64(AT_FDCWD, instead(path), buf, 0);
}
