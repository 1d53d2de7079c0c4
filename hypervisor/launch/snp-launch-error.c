/*
 * What was wrong with a launch of an SEV-SNP guest, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/bswap.h"
#include "qemu/error-report.h"
#include "exec/target_page.h"
#include "abi/sev.h"
#include "abi/snp.h"
#include "hypervisor/launch/snp-commands.h"
#include "hypervisor/launch/snp-launch-error.h"
#include "hypervisor/run/sev-vm.h"

#define NO_CONTEXT "SEV: failed to create encryption context"

/* Bits that ask for what the platform lacks */
static const struct {
    uint64_t bit;
    const char *what;
} lacking[] = {
    { SNP_GPOLICY_MEM_AES_256_XTS, "AES-256-XTS for memory (bit 22)" },
    { SNP_GPOLICY_RAPL_DIS, "power telemetry to be off (bit 23)" },
    { SNP_GPOLICY_CIPHERTEXT_HIDING, "ciphertext hiding (bit 24)" },
};

static void append_lacking(GString *text, uint64_t policy)
{
    for (int i = 0; i < ARRAY_SIZE(lacking); i++) {
        if (policy & lacking[i].bit) {
            g_string_append_printf(text, " wants %s, which the platform does "
                                   "not have", lacking[i].what);
            return;
        }
    }
    g_string_append_printf(text, " does not allow what the platform does: "
                           "without bit 16, no SMT");
}

static void append_policy(GString *text, SevHost *host, uint64_t policy)
{
    unsigned has_major, has_minor;
    unsigned major = extract64(policy, SNP_GPOLICY_API_MAJOR_SHIFT, 8);
    unsigned minor = extract64(policy, SNP_GPOLICY_API_MINOR_SHIFT, 8);

    sev_host_api_version(host, &has_major, &has_minor);
    g_string_append_printf(text, ": policy=0x%" PRIx64, policy);
    if (!(policy & SNP_GPOLICY_ONE)) {
        g_string_append_printf(text, " lacks bit 17, which is reserved and "
                               "must be one: 0x%" PRIx64,
                               policy | (uint64_t)SNP_GPOLICY_ONE);
    } else if (policy & SNP_GPOLICY_RESERVED) {
        g_string_append_printf(text, " has reserved bits, 0x%" PRIx64,
                               policy & (uint64_t)SNP_GPOLICY_RESERVED);
    } else if (major > has_major ||
               (major == has_major && minor > has_minor)) {
        g_string_append_printf(text, " wants API version %u.%u or later, the "
                               "platform has %u.%u", major, minor,
                               has_major, has_minor);
    } else {
        append_lacking(text, policy);
    }
}

void snp_launch_start_error(SevCommonState *sev,
                            const struct kvm_sev_launch_start *start,
                            int status, Error **errp)
{
    g_autoptr(GString) text = g_string_new(NO_CONTEXT);

    if (status == SEV_FW_POLICY_FAILURE) {
        append_policy(text, sev->vm->host,
                      SEV_SNP_GUEST(sev)->kvm_start_conf.policy);
    }
    error_setg(errp, "%s", text->str);
}

static void hint_update(const struct kvm_sev_snp_launch_update *update,
                        int status)
{
    uint64_t gpa = update->gfn_start << TARGET_PAGE_BITS;

    if (update->type == SNP_PAGE_TYPE_CPUID &&
        status == SEV_FW_INVALID_PARAM) {
        error_report("SEV-SNP: CPUID promises what the processor lacks; the "
                     "functions follow: change the features in -cpu");
    } else if (status == SEV_FW_SUCCESS) {
        error_report("SEV-SNP: the page at 0x%" PRIx64 " is not RAM, or is to "
                     "be launched twice: the firmware's SEV metadata say so",
                     gpa);
    }
}

static void hint_digest(SevHost *host, const SnpIdBlock *block)
{
    g_autofree char *expected = snp_digest_text(block->launch_digest);
    g_autofree char *found = snp_launch_digest_text(host);

    error_report("SEV-SNP: the launch digest is not the one in id-block: "
                 "it was made for other firmware, kernel hashes, number "
                 "or model of CPUs, or SEV features; expected %s, found %s",
                 expected, found ?: "none");
}

static void hint_finish(SevHost *host, const SevSnpGuestState *snp, int status)
{
    const SnpIdBlock *block = (const void *)snp->id_block;

    if (!block) {
        return;
    }
    switch (status) {
    case SEV_FW_BAD_MEASUREMENT:
        hint_digest(host, block);
        break;
    case SEV_FW_POLICY_FAILURE:
        error_report("SEV-SNP: id-block is for policy=0x%" PRIx64 ", the "
                     "guest has policy=0x%" PRIx64,
                     le64_get(block->policy),
                     (uint64_t)snp->kvm_start_conf.policy);
        break;
    case SEV_FW_BAD_SIGNATURE:
        error_report("SEV-SNP: id-block is not signed with the ID key in "
                     "id-auth%s", !snp->kvm_finish_conf.auth_key_en ? "" :
                     ", or that is not signed with the author's key");
        break;
    case SEV_FW_INVALID_PARAM:
        error_report("SEV-SNP: id-block or id-auth is malformed: expected "
                     "version 1, keys on P-384, ECDSA with SHA-384, and zero "
                     "where it is reserved");
        break;
    }
}

void snp_launch_hint(SevCommonState *sev, int cmd, const void *data,
                     int status)
{
    if (cmd == KVM_SEV_SNP_LAUNCH_UPDATE) {
        hint_update(data, status);
    } else if (cmd == KVM_SEV_SNP_LAUNCH_FINISH) {
        hint_finish(sev->vm->host, SEV_SNP_GUEST(sev), status);
    }
}
