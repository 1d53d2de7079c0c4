/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hypervisor/psp: what a call lends is its own, and commands of several
 * threads come one after the other.
 */

#include "abi/sev.h"
#include "abi/snp.h"
#include "asp/product.h"
#include "hypervisor/psp/host-memory.h"
#include "hypervisor/psp/psp-mailbox.h"
#include "platform-fixture.h"

#define THREADS 4
#define ROUNDS  200

typedef struct Psp {
    Fixture f;
    PlatformDir *platform;
    HostMemory *mem;
    PspMailbox *mailbox;
    uint8_t random;             /* without a lock: the mailbox's protects it */
    int inside;                 /* callbacks of a command */
} Psp;

static int psp_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    return host_memory_read(((Psp *)opaque)->mem, paddr, buf, len) ? 0 : -1;
}

static int psp_write(void *opaque, uint64_t paddr, const void *buf,
                     size_t len)
{
    Psp *p = opaque;
    bool done;

    g_assert_cmpint(p->inside++, ==, 0);
    g_thread_yield();
    done = host_memory_write(p->mem, paddr, buf, len);
    p->inside--;
    return done ? 0 : -1;
}

static int psp_write_private(void *opaque, uint32_t asid, uint64_t paddr,
                             const void *buf, size_t len)
{
    return psp_write(opaque, paddr, buf, len);
}

static int psp_random(void *opaque, void *buf, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = ++((Psp *)opaque)->random;
    }
    return 0;
}

static int psp_flash_read(void *opaque, void *buf, size_t size, size_t *len)
{
    return platform_dir_flash_read(((Psp *)opaque)->platform, buf, size, len);
}

static int psp_flash_write(void *opaque, const void *buf, size_t len)
{
    return platform_dir_flash_write(((Psp *)opaque)->platform, buf, len);
}

/* Not covered: for commands of SEV-SNP that need no page of a guest's */
static int psp_rmp_read(void *opaque, uint64_t paddr, RmpEntry *entry)
{
    return -1;
}

static int psp_rmp_write(void *opaque, uint64_t paddr, const RmpEntry *entry)
{
    return -1;
}

static int psp_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                     uint64_t xcr0, uint64_t xss, uint32_t out[4])
{
    return -1;
}

static const AspOps ops = {
    .size = sizeof(AspOps),
    .read = psp_read,
    .write = psp_write,
    .write_private = psp_write_private,
    .random = psp_random,
    .flash_read = psp_flash_read,
    .flash_write = psp_flash_write,
    .rmp_read = psp_rmp_read,
    .rmp_write = psp_rmp_write,
    .cpuid = psp_cpuid,
};

static void must(Psp *p, uint32_t id, void *buf, size_t len)
{
    g_assert_cmphex(psp_mailbox_command(p->mailbox, id, buf, len), ==,
                    SEV_FW_SUCCESS);
}

static void psp_begin(Psp *p)
{
    SevCmdInit init = { 0 };

    *p = (Psp) { 0 };
    setup(&p->f, NULL);
    p->platform = must_open(&p->f);
    p->mem = host_memory_new();
    p->mailbox = psp_mailbox_new(p->platform, &ops, p);
    g_assert_nonnull(p->mailbox);
    must(p, SEV_CMD_INIT, &init, sizeof(init));
}

static void psp_end(Psp *p)
{
    psp_mailbox_free(p->mailbox);
    host_memory_free(p->mem);
    platform_dir_close(p->platform);
    teardown(&p->f, NULL);
}

static bool readable(HostMemory *mem, uint64_t paddr, size_t len)
{
    uint8_t buf[8];

    g_assert_cmpuint(len, <=, sizeof(buf));
    return host_memory_read(mem, paddr, buf, len);
}

static void test_a_loan_is_its_calls(void)
{
    HostMemory *mem = host_memory_new();
    HostLoan first = { .mem = mem }, second = { .mem = mem };
    uint8_t bytes[3][4] = { { 1 }, { 2 }, { 3 } };
    uint64_t a = host_loan_add(&first, bytes[0], 4);
    uint64_t b = host_loan_add(&second, bytes[1], 4);
    uint64_t c;
    uint8_t got[4];

    g_assert_cmphex(a, !=, 0);
    g_assert_cmphex(a, !=, b);
    host_loan_end(&first);
    g_assert_false(readable(mem, a, 4));
    g_assert_true(host_memory_read(mem, b, got, 4));
    g_assert_cmpmem(got, 4, bytes[1], 4);

    /* Who has kept the address of the first does not reach the third. */
    c = host_loan_add(&second, bytes[2], 4);
    g_assert_cmphex(c, !=, a);
    g_assert_false(readable(mem, a, 4));
    g_assert_true(host_memory_write(mem, c, "wxyz", 4));
    g_assert_cmpmem(bytes[2], 4, "wxyz", 4);
    host_loan_end(&second);
    g_assert_false(readable(mem, b, 4));
    g_assert_false(readable(mem, c, 4));
    host_loan_end(&second);
    host_memory_free(mem);
}

