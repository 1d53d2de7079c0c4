/*
 * The driver of the secure processor: its mailbox, and what it may reach
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "crypto/random.h"
#include "abi/sev.h"
#include "hypervisor/sev-host.h"
#include "hypervisor/trace.h"

static int host_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    SevHost *host = opaque;
    const void *from = host_memory_at(host->mem, paddr, len);

    if (!from) {
        return -1;
    }
    memcpy(buf, from, len);
    return 0;
}

static int host_write(void *opaque, uint64_t paddr, const void *buf,
                      size_t len)
{
    SevHost *host = opaque;
    void *to = host_memory_at(host->mem, paddr, len);

    if (!to) {
        return -1;
    }
    memcpy(to, buf, len);
    return 0;
}

/* Memory is not encrypted: the guest reads what is written. */
static int host_write_private(void *opaque, uint32_t asid, uint64_t paddr,
                              const void *buf, size_t len)
{
    return host_write(opaque, paddr, buf, len);
}

static int host_random(void *opaque, void *buf, size_t len)
{
    return qcrypto_random_bytes(buf, len, NULL);
}

static void host_trace(void *opaque, const char *command, uint32_t status)
{
    trace_sev_asp_command(command, asp_status_name(status));
}

static const AspOps host_ops = {
    .size = sizeof(AspOps),
    .read = host_read,
    .write = host_write,
    .write_private = host_write_private,
    .random = host_random,
    .trace = host_trace,
};

SevHost *sev_host_new(Error **errp)
{
    SevHost *host = g_new0(SevHost, 1);

    host->mem = host_memory_new();
    host->asp = asp_new(&host_ops, host);
    if (!host->asp) {
        error_setg(errp, "SEV: the secure processor does not start: "
                   "libgcrypt is not usable");
        sev_host_free(host);
        return NULL;
    }
    return host;
}

void sev_host_free(SevHost *host)
{
    asp_free(host->asp);
    host_memory_free(host->mem);
    g_free(host);
}

int sev_host_command(SevHost *host, uint32_t id, void *buf, size_t len,
                     int *fw_error)
{
    *fw_error = asp_command(host->asp, id, buf, len);
    return *fw_error == SEV_FW_SUCCESS ? 0 : -EIO;
}
