/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes TCB versions apart, and reads and writes them in words. */

#include "guest-owner/report/tcb.h"

#include <string.h>
#include "guest-owner/base/owner.h"

static const char *const names[TCB_NR_PARTS] = {
    [TCB_FMC] = "fmc",
    [TCB_BOOT_LOADER] = "boot-loader",
    [TCB_TEE] = "tee",
    [TCB_SNP] = "snp",
    [TCB_MICROCODE] = "microcode",
};

void tcb_take_apart(const SnpTcbVersion *tcb, bool has_fmc, TcbParts *parts)
{
    *parts = has_fmc ? (TcbParts){ { tcb->turin.fmc, tcb->turin.boot_loader,
                                     tcb->turin.tee, tcb->turin.snp,
                                     tcb->turin.microcode } }
                     : (TcbParts){ { 0, tcb->milan.boot_loader,
                                     tcb->milan.tee, tcb->milan.snp,
                                     tcb->milan.microcode } };
}

bool tcb_reserved_zero(const SnpTcbVersion *tcb, bool has_fmc)
{
    static const uint8_t zeros[sizeof(tcb->milan.reserved)];

    return has_fmc
        ? memcmp(tcb->turin.reserved, zeros, sizeof(tcb->turin.reserved)) == 0
        : memcmp(tcb->milan.reserved, zeros, sizeof(tcb->milan.reserved)) == 0;
}

char *tcb_text(const TcbParts *parts, bool has_fmc)
{
    GString *text = g_string_new(NULL);

    for (size_t i = has_fmc ? TCB_FMC : TCB_BOOT_LOADER; i < TCB_NR_PARTS;
         i++) {
        g_string_append_printf(text, "%s%s %u", text->len ? ", " : "",
                               names[i], parts->part[i]);
    }
    return g_string_free(text, FALSE);
}

const char *tcb_part_below(const TcbParts *tcb, const TcbParts *least)
{
    for (size_t i = 0; i < TCB_NR_PARTS; i++) {
        if (tcb->part[i] < least->part[i]) {
            return names[i];
        }
    }
    return NULL;
}

/* The part that @word gives a number, "snp=8"; TCB_NR_PARTS: none */
static TcbPart parse_part(const char *word, uint8_t *number)
{
    const char *equals = strchr(word, '=');
    guint64 wide;

    for (TcbPart i = 0; equals && i < TCB_NR_PARTS; i++) {
        if (strlen(names[i]) == (size_t)(equals - word) &&
            strncmp(names[i], word, equals - word) == 0 &&
            g_ascii_string_to_unsigned(equals + 1, 10, 0, UINT8_MAX, &wide,
                                       NULL)) {
            *number = wide;
            return i;
        }
    }
    return TCB_NR_PARTS;
}

bool tcb_parse(const char *option, const char *text, TcbParts *parts,
               GError **errp)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    bool seen[TCB_NR_PARTS + 1] = { false };
    bool ok = *words;

    *parts = (TcbParts){ { 0 } };
    for (char **word = words; *word; word++) {
        uint8_t number = 0;
        TcbPart part = parse_part(*word, &number);

        ok &= part < TCB_NR_PARTS && !seen[part];
        seen[part] = true;
        if (part < TCB_NR_PARTS) {
            parts->part[part] = number;
        }
    }
    if (!ok) {
        g_set_error(errp, OWNER_ERROR, OWNER_EXIT_USAGE,
                    "%s %s: expected some of fmc=N, boot-loader=N, tee=N, "
                    "snp=N, microcode=N, each once, with commas, N from 0 to "
                    "255", option, text);
    }
    return ok;
}
