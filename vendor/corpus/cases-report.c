/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists reports that are signed well, but say what a verifier must not
 * accept, or have not the length of a report.
 */

#include <string.h>

#include "abi/snp.h"
#include "vendor/corpus/case.h"
#include "vendor/corpus/report.h"

#define FIELD(field) offsetof(SnpReport, field)
/* The byte of a little-endian number that has a bit */
#define BIT(field, bit) { FIELD(field) + (bit) / 8, 1 << (bit) % 8 }

static void version_0(Case *c)
{
    c->report.version = le32_of(0);
}

static void version_1(Case *c)
{
    c->report.version = le32_of(1);
}

static void version_6(Case *c)
{
    c->report.version = le32_of(6);
}

/* Who looks at the first byte alone sees nothing */
static void version_high(Case *c)
{
    c->report.version = le32_of(c->version | 0x100);
}

static void vmpl_3(Case *c)
{
    c->report.vmpl = le32_of(3);
}

/* What reports have that the host has asked for */
static void vmpl_host(Case *c)
{
    c->report.vmpl = le32_of(0xffffffff);
}

static void mask_chip_key(Case *c)
{
    memset(&c->report.signature, 0, sizeof(c->report.signature));
}

static void change_reported(Case *c, int by)
{
    *corpus_tcb_spl(c->keys->product, &c->report.reported_tcb,
                    CORPUS_SPL_SNP) += by;
}

static void reported_lower(Case *c)
{
    change_reported(c, -1);
}

static void committed_higher(Case *c)
{
    ++*corpus_tcb_spl(c->keys->product, &c->report.committed_tcb,
                      CORPUS_SPL_BOOT_LOADER);
}

static void minimum_higher(Case *c)
{
    *corpus_tcb_spl(c->keys->product, &c->expected.min_tcb,
                    CORPUS_SPL_MICROCODE) = 0xd3;
}

/* Higher as one number of 8 bytes, since its last is, but rolled back */
static void minimum_other(Case *c)
{
    *corpus_tcb_spl(c->keys->product, &c->expected.min_tcb,
                    CORPUS_SPL_BOOT_LOADER) = 5;
    *corpus_tcb_spl(c->keys->product, &c->expected.min_tcb,
                    CORPUS_SPL_MICROCODE) = 0;
}

/* Another product, and a processor that SEV-SNP isn't there on */
static void cpuid_other(Case *c)
{
    bool is_genoa = c->report.cpuid_fam_id == 0x19 &&
                    c->report.cpuid_mod_id == 0x11;

    c->report.cpuid_fam_id = 0x19;
    c->report.cpuid_mod_id = is_genoa ? 0x01 : 0x11;
}

static void cpuid_rome(Case *c)
{
    c->report.cpuid_fam_id = 0x17;
    c->report.cpuid_mod_id = 0x31;
}

