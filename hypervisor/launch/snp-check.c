/*
 * Refuses what an SEV-SNP guest cannot be launched with
 *
 * A real host fails at some of it later, or without a word of which option or
 * file it is about; some would end QEMU by an assertion.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <linux/kvm.h>
#include <asm/kvm.h>
#include "qapi/error.h"
#include "qemu/base64.h"
#include "qobject/qdict.h"
#include "exec/memory.h"
#include "hw/boards.h"
#include "hw/block/flash.h"
#include "hw/i386/pc.h"
#include "hw/mem/memory-device.h"
#include "system/block-backend-io.h"
#include "system/system.h"
#include "abi/snp-data.h"
#include "hypervisor/launch/snp-check.h"
#include "hypervisor/run/snp-host.h"

/* QEMU's padded table of kernel hashes, in the section's first page */
#define KERNEL_HASHES_SIZE 176

static bool check_identity(const SevSnpGuestState *snp, Error **errp)
{
    const struct kvm_sev_snp_launch_finish *finish = &snp->kvm_finish_conf;
    /* Command lines have an empty one to say that there is none. */
    bool has_auth = snp->id_auth_base64 && *snp->id_auth_base64;
    g_autofree uint8_t *auth = NULL;
    size_t len;

    if (finish->id_block_en && !snp->id_auth_base64) {
        error_setg(errp, "SEV-SNP: id-block needs id-auth, which has its "
                   "signature and the key");
        return false;
    }
    if (finish->auth_key_en && !finish->id_block_en) {
        error_setg(errp, "SEV-SNP: author-key-enabled=on needs id-block, and "
                   "id-auth with the author's key");
        return false;
    }
    if (has_auth && !finish->id_block_en) {
        error_setg(errp, "SEV-SNP: id-auth needs id-block, which it signs");
        return false;
    }
    if (!finish->id_block_en) {
        return true;
    }
    /* KVM reads all of them, however many there are. */
    auth = qbase64_decode(snp->id_auth_base64, -1, &len, errp);
    if (auth && len != sizeof(SnpIdAuth)) {
        error_setg(errp, "SEV-SNP: id-auth has %zu bytes after base64, "
                   "expected %zu", len, sizeof(SnpIdAuth));
    }
    return auth && len == sizeof(SnpIdAuth);
}

static bool check_cpus(Error **errp)
{
    unsigned cpus = MACHINE(qdev_get_machine())->smp.max_cpus;

    if (cpus > SNP_MAX_VCPUS) {
        error_setg(errp, "SEV-SNP: a guest has up to %u vCPUs, expected no "
                   "more of -smp, found %u", SNP_MAX_VCPUS, cpus);
        return false;
    }
    return true;
}

/* What is in one of the board's flash devices, or NULL */
static BlockBackend *flash_content(int unit)
{
    Object *machine = object_dynamic_cast(qdev_get_machine(), TYPE_PC_MACHINE);
    PFlashCFI01 *flash = machine ? PC_MACHINE(machine)->flash[unit] : NULL;

    return flash ? pflash_cfi01_get_blk(flash) : NULL;
}

/* The variables would be measured, and the guest could not write to them. */
static bool check_flash(Error **errp)
{
    BlockBackend *blk = flash_content(0);

    if (flash_content(1)) {
        error_setg(errp, "SEV-SNP: firmware in two flash devices cannot be "
                   "launched: give one image without a variable store, by "
                   "-bios or as read-only pflash");
        return false;
    }
    if (blk && blk_is_writable(blk)) {
        error_setg(errp, "SEV-SNP: firmware in flash that can be written to "
                   "cannot be launched: give it by -bios, or add readonly=on "
                   "to pflash");
        return false;
    }
    return true;
}

