/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says in a report (56860 chapter 7) what was launched, and on what.
 */

#include "asp/snp-report.h"

#include <string.h>

#include "asp/crypto.h"
#include "asp/vcek.h"

/* What the fields of later versions are for is from this version on */
#define REPORT_VERSION_CPUID 3
#define REPORT_VERSION_MIT   5

/* Versions of the ABI, minor, from which on firmware makes them */
#define API_MINOR_CPUID 56
#define API_MINOR_MIT   58

static unsigned report_version(const Asp *asp)
{
    if (asp->snp.current.minor >= API_MINOR_MIT) {
        return REPORT_VERSION_MIT;
    }
    return asp->snp.current.minor >= API_MINOR_CPUID ? REPORT_VERSION_CPUID
                                                     : 2;
}

uint32_t asp_snp_select_key(const Asp *asp, const AspSnpGuest *guest,
                            unsigned sel, unsigned *signer,
                            AspEcScalar *scalar)
{
    const AspSnp *snp = &asp->snp;

    if (sel > SNP_KEY_SEL_VLEK) {
        return SEV_FW_INVALID_PARAM;
    }
    if (sel == SNP_KEY_SEL_VLEK || (sel == SNP_KEY_SEL_ANY &&
                                    snp->vlek_loaded)) {
        *signer = SNP_SIGNER_VLEK;
        *scalar = snp->vlek;
        return snp->vlek_loaded ? SEV_FW_SUCCESS : SEV_FW_INVALID_KEY;
    }
    if (guest->vcek_disabled) {
        return SEV_FW_INVALID_KEY;
    }
    *signer = SNP_SIGNER_VCEK;
    return asp_vcek(&asp->fuses, &snp->reported_tcb, scalar)
           ? SEV_FW_RESOURCE_LIMIT : SEV_FW_SUCCESS;
}

static void fill_identity(const AspSnpIdentity *identity, SnpReport *report)
{
    report->guest_svn = le32_of(identity->guest_svn);
    memcpy(report->family_id, identity->family_id, sizeof(report->family_id));
    memcpy(report->image_id, identity->image_id, sizeof(report->image_id));
    memcpy(report->id_key_digest, identity->id_key_digest,
           sizeof(report->id_key_digest));
    memcpy(report->author_key_digest, identity->author_key_digest,
           sizeof(report->author_key_digest));
    report->key_info = le32_of(identity->has_author_key
                               ? SNP_REPORT_AUTHOR_KEY : 0);
}

static void fill_guest(const AspSnpGuest *guest, SnpReport *report)
{
    report->policy = le64_of(guest->policy);
    memcpy(report->measurement, guest->digest, sizeof(report->measurement));
    memcpy(report->host_data, guest->host_data, sizeof(report->host_data));
    memcpy(report->report_id, guest->report_id, sizeof(report->report_id));
    memset(report->report_id_ma, 0xff, sizeof(report->report_id_ma));
    report->launch_tcb = guest->launch_tcb;
}

static void fill_platform(const Asp *asp, SnpReport *report)
{
    const AspSnp *snp = &asp->snp;

    report->platform_info = le64_of(
        (snp->smt ? SNP_PLATFORM_INFO_SMT : 0) |
        (snp->rapl_disabled ? SNP_PLATFORM_INFO_RAPL_DIS : 0));
    if (!snp->mask_chip_id) {
        memcpy(report->chip_id, asp->fuses.chip_id, sizeof(report->chip_id));
    }
    report->current_tcb = snp->current.tcb;
    report->committed_tcb = snp->committed.tcb;
    report->reported_tcb = snp->reported_tcb;
    report->current_major = snp->current.major;
    report->current_minor = snp->current.minor;
    report->current_build = snp->current.build;
    report->committed_major = snp->committed.major;
    report->committed_minor = snp->committed.minor;
    report->committed_build = snp->committed.build;
}

/* From version 3 on, since TCBs of generations are not alike */
static void fill_processor(const AspModel *model, unsigned version,
                           SnpReport *report)
{
    if (version >= REPORT_VERSION_CPUID) {
        report->cpuid_fam_id = (uint8_t)asp_model_family(model);
        report->cpuid_mod_id = (uint8_t)asp_model_number(model);
        report->cpuid_step = (uint8_t)asp_model_stepping(model);
    }
}

void asp_snp_report_fill(const Asp *asp, const AspSnpGuest *guest,
                         SnpReport *report)
{
    unsigned version = report_version(asp);

    memset(report, 0, sizeof(*report));
    report->version = le32_of(version);
    report->sig_algo = le32_of(SNP_ALGO_ECDSA_P384_SHA384);
    fill_identity(&guest->identity, report);
    fill_guest(guest, report);
    fill_platform(asp, report);
    fill_processor(&asp->fuses.model, version, report);
}

int asp_snp_report_sign(const AspEcScalar *scalar, SnpReport *report)
{
    uint8_t digest[SNP_DIGEST_SIZE];
    AspEcSignature signature;

    asp_sha384(report, SNP_REPORT_SIGNED_SIZE, digest);
    if (asp_ec_sign_sha384(scalar, digest, &signature)) {
        return -1;
    }
    memset(&report->signature, 0, sizeof(report->signature));
    asp_ec_put_field(report->signature.r, signature.r);
    asp_ec_put_field(report->signature.s, signature.s);
    return 0;
}
