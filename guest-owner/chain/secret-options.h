/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses --secret GUID:FILE, or GUID=FILE, any number of times. */

#ifndef OWNER_SECRET_OPTIONS_H
#define OWNER_SECRET_OPTIONS_H

#include <glib.h>

/* The secrets of @texts (NULL: none), read from their files; or NULL */
GPtrArray *secret_options_load(char **texts, GError **errp);

#endif
