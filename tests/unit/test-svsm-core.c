/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that the SVSM of tests/svsm answers, on memory of this process:
 * its addresses are the guest's.  The instructions on the RMP are played by
 * what is remembered of each page.
 */

#include <glib.h>
#include <string.h>

#include "abi/rmp.h"
#include "calls.h"
#include "exception.h"
#include "layout.h"
#include "memory.h"
#include "snp.h"
#include "tap.h"

#define PAGES       1024                /* two pages of 2M */
#define OTHER_PAGES 1                   /* between them and the firmware */
#define FEATURES    1
#define EFER_SVME   (1u << 12)
#define APIC_ID     7

/* What the RMP has of a page */
typedef struct Page {
    bool valid, save_area, in_use;
    unsigned permissions;               /* of the guest's VMPL */
} Page;

static struct {
    uint8_t *memory;                    /* RAM, and what is not the guest's */
    Page page[PAGES];
    IgvmMemoryMapEntry map[IGVM_PAGE_SIZE / sizeof(IgvmMemoryMapEntry)];
    bool only_4k;                       /* the host has no pages of 2M */
    bool split;                         /* since PVALIDATE, it has not */
    bool fault;                         /* nothing can be accessed */
} machine;

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

void clear_memory(uint64_t gpa, uint64_t size)
{
    memset((void *)(uintptr_t)gpa, 0, size);
}

const struct protocol attest_protocol;

static uint64_t gpa_of(unsigned page)
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

static void setup(void)
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
static uint64_t do_call(struct call *call, uint64_t number)
{
    call->vcpu = &vcpus[0];
    call->rax = number;
    call_do(call);
    return call->rax;
}

#define CORE(number, ...) \
    do_call(&(struct call) { __VA_ARGS__ }, \
            SVSM_CALL(SVSM_PROTOCOL_CORE, number))

static void test_no_such_call(void)
{
    struct call call = { 0 };

    setup();
    g_assert_cmphex(do_call(&call, SVSM_CALL(SVSM_PROTOCOL_VTPM, 0)), ==,
                    SVSM_ERR_UNSUPPORTED_PROTOCOL);
    g_assert_cmphex(CORE(SVSM_CORE_CONFIGURE_VTOM + 1), ==,
                    SVSM_ERR_UNSUPPORTED_CALL);
    g_assert_cmphex(CORE(0xffffffff), ==, SVSM_ERR_UNSUPPORTED_CALL);
    g_assert_cmphex(CORE(SVSM_CORE_DEPOSIT_MEM), ==,
                    SVSM_ERR_UNSUPPORTED_CALL);
    g_assert_cmphex(CORE(SVSM_CORE_WITHDRAW_MEM), ==,
                    SVSM_ERR_UNSUPPORTED_CALL);
}

static uint64_t query(uint64_t protocol, uint32_t version)
{
    struct call call = { .rcx = protocol << 32 | version };

    g_assert_cmphex(do_call(&call, SVSM_CORE_QUERY_PROTOCOL), ==,
                    SVSM_SUCCESS);
    return call.rcx;
}

static void test_queries(void)
{
    struct call call = { .rcx = 1 };

    setup();
    g_assert_cmphex(query(SVSM_PROTOCOL_CORE, 1), ==, 0x100000001);
    g_assert_cmphex(query(SVSM_PROTOCOL_ATTESTATION, 1), ==, 0x100000001);
    g_assert_cmphex(query(SVSM_PROTOCOL_CORE, 0), ==, 0);
    g_assert_cmphex(query(SVSM_PROTOCOL_CORE, 2), ==, 0);
    g_assert_cmphex(query(SVSM_PROTOCOL_VTPM, 1), ==, 0);
    g_assert_cmphex(do_call(&call, SVSM_CORE_CONFIGURE_VTOM), ==,
                    SVSM_SUCCESS);
    g_assert_cmphex(call.rcx, ==, 0);
    g_assert_cmphex(CORE(SVSM_CORE_CONFIGURE_VTOM), ==,
                    SVSM_ERR_INVALID_REQUEST);
}

