/*
 * Exits that move data: I/O ports, strings of them, MMIO
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <string.h>

#include "hypervisor/ghcb/ghcb-request.h"

/* Bytes that are copied from or to a scratch area at once */
#define CHUNK 512

/*
 * From version 2 on the scratch area is in the GHCB, and MMIO is of 8 bytes at
 * most.  KVM enforces it since Linux 7.1 (CVE-2026-53360), by the version that
 * the VM has, whatever a GHCB says.
 */
static bool has_limits(const GhcbVcpu *vcpu)
{
    return vcpu->guest->version >= 2 && !vcpu->guest->legacy;
}

static bool is_in_ghcb(const GhcbRequest *request)
{
    return (request->scratch & ~(uint64_t)(GHCB_PAGE_SIZE - 1)) ==
           request->gpa;
}

static uint64_t buffer_end(const GhcbRequest *request)
{
    return request->gpa + offsetof(Ghcb, reserved_0xff0);
}

uint64_t ghcb_scratch_room(const GhcbRequest *request)
{
    if (!is_in_ghcb(request)) {
        return GHCB_SCRATCH_MAX;
    }
    return request->scratch < buffer_end(request)
           ? buffer_end(request) - request->scratch : 0;
}

bool ghcb_scratch_ok(GhcbVcpu *vcpu, const GhcbRequest *request, uint64_t len)
{
    uint64_t begin = request->scratch, end = begin + len;
    const char *why = NULL;

    if (!begin) {
        why = "has no address";
    } else if (end < begin) {
        why = "wraps around";
    } else if (is_in_ghcb(request)) {
        if (begin < request->gpa + offsetof(Ghcb, shared_buffer) ||
            end > buffer_end(request)) {
            why = "is not within the GHCB's shared buffer";
        }
    } else if (has_limits(vcpu)) {
        why = "is outside of the GHCB, which only protocol version 1 allows";
    } else if (len > GHCB_SCRATCH_MAX) {
        why = "is longer than 64 KiB";
    }
    if (!why && len && !vcpu->ops->is_ram(vcpu->opaque, begin, len)) {
        why = "is not all RAM";
    }
    if (why) {
        ghcb_diagnose(vcpu, "exit code 0x%llx (%s): the scratch area at "
                      "0x%llx, 0x%llx bytes, %s",
                      (unsigned long long)request->exit_code,
                      ghcb_exit_name(request->exit_code),
                      (unsigned long long)begin, (unsigned long long)len, why);
    }
    return !why;
}

/* One width of three, no other bits */
static unsigned ioio_size(const GhcbRequest *request)
{
    unsigned size = (request->info_1 & GHCB_IOIO_SIZE_MASK) >>
                    GHCB_IOIO_SIZE_SHIFT;

    return size == 1 || size == 2 || size == 4 ? size : 0;
}

unsigned ghcb_ioio_needs(const GhcbRequest *request)
{
    if (request->info_1 & GHCB_IOIO_STRING) {
        return GHCB_NEEDS_SCRATCH;
    }
    return request->info_1 & GHCB_IOIO_IN ? 0 : GHCB_NEEDS_RAX;
}

/* @count times @size bytes at @buf, one access after the other */
static void transfer(GhcbVcpu *vcpu, const GhcbRequest *request, uint8_t *buf,
                     size_t len, unsigned size)
{
    uint16_t port = request->info_1 >> GHCB_IOIO_PORT_SHIFT;

    for (size_t i = 0; i < len; i += size) {
        le32 value = le32_of(0);

        if (request->info_1 & GHCB_IOIO_IN) {
            value = le32_of(vcpu->ops->port_in(vcpu->opaque, port, size));
            memcpy(buf + i, &value, size);
        } else {
            memcpy(&value, buf + i, size);
            vcpu->ops->port_out(vcpu->opaque, port, size, le32_get(value));
        }
    }
}

