/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "vc_mapping": an access to a device is a page fault first and #VC
 * only if the page tables allow it, with the C-bit or without.  RAM beside a
 * device is none, nor is ROM: KVM has it in the nested page tables without the
 * right to write, and a fault for want of that is the hypervisor's (hence OVMF
 * writes flash by the GHCB).
 */
#include "ghcb.h"
#include "paging.h"
#include "probe.h"
#include "suite.h"
#include "x86.h"

#define LAPIC   0xfee00000u
#define ROM     0xffffe000u
#define NOTHING 0xd0000000u

static struct fault at(const struct path *path, ProbeFn *fn)
{
    struct fault f;

    path_load(path, cr3_bits(config_c_bit()));
    f = catch_vc(fn, path->va, 0);
    path_leave();
    return f;
}

static void check_vc(const struct path *path, const char *what)
{
    check_fault(at(path, probe_read), (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_NPF,
        .ip = (uintptr_t)probe_read_ip,
    }, "reading %s is #VC", what);
    check_fault(at(path, probe_write), (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_NPF,
        .ip = (uintptr_t)probe_write_ip,
    }, "writing %s is #VC", what);
}

static void check_device(uintptr_t device, const char *what)
{
    struct path path;

    path_build(&path, 1, device);
    path_encrypt(&path, config_c_bit(), ~1u & ~2u);
    check_vc(&path, what);
    path_encrypt(&path, config_c_bit(), ~0u);
    check_vc(&path, "it by a mapping with the C-bit");
}

static void check_page_faults(void)
{
    struct path path;

    path_build(&path, 1, LAPIC);
    *path.entry[1] &= ~PTE_WRITABLE;
    check_fault(at(&path, probe_write), (struct fault) {
        .vector = VECTOR_PF, .error = PF_PRESENT | PF_WRITE,
        .ip = (uintptr_t)probe_write_ip, .cr2 = path.va,
    }, "writing a device that is mapped read-only is a page fault");
    check_fault(at(&path, probe_read), (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_NPF,
        .ip = (uintptr_t)probe_read_ip,
    }, "reading it is #VC");
    *path.entry[1] &= ~PTE_PRESENT;
    check_fault(at(&path, probe_read), (struct fault) {
        .vector = VECTOR_PF, .error = 0,
        .ip = (uintptr_t)probe_read_ip, .cr2 = path.va,
    }, "reading a device that is not mapped is a page fault");
    check_fault(at(&path, probe_write), (struct fault) {
        .vector = VECTOR_PF, .error = PF_WRITE,
        .ip = (uintptr_t)probe_write_ip, .cr2 = path.va,
    }, "writing a device that is not mapped is a page fault");
}

/* A load of two pages, of which one is RAM and one is not */
static void check_edge(void)
{
    struct path path;

    path_build(&path, 1, page_alloc());
    path.entry[1][1] = LAPIC | PTE_PRESENT | PTE_WRITABLE;
    path_load(&path, cr3_bits(config_c_bit()));
    check_fault(catch_vc(probe_read, path.va + PAGE_SIZE - 1, 0),
                (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_NPF,
        .ip = (uintptr_t)probe_read_ip,
    }, "reading over RAM's end into a device is #VC");
    check(catch_vc(probe_read, path.va + PAGE_SIZE - sizeof(uintptr_t),
                   0).vector == NO_FAULT,
          "reading RAM before a device is no #VC");
    path_leave();
}

/* An instruction that cannot be fetched is at its own address. */
static void check_fetch(void)
{
    struct path path;

    path_build(&path, 1, NOTHING);
    check_fault(at(&path, probe_call), (struct fault) {
        .vector = VECTOR_VC, .error = VC_EXIT_NPF, .ip = path.va,
    }, "fetching from where nothing is is #VC");
}

static void check_rom(void)
{
    struct path path;

    path_build(&path, 1, ROM);
    check(at(&path, probe_read).vector == NO_FAULT,
          "reading the ROM is no #VC");
    check(at(&path, probe_write).vector == NO_FAULT,
          "writing the ROM is no #VC");
}

SUITE(vc_mapping)
{
    check_device(LAPIC, "the local APIC");
    check_device(NOTHING, "where nothing is");
    check_page_faults();
    check_edge();
    check_fetch();
    check_rom();
}
