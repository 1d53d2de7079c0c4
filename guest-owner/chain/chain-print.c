/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shows a chain. A certificate is known by the first bytes of its
 * fingerprint, the root by all of it.
 */

#include <stdio.h>
#include "guest-owner/chain/chain-print.h"
#include "guest-owner/base/json-text.h"

#define SHORT_FINGERPRINT 8

/* Before each link, in their order */
static const char *const branches[CHAIN_NR_LINKS] = {
    "`- ",
    "   |- ",
    "   |  `- ",
    "   `- ",
    "      `- ",
    "         `- ",
    "            `- ",
};

/* False when the chain has no such certificate */
static bool fingerprint_of(const Chain *chain, uint32_t usage, uint8_t *out)
{
    const CaCert *ca = usage == SEV_USAGE_ARK ? &chain->ark : &chain->ask;

    switch (usage) {
    case SEV_USAGE_ARK:
    case SEV_USAGE_ASK:
        if (usage == SEV_USAGE_ARK ? !chain->has_ark : !chain->has_ask) {
            return false;
        }
        ca_cert_fingerprint(ca, out);
        return true;
    case SEV_USAGE_PDH:
        sev_cert_fingerprint(&chain->pdh, out);
        return true;
    case SEV_USAGE_PEK:
        sev_cert_fingerprint(&chain->pek, out);
        return true;
    case SEV_USAGE_OCA:
        sev_cert_fingerprint(&chain->oca, out);
        return true;
    default:
        sev_cert_fingerprint(&chain->cek, out);
        return true;
    }
}

static char *short_fingerprint(const Chain *chain, uint32_t usage)
{
    uint8_t fingerprint[CERT_FINGERPRINT_SIZE];

    return fingerprint_of(chain, usage, fingerprint)
           ? json_text_hex(fingerprint, SHORT_FINGERPRINT)
           : g_strdup("(missing)");
}

static void print_link(const Chain *chain, const ChainLink *link,
                       const char *branch)
{
    g_autofree char *fingerprint = short_fingerprint(chain, link->signer);
    bool itself = link->signer == link->subject;

    printf("%s%s %s  signs %s: %s%s\n", branch, cert_usage_name(link->signer),
           fingerprint, itself ? "itself" : cert_usage_name(link->subject),
           link->flaw ? "BAD, " : "good", link->flaw ? link->flaw : "");
}

static void print_root(const RootVerdict *root)
{
    g_autofree char *fingerprint = json_text_hex(root->fingerprint,
                                                 CERT_FINGERPRINT_SIZE);

    printf("root: %s\n      fingerprint %s\n      %s: %s\n", root->name,
           fingerprint, root->trusted ? "trusted" : "NOT trusted", root->why);
}

void chain_print(const Chain *chain, const ChainVerdict *verdict)
{
    g_autofree char *pdh = short_fingerprint(chain, SEV_USAGE_PDH);

    printf("PDH %s%s%s\n", pdh, verdict->pdh_flaw ? "  BAD, " : "",
           verdict->pdh_flaw ? verdict->pdh_flaw : "");
    for (size_t i = 0; i < CHAIN_NR_LINKS; i++) {
        print_link(chain, &verdict->links[i], branches[i]);
    }
    if (verdict->has_root) {
        print_root(&verdict->root);
    }
}

char *chain_complaint(const ChainVerdict *verdict)
{
    if (verdict->pdh_flaw) {
        return g_strdup_printf("PDH: %s", verdict->pdh_flaw);
    }
    for (size_t i = 0; i < CHAIN_NR_LINKS; i++) {
        const ChainLink *link = &verdict->links[i];

        if (link->flaw) {
            return g_strdup_printf("%s signs %s: %s",
                                   cert_usage_name(link->signer),
                                   cert_usage_name(link->subject),
                                   link->flaw);
        }
    }
    if (verdict->has_root && !verdict->root.trusted) {
        return g_strdup_printf("%s: %s", verdict->root.name,
                               verdict->root.why);
    }
    return NULL;
}

static JsonObject *link_json(const ChainLink *link)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "signer",
                                  cert_usage_name(link->signer));
    json_object_set_string_member(object, "subject",
                                  cert_usage_name(link->subject));
    json_object_set_boolean_member(object, "good", !link->flaw);
    if (link->flaw) {
        json_object_set_string_member(object, "flaw", link->flaw);
    }
    return object;
}

static JsonObject *root_json(const CaCert *ark, const RootVerdict *root)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "name", root->name);
    json_text_set_hex(object, "key-id", ark->key_id, sizeof(ark->key_id));
    json_text_set_hex(object, "fingerprint", root->fingerprint,
                      CERT_FINGERPRINT_SIZE);
    json_object_set_boolean_member(object, "trusted", root->trusted);
    json_object_set_string_member(object, "why", root->why);
    return object;
}

/* Fingerprints of the certificates that are there, by name */
static JsonObject *certificates_json(const Chain *chain)
{
    static const uint32_t usages[] = {
        SEV_USAGE_PDH, SEV_USAGE_PEK, SEV_USAGE_OCA, SEV_USAGE_CEK,
        SEV_USAGE_ASK, SEV_USAGE_ARK,
    };
    JsonObject *object = json_object_new();

    for (size_t i = 0; i < G_N_ELEMENTS(usages); i++) {
        uint8_t fingerprint[CERT_FINGERPRINT_SIZE];

        if (fingerprint_of(chain, usages[i], fingerprint)) {
            json_text_set_hex(object, cert_usage_name(usages[i]),
                              fingerprint, sizeof(fingerprint));
        }
    }
    return object;
}

JsonObject *chain_json(const Chain *chain, const ChainVerdict *verdict)
{
    JsonObject *object = json_object_new();
    JsonArray *links = json_array_new();
    g_autofree char *complaint = chain_complaint(verdict);

    json_object_set_boolean_member(object, "good", verdict->good);
    if (complaint) {
        json_object_set_string_member(object, "complaint", complaint);
    }
    json_object_set_object_member(object, "fingerprints",
                                  certificates_json(chain));
    for (size_t i = 0; i < CHAIN_NR_LINKS; i++) {
        json_array_add_object_element(links, link_json(&verdict->links[i]));
    }
    json_object_set_array_member(object, "links", links);
    if (verdict->has_root) {
        json_object_set_object_member(object, "root",
                                      root_json(&chain->ark, &verdict->root));
    }
    return object;
}
