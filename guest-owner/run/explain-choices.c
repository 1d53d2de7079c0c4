/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists what people get wrong, and what the launch would then have been. */

#include <string.h>
#include "abi/vmsa.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/run/explain-choices.h"
#include "guest-owner/run/find.h"
#include "guest-owner/measure/firmware.h"
#include "guest-owner/base/input.h"

/* The policies without a least API version: NODBG, NOKS and ES, or not */
#define NR_POLICIES 8

static Choice *add(Choices *choices, ExplainPart part, char *text)
{
    GArray *list = choices->parts[part];

    g_array_set_size(list, list->len + 1);
    g_array_index(list, Choice, list->len - 1).text = text;
    return &g_array_index(list, Choice, list->len - 1);
}

static void add_hash(Choices *choices, ExplainPart part, char *text,
                     const void *data, size_t len)
{
    CryptoPart whole = { data, len };

    crypto_sha256(&whole, 1, add(choices, part, text)->hash);
}

static void add_file_hash(Choices *choices, ExplainPart part, char *text,
                          GBytes *file)
{
    gsize len = 0;
    const void *data = file ? g_bytes_get_data(file, &len) : NULL;

    add_hash(choices, part, text, data, len);
}

static void add_firmware(Choices *choices, char *text, GBytes *image)
{
    gsize len;
    const void *data = g_bytes_get_data(image, &len);

    Choice *choice = add(choices, EXPLAIN_FIRMWARE, text);
    FirmwareInfo info;

    choice->image = g_bytes_ref(image);
    choice->firmware = sha256_prefix_new(data, len);
    if (firmware_parse(image, "", &info, NULL)) {
        choice->cpus.reset_eip = info.es_reset_eip;
    }
}

static void add_firmware_file(Choices *choices, GBytes *given,
                              const char *path)
{
    g_autoptr(GBytes) image = input_file("", path, FIRMWARE_MAX_SIZE, NULL);

    if (image && !g_bytes_equal(image, given)) {
        add_firmware(choices, g_strdup_printf("firmware %s", path), image);
    }
}

static void make_firmware(const ExplainInputs *inputs, Choices *choices)
{
    g_auto(GStrv) known = find_known_firmware();

    add_firmware(choices, NULL, inputs->firmware);
    for (char **path = known; *path; path++) {
        add_firmware_file(choices, inputs->firmware, *path);
    }
}

/* @len bytes of @text, and @tail_len of @tail after them */
static void add_cmdline(Choices *choices, const char *how, const char *text,
                        size_t len, const char *tail, size_t tail_len)
{
    g_autoptr(GByteArray) whole = g_byte_array_new();

    g_byte_array_append(whole, (const guint8 *)text, len);
    g_byte_array_append(whole, (const guint8 *)tail, tail_len);
    add_hash(choices, EXPLAIN_CMDLINE, g_strdup(how), whole->data,
             whole->len);
}

static void make_cmdline(const char *given, Choices *choices)
{
    const char *text = given ? given : "";
    size_t len = strlen(text), stripped = len;

    while (stripped && strchr("\n ", text[stripped - 1])) {
        stripped--;
    }
    add_cmdline(choices, NULL, text, len, "", 1);
    add_cmdline(choices, "a command line with a newline at its end", text,
                len, "\n", 2);
    add_cmdline(choices, "a command line with a space at its end", text, len,
                " ", 2);
    if (stripped < len) {
        add_cmdline(choices, "a command line without the space or newline at "
                    "its end", text, stripped, "", 1);
    }
    add_cmdline(choices, "a command line hashed without its NUL", text, len,
                "", 0);
    add_cmdline(choices, "a command line hashed with a newline and no NUL",
                text, len, "\n", 1);
    add_cmdline(choices, "a command line hashed with two NULs", text, len,
                "\0", 2);
    if (len) {
        add_cmdline(choices, "an empty command line", "", 0, "", 1);
    }
}

static void make_kernel(const KernelFiles *files, Choices *choices)
{
    add_file_hash(choices, EXPLAIN_KERNEL, NULL, files->kernel);
    add(choices, EXPLAIN_KERNEL,
        g_strdup("no hashes of the kernel (kernel-hashes=off)"))->no_hashes =
        true;
    add_file_hash(choices, EXPLAIN_INITRD, NULL, files->initrd);
    if (files->initrd) {
        add_file_hash(choices, EXPLAIN_INITRD, g_strdup("no initrd"), NULL);
    }
    make_cmdline(files->cmdline, choices);
}

/* Files that may have been given in the place of each of the three */
static void make_others(const ExplainInputs *inputs, Choices *choices)
{
    for (char *const *path = inputs->others; path && *path; path++) {
        g_autoptr(GBytes) file = input_file("", *path, INPUT_MAX_IMAGE, NULL);

        if (!file) {
            continue;
        }
        add_firmware_file(choices, inputs->firmware, *path);
        if (inputs->kernel) {
            add_file_hash(choices, EXPLAIN_KERNEL,
                          g_strdup_printf("kernel %s", *path), file);
            add_file_hash(choices, EXPLAIN_INITRD,
                          g_strdup_printf("initrd %s", *path), file);
        }
    }
}

static void make_files(const ExplainInputs *inputs, Choices *choices)
{
    if (inputs->digest) {
        return;
    }
    make_firmware(inputs, choices);
    if (inputs->kernel) {
        make_kernel(inputs->kernel, choices);
    }
    make_others(inputs, choices);
}

