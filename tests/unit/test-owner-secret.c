/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secrets and their packet. The packet is opened here as the secure
 * processor would: AMD's layout written out in offsets, libgcrypt called
 * by other functions than the ones under test.
 */

#include <gcrypt.h>
#include <string.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/guid.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/secret.h"

static const uint8_t tik[16] = "integrity key 16";
static const uint8_t tek[16] = "transport key 16";
static const uint8_t iv[16] = "\xff\xff\xff\xff\xff\xff\xff\xff"
                              "\xff\xff\xff\xff\xff\xff\xff\xfe";
static const uint8_t measure[32] = "measure measure measure measure";

static void add_secret(GPtrArray *secrets, const char *guid,
                       const char *value, size_t len)
{
    Secret *secret = g_new0(Secret, 1);

    g_assert_true(guid_parse(guid, &secret->guid));
    secret->value = g_bytes_new(value, len);
    g_ptr_array_add(secrets, secret);
}

static GPtrArray *two_secrets(void)
{
    GPtrArray *secrets =
        g_ptr_array_new_with_free_func((GDestroyNotify)secret_free);

    add_secret(secrets, "736869e5-84f0-4973-92ec-06879ce3da0b", "first", 5);
    add_secret(secrets, "00112233-4455-6677-8899-AABBCCDDEEFF", "2nd\0", 4);
    return secrets;
}

/* By hand: 20 of header, 25 and 24 of entries, 11 of padding */
static const uint8_t two_secrets_table[80] =
    "\x42\xf5\x74\x1e\xdd\x71\x66\x4d\x96\x3e\xef\x42\x87\xff\x17\x3b"
    "\x45\0\0\0"
    "\xe5\x69\x68\x73\xf0\x84\x73\x49\x92\xec\x06\x87\x9c\xe3\xda\x0b"
    "\x19\0\0\0first"
    "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"
    "\x18\0\0\0""2nd";

static void test_table(void)
{
    g_autoptr(GPtrArray) secrets = two_secrets();
    g_autoptr(GByteArray) table = secret_table(secrets, NULL);

    g_assert_cmpmem(table->data, table->len, two_secrets_table,
                    sizeof(two_secrets_table));
}

/* The largest that a packet holds: 16384 - 20 - 20 bytes */
static void test_table_limit(void)
{
    static const char big[16345];

    for (size_t len = 16343; len <= 16345; len++) {
        g_autoptr(GPtrArray) secrets =
            g_ptr_array_new_with_free_func((GDestroyNotify)secret_free);
        g_autoptr(GByteArray) table = NULL;
        g_autoptr(GError) error = NULL;

        add_secret(secrets, "00112233-4455-6677-8899-aabbccddeeff", big, len);
        table = secret_table(secrets, &error);
        if (len <= 16344) {
            g_assert_no_error(error);
            g_assert_cmpuint(table->len, ==, 16384);
        } else {
            g_assert_error(error, OWNER_ERROR, OWNER_EXIT_USAGE);
            g_assert_cmpstr(error->message, ==, "the secrets and their table "
                            "take 16385 bytes, a packet holds 16384");
        }
    }
}

static void seal_two(SecretPacket *packet)
{
    g_autoptr(GPtrArray) secrets = two_secrets();

    secret_packet_seal(packet, secret_table(secrets, NULL), tik, tek, iv,
                       measure);
}

static void test_packet_mac(void)
{
    SecretPacket packet;
    uint8_t message[29 + 80 + 32] = { 0x01 };
    uint8_t mac[32];
    size_t len = sizeof(mac);
    gcry_mac_hd_t hmac;

    seal_two(&packet);
    g_assert_cmpuint(sizeof(packet.header), ==, 52);
    g_assert_cmpmem(&packet.header, 4, "\0\0\0\0", 4);
    g_assert_cmpmem((uint8_t *)&packet.header + 4, 16, iv, 16);
    memcpy(message + 5, iv, 16);
    message[21] = message[25] = 80;
    memcpy(message + 29, packet.payload->data, 80);
    memcpy(message + 109, measure, 32);

    g_assert_cmpint(gcry_mac_open(&hmac, GCRY_MAC_HMAC_SHA256, 0, NULL), ==,
                    0);
    gcry_mac_setkey(hmac, tik, sizeof(tik));
    gcry_mac_write(hmac, message, sizeof(message));
    gcry_mac_read(hmac, mac, &len);
    gcry_mac_close(hmac);
    g_assert_cmpmem((uint8_t *)&packet.header + 20, 32, mac, sizeof(mac));
    secret_packet_clear(&packet);
}

/* CTR by hand, from AES-ECB: the counter is big-endian and carries over. */
static void test_packet_payload(void)
{
    SecretPacket packet;
    uint8_t counter[16], pad[16];
    gcry_cipher_hd_t aes;

    seal_two(&packet);
    g_assert_cmpuint(packet.payload->len, ==, 80);
    memcpy(counter, iv, sizeof(counter));
    gcry_cipher_open(&aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_ECB, 0);
    gcry_cipher_setkey(aes, tek, sizeof(tek));
    for (size_t i = 0; i < 80; i++) {
        if (i % 16 == 0) {
            gcry_cipher_encrypt(aes, pad, sizeof(pad), counter,
                                sizeof(counter));
            for (int j = 15; j >= 0 && ++counter[j] == 0; j--) {
                /* carry */
            }
        }
        packet.payload->data[i] ^= pad[i % 16];
    }
    gcry_cipher_close(aes);
    g_assert_cmpmem(packet.payload->data, 80, two_secrets_table, 80);
    secret_packet_clear(&packet);
}

static void test_guid_bad(void)
{
    static const char *const bad[] = {
        "", "7", "736869e5-84f0-4973-92ec-06879ce3da0",
        "736869e5+84f0-4973-92ec-06879ce3da0b",
        "736869e584f0-4973-92ec-06879ce3da0b-",
        "g36869e5-84f0-4973-92ec-06879ce3da0b",
        "736869e5-84f0-4973-92ec-06879ce3da0g",
        "{736869e5-84f0-4973-92ec-06879ce3da0b}",
    };
    AbiGuid guid;

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        /* A copy, so that the sanitizer sees overruns */
        g_autofree char *text = g_strdup(bad[i]);

        g_assert_false(guid_parse(text, &guid));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    g_test_add_func("/owner/secret/table", test_table);
    g_test_add_func("/owner/secret/table-limit", test_table_limit);
    g_test_add_func("/owner/secret/packet-mac", test_packet_mac);
    g_test_add_func("/owner/secret/packet-payload", test_packet_payload);
    g_test_add_func("/owner/secret/guid-bad", test_guid_bad);
    return g_test_run();
}
