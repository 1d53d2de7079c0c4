/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes another manufacturer of emulated chips: sevemu-vendor. */

#include <stdio.h>

#include "vendor/vendor.h"

/* "Milan, Genoa, Turin" */
static char *product_names(void)
{
    GString *names = g_string_new(NULL);
    const VendorProduct *product;

    for (size_t i = 0; (product = vendor_product_at(i)); i++) {
        g_string_append_printf(names, "%s%s", i ? ", " : "",
                               vendor_product_name(product));
    }
    return g_string_free(names, FALSE);
}

static const VendorProduct *find_product(const char *name)
{
    const VendorProduct *product = vendor_product(name);

    if (!product) {
        g_autofree char *names = product_names();

        fprintf(stderr, "sevemu-vendor: --product: expected one of %s, found "
                "\"%s\"\n", names, name);
    }
    return product;
}

int main(int argc, char **argv)
{
    g_autofree char *name = NULL;
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, &name,
          "Generation of the chips: Milan (default), Genoa, Turin", "NAME" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new("DIR");
    g_autoptr(GError) error = NULL;
    const VendorProduct *product;

    g_option_context_set_summary(context,
        "Makes the keys and certificates of another manufacturer of emulated\n"
        "chips (ARK, ASK and ASVK, RSA-4096) in the new directory DIR.");
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "sevemu-vendor: %s\n", error->message);
        return 2;
    }
    if (argc != 2) {
        fprintf(stderr, "sevemu-vendor: expected DIR, see --help\n");
        return 2;
    }
    product = find_product(name ? name : "Milan");
    if (!product) {
        return 2;
    }
    if (!vendor_init(&error) || !vendor_new(argv[1], product, &error)) {
        fprintf(stderr, "sevemu-vendor: %s\n", error->message);
        return 2;
    }
    return 0;
}
