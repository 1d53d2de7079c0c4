/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suite "snp_messages_cpus": "cpus=" CPUs that ask for reports at once,
 * "rounds=" times: each with a VMPCK of its own, all with one that they lock,
 * and all with one that nobody locks.
 */
#include "abi/sev.h"
#include "message.h"
#include "paging.h"
#include "segments.h"
#include "smp.h"
#include "suite.h"
#include "text.h"

#define PATIENCE    100000      /* tries, of which few are needed */

enum stage { NOT_YET, OWN, LOCKED, UNLOCKED, STAGES };

static const char *const stage_names[STAGES] = {
    [OWN] = "with a VMPCK of its own",
    [LOCKED] = "with the one that all lock",
    [UNLOCKED] = "with the one that nobody locks",
};

/* What a CPU has seen; the boot CPU tells it. */
static struct seen {
    unsigned answered, late;
    const char *wrong;          /* the last thing that was */
    SnpReport report;           /* the first */
} seen[MAX_CPUS][STAGES];

static struct mailbox own[MAX_CPUS], common[MAX_CPUS];
static unsigned cpus, rounds;
static uint32_t arrived[STAGES];
static bool lock;

static void take_lock(void)
{
    while (__atomic_exchange_n(&lock, true, __ATOMIC_ACQUIRE)) {
        pause();
    }
}

static void release_lock(void)
{
    __atomic_store_n(&lock, false, __ATOMIC_RELEASE);
}

/* Until all CPUs are there: what follows is done by all of them at once. */
static void meet(enum stage stage)
{
    __atomic_add_fetch(&arrived[stage], 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&arrived[stage], __ATOMIC_SEQ_CST) < cpus) {
        pause();
    }
}

static SnpMsgReportReq request_of(unsigned cpu, unsigned round)
{
    SnpMsgReportReq request = { .vmpl = le32_of(3) };

    for (unsigned i = 0; i < sizeof(request.report_data); i++) {
        request.report_data[i] = cpu * 64 + round * 5 + i;
    }
    return request;
}

static bool same_guest(const SnpReport *a, const SnpReport *b)
{
    return bytes_equal(a->measurement, b->measurement,
                       sizeof(a->measurement)) &&
           bytes_equal(a->report_id, b->report_id, sizeof(a->report_id));
}

/* What the answer in BOX says, if WHY does not say that it is none */
static void judge(struct seen *to, const struct mailbox *box,
                  const SnpMsgReportReq *request, const char *why)
{
    const SnpMsgReportRsp *answer = report_answer(box);

    if (!why && le32_get(answer->status)) {
        why = "its status";
    } else if (!why && !bytes_equal(answer->report.report_data,
                                    request->report_data,
                                    sizeof(request->report_data))) {
        why = "its report's data";
    }
    if (why) {
        to->wrong = why;
        return;
    }
    if (!to->answered++) {
        memcpy(&to->report, &answer->report, sizeof(to->report));
    } else if (!same_guest(&to->report, &answer->report)) {
        to->wrong = "another guest's report";
    }
}

static void ask_own(unsigned cpu, unsigned round)
{
    SnpMsgReportReq request = request_of(cpu, round);

    judge(&seen[cpu][OWN], &own[cpu], &request,
          message_ask(&own[cpu], cpu % SNP_VMPCKS, SNP_MSG_REPORT_REQ,
                      &request, sizeof(request)));
}

static void ask_locked(unsigned cpu, unsigned round)
{
    SnpMsgReportReq request = request_of(cpu, round);
    const char *why;

    take_lock();
    why = message_ask(&common[cpu], 0, SNP_MSG_REPORT_REQ, &request,
                      sizeof(request));
    release_lock();
    judge(&seen[cpu][LOCKED], &common[cpu], &request, why);
}

/*
 * A guest that does not lock: of those that have the same number one is
 * answered, the others come too late, and nobody gets another's answer.
 */
static void ask_unlocked(unsigned cpu, unsigned round)
{
    SnpMsgReportReq request = request_of(cpu, round);
    struct seen *to = &seen[cpu][UNLOCKED];
    struct mailbox *box = &common[cpu];
    uint64_t status = SEV_FW_INVALID_PARAM;

    for (unsigned i = 0; i < PATIENCE && !to->wrong; i++) {
        message_begin(box, 0, SNP_MSG_REPORT_REQ, &request, sizeof(request));
        message_seal(box);
        status = message_send(box, GHCB_EXIT_GUEST_REQUEST);
        if (box->info_1 || status != SEV_FW_INVALID_PARAM) {
            break;
        }
        to->late++;
    }
    judge(to, box, &request, status || box->info_1 ? "the hypervisor's answer"
                                                   : message_open(box));
}

static void run(unsigned cpu)
{
    static void (*const ask[STAGES])(unsigned cpu, unsigned round) = {
        [OWN] = ask_own, [LOCKED] = ask_locked, [UNLOCKED] = ask_unlocked,
    };

    message_init_cpu();
    for (enum stage stage = OWN; stage < STAGES; stage++) {
        meet(stage);
        for (unsigned round = 0; round < rounds; round++) {
            ask[stage](cpu, round);
        }
    }
}

static void check_cpu(unsigned cpu, enum stage stage)
{
    const struct seen *s = &seen[cpu][stage];

    if (s->wrong) {
        remark("wrong: %s", s->wrong);
    }
    check(!s->wrong && s->answered == rounds,
          "CPU %u, %s: %u reports are right, %u messages came too late", cpu,
          stage_names[stage], s->answered, s->late);
    check(same_guest(&s->report, &seen[0][OWN].report),
          "CPU %u, %s: its reports are of this guest", cpu,
          stage_names[stage]);
}

/* What came too late has not counted, so the next number is known. */
static void check_count(uint64_t before)
{
    SnpMsgReportReq request = request_of(0, rounds);

    message_count[0] = before + 2 * rounds * (1 + 2 * cpus);
    check(!message_ask(&common[0], 0, SNP_MSG_REPORT_REQ, &request,
                       sizeof(request)), "each report has counted once");
}

static void check_all(uint64_t before)
{
    for (enum stage stage = OWN; stage < STAGES; stage++) {
        for (unsigned cpu = 0; cpu < cpus; cpu++) {
            check_cpu(cpu, stage);
        }
    }
    check_count(before);
}

SUITE(snp_messages_cpus)
{
    uint64_t before = message_count[0];

    cpus = config_number("cpus", 1);
    rounds = config_number("rounds", 10);
    message_init_cpu();
    for (unsigned i = 0; i < cpus; i++) {
        mailbox_init(&own[i], i % SNP_VMPCKS);
        mailbox_init(&common[i], 0);
    }
    if (cpus > 1 && !smp_start(cpus, run)) {
        bail_out("not all CPUs start");
    }
    run(0);
    if (check(cpus == 1 || smp_wait(cpus), "all CPUs come to their end")) {
        check_all(before);
    }
}
