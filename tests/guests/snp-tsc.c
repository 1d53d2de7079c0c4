/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_secure_tsc": the time stamp counter of an SEV-SNP guest with
 * Secure TSC, on "cpus=" CPUs: as fast as it was launched with, "khz=" kHz,
 * and the guest is told so; the same on all CPUs that were launched, and on
 * those that start with save areas of the guest's what these say.
 *
 * Suite "snp_secure_tsc_off": the same of a guest without it.
 */
#include "abi/sev.h"
#include "abi/snp.h"
#include "abi/tsc.h"
#include "ap-creation.h"
#include "asm.h"
#include "message.h"
#include "msr.h"
#include "probe.h"
#include "smp.h"
#include "suite.h"
#include "text.h"
#include "vc.h"

#define MSR_TSC         0x10
#define HPET_PERIOD     0xfed00004  /* femtoseconds */
#define HPET_CONFIG     0xfed00010
#define HPET_COUNTER    0xfed000f0
#define HPET_ENABLE     1

#define MEASURE_NS      20000000u
#define ROUNDS          2000u       /* of a CPU */
#define AHEAD           (1ull << 45)    /* hours */

static struct mailbox box;
static SnpMsgTscInfoRsp info;
static unsigned cpus;

static uint64_t rdtsc(void)
{
    uint32_t low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static uint64_t rdtscp(void)
{
    uint32_t low, high;

    asm volatile("rdtscp" : "=a"(low), "=d"(high) : : "ecx", "memory");
    return (uint64_t)high << 32 | low;
}

/* --- what the guest is told */

static bool ask(void)
{
    const SnpMsgTscInfoReq request = { 0 };
    const char *why = message_ask(&box, 0, SNP_MSG_TSC_INFO_REQ, &request,
                                  sizeof(request));

    if (!why && le16_get(box.plain.header.msg_size) != sizeof(info)) {
        why = "its size";
    }
    memcpy(&info, box.plain.payload, sizeof(info));
    return check(!why && !le32_get(info.status),
                 "the secure processor tells of the TSC (%s)", why ? why : "");
}

/* Launched with a frequency or, with 0, without */
static void check_info(uint64_t khz)
{
    const SnpSecretsPage *page = (const SnpSecretsPage *)SNP_SECRETS_PAGE;
    uint64_t scale = ((khz << TSC_SCALE_FRACTION_BITS) + TSC_NATIVE_KHZ - 1) /
                     TSC_NATIVE_KHZ;

    check_equal(le64_get(info.guest_tsc_scale), scale, "the scale");
    check(!le64_get(info.guest_tsc_offset) == !khz, "the offset");
    check_equal(le32_get(info.tsc_factor), 0, "the mean is the nominal");
    check_equal(le32_get(page->tsc_factor), 0, "also in the secrets page");
}

/* --- MSRs */

static void check_exits(const char *name, uint32_t index, bool read)
{
    uint64_t value = 0;

    if (read) {
        check_equal(catch_vc(probe_rdmsr, index, (uintptr_t)&value).vector,
                    VECTOR_VC, "RDMSR of %s raises #VC", name);
    } else {
        check_equal(catch_vc(probe_rdmsr, index, (uintptr_t)&value).vector,
                    NO_FAULT, "RDMSR of %s raises no #VC", name);
    }
    check_equal(catch_vc(probe_wrmsr, index, (uintptr_t)&value).vector,
                VECTOR_VC, "WRMSR of %s raises #VC", name);
}

/* In the end: the hypervisor has it not. */
static void check_refused(bool read)
{
    uint64_t value = 0;

    check_fault(catch_fault(probe_wrmsr, MSR_GUEST_TSC_FREQ,
                            (uintptr_t)&value), (struct fault) {
        .vector = VECTOR_GP, .ip = (uintptr_t)probe_wrmsr_ip,
    }, "GUEST_TSC_FREQ cannot be written");
    if (read) {
        check_fault(catch_fault(probe_rdmsr, MSR_GUEST_TSC_FREQ,
                                (uintptr_t)&value), (struct fault) {
            .vector = VECTOR_GP, .ip = (uintptr_t)probe_rdmsr_ip,
        }, "nor read");
    }
}

/* --- how fast it is */

/* The HPET was read after BEFORE, and before AFTER. */
struct moment {
    uint64_t before, after;
    uint32_t hpet;
};

/* The best of some, as the host may let it wait at any instruction */
static struct moment now(void)
{
    struct moment best = { 0, ~0ull, 0 };

    for (unsigned i = 0; i < 20; i++) {
        struct moment m;

        m.before = rdtsc();
        m.hpet = read32(HPET_COUNTER);
        m.after = rdtsc();
        if (m.after - m.before < best.after - best.before) {
            best = m;
        }
    }
    return best;
}

/* A tick of the HPET's may be over, or missing, at either end. */
static void check_rate(uint64_t khz)
{
    uint64_t ns = read32(HPET_PERIOD) / 1000000, ticks, least, most;
    struct moment a, b;

    write32(HPET_CONFIG, HPET_ENABLE);
    a = now();
    do {
        b = now();
        ticks = (uint32_t)(b.hpet - a.hpet);
    } while (ticks * ns < MEASURE_NS);
    least = (ticks - 1) * ns * khz / 1000000;
    most = (ticks + 1) * ns * khz / 1000000 + 1;
    check(b.after - a.before + 1 >= least && b.before - a.after <= most,
          "in %u ns of the HPET it counts from %u up to %u",
          (unsigned)(ticks * ns), (unsigned)(b.before - a.after),
          (unsigned)(b.after - a.before));
    check(b.after - b.before + (a.after - a.before) < least / 5,
          "which is seen exactly enough");
}

static void check_instructions(void)
{
    uint64_t a = rdtsc(), b = rdtscp(), c = rdtsc();

    check(a <= b && b <= c && c - a < AHEAD, "RDTSCP reads the same as RDTSC");
}

/* --- all CPUs */

static uint64_t last;           /* what anyone has read */
static uint32_t lock, backwards, looks[MAX_CPUS];

/* Each looks at what was read last, by whichever CPU. */
static void look(unsigned cpu)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t tsc;

        while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE)) {
            pause();
        }
        tsc = rdtsc();
        backwards += tsc < last;
        last = tsc;
        looks[cpu]++;
        __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    }
}

