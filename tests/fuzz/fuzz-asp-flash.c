/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/flash.c: INIT with whatever may be in the flash. The first byte of
 * the input says how the rest is taken:
 *
 *   0  it is the content of the flash
 *   1  it changes a good content
 *   2  it changes a good identity, which then is sealed
 *   3  it changes a good content's private keys before they are sealed
 *   4  a byte, whose bit 0 says that there are keys, then changes of what is
 *      committed; that is sealed
 */

#include "asp/crypto.h"
#include "asp/flash.h"
#include "asp/state.h"
#include "fuzz.h"
#include "tests/unit/asp-fixture.h"

static void seal(AspFixture *f, const AspFlashContent *content)
{
    AspFuses fuses = asp_fixture_fuses();
    AspFlash flash = { .iv = { 1 } };

    g_assert_cmpint(asp_flash_seal(&fuses, content, &flash), ==, 0);
    memcpy(f->flash, &flash, sizeof(flash));
}

static void fill_flash(AspFixture *f, FuzzInput *in, gboolean *unsealed)
{
    uint8_t mode = fuzz_take_byte(in) % 5;
    AspFlashContent content = { .has_identity = true };
    AspIdentity *identity = &content.identity;

    *unsealed = FALSE;
    if (mode == 0) {
        f->flash_len = MIN(in->size, sizeof(f->flash));
        fuzz_take(in, f->flash, f->flash_len);
        *unsealed = f->flash_len != 0;
        return;
    }
    if (mode == 1) {
        *unsealed = fuzz_change(in, f->flash, f->flash_len);
        return;
    }
    must_init(f);
    *identity = f->asp->identity;
    content.committed = f->asp->snp.committed;
    must_shutdown(f);
    if (mode == 2) {
        fuzz_change(in, identity, sizeof(*identity));
    } else if (mode == 3) {
        fuzz_change(in, &identity->oca.scalar, sizeof(AspEcScalar));
        fuzz_change(in, &identity->pek.scalar, sizeof(AspEcScalar));
        fuzz_change(in, &identity->pdh.scalar, sizeof(AspEcScalar));
    } else {
        content.has_identity = fuzz_take_byte(in) & 1;
        fuzz_change(in, &content.committed, sizeof(content.committed));
    }
    seal(f, &content);
    asp_fixture_restart(f);
}

/* Whatever was taken can be worked with. */
static void use_identity(AspFixture *f)
{
    SevCmdPdhCertExport cmd = {
        .pdh_paddr = le64_of(MEM_BASE), .pdh_len = le32_of(sizeof(SevCert)),
        .chain_paddr = le64_of(MEM_BASE + 0x1000),
        .chain_len = le32_of(sizeof(SevCertChain)),
    };

    assert_status(run_command(f, SEV_CMD_PDH_CERT_EXPORT, &cmd), SUCCESS);
    assert_status(asp_command(f->asp, SEV_CMD_PDH_GEN, NULL, 0), SUCCESS);
    must_shutdown(f);
    must_init(f);
}

/* The next INIT finds it as this one did. */
static void check_committed(AspFixture *f)
{
    AspVersion committed = f->asp->snp.committed;

    g_assert_true(asp_product_has_tcb(f->asp->product, committed.tcb.byte));
    asp_fixture_restart(f);
    must_init(f);
    g_assert_true(asp_version_equal(&f->asp->snp.committed, &committed));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    AspFixture *f = asp_fixture_new();
    SevCmdInit cmd = { 0 };
    gboolean unsealed;
    uint32_t status;

    fill_flash(f, &in, &unsealed);
    status = run_command(f, SEV_CMD_INIT, &cmd);
    if (status == SEV_FW_SUCCESS) {
        g_assert_false(unsealed);
        check_committed(f);
        use_identity(f);
    } else {
        g_assert_cmpuint(status, ==, SEV_FW_SECURE_DATA_INVALID);
        g_assert_cmpuint(f->flash_writes, ==, 0);
    }
    asp_fixture_free(f);
    return 0;
}
