/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vendor/kds/kds-sticks.c: what a provider posts. Who is answered gets a result
 * for each id, and a line that says why not is one otherwise.
 */

#include "fuzz.h"
#include "vendor/kds/kds-sticks.h"

static KdsFound make_stick(void *opaque, const KdsRequest *request,
                           const uint8_t chip_id[VENDOR_CHIP_ID_SIZE],
                           uint8_t stick[KDS_STICK_SIZE])
{
    memset(stick, chip_id[0], KDS_STICK_SIZE);
    return chip_id[0] & 1 ? KDS_NONE : KDS_FOUND;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const KdsOps ops = { .stick = make_stick };
    const KdsRequest request = { .product = vendor_product("Turin") };
    g_autoptr(GBytes) post = g_bytes_new(data, size);
    g_autofree char *why = NULL;
    g_autoptr(GBytes) answer = kds_sticks_make(&ops, NULL, &request, post,
                                               false, &why);

    g_assert_true(!answer == (why != NULL));
    if (answer) {
        g_assert_cmpuint(g_bytes_get_size(answer), >,
                         strlen("{\"results\":[{}]}"));
    }
    return 0;
}
