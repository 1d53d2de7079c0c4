/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The launch over QMP: which commands are sent after which replies, and
 * that nothing goes to a guest that measures wrongly.
 */

#include "guest-owner/base/crypto.h"
#include "guest-owner/measure/launch.h"
#include "owner-fake-qmp.h"
#include "owner-vectors.h"

#define OK "{\"return\": {}}\n"
#define ERROR "{\"error\": {\"class\": \"GenericError\", \"desc\": \"no\"}}\n"
#define SEV(state) \
    "{\"return\": {\"enabled\": true, \"api-major\": 1, \"api-minor\": 55, " \
    "\"build-id\": 42, \"state\": \"" state "\", \"sev-type\": \"sev\"}}\n"

#define ASK_CAPABILITIES "{\"execute\":\"qmp_capabilities\"}\n"
#define ASK_SEV          "{\"execute\":\"query-sev\"}\n"
#define ASK_MEASURE      "{\"execute\":\"query-sev-launch-measure\"}\n"
#define ASK_CONT         "{\"execute\":\"cont\"}\n"
#define ASK_RESET        "{\"execute\":\"system_reset\"}\n"
#define ASK_ACTION(reboot) \
    "{\"execute\":\"set-action\",\"arguments\":{\"reboot\":\"" reboot "\"}}\n"
#define ASK_INJECT       "{\"execute\":\"sev-inject-launch-secret\""

typedef struct Fixture {
    FakeQmp fake;
    QmpClient *client;
    Launch launch;
    int nr_done;
    OwnerExit status;
} Fixture;

static void on_ready(gpointer opaque)
{
    Fixture *f = opaque;

    launch_begin(&f->launch, f->client);
}

static void on_event(const char *name, JsonObject *data, gpointer opaque)
{
}

static void on_line(const char *arrow, const char *line, gpointer opaque)
{
}

static void on_broken(const char *why, gpointer opaque)
{
    g_assert_not_reached();
}

static void on_closed(gpointer opaque)
{
}

static const QmpHandlers handlers = {
    on_ready, on_event, on_line, on_broken, on_closed,
};

static void on_done(OwnerExit status, gpointer opaque)
{
    Fixture *f = opaque;

    f->nr_done++;
    f->status = status;
}

static void setup(Fixture *f, gconstpointer data)
{
    f->launch.policy = OWNER_POLICY;
    memcpy(f->launch.digest, owner_digest_all, SEV_DIGEST_SIZE);
    memcpy(f->launch.keys.tik, owner_tik, SEV_KEY_SIZE);
    f->launch.done = on_done;
    f->launch.opaque = f;
    fake_qmp_open(&f->fake);
    f->client = qmp_client_new(f->fake.client_fd, &handlers, f);
    fake_qmp_say(&f->fake, "{\"QMP\": {}}\n");
}

static void teardown(Fixture *f, gconstpointer data)
{
    launch_clear(&f->launch);
    qmp_client_free(f->client);
    fake_qmp_close(&f->fake);
}

/* The client has sent @asked; @answer is what it gets. */
static void step(Fixture *f, const char *asked, const char *answer)
{
    g_autofree char *heard = fake_qmp_heard(&f->fake);

    g_assert_cmpstr(heard, ==, asked);
    fake_qmp_say(&f->fake, answer);
}

static void expect_done(Fixture *f, OwnerExit status)
{
    g_autofree char *heard = fake_qmp_heard(&f->fake);

    g_assert_cmpstr(heard, ==, "");
    g_assert_cmpint(f->nr_done, ==, 1);
    g_assert_cmpint(f->status, ==, status);
}

static char *measure_reply(uint8_t flip)
{
    uint8_t blob[48];
    g_autofree char *text = NULL;

    memcpy(blob, owner_measure, 32);
    memcpy(blob + 32, owner_mnonce, 16);
    blob[31] ^= flip;
    text = g_base64_encode(blob, sizeof(blob));
    return g_strdup_printf("{\"return\": {\"data\": \"%s\"}}\n", text);
}

/* Up to the measurement's reply */
static void go_from_sev_to_measure(Fixture *f, uint8_t flip)
{
    g_autofree char *reply = measure_reply(flip);

    step(f, ASK_SEV, SEV("launch-secret"));
    step(f, ASK_MEASURE, reply);
}

