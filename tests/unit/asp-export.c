/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp-export FILE: writes what the fixture's platform has signed, for
 * test_signed.py: the PDH's certificate, the chain, and a report on a guest
 * with the first 4112 bytes of the fixture's memory.
 */

#include "asp-fixture.h"

#include <string.h>

#define EXPORT_PADDR (MEM_BASE + 0x10000)

typedef struct Export {
    SevCert pdh;
    SevCertChain chain;
    SevReport report;
} Export;

static void export(AspFixture *f, uint32_t handle)
{
    SevCmdPdhCertExport certs = {
        .pdh_paddr = le64_of(EXPORT_PADDR + offsetof(Export, pdh)),
        .pdh_len = le32_of(sizeof(SevCert)),
        .chain_paddr = le64_of(EXPORT_PADDR + offsetof(Export, chain)),
        .chain_len = le32_of(sizeof(SevCertChain)),
    };
    SevCmdAttestation report = {
        .handle = le32_of(handle),
        .paddr = le64_of(EXPORT_PADDR + offsetof(Export, report)),
        .len = le32_of(sizeof(SevReport)),
    };

    memset(report.mnonce, 0xab, sizeof(report.mnonce));
    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &certs), SUCCESS);
    assert_status(run_command(f, SEV_CMD_ATTESTATION_REPORT, &report),
                  SUCCESS);
}

int main(int argc, char **argv)
{
    AspFixture *f = asp_fixture_new();
    GError *error = NULL;

    g_assert_cmpint(argc, ==, 2);
    export(f, must_guest(f, SEV_GSTATE_RUNNING));
    g_file_set_contents(argv[1],
                        (char *)&f->memory[EXPORT_PADDR - MEM_BASE],
                        sizeof(Export), &error);
    g_assert_no_error(error);
    asp_fixture_free(f);
    return 0;
}
