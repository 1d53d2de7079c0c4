/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The owner's half of the attestation exchange: with our guest's half, which
 * runs in a thread, and with guests that do not keep to it.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "guest-owner/base/crypto.h"
#include "guest-owner/base/json-text.h"
#include "guest-owner/base/owner.h"
#include "guest-owner/exchange/attest.h"
#include "guest/exchange.h"
#include "guest/message.h"
#include "guest/snp-report.h"

typedef struct Fixture {
    Attest *attest;
    int guest;                  /* its end */
    GByteArray *secrets;
    const char *no;             /* what judge() says; NULL: yes */
    GString *seen;              /* what the handlers were told */
} Fixture;

static bool on_judge(const SnpReport *report, const uint8_t *data,
                     GBytes *certs, GError **errp, gpointer opaque)
{
    Fixture *f = opaque;
    bool fresh = memcmp(report->report_data, data,
                        sizeof(report->report_data)) == 0;

    g_string_append_printf(f->seen, "judge %zu;",
                           certs ? g_bytes_get_size(certs) : 0);
    if (f->no || !fresh) {
        g_set_error_literal(errp, OWNER_ERROR, OWNER_EXIT_DIFFERS,
                            f->no ? f->no : "replayed");
    }
    return !f->no && fresh;
}

static void on_done(gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append(f->seen, "done;");
}

static void on_refused(const char *why, gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append_printf(f->seen, "refused: %s;", why);
}

static void on_closed(gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append(f->seen, "closed;");
}

static const AttestHandlers handlers = {
    on_judge, on_done, on_refused, on_closed,
};

static void set_up(Fixture *f, gconstpointer unused)
{
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    f->guest = fds[0];
    f->seen = g_string_new(NULL);
    f->secrets = g_byte_array_new();
    g_byte_array_append(f->secrets, (const guint8 *)"secrets", 7);
    f->attest = attest_new(fds[1], f->secrets, &handlers, f);
}

static void tear_down(Fixture *f, gconstpointer unused)
{
    attest_free(f->attest);
    close(f->guest);
    g_byte_array_unref(f->secrets);
    g_string_free(f->seen, TRUE);
}

static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void say(Fixture *f, const char *line)
{
    g_assert_cmpint(send(f->guest, line, strlen(line), MSG_NOSIGNAL), ==,
                    strlen(line));
    settle();
}

/* A line that has come; NULL: none has */
static JsonObject *hear(Fixture *f)
{
    char line[ATTEST_LINE_MAX + 1];
    ssize_t n = recv(f->guest, line, sizeof(line) - 1, MSG_DONTWAIT);

    if (n <= 0) {
        return NULL;
    }
    line[n] = '\0';
    g_assert_cmpint(line[n - 1], ==, '\n');
    g_assert_true(strchr(line, '\n') == line + n - 1);
    return json_text_object(line);
}

static void assert_refused(Fixture *f, const char *why)
{
    g_autofree char *seen = g_strdup_printf("refused: %s;", why);
    g_autoptr(JsonObject) answer = hear(f);

    g_assert_cmpstr(json_object_get_string_member(answer, "refused"), ==,
                    why);
    g_assert_true(g_str_has_suffix(f->seen->str, seen));
    /* ... and that was that */
    say(f, "{\"version\":1}\n");
    g_assert_null(hear(f));
    g_assert_true(g_str_has_suffix(f->seen->str, seen));
}

/* The guest's secure processor, which says nothing but its data */
bool snp_report(const uint8_t data[ATTEST_HASH_SIZE], Evidence *evidence,
                const char **why)
{
    memcpy(evidence->report.report_data, data, ATTEST_HASH_SIZE);
    memset(evidence->certs, 1, 100);
    evidence->certs_size = 100;
    return true;
}

typedef struct GuestRun {
    LineEnd port;
    ExchangeStatus status;
    uint8_t *secrets;
    size_t size;
    gint over;
} GuestRun;

static gpointer guest_thread(gpointer opaque)
{
    GuestRun *run = opaque;

    line_set_deadline(&run->port, 60);
    run->status = exchange(&run->port, &run->secrets, &run->size);
    g_atomic_int_set(&run->over, 1);
    g_main_context_wakeup(NULL);
    return NULL;
}

static GuestRun run_guest(Fixture *f)
{
    GuestRun run = { .port.fd = f->guest };
    GThread *thread;

    fcntl(f->guest, F_SETFL, O_NONBLOCK);
    thread = g_thread_new("guest", guest_thread, &run);
    while (!g_atomic_int_get(&run.over)) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_thread_join(thread);
    settle();
    return run;
}

static void test_good(Fixture *f, gconstpointer unused)
{
    /* Twice: a guest may be reset */
    for (int i = 0; i < 2; i++) {
        GuestRun run = run_guest(f);

        g_assert_cmpint(run.status, ==, EXCHANGE_OK);
        g_assert_cmpmem(run.secrets, run.size, "secrets", 7);
        g_assert_cmpstr(f->seen->str, ==, i ? "judge 100;done;judge 100;done;"
                                            : "judge 100;done;");
        free(run.secrets);
    }
}

static void test_judged_bad(Fixture *f, gconstpointer unused)
{
    GuestRun run;

    f->no = "not yours";
    run = run_guest(f);
    g_assert_cmpint(run.status, ==, EXCHANGE_REFUSED);
    g_assert_null(run.secrets);
    g_assert_cmpstr(f->seen->str, ==, "judge 100;refused: not yours;");
}

