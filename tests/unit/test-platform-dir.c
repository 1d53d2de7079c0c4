/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A platform's directory: made on first use, found again, or refused. */

#include "platform-fixture.h"
#include "asp/product.h"
#include "vendor/vendor.h"

static const char *const all_files[] = {
    "manifest", "fuses", "model", "ark.cert", "ask.cert", "cek.cert", "certs",
    "lock", "guests",
};

static void test_made_and_found(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) first = must_open(f);
    g_autoptr(PlatformDir) second = must_open(f);
    SevCert cek;

    g_assert_true(platform_dir_is_new(first));
    g_assert_false(platform_dir_is_new(second));
    g_assert_cmpstr(platform_dir_path(first), ==, f->path);
    g_assert_cmpmem(platform_dir_fuses(first), sizeof(AspFuses),
                    platform_dir_fuses(second), sizeof(AspFuses));
    g_assert_cmpmem(platform_dir_cek(first), sizeof(SevCert),
                    platform_dir_cek(second), sizeof(SevCert));

    /* The chip of the fuses is the one that the certificates are for */
    g_assert_true(vendor_cek(platform_dir_fuses(second)->cek_scalar, &cek));
    g_assert_cmpmem(&cek, SEV_CERT_SIGNED_SIZE, platform_dir_cek(second),
                    SEV_CERT_SIGNED_SIZE);
    g_assert_true(vendor_cek_valid(platform_dir_cek(second),
                                   platform_dir_ask(second)));
    g_assert_true(vendor_cert_valid(platform_dir_ask(second), SEV_USAGE_ASK,
                                    platform_dir_ark(second)));
}

static void test_each_another_chip(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) first = must_open(f);
    g_autoptr(PlatformDir) other = NULL;
    g_autofree char *path = g_build_filename(f->top, "other", NULL);

    other = platform_dir_open(path, NULL, NULL);
    g_assert_nonnull(other);
    g_assert_cmpint(memcmp(platform_dir_fuses(first)->chip_id,
                           platform_dir_fuses(other)->chip_id, 64), !=, 0);
}

static void test_modes(Fixture *f, gconstpointer data)
{
    static const mode_t masks[] = { 0, 077, 0777 };

    for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
        mode_t before = umask(masks[i]);
        g_autoptr(PlatformDir) pd = must_open(f);

        g_assert_true(platform_dir_lock(pd, NULL));
        g_assert_cmpint(platform_dir_flash_write(pd, "x", 1), ==, 0);
        umask(before);
        g_assert_cmpuint(mode_of(f, "."), ==, 0700);
        g_assert_cmpuint(mode_of(f, "flash"), ==, 0600);
        for (size_t j = 0; j < G_N_ELEMENTS(all_files); j++) {
            g_assert_cmpuint(mode_of(f, all_files[j]), ==, 0600);
        }
        remove_tree(f->path);
    }
}

/* The directory's owner lets its group in; whoever makes it keeps to that. */
static void test_shared(Fixture *f, gconstpointer data)
{
    static const mode_t masks[] = { 0, 077, 0777 };

    for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
        mode_t before = umask(0);

        g_assert_cmpint(g_mkdir(f->path, 02770), ==, 0);
        g_assert_cmpint(chmod(f->path, 02770), ==, 0);
        umask(masks[i]);
        {
            g_autoptr(PlatformDir) pd = must_open(f);

            g_assert_true(platform_dir_lock(pd, NULL));
            g_assert_cmpint(platform_dir_flash_write(pd, "x", 1), ==, 0);
        }
        umask(before);
        platform_dir_close(must_open(f));
        g_assert_cmpuint(mode_of(f, "."), ==, 02770);
        g_assert_cmpuint(mode_of(f, "flash"), ==, 0660);
        for (size_t j = 0; j < G_N_ELEMENTS(all_files); j++) {
            g_assert_cmpuint(mode_of(f, all_files[j]), ==, 0660);
        }
        remove_tree(f->path);
    }
}

/* Without the setgid bit it is a person's with an open umask. */
static void test_not_shared(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = NULL;

    g_assert_cmpint(g_mkdir(f->path, 0700), ==, 0);
    g_assert_cmpint(chmod(f->path, 0775), ==, 0);
    pd = must_open(f);
    g_assert_cmpuint(mode_of(f, "."), ==, 0700);
    g_assert_cmpuint(mode_of(f, "lock"), ==, 0600);
}

