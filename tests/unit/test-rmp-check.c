/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The check of every access: memctl/rmp-check.c, APM volume 2 table 15-39.
 */

#include <string.h>

#include "rmp-fixture.h"

/*
 * What is in memory: pages of 4K from MEM on, one of 2M at MEM_2M. All are
 * the guest's, at GPA, validated, unless their name says something else.
 */
enum {
    VALID, FREE, INVALID, OTHERS, FIRMWARE_PAGE, PRE_GUEST_PAGE, PRE_SWAP_PAGE,
    VMSA_PAGE, RUNNING_VMSA,
    NOTHING,                            /* permissions, of VMPL1 to 3 */
    ONLY_READ, ONLY_WRITE, ONLY_USER, ONLY_SUPERVISOR, READ_WRITE, ALL,
    PAGES_4K,
    LARGE, UNCOVERED, FREE_REGION,
};

#define AT(page) ((page) < PAGES_4K ? MEM + (page) * RMP_PAGE_SIZE : \
                  (page) == LARGE ? MEM_2M + 5 * RMP_PAGE_SIZE : \
                  (page) == FREE_REGION ? MEM + 2 * RMP_2M_PAGE_SIZE : \
                  ELSEWHERE)

static void put(RmpFixture *f, unsigned page, bool immutable, bool validated)
{
    RmpEntry entry = entry_at(f, AT(page));
    RmpPageState from = rmp_page_state(&entry);

    entry.immutable = immutable;
    entry.validated = validated;
    g_assert_cmpuint(rmp_firmware_change(f->rmp, NULL, AT(page), from, &entry),
                     ==, RMP_SUCCESS);
}

static void fill(RmpFixture *f)
{
    RmpState state;

    for (unsigned page = 0; page < PAGES_4K; page++) {
        if (page != FREE) {
            must_assign(f, AT(page), RMP_PAGE_4K);
        }
        if (page != FREE && page != INVALID) {
            must_validate(f, AT(page), RMP_PAGE_4K);
        }
        for (unsigned vmpl = 1; page > NOTHING && vmpl < RMP_VMPLS; vmpl++) {
            static const uint8_t perms[] = { 0, 1, 2, 4, 8, 3, 15 };

            must_adjust(f, AT(page), RMP_PAGE_4K,
                        adjust_rdx(vmpl, perms[page - NOTHING]));
        }
    }
    must_assign(f, MEM_2M, RMP_PAGE_2M);
    must_validate(f, MEM_2M, RMP_PAGE_2M);
    state = guest_state(AT(OTHERS), RMP_PAGE_4K);
    state.asid++;
    must_update(f, AT(OTHERS), &state);
    put(f, OTHERS, false, true);
    state = (RmpState) { .assigned = 1, .immutable = 1 };
    must_update(f, AT(FIRMWARE_PAGE), &state);
    put(f, PRE_GUEST_PAGE, true, false);
    put(f, PRE_SWAP_PAGE, true, true);
    must_adjust(f, AT(VMSA_PAGE), RMP_PAGE_4K, 1 | RMP_ATTR_VMSA);
    must_adjust(f, AT(RUNNING_VMSA), RMP_PAGE_4K, 1 | RMP_ATTR_VMSA);
    g_assert_cmpuint(rmp_vmsa_enter(f->rmp, NULL, AT(RUNNING_VMSA),
                                    AT(RUNNING_VMSA) - MEM + GPA, ASID),
                     ==, RMP_RULE_NONE);
}

#define PRIVATE true
#define SHARED  false
#define OK      RMP_RULE_NONE

typedef struct Row {
    const char *name;
    unsigned page;
    bool c_bit;
    RmpAccessKind kind;
    unsigned page_size;
    unsigned vmpl;
    RmpRule rule;
    uint64_t gpa_off;                   /* added to the right one */
} Row;

