/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_insn": PVALIDATE, RMPADJUST and RMPQUERY (APM volume 3), what
 * they answer and what they raise; and that their neighbours are not there.
 * Two of those are, where CPUID tells of them (invlpgb=0: it does not).
 *
 * Suite "snp_insn_ud": none of them is there in any other guest.
 */
#include "paging.h"
#include "probe.h"
#include "run.h"
#include "segments.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "user64.h"

#define ALL_PERMS   0xfu
#define PATTERN     0x1122334455667788
#define NOWHERE     0xd0000000ull       /* no RAM there */
#define UPPER       (1ull << 40)        /* not of a register of 32 bits */
#define INT3        0xcc
#define VECTOR_BP   3
#define FLAG_CF     (1u << 0)
#define FLAG_ZF     (1u << 6)

static const struct insn_row {
    const char *name;
    struct code code;
    uintptr_t dx;               /* what lets it succeed */
} insns[] = {
    { "PVALIDATE", CODE(0xf2, 0x0f, 0x01, 0xff), 1 },
    { "RMPADJUST", CODE(0xf3, 0x0f, 0x01, 0xfe), 1 | ALL_PERMS << 8 },
    { "RMPQUERY", CODE(0xf3, 0x0f, 0x01, 0xfd), 1 },
};
#define INSNS (sizeof(insns) / sizeof(insns[0]))

/* Of these, the first three are for hypervisors. */
static const struct insn_row neighbours[] = {
    { "PSMASH", CODE(0xf3, 0x0f, 0x01, 0xff), 0 },
    { "RMPUPDATE", CODE(0xf2, 0x0f, 0x01, 0xfe), 0 },
    { "RMPREAD", CODE(0xf2, 0x0f, 0x01, 0xfd), 0 },
    { "RDPRU, which CPUID does not tell of,", CODE(0x0f, 0x01, 0xfd), 0 },
    { "TLBSYNC", CODE(0x0f, 0x01, 0xff), 0 },
    { "INVLPGB", CODE(0x0f, 0x01, 0xfe), 0 },
};
#define NEIGHBOURS (sizeof(neighbours) / sizeof(neighbours[0]))
#define WITH_CPUID 2            /* the last ones */

static struct fault try(const struct insn_row *row, uintptr_t va)
{
    struct gprs gprs = { .ax = va, .dx = row->dx };
    struct fault f = run_see(row->code.bytes, row->code.length, &gprs);

    f.value = f.vector == NO_FAULT ? gprs.ax : 0;
    return f;
}

static void check_raises(const struct insn_row *row, uintptr_t va,
                         struct fault want, const char *when)
{
    want.ip = (uintptr_t)run_code;
    check_fault(try(row, va), want, "%s %s is vector %u", row->name, when,
                want.vector);
}

static void check_answer(struct rmp_answer got, uint32_t status, bool carry,
                         const char *what)
{
    check(got.status == status && got.carry == carry && got.zero == !status,
          "%s: status %u, carry %u (got %u, %u)", what, status, carry,
          got.status, got.carry);
}

static void check_pvalidate(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    psc_one(page, GHCB_PSC_OP_PRIVATE, false);
    check_answer(pvalidate(page, 0, 0), RMP_SUCCESS, true,
                 "PVALIDATE rescinds what is not validated");
    check_answer(pvalidate(page, 0, 1), RMP_SUCCESS, false,
                 "PVALIDATE validates");
    check_answer(pvalidate(page, 0, 1), RMP_SUCCESS, true,
                 "PVALIDATE validates a second time");
    *(uint64_t *)page = PATTERN;
    check_answer(pvalidate(page + 0x123, 0, 0), RMP_SUCCESS, false,
                 "PVALIDATE rescinds, by an address within the page");
    check_answer(pvalidate(page, 0, 1), RMP_SUCCESS, false,
                 "PVALIDATE validates again");
    check_equal(*(uint64_t *)page, PATTERN, "and leaves the content alone");
}

static void accept_4k(uintptr_t page)
{
    for (unsigned i = 0; i < SIZE_2M / SIZE_4K; i++) {
        snp_accept(page + i * SIZE_4K, SIZE_4K);
    }
}