static void test_empty_directory(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = NULL;

    g_assert_cmpint(g_mkdir(f->path, 0755), ==, 0);
    pd = must_open(f);
    g_assert_true(platform_dir_is_new(pd));
    g_assert_cmpuint(mode_of(f, "."), ==, 0700);
}

/* Nothing of ours is put into somebody else's directory. */
static void test_foreign(Fixture *f, gconstpointer data)
{
    g_assert_cmpint(g_mkdir(f->path, 0755), ==, 0);
    write_file(f, "thesis.tex", "x", 1);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED,
                ": expected a platform or an empty directory, found "
                "\"thesis.tex\" in it");
    g_assert_false(exists(f, "lock"));
    g_assert_cmpuint(mode_of(f, "."), ==, 0755);
}

static void test_not_a_directory(Fixture *f, gconstpointer data)
{
    g_assert_true(g_file_set_contents(f->path, "x", 1, NULL));
    must_refuse(f, PLATFORM_DIR_ERROR_FAILED, ": Not a directory");
}

/* A path that was given is not guessed at. */
static void test_no_parent(Fixture *f, gconstpointer data)
{
    g_autofree char *path = g_build_filename(f->path, "deep", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(platform_dir_open(path, NULL, &error));
    g_assert_error(error, PLATFORM_DIR_ERROR, PLATFORM_DIR_ERROR_MISSING);
    g_assert_false(g_file_test(f->path, G_FILE_TEST_EXISTS));
}

/* Before the one of the system, which may be there, and the home's. */
static void test_named(Fixture *f, gconstpointer data)
{
    g_autofree char *deep = g_build_filename(f->path, "deep", NULL);
    g_autofree char *named = NULL;
    g_autofree char *empty = NULL;
    g_autoptr(PlatformDir) pd = NULL;

    g_setenv("SEVEMU_PLATFORM", deep, TRUE);
    named = platform_dir_default();
    g_assert_cmpstr(named, ==, deep);
    /* Not guessed at either */
    g_assert_null(platform_dir_open(NULL, NULL, NULL));
    g_setenv("SEVEMU_PLATFORM", f->path, TRUE);
    pd = platform_dir_open(NULL, NULL, NULL);
    g_setenv("SEVEMU_PLATFORM", "", TRUE);
    empty = platform_dir_default();
    g_unsetenv("SEVEMU_PLATFORM");

    g_assert_nonnull(pd);
    g_assert_cmpstr(platform_dir_path(pd), ==, f->path);
    g_assert_cmpstr(empty, !=, "");
}

static void test_default(Fixture *f, gconstpointer data)
{
    g_autofree char *state = g_build_filename(f->top, "a", "b", NULL);
    g_autofree char *in_state = g_build_filename(state, "sevemu", "platform",
                                                 NULL);
    g_autofree char *in_home = g_build_filename(
        g_get_home_dir(), ".local", "state", "sevemu", "platform", NULL);
    g_autofree char *absolute = NULL;
    g_autofree char *relative = NULL;
    g_autofree char *unset = NULL;
    g_autoptr(PlatformDir) pd = NULL;
    g_autoptr(PlatformDir) named = NULL;
    mode_t before;

    if (g_access(PLATFORM_DIR_SYSTEM, W_OK) == 0) {
        g_test_skip(PLATFORM_DIR_SYSTEM " is there, and comes first");
        return;
    }
    /* Its parents get no other modes than the platform */
    g_assert_cmpint(g_mkdir(f->path, 0700), ==, 0);

    g_setenv("XDG_STATE_HOME", state, TRUE);
    absolute = platform_dir_default();
    before = umask(0777);
    pd = platform_dir_open(NULL, NULL, NULL);
    umask(before);
    g_assert_cmpuint(mode_of(f, "../a"), ==, 0700);
    g_assert_cmpuint(mode_of(f, "../a/b/sevemu"), ==, 0700);
    remove_tree(state);
    named = platform_dir_open(in_state, NULL, NULL);
    g_setenv("XDG_STATE_HOME", "relative", TRUE);
    relative = platform_dir_default();
    g_unsetenv("XDG_STATE_HOME");
    unset = platform_dir_default();

    g_assert_cmpstr(absolute, ==, in_state);
    g_assert_cmpstr(platform_dir_path(pd), ==, in_state);
    g_assert_nonnull(named);
    g_assert_cmpstr(relative, ==, in_home);
    g_assert_cmpstr(unset, ==, in_home);
}

static void test_other_vendor(Fixture *f, gconstpointer data)
{
    g_autofree char *none = g_build_filename(f->top, "none", NULL);
    const PlatformMake make = { .vendor = none };
    g_autoptr(GError) error = NULL;
    g_autoptr(PlatformDir) pd = NULL;

    g_assert_null(platform_dir_open(f->path, &make, &error));
    g_assert_error(error, VENDOR_ERROR, VENDOR_ERROR_MISSING);
    g_assert_nonnull(strstr(error->message, none));

    /* What is left of it does not stand in the way. */
    pd = must_open(f);
    g_assert_true(platform_dir_is_new(pd));
}

/* Each product: its id, its certificates for guests, and found again */
static void test_products(Fixture *f, gconstpointer data)
{
    static const char *const names[] = {
        "Naples", "Rome", "Milan", "Genoa", "Turin", "Venice",
    };
    static const uint8_t zeros[56];

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const AspProduct *product = asp_product_by_name(names[i]);
        const PlatformMake make = { .model = &product->model };
        g_autoptr(GError) error = NULL;
        g_autoptr(PlatformDir) pd = platform_dir_open(f->path, &make, &error);
        g_autoptr(PlatformDir) again = NULL;
        g_autoptr(GBytes) certs = NULL;
        const AspFuses *fuses;

        g_assert_no_error(error);
        again = must_open(f);
        fuses = platform_dir_fuses(again);
        g_assert_cmpmem(&fuses->model, sizeof(AspModel), &product->model,
                        sizeof(AspModel));
        g_assert_cmpint(memcmp(fuses->chip_id + 8, zeros, sizeof(zeros)) == 0,
                        ==, product->chip_id_size == 8);
        g_assert_true(platform_dir_certs(again, &certs, NULL));
        g_assert_cmpint(certs != NULL, ==,
                        vendor_product(names[i]) != NULL);
        remove_tree(f->path);
    }
}

