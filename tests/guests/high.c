/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "high" (long mode, needs 3 GiB of memory): only the C-bit is left out
 * of an address, not the other bits above 4 GiB.
 */
#include "paging.h"
#include "suite.h"

/* Far from the program, the pool of pages and each other's alias. */
#define LOW     0x02000000u
#define HIGH    0x102000000ull

SUITE(high)
{
    struct path path;

    path_build(&path, config_page(), HIGH);
    path_encrypt(&path, config_c_bit(), ~0u);
    path_load(&path, config_c_bit());
    write32(LOW, 0x10);
    write32(path.va, 0x419);
    check_equal(read32(path.va), 0x419,
                "memory above 4 GiB is reached with the C-bit");
    check_equal(read32(LOW), 0x10, "memory below 4 GiB is another");
    path_leave();
}