static void check_cpus(void)
{
    if (cpus > 1 && !smp_start(cpus, look)) {
        bail_out("not all CPUs start");
    }
    look(0);
    check(cpus == 1 || smp_wait(cpus), "all CPUs come to their end");
    for (unsigned cpu = 0; cpu < cpus; cpu++) {
        check_equal(looks[cpu], ROUNDS, "CPU %u has looked", cpu);
    }
    check_equal(backwards, 0, "and none reads less than another before");
}

/* --- a save area of the guest's */

static uint64_t created_tsc;

static __attribute__((noreturn, used)) void tsc_created(void)
{
    __atomic_store_n(&created_tsc, rdtsc(), __ATOMIC_SEQ_CST);
    for (;;) {
        asm volatile("cli; hlt");
    }
}

void tsc_entry(void);
asm(".pushsection .text\ntsc_entry: call tsc_created\n.popsection");

/* What CPU 1 reads with this save area; 0 if it does not start */
static uint64_t create(uint64_t scale, uint64_t offset)
{
    SevVmsa *vmsa = save_area_good(1, 0);

    vmsa->rip = le64_of((uintptr_t)tsc_entry);
    vmsa->guest_tsc_scale = le64_of(scale);
    vmsa->guest_tsc_offset = le64_of(offset);
    created_tsc = 0;
    if (!ap_request_done(GHCB_AP_CREATE, 1, vmsa)) {
        return 0;
    }
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (__atomic_load_n(&created_tsc, __ATOMIC_SEQ_CST)) {
            break;
        }
        pause();
    }
    return created_tsc;
}

static void check_created(void)
{
    uint64_t scale = le64_get(info.guest_tsc_scale);
    uint64_t offset = le64_get(info.guest_tsc_offset);
    uint64_t before = rdtsc(), seen = create(scale, offset);

    check(before <= seen && seen <= rdtsc(),
          "a CPU with scale and offset of the message counts as this one");
    before = rdtsc();
    seen = create(scale, offset + AHEAD);
    check(before + AHEAD <= seen && seen <= rdtsc() + AHEAD,
          "one with another offset has that");
    before = (rdtsc() - offset) * 2;
    seen = create(scale * 2, 0);
    check(before <= seen + 2 && seen <= (rdtsc() - offset) * 2 + 2,
          "one with another scale has that");
}

static void begin(void)
{
    message_init_cpu();
    mailbox_init(&box, 0);
    check_equal(rdmsr(MSR_SEV_STATUS), config_sev_status(),
                "SEV_STATUS tells of Secure TSC, or not");
    check_exits("the TSC", MSR_TSC, true);
}

SUITE(snp_secure_tsc)
{
    uint64_t khz = config_number("khz", TSC_NATIVE_KHZ);

    cpus = config_number("cpus", 1);
    begin();
    check_exits("GUEST_TSC_FREQ", MSR_GUEST_TSC_FREQ, false);
    check_refused(false);
    check_equal(rdmsr(MSR_GUEST_TSC_FREQ), khz / 1000,
                "GUEST_TSC_FREQ tells whole MHz");
    if (ask()) {
        check_info(khz);
    }
    check_instructions();
    check_rate(khz);
    check_cpus();
    if (cpus > 1) {
        check_created();
    }
}

/* It may ask, but the host has wished for nothing. */
SUITE(snp_secure_tsc_off)
{
    uint64_t before;

    begin();
    check_exits("GUEST_TSC_FREQ", MSR_GUEST_TSC_FREQ, true);
    check_refused(true);
    if (ask()) {
        check_info(0);
    }
    before = rdtsc();
    check(rdtscp() - before < AHEAD, "the counter goes on");
}
