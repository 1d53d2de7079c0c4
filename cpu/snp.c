/*
 * Checks a TLB fill of an SEV-SNP guest against the RMP, and leaves the guest
 * where that forbids it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/ghcb.h"
#include "cpu/snp.h"
#include "cpu/trace.h"
#include "cpu/vc.h"
#include "exec/cputlb.h"
#include "hw/core/cpu.h"

void snp_access_begin(CPUX86State *env, vaddr va, uintptr_t ra)
{
    env->sev->access_va = va;
    env->sev->access_ra = ra;
}

static uint64_t nested_spa(const SevCpu *sev, hwaddr gpa)
{
    return sev->private_spa + (gpa & TARGET_PAGE_MASK);
}

/* Nested page tables have the size that the RMP has. */
void snp_nested_page(const SevCpu *sev, hwaddr gpa, uint64_t *spa,
                     uint8_t *page_size)
{
    RmpEntry entry;

    *spa = nested_spa(sev, gpa);
    *page_size = rmp_get(sev->rmp, *spa, &entry) ? entry.page_size
                                                 : RMP_PAGE_4K;
}

static RmpAccessKind access_kind(const SnpFill *fill)
{
    bool write = fill->access_type == MMU_DATA_STORE;

    if (fill->walk) {
        return write ? RMP_WALK_WRITE : RMP_WALK;
    }
    if (fill->access_type == MMU_INST_FETCH) {
        return fill->user ? RMP_FETCH_USER : RMP_FETCH_SUPERVISOR;
    }
    return write ? RMP_WRITE : RMP_READ;
}

/*
 * Where the owner lets the CPU execute the instruction again, that is done
 * from translated code, and where it is fetched.  While an interrupt or an
 * exception is delivered (no address in translated code) TCG would lose that;
 * so there the access is looked at again at once.  Entries are in use only as
 * long as 4 KiB are copied.
 */
uint32_t snp_nested_fault(SevCpu *sev, const RmpAccess *access,
                          const RmpFault *fault)
{
    bool fetch = access->kind == RMP_FETCH_USER ||
                 access->kind == RMP_FETCH_SUPERVISOR;

    switch (sev->exits->nested_fault(sev, access, fault)) {
    case SEV_NPF_RETRY:
        return 0;
    case SEV_NPF_LEAVE:
        if (sev->access_ra || fetch) {
            sev_cpu_leave(sev, sev->access_ra);
        }
        return 0;
    default:
        return VC_EXIT_STOPPED;
    }
}

/*
 * The check of APM volume 2, section 15.36.10.  After a nested page fault that
 * was mended the access is tried again, as by the hardware.
 */
static uint32_t check_rmp(SevCpu *sev, SnpFill *fill, bool private)
{
    RmpAccess access = {
        .gpa = fill->gpa & TARGET_PAGE_MASK,
        .asid = sev->asid,
        .vmpl = sev->vmpl,
        .c_bit = private,
        .kind = access_kind(fill),
    };
    uint32_t exit = 0;
    RmpFault fault;

    while (!exit) {
        snp_nested_page(sev, fill->gpa, &fill->spa, &fill->page_size);
        access.spa = fill->spa;
        access.page_size = fill->page_size;
        if (rmp_check(sev->rmp, &access, &fault)) {
            return 0;
        }
        if (fault.kind == RMP_FAULT_VC) {
            exit = VC_EXIT_NOT_VALIDATED;
            if (!fill->probe && sev->exits->not_validated) {
                sev->exits->not_validated(sev, &access, &fault);
            }
        } else {
            exit = fill->probe ? VC_EXIT_NPF
                               : snp_nested_fault(sev, &access, &fault);
        }
    }
    return exit;
}

/* The long way: is there RAM, and is it the guest's? */
static uint32_t check_page(CPUX86State *env, SnpFill *fill, bool private,
                           int *backed)
{
    int access = 1 << fill->access_type;

    *backed = vc_fill_prot(env, fill->gpa);
    if (!*backed || !(fill->prot & access) ||
        (!private && !(*backed & access))) {
        return VC_EXIT_NPF;
    }
    return check_rmp(env->sev, fill, private);
}

