/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MSG_KEY_REQ: the same key for the same things, another for each that
 * differs, and each limit.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include "asp/snp-context.h"
#include "asp/state.h"

#define ALL_FIELDS 0x7full
#define OLD_SIZE   32

typedef struct Key {
    uint8_t byte[32];
} Key;

static AspSnpGuest *guest_of(AspFixture *f)
{
    return asp_snp_find(f->asp, PAGE(GCTX_PAGE));
}

/* A guest whose identity has a byte of its own in each field */
static void must_launch(AspFixture *f)
{
    AspSnpGuest *guest;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    guest = guest_of(f);
    memset(guest->identity.family_id, 0x66, 16);
    memset(guest->identity.image_id, 0x69, 16);
    guest->identity.guest_svn = 5;
}

static uint32_t ask_from(AspFixture *f, const SnpMsgKeyReq *payload,
                         size_t len, unsigned vmpck, Key *key)
{
    GuestRequest request = guest_request(f, SNP_MSG_KEY_REQ, payload, len);
    SnpMsgKeyRsp response;

    guest_use_vmpck(f, &request, vmpck);
    request.header.seqno = le64_of(guest_of(f)->msg_count[vmpck] + 1);
    response = guest_key(f, &request);
    if (key) {
        memcpy(key->byte, response.key, sizeof(key->byte));
    }
    return le32_get(response.status);
}

static uint32_t ask(AspFixture *f, const SnpMsgKeyReq *payload, Key *key)
{
    return ask_from(f, payload, sizeof(*payload), 0, key);
}

static Key must_key(AspFixture *f, const SnpMsgKeyReq *payload)
{
    static const Key none;
    Key key;

    g_assert_cmphex(ask(f, payload, &key), ==, 0);
    g_assert_true(memcmp(&key, &none, sizeof(key)));
    return key;
}

#define assert_same(a, b) g_assert_cmpmem(&(a), 32, &(b), 32)
#define assert_other(a, b) g_assert_true(memcmp(&(a), &(b), 32))

static SnpMsgKeyReq request_of(uint64_t fields)
{
    return (SnpMsgKeyReq) {
        .fields = le64_of(fields), .guest_svn = le32_of(4),
        .tcb.milan = { .boot_loader = 1 },
    };
}

/* Changes what a field names, in the guest */
static void change_guest(AspFixture *f, unsigned field)
{
    AspSnpGuest *guest = guest_of(f);

    switch (1u << field) {
    case SNP_KEY_FIELD_POLICY:
        guest->policy ^= SNP_GPOLICY_DEBUG;
        break;
    case SNP_KEY_FIELD_IMAGE_ID:
        guest->identity.image_id[15]++;
        break;
    case SNP_KEY_FIELD_FAMILY_ID:
        guest->identity.family_id[0]++;
        break;
    case SNP_KEY_FIELD_MEASUREMENT:
        guest->digest[47]++;
        break;
    }
}

/* The same of those that the guest itself says */
static void change_request(SnpMsgKeyReq *payload, unsigned field)
{
    switch (1u << field) {
    case SNP_KEY_FIELD_GUEST_SVN:
        payload->guest_svn = le32_of(le32_get(payload->guest_svn) - 1);
        break;
    case SNP_KEY_FIELD_TCB:
        payload->tcb.milan.boot_loader++;
        break;
    }
}

static void test_fields(AspFixture *f)
{
    must_launch(f);
    for (unsigned field = 0; field < 6; field++) {
        SnpMsgKeyReq with = request_of(1ull << field);
        SnpMsgKeyReq without = request_of(ALL_FIELDS & ~(1ull << field));
        Key with_before = must_key(f, &with);
        Key without_before = must_key(f, &without);
        Key with_after, without_after;

        assert_other(with_before, without_before);
        change_guest(f, field);
        change_request(&with, field);
        change_request(&without, field);
        with_after = must_key(f, &with);
        without_after = must_key(f, &without);
        g_test_message("field %u", field);
        assert_other(with_before, with_after);
        assert_same(without_before, without_after);
    }
}

