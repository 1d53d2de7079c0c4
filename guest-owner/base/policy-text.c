/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names the policy's bits (55766 chapter 3). */

#include <glib.h>
#include "abi/sev.h"
#include "guest-owner/base/policy-text.h"

static const struct {
    uint32_t bit;
    const char *name;
} bits[] = {
    { SEV_GPOLICY_NODBG, "NODBG" },
    { SEV_GPOLICY_NOKS, "NOKS" },
    { SEV_GPOLICY_ES, "ES" },
    { SEV_GPOLICY_NOSEND, "NOSEND" },
    { SEV_GPOLICY_DOMAIN, "DOMAIN" },
    { SEV_GPOLICY_SEV, "SEV" },
};

char *policy_text(uint32_t policy)
{
    uint8_t major = policy >> SEV_GPOLICY_API_MAJOR_SHIFT;
    uint8_t minor = policy >> SEV_GPOLICY_API_MINOR_SHIFT;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *separator = " (";

    g_string_append_printf(text, "0x%x", policy);
    for (size_t i = 0; i < G_N_ELEMENTS(bits); i++) {
        if (policy & bits[i].bit) {
            g_string_append_printf(text, "%s%s", separator, bits[i].name);
            separator = ", ";
        }
    }
    if (major || minor) {
        g_string_append_printf(text, "%sAPI %u.%u or later", separator, major,
                               minor);
        separator = ", ";
    }
    if (*separator == ',') {
        g_string_append_c(text, ')');
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
