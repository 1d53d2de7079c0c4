/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the table of secrets and seals it into a LAUNCH_SECRET packet. */

#include <string.h>
#include "abi/ovmf.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/chain/secret.h"

void secret_free(Secret *secret)
{
    g_bytes_unref(secret->value);
    g_free(secret);
}

#define ROUND_UP(n, d) (((n) + (d) - 1) / (d) * (d))

static size_t table_size(GPtrArray *secrets)
{
    size_t size = sizeof(OvmfSecretHeader);

    for (guint i = 0; i < secrets->len; i++) {
        const Secret *secret = g_ptr_array_index(secrets, i);

        size += sizeof(OvmfSecretEntry) + g_bytes_get_size(secret->value);
    }
    return size;
}

static void append_secret(GByteArray *table, const Secret *secret)
{
    gsize len;
    const void *value = g_bytes_get_data(secret->value, &len);
    OvmfSecretEntry entry = {
        .guid = secret->guid,
        .len = le32_of(sizeof(entry) + len),
    };

    g_byte_array_append(table, (void *)&entry, sizeof(entry));
    g_byte_array_append(table, value, len);
}

GByteArray *secret_table(GPtrArray *secrets, GError **errp)
{
    static const guint8 zeros[SEV_SECRET_ALIGNMENT];
    size_t size = table_size(secrets);
    OvmfSecretHeader header = {
        .guid = OVMF_GUID_SECRET_TABLE,
        .len = le32_of(size),
    };
    GByteArray *table;

    if (size > SEV_SECRET_MAX_SIZE) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "the secrets and their table take %zu bytes, a packet "
                    "holds %u", size, SEV_SECRET_MAX_SIZE);
        return NULL;
    }
    table = g_byte_array_sized_new(size + SEV_SECRET_ALIGNMENT);
    g_byte_array_append(table, (void *)&header, sizeof(header));
    for (guint i = 0; i < secrets->len; i++) {
        append_secret(table, g_ptr_array_index(secrets, i));
    }
    g_byte_array_append(table, zeros,
                        ROUND_UP(size, SEV_SECRET_ALIGNMENT) - size);
    return table;
}

void secret_packet_seal(SecretPacket *packet, GByteArray *table,
                        const uint8_t tik[SEV_KEY_SIZE],
                        const uint8_t tek[SEV_KEY_SIZE],
                        const uint8_t iv[SEV_IV_SIZE],
                        const uint8_t measure[SEV_MAC_SIZE])
{
    SevSecretMacHead head = {
        .context = SEV_MAC_CONTEXT_SECRET,
        .flags = le32_of(0),
        .guest_len = le32_of(table->len),
        .trans_len = le32_of(table->len),
    };
    CryptoPart parts[] = {
        { &head, sizeof(head) },
        { table->data, table->len },
        { measure, SEV_MAC_SIZE },
    };

    crypto_aes128_ctr(tek, iv, table->data, table->len);
    memcpy(head.iv, iv, SEV_IV_SIZE);
    packet->header.flags = head.flags;
    memcpy(packet->header.iv, iv, SEV_IV_SIZE);
    crypto_hmac_sha256(tik, parts, G_N_ELEMENTS(parts), packet->header.mac);
    packet->payload = table;
}

void secret_packet_clear(SecretPacket *packet)
{
    g_clear_pointer(&packet->payload, g_byte_array_unref);
}