static void check_sizes(void)
{
    uintptr_t small = fresh_alloc(SIZE_2M), large = fresh_alloc(SIZE_2M);

    accept_4k(small);
    psc_one(large, GHCB_PSC_OP_PRIVATE, true);
    check_answer(pvalidate(small, 1, 1), RMP_FAIL_SIZEMISMATCH, false,
                 "PVALIDATE of 2M where pages have 4K");
    check_answer(rmpadjust(small, 1, 1), RMP_FAIL_SIZEMISMATCH, false,
                 "RMPADJUST of 2M where pages have 4K");
    check_answer(pvalidate(large + SIZE_4K, 1, 1), RMP_FAIL_INPUT, false,
                 "PVALIDATE of 2M at an address that is not aligned");
    check_answer(pvalidate(large, 1, 1), RMP_SUCCESS, false,
                 "PVALIDATE of 2M");
    check_answer(pvalidate(large + 0xfff, 1, 1), RMP_SUCCESS, true,
                 "PVALIDATE of 2M a second time");
    check_answer(rmpadjust(large + SIZE_4K, 1, 1), RMP_FAIL_INPUT, false,
                 "RMPADJUST of 2M at an address that is not aligned");
    check_answer(rmpadjust(large, 1, 1 | 3 << 8), RMP_SUCCESS, false,
                 "RMPADJUST of 2M");
    check_equal(rmpquery(large + 7 * SIZE_4K, 1).cx, RMP_PAGE_2M,
                "RMPQUERY tells of 2M");
    check_equal(rmpquery(large + 7 * SIZE_4K, 1).dx, 1 | 3 << 8,
                "RMPQUERY tells of any page in them");
    check_answer(rmpadjust(large + 9 * SIZE_4K, 0, 1 | 5 << 8), RMP_SUCCESS,
                 false, "RMPADJUST of 4K within 2M, which splits them");
    check_equal(rmpquery(large + 9 * SIZE_4K, 1).cx, RMP_PAGE_4K,
                "RMPQUERY tells of 4K");
    check_equal(rmpquery(large + 9 * SIZE_4K, 1).dx, 1 | 5 << 8,
                "with the new permissions");
    check_equal(rmpquery(large + 8 * SIZE_4K, 1).dx, 1 | 3 << 8,
                "next to a page with the old ones");
    check_answer(pvalidate(large, 1, 0), RMP_FAIL_SIZEMISMATCH, false,
                 "PVALIDATE of 2M that were split");
}

static void check_split(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M);

    snp_accept(page, SIZE_2M);
    check_answer(pvalidate(page + 3 * SIZE_4K, 0, 0), RMP_SUCCESS, false,
                 "PVALIDATE rescinds 4K within 2M, which splits them");
    check_answer(pvalidate(page + 2 * SIZE_4K, 0, 1), RMP_SUCCESS, true,
                 "the page before is still validated");
    check_answer(pvalidate(page + 4 * SIZE_4K, 0, 1), RMP_SUCCESS, true,
                 "the page behind is still validated");
    check_answer(pvalidate(page + 3 * SIZE_4K, 0, 1), RMP_SUCCESS, false,
                 "the page itself was not");
}

/* Of 4K by the guest's tables, for which the instruction wants 2M */
static void check_guest_size(void)
{
    uintptr_t page = fresh_alloc(SIZE_2M);
    struct path path;

    snp_accept(page, SIZE_2M);
    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u);
    path.va = path.va & -(uintptr_t)SIZE_2M;
    path_load(&path, c_bit);
    check_answer(pvalidate(path.va, 1, 1), RMP_SUCCESS, true,
                 "PVALIDATE of 2M by an address that the guest maps as 4K");
    path.entry[1][5] = *path.entry[1];
    check_answer(pvalidate(path.va + 5 * SIZE_4K, 1, 1), RMP_FAIL_INPUT,
                 false, "PVALIDATE of 2M by one that is not aligned to 2M");
    *path.entry[1] += 6 * SIZE_4K;
    path_load(&path, c_bit);
    check_answer(pvalidate(path.va, 1, 1), RMP_FAIL_INPUT, false,
                 "PVALIDATE of 2M by one that it maps to 4K within them");
    path_leave();
}

