/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verifies a chain, link by link. */

#include "guest-owner/chain/chain-verify.h"

static const char no_ca[] =
    "the chain lacks it: give --ca, or export with --full";

static const ChainLink links[CHAIN_NR_LINKS] = {
    { SEV_USAGE_PEK, SEV_USAGE_PDH },
    { SEV_USAGE_OCA, SEV_USAGE_PEK },
    { SEV_USAGE_OCA, SEV_USAGE_OCA },
    { SEV_USAGE_CEK, SEV_USAGE_PEK },
    { SEV_USAGE_ASK, SEV_USAGE_CEK },
    { SEV_USAGE_ARK, SEV_USAGE_ASK },
    { SEV_USAGE_ARK, SEV_USAGE_ARK },
};

static const SevCert *find_cert(const Chain *chain, uint32_t usage)
{
    switch (usage) {
    case SEV_USAGE_PDH:
        return &chain->pdh;
    case SEV_USAGE_PEK:
        return &chain->pek;
    case SEV_USAGE_OCA:
        return &chain->oca;
    default:
        return &chain->cek;
    }
}

static const char *ask_flaw(const Chain *chain)
{
    return chain->has_ask ? cek_link_flaw(&chain->ask, &chain->cek) : no_ca;
}

static const char *ark_flaw(const Chain *chain, uint32_t subject)
{
    if (!chain->has_ark) {
        return no_ca;
    }
    if (subject == SEV_USAGE_ARK) {
        return ca_cert_link_flaw(&chain->ark, &chain->ark);
    }
    return chain->has_ask ? ca_cert_link_flaw(&chain->ark, &chain->ask)
                          : "there is no ASK for it to sign";
}

static const char *link_flaw(const Chain *chain, const ChainLink *link)
{
    switch (link->signer) {
    case SEV_USAGE_ARK:
        return ark_flaw(chain, link->subject);
    case SEV_USAGE_ASK:
        return ask_flaw(chain);
    default:
        return sev_cert_link_flaw(find_cert(chain, link->signer),
                                  find_cert(chain, link->subject));
    }
}

void chain_verify(const Chain *chain, RootOrigin origin,
                  ChainVerdict *verdict)
{
    *verdict = (ChainVerdict){ .has_root = chain->has_ark };
    verdict->pdh_flaw = sev_cert_flaw(&chain->pdh);
    verdict->good = !verdict->pdh_flaw;
    for (size_t i = 0; i < CHAIN_NR_LINKS; i++) {
        ChainLink *link = &verdict->links[i];

        *link = links[i];
        link->flaw = link_flaw(chain, link);
        verdict->good &= !link->flaw;
    }
    if (chain->has_ark) {
        root_judge(&chain->ark, origin, &verdict->root);
        verdict->good &= verdict->root.trusted;
    }
}
