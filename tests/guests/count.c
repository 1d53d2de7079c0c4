/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "count": one thing, many times, for `make bench` to count what QEMU
 * executes for it (bench/instructions.py).  It is done N times to warm up,
 * then N times and 2 N times; before, between and after these two stands a
 * mark, which is an FNINIT: nothing else here executes one, and it leads to a
 * function of QEMU's by which whoever counts can tell the parts apart.
 *
 *   what=...     a row of ops[]
 *   times=N      so often
 *   page=4k, 2m  of psc and pvalidate
 *   shared=1     of fill and first: pages without the C-bit
 *
 * The rows have their own loops, so that nothing but the thing itself is in
 * them.  fill, first, psc and pvalidate want memory above 64 MiB: -m 128M.
 */
#include "cpuid.h"
#include "paging.h"
#include "segments.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vc-short.h"
#include "vmpl.h"

#define PORT_FREE       0x80
#define APIC_VERSION    0xfee00030
#define CPUID_VENDOR    0
#define AREA            (16u << 20)
#define PAGES           (AREA / PAGE_SIZE)
#define PER_TABLE       512
#define SWITCH_PAGES    16

struct op {
    const char *what;
    void (*prepare)(void);
    void (*run)(unsigned times);
    void (*check)(unsigned times);
};

static unsigned handled, wrong;
static uint64_t seen;                   /* the sum of what was read */

static void mark(void)
{
    asm volatile("fninit");
}

/* --- exceptions and exits */

static void behind_ud2(struct regs *regs)
{
    handled++;
    regs->ip += 2;
}

static void ud_prepare(void)
{
    exception_handle(VECTOR_UD, behind_ud2);
}

COUNTED static void ud_run(unsigned times)
{
    while (times--) {
        asm volatile("ud2");
    }
}

static void ud_check(unsigned times)
{
    exception_handle(VECTOR_UD, NULL);
    check_equal(handled, times, "each UD2 was one exception");
}

/* Printing is more exits, of other kinds. */
static void exit_check(unsigned times)
{
    vc_short_end();
    check_equal(vc_short_count(), es_active() ? times : 0,
                "each was one #VC, in an SEV-ES guest alone");
}

static uint32_t vendor(void)
{
    uint32_t r[4];

    cpuid(CPUID_VENDOR, 0, r);
    return r[1];
}

static void cpuid_prepare(void)
{
    vc_short_begin(vc_short_cpuid);
}

COUNTED static void cpuid_run(unsigned times)
{
    while (times--) {
        seen += vendor();
    }
}

static void cpuid_check(unsigned times)
{
    exit_check(times);
    check_equal(seen, (uint64_t)vendor() * times,
                "CPUID said the same each time");
}

static void port_prepare(void)
{
    vc_short_begin(vc_short_in);
}

COUNTED static void port_run(unsigned times)
{
    uint8_t value;

    while (times--) {
        asm volatile("inb %%dx, %%al" : "=a"(value) : "d"(PORT_FREE));
        seen += value;
    }
}

static void port_check(unsigned times)
{
    exit_check(times);
    check_equal(seen, (uint64_t)inb(PORT_FREE) * times,
                "the port read the same each time");
}

static void mmio_prepare(void)
{
    vc_short_begin(vc_short_load);
}

COUNTED static void mmio_run(unsigned times)
{
    uint32_t value;

    while (times--) {
        asm volatile("movl (%%rdi), %%eax"
                     : "=a"(value) : "D"((uintptr_t)APIC_VERSION));
        seen += value;
    }
}

static void mmio_check(unsigned times)
{
    exit_check(times);
    check_equal(seen, (uint64_t)read32(APIC_VERSION) * times,
                "the local APIC read the same each time");
}

/* --- TLB fills: pages of 4K at a second address, more than a TLB has room
 * for, so that each one that is touched was evicted before */

static struct path path;
static uintptr_t area;
static unsigned next;                   /* the page to touch */

static uintptr_t area_alloc(bool shared)
{
    uintptr_t start = fresh_alloc(SIZE_2M);

    for (unsigned done = 0; done < AREA; done += SIZE_2M) {
        uintptr_t page = done ? fresh_alloc(SIZE_2M) : start;

        if (snp_active() && !shared) {
            snp_accept(page, SIZE_2M);
        }
    }
    return start;
}

static void area_map(uint64_t bits)
{
    path_build(&path, 1, area);
    for (unsigned page = 0; page < PAGES; page++) {
        static uint64_t *table;

        if (page % PER_TABLE == 0) {
            table = (uint64_t *)page_alloc();
            path.entry[2][page / PER_TABLE] = (uintptr_t)table | PTE_PRESENT |
                                              PTE_WRITABLE;
        }
        /* Accessed and dirty already: a walk writes nothing. */
        table[page % PER_TABLE] = (area + page * PAGE_SIZE) | bits |
                                  PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED |
                                  PTE_DIRTY;
    }
}

static void first_prepare(void)
{
    bool shared = config_number("shared", 0);

    area = area_alloc(shared);
    area_map(shared ? 0 : config_c_bit());
    path_load(&path, config_c_bit());
}

