/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the machine that an SVSM runs on: svsm-fixture.h. */

#include <glib.h>
#include <string.h>

#include "svsm-fixture.h"
#include "tap.h"

struct machine machine;

/* What the SVSM has beside what is tested */

uint64_t guest_features(void)
{
    return FEATURES;
}

void bail_out(const char *fmt, ...)
{
    g_error("the SVSM gives up: %s", fmt);
}

struct fault catch_vc(ProbeFn *fn, uintptr_t a, uintptr_t b)
{
    struct fault fault = { .vector = NO_FAULT };

    if (machine.fault) {
        fault.vector = 29;
    } else {
        fault.value = fn(a, b);
    }
    return fault;
}

const struct protocol attest_protocol;

uint64_t gpa_of(unsigned page)
{
    return (uintptr_t)machine.memory + page * PAGE_SIZE;
}

static Page *page_at(uint64_t gpa)
{
    g_assert_cmphex(gpa, >=, gpa_of(0));
    g_assert_cmphex(gpa, <, gpa_of(PAGES));
    return &machine.page[(gpa - gpa_of(0)) / PAGE_SIZE];
}

static unsigned pages_of(unsigned size)
{
    return size == RMP_PAGE_2M ? RMP_2M_PAGES : 1;
}

struct rmp_answer pvalidate(uintptr_t va, unsigned size, unsigned validate)
{
    struct rmp_answer answer = { .status = RMP_SUCCESS };
    Page *page = page_at(va);

    if (size == RMP_PAGE_2M && machine.only_4k) {
        answer.status = RMP_FAIL_SIZEMISMATCH;
        return answer;
    }
    answer.carry = page->valid == !!validate;
    for (unsigned i = 0; i < pages_of(size); i++) {
        page[i].valid = validate;
    }
    return answer;
}

struct rmp_answer rmpadjust(uintptr_t va, unsigned size, uint64_t attributes)
{
    struct rmp_answer answer = { .status = RMP_SUCCESS };
    Page *page = page_at(va);

    g_assert_cmpuint(attributes & RMP_ATTR_VMPL_MASK, ==, GUEST_VMPL);
    if (page->in_use) {
        answer.status = RMP_FAIL_INUSE;
        return answer;
    }
    if (size == RMP_PAGE_2M && (machine.only_4k || machine.split)) {
        answer.status = RMP_FAIL_SIZEMISMATCH;
        return answer;
    }
    for (unsigned i = 0; i < pages_of(size); i++) {
        page[i].permissions = attributes >> RMP_ATTR_PERM_SHIFT & RMP_PERM_ALL;
        page[i].save_area = attributes & RMP_ATTR_VMSA;
    }
    return answer;
}

/* The fixture: two CPUs, RAM that has the content of nobody, nothing valid */

static const uint8_t madt[] = {
    [4] = 44 + 8 + 8,
    [44] = 0, 8, 0, 0, 1, 0, 0, 0,
    0, 8, 0, APIC_ID, 1, 0, 0, 0,
};

void setup(void)
{
    const size_t size = (PAGES + OTHER_PAGES) * PAGE_SIZE;

    if (!machine.memory) {
        machine.memory = (uint8_t *)(((uintptr_t)g_malloc(size + SIZE_2M) +
                                      SIZE_2M - 1) & ~(uintptr_t)(SIZE_2M - 1));
    }
    memset(machine.memory, 0x5a, size);
    memset(machine.page, 0, sizeof(machine.page));
    memset(machine.map, 0, sizeof(machine.map));
    machine.only_4k = machine.split = machine.fault = false;
    machine.map[0] = (IgvmMemoryMapEntry) {
        .first_page = le64_of(gpa_of(0) / PAGE_SIZE),
        .nr_pages = le64_of(PAGES), .type = le16_of(IGVM_MEMORY),
    };
    memset(save_areas, 0, sizeof(save_areas));
    vcpu_init(madt, sizeof(madt), 0);
    memory_init(machine.map, 0, 0);
}

/* A call by the first CPU: RAX; the other registers come back in CALL. */
uint64_t do_call(struct call *call, uint64_t number)
{
    call->vcpu = &vcpus[0];
    call->rax = number;
    call_do(call);
    return call->rax;
}

/* Page 0 has the list. */
void set_list(unsigned entries, unsigned next)
{
    const SvsmPvalidate list = {
        .entries = le16_of(entries), .next = le16_of(next),
    };

    memcpy(machine.memory, &list, sizeof(list));
}

void set_entry(unsigned i, uint64_t entry)
{
    le64 value = le64_of(entry);

    memcpy(machine.memory + sizeof(SvsmPvalidate) + i * sizeof(value), &value,
           sizeof(value));
}

unsigned next_entry(void)
{
    SvsmPvalidate list;

    memcpy(&list, machine.memory, sizeof(list));
    return le16_get(list.next);
}

uint64_t pvalidate_list(void)
{
    return CORE(SVSM_CORE_PVALIDATE, .rcx = gpa_of(0));
}

uint64_t pvalidate_entry(uint64_t entry)
{
    set_list(1, 0);
    set_entry(0, entry);
    return pvalidate_list();
}
