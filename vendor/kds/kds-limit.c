/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets each address have one thing in a while. See kds-limit.h. */

#include "vendor/kds/kds-limit.h"

/* Addresses that are remembered; loopback alone has millions. */
#define MAX_ADDRESSES 1024

struct KdsLimit {
    int64_t wait;               /* microseconds */
    GHashTable *next;           /* address: int64_t, when it may again */
};

KdsLimit *kds_limit_new(unsigned ms)
{
    KdsLimit *limit = g_new0(KdsLimit, 1);

    limit->wait = (int64_t)ms * 1000;
    limit->next = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        g_free);
    return limit;
}

void kds_limit_free(KdsLimit *limit)
{
    if (limit) {
        g_hash_table_unref(limit->next);
        g_free(limit);
    }
}

static gboolean is_over(gpointer address, gpointer next, gpointer now)
{
    return *(int64_t *)next <= *(int64_t *)now;
}

bool kds_limit_pass(KdsLimit *limit, const char *address)
{
    int64_t now = g_get_monotonic_time();
    int64_t *next;

    g_hash_table_foreach_remove(limit->next, is_over, &now);
    if (g_hash_table_contains(limit->next, address) ||
        g_hash_table_size(limit->next) >= MAX_ADDRESSES) {
        return false;
    }
    next = g_new(int64_t, 1);
    *next = now + limit->wait;
    g_hash_table_insert(limit->next, g_strdup(address), next);
    return true;
}