static void go_to_measure(Fixture *f, uint8_t flip)
{
    step(f, ASK_CAPABILITIES, OK);
    go_from_sev_to_measure(f, flip);
}

static void give_secret(Fixture *f)
{
    f->launch.secret_table = g_byte_array_new();
    g_byte_array_append(f->launch.secret_table,
                        (const guint8 *)"sixteen bytes...", 16);
}

static void test_good(Fixture *f, gconstpointer data)
{
    go_to_measure(f, 0);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
}

static void test_paused(Fixture *f, gconstpointer data)
{
    f->launch.leave_paused = true;
    go_to_measure(f, 0);
    expect_done(f, OWNER_EXIT_OK);
}

static void test_secret(Fixture *f, gconstpointer data)
{
    g_autofree char *heard = NULL;

    give_secret(f);
    go_to_measure(f, 0);
    heard = fake_qmp_heard(&f->fake);
    g_assert_true(g_str_has_prefix(heard, ASK_INJECT));
    fake_qmp_say(&f->fake, OK);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
}

/* The guest resets itself: nothing is sent twice in the same words. */
static void test_again(Fixture *f, gconstpointer reset_first)
{
    g_autofree char *first = NULL, *second = NULL;

    give_secret(f);
    go_to_measure(f, 0);
    first = fake_qmp_heard(&f->fake);
    fake_qmp_say(&f->fake, OK);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
    f->nr_done = 0;
    launch_again(&f->launch);
    step(f, ASK_ACTION("reset"), OK);
    if (reset_first) {
        step(f, ASK_RESET, "");
        launch_is_reset(&f->launch);
        step(f, "", OK);
    } else {
        step(f, ASK_RESET, OK);
        step(f, "", "");
        launch_is_reset(&f->launch);
    }
    step(f, ASK_ACTION("shutdown"), OK);
    go_from_sev_to_measure(f, 0);
    second = fake_qmp_heard(&f->fake);
    g_assert_true(g_str_has_prefix(second, ASK_INJECT));
    g_assert_cmpstr(first, !=, second);
    fake_qmp_say(&f->fake, OK);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
}

static void test_again_differs(Fixture *f, gconstpointer data)
{
    go_to_measure(f, 0);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
    f->nr_done = 0;
    launch_again(&f->launch);
    step(f, ASK_ACTION("reset"), OK);
    step(f, ASK_RESET, OK);
    step(f, "", "");
    launch_is_reset(&f->launch);
    step(f, ASK_ACTION("shutdown"), OK);
    go_from_sev_to_measure(f, 1);
    expect_done(f, OWNER_EXIT_DIFFERS);
}

/* A command that fails then, and how many were good before it */
static void test_again_refused(Fixture *f, gconstpointer data)
{
    unsigned good = GPOINTER_TO_UINT(data);

    go_to_measure(f, 0);
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
    f->nr_done = 0;
    launch_again(&f->launch);
    step(f, ASK_ACTION("reset"), good > 0 ? OK : ERROR);
    if (good > 0) {
        step(f, ASK_RESET, ERROR);
    }
    expect_done(f, OWNER_EXIT_REFUSED);
}

static void test_secret_refused(Fixture *f, gconstpointer data)
{
    g_autofree char *heard = NULL;

    give_secret(f);
    go_to_measure(f, 0);
    heard = fake_qmp_heard(&f->fake);
    g_assert_true(g_str_has_prefix(heard, ASK_INJECT));
    fake_qmp_say(&f->fake, ERROR);
    expect_done(f, OWNER_EXIT_REFUSED);
}

/* The point of it all: no secret and no "cont" after this */
static void test_differs(Fixture *f, gconstpointer data)
{
    give_secret(f);
    go_to_measure(f, 1);
    expect_done(f, OWNER_EXIT_DIFFERS);
    g_assert_nonnull(f->launch.secret_table);
}

static void test_refused_at_sev(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, ERROR);
    expect_done(f, OWNER_EXIT_REFUSED);
}

