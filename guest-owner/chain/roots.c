/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists the roots that the tool knows, by fingerprint: SHA-256 over an ARK's
 * certificate without its signature (ca_cert_fingerprint()).
 */

#include <string.h>
#include "guest-owner/chain/roots.h"

typedef struct Root {
    const char *name;
    const char *namesake;       /* the name of another with the same id */
    uint8_t key_id[16];
    uint8_t fingerprint[CERT_FINGERPRINT_SIZE];
} Root;

enum { NAPLES, ROME, MILAN, GENOA, TURIN };

/*
 * AMD's, from the ark.cert of each product. Those of Milan, Genoa and Turin
 * have the keys of the X.509 roots that AMD gives out for SEV-SNP.
 */
static const Root amd_roots[] = {
    [NAPLES] = {
        .name = "AMD Naples",
        .namesake = "unknown root with the key id of AMD Naples",
        .key_id = {
            0x1b, 0xb9, 0x87, 0xc3, 0x59, 0x49, 0x46, 0x06,
            0xb1, 0x74, 0x94, 0x56, 0x01, 0xc9, 0xea, 0x5b,
        },
        .fingerprint = {
            0x8e, 0xfd, 0xdc, 0xaa, 0xf8, 0x49, 0x90, 0xcf,
            0x63, 0x54, 0xd9, 0x36, 0x37, 0xbe, 0x27, 0x02,
            0x20, 0xcf, 0x15, 0x79, 0x73, 0x32, 0xb3, 0xd9,
            0x18, 0xc3, 0xb8, 0xcc, 0x77, 0x34, 0x9f, 0x31,
        },
    },
    [ROME] = {
        .name = "AMD Rome",
        .namesake = "unknown root with the key id of AMD Rome",
        .key_id = {
            0xe6, 0x00, 0x21, 0x22, 0xfb, 0x58, 0x41, 0x93,
            0x99, 0xd1, 0x5f, 0xee, 0x7b, 0x13, 0x13, 0x51,
        },
        .fingerprint = {
            0xae, 0x24, 0x56, 0xaf, 0x6c, 0x6a, 0xd2, 0x34,
            0xba, 0xdd, 0x6c, 0x75, 0xe5, 0x89, 0x15, 0xbe,
            0x61, 0x56, 0x82, 0x86, 0x76, 0x60, 0x83, 0x85,
            0x3b, 0xf6, 0x68, 0xe6, 0xe2, 0x39, 0x77, 0xc3,
        },
    },
    [MILAN] = {
        .name = "AMD Milan",
        .namesake = "unknown root with the key id of AMD Milan",
        .key_id = {
            0x94, 0xc3, 0x8e, 0x41, 0x77, 0xd0, 0x47, 0x92,
            0x92, 0xa7, 0xae, 0x67, 0x1d, 0x08, 0x3f, 0xb6,
        },
        .fingerprint = {
            0x26, 0x3b, 0x13, 0xfd, 0x31, 0x70, 0xc6, 0xff,
            0xbb, 0x0b, 0x4f, 0x01, 0xf0, 0x98, 0x48, 0xdc,
            0x08, 0xa8, 0xdc, 0x1e, 0x96, 0x37, 0xd4, 0x7e,
            0x42, 0xcb, 0xe6, 0xc1, 0x35, 0xe4, 0xaf, 0x12,
        },
    },
    [GENOA] = {
        .name = "AMD Genoa",
        .namesake = "unknown root with the key id of AMD Genoa",
        .key_id = {
            0x9f, 0x9d, 0x4a, 0x8f, 0xe7, 0x61, 0x45, 0x65,
            0x99, 0xf6, 0x94, 0x6c, 0x4c, 0x01, 0x0f, 0x3a,
        },
        .fingerprint = {
            0x97, 0x3d, 0xf6, 0x26, 0x5e, 0x1b, 0x40, 0xcf,
            0x88, 0x83, 0x30, 0x5c, 0x1f, 0x6a, 0x6c, 0xd2,
            0x54, 0x97, 0x94, 0x46, 0xac, 0xb4, 0x0b, 0xd3,
            0x96, 0x94, 0x6b, 0x2f, 0x19, 0xe7, 0x51, 0xe9,
        },
    },
    [TURIN] = {
        .name = "AMD Turin",
        .namesake = "unknown root with the key id of AMD Turin",
        .key_id = {
            0xd0, 0x5c, 0x3a, 0x8b, 0xde, 0x48, 0x49, 0x04,
            0xb4, 0x95, 0x52, 0x42, 0x2c, 0xeb, 0x39, 0x42,
        },
        .fingerprint = {
            0x89, 0x32, 0x76, 0x96, 0xf8, 0x08, 0x2b, 0x20,
            0xf5, 0xa5, 0x88, 0x56, 0x5a, 0xdc, 0x26, 0xd4,
            0x78, 0xe1, 0xc6, 0xd5, 0x61, 0x53, 0xc1, 0xde,
            0x65, 0x6e, 0x63, 0x39, 0x6b, 0x8f, 0x8e, 0x20,
        },
    },
};

