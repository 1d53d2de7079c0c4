/*
 * The actions `memory`, `plugged` and `fill`: how much there is, that more
 * comes, and that it can be used
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An SEV-SNP guest has to accept memory before it can be used.  A kernel that
 * does so only when it needs some counts what is left (/proc/meminfo).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guest.h"

#define MEMINFO "/proc/meminfo"
#define PLUG_SECONDS 120
#define PAGE_BYTES 4096
#define WORDS_PER_PAGE (PAGE_BYTES / sizeof(uint64_t))

/* The MiB that a line of meminfo tells; -1 where the kernel has none such. */
static long meminfo(const char *name)
{
    FILE *f = fopen(MEMINFO, "r");
    char line[128];
    long kib = -1;

    while (f && kib < 0 && fgets(line, sizeof(line), f)) {
        size_t n = strlen(name);

        if (!strncmp(line, name, n) && line[n] == ':') {
            kib = strtol(line + n + 1, NULL, 10);
        }
    }
    if (f) {
        fclose(f);
    }
    return kib < 0 ? -1 : kib >> 10;
}

bool action_memory(void)
{
    long total = meminfo("MemTotal");
    long unaccepted = meminfo("Unaccepted");

    if (total < 0) {
        return guest_fail("%s: not to be read", MEMINFO);
    }
    if (unaccepted < 0) {
        guest_say("memory: %ld MiB, all accepted by firmware", total);
    } else {
        guest_say("memory: %ld MiB, %ld MiB not accepted yet", total,
                  unaccepted);
    }
    return true;
}

/* The kernel takes what is plugged in into use by itself. */
bool action_plugged(void)
{
    long before = meminfo("MemTotal"), now = before;

    guest_say("plugged: waiting for more than %ld MiB", before);
    for (int i = 0; i < PLUG_SECONDS * 10 && now <= before; i++) {
        usleep(100 * 1000);
        now = meminfo("MemTotal");
    }
    if (now <= before) {
        return guest_fail("plugged: still %ld MiB after %d s", now,
                          PLUG_SECONDS);
    }
    sleep(1);       /* it comes in blocks */
    guest_say("plugged: %ld MiB more", meminfo("MemTotal") - before);
    return true;
}

/* Different in each page, so that no two can be one */
static uint64_t content_of(size_t page)
{
    return (page + 1) * 0x9e3779b97f4a7c15u;
}

static bool fill_and_check(uint64_t *memory, size_t pages)
{
    for (size_t i = 0; i < pages; i++) {
        memory[i * WORDS_PER_PAGE] = content_of(i);
    }
    for (size_t i = 0; i < pages; i++) {
        if (memory[i * WORDS_PER_PAGE] != content_of(i) ||
            memory[(i + 1) * WORDS_PER_PAGE - 1]) {
            return guest_fail("fill: page %zu has another's content", i);
        }
    }
    return true;
}

bool action_fill(void)
{
    char number[16] = "";
    size_t size;
    void *memory;
    bool ok;

    guest_option("sevemu.fill", number, sizeof(number));
    size = strtoul(number, NULL, 10) << 20;
    if (!size) {
        return guest_fail("the action 'fill' needs sevemu.fill=MiB");
    }
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return guest_fail("fill: %s", strerror(errno));
    }
    ok = fill_and_check(memory, size / PAGE_BYTES);
    munmap(memory, size);
    if (ok) {
        guest_say("fill: %s MiB hold what was written", number);
    }
    return ok;
}
