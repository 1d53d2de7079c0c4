/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs sevemu measurement build, verify --mode snp: the launch digest. */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/measure/snp-options.h"
#include "guest-owner/run/explain-launch.h"
#include "guest-owner/verb/verbs.h"

typedef struct BuildOptions {
    SnpOptions common;
    gboolean page_list;
    char *outfile;
} BuildOptions;

static void print_page(uint64_t gpa, unsigned type,
                       const uint8_t digest[SNP_DIGEST_SIZE], gpointer opaque)
{
    g_autofree char *hex = json_text_hex(digest, SNP_DIGEST_SIZE);

    printf("0x%012" PRIx64 " %-10s %s\n", gpa, snp_page_type_name(type), hex);
}

static void list_page(uint64_t gpa, unsigned type,
                      const uint8_t digest[SNP_DIGEST_SIZE], gpointer opaque)
{
    JsonObject *page = json_object_new();

    json_object_set_int_member(page, "gpa", gpa);
    json_object_set_string_member(page, "type", snp_page_type_name(type));
    json_text_set_hex(page, "digest", digest, SNP_DIGEST_SIZE);
    json_array_add_object_element(opaque, page);
}

static bool build(const BuildOptions *options, GError **errp)
{
    bool json = options->common.json;
    bool text_list = options->page_list && !json;
    g_autoptr(JsonArray) pages = json_array_new();
    uint8_t digest[SNP_DIGEST_SIZE];
    g_autofree char *hex = NULL;
    JsonObject *object;

    if (!snp_options_digest(&options->common,
                            !options->page_list ? NULL
                            : json ? list_page : print_page,
                            pages, digest, errp) ||
        (options->outfile && !output_file("--outfile", options->outfile,
                                          digest, sizeof(digest), errp))) {
        return false;
    }
    if (json) {
        object = json_object_new();
        json_text_set_hex(object, "digest", digest, SNP_DIGEST_SIZE);
        if (options->page_list) {
            json_object_set_array_member(object, "pages",
                                         json_array_ref(pages));
        }
        json_text_print(object);
    } else if (!options->outfile && !text_list) {
        hex = json_text_hex(digest, SNP_DIGEST_SIZE);
        printf("%s\n", hex);
    }
    return true;
}

OwnerExit verb_measurement_build_snp(int argc, char **argv)
{
    BuildOptions options = { 0 };
    const GOptionEntry own[] = {
        { "page-list", 0, 0, G_OPTION_ARG_NONE, &options.page_list,
          "Print each page: address, type, digest so far", NULL },
        { "outfile", 0, 0, G_OPTION_ARG_FILENAME, &options.outfile,
          "Write the digest's 48 bytes there", "FILE" },
        { NULL }
    };
    GError *error = NULL;
    bool ok = snp_options_parse(
        &options.common, &argc, &argv, own,
        "Prints the launch digest of a SEV-SNP guest, in hexadecimal: what\n"
        "its attestation reports must have as their measurement.", &error) &&
        build(&options, &error);

    snp_options_clear(&options.common);
    g_free(options.outfile);
    return ok ? OWNER_EXIT_OK : owner_fail(error);
}

static OwnerExit report(const SnpOptions *options, char *const *others,
                        const uint8_t expected[SNP_DIGEST_SIZE],
                        const uint8_t found[SNP_DIGEST_SIZE])
{
    bool good = memcmp(expected, found, SNP_DIGEST_SIZE) == 0;
    g_autofree char *expected_hex = json_text_hex(expected, SNP_DIGEST_SIZE);
    g_autofree char *found_hex = json_text_hex(found, SNP_DIGEST_SIZE);

    if (options->json) {
        JsonObject *object = json_object_new();

        json_object_set_boolean_member(object, "good", good);
        json_object_set_string_member(object, "expected", expected_hex);
        json_object_set_string_member(object, "found", found_hex);
        if (!good) {
            explain_launch(options, others, found, object);
        }
        json_text_print(object);
    } else if (good) {
        printf("measurement is as expected\n");
    } else {
        owner_say("the measurement differs from what the files give");
        owner_say("  expected: %s", expected_hex);
        owner_say("  found:    %s", found_hex);
        explain_launch(options, others, found, NULL);
    }
    return good ? OWNER_EXIT_OK : OWNER_EXIT_DIFFERS;
}

OwnerExit verb_measurement_verify_snp(int argc, char **argv)
{
    SnpOptions options = { 0 };
    g_autofree char *measurement = NULL;
    g_auto(GStrv) others = NULL;
    const GOptionEntry own[] = {
        { "measurement", 0, 0, G_OPTION_ARG_FILENAME, &measurement,
          "Launch digest to verify: 96 hexadecimal digits, or file of 48 "
          "bytes", "DIGEST" },
        { "try", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &others,
          "File that may have been launched instead; can be repeated",
          "FILE" },
        { NULL }
    };
    uint8_t expected[SNP_DIGEST_SIZE], found[SNP_DIGEST_SIZE];
    GError *error = NULL;
    OwnerExit status;

    if (snp_options_parse(
            &options, &argc, &argv, own,
            "Exits with 0 when the launch digest is what the files and CPUs\n"
            "of a SEV-SNP guest give, with 1 when it differs. Then it tries\n"
            "what people get wrong, and tells what would give it: the\n"
            "kernel's command line, its initrd, its hashes, other firmware,\n"
            "the number and model of the CPUs, SEV features.", &error) &&
        options_need("--measurement", measurement, &error) &&
        input_snp_digest("--measurement", measurement, found, &error) &&
        snp_options_digest(&options, NULL, NULL, expected, &error)) {
        status = report(&options, others, expected, found);
    } else {
        status = owner_fail(error);
    }
    snp_options_clear(&options);
    return status;
}