static void put_format_1(Fixture *f)
{
    static const char *const names[] = {
        "manifest", "fuses", "ark.cert", "ask.cert", "cek.cert", "flash",
    };

    g_assert_cmpint(g_mkdir(f->path, 0700), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *from = g_test_build_filename(
            G_TEST_DIST, "..", "platform", "format-1", names[i], NULL);
        char *bytes;
        gsize len;

        g_assert_true(g_file_get_contents(from, &bytes, &len, NULL));
        write_file(f, names[i], bytes, len);
        g_free(bytes);
    }
}

/* What an older sevemu has made: a Milan, and nothing of it is lost. */
static void test_upgrade(Fixture *f, gconstpointer data)
{
    const AspModel *milan = &asp_product_by_name("Milan")->model;
    g_autoptr(PlatformDir) pd = NULL;
    g_autoptr(GBytes) certs = NULL;
    g_autofree char *fuses = NULL;
    g_autofree char *manifest = NULL;
    gsize len;

    put_format_1(f);
    fuses = read_file(f, "fuses", &len);
    platform_dir_close(must_open(f));
    manifest = read_file(f, "manifest", &len);
    g_assert_true(g_str_has_prefix(manifest, "sevemu platform 2\n"));
    pd = must_open(f);
    g_assert_false(platform_dir_is_new(pd));
    g_assert_cmpmem(platform_dir_fuses(pd), 112, fuses, 112);
    g_assert_cmpmem(&platform_dir_fuses(pd)->model, sizeof(AspModel), milan,
                    sizeof(AspModel));
    g_assert_true(platform_dir_certs(pd, &certs, NULL));
    g_assert_nonnull(certs);
    g_assert_true(exists(f, "flash"));
}

/* Format 1 has no line for the model: it is not looked for. */
static void test_damaged_format_1(Fixture *f, gconstpointer data)
{
    put_format_1(f);
    write_file(f, "ask.cert", "x", 1);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED,
                "/ask.cert: expected 1600 bytes, found 1");
    g_assert_false(exists(f, "model"));
}

/* An owner may have other certificates for guests, or none. */
static void test_certs(Fixture *f, gconstpointer data)
{
    g_autoptr(PlatformDir) pd = must_open(f);
    g_autofree char *path = file_path(f, "certs");
    g_autofree char *large = g_malloc0(64 * 1024 + 1);
    g_autofree char *expected = g_strdup_printf(
        "%s: expected up to 65536 bytes, found 65537", path);
    g_autoptr(GBytes) certs = NULL;
    g_autoptr(GError) error = NULL;

    write_file(f, "certs", "mine", 4);
    platform_dir_close(must_open(f));
    g_assert_true(platform_dir_certs(pd, &certs, NULL));
    g_assert_cmpmem(g_bytes_get_data(certs, NULL), g_bytes_get_size(certs),
                    "mine", 4);
    g_clear_pointer(&certs, g_bytes_unref);
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_true(platform_dir_certs(pd, &certs, NULL));
    g_assert_null(certs);
    write_file(f, "certs", large, 64 * 1024 + 1);
    g_assert_false(platform_dir_certs(pd, &certs, &error));
    g_assert_cmpstr(error->message, ==, expected);
}

