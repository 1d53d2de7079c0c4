/*
 * KVM_MEMORY_ENCRYPT_OP of SEV-SNP guests: what KVM does for the launch
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "abi/sev.h"
#include "abi/snp.h"
#include "abi/tsc.h"
#include "cpu/vmsa.h"
#include "hypervisor/launch/igvm-launch.h"
#include "hypervisor/launch/snp-commands.h"
#include "hypervisor/run/snp-discard.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/vmpl.h"
#include "hypervisor/trace.h"

/* As rmp_make_private() of Linux: immutable until the firmware has taken it */
static int assign(uint64_t spa, uint64_t gpa, uint32_t asid)
{
    RmpState state = {
        .gpa = gpa,
        .assigned = 1,
        .immutable = 1,
        .asid = asid,
    };

    return rmp_update(snp_rmp(), NULL, spa, &state) == RMP_SUCCESS ? 0
                                                                   : -EINVAL;
}

/*
 * As guest_memfd's pages when its VM goes: all are the hypervisor's again.  The
 * memory is cleared block by block, which is faster than page by page.
 */
static bool take_back(Int128 start, Int128 len, const MemoryRegion *mr,
                      hwaddr offset, void *opaque)
{
    uint64_t spa = snp_spa(int128_get64(start));
    uint64_t end = spa + int128_get64(len);
    bool *all = opaque;
    RmpEntry entry;

    while (spa < end) {
        RmpState shared = {};
        bool assigned = rmp_get(snp_rmp(), spa, &entry) && entry.assigned;

        shared.page_size = assigned ? entry.page_size : RMP_PAGE_4K;
        if (assigned &&
            rmp_update(snp_rmp(), NULL, spa, &shared) != RMP_SUCCESS) {
            *all = false;
            return true;
        }
        spa += shared.page_size == RMP_PAGE_2M ? RMP_2M_PAGE_SIZE
                                               : TARGET_PAGE_SIZE;
    }
    snp_discard_block((MemoryRegion *)mr);
    return false;
}

/* A page that the firmware did not take goes back to the hypervisor. */
static void reclaim(SevHost *host, uint64_t spa)
{
    SnpCmdAddr cmd = { .paddr = le64_of(spa) };
    RmpState shared = {};
    int ignored;

    sev_host_command(host, SNP_CMD_PAGE_RECLAIM, &cmd, sizeof(cmd), &ignored);
    rmp_update(snp_rmp(), NULL, spa, &shared);
}

int snp_platform_init(SevHost *host, int *fw_error)
{
    SnpCmdInitEx init = { .flags = le32_of(SNP_INIT_EX_RMP) };
    int ret = sev_host_command(host, SNP_CMD_INIT_EX, &init, sizeof(init),
                               fw_error);

    return ret ? ret : sev_host_configure(host, fw_error);
}

static int snp_guest_launch_start(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_snp_launch_start *arg = data;
    SnpCmdAddr create = { .paddr = le64_of(SNP_GCTX_SPA) };
    SnpCmdLaunchStart start = {
        .gctx_paddr = le64_of(SNP_GCTX_SPA),
        .policy = le64_of(arg->policy),
    };
    SnpCmdActivate activate = {
        .gctx_paddr = le64_of(SNP_GCTX_SPA),
        .asid = le32_of(host->asid),
    };
    int ret;

    if (arg->flags) {
        return -EINVAL;
    }
    /* As KVM: what the user wants (KVM_SET_TSC_KHZ), else the host's own */
    if (host->sev_features & VMSA_SEV_FEATURE_SECURE_TSC) {
        start.desired_tsc_khz = le32_of(host->tsc_khz ?: TSC_NATIVE_KHZ);
    }
    memcpy(start.gosvw, arg->gosvw, sizeof(start.gosvw));
    ret = assign(SNP_GCTX_SPA, 0, SEV_ASID_NONE);
    if (!ret) {
        ret = sev_host_command(host, SNP_CMD_GCTX_CREATE, &create,
                               sizeof(create), fw_error);
    }
    if (!ret) {
        ret = sev_host_command(host, SNP_CMD_LAUNCH_START, &start,
                               sizeof(start), fw_error);
    }
    if (!ret) {
        ret = sev_host_command(host, SNP_CMD_ACTIVATE, &activate,
                               sizeof(activate), fw_error);
    }
    return ret;
}

char *snp_digest_text(const uint8_t *digest)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < SNP_DIGEST_SIZE; i++) {
        g_string_append_printf(text, "%02x", digest[i]);
    }
    return g_string_free(text, FALSE);
}

