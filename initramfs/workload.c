/*
 * Work to be timed by `make bench`: a compute loop and a random walk
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The host takes the time: before and after its work each of them says a line
 * and waits for a line to come in on the console, and the host looks at its
 * clocks while the guest is idle.  The sum that is printed keeps the compiler
 * from leaving work out, and shows that the guest computed what it should.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "guest.h"

#define SIEVE_NUMBERS (1 << 15)         /* stays in a small cache */
#define SIEVE_ROUNDS 10000
#define WALK_BYTES (512ul << 20)
#define WALK_STEPS 10000000
#define PAGE_BYTES 4096

/* Knuth's MMIX: the upper bits are good enough to choose a page by. */
static uint64_t next_random(uint64_t x)
{
    return x * 6364136223846793005u + 1442695040888963407u;
}

bool guest_wait_for_host(void)
{
    char line[8];

    return fgets(line, sizeof(line), stdin) ||
           guest_fail("nobody there to take the time");
}

/* Loads, stores and branches in a few pages: translated code, hardly more. */
static unsigned count_primes(uint8_t *composite)
{
    unsigned found = 0;

    memset(composite, 0, SIEVE_NUMBERS);
    for (unsigned i = 2; i < SIEVE_NUMBERS; i++) {
        if (composite[i]) {
            continue;
        }
        found++;
        for (unsigned j = 2 * i; j < SIEVE_NUMBERS; j += i) {
            composite[j] = 1;
        }
    }
    return found;
}

bool action_compute(void)
{
    static uint8_t composite[SIEVE_NUMBERS];
    uint64_t sum = 0;

    guest_say("compute: ready");
    if (!guest_wait_for_host()) {
        return false;
    }
    for (unsigned i = 0; i < SIEVE_ROUNDS; i++) {
        sum = next_random(sum + count_primes(composite));
    }
    guest_say("compute: done, sum %016" PRIx64, sum);
    return guest_wait_for_host();
}

/* Where the next step leads depends on what was found: no two overlap. */
static uint64_t walk(uint64_t *memory)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < WALK_STEPS; i++) {
        uint64_t *at = memory + (sum >> 32) % (WALK_BYTES / sizeof(*at));

        sum = next_random(sum + *at);
        *at = sum;
    }
    return sum;
}

/*
 * Almost every step is to a page that no TLB holds.  Pages are small ones,
 * lest it depend on the kernel's luck how many are not.
 */
bool action_walk(void)
{
    char *memory = mmap(NULL, WALK_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t sum;

    if (memory == MAP_FAILED) {
        return guest_fail("walk: no memory");
    }
    madvise(memory, WALK_BYTES, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < WALK_BYTES; i += PAGE_BYTES) {
        memory[i] = 1;
    }
    guest_say("walk: ready");
    if (!guest_wait_for_host()) {
        return false;
    }
    sum = walk((uint64_t *)memory);
    guest_say("walk: done, sum %016" PRIx64, sum);
    munmap(memory, WALK_BYTES);
    return guest_wait_for_host();
}