/* A nonce, in base64 */
static char *begin(Fixture *f)
{
    g_autoptr(JsonObject) answer = NULL;

    say(f, "{\"version\":1}\n");
    answer = hear(f);
    g_assert_cmpint(json_object_get_int_member(answer, "version"), ==, 1);
    return g_strdup(json_object_get_string_member(answer, "nonce"));
}

static char *evidence_for(const char *nonce, UnsealKey *key)
{
    g_autofree guchar *bytes = NULL;
    static Evidence evidence;
    uint8_t data[ATTEST_HASH_SIZE];
    const char *why;
    gsize size;

    bytes = g_base64_decode(nonce, &size);
    g_assert_cmpuint(size, ==, ATTEST_NONCE_SIZE);
    unseal_report_data(key, bytes, data);
    snp_report(data, &evidence, &why);
    return message_evidence(&evidence.report, NULL, 0, unseal_public(key));
}

static void test_nonces(Fixture *f, gconstpointer unused)
{
    g_autofree char *one = begin(f);
    g_autofree char *other = begin(f);

    g_assert_cmpstr(one, !=, other);
}

static void test_replay(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new();
    g_autofree char *old = begin(f);
    char *evidence = evidence_for(old, key);
    g_autofree char *fresh = begin(f);

    say(f, evidence);
    assert_refused(f, "replayed");
    free(evidence);
    unseal_key_free(key);
}

/* The report is for another key than is shown. */
static void test_stolen_report(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new(), *thief = unseal_key_new();
    g_autofree char *nonce = begin(f);
    g_autofree char *theirs = g_base64_encode(unseal_public(key),
                                              ATTEST_KEY_SIZE);
    g_autofree char *ours = g_base64_encode(unseal_public(thief),
                                            ATTEST_KEY_SIZE);
    char *evidence = evidence_for(nonce, key);
    char *at = strstr(evidence, theirs);

    g_assert_nonnull(at);
    memcpy(at, ours, strlen(ours));
    say(f, evidence);
    assert_refused(f, "replayed");
    free(evidence);
    unseal_key_free(key);
    unseal_key_free(thief);
}

static void test_evidence_twice(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new();
    g_autofree char *nonce = begin(f);
    char *evidence = evidence_for(nonce, key);
    g_autoptr(JsonObject) answer = NULL;

    say(f, evidence);
    answer = hear(f);
    g_assert_true(json_object_has_member(answer, "secret"));
    say(f, evidence);
    assert_refused(f, "a report that was not asked for");
    free(evidence);
    unseal_key_free(key);
}

static void test_wrong_proof(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new();
    g_autofree char *nonce = begin(f);
    char *evidence = evidence_for(nonce, key), *proof;
    static const uint8_t zeros[ATTEST_HASH_SIZE];
    g_autoptr(JsonObject) answer = NULL;

    say(f, evidence);
    answer = hear(f);
    proof = message_proof(zeros);
    say(f, proof);
    assert_refused(f, "the guest could not open its secrets");
    free(evidence);
    free(proof);
    unseal_key_free(key);
}

/* Zeros are what a proof is compared with when there is none to come. */
static void test_proof_first(Fixture *f, gconstpointer unused)
{
    static const uint8_t zeros[ATTEST_HASH_SIZE];
    char *proof = message_proof(zeros);

    say(f, proof);
    assert_refused(f, "a proof that was not asked for");
    free(proof);
}

static void test_evidence_first(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new();
    static const uint8_t zeros[ATTEST_NONCE_SIZE];
    g_autofree char *nonce = g_base64_encode(zeros, sizeof(zeros));
    char *evidence = evidence_for(nonce, key);

    say(f, evidence);
    assert_refused(f, "a report that was not asked for");
    free(evidence);
    unseal_key_free(key);
}

static void test_no_point(Fixture *f, gconstpointer unused)
{
    UnsealKey *key = unseal_key_new();
    uint8_t public[ATTEST_KEY_SIZE];
    g_autofree char *nonce = begin(f);
    char *line;

    memcpy(public, unseal_public(key), sizeof(public));
    unseal_key_free(key);
    public[ATTEST_KEY_SIZE - 1] ^= 1;
    key = unseal_key_from(public + 1, public);
    line = evidence_for(nonce, key);
    say(f, line);
    assert_refused(f, "key: expected a point on P-384");
    free(line);
    unseal_key_free(key);
}

static void test_garbage(Fixture *f, gconstpointer unused)
{
    say(f, "hello\n");
    assert_refused(f, "the line is no JSON object");
}

/* It asks and asks, and reads nothing. */
static void test_never_reads(Fixture *f, gconstpointer unused)
{
    for (int i = 0; i < 100000 && !*f->seen->str; i++) {
        if (send(f->guest, "{\"version\":1}\n", 14, MSG_DONTWAIT) < 0) {
            settle();
        }
    }
    g_assert_cmpstr(f->seen->str, ==,
                    "refused: the guest does not read what it is told;");
}

static void test_closed(Fixture *f, gconstpointer unused)
{
    shutdown(f->guest, SHUT_RDWR);
    settle();
    g_assert_cmpstr(f->seen->str, ==, "closed;");
}

#define ADD(name, test) \
    g_test_add("/owner/attest/" name, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    ADD("good", test_good);
    ADD("judged-bad", test_judged_bad);
    ADD("nonces", test_nonces);
    ADD("replay", test_replay);
    ADD("stolen-report", test_stolen_report);
    ADD("evidence-twice", test_evidence_twice);
    ADD("wrong-proof", test_wrong_proof);
    ADD("proof-first", test_proof_first);
    ADD("evidence-first", test_evidence_first);
    ADD("no-point", test_no_point);
    ADD("garbage", test_garbage);
    ADD("never-reads", test_never_reads);
    ADD("closed", test_closed);
    return g_test_run();
}
