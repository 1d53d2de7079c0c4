/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPUID by the page that the secure processor has checked, without a word to
 * the host.  CPUID is all that raises #VC here; whatever else does is an error.
 */
#include "abi/svsm.h"
#include "exception.h"
#include "layout.h"
#include "svsm.h"
#include "tap.h"
#include "text.h"
#include "x86.h"

#define CPUID_LENGTH 2

static const SnpCpuidPage *page(void)
{
    return (const SnpCpuidPage *)SVSM_CPUID_PAGE;
}

static unsigned count(void)
{
    unsigned n = le32_get(page()->count);

    return n < SNP_CPUID_MAX_ENTRIES ? n : SNP_CPUID_MAX_ENTRIES;
}

/* Of other leaves, ECX says nothing. */
static bool has_subleaves(uint32_t leaf)
{
    return leaf == 0x7 || leaf == 0xb || leaf == 0xd || leaf == 0x8000001d ||
           leaf == 0x80000026;
}

static const SnpCpuidEntry *find(uint32_t leaf, uint32_t subleaf)
{
    for (unsigned i = 0; i < count(); i++) {
        const SnpCpuidEntry *entry = &page()->entry[i];

        if (le32_get(entry->eax_in) == leaf &&
            (!has_subleaves(leaf) || le32_get(entry->ecx_in) == subleaf)) {
            return entry;
        }
    }
    return NULL;
}

static void vc_handle(struct regs *regs)
{
    static const SnpCpuidEntry none;
    const SnpCpuidEntry *entry;

    if (regs->error != VC_EXIT_CPUID) {
        bail_out("#VC %x at %x", (uint64_t)regs->error, (uint64_t)regs->ip);
    }
    entry = find(regs->ax, regs->cx);
    entry = entry ? entry : &none;
    regs->ax = le32_get(entry->eax);
    regs->bx = le32_get(entry->ebx);
    regs->cx = le32_get(entry->ecx);
    regs->dx = le32_get(entry->edx);
    regs->ip += CPUID_LENGTH;
}

void cpuid_init(void)
{
    exception_handle(VECTOR_VC, vc_handle);
}

void cpuid_for_guest(SnpCpuidPage *to)
{
    memcpy(to, page(), sizeof(*to));
    for (unsigned i = 0; i < count(); i++) {
        SnpCpuidEntry *entry = &to->entry[i];

        if (le32_get(entry->eax_in) == SVSM_CPUID_LEAF) {
            entry->eax = le32_of(le32_get(entry->eax) | SVSM_CPUID_EAX);
        }
    }
}