char *snp_launch_digest_text(SevHost *host)
{
    uint8_t digest[SNP_DIGEST_SIZE];

    return psp_mailbox_launch_digest(host->mailbox, SNP_GCTX_SPA, digest)
           ? snp_digest_text(digest) : NULL;
}

/* Lines as those of "sevemu measurement build --page-list" */
static void trace_page(SevHost *host, uint64_t gpa, unsigned type)
{
    static const char *const names[] = {
        [SNP_PAGE_TYPE_NORMAL] = "normal",
        [SNP_PAGE_TYPE_VMSA] = "vmsa",
        [SNP_PAGE_TYPE_ZERO] = "zero",
        [SNP_PAGE_TYPE_UNMEASURED] = "unmeasured",
        [SNP_PAGE_TYPE_SECRETS] = "secrets",
        [SNP_PAGE_TYPE_CPUID] = "cpuid",
    };
    g_autofree char *digest = NULL;

    if (trace_event_get_state_backends(TRACE_SEV_SNP_LAUNCH_PAGE)) {
        digest = snp_launch_digest_text(host);
        trace_sev_snp_launch_page(gpa, names[type], digest ?: "?");
    }
}

/* One page, whose content the firmware finds where the guest will. */
static int launch_page(SevHost *host, uint64_t spa, uint64_t gpa,
                       unsigned type, int *fw_error)
{
    SnpCmdLaunchUpdate update = {
        .gctx_paddr = le64_of(SNP_GCTX_SPA),
        .flags = le32_of(type << SNP_LAUNCH_UPDATE_TYPE_SHIFT),
        .paddr = le64_of(spa),
    };
    int ret = assign(spa, gpa, host->asid);

    if (ret) {
        return ret;
    }
    ret = sev_host_command(host, SNP_CMD_LAUNCH_UPDATE, &update,
                           sizeof(update), fw_error);
    if (ret) {
        reclaim(host, spa);
        return ret;
    }
    trace_page(host, gpa, type);
    return 0;
}

static int launch_from(SevHost *host, uint64_t gpa, void *source,
                       unsigned type, int *fw_error)
{
    void *page = snp_private_page(gpa);
    int ret;

    /* Not RAM, or launched already */
    if (!page || snp_is_private(gpa)) {
        return -EINVAL;
    }
    if (type != SNP_PAGE_TYPE_ZERO) {
        memcpy(page, source, TARGET_PAGE_SIZE);
    }
    ret = launch_page(host, snp_spa(gpa), gpa, type, fw_error);
    if (ret && type == SNP_PAGE_TYPE_CPUID &&
        *fw_error == SEV_FW_INVALID_PARAM) {
        /* What the firmware would have taken, for QEMU to tell of */
        memcpy(source, page, TARGET_PAGE_SIZE);
    }
    return ret;
}

static int snp_guest_launch_update(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_snp_launch_update *arg = data;
    int ret = 0;

    if (arg->flags || arg->len % TARGET_PAGE_SIZE ||
        (arg->type != SNP_PAGE_TYPE_NORMAL && arg->type != SNP_PAGE_TYPE_ZERO &&
         arg->type != SNP_PAGE_TYPE_UNMEASURED &&
         arg->type != SNP_PAGE_TYPE_SECRETS &&
         arg->type != SNP_PAGE_TYPE_CPUID)) {
        return -EINVAL;
    }
    /* The argument tells how far it went, also when it fails. */
    while (arg->len && !ret) {
        ret = launch_from(host, arg->gfn_start << TARGET_PAGE_BITS,
                          (void *)(uintptr_t)arg->uaddr, arg->type, fw_error);
        if (!ret) {
            arg->gfn_start++;
            arg->uaddr += TARGET_PAGE_SIZE;
            arg->len -= TARGET_PAGE_SIZE;
        }
    }
    return ret;
}

/* From then on the CPU starts with it, and what the firmware has added. */
static int launch_vmsa(SevHost *host, CPUState *cs, const SevVmsa *vmsa,
                       int *fw_error)
{
    uint64_t spa;
    SevVmsa *page = snp_firmware_page(SNP_FIRST_VMSA + cs->cpu_index, &spa);
    int ret;

    if (!page) {
        return -ENOSPC;
    }
    memcpy(page, vmsa, sizeof(*vmsa));
    ret = launch_page(host, spa, SNP_VMSA_GPA, SNP_PAGE_TYPE_VMSA, fw_error);
    if (ret) {
        return ret;
    }
    vmsa_load(cpu_env(cs), page);
    vmpl_launch(sev_vcpu_of(cs), page, spa);
    return 0;
}