/* Page 0 has the list. */
static void set_list(unsigned entries, unsigned next)
{
    const SvsmPvalidate list = {
        .entries = le16_of(entries), .next = le16_of(next),
    };

    memcpy(machine.memory, &list, sizeof(list));
}

static void set_entry(unsigned i, uint64_t entry)
{
    le64 value = le64_of(entry);

    memcpy(machine.memory + sizeof(SvsmPvalidate) + i * sizeof(value), &value,
           sizeof(value));
}

static unsigned next_entry(void)
{
    SvsmPvalidate list;

    memcpy(&list, machine.memory, sizeof(list));
    return le16_get(list.next);
}

static uint64_t pvalidate_list(void)
{
    return CORE(SVSM_CORE_PVALIDATE, .rcx = gpa_of(0));
}

static uint64_t pvalidate_entry(uint64_t entry)
{
    set_list(1, 0);
    set_entry(0, entry);
    return pvalidate_list();
}

static void assert_given(unsigned page)
{
    g_assert_true(machine.page[page].valid);
    g_assert_cmpuint(machine.page[page].permissions, ==, RMP_PERM_ALL);
    for (unsigned i = 0; i < PAGE_SIZE; i++) {
        g_assert_cmpuint(machine.memory[page * PAGE_SIZE + i], ==, 0);
    }
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

/* A save area in page @page that is right but for what a test changes */
static SevVmsa *make_save_area(unsigned page)
{
    SevVmsa *vmsa = (SevVmsa *)gpa_of(page);

    memset(vmsa, 0, sizeof(*vmsa));
    vmsa->vmpl = GUEST_VMPL;
    vmsa->efer = le64_of(EFER_SVME);
    vmsa->sev_features = le64_of(FEATURES);
    machine.page[page] = (Page) { .valid = true,
                                  .permissions = RMP_PERM_ALL };
    return vmsa;
}

static uint64_t create(unsigned page, unsigned calling_area, uint64_t apic_id)
{
    return CORE(SVSM_CORE_CREATE_VCPU, .rcx = gpa_of(page),
                .rdx = gpa_of(calling_area), .r8 = apic_id);
}

static void test_create(void)
{
    setup();
    make_save_area(3);
    g_assert_cmphex(create(3, 4, APIC_ID), ==, SVSM_SUCCESS);
    g_assert_cmphex(vcpus[1].save_area, ==, gpa_of(3));
    g_assert_cmphex(vcpus[1].calling_area, ==, gpa_of(4));
    g_assert_true(machine.page[3].save_area);
    g_assert_cmpuint(machine.page[3].permissions, ==, RMP_PERM_READ);

    /* From now on it is nothing that a call can name, */
    g_assert_cmphex(create(3, 4, 0), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(create(5, 3, 0), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(pvalidate_entry(gpa_of(3)), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(pvalidate_entry(gpa_of(0) | RMP_PAGE_2M), ==,
                    SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(CORE(SVSM_CORE_REMAP_CA, .rcx = gpa_of(3)), ==,
                    SVSM_ERR_INVALID_ADDRESS);

    /* but to delete it. */
    machine.page[3].in_use = true;
    g_assert_cmphex(CORE(SVSM_CORE_DELETE_VCPU, .rcx = gpa_of(3)), ==,
                    SVSM_ERR_BUSY);
    machine.page[3].in_use = false;
    g_assert_cmphex(CORE(SVSM_CORE_DELETE_VCPU, .rcx = gpa_of(3)), ==,
                    SVSM_SUCCESS);
    g_assert_false(machine.page[3].save_area);
    g_assert_cmpuint(machine.page[3].permissions, ==, RMP_PERM_ALL);
    g_assert_cmphex(vcpus[1].save_area, ==, 0);
    g_assert_cmphex(CORE(SVSM_CORE_DELETE_VCPU, .rcx = gpa_of(3)), ==,
                    SVSM_ERR_INVALID_PARAMETER);
    g_assert_cmphex(CORE(SVSM_CORE_DELETE_VCPU, .rcx = 0), ==,
                    SVSM_ERR_INVALID_PARAMETER);
}

/* As Linux does it: a new one for a CPU that has one, which is deleted then */
static void test_create_anew(void)
{
    setup();
    make_save_area(3);
    make_save_area(6);
    g_assert_cmphex(create(3, 4, APIC_ID), ==, SVSM_SUCCESS);
    g_assert_cmphex(create(6, 7, APIC_ID), ==, SVSM_SUCCESS);
    g_assert_cmphex(vcpus[1].save_area, ==, gpa_of(6));
    g_assert_cmphex(CORE(SVSM_CORE_DELETE_VCPU, .rcx = gpa_of(3)), ==,
                    SVSM_SUCCESS);
    g_assert_cmphex(vcpus[1].save_area, ==, gpa_of(6));
    g_assert_cmphex(vcpus[1].calling_area, ==, gpa_of(7));
}

static void assert_not_created(unsigned page, uint64_t result)
{
    g_assert_cmphex(create(page, 4, APIC_ID), ==, result);
    g_assert_false(machine.page[page].save_area);
    g_assert_cmpuint(machine.page[page].permissions, ==, RMP_PERM_ALL);
    g_assert_cmphex(vcpus[1].save_area, ==, 0);
    g_assert_false(vcpu_has_save_area(gpa_of(page)));
}

static void test_create_badly(void)
{
    setup();
    make_save_area(3)->vmpl = 0;
    assert_not_created(3, SVSM_ERR_INVALID_PARAMETER);
    make_save_area(3)->vmpl = 1;
    assert_not_created(3, SVSM_ERR_INVALID_PARAMETER);
    make_save_area(3)->efer = le64_of(0);
    assert_not_created(3, SVSM_ERR_INVALID_PARAMETER);
    make_save_area(3)->sev_features = le64_of(FEATURES | 8);
    assert_not_created(3, SVSM_ERR_INVALID_PARAMETER);
    make_save_area(3);
    machine.fault = true;
    assert_not_created(3, SVSM_ERR_INVALID_ADDRESS);
    machine.fault = false;
    g_assert_cmphex(create(3, 4, APIC_ID + 1), ==,
                    SVSM_ERR_INVALID_PARAMETER);
    g_assert_cmphex(create(3, 3, APIC_ID), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(create(3, PAGES, APIC_ID), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(create(PAGES, 3, APIC_ID), ==, SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(CORE(SVSM_CORE_CREATE_VCPU, .rcx = gpa_of(3) + 16,
                         .rdx = gpa_of(4), .r8 = APIC_ID), ==,
                    SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(CORE(SVSM_CORE_CREATE_VCPU, .rcx = SVSM_BASE,
                         .rdx = gpa_of(4), .r8 = APIC_ID), ==,
                    SVSM_ERR_INVALID_ADDRESS);
}

static void test_create_too_many(void)
{
    setup();
    for (unsigned i = 0; i < SAVE_AREAS; i++) {
        make_save_area(10 + i);
        g_assert_cmphex(create(10 + i, 4, APIC_ID), ==, SVSM_SUCCESS);
    }
    make_save_area(3);
    g_assert_cmphex(create(3, 4, APIC_ID), ==, SVSM_ERR_INVALID_REQUEST);
    g_assert_cmpuint(machine.page[3].permissions, ==, RMP_PERM_ALL);
}

static void test_remap(void)
{
    setup();
    g_assert_cmphex(CORE(SVSM_CORE_REMAP_CA, .rcx = gpa_of(5)), ==,
                    SVSM_SUCCESS);
    g_assert_cmphex(vcpus[0].calling_area, ==, gpa_of(5));
    g_assert_cmpuint(machine.memory[5 * PAGE_SIZE], ==, 0);
    g_assert_cmpuint(machine.memory[5 * PAGE_SIZE + 8], ==, 0x5a);
    g_assert_cmphex(CORE(SVSM_CORE_REMAP_CA, .rcx = gpa_of(6) + 8), ==,
                    SVSM_ERR_INVALID_PARAMETER);
    g_assert_cmphex(CORE(SVSM_CORE_REMAP_CA, .rcx = SVSM_BASE), ==,
                    SVSM_ERR_INVALID_ADDRESS);
    machine.fault = true;
    g_assert_cmphex(CORE(SVSM_CORE_REMAP_CA, .rcx = gpa_of(6)), ==,
                    SVSM_ERR_INVALID_ADDRESS);
    g_assert_cmphex(vcpus[0].calling_area, ==, gpa_of(5));
}

static void test_cpus(void)
{
    static const uint8_t table[] = {
        [4] = 44 + 8 + 8 + 16 + 12 + 3,
        [44] = 0, 8, 0, 5, 1, 0, 0, 0,          /* the boot CPU */
        0, 8, 0, 9, 0, 0, 0, 0,                 /* not there */
        9, 16, 0, 0, 4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0,
        1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,    /* an I/O APIC */
        0, 8, 0,                                /* cut off */
    };
    static const uint8_t endless[] = { [4] = 60, [44] = 0, 0, [59] = 0 };

    setup();
    vcpu_init(table, sizeof(table), 5);
    g_assert_cmpuint(vcpu_count, ==, 2);
    g_assert_cmpuint(vcpus[0].apic_id, ==, 5);
    g_assert_cmphex(vcpus[1].apic_id, ==, 0x01020304);
    vcpu_init(endless, sizeof(endless), 5);
    g_assert_cmpuint(vcpu_count, ==, 1);
}

static void test_memory(void)
{
    const uint64_t image = 0xffc00000, size = 0x400000;

    setup();
    memory_init(machine.map, image, size);
    g_assert_true(memory_is_guests(gpa_of(0), PAGES * PAGE_SIZE));
    g_assert_false(memory_is_guests(gpa_of(0), PAGES * PAGE_SIZE + 1));
    g_assert_false(memory_is_guests(gpa_of(0) - 1, 2));
    g_assert_true(memory_is_guests(image + size - 1, 1));
    g_assert_false(memory_is_guests(image + size - 1, 2));
    g_assert_false(memory_is_guests(~0ull, 2));
    /* What the host says of the SVSM's own memory does not count. */
    machine.map[0].type = le16_of(IGVM_MEMORY_RESERVED);
    machine.map[1] = (IgvmMemoryMapEntry) {
        .first_page = le64_of(0), .nr_pages = le64_of(1ull << 39),
        .type = le16_of(IGVM_MEMORY),
    };
    g_assert_false(memory_is_guests(SVSM_BASE - 1, 2));
    g_assert_false(memory_is_guests(SVSM_BASE + SVSM_SIZE - 1, 1));
    g_assert_true(memory_is_guests(SVSM_BASE + SVSM_SIZE, 1));
    machine.map[1].nr_pages = le64_of(1ull << 52);
    g_assert_false(memory_is_guests(gpa_of(0), 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/svsm/no-such-call", test_no_such_call);
    g_test_add_func("/svsm/queries", test_queries);
    g_test_add_func("/svsm/pvalidate", test_pvalidate);
    g_test_add_func("/svsm/pvalidate/2m", test_pvalidate_2m);
    g_test_add_func("/svsm/pvalidate/no-change", test_pvalidate_no_change);
    g_test_add_func("/svsm/pvalidate/bad-entries", test_pvalidate_bad_entries);
    g_test_add_func("/svsm/pvalidate/bad-lists", test_pvalidate_bad_lists);
    g_test_add_func("/svsm/create", test_create);
    g_test_add_func("/svsm/create/anew", test_create_anew);
    g_test_add_func("/svsm/create/badly", test_create_badly);
    g_test_add_func("/svsm/create/too-many", test_create_too_many);
    g_test_add_func("/svsm/remap", test_remap);
    g_test_add_func("/svsm/cpus", test_cpus);
    g_test_add_func("/svsm/memory", test_memory);
    return g_test_run();
}
