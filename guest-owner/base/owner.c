/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Brings errors of the guest owner's command to the user. */

#include <stdio.h>
#include "guest-owner/base/owner.h"

GQuark owner_error_quark(void)
{
    return g_quark_from_static_string("sevemu-owner");
}

void owner_say(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list ap;

    va_start(ap, format);
    text = g_strdup_vprintf(format, ap);
    va_end(ap);
    fprintf(stderr, "sevemu: %s\n", text);
}

OwnerExit owner_fail(GError *error)
{
    /* GLib's own domains reach here from the option parser only */
    OwnerExit status = error->domain == OWNER_ERROR ? (OwnerExit)error->code
                                                    : OWNER_EXIT_USAGE;

    owner_say("%s", error->message);
    g_error_free(error);
    return status;
}