/* SW_EXITINFO2 is how often; the data is in the scratch area. */
static unsigned string_io(GhcbVcpu *vcpu, GhcbRequest *request, unsigned size)
{
    uint64_t done, bytes;

    /* No scratch area is this long, and the product must not wrap around. */
    if (request->info_2 > INT32_MAX) {
        ghcb_diagnose(vcpu, "string I/O with SW_EXITINFO2 0x%llx: too many "
                      "repetitions", (unsigned long long)request->info_2);
        return GHCB_ERR_INVALID_INPUT;
    }
    bytes = request->info_2 * size;
    if (!bytes) {
        return 0;
    }
    if (!ghcb_scratch_ok(vcpu, request, bytes)) {
        return GHCB_ERR_INVALID_SCRATCH_AREA;
    }

    for (done = 0; done < bytes; done += CHUNK) {
        uint64_t gpa = request->scratch + done;
        size_t len = bytes - done < CHUNK ? bytes - done : CHUNK;
        uint8_t buf[CHUNK];

        if (request->info_1 & GHCB_IOIO_IN) {
            transfer(vcpu, request, buf, len, size);
            if (!vcpu->ops->write(vcpu->opaque, gpa, buf, len)) {
                return GHCB_ERR_INVALID_SCRATCH_AREA;
            }
        } else {
            if (!vcpu->ops->read(vcpu->opaque, gpa, buf, len)) {
                return GHCB_ERR_INVALID_SCRATCH_AREA;
            }
            transfer(vcpu, request, buf, len, size);
        }
    }
    return 0;
}

unsigned ghcb_handle_ioio(GhcbVcpu *vcpu, GhcbRequest *request)
{
    uint16_t port = request->info_1 >> GHCB_IOIO_PORT_SHIFT;
    unsigned size = ioio_size(request);

    /* As KVM: nothing of nothing is no mistake, wherever it would go. */
    if (!(request->info_1 & GHCB_IOIO_SIZE_MASK)) {
        return 0;
    }
    if (!size) {
        ghcb_diagnose(vcpu, "IOIO with SW_EXITINFO1 0x%llx: expected one of "
                      "the widths 8, 16 and 32",
                      (unsigned long long)request->info_1);
        return GHCB_ERR_INVALID_INPUT;
    }
    if (request->info_1 & GHCB_IOIO_STRING) {
        return string_io(vcpu, request, size);
    }
    if (request->info_1 & GHCB_IOIO_IN) {
        request->rax = vcpu->ops->port_in(vcpu->opaque, port, size);
    } else {
        vcpu->ops->port_out(vcpu->opaque, port, size, request->rax);
    }
    return 0;
}

/* SW_EXITINFO1 is the address, SW_EXITINFO2 the length, which is not 0. */
static unsigned check_mmio(GhcbVcpu *vcpu, const GhcbRequest *request)
{
    uint64_t gpa = request->info_1, len = request->info_2;

    if (gpa + len < gpa || (has_limits(vcpu) && len > 8)) {
        ghcb_diagnose(vcpu, "MMIO at 0x%llx with a length of 0x%llx: "
                      "expected up to %s", (unsigned long long)gpa,
                      (unsigned long long)len,
                      has_limits(vcpu) ? "8" : "the end of addresses");
        return GHCB_ERR_INVALID_INPUT;
    }
    return ghcb_scratch_ok(vcpu, request, len) ? 0
                                               : GHCB_ERR_INVALID_SCRATCH_AREA;
}

unsigned ghcb_handle_mmio_read(GhcbVcpu *vcpu, GhcbRequest *request)
{
    unsigned reason = request->info_2 ? check_mmio(vcpu, request) : 0;
    uint64_t done;

    for (done = 0; !reason && done < request->info_2; done += 8) {
        size_t len = request->info_2 - done < 8 ? request->info_2 - done : 8;
        uint8_t buf[8] = { 0 };

        vcpu->ops->mmio_read(vcpu->opaque, request->info_1 + done, buf, len);
        if (!vcpu->ops->write(vcpu->opaque, request->scratch + done, buf,
                              len)) {
            reason = GHCB_ERR_INVALID_SCRATCH_AREA;
        }
    }
    return reason;
}

unsigned ghcb_handle_mmio_write(GhcbVcpu *vcpu, GhcbRequest *request)
{
    unsigned reason = request->info_2 ? check_mmio(vcpu, request) : 0;
    uint64_t done;

    for (done = 0; !reason && done < request->info_2; done += 8) {
        size_t len = request->info_2 - done < 8 ? request->info_2 - done : 8;
        uint8_t buf[8];

        if (!vcpu->ops->read(vcpu->opaque, request->scratch + done, buf,
                             len)) {
            reason = GHCB_ERR_INVALID_SCRATCH_AREA;
        } else {
            vcpu->ops->mmio_write(vcpu->opaque, request->info_1 + done, buf,
                                  len);
        }
    }
    return reason;
}
