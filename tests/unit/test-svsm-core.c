/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that the SVSM of tests/svsm answers, but for page states: queries,
 * CPUs, calling areas; and what it takes for its guest's.
 */

#include <glib.h>
#include <string.h>

#include "svsm-fixture.h"

#define EFER_SVME   (1u << 12)

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
    g_test_add_func("/svsm/create", test_create);
    g_test_add_func("/svsm/create/anew", test_create_anew);
    g_test_add_func("/svsm/create/badly", test_create_badly);
    g_test_add_func("/svsm/create/too-many", test_create_too_many);
    g_test_add_func("/svsm/remap", test_remap);
    g_test_add_func("/svsm/cpus", test_cpus);
    g_test_add_func("/svsm/memory", test_memory);
    return g_test_run();
}
