/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A suite is a function full of checks, chosen by its name in the guest's
 * configuration.  SUITE(name) before its body makes it known; there
 * is no list of them.
 */
#ifndef GUESTS_SUITE_H
#define GUESTS_SUITE_H

#include "config.h"
#include "tap.h"
#include "x86.h"

struct suite {
    const char *name;
    void (*run)(void);
};

#define SUITE(name_)                                                    \
    static void suite_##name_(void);                                    \
    __attribute__((used, section(".suites")))                           \
    static const struct suite entry_##name_ = { #name_, suite_##name_ }; \
    static void suite_##name_(void)

#endif
