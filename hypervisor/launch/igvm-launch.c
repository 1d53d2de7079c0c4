/*
 * Launches an IGVM file: its pages, in its order, and its save areas
 *
 * QEMU has done the same with KVM since 10.1 (backends/igvm.c).  Only what
 * SEV-SNP guests need is here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "exec/memory.h"
#include "abi/snp.h"
#include "cpu/vmsa.h"
#include "hw/core/cpu.h"
#include "hypervisor/launch/igvm-launch.h"
#include "hypervisor/launch/igvm-memory.h"
#include "hypervisor/launch/igvm-parameters.h"
#include "hypervisor/run/snp-host.h"
#include "system/system.h"

static const uint8_t zeros[SNP_PAGE_SIZE];

/* What VMRUN would refuse, and KVM end the guest for */
static bool check_vmsas(const IgvmLaunch *launch, Error **errp)
{
    IgvmCursor cursor = igvm_launch_headers(launch);
    const SevVmsa *vmsa;
    unsigned index;

    while ((vmsa = igvm_launch_next_vmsa(&cursor, &index))) {
        const char *why = vmsa_check(cpu_env(qemu_get_cpu(index)), 0,
                                     launch->features, vmsa);

        if (why) {
            error_setg(errp, "SEV-SNP: igvm-cfg: %s: vCPU %u cannot start "
                       "with its save area: %s", launch->path, index, why);
            return false;
        }
    }
    return true;
}

static void board_built(Notifier *notifier, void *unused)
{
    IgvmLaunch *launch = container_of(notifier, IgvmLaunch, board_built);

    igvm_memory_make(launch, &error_fatal);
    igvm_parameters_make(launch, &error_fatal);
    check_vmsas(launch, &error_fatal);
}

void igvm_launch_register(IgvmLaunch *launch)
{
    launch->board_built.notify = board_built;
    qemu_add_machine_init_done_notifier(&launch->board_built);
}

static int launch_type(const IgvmPageData *page)
{
    switch (le16_get(page->data_type)) {
    case IGVM_PAGE_TYPE_SECRETS:
        return KVM_SEV_SNP_PAGE_TYPE_SECRETS;
    case IGVM_PAGE_TYPE_CPUID:
        return KVM_SEV_SNP_PAGE_TYPE_CPUID;
    default:
        return le32_get(page->flags) & IGVM_PAGE_UNMEASURED
               ? KVM_SEV_SNP_PAGE_TYPE_UNMEASURED
               : KVM_SEV_SNP_PAGE_TYPE_NORMAL;
    }
}

/* What is not private is there for devices too, and is not measured. */
static void add_shared(const IgvmHeader *header)
{
    hwaddr gpa = le64_get(header->page->gpa);

    if (header->content) {
        address_space_write(&address_space_memory, gpa,
                            MEMTXATTRS_UNSPECIFIED, header->content,
                            header->size);
    }
}

/* Without content: page by page, of zeros */
static void add_pages(uint64_t gpa, const uint8_t *content, size_t size,
                      int type)
{
    if (content) {
        snp_launch_update_data(gpa, (void *)content, size, type);
        return;
    }
    for (size_t at = 0; at < size; at += SNP_PAGE_SIZE) {
        snp_launch_update_data(gpa + at, (void *)zeros, SNP_PAGE_SIZE, type);
    }
}

static void add_page(IgvmLaunch *launch, const IgvmHeader *header)
{
    uint64_t gpa = le64_get(header->page->gpa);
    int type = launch_type(header->page);

    if (le32_get(header->page->flags) & IGVM_PAGE_SHARED) {
        add_shared(header);
    } else if (type == KVM_SEV_SNP_PAGE_TYPE_CPUID) {
        /* QEMU's table of the first CPU, whatever the file has there */
        memset(launch->cpuid, 0, sizeof(launch->cpuid));
        if (snp_launch_update_cpuid(gpa, launch->cpuid,
                                    sizeof(launch->cpuid))) {
            exit(EXIT_FAILURE);     /* it has said why */
        }
    } else {
        add_pages(gpa, header->content, header->size, type);
    }
}

static void add_parameters(const IgvmLaunch *launch,
                           const IgvmHeader *header)
{
    const IgvmParameterInsert *insert = header->insert;
    GByteArray *area = igvm_parameters_area(launch, le32_get(insert->index));

    add_pages(le64_get(insert->gpa), area->data, area->len,
              KVM_SEV_SNP_PAGE_TYPE_UNMEASURED);
}

void igvm_launch_add(IgvmLaunch *launch)
{
    IgvmCursor cursor = igvm_launch_headers(launch);
    IgvmHeader header;

    while (igvm_next(&cursor, &header)) {
        if (header.type == IGVM_VHT_PAGE_DATA) {
            add_page(launch, &header);
        } else if (header.type == IGVM_VHT_PARAMETER_INSERT) {
            add_parameters(launch, &header);
        }
    }
}

/* Some of it may have been launched. */
static bool require(const IgvmRequiredMemory *memory)
{
    uint64_t gpa = le64_get(memory->gpa);

    for (uint32_t at = 0; at < le32_get(memory->size); at += SNP_PAGE_SIZE) {
        if (!snp_is_private(gpa + at) &&
            !snp_set_private(NULL, gpa + at, RMP_PAGE_4K, true)) {
            return false;
        }
    }
    return true;
}

bool igvm_launch_require(IgvmLaunch *launch)
{
    IgvmCursor cursor = igvm_launch_headers(launch);
    IgvmHeader header;
    bool ok = true;

    while (ok && igvm_next(&cursor, &header)) {
        if (header.type == IGVM_VHT_REQUIRED_MEMORY) {
            ok = require(header.memory);
        }
    }
    return ok;
}

const SevVmsa *igvm_launch_next_vmsa(IgvmCursor *cursor, unsigned *cpu_index)
{
    IgvmHeader header;

    while (igvm_next(cursor, &header)) {
        if (header.type == IGVM_VHT_VP_CONTEXT) {
            *cpu_index = le16_get(header.context->vp_index);
            return (const SevVmsa *)header.content;
        }
    }
    return NULL;
}
