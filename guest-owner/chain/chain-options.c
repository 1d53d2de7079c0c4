/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes options into a chain. */

#include "guest-owner/chain/chain-options.h"
#include "guest-owner/base/input.h"
#include "guest-owner/chain/platform-tool.h"

static bool load_ca(const char *path, Chain *chain, GError **errp)
{
    g_autoptr(GBytes) file = input_file("--ca", path, CHAIN_MAX_FILE, errp);
    g_autofree char *name = g_strconcat("--ca ", path, NULL);

    return file && chain_read_ca(file, name, chain, errp);
}

bool chain_options_load(const char *sev, const char *ca, const char *dir,
                        Chain *chain, RootOrigin *origin, GError **errp)
{
    g_autoptr(GBytes) file = NULL;
    g_autofree char *name = sev ? g_strconcat("--sev ", sev, NULL)
                                : g_strconcat("platform ", dir, NULL);

    file = sev ? input_file("--sev", sev, CHAIN_MAX_FILE, errp)
               : platform_tool_export(dir, true, errp);
    *origin = ca ? ROOT_GIVEN : sev ? ROOT_OF_CHAIN : ROOT_OF_PLATFORM;
    return file && chain_read(file, name, chain, errp) &&
           (!ca || load_ca(ca, chain, errp));
}
