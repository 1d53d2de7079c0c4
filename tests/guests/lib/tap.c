/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts: see tap.h. */
#include "tap.h"
#include "text.h"
#include "x86.h"

#define DEBUG_EXIT_PORT 0xf4

static struct tap_count count;

static bool result(bool ok, const char *name, va_list args)
{
    count.done++;
    count.failed += !ok;
    print("%s %u - ", ok ? "ok" : "not ok", count.done);
    vprint(name, args);
    print("\n");
    return ok;
}

bool check(bool ok, const char *name, ...)
{
    va_list args;

    va_start(args, name);
    result(ok, name, args);
    va_end(args);
    return ok;
}

bool check_equal(uint64_t got, uint64_t want, const char *name, ...)
{
    va_list args;

    if (got != want) {
        remark("got %x, want %x", got, want);
    }
    va_start(args, name);
    result(got == want, name, args);
    va_end(args);
    return got == want;
}

static void print_fault(const char *what, struct fault f)
{
    if (f.vector == NO_FAULT) {
        remark("%s: no fault, value %x", what, (uint64_t)f.value);
    } else {
        remark("%s: vector %u, error code %x, ip %x, cr2 %x", what, f.vector,
               (uint64_t)f.error, (uint64_t)f.ip, (uint64_t)f.cr2);
    }
}

bool same_fault(struct fault got, struct fault want)
{
    if (got.vector == want.vector && got.error == want.error &&
        got.ip == want.ip && got.cr2 == want.cr2) {
        return true;
    }
    print_fault("got", got);
    print_fault("want", want);
    return false;
}

bool check_fault(struct fault got, struct fault want, const char *name, ...)
{
    bool ok = same_fault(got, want);
    va_list args;

    va_start(args, name);
    result(ok, name, args);
    va_end(args);
    return ok;
}

void remark(const char *fmt, ...)
{
    va_list args;

    print("# ");
    va_start(args, fmt);
    vprint(fmt, args);
    va_end(args);
    print("\n");
}

void tap_end(enum verdict verdict)
{
    /* QEMU ends when its main loop gets to it, so wait for it. */
    for (;;) {
        outb(DEBUG_EXIT_PORT, verdict);
        asm volatile("cli; hlt");
    }
}

void bail_out(const char *fmt, ...)
{
    va_list args;

    print("Bail out! ");
    va_start(args, fmt);
    vprint(fmt, args);
    va_end(args);
    print("\n");
    tap_end(VERDICT_BAILED_OUT);
}

void tap_finish(void)
{
    print("1..%u\n", count.done);
    tap_end(count.failed || !count.done ? VERDICT_FAILED : VERDICT_PASSED);
}

struct tap_count tap_count(void)
{
    return count;
}

void tap_continue(struct tap_count earlier)
{
    count = earlier;
}
