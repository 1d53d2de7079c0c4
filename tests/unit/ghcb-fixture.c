/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vCPU and the machine of ghcb-fixture.h. */

#include "ghcb-fixture.h"

#include <string.h>

G_GNUC_PRINTF(2, 3)
static void fake_log(GhcbFake *f, const char *format, ...)
{
    va_list ap;

    if (f->log->len < 160) {
        va_start(ap, format);
        g_string_append(f->log, f->log->len ? "; " : "");
        g_string_append_vprintf(f->log, format, ap);
        va_end(ap);
    }
}

bool fake_is_ram(void *opaque, uint64_t gpa, uint64_t len)
{
    uint64_t last = gpa + len - 1;

    return len && last >= gpa && gpa >= RAM && last < RAM + RAM_SIZE &&
           (last < HOLE || gpa >= HOLE + PAGE);
}

static bool fake_read(void *opaque, uint64_t gpa, void *buf, size_t len)
{
    GhcbFake *f = opaque;

    if (!fake_is_ram(f, gpa, len)) {
        return false;
    }
    f->bytes += len;
    memcpy(buf, f->ram + (gpa - RAM), len);
    for (size_t i = 0; f->changing && i < len; i++) {
        f->ram[gpa - RAM + i] ^= 0xa5;
    }
    return true;
}

static bool fake_write(void *opaque, uint64_t gpa, const void *buf, size_t len)
{
    GhcbFake *f = opaque;

    if (!fake_is_ram(f, gpa, len)) {
        return false;
    }
    if (f->check_write) {
        f->check_write(f, gpa, len);
    }
    f->bytes += len;
    memcpy(f->ram + (gpa - RAM), buf, len);
    return true;
}

/* A device gives and takes bytes that tell their address. */
static void fake_mmio_read(void *opaque, uint64_t gpa, void *buf, size_t len)
{
    GhcbFake *f = opaque;

    g_assert_true(len >= 1 && len <= 8);
    for (size_t i = 0; i < len; i++) {
        ((uint8_t *)buf)[i] = gpa + i;
    }
    f->accesses++;
    fake_log(f, "read %x, %zu", (unsigned)gpa, len);
}

static void fake_mmio_write(void *opaque, uint64_t gpa, const void *buf,
                            size_t len)
{
    GhcbFake *f = opaque;
    uint64_t value = 0;

    g_assert_true(len >= 1 && len <= 8);
    memcpy(&value, buf, len);
    f->accesses++;
    fake_log(f, "write %x, %zu: %" G_GINT64_MODIFIER "x", (unsigned)gpa, len,
             GUINT64_FROM_LE(value));
}

/* The n-th access to a port finds n in each byte, and its width. */
static uint32_t fake_port_in(void *opaque, uint16_t port, unsigned size)
{
    GhcbFake *f = opaque;
    uint32_t value = (++f->accesses & 0xff) * 0x01010101u + size;

    g_assert_true(size == 1 || size == 2 || size == 4);
    fake_log(f, "in%u %x", size * 8, port);
    return size == 4 ? value : value & ((1u << size * 8) - 1);
}

static void fake_port_out(void *opaque, uint16_t port, unsigned size,
                          uint32_t value)
{
    GhcbFake *f = opaque;

    g_assert_true(size == 1 || size == 2 || size == 4);
    f->accesses++;
    fake_log(f, "out%u %x: %x", size * 8, port, value);
}

static void fake_cpuid(void *opaque, uint32_t leaf, uint32_t subleaf,
                       const uint64_t *xcr0, uint32_t regs[4])
{
    GhcbFake *f = opaque;

    regs[0] = leaf + 0xa0000000;
    regs[1] = subleaf + 0xb0000000;
    regs[2] = xcr0 ? *xcr0 : 0xcccccccc;
    regs[3] = 0xdddddddd;
    fake_log(f, "cpuid %x, %x%s", leaf, subleaf, xcr0 ? ", xcr0" : "");
}

static bool fake_rdmsr(void *opaque, uint32_t index, uint64_t *value)
{
    GhcbFake *f = opaque;

    fake_log(f, "rdmsr %x", index);
    if (!f->no_msr) {
        *value = 0x1122334455667788;
    }
    return !f->no_msr;
}

static bool fake_wrmsr(void *opaque, uint32_t index, uint64_t value)
{
    GhcbFake *f = opaque;

    fake_log(f, "wrmsr %x: %" G_GINT64_MODIFIER "x", index, value);
    return !f->no_msr;
}

static uint64_t fake_rdtsc(void *opaque, uint32_t *aux)
{
    *aux = TSC_AUX;
    return TSC;
}

static void fake_nmi_complete(void *opaque)
{
    fake_log(opaque, "nmi complete");
}

