/*
 * What was wrong with a launch, in words
 *
 * The firmware answers a number.  What it can mean, and which option or file
 * it is about, is known here: both files were read, and have lengths.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qemu/bitops.h"
#include "abi/sev.h"
#include "abi/sev-cert.h"
#include "hypervisor/launch/launch-error.h"
#include "hypervisor/run/sev-vm.h"

#define NO_CONTEXT "SEV: failed to create encryption context"

static void append_length(GString *text, const char *option, const char *file,
                          uint32_t found, size_t expected)
{
    bool first = text->len == strlen(NO_CONTEXT);

    if (found != expected) {
        g_string_append_printf(text, "%s %s '%s' has %" PRIu32 " bytes after "
                               "base64, expected %zu", first ? ":" : ",",
                               option, file, found, expected);
    }
}

static void append_lengths(GString *text, const SevGuestState *guest,
                           const struct kvm_sev_launch_start *start)
{
    append_length(text, "dh-cert-file", guest->dh_cert_file, start->dh_len,
                  sizeof(SevCert));
    append_length(text, "session-file", guest->session_file,
                  start->session_len, sizeof(SevSession));
    if (start->dh_len == sizeof(SevSession) &&
        start->session_len == sizeof(SevCert)) {
        g_string_append(text, "; each was given for the other");
    }
}

static void append_policy(GString *text, SevHost *host, uint32_t policy)
{
    unsigned has_major, has_minor;
    unsigned major = extract32(policy, SEV_GPOLICY_API_MAJOR_SHIFT, 8);
    unsigned minor = extract32(policy, SEV_GPOLICY_API_MINOR_SHIFT, 8);

    g_string_append_printf(text, ": policy=0x%" PRIx32, policy);
    if (policy & SEV_GPOLICY_RESERVED) {
        g_string_append_printf(text, " has reserved bits, 0x%" PRIx32,
                               policy & SEV_GPOLICY_RESERVED);
    } else {
        sev_host_api_version(host, &has_major, &has_minor);
        g_string_append_printf(text, " wants API version %u.%u or later, the "
                               "platform has %u.%u", major, minor,
                               has_major, has_minor);
    }
}

static void append_mismatch(GString *text, const SevGuestState *guest,
                            const char *platform, uint32_t policy)
{
    g_string_append_printf(text, ": session-file '%s' does not go with "
                           "dh-cert-file '%s', platform '%s' and policy=0x%"
                           PRIx32 ": it was made for another platform's PDH "
                           "or for another policy, or a file was changed",
                           guest->session_file, guest->dh_cert_file,
                           platform, policy);
}

static void append_certificate(GString *text, const SevGuestState *guest)
{
    g_string_append_printf(text, ": dh-cert-file '%s' is not the certificate "
                           "of a Diffie-Hellman key on P-384, as a PDH's is",
                           guest->dh_cert_file);
}

static void append_session(GString *text, const SevGuestState *guest,
                           const char *platform,
                           const struct kvm_sev_launch_start *start,
                           int status)
{
    if (status == SEV_FW_INVALID_LEN) {
        append_lengths(text, guest, start);
    } else if (status == SEV_FW_INVALID_CERTIFICATE) {
        append_certificate(text, guest);
    } else if (status == SEV_FW_BAD_MEASUREMENT) {
        append_mismatch(text, guest, platform, start->policy);
    }
}

void sev_launch_error(SevCommonState *sev,
                      const struct kvm_sev_launch_start *start, int status,
                      Error **errp)
{
    SevGuestState *guest = SEV_GUEST(sev);
    const char *platform = platform_dir_path(sev->vm->host->platform);
    g_autoptr(GString) text = g_string_new(NO_CONTEXT);

    if (status == SEV_FW_POLICY_FAILURE && start->handle == SEV_HANDLE_NONE) {
        append_policy(text, sev->vm->host, start->policy);
    } else if (guest->session_file) {
        append_session(text, guest, platform, start, status);
    }
    error_setg(errp, "%s", text->str);
}