/* All that select something are told apart, though it were the same. */
static void test_selections(AspFixture *f)
{
    Key keys[64];

    must_launch(f);
    for (unsigned fields = 0; fields < G_N_ELEMENTS(keys); fields++) {
        SnpMsgKeyReq payload = request_of(fields);

        keys[fields] = must_key(f, &payload);
        for (unsigned i = 0; i < fields; i++) {
            assert_other(keys[i], keys[fields]);
        }
    }
}

static void test_roots(AspFixture *f)
{
    SnpMsgKeyReq payload = request_of(0);
    Key vcek, vmrk, other;

    must_launch(f);
    vcek = must_key(f, &payload);
    payload.flags = le32_of(SNP_KEY_ROOT_VMRK);
    vmrk = must_key(f, &payload);
    assert_other(vcek, vmrk);
    guest_of(f)->vmrk[31]++;
    other = must_key(f, &payload);
    assert_other(vmrk, other);
    payload.flags = le32_of(0);
    other = must_key(f, &payload);
    assert_same(vcek, other);

    /* The chip's key is another with another TCB */
    f->asp->snp.reported_tcb.milan.microcode--;
    other = must_key(f, &payload);
    assert_other(vcek, other);
}

static void test_key_selection(AspFixture *f)
{
    SnpMsgKeyReq payload = request_of(0);
    Key any, vcek, vlek;

    must_launch(f);
    any = must_key(f, &payload);
    payload.flags = le32_of(SNP_KEY_SEL_VCEK << 1);
    vcek = must_key(f, &payload);
    assert_same(any, vcek);
    payload.flags = le32_of(SNP_KEY_SEL_VLEK << 1);
    g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_KEY);
    f->asp->snp.vlek_loaded = true;
    memset(f->asp->snp.vlek.byte, 0x11, 48);
    vlek = must_key(f, &payload);
    assert_other(vcek, vlek);
    payload.flags = le32_of(0);
    any = must_key(f, &payload);
    assert_same(any, vlek);
}

/* A masked chip key gives no keys either; the VLEK and the VMRK do. */
static void test_masked(AspFixture *f)
{
    SnpCmdConfig mask = { .flags = le32_of(SNP_CONFIG_MASK_CHIP_KEY) };
    SnpMsgKeyReq payload = request_of(0);
    static const Key none;
    Key key, vmrk;

    must_launch(f);
    payload.flags = le32_of(SNP_KEY_ROOT_VMRK);
    vmrk = must_key(f, &payload);
    assert_status(run_command(f, SNP_CMD_CONFIG, &mask), SUCCESS);
    for (unsigned sel = 0; sel < 3; sel++) {
        payload.flags = le32_of(sel << 1);
        g_assert_cmphex(ask(f, &payload, &key), ==, SEV_FW_INVALID_KEY);
        assert_same(key, none);
    }
    payload.flags = le32_of(SNP_KEY_ROOT_VMRK);
    key = must_key(f, &payload);
    assert_same(key, vmrk);
    f->asp->snp.vlek_loaded = true;
    memset(f->asp->snp.vlek.byte, 0x11, 48);
    payload.flags = le32_of(SNP_KEY_SEL_VLEK << 1);
    must_key(f, &payload);
    payload.flags = le32_of(SNP_KEY_SEL_VCEK << 1);
    g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_KEY);
}

/* A guest that was launched alike on the same chip gets the same key. */
static void test_relaunch(AspFixture *f)
{
    SnpMsgKeyReq payload = request_of(ALL_FIELDS & ~64ull);
    SnpMsgKeyReq from_vmrk = payload;
    Key first, second, first_vmrk, second_vmrk;

    from_vmrk.flags = le32_of(SNP_KEY_ROOT_VMRK);
    must_launch(f);
    first = must_key(f, &payload);
    first_vmrk = must_key(f, &from_vmrk);
    assert_status(asp_command(f->asp, SNP_CMD_SHUTDOWN, NULL, 0), SUCCESS);
    must_launch(f);
    second = must_key(f, &payload);
    second_vmrk = must_key(f, &from_vmrk);
    assert_same(first, second);
    assert_other(first_vmrk, second_vmrk);
}