static bool check_section(const OvmfSevMetadataDesc *desc,
                          const SevSnpGuestState *snp, Error **errp)
{
    if (!desc->len || desc->base % SNP_PAGE_SIZE ||
        desc->len % SNP_PAGE_SIZE) {
        error_setg(errp, "SEV-SNP: the firmware's SEV metadata are damaged: "
                   "a section at 0x%" PRIx32 " of 0x%" PRIx32 " bytes is not "
                   "of whole pages", desc->base, desc->len);
        return false;
    }
    if (desc->type == SEV_DESC_TYPE_SNP_KERNEL_HASHES &&
        snp->kernel_hashes_offset > SNP_PAGE_SIZE - KERNEL_HASHES_SIZE) {
        error_setg(errp, "SEV-SNP: the firmware's area for kernel hashes is "
                   "at 0x%" PRIx32 " of a page, where it has no room",
                   snp->kernel_hashes_offset);
        return false;
    }
    return true;
}

static bool check_firmware(const SevSnpGuestState *snp, Error **errp)
{
    const OvmfSevMetadata *metadata = pc_system_get_ovmf_sev_metadata_ptr();
    /* With flash, it is the name of what the board would have taken. */
    const char *name = flash_content(0)
                       ? NULL : MACHINE(qdev_get_machine())->firmware;
    bool has_hashes = false;

    if (!metadata) {
        error_setg(errp, "SEV-SNP: firmware %s%s%s has no SEV metadata: it is "
                   "not made for SEV-SNP guests; OVMF of Debian 13 is",
                   name ? "'" : "", name ?: "in flash", name ? "'" : "");
        return false;
    }
    for (uint32_t i = 0; i < metadata->num_desc; i++) {
        const OvmfSevMetadataDesc *desc = &metadata->descs[i];

        if (!check_section(desc, snp, errp)) {
            return false;
        }
        has_hashes |= desc->type == SEV_DESC_TYPE_SNP_KERNEL_HASHES;
    }
    if (snp->parent_obj.kernel_hashes && has_hashes &&
        !snp->kernel_hashes_data) {
        error_setg(errp, "SEV-SNP: kernel-hashes=on needs a kernel, by "
                   "-kernel");
        return false;
    }
    if (snp->parent_obj.kernel_hashes && !has_hashes) {
        error_setg(errp, "SEV-SNP: the firmware has no section for kernel "
                   "hashes: use the AmdSev build of OVMF, or leave out "
                   "kernel-hashes=on");
        return false;
    }
    return true;
}

/*
 * The one place that is asked before a device is made, also by -device; hides
 * none.  A guest accepts the memory that its firmware tells of, once: what
 * comes later is nothing but a #VC to it.
 */
static bool check_device(DeviceListener *listener, const QDict *options,
                         bool from_json, Error **errp)
{
    const char *driver = qdict_get_try_str(options, "driver");
    ObjectClass *oc = driver ? module_object_class_by_name(driver) : NULL;

    if (oc && object_class_dynamic_cast(oc, TYPE_MEMORY_DEVICE)) {
        error_setg(errp, "SEV-SNP: no memory can be plugged into such a "
                   "guest: leave out %s, and give it all by the size of -m",
                   driver);
    }
    return false;
}

static void check_board(Notifier *notifier, void *unused)
{
    SevSnpGuestState *snp = SEV_SNP_GUEST(current_machine->cgs);

    if (!sev_vm()->igvm) {
        check_flash(&error_fatal);
        check_firmware(snp, &error_fatal);
    }
}

bool snp_check_options(SevCommonState *sev, Error **errp)
{
    if (!check_identity(SEV_SNP_GUEST(sev), errp) || !check_cpus(errp)) {
        return false;
    }
    /* A device that pins memory would keep what a page was before. */
    if (ram_block_discard_require(true)) {
        error_setg(errp, "SEV-SNP: pages that change hands are discarded, "
                   "which a device or memory backend does not allow");
        return false;
    }
    return true;
}

void snp_check_register(SevVm *vm)
{
    vm->snp_check.notify = check_board;
    qemu_add_machine_init_done_notifier(&vm->snp_check);
    vm->snp_devices.hide_device = check_device;
    device_listener_register(&vm->snp_devices);
}
