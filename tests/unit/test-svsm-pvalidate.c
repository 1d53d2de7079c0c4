/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page states that a guest asks the SVSM of tests/svsm for: right and wrong */

#include <glib.h>

#include "svsm-fixture.h"

static void assert_given(unsigned page)
{
    g_assert_true(machine.page[page].valid);
    g_assert_cmpuint(machine.page[page].permissions, ==, RMP_PERM_ALL);
}

static void test_pvalidate(void)
{
    setup();
    set_list(2, 0);
    set_entry(0, gpa_of(5) | SVSM_PVALIDATE_VALID);
    set_entry(1, gpa_of(9) | SVSM_PVALIDATE_VALID);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_SUCCESS);
    g_assert_cmpuint(next_entry(), ==, 2);
    assert_given(5);
    assert_given(9);
    g_assert_false(machine.page[6].valid);

    g_assert_cmphex(pvalidate_entry(gpa_of(5)), ==, SVSM_SUCCESS);
    g_assert_false(machine.page[5].valid);
    g_assert_cmpuint(machine.page[5].permissions, ==, 0);
}

static void test_pvalidate_2m(void)
{
    setup();
    g_assert_cmphex(pvalidate_entry(gpa_of(RMP_2M_PAGES) | RMP_PAGE_2M |
                                    SVSM_PVALIDATE_VALID), ==, SVSM_SUCCESS);
    assert_given(RMP_2M_PAGES);
    assert_given(2 * RMP_2M_PAGES - 1);
    g_assert_cmphex(pvalidate_entry(gpa_of(RMP_2M_PAGES) | RMP_PAGE_2M), ==,
                    SVSM_SUCCESS);
    g_assert_false(machine.page[RMP_2M_PAGES].valid);

    machine.split = true;
    g_assert_cmphex(pvalidate_entry(gpa_of(RMP_2M_PAGES) | RMP_PAGE_2M |
                                    SVSM_PVALIDATE_VALID), ==, SVSM_SUCCESS);
    assert_given(RMP_2M_PAGES);
    assert_given(2 * RMP_2M_PAGES - 1);

    machine.only_4k = true;
    for (unsigned valid = 0; valid <= SVSM_PVALIDATE_VALID;
         valid += SVSM_PVALIDATE_VALID) {
        g_assert_cmphex(pvalidate_entry(gpa_of(RMP_2M_PAGES) | RMP_PAGE_2M |
                                        valid), ==,
                        SVSM_ERR_PROTOCOL_BASE + RMP_FAIL_SIZEMISMATCH);
    }
}

static void test_pvalidate_no_change(void)
{
    setup();
    machine.page[5].valid = true;
    g_assert_cmphex(pvalidate_entry(gpa_of(5) | SVSM_PVALIDATE_VALID), ==,
                    SVSM_ERR_PVALIDATE_NO_CHANGE);
    g_assert_cmpuint(machine.page[5].permissions, ==, 0);
    g_assert_cmpuint(next_entry(), ==, 0);
    g_assert_cmphex(pvalidate_entry(gpa_of(5) | SVSM_PVALIDATE_VALID |
                                    SVSM_PVALIDATE_IGNORE_CF), ==,
                    SVSM_SUCCESS);
    assert_given(5);
    g_assert_cmphex(pvalidate_entry(gpa_of(6)), ==,
                    SVSM_ERR_PVALIDATE_NO_CHANGE);
    g_assert_cmphex(pvalidate_entry(gpa_of(6) | SVSM_PVALIDATE_IGNORE_CF),
                    ==, SVSM_SUCCESS);
}

/* Each from the list's first entry; what was done before stays done. */
static void test_pvalidate_bad_entries(void)
{
    const struct {
        uint64_t entry, result;
    } rows[] = {
        { gpa_of(5) | 0x10, SVSM_ERR_INVALID_PARAMETER },
        { gpa_of(5) | 0x800, SVSM_ERR_INVALID_PARAMETER },
        { gpa_of(5) | 2, SVSM_ERR_INVALID_PARAMETER },
        { gpa_of(0) | 3, SVSM_ERR_INVALID_PARAMETER },
        { gpa_of(1) | RMP_PAGE_2M, SVSM_ERR_INVALID_PARAMETER },
        { gpa_of(PAGES), SVSM_ERR_INVALID_ADDRESS },
        { gpa_of(PAGES) | RMP_PAGE_2M, SVSM_ERR_INVALID_ADDRESS },
        { gpa_of(-1), SVSM_ERR_INVALID_ADDRESS },
        { SVSM_BASE, SVSM_ERR_INVALID_ADDRESS },
        { ~0xfffull, SVSM_ERR_INVALID_ADDRESS },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        setup();
        set_list(2, 0);
        set_entry(0, gpa_of(4) | SVSM_PVALIDATE_VALID);
        set_entry(1, rows[i].entry | SVSM_PVALIDATE_VALID);
        g_assert_cmphex(pvalidate_list(), ==, rows[i].result);
        g_assert_cmpuint(next_entry(), ==, 1);
        assert_given(4);
        g_assert_false(machine.page[5].valid);
    }
}

static void test_pvalidate_bad_lists(void)
{
    const unsigned most = (PAGE_SIZE - sizeof(SvsmPvalidate)) / sizeof(le64);

    setup();
    set_list(0, 0);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_ERR_INVALID_PARAMETER);
    set_list(1, 1);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_ERR_INVALID_PARAMETER);
    set_list(most + 1, most);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_ERR_INVALID_PARAMETER);
    set_list(0xffff, 0);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_ERR_INVALID_PARAMETER);
    g_assert_cmphex(CORE(SVSM_CORE_PVALIDATE, .rcx = gpa_of(0) + 4), ==,
                    SVSM_ERR_INVALID_PARAMETER);
    g_assert_cmphex(CORE(SVSM_CORE_PVALIDATE, .rcx = SVSM_BASE), ==,
                    SVSM_ERR_INVALID_ADDRESS);
    /* Room for the list's head alone */
    g_assert_cmphex(CORE(SVSM_CORE_PVALIDATE, .rcx = gpa_of(1) - 8), ==,
                    SVSM_ERR_INVALID_PARAMETER);
    /* The last of as many as there can be */
    set_list(most, most - 1);
    set_entry(most - 1, gpa_of(5) | SVSM_PVALIDATE_VALID);
    g_assert_cmphex(pvalidate_list(), ==, SVSM_SUCCESS);
    assert_given(5);
    machine.fault = true;
    g_assert_cmphex(pvalidate_list(), ==, SVSM_ERR_INVALID_ADDRESS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/svsm/pvalidate", test_pvalidate);
    g_test_add_func("/svsm/pvalidate/2m", test_pvalidate_2m);
    g_test_add_func("/svsm/pvalidate/no-change", test_pvalidate_no_change);
    g_test_add_func("/svsm/pvalidate/bad-entries", test_pvalidate_bad_entries);
    g_test_add_func("/svsm/pvalidate/bad-lists", test_pvalidate_bad_lists);
    return g_test_run();
}