/* How many of them are not read back as they were written */
static unsigned wrong_permissions(uintptr_t page)
{
    unsigned wrong = 0;

    for (unsigned i = 0; i < 16 * 16 * 16; i++) {
        for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
            unsigned perms = i >> (4 * (vmpl - 1)) & 15;

            wrong += rmpadjust(page, 0, vmpl | perms << 8).status;
        }
        for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
            unsigned perms = i >> (4 * (vmpl - 1)) & 15;

            wrong += rmpquery(page, vmpl).dx != (vmpl | perms << 8);
        }
    }
    return wrong;
}

static void check_permissions(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    snp_accept(page, SIZE_4K);
    check_equal(rmpquery(page, 0).dx, ALL_PERMS << 8,
                "VMPL 0 may do everything with a new page");
    for (unsigned vmpl = 1; vmpl < RMP_VMPLS; vmpl++) {
        check_equal(rmpquery(page, vmpl).dx, vmpl,
                    "VMPL %u may do nothing with a new page", vmpl);
    }
    check_equal(wrong_permissions(page), 0,
                "each permission of each VMPL is read back");
    check_answer(rmpadjust(page, 0, 0 | ALL_PERMS << 8), RMP_FAIL_PERMISSION,
                 false, "RMPADJUST of the own VMPL");
    check_answer(rmpadjust(page, 0, 4), RMP_FAIL_INPUT, false,
                 "RMPADJUST of VMPL 4");
    check_answer(rmpquery(page, 4), RMP_FAIL_INPUT, false,
                 "RMPQUERY of VMPL 4");
    check_answer(rmpadjust(page, 0, 1 | 1ull << 63), RMP_FAIL_INPUT, false,
                 "RMPADJUST with a reserved bit");
    check_answer(rmpadjust(page, 0, 1 | 0x80 << 8), RMP_FAIL_INPUT, false,
                 "RMPADJUST of a permission that there is not");
    check_equal(rmpquery(page, 0).dx, ALL_PERMS << 8,
                "VMPL 0 may still do everything");
    snp_give_up(page, SIZE_4K);
    snp_accept(page, SIZE_4K);
    check_equal(rmpquery(page, 3).dx, 3,
                "who gets a page anew has its permissions anew");
}

static void check_vmsa_bit(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    snp_accept(page, SIZE_4K);
    check_answer(rmpadjust(page, 0, 1 | RMP_ATTR_VMSA), RMP_SUCCESS, false,
                 "RMPADJUST makes a save area");
    check_equal(rmpquery(page, 1).dx, 1 | RMP_ATTR_VMSA,
                "RMPQUERY tells of it");
    check_equal(catch_vc(probe_write, page, PATTERN).vector, NO_FAULT,
                "the guest may write there while it isn't in use");
    check_answer(rmpadjust(page, 0, 1), RMP_SUCCESS, false,
                 "RMPADJUST takes it away");
    check_equal(rmpquery(page, 1).dx, 1, "RMPQUERY tells of that");
}

static void check_not_validated(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);
    const struct fault vc = {
        .vector = VECTOR_VC, .error = VC_EXIT_NOT_VALIDATED,
    };

    psc_one(page, GHCB_PSC_OP_PRIVATE, false);
    check_raises(&insns[1], page, vc, "of a page that is not validated");
    check_raises(&insns[2], page, vc, "of a page that is not validated");
}

/* The operand's checks are those of a read of a byte. */
static void check_mapping(const struct insn_row *row)
{
    uintptr_t page = page_alloc();
    struct path path;

    path_build(&path, 1, page);
    path_encrypt(&path, c_bit, ~0u << 2);
    path_load(&path, c_bit);
    check_raises(row, path.va, (struct fault) { .vector = VECTOR_GP },
                 "with C=0");
    *path.entry[1] |= c_bit;
    *path.entry[1] &= ~PTE_WRITABLE;
    path_load(&path, c_bit);
    check_equal(try(row, path.va).vector, NO_FAULT,
                "%s may name a read-only page", row->name);
    *path.entry[1] &= ~PTE_PRESENT;
    path_load(&path, c_bit);
    check_raises(row, path.va, (struct fault) {
        .vector = VECTOR_PF, .cr2 = path.va,
    }, "of a page that is not present");
    *path.entry[1] = NOWHERE | c_bit | PTE_PRESENT | PTE_WRITABLE;
    path_load(&path, c_bit);
    check_raises(row, path.va, (struct fault) { .vector = VECTOR_GP },
                 "of what is no RAM");
    path_leave();
}