/* A kill while it is made leaves all but the manifest, at most. */
static void test_interrupted(Fixture *f, gconstpointer data)
{
    g_autofree char *manifest = file_path(f, "manifest");
    g_autoptr(PlatformDir) again = NULL;

    platform_dir_close(must_open(f));
    g_assert_cmpint(g_unlink(manifest), ==, 0);
    write_file(f, "manifest.new", "sevemu", 6);
    write_file(f, "cek.cert.new", "", 0);
    write_file(f, "fuses", "half", 4);
    again = must_open(f);
    g_assert_true(platform_dir_is_new(again));
    g_assert_false(exists(f, "manifest.new"));
    g_assert_false(exists(f, "cek.cert.new"));
}

/* But who has a flash had a manifest. */
static void test_manifest_lost(Fixture *f, gconstpointer data)
{
    g_autofree char *manifest = file_path(f, "manifest");

    platform_dir_close(must_open(f));
    write_file(f, "flash", "x", 1);
    g_assert_cmpint(g_unlink(manifest), ==, 0);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED,
                "/manifest: expected one beside flash, found none");
    g_assert_false(exists(f, "manifest"));
}

typedef struct SizedFile {
    const char *name;
    size_t size;
} SizedFile;

static const SizedFile chip_files[] = {
    { "fuses", 112 }, { "model", 16 }, { "ark.cert", 1600 }, { "ask.cert", 1600 },
    { "cek.cert", 2084 },
};

static void refuse_content(Fixture *f, const SizedFile *file,
                           const char *data, size_t len)
{
    g_autofree char *hash = g_compute_checksum_for_data(
        G_CHECKSUM_SHA256, (const guchar *)data, len);
    g_autofree char *before = NULL;
    g_autofree char *right = NULL;
    g_autofree char *message = NULL;
    gsize right_len;

    right = read_file(f, file->name, &right_len);
    before = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)right,
                                         right_len);
    message = len == file->size
              ? g_strdup_printf("/%s: expected SHA-256 %s, found %s",
                                file->name, before, hash)
              : g_strdup_printf("/%s: expected %zu bytes, found %zu",
                                file->name, file->size, len);
    write_file(f, file->name, data, len);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED, message);
    write_file(f, file->name, right, right_len);
}

static void test_damaged(Fixture *f, gconstpointer data)
{
    platform_dir_close(must_open(f));
    for (size_t i = 0; i < G_N_ELEMENTS(chip_files); i++) {
        const SizedFile *file = &chip_files[i];
        gsize len;
        g_autofree char *bytes = read_file(f, file->name, &len);
        g_autofree char *longer = g_malloc0(len + 4096);

        g_assert_cmpuint(len, ==, file->size);
        memcpy(longer, bytes, len);
        refuse_content(f, file, longer, 0);
        refuse_content(f, file, longer, len - 1);
        refuse_content(f, file, longer, len + 1);
        refuse_content(f, file, longer, len + 4096);
        longer[0] ^= 1;
        refuse_content(f, file, longer, len);
        longer[0] ^= 1;
        longer[len - 1] ^= 0x80;
        refuse_content(f, file, longer, len);
        platform_dir_close(must_open(f));       /* and whole again */
    }
}

static void test_file_missing(Fixture *f, gconstpointer data)
{
    platform_dir_close(must_open(f));
    for (size_t i = 0; i < G_N_ELEMENTS(chip_files); i++) {
        const char *name = chip_files[i].name;
        g_autofree char *path = file_path(f, name);
        g_autofree char *away = file_path(f, "fuses.new");
        g_autofree char *message = g_strdup_printf(
            "/%s: No such file or directory", name);

        g_assert_cmpint(g_rename(path, away), ==, 0);
        must_refuse(f, PLATFORM_DIR_ERROR_MISSING, message);
        g_assert_false(exists(f, name));
        g_assert_cmpint(g_rename(away, path), ==, 0);
    }
}