static void test_ends_of_a_loan(void)
{
    HostMemory *mem = host_memory_new();
    HostLoan loan = { .mem = mem };
    uint8_t bytes[8];
    uint64_t a = host_loan_add(&loan, bytes, 4);

    g_assert_true(readable(mem, a, 4));
    g_assert_true(readable(mem, a + 3, 1));
    g_assert_false(readable(mem, a, 5));
    g_assert_false(readable(mem, a + 4, 1));
    g_assert_false(readable(mem, a - 1, 1));
    g_assert_cmphex(host_loan_add(&loan, NULL, 4), ==, 0);
    for (unsigned i = 1; i < HOST_LOAN_MAX; i++) {
        g_assert_cmphex(host_loan_add(&loan, bytes, 8), !=, 0);
    }
    g_assert_cmphex(host_loan_add(&loan, bytes, 8), ==, 0);
    host_loan_end(&loan);
    host_memory_free(mem);
}

/* The id of the chip, in a buffer that is lent for it */
static void ask_for_id(Psp *p)
{
    uint8_t id[SEV_CHIP_ID_SIZE] = { 0 };
    g_auto(HostLoan) loan = { .mem = p->mem };
    SevCmdGetId cmd = {
        .paddr = le64_of(host_loan_add(&loan, id, sizeof(id))),
        .len = le32_of(sizeof(id)),
    };

    must(p, SEV_CMD_GET_ID, &cmd, sizeof(cmd));
    g_assert_cmpmem(id, sizeof(id), platform_dir_fuses(p->platform)->chip_id,
                    sizeof(id));
}

/* A guest of its own policy, which nobody else's command touches */
static void have_a_guest(Psp *p, uint32_t policy)
{
    SevCmdLaunchStart start = { .policy = le32_of(policy) };
    SevCmdGuestStatus status = { 0 };
    SevCmdDecommission end = { 0 };

    must(p, SEV_CMD_LAUNCH_START, &start, sizeof(start));
    status.handle = start.handle;
    must(p, SEV_CMD_GUEST_STATUS, &status, sizeof(status));
    g_assert_cmphex(le32_get(status.policy), ==, policy);
    end.handle = start.handle;
    must(p, SEV_CMD_DECOMMISSION, &end, sizeof(end));
}

typedef struct Caller {
    Psp *psp;
    uint32_t policy;
} Caller;

static gpointer call(gpointer opaque)
{
    Caller *caller = opaque;

    for (unsigned i = 0; i < ROUNDS; i++) {
        ask_for_id(caller->psp);
        have_a_guest(caller->psp, caller->policy);
    }
    return NULL;
}

static void test_threads(void)
{
    SevCmdPlatformStatus status = { 0 };
    GThread *threads[THREADS];
    Caller callers[THREADS];
    uint8_t ram[16];
    Psp p;

    psp_begin(&p);
    for (unsigned i = 0; i < THREADS; i++) {
        callers[i] = (Caller) { &p, i % 2 ? SEV_GPOLICY_NODBG
                                          : SEV_GPOLICY_NOKS };
        threads[i] = g_thread_new("caller", call, &callers[i]);
    }
    /* RAM comes and goes meanwhile, as when memory is plugged. */
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t paddr;

        host_memory_add(p.mem, ram, sizeof(ram));
        g_assert_true(host_memory_guest_address(p.mem, ram, 16, &paddr));
        host_memory_remove(p.mem, ram);
        g_assert_false(readable(p.mem, paddr, 1));
    }
    for (unsigned i = 0; i < THREADS; i++) {
        g_thread_join(threads[i]);
    }
    must(&p, SEV_CMD_PLATFORM_STATUS, &status, sizeof(status));
    g_assert_cmpuint(le32_get(status.guest_count), ==, 0);
    psp_end(&p);
}

/* What commits writes the flash, which needs the platform's lock. */
static void test_commit(void)
{
    uint8_t image[ASP_FIRMWARE_IMAGE_SIZE];
    SnpCmdCommit commit = { .len = le32_of(sizeof(commit)) };
    SnpCmdDownloadFirmwareEx download = {
        .len = le32_of(sizeof(download)), .image_len = le32_of(sizeof(image)),
    };
    SevCmdPlatformStatus status = { 0 };
    AspModel model = asp_product_by_name("Milan")->model;
    HostLoan loan;
    Psp p;

    psp_begin(&p);
    must(&p, SEV_CMD_SHUTDOWN, NULL, 0);
    loan = (HostLoan) { .mem = p.mem };
    download.paddr = le64_of(host_loan_add(&loan, image, sizeof(image)));
    for (unsigned at_once = 0; at_once < 2; at_once++) {
        model.build++;
        asp_firmware_image(&model, image);
        download.flags = le32_of(at_once ? SNP_DOWNLOAD_COMMIT : 0);
        must(&p, SNP_CMD_DOWNLOAD_FIRMWARE_EX, &download, sizeof(download));
        if (!at_once) {
            must(&p, SNP_CMD_COMMIT, &commit, sizeof(commit));
        }
        psp_mailbox_free(p.mailbox);
        p.mailbox = psp_mailbox_new(p.platform, &ops, &p);
        must(&p, SEV_CMD_PLATFORM_STATUS, &status, sizeof(status));
        g_assert_cmpuint(le32_get(status.config) >> SEV_CONFIG_BUILD_SHIFT, ==,
                         model.build);
    }
    host_loan_end(&loan);
    psp_end(&p);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/psp/loan/own", test_a_loan_is_its_calls);
    g_test_add_func("/psp/loan/ends", test_ends_of_a_loan);
    g_test_add_func("/psp/mailbox/threads", test_threads);
    g_test_add_func("/psp/mailbox/commit", test_commit);
    return g_test_run();
}
