/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asp/snp-guest-request.c and asp/snp-msg-*.c: messages of a guest. Input:
 * messages, each a byte for its VMPCK, a type, the payload's length, 2 bytes,
 * a byte N and N changes of the header, then the payload; the guest seals it.
 *
 * An answer opens; what is refused changes nothing, so that the guest's next
 * message is answered still; and no key is in memory.
 */

#include "asp/snp-context.h"
#include "asp/state.h"
#include "asp/vcek.h"
#include "fuzz.h"
#include "tests/unit/snp-guest-fixture.h"

#define MAX_MESSAGES 4          /* each may have to be signed */
#define RESPONSE_AT (RESPONSE_PAGE * RMP_PAGE_SIZE)

static void check_no_keys(AspFixture *f)
{
    const AspSnpGuest *guest = asp_snp_find(f->asp, PAGE(GCTX_PAGE));
    const SnpTcbVersion tcb = FIXTURE_TCB;
    const AspFuses fuses = asp_fixture_fuses();
    AspEcScalar vcek;

    g_assert_cmpint(asp_vcek(&fuses, &tcb, &vcek), ==, 0);
    g_assert_false(asp_fixture_find(f->memory, MEM_SIZE, &vcek,
                                    sizeof(vcek)));
    g_assert_false(asp_fixture_find(f->memory, MEM_SIZE, guest->vmrk,
                                    sizeof(guest->vmrk)));
    for (unsigned i = 0; i < SNP_VMPCKS; i++) {
        g_assert_false(asp_fixture_find(f->memory, MEM_SIZE, guest->vmpck[i],
                                        SNP_VMPCK_SIZE));
    }
}

/* The answer to a good message of any length and type, opened */
static void check_answer(AspFixture *f, const GuestRequest *request)
{
    const SnpMsgHeader *header = (const void *)&f->memory[RESPONSE_AT];
    static uint8_t payload[SNP_MSG_MAX_PAYLOAD];
    uint8_t type = request->header.msg_type + 1;

    g_assert_cmpuint(le16_get(header->msg_size), <=, sizeof(payload));
    guest_open(f, request, type, payload, le16_get(header->msg_size));
}

/* Returns the VMPCK */
static unsigned exchange(AspFixture *f, FuzzInput *in,
                         uint64_t next[SNP_VMPCKS])
{
    static uint8_t payload[SNP_MSG_MAX_PAYLOAD];
    unsigned vmpck = fuzz_take_byte(in) % SNP_VMPCKS;
    uint8_t type = fuzz_take_byte(in), changes;
    uint8_t before[RMP_PAGE_SIZE];
    GuestRequest request;
    gboolean changed;
    uint16_t len;

    fuzz_take(in, &len, sizeof(len));
    len = MIN(len, sizeof(payload));
    request = guest_request(f, type, payload, len);
    guest_use_vmpck(f, &request, vmpck);
    request.header.seqno = le64_of(next[vmpck]);
    changes = fuzz_take_byte(in);
    changed = fuzz_change(in, &request.header,
                          MIN(changes, sizeof(request.header)));
    fuzz_take(in, payload, len);

    memcpy(before, &f->memory[RESPONSE_AT], sizeof(before));
    if (guest_send(f, &request) == SEV_FW_SUCCESS) {
        g_assert_false(changed && request.header.msg_vmpck != vmpck);
        check_answer(f, &request);
        next[vmpck] += 2;
    } else {
        g_assert_cmpmem(&f->memory[RESPONSE_AT], sizeof(before), before,
                        sizeof(before));
    }
    return vmpck;
}

static void check_still_answers(AspFixture *f, unsigned vmpck, uint64_t seqno)
{
    static const SnpMsgKeyReq key = { .flags = { SNP_KEY_ROOT_VMRK } };
    GuestRequest request = guest_request(f, SNP_MSG_KEY_REQ, &key,
                                         sizeof(key));

    guest_use_vmpck(f, &request, vmpck);
    request.header.seqno = le64_of(seqno);
    guest_key(f, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t next[SNP_VMPCKS] = { 1, 1, 1, 1 };
    AspFixture *f = asp_fixture_new();
    FuzzInput in = { data, size };
    unsigned vmpck;

    must_snp_guest(f, SNP_GSTATE_RUNNING);
    for (unsigned i = 0; i < MAX_MESSAGES && in.size; i++) {
        vmpck = exchange(f, &in, next);
        check_still_answers(f, vmpck, next[vmpck]);
        next[vmpck] += 2;
    }
    check_no_keys(f);
    asp_fixture_free(f);
    return 0;
}
