/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "first": proves that the machinery of these tests notices failures.
 * "mode=" is passing, failing, bailing, or one of the ways to die that give
 * no verdict at all.
 */
#include "probe.h"
#include "suite.h"
#include "text.h"

SUITE(first)
{
    char mode[16];

    config_text("mode", mode, sizeof(mode));
    check(true, "the guest runs");
    if (str_equal(mode, "failing")) {
        check_equal(2 + 2, 5, "two and two make five");
    } else if (str_equal(mode, "bailing")) {
        asm volatile("ud2");
    } else if (str_equal(mode, "hanging")) {
        asm volatile("cli; hlt");
    } else if (str_equal(mode, "no-plan")) {
        tap_end(VERDICT_PASSED);
    }
}