static void test_refused_at_measure(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, SEV("launch-secret"));
    step(f, ASK_MEASURE, ERROR);
    expect_done(f, OWNER_EXIT_REFUSED);
}

static void test_refused_at_cont(Fixture *f, gconstpointer data)
{
    go_to_measure(f, 0);
    step(f, ASK_CONT, ERROR);
    expect_done(f, OWNER_EXIT_REFUSED);
}

static void test_wrong_state(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, SEV("running"));
    expect_done(f, OWNER_EXIT_REFUSED);
}

/* Nothing to compare and no secret: the platform has an ID block. */
static void test_snp(Fixture *f, gconstpointer data)
{
    f->launch.snp_digest = "00";
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, SEV("launch-update"));
    step(f, ASK_CONT, OK);
    expect_done(f, OWNER_EXIT_OK);
}

static void test_snp_wrong_state(Fixture *f, gconstpointer data)
{
    f->launch.snp_digest = "00";
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, SEV("launch-secret"));
    expect_done(f, OWNER_EXIT_REFUSED);
}

static void test_no_capabilities(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, ERROR);
    expect_done(f, OWNER_EXIT_QEMU_FAILED);
}

/* Replies to query-sev that make no sense */
static void test_odd_sev(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, data);
    expect_done(f, OWNER_EXIT_QEMU_FAILED);
}

static void test_odd_measure(Fixture *f, gconstpointer data)
{
    step(f, ASK_CAPABILITIES, OK);
    step(f, ASK_SEV, SEV("launch-secret"));
    step(f, ASK_MEASURE, data);
    expect_done(f, OWNER_EXIT_QEMU_FAILED);
}

static void add(const char *path, const char *reply,
                void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, reply, setup, test, teardown);
}

static void add_odd(void)
{
    add("/owner/launch/odd-sev/empty", OK, test_odd_sev);
    add("/owner/launch/odd-sev/no-state",
        "{\"return\": {\"api-major\": 1, \"api-minor\": 1, "
        "\"build-id\": 1}}\n", test_odd_sev);
    add("/owner/launch/odd-sev/large-version",
        "{\"return\": {\"api-major\": 256, \"api-minor\": 1, "
        "\"build-id\": 1, \"state\": \"launch-secret\"}}\n", test_odd_sev);
    add("/owner/launch/odd-measure/empty", OK, test_odd_measure);
    add("/owner/launch/odd-measure/number",
        "{\"return\": {\"data\": 1}}\n", test_odd_measure);
    add("/owner/launch/odd-measure/no-base64",
        "{\"return\": {\"data\": \"!\"}}\n", test_odd_measure);
    add("/owner/launch/odd-measure/short",
        "{\"return\": {\"data\": \"AAAA\"}}\n", test_odd_measure);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(crypto_init(NULL));
    add("/owner/launch/good", NULL, test_good);
    add("/owner/launch/paused-for-gdb", NULL, test_paused);
    add("/owner/launch/secret", NULL, test_secret);
    add("/owner/launch/again", NULL, test_again);
    add("/owner/launch/again-reset-is-first", "", test_again);
    add("/owner/launch/again-differs", NULL, test_again_differs);
    g_test_add("/owner/launch/again-refused-at-first", Fixture,
               GUINT_TO_POINTER(0), setup, test_again_refused, teardown);
    g_test_add("/owner/launch/again-refused-at-reset", Fixture,
               GUINT_TO_POINTER(1), setup, test_again_refused, teardown);
    add("/owner/launch/secret-refused", NULL, test_secret_refused);
    add("/owner/launch/measurement-differs", NULL, test_differs);
    add("/owner/launch/refused-at-query-sev", NULL, test_refused_at_sev);
    add("/owner/launch/refused-at-measure", NULL, test_refused_at_measure);
    add("/owner/launch/refused-at-cont", NULL, test_refused_at_cont);
    add("/owner/launch/wrong-state", NULL, test_wrong_state);
    add("/owner/launch/snp", NULL, test_snp);
    add("/owner/launch/snp-wrong-state", NULL, test_snp_wrong_state);
    add("/owner/launch/no-capabilities", NULL, test_no_capabilities);
    add_odd();
    return g_test_run();
}