/* The save areas come last, each at the same address. */
static int launch_vmsas(SevHost *host, int *fw_error)
{
    CPUState *cs;
    SevVmsa vmsa;
    int ret = 0;

    CPU_FOREACH(cs) {
        vmsa_make(cpu_env(cs), true, host->sev_features, &vmsa);
        ret = launch_vmsa(host, cs, &vmsa, fw_error);
        if (ret) {
            break;
        }
    }
    return ret;
}

/*
 * Those that an IGVM file has.  Other CPUs have nothing to run with until the
 * guest makes them a save area.
 */
static int launch_vmsas_of_file(SevHost *host, IgvmLaunch *igvm,
                                int *fw_error)
{
    IgvmCursor cursor = igvm_launch_headers(igvm);
    const SevVmsa *vmsa;
    unsigned index;
    CPUState *cs;
    int ret = igvm_launch_require(igvm) ? 0 : -EINVAL;

    CPU_FOREACH(cs) {
        if (!test_bit(cs->cpu_index, igvm->with_vmsa)) {
            sev_vcpu_of(cs)->destroyed = true;
            cs->halted = 1;
        }
    }
    while (!ret && (vmsa = igvm_launch_next_vmsa(&cursor, &index))) {
        ret = launch_vmsa(host, qemu_get_cpu(index), vmsa, fw_error);
    }
    return ret;
}

static int snp_guest_launch_finish(SevHost *host, void *data, int *fw_error)
{
    struct kvm_sev_snp_launch_finish *arg = data;
    SnpCmdLaunchFinish finish = { .gctx_paddr = le64_of(SNP_GCTX_SPA) };
    g_auto(HostLoan) loan = { .mem = host->mem };
    IgvmLaunch *igvm = sev_vm()->igvm;
    int ret;

    if (arg->flags) {
        return -EINVAL;
    }
    ret = igvm ? launch_vmsas_of_file(host, igvm, fw_error)
               : launch_vmsas(host, fw_error);
    if (ret) {
        return ret;
    }
    memcpy(finish.host_data, arg->host_data, sizeof(finish.host_data));
    finish.flags = le64_of(
        (arg->id_block_en ? SNP_LAUNCH_FINISH_ID_BLOCK : 0) |
        (arg->auth_key_en ? SNP_LAUNCH_FINISH_AUTH_KEY : 0) |
        (arg->vcek_disabled ? SNP_LAUNCH_FINISH_VCEK_DIS : 0));
    if (arg->id_block_en) {
        finish.id_block_paddr = sev_host_lend(&loan, arg->id_block_uaddr,
                                              KVM_SEV_SNP_ID_BLOCK_SIZE);
        finish.id_auth_paddr = sev_host_lend(&loan, arg->id_auth_uaddr,
                                             KVM_SEV_SNP_ID_AUTH_SIZE);
    }
    return sev_host_command(host, SNP_CMD_LAUNCH_FINISH, &finish,
                            sizeof(finish), fw_error);
}

GuestCommand *const snp_guest_commands[KVM_SEV_NR_MAX] = {
    [KVM_SEV_SNP_LAUNCH_START] = snp_guest_launch_start,
    [KVM_SEV_SNP_LAUNCH_UPDATE] = snp_guest_launch_update,
    [KVM_SEV_SNP_LAUNCH_FINISH] = snp_guest_launch_finish,
};

/* The save areas are pages of the guest's, its context is the firmware's. */
static void free_firmware_pages(SevHost *host)
{
    RmpState shared = {};
    CPUState *cs;

    CPU_FOREACH(cs) {
        uint64_t spa;
        void *page = snp_firmware_page(SNP_FIRST_VMSA + cs->cpu_index, &spa);

        if (page) {
            rmp_update(snp_rmp(), NULL, spa, &shared);
            memset(page, 0, TARGET_PAGE_SIZE);
        }
    }
    reclaim(host, SNP_GCTX_SPA);
}

int snp_guest_end(SevHost *host, int *fw_error)
{
    SnpCmdAddr decommission = { .paddr = le64_of(SNP_GCTX_SPA) };
    int ret = sev_host_command(host, SNP_CMD_DECOMMISSION, &decommission,
                               sizeof(decommission), fw_error);
    bool all = true;

    if (ret) {
        return ret;
    }
    free_firmware_pages(host);
    WITH_RCU_READ_LOCK_GUARD() {
        flatview_for_each_range(address_space_to_flatview(snp_private_memory()),
                                take_back, &all);
    }
    if (!all) {
        return -EIO;
    }
    return sev_host_command(host, SNP_CMD_DF_FLUSH, NULL, 0, fw_error);
}