static const Row rows[] = {
    { "a guest reads its page", VALID, PRIVATE, RMP_READ, P4K, 0, OK },
    { "a guest writes its page", VALID, PRIVATE, RMP_WRITE, P4K, 0, OK },
    { "a guest executes its page as user",
      VALID, PRIVATE, RMP_FETCH_USER, P4K, 0, OK },
    { "a guest executes its page as supervisor",
      VALID, PRIVATE, RMP_FETCH_SUPERVISOR, P4K, 0, OK },
    { "a guest has page tables in its page",
      VALID, PRIVATE, RMP_WALK, P4K, 0, OK },
    { "a guest's page tables get accessed bits",
      VALID, PRIVATE, RMP_WALK_WRITE, P4K, 0, OK },
    { "a 2M page is read", LARGE, PRIVATE, RMP_READ, P2M, 0, OK },
    { "a 2M page is written", LARGE, PRIVATE, RMP_WRITE, P2M, 0, OK },
    { "a 2M page is executed",
      LARGE, PRIVATE, RMP_FETCH_SUPERVISOR, P2M, 0, OK },
    { "a 2M page has page tables",
      LARGE, PRIVATE, RMP_WALK_WRITE, P2M, 0, OK },
    { "a VMSA that does not run is written",
      VMSA_PAGE, PRIVATE, RMP_WRITE, P4K, 0, OK },

    /* RMP-Covered */
    { "no memory is read as private",
      UNCOVERED, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_NOT_COVERED },
    { "no memory is executed",
      UNCOVERED, SHARED, RMP_FETCH_USER, P4K, 0, RMP_RULE_NOT_COVERED },
    { "no memory is written as shared",
      UNCOVERED, SHARED, RMP_WRITE, P4K, 0, OK },
    { "no memory is written as shared through 2M",
      UNCOVERED, SHARED, RMP_WRITE, P2M, 0, OK },

    /* Guest-Owned */
    { "the hypervisor's page is read as private",
      FREE, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_NOT_ASSIGNED },
    { "the hypervisor's page is executed, whatever the C-bit",
      FREE, SHARED, RMP_FETCH_SUPERVISOR, P4K, 0, RMP_RULE_NOT_ASSIGNED },
    { "the hypervisor's page has page tables, whatever the C-bit",
      FREE, SHARED, RMP_WALK, P4K, 0, RMP_RULE_NOT_ASSIGNED },
    { "the hypervisor's 2M are read as private",
      FREE_REGION, PRIVATE, RMP_READ, P2M, 0, RMP_RULE_NOT_ASSIGNED },
    { "another guest's page is read",
      OTHERS, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_OTHER_GUEST },
    { "firmware's page is read",
      FIRMWARE_PAGE, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_OTHER_GUEST },

    /* Reverse-Map */
    { "a page is mapped elsewhere",
      VALID, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_GPA, 0x1000 },
    { "a page is mapped far away",
      VALID, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_GPA, 1ull << 47 },
    { "a 2M page is mapped elsewhere",
      LARGE, PRIVATE, RMP_READ, P2M, 0, RMP_RULE_GPA, RMP_2M_PAGE_SIZE },
    { "a 2M page's 4K are mapped in another order",
      LARGE, PRIVATE, RMP_READ, P2M, 0, RMP_RULE_GPA, 0x1000 },
    { "the byte in the page is of no interest",
      VALID, PRIVATE, RMP_READ, P4K, 0, OK, 0xfff },

    /* Mutable */
    { "a page of a launch that goes on is read",
      PRE_GUEST_PAGE, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_IMMUTABLE },
    { "a page about to be swapped is read",
      PRE_SWAP_PAGE, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_IMMUTABLE },

    /* Page-Size */
    { "a 4K page is mapped as 2M",
      VALID, PRIVATE, RMP_READ, P2M, 0, RMP_RULE_NESTED_SIZE },
    { "a 2M page is mapped as 4K",
      LARGE, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_NESTED_SIZE },
    { "size goes before validation",
      INVALID, PRIVATE, RMP_READ, P2M, 0, RMP_RULE_NESTED_SIZE },

    /* In use */
    { "a running VMSA is read",
      RUNNING_VMSA, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_IN_USE },
    { "a running VMSA is written",
      RUNNING_VMSA, PRIVATE, RMP_WRITE, P4K, 0, RMP_RULE_IN_USE },

    /* Validated */
    { "an unvalidated page is read",
      INVALID, PRIVATE, RMP_READ, P4K, 0, RMP_RULE_NOT_VALIDATED },
    { "an unvalidated page is written",
      INVALID, PRIVATE, RMP_WRITE, P4K, 0, RMP_RULE_NOT_VALIDATED },
    { "an unvalidated page is executed",
      INVALID, PRIVATE, RMP_FETCH_USER, P4K, 0, RMP_RULE_NOT_VALIDATED },
    { "an unvalidated page has page tables",
      INVALID, PRIVATE, RMP_WALK, P4K, 0, RMP_RULE_NOT_VALIDATED },
    { "validation goes before permission",
      INVALID, PRIVATE, RMP_READ, P4K, 3, RMP_RULE_NOT_VALIDATED },

    /* VMPL: "no permission" for each kind is in test_vmpl() as well */
    { "VMPL1 reads what it may not",
      VALID, PRIVATE, RMP_READ, P4K, 1, RMP_RULE_VMPL },
    { "VMPL3 reads a 2M page that it may not",
      LARGE, PRIVATE, RMP_READ, P2M, 3, RMP_RULE_VMPL },
    { "no such VMPL", ALL, PRIVATE, RMP_READ, P4K, 4, RMP_RULE_VMPL },
    { "no such VMPL at all",
      ALL, PRIVATE, RMP_READ, P4K, 255, RMP_RULE_VMPL },

    /* Hypervisor-Owned */
    { "the hypervisor's page is written as shared",
      FREE, SHARED, RMP_WRITE, P4K, 0, OK },
    { "the hypervisor's page is read as shared",
      FREE, SHARED, RMP_READ, P4K, 0, OK },
    { "the hypervisor's 2M are written as shared",
      FREE_REGION, SHARED, RMP_WRITE, P2M, 0, OK },
    { "the guest's page is written as shared",
      VALID, SHARED, RMP_WRITE, P4K, 0, RMP_RULE_SHARED_ASSIGNED },
    { "the guest's 2M page is written as shared",
      LARGE, SHARED, RMP_WRITE, P4K, 0, RMP_RULE_SHARED_ASSIGNED },
    { "the guest's 2M page is written as shared through 2M",
      LARGE, SHARED, RMP_WRITE, P2M, 0, RMP_RULE_SHARED_ASSIGNED },
    { "an unvalidated page is written as shared",
      INVALID, SHARED, RMP_WRITE, P4K, 0, RMP_RULE_SHARED_ASSIGNED },
    { "another guest's page is written as shared",
      OTHERS, SHARED, RMP_WRITE, P4K, 0, RMP_RULE_SHARED_ASSIGNED },
    { "firmware's page is written as shared",
      FIRMWARE_PAGE, SHARED, RMP_WRITE, P4K, 0, RMP_RULE_SHARED_ASSIGNED },
    { "2M are written as shared, and a page in them is the guest's",
      FREE, SHARED, RMP_WRITE, P2M, 0, RMP_RULE_SHARED_REGION },
    { "the guest's page is read as shared: ciphertext",
      VALID, SHARED, RMP_READ, P4K, 0, OK },
};