static uint64_t *word(unsigned page)
{
    return (uint64_t *)(path.va + (uintptr_t)page * PAGE_SIZE);
}

static void fill_prepare(void)
{
    first_prepare();
    for (unsigned page = 0; page < PAGES; page++) {
        *word(page) = page;
    }
}

static uint64_t touch(unsigned count)
{
    unsigned page = next;
    uint64_t sum = 0;

    while (count--) {
        sum += *(volatile uint64_t *)word(page);
        page = (page + 1) % PAGES;
    }
    next = page;
    return sum;
}

COUNTED static void fill_run(unsigned times)
{
    seen += touch(times);
}

static uint64_t sum_of(unsigned times)
{
    uint64_t round = (uint64_t)PAGES * (PAGES - 1) / 2, rest = times % PAGES;

    return times / PAGES * round + rest * (rest - 1) / 2;
}

static void fill_check(unsigned times)
{
    path_leave();
    check_equal(seen, sum_of(times), "each page had what was written");
}

/* Pages that nobody has looked at, so what they are has to be found out */
static void first_check(unsigned times)
{
    path_leave();
    check(times <= PAGES, "there was a new page for each");
    check_equal(seen, 0, "each page was empty");
}

/* Another process: CR3, and the pages that it works with */
COUNTED static void switch_run(unsigned times)
{
    uint64_t cr3 = path.root | config_c_bit();

    while (times--) {
        write_cr3(cr3);
        next = 0;
        seen += touch(SWITCH_PAGES);
    }
}

static void switch_check(unsigned times)
{
    path_leave();
    check_equal(seen, times * sum_of(SWITCH_PAGES),
                "each page had what was written, each time");
}

/* --- states of pages */

static unsigned page_bytes;

static void pages_prepare(void)
{
    page_bytes = config_page() == 2 ? SIZE_2M : SIZE_4K;
    area = area_alloc(true);
}

/* Both ways count: N is twice the pairs. */
COUNTED static void psc_run(unsigned times)
{
    bool is_2m = page_bytes == SIZE_2M;

    for (unsigned i = 0; i < times / 2; i++) {
        wrong += psc_one(area, GHCB_PSC_OP_PRIVATE, is_2m) != 0;
        wrong += psc_one(area, GHCB_PSC_OP_SHARED, is_2m) != 0;
    }
}

static void pvalidate_prepare(void)
{
    pages_prepare();
    wrong += psc_one(area, GHCB_PSC_OP_PRIVATE, page_bytes == SIZE_2M) != 0;
}

static void pvalidate_one(bool validate)
{
    struct rmp_answer a = pvalidate(area, page_bytes == SIZE_2M, validate);

    wrong += a.status || a.carry;
}

COUNTED static void pvalidate_run(unsigned times)
{
    for (unsigned i = 0; i < times / 2; i++) {
        pvalidate_one(true);
        pvalidate_one(false);
    }
}

static void pages_check(unsigned times)
{
    check(times % 2 == 0, "there and back are as often");
    check_equal(wrong, 0, "each change was made");
}

/* --- VMPLs: there, a CPUID, and back */

#define OTHER_VMPL      2

COUNTED static void vmpl_other(__attribute__((unused)) uint64_t unused)
{
    for (;;) {
        seen += vendor();
        vmpl_run(0);
    }
}

static void vmpl_prepare(void)
{
    vmpl_admit(OTHER_VMPL);
    vmpl_make(OTHER_VMPL, MAX_CPUS - 1, vmpl_other, 0);
}

COUNTED static void vmpl_run_times(unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        wrong += vmpl_run(OTHER_VMPL) != 0;
    }
}

static void vmpl_check(unsigned times)
{
    check_equal(seen, (uint64_t)vendor() * times,
                "CPUID said the same each time");
    check_equal(wrong, 0, "the other VMPL ran each time");
}

static const struct op ops[] = {
    { "ud", ud_prepare, ud_run, ud_check },
    { "cpuid", cpuid_prepare, cpuid_run, cpuid_check },
    { "port", port_prepare, port_run, port_check },
    { "mmio", mmio_prepare, mmio_run, mmio_check },
    { "fill", fill_prepare, fill_run, fill_check },
    { "first", first_prepare, fill_run, first_check },
    { "switch", fill_prepare, switch_run, switch_check },
    { "psc", pages_prepare, psc_run, pages_check },
    { "vmpl", vmpl_prepare, vmpl_run_times, vmpl_check },
    { "pvalidate", pvalidate_prepare, pvalidate_run, pages_check },
};

static const struct op *find(const char *what)
{
    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        if (str_equal(ops[i].what, what)) {
            return &ops[i];
        }
    }
    bail_out("count: what=%s is unknown", what);
}

SUITE(count)
{
    unsigned times = config_number("times", 2);
    const struct op *op;
    char what[16];

    config_text("what", what, sizeof(what));
    op = find(what);
    op->prepare();
    op->run(times);
    mark();
    op->run(times);
    mark();
    op->run(2 * times);
    mark();
    op->check(4 * times);
}