static void make_numbers(const ExplainInputs *inputs, Choices *choices)
{
    const Platform *given = &inputs->platform, *running = inputs->running;

    add(choices, EXPLAIN_POLICY, NULL)->platform.policy = given->policy;
    for (uint32_t policy = 0; policy < NR_POLICIES; policy++) {
        if (policy != given->policy) {
            add(choices, EXPLAIN_POLICY,
                g_strdup_printf("policy 0x%x", policy))->platform.policy =
                policy;
        }
    }
    add(choices, EXPLAIN_PLATFORM, NULL)->platform = *given;
    if (running && (running->api_major != given->api_major ||
                    running->api_minor != given->api_minor ||
                    running->build != given->build)) {
        add(choices, EXPLAIN_PLATFORM,
            g_strdup_printf("API %u.%u, build %u (the platform's)",
                            running->api_major, running->api_minor,
                            running->build))->platform = *running;
    }
}

static char *text_of_vcpus(uint32_t nr)
{
    return g_strdup_printf("%u vCPU%s", nr, nr == 1 ? "" : "s");
}

static void make_vcpus(const GuestCpus *given, Choices *choices)
{
    static const uint32_t usual[] = {
        1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32, 48, 64,
    };

    add(choices, EXPLAIN_VCPUS, given->guessed ? text_of_vcpus(given->nr)
                                               : NULL)->cpus.nr = given->nr;
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (usual[i] != given->nr) {
            add(choices, EXPLAIN_VCPUS, text_of_vcpus(usual[i]))->cpus.nr =
                usual[i];
        }
    }
}

static bool has_signature(const GArray *list, uint32_t signature)
{
    for (guint i = 0; i < list->len; i++) {
        if (g_array_index(list, Choice, i).cpus.signature == signature) {
            return true;
        }
    }
    return false;
}

static void make_cpu(const GuestCpus *given, Choices *choices)
{
    add(choices, EXPLAIN_CPU,
        given->guessed ? g_strdup_printf("CPUs of signature 0x%x",
                                         given->signature)
                       : NULL)->cpus.signature = given->signature;
    for (const CpuModel *model = cpu_models; model->name; model++) {
        uint32_t signature = cpu_model_signature(model);

        if (!has_signature(choices->parts[EXPLAIN_CPU], signature)) {
            add(choices, EXPLAIN_CPU,
                g_strdup_printf("CPU model %s", model->name))
                ->cpus.signature = signature;
        }
    }
}

/* Those that QEMU, KVM and SVSMs are known to set */
static void make_features(uint64_t given, Choices *choices)
{
    static const uint64_t usual[] = {
        0, VMSA_SEV_FEATURE_SNP_ACTIVE,
        VMSA_SEV_FEATURE_SNP_ACTIVE | VMSA_SEV_FEATURE_DEBUG_SWAP,
        VMSA_SEV_FEATURE_SNP_ACTIVE | VMSA_SEV_FEATURE_RESTRICTED_INJECTION,
        VMSA_SEV_FEATURE_SNP_ACTIVE | VMSA_SEV_FEATURE_RESTRICTED_INJECTION |
        VMSA_SEV_FEATURE_DEBUG_SWAP,
        VMSA_SEV_FEATURE_SNP_ACTIVE | VMSA_SEV_FEATURE_SECURE_TSC,
    };

    add(choices, EXPLAIN_FEATURES, NULL)->features = given;
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (usual[i] != given) {
            add(choices, EXPLAIN_FEATURES,
                g_strdup_printf("SEV features 0x%" G_GINT64_MODIFIER "x",
                                usual[i]))->features = usual[i];
        }
    }
}

/* What SEV-ES and SEV-SNP measure beside the files */
static void make_cpus(const ExplainInputs *inputs, Choices *choices)
{
    const GuestCpus *given = inputs->cpus;

    make_vcpus(given, choices);
    make_cpu(given, choices);
    if (inputs->features) {
        make_features(*inputs->features, choices);
        return;
    }
    add(choices, EXPLAIN_VM_TYPE, NULL)->cpus.legacy = given->legacy;
    add(choices, EXPLAIN_VM_TYPE,
        g_strdup_printf("legacy-vm-type=%s", given->legacy ? "off" : "on"))
        ->cpus.legacy = !given->legacy;
}

void choices_make(const ExplainInputs *inputs, Choices *choices)
{
    for (size_t i = 0; i < EXPLAIN_NR_PARTS; i++) {
        choices->parts[i] = g_array_new(FALSE, TRUE, sizeof(Choice));
    }
    make_files(inputs, choices);
    if (!inputs->features) {
        make_numbers(inputs, choices);
    }
    if (inputs->cpus && !inputs->digest) {
        make_cpus(inputs, choices);
    }
    if (!inputs->features) {
        memcpy(add(choices, EXPLAIN_TIK, NULL)->tik, inputs->tik,
               SEV_KEY_SIZE);
        add(choices, EXPLAIN_TIK, g_strdup("a TIK of zeros"));
    }
}

void choices_clear(Choices *choices)
{
    for (size_t i = 0; i < EXPLAIN_NR_PARTS; i++) {
        GArray *list = choices->parts[i];

        for (guint j = 0; j < list->len; j++) {
            Choice *choice = &g_array_index(list, Choice, j);

            g_free(choice->text);
            sha256_prefix_free(choice->firmware);
            g_clear_pointer(&choice->image, g_bytes_unref);
        }
        g_array_free(list, TRUE);
    }
}