static void check_error(const RmpFault *fault, const RmpAccess *access)
{
    bool private = access->c_bit || access->kind > RMP_WRITE;
    bool walk = access->kind >= RMP_WALK;
    bool fetch = access->kind == RMP_FETCH_USER ||
                 access->kind == RMP_FETCH_SUPERVISOR;
    bool write = access->kind == RMP_WRITE || access->kind == RMP_WALK_WRITE;

    if (fault->rule == RMP_RULE_NONE) {
        g_assert_cmpuint(fault->kind, ==, RMP_FAULT_NONE);
        return;
    }
    if (fault->rule == RMP_RULE_NOT_VALIDATED) {
        g_assert_cmpuint(fault->kind, ==, RMP_FAULT_VC);
        g_assert_cmphex(fault->error, ==, 0x404);
        return;
    }
    g_assert_cmpuint(fault->kind, ==, RMP_FAULT_NPF);
    g_assert_cmphex(fault->error, ==,
                    0x80000005ull | write << 1 | fetch << 4 |
                    (uint64_t)!walk << 32 | (uint64_t)walk << 33 |
                    (uint64_t)private << 34 |
                    (uint64_t)(fault->rule == RMP_RULE_VMPL) << 36);
}

static void check_row(RmpFixture *f, const Row *row, RmpRule rule)
{
    RmpAccess access = operand_at(AT(row->page), row->page_size).access;
    RmpFault fault;
    bool ok;

    access.gpa += row->gpa_off;
    access.c_bit = row->c_bit;
    access.kind = row->kind;
    access.vmpl = row->vmpl;
    ok = rmp_check(f->rmp, &access, &fault);
    g_test_message("%s: %s", row->name, rmp_rule_text(fault.rule));
    g_assert_cmpuint(fault.rule, ==, rule);
    g_assert_true(ok == (rule == RMP_RULE_NONE));
    check_error(&fault, &access);
}

static void test_rows(RmpFixture *f)
{
    fill(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        check_row(f, &rows[i], rows[i].rule);
    }
}

/* As KVM has it: a shared read is checked as a shared write is */
static void test_shared_reads(void)
{
    RmpFixture f;

    fixture_init(&f, true);
    fill(&f);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        Row row = rows[i];

        if (!row.c_bit && row.kind == RMP_WRITE) {
            row.kind = RMP_READ;
            check_row(&f, &row, row.rule);
        } else if (!row.c_bit && row.kind == RMP_READ) {
            check_row(&f, &row, row.page == FREE ? RMP_RULE_NONE :
                      RMP_RULE_SHARED_ASSIGNED);
        }
    }
    rmp_free(f.rmp);
}