static void test_old_size(AspFixture *f)
{
    SnpMsgKeyReq payload = request_of(1);
    Key old, new;

    must_launch(f);
    new = must_key(f, &payload);
    g_assert_cmphex(ask_from(f, &payload, OLD_SIZE, 0, &old), ==, 0);
    assert_same(old, new);
    payload.fields = le64_of(SNP_KEY_FIELD_MIT_VECTOR);
    g_assert_cmphex(ask_from(f, &payload, OLD_SIZE, 0, NULL), ==,
                    SEV_FW_INVALID_PARAM);
    g_assert_cmphex(ask(f, &payload, NULL), ==, 0);
}

static void test_vmpl(AspFixture *f)
{
    SnpMsgKeyReq payload = request_of(0);
    Key keys[4], again;

    must_launch(f);
    for (unsigned vmpl = 0; vmpl < 4; vmpl++) {
        payload.vmpl = le32_of(vmpl);
        keys[vmpl] = must_key(f, &payload);
        for (unsigned i = 0; i < vmpl; i++) {
            assert_other(keys[i], keys[vmpl]);
        }
    }
    g_assert_cmphex(ask_from(f, &payload, sizeof(payload), 2, &again), ==, 0);
    assert_same(keys[3], again);
    payload.vmpl = le32_of(1);
    g_assert_cmphex(ask_from(f, &payload, sizeof(payload), 2, NULL), ==,
                    SEV_FW_INVALID_PARAM);
    payload.vmpl = le32_of(4);
    g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_PARAM);
}

static void test_limits(AspFixture *f)
{
    const SnpTcbVersion committed = FIXTURE_TCB;
    SnpMsgKeyReq payload = request_of(0);

    must_launch(f);
    payload.guest_svn = le32_of(6);
    g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_PARAM);
    payload.guest_svn = le32_of(5);
    g_assert_cmphex(ask(f, &payload, NULL), ==, 0);
    for (unsigned i = 0; i < SNP_TCB_SIZE; i++) {
        payload.tcb = committed;
        payload.tcb.byte[i]++;
        g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_PARAM);
    }
    payload.tcb = committed;
    g_assert_cmphex(ask(f, &payload, NULL), ==, 0);
}

static void test_reserved(AspFixture *f)
{
    must_launch(f);
    for (unsigned bit = 3; bit < 32; bit++) {
        SnpMsgKeyReq payload = { .flags = le32_of(1u << bit) };

        g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_PARAM);
    }
    for (unsigned bit = 7; bit < 64; bit++) {
        SnpMsgKeyReq payload = { .fields = le64_of(1ull << bit) };

        g_assert_cmphex(ask(f, &payload, NULL), ==, SEV_FW_INVALID_PARAM);
    }
    g_assert_cmphex(ask(f, &(SnpMsgKeyReq) { .flags = le32_of(3 << 1) }, NULL),
                    ==, SEV_FW_INVALID_PARAM);
    g_assert_cmphex(ask(f, &(SnpMsgKeyReq) { .reserved = le32_of(1) }, NULL),
                    ==, SEV_FW_INVALID_PARAM);
    g_assert_cmphex(ask(f, &(SnpMsgKeyReq) { .mit_vector = le64_of(1) }, NULL),
                    ==, SEV_FW_INVALID_PARAM);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    asp_test_add("/asp/snp-key/fields", test_fields);
    asp_test_add("/asp/snp-key/selections", test_selections);
    asp_test_add("/asp/snp-key/roots", test_roots);
    asp_test_add("/asp/snp-key/key-selection", test_key_selection);
    asp_test_add("/asp/snp-key/masked", test_masked);
    asp_test_add("/asp/snp-key/relaunch", test_relaunch);
    asp_test_add("/asp/snp-key/old-size", test_old_size);
    asp_test_add("/asp/snp-key/vmpl", test_vmpl);
    asp_test_add("/asp/snp-key/limits", test_limits);
    asp_test_add("/asp/snp-key/reserved", test_reserved);
    return g_test_run();
}
