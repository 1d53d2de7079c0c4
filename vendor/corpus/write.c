/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a case's files. See write.h. */

#include "vendor/corpus/write.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "vendor/cert-table.h"

bool corpus_make_dir(const char *path, GError **errp)
{
    if (g_mkdir(path, 0777) < 0) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE, "%s: %s", path,
                    g_strerror(errno));
        return false;
    }
    return true;
}

bool corpus_write_file(const char *dir, const char *name, const void *data,
                       gsize size, GError **errp)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return g_file_set_contents(path, data, size, errp);
}

/* A case's directory while it is being filled */
typedef struct Folder {
    const char *dir, *name;
    JsonObject *files;
    GError **errp;
} Folder;

static bool put(Folder *folder, const char *what, const char *file,
                const void *data, gsize size)
{
    g_autofree char *path = g_build_filename(folder->name, file, NULL);

    json_object_set_string_member(folder->files, what, path);
    return corpus_write_file(folder->dir, path, data, size, folder->errp);
}

static bool put_bytes(Folder *folder, const char *what, const char *file,
                      GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data(bytes, &size);

    return put(folder, what, file, data, size);
}

/* Whatever comes after the report is zeros. */
static bool put_report(Folder *folder, const Case *c)
{
    uint8_t data[2 * sizeof(SnpReport)] = { 0 };

    memcpy(data, &c->report, sizeof(c->report));
    return put(folder, "report", "report.bin", data,
               sizeof(c->report) + c->row->longer);
}

static void append_pem(GString *text, GBytes *der)
{
    gsize size;
    const void *data = g_bytes_get_data(der, &size);
    const gnutls_datum_t in = { (void *)data, size };
    gnutls_datum_t out;

    /* It fails only without memory. */
    g_assert(!gnutls_pem_base64_encode2("CERTIFICATE", &in, &out));
    g_string_append_len(text, (char *)out.data, out.size);
    gnutls_free(out.data);
}

/* As AMD's key server has it: the root comes last. */
static bool put_chain(Folder *folder, const Case *c)
{
    g_autoptr(GString) text = g_string_new(NULL);

    append_pem(text, c->signing);
    append_pem(text, c->root);
    return put(folder, "chain", "cert_chain.pem", text->str, text->len);
}

static bool put_table(Folder *folder, const Case *c)
{
    const VendorTableCert vcek = { SNP_CERT_GUID_VCEK, c->leaf };
    const VendorTableCert vlek = { SNP_CERT_GUID_VLEK, c->leaf };
    const VendorTableCert blobs[] = {
        case_says_vlek(c) ? vlek : vcek,
        { SNP_CERT_GUID_ASK, c->signing },
        { SNP_CERT_GUID_ARK, c->root },
        { SNP_CERT_GUID_CRL, c->crl },
    };
    g_autoptr(GBytes) table = vendor_cert_table(blobs, c->crl ? 4 : 3);

    return put_bytes(folder, "table", "certs", table);
}

/* Names are those of what the report says. */
static bool fill(Folder *folder, const Case *c)
{
    bool vlek = case_says_vlek(c);

    return put_report(folder, c) &&
           put_bytes(folder, "leaf", vlek ? "vlek.der" : "vcek.der",
                     c->leaf) &&
           put_bytes(folder, "signer", vlek ? "asvk.der" : "ask.der",
                     c->signing) &&
           put_bytes(folder, "root", "ark.der", c->root) &&
           put_chain(folder, c) && put_table(folder, c) &&
           (!c->crl || put_bytes(folder, "crl", "crl.der", c->crl));
}

JsonObject *case_write(const Case *c, const char *dir, const char *name,
                       GError **errp)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autoptr(JsonObject) files = json_object_new();
    Folder folder = { dir, name, files, errp };

    return corpus_make_dir(path, errp) && fill(&folder, c)
           ? g_steal_pointer(&files) : NULL;
}
