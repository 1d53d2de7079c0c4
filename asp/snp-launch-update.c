/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a page that the hypervisor has set aside the guest's, with content
 * that counts in the launch digest: SNP_LAUNCH_UPDATE (56860 section 8.17).
 * What is measured, checked and written is one copy of the page.
 */

#include <string.h>

#include "asp/crypto.h"
#include "asp/snp-commands.h"
#include "asp/snp-digest.h"
#include "asp/snp-pages.h"
#include "asp/snp-rmp.h"
#include "asp/snp-tsc.h"

/* Page types are rows: how the content is made, and what follows from it */
typedef struct PageType {
    AspSnpFill *fill;
    bool any_size;      /* may have 2 MiB */
    bool measured;      /* its content */
    bool vmsa;          /* VMRUN may load it */
} PageType;

static uint32_t fill_from_memory(Asp *asp, const AspSnpGuest *guest,
                                 uint64_t paddr, uint8_t page[SNP_PAGE_SIZE])
{
    return asp_read(asp, paddr, page, SNP_PAGE_SIZE);
}

static uint32_t fill_zeros(Asp *asp, const AspSnpGuest *guest,
                           uint64_t paddr, uint8_t page[SNP_PAGE_SIZE])
{
    memset(page, 0, SNP_PAGE_SIZE);
    return SEV_FW_SUCCESS;
}

static const PageType page_types[] = {
    [SNP_PAGE_TYPE_NORMAL] = {
        fill_from_memory, .any_size = true, .measured = true },
    [SNP_PAGE_TYPE_VMSA] = {
        fill_from_memory, .measured = true, .vmsa = true },
    [SNP_PAGE_TYPE_ZERO] = { fill_zeros, .any_size = true },
    [SNP_PAGE_TYPE_UNMEASURED] = { fill_from_memory, .any_size = true },
    [SNP_PAGE_TYPE_SECRETS] = { asp_snp_fill_secrets },
    [SNP_PAGE_TYPE_CPUID] = { asp_snp_fill_cpuid },
};

typedef struct Update {
    const SnpCmdLaunchUpdate *cmd;
    unsigned type;              /* SNP_PAGE_TYPE_* */
    bool is_2m;
    uint64_t paddr;
    RmpEntry entry;
} Update;

/* The command alone. No guest is launched with a migration image. */
static uint32_t check_command(const SnpCmdLaunchUpdate *cmd, Update *update)
{
    uint32_t flags = le32_get(cmd->flags);

    update->cmd = cmd;
    update->type = flags >> SNP_LAUNCH_UPDATE_TYPE_SHIFT &
                   SNP_LAUNCH_UPDATE_TYPE_MASK;
    update->is_2m = flags & SNP_LAUNCH_UPDATE_2M;
    update->paddr = le64_get(cmd->paddr);
    if (flags & (SNP_LAUNCH_UPDATE_RESERVED | SNP_LAUNCH_UPDATE_IMI) ||
        le32_get(cmd->reserved1) || cmd->reserved2 ||
        le32_get(cmd->reserved3) ||
        (cmd->vmpl1_perms | cmd->vmpl2_perms | cmd->vmpl3_perms) &
        RMP_PERM_RESERVED ||
        update->type >= sizeof(page_types) / sizeof(page_types[0]) ||
        !page_types[update->type].fill) {
        return SEV_FW_INVALID_PARAM;
    }
    if (update->is_2m && !page_types[update->type].any_size) {
        return SEV_FW_INVALID_PAGE_SIZE;
    }
    return SEV_FW_SUCCESS;
}

/* The page: is it one that was set aside for this guest? */
static uint32_t check_page(Asp *asp, const AspSnpGuest *guest, Update *update)
{
    RmpPageState state;

    if (guest->asid == SEV_ASID_NONE) {
        return SEV_FW_INACTIVE;
    }
    if (update->paddr % (update->is_2m ? RMP_2M_PAGE_SIZE : RMP_PAGE_SIZE)) {
        return SEV_FW_INVALID_ADDRESS;
    }
    state = asp_page_state(asp, update->paddr, &update->entry);
    if (state == RMP_DEFAULT) {
        return SEV_FW_INVALID_ADDRESS;
    }
    if (state != RMP_PRE_GUEST) {
        return SEV_FW_INVALID_PAGE_STATE;
    }
    if (update->entry.page_size != (update->is_2m ? RMP_PAGE_2M
                                                  : RMP_PAGE_4K)) {
        return SEV_FW_INVALID_PAGE_SIZE;
    }
    if (update->entry.asid != guest->asid) {
        return SEV_FW_INVALID_PAGE_OWNER;
    }
    return SEV_FW_SUCCESS;
}

/* 4 KiB of it, @offset bytes after its beginning */
static uint32_t take_page(Asp *asp, const AspSnpGuest *guest,
                          const Update *update, uint64_t offset,
                          uint8_t digest[SNP_DIGEST_SIZE])
{
    const PageType *type = &page_types[update->type];
    SnpPageInfo info = {
        .page_type = update->type,
        .vmpl1_perms = update->cmd->vmpl1_perms,
        .vmpl2_perms = update->cmd->vmpl2_perms,
        .vmpl3_perms = update->cmd->vmpl3_perms,
        .gpa = le64_of(update->entry.gpa + offset),
    };
    uint64_t paddr = update->paddr + offset;
    uint8_t page[SNP_PAGE_SIZE];
    uint32_t status = type->fill(asp, guest, paddr, page);

    if (status == SEV_FW_SUCCESS) {
        asp_snp_digest_extend(digest, &info, type->measured ? page : NULL);
        if (type->vmsa) {
            asp_snp_tsc_fill_vmsa(guest, page);
        }
        if (asp->ops.write_private(asp->opaque, guest->asid, paddr, page,
                                   sizeof(page))) {
            status = SEV_FW_INVALID_ADDRESS;
        }
    }
    asp_wipe(page, sizeof(page));
    return status;
}

/* Pre-Guest becomes Guest-Valid */
static uint32_t give_to_guest(Asp *asp, const Update *update)
{
    RmpEntry entry = update->entry;

    entry.immutable = false;
    entry.validated = true;
    entry.vmsa = page_types[update->type].vmsa;
    entry.perm10 = RMP_PERM_ALL | update->cmd->vmpl1_perms << 4;
    entry.perm32 = update->cmd->vmpl2_perms | update->cmd->vmpl3_perms << 4;
    return asp->ops.rmp_write(asp->opaque, update->paddr, &entry)
           ? SEV_FW_INVALID_PAGE_STATE : SEV_FW_SUCCESS;
}

uint32_t asp_snp_cmd_launch_update(Asp *asp, AspSnpGuest *guest,
                                   const void *buf)
{
    uint8_t digest[SNP_DIGEST_SIZE];
    Update update = { 0 };
    uint64_t size;
    uint32_t status = check_command(buf, &update);

    if (status == SEV_FW_SUCCESS) {
        status = check_page(asp, guest, &update);
    }
    /* A copy, so that what fails half-way leaves no trace in the digest */
    memcpy(digest, guest->digest, sizeof(digest));
    size = update.is_2m ? RMP_2M_PAGE_SIZE : RMP_PAGE_SIZE;
    for (uint64_t at = 0; status == SEV_FW_SUCCESS && at < size;
         at += SNP_PAGE_SIZE) {
        status = take_page(asp, guest, &update, at, digest);
    }
    if (status == SEV_FW_SUCCESS) {
        status = give_to_guest(asp, &update);
    }
    if (status == SEV_FW_SUCCESS) {
        memcpy(guest->digest, digest, sizeof(guest->digest));
    }
    return status;
}
