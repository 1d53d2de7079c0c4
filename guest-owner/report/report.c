/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads attestation reports, and tells of what processor they are. */

#include "guest-owner/report/report.h"

#include <string.h>
#include "guest-owner/base/input.h"
#include "guest-owner/base/owner.h"


#define TURIN_ID_SIZE 8

/* Models of a family, from the first to the last (CPUID Fn0000_0001 EAX) */
typedef struct Generation {
    uint8_t family, first, last;
    const char *name;
} Generation;

static const Generation generations[] = {
    { 0x19, 0x00, 0x0f, "Milan" },
    { 0x19, 0x10, 0x1f, "Genoa" },
    { 0x19, 0xa0, 0xaf, "Genoa" },      /* Bergamo and Siena */
    { 0x1a, 0x00, 0x11, "Turin" },
    { 0x1a, 0x50, 0x57, "Venice" },
    { 0x1a, 0x90, 0xaf, "Venice" },
    { 0x1a, 0xc0, 0xc7, "Venice" },
};

bool report_read(const char *option, const char *path, SnpReport *report,
                 GError **errp)
{
    g_autoptr(GBytes) file = input_file(option, path, 2 * sizeof(*report),
                                        errp);
    uint32_t version;

    if (!file) {
        return false;
    }
    if (g_bytes_get_size(file) != sizeof(*report)) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: %s: expected a report of %zu bytes, found %zu",
                    option, path, sizeof(*report), g_bytes_get_size(file));
        return false;
    }
    memcpy(report, g_bytes_get_data(file, NULL), sizeof(*report));
    version = le32_get(report->version);
    if (version < REPORT_VERSION_MIN || version > REPORT_VERSION_MAX) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s: %s: expected a report of version %d to %d, found %u",
                    option, path, REPORT_VERSION_MIN, REPORT_VERSION_MAX,
                    version);
        return false;
    }
    return true;
}

static bool has_short_id(const SnpReport *report)
{
    uint8_t any = 0, rest = 0;

    for (size_t i = 0; i < sizeof(report->chip_id); i++) {
        *(i < TURIN_ID_SIZE ? &any : &rest) |= report->chip_id[i];
    }
    return any && !rest;
}

const char *report_product(const SnpReport *report)
{
    if (le32_get(report->version) < REPORT_VERSION_CPUID) {
        return has_short_id(report) ? "Turin" : NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(generations); i++) {
        const Generation *g = &generations[i];

        if (report->cpuid_fam_id == g->family &&
            report->cpuid_mod_id >= g->first &&
            report->cpuid_mod_id <= g->last) {
            return g->name;
        }
    }
    return NULL;
}

bool report_has_fmc(const SnpReport *report)
{
    return le32_get(report->version) < REPORT_VERSION_CPUID
           ? has_short_id(report) : report->cpuid_fam_id >= 0x1a;
}
