/*
 * Carries messages between vCPUs of an SEV-SNP guest and the firmware, with
 * the host's certificates and its limit of requests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/lockable.h"
#include "qemu/timer.h"
#include "abi/ghcb.h"
#include "abi/snp-certs.h"
#include "abi/snp-cmd.h"
#include "abi/snp-data.h"
#include "abi/snp.h"
#include "hypervisor/run/sev-vcpu.h"
#include "hypervisor/run/snp-host.h"
#include "hypervisor/run/snp-messages.h"

/* Linux and coconut-SVSM have 16 KiB for it; room to try more */
#define MAX_TABLE_SIZE (1 * 1024 * 1024)

/*
 * @certificates: as they go to the guest, or NULL
 * @limit: requests a second, 0: no limit
 * @lock: for what follows it: the guest's vCPUs send without the BQL
 * @second: which one of the guest's time @count is of
 * @count: how many came in it
 */
struct SnpMessages {
    GBytes *certificates;
    uint32_t limit;
    QemuMutex lock;
    int64_t second;
    uint32_t count;
};

/* The vCPU waits for the answer, as on silicon; nobody else does. */
static uint32_t send_message(SevHost *host, const uint8_t *message,
                             uint8_t *answer)
{
    g_auto(HostLoan) loan = { .mem = host->mem };
    SnpCmdGuestRequest cmd = {
        .gctx_paddr = le64_of(SNP_GCTX_SPA),
        .req_paddr = sev_host_lend(&loan, (uintptr_t)message, SNP_PAGE_SIZE),
        .res_paddr = sev_host_lend(&loan, (uintptr_t)answer, SNP_PAGE_SIZE),
    };
    int fw_error;

    sev_host_command(host, SNP_CMD_GUEST_REQUEST, &cmd, sizeof(cmd),
                     &fw_error);
    return fw_error;
}

/* In the guest's time, so that a run with -icount can be repeated */
static bool is_too_many(SnpMessages *messages)
{
    int64_t second = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) /
                     NANOSECONDS_PER_SECOND;

    QEMU_LOCK_GUARD(&messages->lock);
    if (messages->second != second) {
        messages->second = second;
        messages->count = 0;
    }
    if (messages->count >= messages->limit) {
        return true;
    }
    messages->count++;
    return false;
}

uint64_t snp_messages_request(void *opaque, const uint8_t *message,
                              uint8_t *answer)
{
    SevVm *vm = ((SevVcpu *)opaque)->vm;

    return vm->messages->limit && is_too_many(vm->messages)
           ? GHCB_GUEST_REQUEST_BUSY : send_message(vm->host, message, answer);
}

const void *snp_messages_certificates(void *opaque, size_t *size)
{
    GBytes *certificates = ((SevVcpu *)opaque)->vm->messages->certificates;

    return certificates ? g_bytes_get_data(certificates, size) : NULL;
}

/* NULL, or what is wrong with the table */
static const char *table_fault(const uint8_t *table, size_t size)
{
    static const SnpCertEntry end;
    size_t at;

    for (at = 0; size - at >= sizeof(end); at += sizeof(end)) {
        SnpCertEntry entry;

        memcpy(&entry, table + at, sizeof(entry));
        if (!memcmp(&entry, &end, sizeof(end))) {
            return NULL;
        }
        if (le32_get(entry.offset) > size ||
            le32_get(entry.len) > size - le32_get(entry.offset)) {
            return "an entry names bytes behind the end";
        }
    }
    return "it has no last entry of zeros";
}

/* The platform's, or NULL without an error: it has none */
static GBytes *platform_table(SevHost *host, Error **errp)
{
    GError *error = NULL;
    GBytes *table = NULL;

    if (!platform_dir_certs(host->platform, &table, &error)) {
        error_setg(errp, "SEV: %s", error->message);
        g_error_free(error);
    }
    return table;
}

/* A byte more than there may be, at most: it may be no regular file. */
static GBytes *file_table(const char *path, Error **errp)
{
    g_autofree char *data = g_malloc(MAX_TABLE_SIZE + 1);
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(data, 1, MAX_TABLE_SIZE + 1, file) : 0;
    bool failed = !file || ferror(file);

    if (failed) {
        error_setg_errno(errp, errno, "SEV-SNP: certs-path: %s", path);
    }
    if (file) {
        fclose(file);
    }
    return failed ? NULL : g_bytes_new(data, size);
}

static bool check_table(const char *name, GBytes *table, Error **errp)
{
    size_t size;
    const uint8_t *data = g_bytes_get_data(table, &size);
    const char *fault;

    if (size > MAX_TABLE_SIZE) {
        error_setg(errp, "SEV-SNP: %s: expected certificates of up to %d "
                   "bytes, found more", name, MAX_TABLE_SIZE);
        return false;
    }
    fault = table_fault(data, size);
    if (fault) {
        warn_report("SEV-SNP: %s: no table of certificates (%s); the guest "
                    "gets it as it is", name, fault);
    }
    return true;
}

SnpMessages *snp_messages_new(SevHost *host, const SnpMessagesOptions *options,
                              Error **errp)
{
    ERRP_GUARD();
    const char *path = options->certs_path;
    g_autoptr(GBytes) table = path ? file_table(path, errp)
                                   : platform_table(host, errp);
    SnpMessages *messages;

    if (*errp || (table && !check_table(path ?: "the platform's certs", table,
                                        errp))) {
        return NULL;
    }
    messages = g_new0(SnpMessages, 1);
    messages->certificates = g_steal_pointer(&table);
    messages->limit = options->limit;
    qemu_mutex_init(&messages->lock);
    return messages;
}