/* At this place, and then INT3 */
static struct fault try_at(const struct insn_row *row, uintptr_t va,
                           uintptr_t cs)
{
    struct gprs gprs = { .ax = va, .dx = row->dx };

    run_place(row->code.bytes, row->code.length);
    run_code[row->code.length] = INT3;
    return user_fault(catch_vc(user_run, (uintptr_t)&gprs, cs));
}

static void check_at(const struct insn_row *row, uintptr_t cs,
                     const char *where, unsigned vector)
{
    check_fault(try_at(row, page_alloc(), cs), (struct fault) {
        .vector = vector, .ip = (uintptr_t)run_code,
    }, "%s %s is vector %u", row->name, where, vector);
}

static void check_user(const struct insn_row *row, unsigned vector)
{
    check_at(row, SEL_USER_CODE64, "at CPL 3", vector);
}

static void check_pvalidate_compatible(uintptr_t page, bool carry)
{
    struct fault f = try_at(&insns[0], page | UPPER, SEL_CODE32);
    const struct regs *regs = caught_regs();

    check_fault(f, (struct fault) {
        .vector = VECTOR_BP,
        .ip = (uintptr_t)run_code + insns[0].code.length + 1,
    }, "PVALIDATE in compatibility mode is executed");
    check_equal(regs->ax, RMP_SUCCESS, "and succeeds");
    check_equal(regs->flags & (FLAG_CF | FLAG_ZF),
                (carry ? FLAG_CF : 0) | FLAG_ZF, "with the right flags");
}

/* The other two are there in 64-bit mode alone. */
static void check_compatible(void)
{
    uintptr_t page = fresh_alloc(SIZE_4K);

    psc_one(page, GHCB_PSC_OP_PRIVATE, false);
    check_pvalidate_compatible(page, false);
    check_pvalidate_compatible(page, true);
    check(pvalidate(page, 0, 1).carry, "that was the page that EAX names");
    check_at(&insns[0], SEL_USER_CODE32, "at CPL 3 in compatibility mode",
             VECTOR_GP);
    for (unsigned i = 1; i < INSNS; i++) {
        check_at(&insns[i], SEL_CODE32, "in compatibility mode", VECTOR_UD);
        check_at(&insns[i], SEL_USER_CODE32, "at CPL 3 in compatibility mode",
                 VECTOR_UD);
    }
}

static void check_neighbours(void)
{
    unsigned there = config_number("invlpgb", 1) ? WITH_CPUID : 0;

    for (unsigned i = 0; i < NEIGHBOURS - there; i++) {
        check_raises(&neighbours[i], page_alloc(),
                     (struct fault) { .vector = VECTOR_UD }, "at CPL 0");
        check_user(&neighbours[i], VECTOR_UD);
    }
}

SUITE(snp_insn)
{
    check_pvalidate();
    check_sizes();
    check_split();
    check_guest_size();
    check_permissions();
    check_vmsa_bit();
    check_not_validated();
    tss_init();
    user_allow((uintptr_t)run_code);
    for (unsigned i = 0; i < INSNS; i++) {
        check_mapping(&insns[i]);
        check_user(&insns[i], VECTOR_GP);
    }
    check_compatible();
    check_neighbours();
}

SUITE(snp_insn_ud)
{
    tss_init();
    user_allow((uintptr_t)run_code);
    for (unsigned i = 0; i < INSNS; i++) {
        check_raises(&insns[i], page_alloc(),
                     (struct fault) { .vector = VECTOR_UD }, "at CPL 0");
        check_user(&insns[i], VECTOR_UD);
    }
}
