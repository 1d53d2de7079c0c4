/*
 * Reads an IGVM file, and refuses what an SEV-SNP guest cannot be launched with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <sys/stat.h>
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "qemu/units.h"
#include "hw/boards.h"
#include "abi/snp.h"
#include "abi/snp-data.h"
#include "hypervisor/launch/igvm-launch.h"
#include "hypervisor/launch/igvm-parameters.h"
#include "hypervisor/run/snp-features.h"

#define MAX_FILE_SIZE (1 * GiB)

void igvm_launch_error(const IgvmLaunch *launch, const IgvmHeader *header,
                       Error **errp, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    error_setg(errp, "SEV-SNP: igvm-cfg: %s: header at 0x%" PRIx32 " (%s): "
               "%s", launch->path, header->offset, header->name, what);
}

IgvmCursor igvm_launch_headers(const IgvmLaunch *launch)
{
    return igvm_headers(&launch->file, IGVM_PLATFORM_SEV_SNP);
}

/*
 * What to do about a header
 *
 * @launch: the file
 * @snp: the guest that gets what it says
 */
typedef bool Take(IgvmLaunch *launch, SevSnpGuestState *snp,
                  const IgvmHeader *header, Error **errp);

static bool take_policy(IgvmLaunch *launch, SevSnpGuestState *snp,
                        const IgvmHeader *header, Error **errp)
{
    snp->kvm_start_conf.policy = le64_get(header->policy->policy);
    return true;
}

static bool take_page(IgvmLaunch *launch, SevSnpGuestState *snp,
                      const IgvmHeader *header, Error **errp)
{
    unsigned type = le16_get(header->page->data_type);
    bool small = header->size == IGVM_PAGE_SIZE;

    if (type == IGVM_PAGE_TYPE_CPUID_XF ||
        (type != IGVM_PAGE_TYPE_NORMAL && !small)) {
        igvm_launch_error(launch, header, errp, "SEV-SNP has no page of type "
                          "%u and %zu bytes", type, header->size);
        return false;
    }
    return true;
}

/* Those that this CPU has; the others by name */
static bool check_features(const IgvmLaunch *launch, const IgvmHeader *header,
                           uint64_t features, Error **errp)
{
    const char *lacking = snp_features_lacking(features);

    if (lacking) {
        igvm_launch_error(launch, header, errp, "its SEV features 0x%" PRIx64
                          " have %s, which is not emulated", features,
                          lacking);
    } else if (!snp_features_are_valid(features)) {
        igvm_launch_error(launch, header, errp, "expected SEV features with "
                          "bit 0 (SEV-SNP), and none that is reserved, found "
                          "0x%" PRIx64, features);
    } else {
        return true;
    }
    return false;
}

static bool take_context(IgvmLaunch *launch, SevSnpGuestState *snp,
                         const IgvmHeader *header, Error **errp)
{
    unsigned number = le16_get(header->context->vp_index);
    unsigned cpus = current_machine->smp.cpus;
    const SevVmsa *vmsa = (const SevVmsa *)header->content;
    uint64_t features;

    if (le64_get(header->context->gpa) != SNP_VMSA_GPA || !vmsa) {
        igvm_launch_error(launch, header, errp, "expected a save area in the "
                          "file, at 0x%llx", SNP_VMSA_GPA);
        return false;
    }
    if (number >= cpus) {
        igvm_launch_error(launch, header, errp, "it is of vCPU %u, and the "
                          "machine has %u: give it more by -smp", number,
                          cpus);
        return false;
    }
    if (test_and_set_bit(number, launch->with_vmsa)) {
        igvm_launch_error(launch, header, errp, "vCPU %u has one already",
                          number);
        return false;
    }
    features = le64_get(vmsa->sev_features);
    if (launch->features && features != launch->features) {
        igvm_launch_error(launch, header, errp, "expected the SEV features "
                          "0x%" PRIx64 " of the first, found 0x%" PRIx64,
                          launch->features, features);
        return false;
    }
    launch->features = features;
    return check_features(launch, header, features, errp);
}

static void copy_signature(SnpSignature *to, const IgvmSnpSignature *from)
{
    memcpy(to->r, from->r, sizeof(from->r));
    memcpy(to->s, from->s, sizeof(from->s));
}

static void copy_key(SnpPublicKey *to, const IgvmSnpPublicKey *from)
{
    to->curve = from->curve;
    memcpy(to->x, from->qx, sizeof(from->qx));
    memcpy(to->y, from->qy, sizeof(from->qy));
}

/* For LAUNCH_FINISH, as id-block and id-auth of the object would be */
static bool take_id_block(IgvmLaunch *launch, SevSnpGuestState *snp,
                          const IgvmHeader *header, Error **errp)
{
    struct kvm_sev_snp_launch_finish *finish = &snp->kvm_finish_conf;
    const IgvmSnpIdBlock *from = header->id_block;
    SnpIdBlock *block;
    SnpIdAuth *auth;

    if (finish->id_block_en) {
        igvm_launch_error(launch, header, errp, "there is another already: by "
                          "id-block, or in the file");
        return false;
    }
    block = g_new0(SnpIdBlock, 1);
    auth = g_new0(SnpIdAuth, 1);
    memcpy(block->launch_digest, from->ld, sizeof(from->ld));
    memcpy(block->family_id, from->family_id, sizeof(block->family_id));
    memcpy(block->image_id, from->image_id, sizeof(block->image_id));
    block->version = from->version;
    block->guest_svn = from->guest_svn;
    block->policy = le64_of(snp->kvm_start_conf.policy);
    auth->id_key_algo = from->id_key_algorithm;
    auth->author_key_algo = from->author_key_algorithm;
    copy_signature(&auth->id_block_sig, &from->id_key_signature);
    copy_key(&auth->id_key, &from->id_public_key);
    copy_signature(&auth->id_key_sig, &from->author_key_signature);
    copy_key(&auth->author_key, &from->author_public_key);
    g_free(snp->id_block);
    g_free(snp->id_auth);
    snp->id_block = (uint8_t *)block;
    snp->id_auth = (uint8_t *)auth;
    finish->id_block_en = 1;
    finish->auth_key_en = from->author_key_enabled;
    finish->id_block_uaddr = (uintptr_t)block;
    finish->id_auth_uaddr = (uintptr_t)auth;
    return true;
}

