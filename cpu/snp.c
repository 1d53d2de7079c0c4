/*
 * SEV-SNP in the CPU: the RMP check, and where private memory is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "abi/ghcb.h"
#include "cpu/snp.h"
#include "cpu/vc.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"

void snp_access_begin(CPUX86State *env, vaddr va, uintptr_t ra)
{
    env->sev_vcpu->access_va = va;
    env->sev_vcpu->access_ra = ra;
}

static RmpAccessKind access_kind(const SnpFill *fill)
{
    if (fill->walk) {
        return RMP_WALK;
    }
    switch (fill->access_type) {
    case MMU_DATA_LOAD:
        return RMP_READ;
    case MMU_DATA_STORE:
        return RMP_WRITE;
    default:
        return fill->user ? RMP_FETCH_USER : RMP_FETCH_SUPERVISOR;
    }
}

/*
 * The check of APM volume 2, section 15.36.10.  A nested page fault goes to
 * the hypervisor, which mends what it can; then the access is tried again, as
 * by the hardware.
 */
static uint32_t check_rmp(SevVcpu *vcpu, const SnpFill *fill, bool private,
                          bool tell)
{
    RmpAccess access = {
        .spa = snp_spa(fill->gpa),
        .gpa = fill->gpa & TARGET_PAGE_MASK,
        .asid = snp_asid(),
        .c_bit = private,
        .kind = access_kind(fill),
    };
    RmpFault fault;

    /* Nested page tables have the size that the RMP has. */
    while (access.page_size = snp_page_size(access.spa),
           !rmp_check(snp_rmp(), &access, &fault)) {
        if (fault.kind == RMP_FAULT_VC) {
            if (tell) {
                snp_diagnose(vcpu, &access, &fault);
            }
            return VC_EXIT_NOT_VALIDATED;
        }
        if (!snp_nested_fault(vcpu, &access, &fault)) {
            return VC_EXIT_STOPPED;
        }
    }
    return 0;
}

/* The long way: is there RAM, and is it the guest's? */
static uint32_t check_page(CPUX86State *env, const SnpFill *fill, bool private,
                           bool tell, int *backed)
{
    int access = 1 << fill->access_type;

    *backed = vc_fill_prot(env, fill->gpa);
    if (!*backed || !(fill->prot & access) ||
        (!private && !(*backed & access))) {
        return VC_EXIT_NPF;
    }
    return check_rmp(env->sev_vcpu, fill, private, tell);
}

/*
 * Fetches and page walks are private whatever the C-bit says (15.34.5).  A
 * page with C=0 therefore has other content as code than as data, and never
 * one TLB entry for both.
 */
static uint32_t check_fill(CPUX86State *env, SnpFill *fill, bool tell)
{
    bool fetch = !fill->walk && fill->access_type == MMU_INST_FETCH;
    bool private = fill->walk || fill->c_bit || fetch;
    unsigned generation;
    uint32_t exit;
    int backed;

    fill->paddr = private ? fill->gpa | env->sev_private_mask : fill->gpa;
    if (!private) {
        fill->prot &= ~PAGE_EXEC;
    } else if (!fill->walk && !fill->c_bit) {
        fill->prot &= PAGE_EXEC;
    }
    if (cover_fill_begin(env->sev_vcpu->cover, snp_spa(fill->gpa), private, 0,
                         &generation) &&
        fill->prot & (1 << fill->access_type)) {
        return 0;
    }

    exit = check_page(env, fill, private, tell, &backed);
    if (!exit && backed & PAGE_WRITE) {
        /* VMPL 0 has all permissions, so what holds for one access does. */
        cover_learn(env->sev_vcpu->cover, snp_spa(fill->gpa), private, 0,
                    generation);
    }
    fill->prot &= private ? fill->prot : backed;
    return exit;
}

/* Page walks only try: if one fails, snp_walk_exit() is next. */
uint32_t snp_check_fill(CPUX86State *env, SnpFill *fill)
{
    return check_fill(env, fill, !fill->walk);
}

uint32_t snp_walk_exit(CPUX86State *env, hwaddr paddr)
{
    SnpFill fill = {
        .gpa = paddr & ~env->sev_private_mask,
        .access_type = MMU_DATA_LOAD,
        .walk = true,
        .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC,
    };
    uint32_t exit = check_fill(env, &fill, true);

    /* Meanwhile somebody else may have made it good. */
    return exit ? exit : VC_EXIT_NOT_VALIDATED;
}
