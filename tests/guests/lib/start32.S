/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Start of the 32-bit image: main runs in flat protected mode without paging.
 */
    .text
    .code32
    .globl start, ap_start
start:
    call find_c_bit
    call main
    ud2

/* An AP, on a stack of its own. */
ap_start:
    call ap_main
    ud2
