/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_ap_bad": a save area that is good but for its "field=", which
 * VMRUN does not take (APM volume 2, section 15.5.1); the guest ends.
 *
 * Suite "snp_ap_taken": one that is none any more when the CPU starts, its
 * "page=" being something else by then.
 *
 * Suite "snp_vmpl_spoilt": that of VMPL "vmpl=", which has run with it "runs="
 * times: VMPL 0 does to it what "field=" or "page=" says and runs it again, by
 * MSR or, with "by=ghcb", by GHCB; the guest ends.  With "mend=1" it is made
 * good before that, and the VMPL goes on.
 */
#include "abi/vmsa.h"
#include "ap-creation.h"
#include "smp.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vmpl.h"

#define OTHER_INDEX     (MAX_CPUS - 1)
#define CR0_PE          (1u << 0)
#define UPPER           (1ull << 32)
#define XCR0_X87_SSE    3u
#define XCR0_UNKNOWN    (1ull << 40)

/* Each is 8 bytes of the save area, of which some bits become others. */
static const struct field {
    const char *name;
    uint16_t offset;
    uint64_t flip;
} fields[] = {
    { "efer", offsetof(SevVmsa, efer), EFER_SVME },
    { "vmpl", offsetof(SevVmsa, vmpl), 1 },
    { "features", offsetof(SevVmsa, sev_features),
      VMSA_SEV_FEATURE_SNP_ACTIVE },
    { "vtom", offsetof(SevVmsa, sev_features), VMSA_SEV_FEATURE_VTOM },
    { "debug-swap", offsetof(SevVmsa, sev_features),
      VMSA_SEV_FEATURE_DEBUG_SWAP },
    { "cr0", offsetof(SevVmsa, cr0), UPPER },
    { "cr0-nw", offsetof(SevVmsa, cr0), CR0_NW },
    { "cr0-pe", offsetof(SevVmsa, cr0), CR0_PE },
    { "cr4-pae", offsetof(SevVmsa, cr4), CR4_PAE },
    { "dr6", offsetof(SevVmsa, dr6), UPPER },
    { "dr7", offsetof(SevVmsa, dr7), UPPER },
    { "xcr0", offsetof(SevVmsa, xcr0), XCR0_UNKNOWN },
    { "xcr0-x87", offsetof(SevVmsa, xcr0), XCR0_X87_SSE },
};

static void spoil(SevVmsa *vmsa)
{
    const struct field *field = fields;
    char name[16];

    config_text("field", name, sizeof(name));
    while (!str_equal(field->name, name)) {
        if (++field == fields + sizeof(fields) / sizeof(fields[0])) {
            bail_out("field=%s is none", name);
        }
    }
    *(uint64_t *)((uintptr_t)vmsa + field->offset) ^= field->flip;
}

/* It is good when it is named, and looked at again when the CPU starts. */
static void take_away(uintptr_t page)
{
    char how[16];

    config_text("page", how, sizeof(how));
    if (str_equal(how, "no-vmsa")) {
        rmpadjust(page, RMP_PAGE_4K, 1);
    } else if (str_equal(how, "given-up")) {
        snp_give_up(page, SIZE_4K);
    } else {
        bail_out("page=%s is no way to take it away", how);
    }
}

SUITE(snp_ap_bad)
{
    SevVmsa *vmsa = save_area_good(1, 1);

    spoil(vmsa);
    check(ap_request_done(GHCB_AP_CREATE, 1, vmsa), "it is to start");
    check(ap_comes_up(1, 1), "the CPU runs all the same");
}

SUITE(snp_ap_taken)
{
    SevVmsa *vmsa = save_area_good(1, 1);

    check(ap_request_done(GHCB_AP_CREATE_ON_INIT, 1, vmsa),
          "it is to start on INIT");
    take_away((uintptr_t)vmsa);
    ap_send(1, ICR_INIT);
    check(ap_comes_up(1, 1), "the CPU runs all the same");
}

static volatile uint64_t number;

/* What it counts with is in a register, and so in its save area. */
static void count(uint64_t from)
{
    for (;;) {
        number = from++;
        vmpl_run(0);
    }
}

static uint64_t run_again(unsigned vmpl)
{
    char by[8];

    config_text("by", by, sizeof(by));
    return str_equal(by, "ghcb") ? vmpl_run_by_ghcb(vmpl) : vmpl_run(vmpl);
}

/* Without the attribute it is a page like others, of any content. */
static void mend(SevVmsa *vmsa, unsigned vmpl, bool is_page)
{
    if (!is_page) {
        spoil(vmsa);
        return;
    }
    check(!(rmpquery((uintptr_t)vmsa, vmpl).dx & RMP_ATTR_VMSA),
          "the page is no save area any more");
    check_equal(rmpadjust((uintptr_t)vmsa, RMP_PAGE_4K,
                          1 | RMP_ATTR_VMSA).status, RMP_SUCCESS,
                "and is made one again");
}

SUITE(snp_vmpl_spoilt)
{
    unsigned vmpl = config_number("vmpl", 2);
    unsigned runs = config_number("runs", 1);
    bool is_page;
    SevVmsa *vmsa;
    char how[16];

    vmpl_admit(vmpl);
    vmsa = vmpl_make(vmpl, OTHER_INDEX, count, 0x1234567890);
    for (unsigned i = 0; i < runs; i++) {
        check_equal(vmpl_run(vmpl), 0, "VMPL %u runs", vmpl);
    }
    is_page = config_text("page", how, sizeof(how));
    if (is_page) {
        take_away((uintptr_t)vmsa);
    } else {
        spoil(vmsa);
    }
    if (config_number("mend", 0)) {
        mend(vmsa, vmpl, is_page);
    }
    check_equal(run_again(vmpl), 0, "it runs again");
    check_equal(number, 0x1234567891, "with the registers that it had");
}
