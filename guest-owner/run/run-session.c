/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does the guest owner's part before there is a guest. */

#include "guest-owner/chain/chain-options.h"
#include "guest-owner/chain/chain-print.h"
#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/launch-line.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/run/run-session.h"
#include "guest-owner/chain/session-files.h"

/* The chain whose PDH keys may be entrusted to */
static bool get_trusted(const RunConfig *config, Chain *chain, GError **errp)
{
    g_autofree char *complaint = NULL;
    ChainVerdict verdict;
    RootOrigin origin;

    if (!chain_options_load(NULL, config->ca, config->platform, chain,
                            &origin, errp)) {
        return false;
    }
    chain_verify(chain, origin, &verdict);
    complaint = chain_complaint(&verdict);
    if (complaint) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS,
                    "platform %s: its chain is not good: %s",
                    config->platform, complaint);
        return false;
    }
    owner_say("the platform's chain is good: %s", verdict.root.name);
    return true;
}

bool run_session_prepare(const RunConfig *config, const char *dir,
                         Keys *keys, GError **errp)
{
    g_autofree char *name = g_build_filename(dir, RUN_SESSION_NAME, NULL);
    Session session;
    Chain chain;

    if (!get_trusted(config, &chain, errp)) {
        return false;
    }
    crypto_random(keys, sizeof(*keys));
    session_make(&chain.pdh, config->policy, keys, &session);
    return session_files_write(&session, name, errp);
}