/* What would block, or never end, when read */
static void test_not_a_file(Fixture *f, gconstpointer data)
{
    g_autofree char *fuses = file_path(f, "fuses");

    platform_dir_close(must_open(f));
    g_assert_cmpint(g_unlink(fuses), ==, 0);
    g_assert_cmpint(mkfifo(fuses, 0600), ==, 0);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED,
                "/fuses: expected a regular file");
    g_assert_cmpint(g_unlink(fuses), ==, 0);
    g_assert_cmpint(g_mkdir(fuses, 0700), ==, 0);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED,
                "/fuses: expected a regular file");
    g_assert_cmpint(g_rmdir(fuses), ==, 0);
    g_assert_cmpint(symlink("/dev/zero", fuses), ==, 0);
    must_refuse(f, PLATFORM_DIR_ERROR_FAILED,
                "/fuses: Too many levels of symbolic links");
}

#define HASH "00000000000000000000000000000000" \
             "00000000000000000000000000000000"
#define KNOWN "/manifest: expected \"sevemu platform 1\" or 2, found "
#define OTHERS "/manifest: expected a line for each of 5 files, found others"
#define OTHERS_1 "/manifest: expected a line for each of 4 files, found others"

typedef struct ManifestCase {
    const char *text;
    const char *message;
} ManifestCase;

static const ManifestCase manifests[] = {
    { "", KNOWN "\"\"" },
    { "sevemu platform 0\n", KNOWN "\"sevemu platform 0\"" },
    { "sevemu platform 3\n", KNOWN "\"sevemu platform 3\"" },
    { "\033[2Jgarbage", KNOWN "\"\\033[2Jgarbage\"" },
    { "sevemu platform 1", OTHERS_1 },
    { "sevemu platform 1\n\n\n\n\n\n", OTHERS_1 },
    { "sevemu platform 1\n\n\n\n\n", "/manifest: expected fuses, found " },
    { "sevemu platform 2", OTHERS },
    { "sevemu platform 2\n", OTHERS },
    { "sevemu platform 2\n\n\n\n\n", OTHERS },
    { "sevemu platform 2\n\n\n\n\n\n\n", OTHERS },
    { "sevemu platform 2\n\n\n\n\n\nx", OTHERS },
    { "sevemu platform 2\n\n\n\n\n\n", "/manifest: expected fuses, found " },
    { "sevemu platform 2\n" HASH "  fusos\n\n\n\n\n",
      "/manifest: expected fuses, found " HASH "  fusos" },
    { "sevemu platform 2\n" HASH " fuses\n\n\n\n\n",
      "/manifest: expected fuses, found " HASH " fuses" },
};

static void test_manifest(Fixture *f, gconstpointer data)
{
    g_autofree char *longer = g_strnfill(100000, '\n');

    platform_dir_close(must_open(f));
    for (size_t i = 0; i < G_N_ELEMENTS(manifests); i++) {
        const ManifestCase *c = &manifests[i];

        write_file(f, "manifest", c->text, strlen(c->text));
        must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED, c->message);
    }
    /* With a NUL in it; and far too long */
    write_file(f, "manifest", "sevemu platform 2\n\n\n\n\n\n\0", 24);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED, OTHERS);
    memcpy(longer, "sevemu platform 2", 17);
    write_file(f, "manifest", longer, 100000);
    must_refuse(f, PLATFORM_DIR_ERROR_DAMAGED, OTHERS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/platform/dir/made-and-found", test_made_and_found);
    ADD("/platform/dir/each-another-chip", test_each_another_chip);
    ADD("/platform/dir/modes", test_modes);
    ADD("/platform/dir/shared", test_shared);
    ADD("/platform/dir/not-shared", test_not_shared);
    ADD("/platform/dir/named", test_named);
    ADD("/platform/dir/empty-directory", test_empty_directory);
    ADD("/platform/dir/foreign", test_foreign);
    ADD("/platform/dir/not-a-directory", test_not_a_directory);
    ADD("/platform/dir/no-parent", test_no_parent);
    ADD("/platform/dir/default", test_default);
    ADD("/platform/dir/other-vendor", test_other_vendor);
    ADD("/platform/dir/products", test_products);
    ADD("/platform/dir/upgrade", test_upgrade);
    ADD("/platform/dir/damaged-format-1", test_damaged_format_1);
    ADD("/platform/dir/certs", test_certs);
    ADD("/platform/dir/interrupted", test_interrupted);
    ADD("/platform/dir/manifest-lost", test_manifest_lost);
    ADD("/platform/dir/damaged", test_damaged);
    ADD("/platform/dir/file-missing", test_file_missing);
    ADD("/platform/dir/not-a-file", test_not_a_file);
    ADD("/platform/dir/manifest", test_manifest);
    return g_test_run();
}