/* Each kind of access, by each VMPL, of pages with each permission */
static void test_vmpl(RmpFixture *f)
{
    static const struct {
        unsigned page;
        const char *may;                /* one letter for each kind */
    } pages[] = {
        { NOTHING,         "......" },
        { ONLY_READ,       "r...w." },
        { ONLY_WRITE,      "......" },  /* illegal: 15.36.7 */
        { ONLY_USER,       "..u..." },
        { ONLY_SUPERVISOR, "...s.." },
        { READ_WRITE,      "rw..wW" },
        { ALL,             "rwuswW" },
    };

    fill(f);
    for (unsigned i = 0; i < G_N_ELEMENTS(pages); i++) {
        for (unsigned j = 0; j < RMP_VMPLS * 6; j++) {
            Row row = {
                .name = pages[i].may,
                .page = pages[i].page,
                .c_bit = PRIVATE,
                .kind = j % 6,
                .vmpl = j / 6,
            };
            bool may = !row.vmpl || pages[i].may[row.kind] != '.';

            check_row(f, &row, may ? RMP_RULE_NONE : RMP_RULE_VMPL);
        }
    }
}

/* One VMPL's permissions are not another's */
static void test_vmpl_apart(RmpFixture *f)
{
    must_assign(f, MEM_2M, RMP_PAGE_2M);
    must_validate(f, MEM_2M, RMP_PAGE_2M);
    must_adjust(f, MEM_2M, RMP_PAGE_2M, adjust_rdx(2, RMP_PERM_READ));
    for (unsigned vmpl = 0; vmpl < RMP_VMPLS; vmpl++) {
        Row row = {
            .name = "only VMPL2",
            .page = LARGE,
            .c_bit = PRIVATE,
            .page_size = P2M,
            .vmpl = vmpl,
        };

        check_row(f, &row, vmpl % 2 ? RMP_RULE_VMPL : RMP_RULE_NONE);
    }
}

static void test_host(RmpFixture *f)
{
    fill(f);
    g_assert_cmpuint(rmp_check_host(f->rmp, AT(FREE), P4K), ==, OK);
    g_assert_cmpuint(rmp_check_host(f->rmp, AT(FREE_REGION), P2M), ==, OK);
    g_assert_cmpuint(rmp_check_host(f->rmp, ELSEWHERE, P2M), ==, OK);
    g_assert_cmpuint(rmp_check_host(f->rmp, AT(VALID), P4K), ==,
                     RMP_RULE_SHARED_ASSIGNED);
    g_assert_cmpuint(rmp_check_host(f->rmp, AT(LARGE), P4K), ==,
                     RMP_RULE_SHARED_ASSIGNED);
    g_assert_cmpuint(rmp_check_host(f->rmp, AT(FREE), P2M), ==,
                     RMP_RULE_SHARED_REGION);
}

/* The line that tells a person what happened */
static void test_text(RmpFixture *f)
{
    RmpAccess access = operand_at(AT(VALID), P4K).access;
    char text[400], little[10];
    RmpFault fault;

    fill(f);
    access.c_bit = true;
    access.vmpl = 1;
    g_assert_false(rmp_check(f->rmp, &access, &fault));
    rmp_fault_text(&fault, &access, text, sizeof(text));
    g_assert_cmpstr(text, ==,
                    "not permitted to the VMPL: private read at VMPL 1 by "
                    "ASID 5 of GPA 0x40000000 at SPA 0x100000000, nested 4K; "
                    "entry: Guest-Valid, ASID 5, GPA 0x40000000, 4K, VMPL "
                    "permissions f 0 0 0; expected RMPADJUST by a more "
                    "privileged VMPL before");
    rmp_fault_text(&fault, &access, little, sizeof(little));
    g_assert_cmpstr(little, ==, "not permi");
    access.spa = ELSEWHERE;
    g_assert_false(rmp_check(f->rmp, &access, &fault));
    rmp_fault_text(&fault, &access, text, sizeof(text));
    g_assert_nonnull(strstr(text, "entry: Default"));
    for (unsigned rule = 0; rule < RMP_RULES; rule++) {
        g_assert_nonnull(rmp_rule_text(rule));
        fault.rule = rule;
        rmp_fault_text(&fault, &access, text, sizeof(text));
        g_assert_null(strstr(text, "(null)"));
        g_assert_null(strstr(text, "unknown"));
    }
    g_assert_cmpstr(rmp_rule_text(RMP_RULES), ==, "unknown");
    g_assert_cmpstr(rmp_page_state_name(RMP_RECLAIM + 1), ==, "unknown");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/rmp/check/rows", test_rows);
    g_test_add_func("/rmp/check/shared-reads", test_shared_reads);
    ADD_TEST("/rmp/check/vmpl", test_vmpl);
    ADD_TEST("/rmp/check/vmpl-apart", test_vmpl_apart);
    ADD_TEST("/rmp/check/host", test_host);
    ADD_TEST("/rmp/check/text", test_text);
    return g_test_run();
}