/* What a loader may leave alone: it has put nothing elsewhere. */
static bool take_nothing(IgvmLaunch *launch, SevSnpGuestState *snp,
                         const IgvmHeader *header, Error **errp)
{
    return true;
}

static const struct {
    uint32_t type;
    Take *take;
} rows[] = {
    { IGVM_VHT_SUPPORTED_PLATFORM, take_nothing },
    { IGVM_VHT_GUEST_POLICY, take_policy },
    { IGVM_VHT_RELOCATABLE_REGION, take_nothing },
    { IGVM_VHT_PAGE_TABLE_RELOCATION, take_nothing },
    { IGVM_VHT_CORIM_DOCUMENT, take_nothing },
    { IGVM_VHT_CORIM_SIGNATURE, take_nothing },
    { IGVM_VHT_PARAMETER_AREA, take_nothing },
    { IGVM_VHT_PAGE_DATA, take_page },
    { IGVM_VHT_PARAMETER_INSERT, take_nothing },
    { IGVM_VHT_VP_CONTEXT, take_context },
    { IGVM_VHT_REQUIRED_MEMORY, take_nothing },
    { IGVM_VHT_SNP_ID_BLOCK, take_id_block },
    { IGVM_VHT_ERROR_RANGE, take_nothing },
};

static Take *find_take(uint32_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (rows[i].type == type) {
            return rows[i].take;
        }
    }
    return igvm_parameters_has(type) ? take_nothing : NULL;
}

static bool take_all(IgvmLaunch *launch, SevSnpGuestState *snp, Error **errp)
{
    IgvmCursor cursor = igvm_launch_headers(launch);
    IgvmHeader header;

    while (igvm_next(&cursor, &header)) {
        Take *take = find_take(header.type);

        if (!take) {
            igvm_launch_error(launch, &header, errp, "it is not supported");
            return false;
        }
        if (!take(launch, snp, &header, errp)) {
            return false;
        }
    }
    return true;
}

bool igvm_launch_check(const SevSnpGuestState *snp, uint64_t features,
                       Error **errp)
{
    const char *option = snp->parent_obj.kernel_hashes ? "kernel-hashes=on"
                         : features & VMSA_SEV_FEATURE_DEBUG_SWAP
                         ? "debug-swap=on"
                         : features & VMSA_SEV_FEATURE_RESTRICTED_INJECTION
                         ? "restricted-injection=on"
                         : features & VMSA_SEV_FEATURE_SECURE_TSC
                         ? "secure-tsc=on"
                         : features ? "prevent-host-ibs=on, btb-isolation=on"
                         : NULL;

    if (option) {
        error_setg(errp, "SEV-SNP: %s: an IGVM file says that itself, it "
                   "cannot be given beside igvm-cfg", option);
    }
    return !option;
}

static bool read_file(IgvmLaunch *launch, Error **errp)
{
    g_autoptr(GError) error = NULL;
    gsize size = 0;
    struct stat st;

    if (stat(launch->path, &st) == 0 &&
        (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE_SIZE)) {
        error_setg(errp, "SEV-SNP: igvm-cfg: %s: expected a regular file of "
                   "up to 1 GiB", launch->path);
        return false;
    }
    if (!g_file_get_contents(launch->path, &launch->data, &size, &error)) {
        error_setg(errp, "SEV-SNP: igvm-cfg: %s", error->message);
        return false;
    }
    launch->file.size = size;
    return true;
}

static bool open_file(IgvmLaunch *launch, Error **errp)
{
    IgvmError error;

    if (!read_file(launch, errp)) {
        return false;
    }
    if (!igvm_open(&launch->file, launch->data, launch->file.size, &error)) {
        error_setg(errp, "SEV-SNP: igvm-cfg: %s: %s", launch->path,
                   error.text);
        return false;
    }
    if (launch->file.arch != IGVM_ARCH_X64 ||
        !igvm_platform_mask(&launch->file, IGVM_PLATFORM_SEV_SNP)) {
        error_setg(errp, "SEV-SNP: igvm-cfg: %s: expected a file for x86 with "
                   "the platform SEV-SNP (2)", launch->path);
        return false;
    }
    return true;
}

static void free_launch(IgvmLaunch *launch)
{
    g_free(launch->path);
    g_free(launch->data);
    g_free(launch);
}

IgvmLaunch *igvm_launch_new(SevSnpGuestState *snp, const char *path,
                            Error **errp)
{
    IgvmLaunch *launch = g_new0(IgvmLaunch, 1);

    launch->path = g_strdup(path);
    if (!open_file(launch, errp) || !take_all(launch, snp, errp)) {
        free_launch(launch);
        return NULL;
    }
    if (!test_bit(0, launch->with_vmsa)) {
        error_setg(errp, "SEV-SNP: igvm-cfg: %s: it has no save area for vCPU "
                   "0 to start with", path);
        free_launch(launch);
        return NULL;
    }
    return launch;
}