/* VMPL 0 may all. */

static unsigned permissions(const SevCpu *sev, uint64_t spa)
{
    RmpEntry entry;

    if (!sev->vmpl) {
        return RMP_PERM_ALL;
    }
    return rmp_get(sev->rmp, spa, &entry) ? rmp_entry_perm(&entry, sev->vmpl)
                                          : 0;
}

/* A TLB entry must not let through what the RMP has not been asked about. */
static int permitted_prot(unsigned permissions, bool user)
{
    unsigned exec = user ? RMP_PERM_EXEC_USER : RMP_PERM_EXEC_SUPERVISOR;
    unsigned write = RMP_PERM_READ | RMP_PERM_WRITE;

    return (permissions & RMP_PERM_READ ? PAGE_READ : 0) |
           ((permissions & write) == write ? PAGE_WRITE : 0) |
           (permissions & exec ? PAGE_EXEC : 0);
}

/* After the check has passed: what of it holds for later accesses? */
static void learn(SevCpu *sev, SnpFill *fill, bool private, bool writable,
                  unsigned generation)
{
    unsigned allowed = private ? permissions(sev, fill->spa)
                               : RMP_PERM_ALL;

    fill->prot &= permitted_prot(allowed, fill->user);
    if (writable && allowed == RMP_PERM_ALL) {
        cover_learn(sev->cover, fill->spa, private, sev->vmpl, generation);
    }
}

/*
 * Fetches and page walks are private whatever the C-bit says (15.34.5).  A
 * page with C=0 therefore has other content as code than as data, and never
 * one TLB entry for both.
 */
uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill)
{
    bool fetch = !fill->walk && fill->access_type == MMU_INST_FETCH;
    bool private = fill->walk || fill->c_bit || fetch;
    SevCpu *sev = env->sev;
    unsigned generation;
    uint32_t exit;
    int backed;

    fill->paddr = private ? fill->gpa | env->sev_private_mask : fill->gpa;
    fill->spa = nested_spa(sev, fill->gpa);
    if (!private) {
        fill->prot &= ~PAGE_EXEC;
    } else if (!fill->walk && !fill->c_bit) {
        fill->prot &= PAGE_EXEC;
    }
    if (cover_fill_begin(sev->cover, fill->spa, private, sev->vmpl,
                         &generation) &&
        fill->prot & (1 << fill->access_type)) {
        return 0;
    }

    exit = check_page(env, fill, private, &backed);
    if (!exit) {
        learn(sev, fill, private, backed & PAGE_WRITE, generation);
    }
    fill->prot &= private ? fill->prot : backed;
    return exit;
}

static uint32_t walk_fault(CPUX86State *env, hwaddr gpa,
                           MMUAccessType access_type)
{
    SnpFill fill = {
        .gpa = gpa,
        .access_type = access_type,
        .walk = true,
        .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
    };

    return snp_check_fill(env, &fill);
}

/* QEMU's walk wants to be able to set accessed and dirty bits, too. */
uint32_t snp_walk_fault(CPUX86State *env, hwaddr paddr)
{
    hwaddr gpa = paddr & ~env->sev_private_mask;
    uint32_t exit = walk_fault(env, gpa, MMU_DATA_LOAD);

    return exit ? exit : walk_fault(env, gpa, MMU_DATA_STORE);
}

/* When no CPU executes, and each will flush before it does again */
static void flush_done(CPUState *cs, run_on_cpu_data data)
{
    cover_flush_end(data.host_ptr);
}

void snp_flush_all(CPUState *cs, Cover *cover, uint64_t npages)
{
    trace_sev_snp_flush(cs->cpu_index, npages);
    cover_flush_begin(cover);
    tlb_flush_all_cpus_synced(cs);
    async_safe_run_on_cpu(cs, flush_done, RUN_ON_CPU_HOST_PTR(cover));
}

void snp_flush(SevCpu *sev)
{
    uint64_t npages = sev->stale_pages;

    if (npages) {
        sev->stale_pages = 0;
        snp_flush_all(CPU(sev->cpu), sev->cover, npages);
    }
}