/* SEV-SNP: all pages but those of the hole are the guest's. */
static bool fake_page_state(void *opaque, uint64_t gpa, bool is_2m,
                            bool private)
{
    ((GhcbFake *)opaque)->pages += is_2m ? 512 : 1;
    fake_log(opaque, "%s%s %" G_GINT64_MODIFIER "x",
             private ? "private" : "shared", is_2m ? " 2M" : "", gpa);
    return gpa != HOLE;
}

static bool fake_ap_creation(void *opaque, uint32_t apic_id, unsigned vmpl,
                             unsigned request, uint64_t vmsa_gpa,
                             uint64_t sev_features)
{
    GhcbFake *f = opaque;

    fake_log(opaque, "ap %u at %u: %u, %" G_GINT64_MODIFIER "x, %"
             G_GINT64_MODIFIER "x", apic_id, vmpl, request, vmsa_gpa,
             sev_features);
    if (apic_id >= 4) {
        f->diagnoses++;
        g_string_assign(f->diagnosis, "no such vCPU");
    }
    return apic_id < 4;
}

/* VMPL 3 and what there is not cannot run. */
static bool fake_run_vmpl(void *opaque, uint64_t vmpl)
{
    GhcbFake *f = opaque;

    fake_log(opaque, "run %" G_GUINT64_FORMAT, vmpl);
    if (vmpl >= 3) {
        f->diagnoses++;
        g_string_assign(f->diagnosis, "no such VMPL");
    }
    return vmpl < 3;
}

/* The page of the hole can be none. */
static bool fake_doorbell(void *opaque, unsigned request, uint64_t gpa,
                          uint64_t *answer)
{
    GhcbFake *f = opaque;

    fake_log(opaque, "doorbell %u, %" G_GINT64_MODIFIER "x", request, gpa);
    *answer = gpa;
    if (gpa == HOLE) {
        f->diagnoses++;
        g_string_assign(f->diagnosis, "no such page");
    }
    return gpa != HOLE;
}

static bool fake_hv_ipi(void *opaque, uint64_t icr)
{
    GhcbFake *f = opaque;

    fake_log(opaque, "ipi %" G_GINT64_MODIFIER "x", icr);
    if (icr == HOLE) {
        f->diagnoses++;
        g_string_assign(f->diagnosis, "no such IPI");
    }
    return icr != HOLE;
}

static unsigned fake_apic_ids(void *opaque, uint32_t *ids, unsigned max)
{
    g_assert_cmpuint(max, >=, 3);
    ids[0] = 0;
    ids[1] = 2;
    ids[2] = 0x104;
    return 3;
}

static void fake_settle(void *opaque)
{
    ((GhcbFake *)opaque)->settled++;
}

static bool fake_in_firmware(void *opaque)
{
    return ((GhcbFake *)opaque)->in_firmware;
}

static void fake_end(void *opaque, const GhcbEnd *end)
{
    GhcbFake *f = opaque;

    g_assert_false(f->ended);
    f->ended = true;
    f->end = *end;
    g_strlcpy(f->end_text, end->message, sizeof(f->end_text));
    f->end.message = f->end_text;
}

static void fake_diagnose(void *opaque, const char *line)
{
    GhcbFake *f = opaque;

    f->diagnoses++;
    g_string_assign(f->diagnosis, line);
}

static void fake_trace_msr(void *opaque, const char *name, uint64_t request,
                           uint64_t answer)
{
    g_assert_nonnull(name);
    ((GhcbFake *)opaque)->traced++;
}

static void fake_trace_request(void *opaque, const char *name,
                               uint64_t exit_code, uint64_t info_1,
                               uint64_t info_2)
{
    g_assert_nonnull(name);
    ((GhcbFake *)opaque)->traced++;
}

static void fake_trace_answer(void *opaque, const char *name, uint64_t info_1,
                              uint64_t info_2)
{
    g_assert_nonnull(name);
    ((GhcbFake *)opaque)->traced++;
}

/* The answer is the message, each byte turned over. */
static uint64_t fake_guest_request(void *opaque, const uint8_t *message,
                                   uint8_t *answer)
{
    GhcbFake *f = opaque;

    f->messages++;
    for (unsigned i = 0; i < PAGE; i++) {
        answer[i] = ~message[i];
    }
    return f->message_status;
}

static const void *fake_certificates(void *opaque, size_t *size)
{
    static uint8_t table[4 * PAGE];
    GhcbFake *f = opaque;

    memset(table, 0xce, sizeof(table));
    *size = f->certificates_size;
    return *size ? table : NULL;
}