const CaseRow corpus_report_rows[] = {
    { "length-empty", "report-length", "the report is empty",
      .longer = -(int)sizeof(SnpReport) },
    { "length-short", "report-length", "the last byte is missing",
      .longer = -1 },
    { "length-unsigned", "report-length", "the signature is missing",
      .longer = -(int)sizeof(SnpSignature) },
    { "length-trailing", "report-length", "a byte of zero follows",
      .longer = 1 },

    { "version-0", "report-version", "the version is 0", .change = version_0 },
    { "version-1", "report-version", "the version is 1", .change = version_1 },
    { "version-6", "report-version", "the version is 6", .change = version_6 },
    { "version-high", "report-version",
      "the version's second byte is not zero", .change = version_high },

    { "policy-debug", "policy-debug", "the policy allows debugging",
      .allow = "debug", .flip = BIT(policy, 19) },
    { "policy-no-one", "report-reserved",
      "bit 17 of the policy, which must be one, is zero",
      .flip = BIT(policy, 17) },
    { "policy-reserved-26", "report-reserved",
      "the lowest reserved bit of the policy is set",
      .flip = BIT(policy, 26) },
    { "policy-reserved-63", "report-reserved",
      "the highest reserved bit of the policy is set",
      .flip = BIT(policy, 63) },
    { "vmpl-3", "vmpl", "the guest asked at VMPL 3", .allow = "vmpl",
      .change = vmpl_3 },
    { "vmpl-host", "vmpl",
      "the VMPL is 0xffffffff: the host has asked, not the guest",
      .change = vmpl_host },
    { "algorithm-0", "report-algorithm", "the signature algorithm is 0",
      .flip = BIT(sig_algo, 0) },
    { "algorithm-high", "report-algorithm",
      "the signature algorithm is 0x10001", .flip = BIT(sig_algo, 16) },
    { "current-tcb-reserved", "report-reserved",
      "a reserved byte of the current TCB is set",
      .flip = { FIELD(current_tcb) + 4, 1 } },
    { "committed-tcb-reserved", "report-reserved",
      "a reserved byte of the committed TCB is set",
      .flip = { FIELD(committed_tcb) + 5, 1 } },

    /* Firmware has begun to use bits without another version of reports. */
    { "platform-reserved-6", "report-reserved",
      "bit 6 of the platform information, which is reserved, is set",
      .allow = "unknown-platform-info", .flip = BIT(platform_info, 6) },
    { "platform-reserved-63", "report-reserved",
      "the highest bit of the platform information is set",
      .allow = "unknown-platform-info", .flip = BIT(platform_info, 63) },

    { "key-vlek-as-vcek", "report-signer",
      "a VLEK has signed; the report says that it was a VCEK",
      .vlek = true, .flip = BIT(key_info, 2) },
    { "key-vcek-as-vlek", "report-signer",
      "a VCEK has signed; the report says that it was a VLEK",
      .flip = BIT(key_info, 2) },
    { "key-reserved", "report-signer", "the signing key is 4, a reserved one",
      .flip = BIT(key_info, 4) },
    { "key-none", "report-signer",
      "the signing key is 7: none, though there is a signature",
      .flip = { FIELD(key_info), 0x1c } },
    { "key-masked", "signature-absent",
      "the chip's key is masked, so the signature is zeros",
      .flip = BIT(key_info, 1), .spoil = mask_chip_key },
    { "key-info-reserved-5", "report-reserved",
      "bit 5 of the key information, which is reserved, is set",
      .flip = BIT(key_info, 5) },
    { "key-info-reserved-31", "report-reserved",
      "bit 31 of the key information is set", .flip = BIT(key_info, 31) },
    { "reserved-04c", "report-reserved", "a byte at 0x4c is set",
      .flip = BIT(reserved1, 0) },

    { "report-data-other", "report-data",
      "the report data are not what was asked for",
      .flip = { FIELD(report_data) + 63, 1 } },
    { "measurement-other", "measurement",
      "another guest was launched", .flip = { FIELD(measurement) + 47, 1 } },
    { "host-data-other", "host-data", "the host data are others",
      .flip = { FIELD(host_data), 0x80 } },

    { "tcb-reported-lower", "tcb-mismatch",
      "the reported TCB is lower than that of the certificate",
      .change = reported_lower },
    { "tcb-committed-higher", "tcb-order",
      "the committed TCB is higher than the current one",
      .change = committed_higher },
    { "tcb-below-minimum", "tcb-minimum",
      "the microcode is older than what is demanded",
      .change = minimum_higher },
    { "tcb-below-minimum-other", "tcb-minimum",
      "the boot loader is older than what is demanded, the microcode newer",
      .change = minimum_other },

    { "cpuid-other", "product-mismatch",
      "family and model are those of another product", .since = 3,
      .change = cpuid_other },
    { "cpuid-rome", "product-mismatch",
      "family and model are Rome's, which has no SEV-SNP", .since = 3,
      .change = cpuid_rome },
    { "cpuid-in-2", "report-reserved",
      "version 2 has a byte at 0x188, where later ones have the family",
      .only = 2, .flip = { FIELD(cpuid_fam_id), 0x19 } },
    { "reserved-18b", "report-reserved", "a byte at 0x18b is set",
      .flip = BIT(reserved2, 0) },
    { "reserved-19f", "report-reserved", "a byte at 0x19f is set",
      .flip = { FIELD(reserved2) + 20, 0x80 } },

    { "chip-id-other", "chip-mismatch",
      "the chip's id is not that of the VCEK's certificate",
      .flip = { FIELD(chip_id) + 7, 1 } },

    { "reserved-1eb", "report-reserved", "the byte at 0x1eb is set",
      .flip = { FIELD(reserved3), 1 } },
    { "reserved-1ef", "report-reserved", "the byte at 0x1ef is set",
      .flip = { FIELD(reserved4), 1 } },
    { "reserved-1f8", "report-reserved",
      "version 2 has a byte at 0x1f8, where version 5 has mitigations",
      .only = 2, .flip = BIT(launch_mit_vector, 0) },
    { "reserved-200", "report-reserved",
      "version 3 has a byte at 0x200, where version 5 has mitigations",
      .only = 3, .flip = BIT(current_mit_vector, 0) },
    { "reserved-208", "report-reserved", "the byte at 0x208 is set",
      .flip = { FIELD(reserved5), 1 } },
    { "reserved-29f", "report-reserved", "the byte at 0x29f is set",
      .flip = { FIELD(reserved5) + 0x97, 0x80 } },
    { NULL }
};
