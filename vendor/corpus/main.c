/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a corpus of attestation reports for verifiers: sevemu-corpus. */

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "vendor/corpus/manifest.h"
#include "vendor/corpus/write.h"
#include "vendor/state.h"

#define EXIT_USAGE 2

static const CaseRow *const tables[] = {
    corpus_good_rows, corpus_report_rows, corpus_signature_rows,
    corpus_leaf_rows, corpus_chain_rows,
};

static const unsigned versions[] = { 2, 3, 5 };

typedef struct Options {
    char *product;
    char *version;
    char *vendor;
    unsigned version_number;    /* 0: all */
    unsigned nr_cases;          /* that were written */
} Options;

static void options_clear(Options *options)
{
    g_free(options->product);
    g_free(options->version);
    g_free(options->vendor);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static bool add_case(const CorpusKeys *keys, const CaseRow *row,
                     unsigned version, const char *dir, JsonObject *manifest,
                     GError **errp)
{
    g_autofree char *name = g_strdup_printf("v%u-%s", version, row->name);
    g_auto(Case) c = { NULL };
    JsonObject *files;

    if (!case_make(&c, keys, row, version, errp)) {
        return false;
    }
    files = case_write(&c, dir, name, errp);
    if (files) {
        corpus_manifest_add(manifest, &c, name, files);
    }
    return files != NULL;
}

static bool add_version(Options *options, const CorpusKeys *keys,
                        unsigned version, const char *dir,
                        JsonObject *manifest, GError **errp)
{
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
        for (const CaseRow *row = tables[i]; row->name; row++) {
            if (!case_exists(row, version)) {
                continue;
            }
            if (!add_case(keys, row, version, dir, manifest, errp)) {
                return false;
            }
            options->nr_cases++;
        }
    }
    return true;
}

static bool write_root(const CorpusKeys *keys, const char *dir, GError **errp)
{
    g_autofree char *folder = g_build_filename(dir, CORPUS_ROOT_DIR, NULL);
    gsize size;
    const void *data = g_bytes_get_data(keys->vendor->ark_der, &size);

    return corpus_make_dir(folder, errp) &&
           corpus_write_file(folder, CORPUS_ROOT_FILE, data, size, errp);
}

/* The manifest is last, so that a corpus which has one is all there. */
static bool fill(Options *options, const CorpusKeys *keys, const char *dir,
                 GError **errp)
{
    g_autoptr(JsonObject) manifest = corpus_manifest_new(keys);

    if (!write_root(keys, dir, errp)) {
        return false;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(versions); i++) {
        if (options->version_number &&
            options->version_number != versions[i]) {
            continue;
        }
        if (!add_version(options, keys, versions[i], dir, manifest, errp)) {
            return false;
        }
    }
    return corpus_manifest_write(manifest, dir, errp);
}

static bool parse_version(Options *options, GError **errp)
{
    for (size_t i = 0; options->version && i < G_N_ELEMENTS(versions); i++) {
        g_autofree char *text = g_strdup_printf("%u", versions[i]);

        if (strcmp(text, options->version) == 0) {
            options->version_number = versions[i];
        }
    }
    if (options->version && !options->version_number) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "--version %s: expected 2, 3 or 5", options->version);
        return false;
    }
    return true;
}

static const VendorProduct *parse_product(const Options *options,
                                          GError **errp)
{
    const VendorProduct *product = options->product
        ? vendor_product(options->product) : NULL;

    if (!options->product) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_MISSING,
                    "--product is needed");
    } else if (!product) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "--product %s: expected Milan, Genoa or Turin",
                    options->product);
    }
    return product;
}

static bool run(Options *options, const char *dir, GError **errp)
{
    const VendorProduct *product = parse_product(options, errp);
    g_auto(CorpusKeys) keys = { NULL };

    if (!product || !parse_version(options, errp) || !vendor_init(errp) ||
        !corpus_make_dir(dir, errp)) {
        return false;
    }
    if (!corpus_keys_open(&keys, product, options->vendor, errp)) {
        g_rmdir(dir);
        return false;
    }
    return fill(options, &keys, dir, errp);
}

int main(int argc, char **argv)
{
    g_auto(Options) options = { NULL };
    const GOptionEntry entries[] = {
        { "product", 0, 0, G_OPTION_ARG_STRING, &options.product,
          "Milan, Genoa or Turin", "NAME" },
        { "version", 0, 0, G_OPTION_ARG_STRING, &options.version,
          "Of the reports: 2, 3 or 5 [all]", "N" },
        { "vendor", 0, 0, G_OPTION_ARG_FILENAME, &options.vendor,
          "Another manufacturer's directory", "DIR" },
        { NULL }
    };
    g_autoptr(GOptionContext) context = g_option_context_new("DIR");
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context,
        "Writes attestation reports with their certificates, good ones and\n"
        "wrong ones, into the new directory DIR.");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "sevemu-corpus: %s\n", error->message);
        return EXIT_USAGE;
    }
    if (argc != 2) {
        fprintf(stderr, "sevemu-corpus: expected DIR, see --help\n");
        return EXIT_USAGE;
    }
    if (!run(&options, argv[1], &error)) {
        fprintf(stderr, "sevemu-corpus: %s\n", error->message);
        return EXIT_USAGE;
    }
    printf("%u\n", options.nr_cases);
    return 0;
}