static const GhcbOps fake_ops = {
    .is_ram = fake_is_ram,
    .read = fake_read,
    .write = fake_write,
    .mmio_read = fake_mmio_read,
    .mmio_write = fake_mmio_write,
    .port_in = fake_port_in,
    .port_out = fake_port_out,
    .cpuid = fake_cpuid,
    .rdmsr = fake_rdmsr,
    .wrmsr = fake_wrmsr,
    .rdtsc = fake_rdtsc,
    .nmi_complete = fake_nmi_complete,
    .page_state = fake_page_state,
    .ap_creation = fake_ap_creation,
    .run_vmpl = fake_run_vmpl,
    .doorbell = fake_doorbell,
    .hv_ipi = fake_hv_ipi,
    .apic_ids = fake_apic_ids,
    .guest_request = fake_guest_request,
    .certificates = fake_certificates,
    .settle = fake_settle,
    .in_firmware = fake_in_firmware,
    .end = fake_end,
    .diagnose = fake_diagnose,
    .trace_msr = fake_trace_msr,
    .trace_request = fake_trace_request,
    .trace_answer = fake_trace_answer,
};

void fake_snp(GhcbFake *f)
{
    f->guest.snp = true;
    f->vcpu.registered_gpa = GHCB_AT;
}

GhcbFake *fake_new(void)
{
    GhcbFake *f = g_new0(GhcbFake, 1);

    f->guest = (GhcbGuest) {
        .version = 2, .cbit = 51, .features = FEATURES,
        .ap_jump_table = JUMP_TABLE,
    };
    f->vcpu = (GhcbVcpu) {
        .ops = &fake_ops, .opaque = f, .guest = &f->guest,
    };
    f->log = g_string_new(NULL);
    f->diagnosis = g_string_new(NULL);
    ghcb_reset(&f->vcpu);
    return f;
}

void fake_free(GhcbFake *f)
{
    g_string_free(f->log, TRUE);
    g_string_free(f->diagnosis, TRUE);
    g_free(f);
}

uint8_t *fake_at(GhcbFake *f, uint64_t gpa)
{
    g_assert_true(gpa >= RAM && gpa < RAM + RAM_SIZE);
    return f->ram + (gpa - RAM);
}

bool fake_marked(GhcbFake *f, unsigned field)
{
    unsigned bit = field / 8;

    return fake_at(f, GHCB_AT + BITMAP)[bit / 8] >> bit % 8 & 1;
}

void fake_mark(GhcbFake *f, unsigned field, bool valid)
{
    unsigned bit = field / 8;
    uint8_t *byte = fake_at(f, GHCB_AT + BITMAP) + bit / 8;

    *byte = (*byte & ~(1u << bit % 8)) | (unsigned)valid << bit % 8;
}

uint64_t fake_get(GhcbFake *f, unsigned field)
{
    uint64_t value;

    memcpy(&value, fake_at(f, GHCB_AT + field), sizeof(value));
    return GUINT64_FROM_LE(value);
}

void fake_set(GhcbFake *f, unsigned field, uint64_t value)
{
    uint64_t le = GUINT64_TO_LE(value);

    /* CPL is the last byte of its quadword, the others fill theirs. */
    memcpy(fake_at(f, GHCB_AT + field), &le, field % 8 ? 1 : sizeof(le));
    fake_mark(f, field, true);
}

void fake_begin(GhcbFake *f, uint64_t code, uint64_t info_1, uint64_t info_2)
{
    uint8_t *page = fake_at(f, GHCB_AT);

    memset(page, 0x5a, PAGE);
    memset(page + BITMAP, 0, 16);
    memcpy(page + VERSION, (uint8_t[]) { 1, 0 }, 2);
    memset(page + USAGE, 0, 4);
    fake_set(f, EXIT_CODE, code);
    fake_set(f, INFO_1, info_1);
    fake_set(f, INFO_2, info_2);
    f->vcpu.msr = GHCB_AT;
}

void fake_vmgexit(GhcbFake *f)
{
    g_string_truncate(f->log, 0);
    g_string_truncate(f->diagnosis, 0);
    f->accesses = 0;
    f->action = ghcb_vmgexit(&f->vcpu);
}

void fake_expect(GhcbFake *f, uint64_t answer_1, uint64_t answer_2)
{
    g_assert_cmphex(fake_get(f, INFO_1), ==, answer_1);
    g_assert_cmphex(fake_get(f, INFO_2), ==, answer_2);
    g_assert_true((answer_1 == MALFORMED) == (f->diagnosis->len > 0));
}

void fake_expect_msr(GhcbFake *f, const FakeMsrRow *row)
{
    g_test_message("%s", row->name);
    f->vcpu.msr = row->request;
    fake_vmgexit(f);
    g_assert_cmphex(f->vcpu.msr, ==, row->answer);
    g_assert_cmpstr(f->log->str, ==, row->log);
    g_assert_cmpint(f->action, ==, GHCB_RESUME);
}

void fake_run(gconstpointer test)
{
    GhcbFake *f = fake_new();

    (*(FakeTest *const *)test)(f);
    fake_free(f);
}
