/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads in which ways a key server shall misbehave. See kds-fault.h. */

#include "vendor/kds/kds-fault.h"

#include <string.h>

#include "vendor/vendor.h"

#define MAX_SECONDS 3600

/* What AMD's is said to allow */
#define LIMIT_SECONDS 10

typedef struct Kind {
    const char *name;
    size_t flag;                /* offset of a bool; */
    size_t ms;                  /* or of a number, and 1; else 0 */
    double seconds;             /* without an argument; negative: needed */
    const char *help;
} Kind;

#define FLAG(FIELD) .flag = G_STRUCT_OFFSET(KdsFaults, FIELD)
#define MS(FIELD) .ms = 1 + G_STRUCT_OFFSET(KdsFaults, FIELD)

static const Kind kinds[] = {
    { "429", MS(limit), .seconds = LIMIT_SECONDS,
      .help = "429[=SECONDS]  too many requests: a VCEK each 10 s for an "
              "address" },
    { "404", FLAG(not_found),
      .help = "404            no chip is known, nor is a VLEK" },
    { "delay", MS(delay), .seconds = -1,
      .help = "delay=SECONDS  each answer comes that much later" },
    { "truncated", FLAG(truncated),
      .help = "truncated      the connection ends in the middle of an "
              "answer" },
    { "wrong-tcb", FLAG(wrong_tcb),
      .help = "wrong-tcb      certificates are of the next version of SNP "
              "firmware" },
    { "revoked", FLAG(revoked),
      .help = "revoked        the CRL has the ASK and the ASVK" },
    { "expired", FLAG(expired),
      .help = "expired        certificates of keys ended a year ago" },
    { "outage", FLAG(outage),
      .help = "outage         503 to everything" },
};

static bool set_usage(const char *text, GError **errp)
{
    GString *names = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_string_append_printf(names, "%s%s", i ? ", " : "", kinds[i].name);
    }
    g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                "--fault: expected one of %s, found \"%s\"", names->str,
                text);
    g_string_free(names, TRUE);
    return false;
}

static bool set_seconds(KdsFaults *faults, const Kind *kind,
                        const char *argument, GError **errp)
{
    double seconds = kind->seconds;
    char *end = NULL;

    if (argument) {
        seconds = g_ascii_strtod(argument, &end);
    }
    /* Not the other way round: what is no number is not in between either. */
    if ((argument && (!*argument || *end)) ||
        !(seconds > 0 && seconds <= MAX_SECONDS)) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "--fault %s: expected seconds, up to %d, found \"%s\"",
                    kind->name, MAX_SECONDS, argument ? argument : "");
        return false;
    }
    G_STRUCT_MEMBER(unsigned, faults, kind->ms - 1) = MAX(1, seconds * 1000);
    return true;
}

static bool set_fault(KdsFaults *faults, const Kind *kind,
                      const char *argument, GError **errp)
{
    if (kind->ms) {
        return set_seconds(faults, kind, argument, errp);
    }
    if (argument) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "--fault %s: expected nothing after it, found \"=%s\"",
                    kind->name, argument);
        return false;
    }
    G_STRUCT_MEMBER(bool, faults, kind->flag) = true;
    return true;
}

bool kds_faults_add(KdsFaults *faults, const char *text, GError **errp)
{
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);

    for (size_t i = 0; parts[0] && i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(parts[0], kinds[i].name) == 0) {
            return set_fault(faults, &kinds[i], parts[1], errp);
        }
    }
    return set_usage(text, errp);
}

char *kds_faults_describe(void)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_string_append_printf(text, "  %s\n", kinds[i].help);
    }
    return g_string_free(text, FALSE);
}
