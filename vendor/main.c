/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes another manufacturer of emulated chips: sevemu-vendor. */

#include <stdio.h>

#include "vendor/vendor.h"

int main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR");
    g_autoptr(GError) error = NULL;

    g_option_context_set_summary(context,
        "Makes the keys and certificates of another manufacturer of emulated\n"
        "chips (ARK and ASK, RSA-4096) in the new directory DIR.");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "sevemu-vendor: %s\n", error->message);
        return 2;
    }
    if (argc != 2) {
        fprintf(stderr, "sevemu-vendor: expected DIR, see --help\n");
        return 2;
    }
    if (!vendor_init(&error) || !vendor_new(argv[1], &error)) {
        fprintf(stderr, "sevemu-vendor: %s\n", error->message);
        return 2;
    }
    return 0;
}
