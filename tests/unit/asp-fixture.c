/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A secure processor on a platform of the tests.
 *
 * Numbers in command buffers are written as the host has them: the tests
 * run on little-endian hosts.
 */

#include "asp-fixture.h"

#include <string.h>

#include "asp-vectors.h"
#include "asp/product.h"
#include "snp-fixture.h"

uint8_t asp_fixture_pattern(size_t i)
{
    return (uint8_t)(7 * i + (i >> 8));
}

bool asp_fixture_find(const void *in, size_t size, const void *bytes,
                      size_t len)
{
    for (size_t i = 0; i + len <= size; i++) {
        if (memcmp((const uint8_t *)in + i, bytes, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Where @len bytes at @paddr lie, or NULL when that is not memory */
static uint8_t *find_memory(AspFixture *f, uint64_t paddr, size_t len)
{
    if (f->big && paddr >= BIG_BASE && len <= RMP_2M_PAGE_SIZE &&
        paddr - BIG_BASE <= RMP_2M_PAGE_SIZE - len) {
        return &f->big[paddr - BIG_BASE];
    }
    if (paddr < MEM_BASE || paddr - MEM_BASE > MEM_SIZE ||
        len > MEM_SIZE - (paddr - MEM_BASE)) {
        return NULL;
    }
    return &f->memory[paddr - MEM_BASE];
}

static int fixture_read(void *opaque, uint64_t paddr, void *buf, size_t len)
{
    AspFixture *f = opaque;
    const uint8_t *from = find_memory(f, paddr, len);

    f->reads++;
    f->longest_read = MAX(f->longest_read, len);
    if (f->on_read) {
        f->on_read(f, f->reads);
    }
    if (!from || (f->fail_read_call && f->fail_read_call-- == 1)) {
        return -1;
    }
    memcpy(buf, from, len);
    return 0;
}

static int fixture_write(void *opaque, uint64_t paddr, const void *buf,
                         size_t len)
{
    AspFixture *f = opaque;
    uint8_t *to = find_memory(f, paddr, len);

    f->writes++;
    if (!to || f->fail_write) {
        return -1;
    }
    memcpy(to, buf, len);
    return 0;
}

static int fixture_write_private(void *opaque, uint32_t asid, uint64_t paddr,
                                 const void *buf, size_t len)
{
    AspFixture *f = opaque;
    const uint8_t *found = find_memory(f, paddr, len);

    if (!found || f->fail_write_private) {
        return -1;
    }
    if (found >= f->memory && found < f->memory + MEM_SIZE) {
        memcpy(&f->private_memory[found - f->memory], buf, len);
    }
    g_assert_cmpuint(len, <=, sizeof(f->private_data));
    f->private_writes++;
    f->private_asid = asid;
    f->private_paddr = paddr;
    f->private_len = len;
    memcpy(f->private_data, buf, len);
    return 0;
}

static int fixture_random(void *opaque, void *buf, size_t len)
{
    AspFixture *f = opaque;
    uint8_t *byte = buf;

    if (f->fail_random && f->fail_random_after-- == 0) {
        return -1;
    }
    while (len--) {
        *byte++ = f->next_random;
        f->next_random += f->random_step;
    }
    return 0;
}

static int fixture_flash_read(void *opaque, void *buf, size_t size,
                              size_t *len)
{
    AspFixture *f = opaque;

    if (f->fail_flash_read) {
        return -1;
    }
    *len = f->flash_len;
    memcpy(buf, f->flash, MIN(size, f->flash_len));
    return 0;
}

static int fixture_flash_write(void *opaque, const void *buf, size_t len)
{
    AspFixture *f = opaque;

    f->flash_writes++;
    if (f->fail_flash_write) {
        return -1;
    }
    g_assert_cmpuint(len, <=, sizeof(f->flash));
    memcpy(f->flash, buf, len);
    f->flash_len = len;
    return 0;
}

static void fixture_trace(void *opaque, const char *command, uint32_t status)
{
    AspFixture *f = opaque;

    f->traces++;
    f->traced_command = command;
    f->traced_status = status;
}

AspOps asp_fixture_ops(void)
{
    return (AspOps) {
        .size = sizeof(AspOps),
        .read = fixture_read,
        .write = fixture_write,
        .write_private = fixture_write_private,
        .random = fixture_random,
        .flash_read = fixture_flash_read,
        .flash_write = fixture_flash_write,
        .trace = fixture_trace,
        .rmp_read = fixture_rmp_read,
        .rmp_write = fixture_rmp_write,
        .cpuid = fixture_cpuid,
    };
}

AspFuses asp_fixture_fuses_of(const char *name)
{
    const AspProduct *product = asp_product_by_name(name);
    AspFuses fuses = { .model = product->model };

    memset(fuses.chip_id, 0xc1, product->chip_id_size);
    memset(fuses.cek_scalar, 0xce, sizeof(fuses.cek_scalar));
    return fuses;
}

AspFuses asp_fixture_fuses(void)
{
    return asp_fixture_fuses_of("Milan");
}

static void start(AspFixture *f, const AspFuses *fuses)
{
    AspOps ops = asp_fixture_ops();

    asp_free(f->asp);
    f->asp = asp_new(&ops, fuses, f);
    g_assert_nonnull(f->asp);
}

void asp_fixture_restart(AspFixture *f)
{
    AspFuses fuses = asp_fixture_fuses();

    start(f, &fuses);
    f->flash_writes = 0;
}

/* Makes an identity the first time; all fixtures then begin with it. */
static void fill_flash(AspFixture *f)
{
    static uint8_t flash[ASP_FLASH_MAX_SIZE];
    static size_t len;

    if (len == 0) {
        f->next_random = IDENTITY_FIRST_RANDOM;
        f->random_step = IDENTITY_RANDOM_STEP;
        must_init(f);
        must_shutdown(f);
        len = f->flash_len;
        memcpy(flash, f->flash, len);
        asp_fixture_restart(f);
    }
    memcpy(f->flash, flash, len);
    f->flash_len = len;
}

AspFixture *asp_fixture_new(void)
{
    AspFixture *f = g_new0(AspFixture, 1);
    AspFuses fuses = asp_fixture_fuses();

    for (size_t i = 0; i < sizeof(f->memory); i++) {
        f->memory[i] = asp_fixture_pattern(i);
    }
    start(f, &fuses);
    fill_flash(f);
    f->flash_writes = 0;
    f->traces = 0;
    f->next_random = FIRST_RANDOM;
    f->random_step = 1;
    return f;
}

void asp_fixture_become(AspFixture *f, const char *product)
{
    AspFuses fuses = asp_fixture_fuses_of(product);

    start(f, &fuses);
    f->flash_len = 0;
    f->random_step = IDENTITY_RANDOM_STEP;
}

void asp_fixture_free(AspFixture *f)
{
    asp_free(f->asp);
    g_free(f->big);
    g_free(f);
}

void must_init(AspFixture *f)
{
    SevCmdInit cmd = { 0 };

    assert_status(run_command(f, SEV_CMD_INIT, &cmd), SUCCESS);
}

void must_init_es(AspFixture *f)
{
    /* The region need not be memory: see asp_cmd_init() */
    SevCmdInit cmd = {
        .options = le32_of(SEV_INIT_ES),
        .tmr_paddr = le64_of(MEM_BASE),
        .tmr_len = le32_of(0x100000),
    };

    assert_status(run_command(f, SEV_CMD_INIT, &cmd), SUCCESS);
}

void must_shutdown(AspFixture *f)
{
    assert_status(asp_command(f->asp, SEV_CMD_SHUTDOWN, NULL, 0), SUCCESS);
}

uint32_t must_launch_start(AspFixture *f, uint32_t policy)
{
    SevCmdLaunchStart cmd = { .policy = le32_of(policy) };

    assert_status(run_command(f, SEV_CMD_LAUNCH_START, &cmd), SUCCESS);
    return le32_get(cmd.handle);
}

void must_activate(AspFixture *f, uint32_t handle, uint32_t asid)
{
    SevCmdActivate cmd = { .handle = le32_of(handle), .asid = le32_of(asid) };

    assert_status(run_command(f, SEV_CMD_ACTIVATE, &cmd), SUCCESS);
}

void must_update_data(AspFixture *f, uint32_t handle, uint64_t paddr,
                      uint32_t len)
{
    SevCmdLaunchUpdateData cmd = {
        .handle = le32_of(handle), .paddr = le64_of(paddr), .len = le32_of(len),
    };

    assert_status(run_command(f, SEV_CMD_LAUNCH_UPDATE_DATA, &cmd), SUCCESS);
}

SevMeasureBuffer must_measure(AspFixture *f, uint32_t handle)
{
    SevCmdLaunchMeasure cmd = {
        .handle = le32_of(handle), .paddr = le64_of(MEM_BASE + 0x1f000),
        .len = le32_of(sizeof(SevMeasureBuffer)),
    };
    SevMeasureBuffer result;

    f->next_random = vector_mnonce[0];
    assert_status(run_command(f, SEV_CMD_LAUNCH_MEASURE, &cmd), SUCCESS);
    g_assert_cmpuint(le32_get(cmd.len), ==, sizeof(result));
    memcpy(&result, &f->memory[0x1f000], sizeof(result));
    return result;
}

void must_finish(AspFixture *f, uint32_t handle)
{
    SevCmdLaunchFinish cmd = { .handle = le32_of(handle) };

    assert_status(run_command(f, SEV_CMD_LAUNCH_FINISH, &cmd), SUCCESS);
}

SevCmdPlatformStatus platform_status(AspFixture *f)
{
    SevCmdPlatformStatus cmd = { 0 };

    assert_status(run_command(f, SEV_CMD_PLATFORM_STATUS, &cmd), SUCCESS);
    return cmd;
}

SevCmdGuestStatus guest_status(AspFixture *f, uint32_t handle)
{
    SevCmdGuestStatus cmd = { .handle = le32_of(handle) };

    assert_status(run_command(f, SEV_CMD_GUEST_STATUS, &cmd), SUCCESS);
    g_assert_cmphex(le32_get(cmd.handle), ==, handle);
    return cmd;
}

uint32_t must_guest(AspFixture *f, uint8_t gstate)
{
    uint32_t handle;

    must_init(f);
    if (gstate == SEV_GSTATE_UNINIT) {
        return NO_GUEST;
    }
    asp_set_transport_keys(f->asp, vector_tek, vector_tik);
    handle = must_launch_start(f, VECTOR_POLICY);
    must_activate(f, handle, GUEST_ASID);
    if (gstate >= SEV_GSTATE_LSECRET) {
        must_update_data(f, handle, MEM_BASE, 4112);
        must_measure(f, handle);
    }
    if (gstate >= SEV_GSTATE_RUNNING) {
        must_finish(f, handle);
    }
    return handle;
}

uint32_t must_es_guest(AspFixture *f)
{
    uint32_t handle;

    must_init_es(f);
    asp_set_transport_keys(f->asp, vector_tek, vector_tik);
    handle = must_launch_start(f, VECTOR_ES_POLICY);
    must_activate(f, handle, ES_GUEST_ASID);
    return handle;
}

SevCmdLaunchUpdateSecret put_secret_packet(AspFixture *f, uint32_t handle)
{
    SevPacketHeader header = { .flags = le32_of(0) };

    memcpy(header.iv, vector_iv, sizeof(header.iv));
    memcpy(header.mac, vector_packet_mac, sizeof(header.mac));
    memcpy(&f->memory[SECRET_HDR_PADDR - MEM_BASE], &header, sizeof(header));
    memcpy(&f->memory[SECRET_TRANS_PADDR - MEM_BASE], vector_packet,
           sizeof(vector_packet));
    return (SevCmdLaunchUpdateSecret) {
        .handle = le32_of(handle),
        .hdr_paddr = le64_of(SECRET_HDR_PADDR),
        .hdr_len = le32_of(sizeof(header)),
        .guest_paddr = le64_of(SECRET_GUEST_PADDR),
        .guest_len = le32_of(sizeof(vector_packet)),
        .trans_paddr = le64_of(SECRET_TRANS_PADDR),
        .trans_len = le32_of(sizeof(vector_packet)),
    };
}

static void run_test(gconstpointer data)
{
    AspTest *const *func = data;
    AspFixture *f = asp_fixture_new();

    (*func)(f);
    asp_fixture_free(f);
}

void asp_test_add(const char *path, AspTest *func)
{
    /* A function pointer doesn't fit into a data pointer, says ISO C */
    AspTest **data = g_new(AspTest *, 1);

    *data = func;
    g_test_add_data_func_full(path, data, run_test, g_free);
}