/* Those of vendor/keys, which lie in public with their private keys */
static const Root test_roots[] = {
    { .fingerprint = {
        0xe9, 0xde, 0x3b, 0x4f, 0xd9, 0x31, 0x09, 0x1e,
        0x23, 0xf4, 0x67, 0x7a, 0x93, 0xdb, 0xc9, 0xb1,
        0x69, 0x88, 0xe1, 0x2e, 0x17, 0xda, 0x72, 0xfc,
        0xa1, 0x22, 0xc6, 0x72, 0x09, 0x4f, 0xaf, 0x0a,
    } },
    { .fingerprint = {
        0x9e, 0x58, 0xbe, 0xa1, 0x69, 0x25, 0x5b, 0xf2,
        0xdf, 0x15, 0x6a, 0x78, 0xa3, 0xf1, 0x5f, 0x9a,
        0x07, 0x48, 0xaf, 0xff, 0xae, 0xc7, 0x20, 0xbd,
        0xe6, 0xe4, 0x5d, 0x85, 0xc1, 0xa1, 0x03, 0x16,
    } },
    { .fingerprint = {
        0xc6, 0x19, 0x2c, 0x38, 0x89, 0x43, 0xf4, 0x8f,
        0xdf, 0x56, 0xf2, 0xf2, 0xce, 0x1a, 0xbe, 0x36,
        0xb7, 0xa3, 0xea, 0xe8, 0x7c, 0x1a, 0x65, 0x1c,
        0x74, 0x1e, 0xab, 0x6c, 0x7a, 0xbb, 0x89, 0x1c,
    } },
};

static bool has_fingerprint(const Root *root, const RootVerdict *verdict)
{
    return memcmp(root->fingerprint, verdict->fingerprint,
                  CERT_FINGERPRINT_SIZE) == 0;
}

static const Root *find_root(const Root *roots, size_t n,
                             const RootVerdict *verdict)
{
    for (size_t i = 0; i < n; i++) {
        if (has_fingerprint(&roots[i], verdict)) {
            return &roots[i];
        }
    }
    return NULL;
}

static const Root *find_namesake(const CaCert *ark)
{
    for (size_t i = 0; i < G_N_ELEMENTS(amd_roots); i++) {
        if (memcmp(amd_roots[i].key_id, ark->key_id,
                   sizeof(ark->key_id)) == 0) {
            return &amd_roots[i];
        }
    }
    return NULL;
}

static void judge_test_root(RootOrigin origin, RootVerdict *verdict)
{
    static const char *const why[] = {
        [ROOT_OF_CHAIN] = "its private key is public: only for platforms of "
                          "this machine, or with --ca",
        [ROOT_OF_PLATFORM] = "the platform is an emulated one of this "
                             "machine",
        [ROOT_GIVEN] = "given with --ca",
    };

    verdict->name = "sevemu test root (not AMD)";
    verdict->trusted = origin != ROOT_OF_CHAIN;
    verdict->why = why[origin];
}

/* False if the fingerprint is neither AMD's nor ours */
static bool judge_known(RootOrigin origin, RootVerdict *verdict)
{
    const Root *amd;

    if (find_root(test_roots, G_N_ELEMENTS(test_roots), verdict)) {
        judge_test_root(origin, verdict);
        return true;
    }
    amd = find_root(amd_roots, G_N_ELEMENTS(amd_roots), verdict);
    if (amd) {
        verdict->name = amd->name;
        verdict->trusted = true;
        verdict->why = "AMD's, by its fingerprint";
    }
    return amd;
}

void root_judge(const CaCert *ark, RootOrigin origin, RootVerdict *verdict)
{
    const Root *namesake = find_namesake(ark);

    ca_cert_fingerprint(ark, verdict->fingerprint);
    if (judge_known(origin, verdict)) {
        return;
    }
    verdict->name = namesake ? namesake->namesake : "unknown root";
    verdict->trusted = origin == ROOT_GIVEN;
    verdict->why = verdict->trusted ? "given with --ca"
                   : namesake ? "it only has the key id: give --ca if you "
                                "trust it"
                              : "give --ca if you trust it";
}

/* An X.509 certificate has no such id: that of each root is tried. */
void root_judge_key(const RsaKey *key, const char *product, RootOrigin origin,
                    RootVerdict *verdict)
{
    const Root *likely = &amd_roots[MILAN];
    CaCert cert;

    for (size_t i = 0; i < G_N_ELEMENTS(amd_roots); i++) {
        ca_cert_of_key(key, amd_roots[i].key_id, &cert);
        ca_cert_fingerprint(&cert, verdict->fingerprint);
        if (judge_known(origin, verdict)) {
            return;
        }
        if (product && g_str_has_suffix(amd_roots[i].name, product)) {
            likely = &amd_roots[i];
        }
    }
    ca_cert_of_key(key, likely->key_id, &cert);
    ca_cert_fingerprint(&cert, verdict->fingerprint);
    verdict->name = "unknown root";
    verdict->trusted = origin == ROOT_GIVEN;
    verdict->why = verdict->trusted ? "given with --ca"
                                    : "give --ca if you trust it";
}
