/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's half of SNP_GUEST_REQUEST.
 */

#include "snp-guest-fixture.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "asp/snp-context.h"
#include "asp/state.h"

#define TAG 16

/* The key that is in the guest's secrets page */
static void get_key(AspFixture *f, GuestRequest *request)
{
    const AspSnpGuest *guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));

    g_assert_nonnull(guest);
    memcpy(request->key, guest->vmpck[request->header.msg_vmpck],
           sizeof(request->key));
}

GuestRequest guest_request(AspFixture *f, uint8_t type, const void *payload,
                           uint16_t len)
{
    GuestRequest request = {
        .header = {
            .seqno = le64_of(1),
            .algo = 1,
            .hdr_version = 1,
            .hdr_size = le16_of(0x60),
            .msg_type = type,
            .msg_version = 1,
            .msg_size = le16_of(len),
        },
        .payload = payload,
    };

    get_key(f, &request);
    return request;
}

void guest_use_vmpck(AspFixture *f, GuestRequest *request, unsigned vmpck)
{
    request->header.msg_vmpck = vmpck;
    request->header.seqno = le64_of(1);
    get_key(f, request);
}

static gnutls_aead_cipher_hd_t open_cipher(const GuestRequest *request)
{
    gnutls_datum_t key = { (uint8_t *)request->key, sizeof(request->key) };
    gnutls_aead_cipher_hd_t cipher;

    g_assert_cmpint(gnutls_aead_cipher_init(&cipher,
                                            GNUTLS_CIPHER_AES_256_GCM, &key),
                    ==, 0);
    return cipher;
}

static void make_iv(const SnpMsgHeader *header, uint8_t iv[12])
{
    memset(iv, 0, 12);
    memcpy(iv, &header->seqno, 8);
}

void guest_seal(AspFixture *f, const GuestRequest *request)
{
    uint8_t *page = &f->memory[REQUEST_PAGE * RMP_PAGE_SIZE];
    gnutls_aead_cipher_hd_t cipher = open_cipher(request);
    size_t len = le16_get(request->header.msg_size);
    uint8_t sealed[RMP_PAGE_SIZE + TAG];
    size_t sealed_len = sizeof(sealed);
    uint8_t iv[12];

    len = MIN(len, SNP_MSG_MAX_PAYLOAD);
    make_iv(&request->header, iv);
    g_assert_cmpint(gnutls_aead_cipher_encrypt(
        cipher, iv, sizeof(iv), &request->header.algo, 0x30, TAG,
        request->payload, len, sealed, &sealed_len), ==, 0);
    gnutls_aead_cipher_deinit(cipher);
    g_assert_cmpuint(sealed_len, ==, len + TAG);
    memset(page, 0, RMP_PAGE_SIZE);
    memcpy(page, &request->header, sizeof(request->header));
    memcpy(page, sealed + len, TAG);
    memcpy(page + 0x60, sealed, len);
}

uint32_t guest_carry(AspFixture *f)
{
    SnpCmdGuestRequest cmd = {
        .gctx_paddr = le64_of(PAGE(GCTX_PAGE)),
        .req_paddr = le64_of(PAGE(REQUEST_PAGE)),
        .res_paddr = le64_of(PAGE(RESPONSE_PAGE)),
    };

    f->rmp[RESPONSE_PAGE] = snp_firmware_page();
    return run_command(f, SNP_CMD_GUEST_REQUEST, &cmd);
}

uint32_t guest_send(AspFixture *f, const GuestRequest *request)
{
    guest_seal(f, request);
    return guest_carry(f);
}

static void check_header(const GuestRequest *request, uint8_t type, size_t len,
                         const SnpMsgHeader *header)
{
    SnpMsgHeader expected = request->header;

    memcpy(expected.authtag, header->authtag, TAG);
    memset(expected.authtag + TAG, 0, TAG);
    expected.seqno = le64_of(le64_get(request->header.seqno) + 1);
    expected.msg_type = type;
    expected.msg_size = le16_of(len);
    g_assert_cmpmem(header, sizeof(*header), &expected, sizeof(expected));
}

void guest_open(AspFixture *f, const GuestRequest *request, uint8_t type,
                void *payload, size_t len)
{
    const uint8_t *page = &f->memory[RESPONSE_PAGE * RMP_PAGE_SIZE];
    gnutls_aead_cipher_hd_t cipher = open_cipher(request);
    uint8_t sealed[RMP_PAGE_SIZE + TAG];
    size_t opened = len;
    SnpMsgHeader header;
    uint8_t iv[12];

    memcpy(&header, page, sizeof(header));
    check_header(request, type, len, &header);
    memcpy(sealed, page + sizeof(header), len);
    memcpy(sealed + len, header.authtag, TAG);
    make_iv(&header, iv);
    g_assert_cmpint(gnutls_aead_cipher_decrypt(
        cipher, iv, sizeof(iv), &header.algo, 0x30, TAG, sealed, len + TAG,
        payload, &opened), ==, 0);
    g_assert_cmpuint(opened, ==, len);
    gnutls_aead_cipher_deinit(cipher);
}

static void next(GuestRequest *request)
{
    request->header.seqno = le64_of(le64_get(request->header.seqno) + 2);
}

SnpMsgReportRsp guest_report(AspFixture *f, GuestRequest *request)
{
    SnpMsgReportRsp response;

    assert_status(guest_send(f, request), SUCCESS);
    guest_open(f, request, SNP_MSG_REPORT_RSP, &response, sizeof(response));
    next(request);
    return response;
}

SnpMsgKeyRsp guest_key(AspFixture *f, GuestRequest *request)
{
    SnpMsgKeyRsp response;

    assert_status(guest_send(f, request), SUCCESS);
    guest_open(f, request, SNP_MSG_KEY_RSP, &response, sizeof(response));
    next(request);
    return response;
}

/* A number of a report, turned for GnuTLS */
static gnutls_datum_t turned(const uint8_t little[48], uint8_t big[48])
{
    for (unsigned i = 0; i < 48; i++) {
        big[i] = little[47 - i];
    }
    return (gnutls_datum_t) { big, 48 };
}

bool guest_verify(const SnpReport *report, const uint8_t x[48],
                  const uint8_t y[48])
{
    uint8_t r[48], s[48];
    gnutls_datum_t key_x = { (uint8_t *)x, 48 }, key_y = { (uint8_t *)y, 48 };
    gnutls_datum_t data = { (uint8_t *)report, 0x2a0 }, signature;
    gnutls_datum_t sig_r = turned(report->signature.r, r);
    gnutls_datum_t sig_s = turned(report->signature.s, s);
    gnutls_pubkey_t key;
    int ret;

    g_assert_cmpint(gnutls_pubkey_init(&key), ==, 0);
    g_assert_cmpint(gnutls_pubkey_import_ecc_raw(
        key, GNUTLS_ECC_CURVE_SECP384R1, &key_x, &key_y), ==, 0);
    g_assert_cmpint(gnutls_encode_rs_value(&signature, &sig_r, &sig_s), ==, 0);
    ret = gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_ECDSA_SHA384, 0, &data,
                                     &signature);
    gnutls_free(signature.data);
    gnutls_pubkey_deinit(key);
    return ret >= 0;
}
