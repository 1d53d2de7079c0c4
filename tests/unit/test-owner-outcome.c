/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a run ended, as cases. */

#include "guest-owner/run/outcome.h"

/* waitpid()'s statuses */
#define EXITED(code) ((code) << 8)
#define KILLED(sig)  (sig)

typedef struct Case {
    const char *name;
    Outcome outcome;
    bool code_of_guest;
    int status;
    const char *text;
} Case;

static const Case cases[] = {
    { "snp-digest-refused",
      { .refusal_printed = true, .digest_refused = true,
        .wait_status = EXITED(1) },
      false, 1, "the launch digest differs from what the files give" },
    { "snp-digest-refused-after-resume",
      { .started = true, .digest_refused = true, .wait_status = EXITED(1) },
      false, 1, "the launch digest differs from what the files give" },
    { "power-off",
      { .started = true, .shutdown_reason = (char *)"guest-shutdown" },
      false, 0, "the guest powered off" },
    { "power-off-after-sev-warnings",
      { .started = true, .refusal_printed = true,
        .shutdown_reason = (char *)"guest-shutdown" },
      false, 0, "the guest powered off" },
    { "code-of-guest-unwanted",
      { .started = true, .shutdown_reason = (char *)"guest-shutdown",
        .wait_status = EXITED(35) },
      false, 0, "the guest powered off" },
    { "code-of-guest",
      { .started = true, .shutdown_reason = (char *)"guest-shutdown",
        .wait_status = EXITED(35) },
      true, 35, "the guest powered off" },
    { "reset-without-reboot",
      { .started = true, .shutdown_reason = (char *)"guest-reset" },
      false, 4, "the guest reset instead of powering off" },
    { "panic",
      { .started = true, .panicked = true,
        .shutdown_reason = (char *)"guest-panic" },
      false, 4, "the guest panicked" },
    { "termination",
      { .started = true, .panicked = true, .termination = (char *)"why",
        .shutdown_reason = (char *)"guest-panic" },
      false, 4, "why" },
    { "halted",
      { .started = true, .halted = true,
        .shutdown_reason = (char *)"host-signal" },
      false, 4, "the guest halted for good, without powering off" },
    { "halted-after-panic",
      { .started = true, .halted = true, .panicked = true,
        .shutdown_reason = (char *)"host-signal" },
      false, 4, "the guest panicked" },
    { "ended-by-us-before-halt",
      { .ended = true, .why = OWNER_EXIT_TIMEOUT, .halted = true },
      false, 124, NULL },
    { "triple-fault",
      { .started = true, .triple_fault = true,
        .shutdown_reason = (char *)"host-signal" },
      false, 4, "the guest died of a triple fault" },
    { "triple-fault-with-no-reboot",
      { .started = true, .triple_fault = true,
        .shutdown_reason = (char *)"guest-reset" },
      false, 4, "the guest died of a triple fault" },
    { "refused-at-start",
      { .refusal_printed = true, .wait_status = EXITED(1) },
      false, 3, "the platform refused the guest" },
    { "failed-at-start",
      { .wait_status = EXITED(1) },
      false, 5, "QEMU could not start the guest" },
    { "ended-without-guest",
      { .wait_status = EXITED(0) },
      false, 5, "QEMU could not start the guest" },
    { "quit-by-another",
      { .started = true, .shutdown_reason = (char *)"host-qmp-quit" },
      false, 5, "QEMU ended before the guest did" },
    { "crashed",
      { .started = true, .wait_status = KILLED(11) },
      false, 5, "QEMU was killed by a signal" },
    { "crashed-while-powering-off",
      { .started = true, .shutdown_reason = (char *)"guest-shutdown",
        .wait_status = KILLED(11) },
      true, 5, "QEMU was killed by a signal" },
    { "ended-by-us",
      { .ended = true, .why = OWNER_EXIT_DIFFERS,
        .shutdown_reason = (char *)"host-signal" },
      false, 1, NULL },
    { "ended-by-us-before-panic",
      { .ended = true, .why = OWNER_EXIT_TIMEOUT, .panicked = true },
      false, 124, NULL },
};

static void test_case(gconstpointer data)
{
    const Case *c = data;
    const char *text = "unset";

    g_assert_cmpint(outcome_status(&c->outcome, c->code_of_guest, &text), ==,
                    c->status);
    g_assert_cmpstr(text, ==, c->text);
}

static void test_refusal(void)
{
    g_assert_true(outcome_is_refusal("qemu: SEV: no"));
    g_assert_true(outcome_is_refusal(
        "x: sev_launch_start: LAUNCH_START ret=1 fw_error=7 'Policy'"));
    g_assert_false(outcome_is_refusal("x: info: SEV is emulated"));
    g_assert_false(outcome_is_refusal("x: warning: SEV keys are zero"));
    g_assert_false(outcome_is_refusal("x: -foo: invalid option"));
    g_assert_false(outcome_is_refusal(
        "x: -object sev-emulated,tik=/tmp/sevemu-1/tik.bin: no"));
}

static void test_digest_refused(void)
{
    g_assert_true(outcome_is_digest_refused(
        "SNP_LAUNCH_FINISH ret=-5 fw_error=11 'Bad measurement'"));
    g_assert_false(outcome_is_digest_refused(
        "SNP_LAUNCH_FINISH ret=-5 fw_error=10 'Bad signature'"));
    g_assert_false(outcome_is_digest_refused(
        "LAUNCH_START ret=1 fw_error=11 'Bad measurement'"));
}

/* The words come by stderr, the numbers by QMP, in either order. */
static void test_termination(void)
{
    static const char line[] = "qemu: SEV: the guest has ended: tired";
    const char *why = "the guest terminated itself: tired (reason set 1, "
                      "code 2)";
    g_autoptr(JsonNode) node = json_from_string(
        "{\"info\": {\"type\": \"sev\", \"set\": 1, \"code\": 2}}", NULL);
    JsonObject *data = json_node_get_object(node);

    for (unsigned words_first = 0; words_first < 2; words_first++) {
        Outcome outcome = { 0 };

        outcome_note_line(&outcome, words_first ? line : "qemu: other");
        outcome_note_panic(&outcome, data);
        outcome_note_line(&outcome, words_first ? "qemu: other" : line);
        g_assert_true(outcome.panicked);
        g_assert_cmpstr(outcome.termination, ==, why);
        outcome_clear(&outcome);
    }
}

/* Ended by the hypervisor, for which there are no numbers */
static void test_no_reason(void)
{
    Outcome outcome = { 0 };
    g_autoptr(JsonObject) data = json_object_new();

    outcome_note_line(&outcome, "qemu: SEV: the guest has ended: stuck");
    outcome_note_panic(&outcome, data);
    g_assert_true(outcome.panicked);
    g_assert_null(outcome.termination);
    outcome_clear(&outcome);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/owner/outcome/", cases[i].name,
                                            NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/owner/outcome/what-is-a-refusal", test_refusal);
    g_test_add_func("/owner/outcome/what-is-a-digest-refused",
                    test_digest_refused);
    g_test_add_func("/owner/outcome/words-and-numbers",
                    test_termination);
    g_test_add_func("/owner/outcome/no-reason", test_no_reason);
    return g_test_run();
}
