/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Launches a guest. Each function here is one step: it takes a reply and sends
 * the next.
 */

#include "guest-owner/base/crypto.h"
#include "guest-owner/run/explain.h"
#include "guest-owner/base/input.h"
#include "guest-owner/measure/launch.h"
#include "guest-owner/chain/secret.h"
#include "guest-owner/base/wipe.h"

static void finish(Launch *launch, OwnerExit status)
{
    launch->done(status, launch->opaque);
}

/* A failed command of the launch: it is the platform's "no". */
static void refused(Launch *launch, const char *command, const char *error)
{
    owner_say("%s failed: %s", command, error);
    finish(launch, OWNER_EXIT_REFUSED);
}

static void misunderstood(Launch *launch, const char *command)
{
    owner_say("%s: QEMU's reply makes no sense", command);
    finish(launch, OWNER_EXIT_QEMU_FAILED);
}

static void on_cont(JsonObject *value, const char *error, gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        refused(launch, "cont", error);
        return;
    }
    finish(launch, OWNER_EXIT_OK);
}

static void start_guest(Launch *launch)
{
    if (launch->leave_paused) {
        finish(launch, OWNER_EXIT_OK);
        return;
    }
    qmp_send(launch->qmp, "cont", NULL, on_cont, launch);
}

static void on_injected(JsonObject *value, const char *error,
                        gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        refused(launch, "sev-inject-launch-secret", error);
        return;
    }
    owner_say("the secret is in the guest's memory");
    start_guest(launch);
}

JsonObject *launch_secret_arguments(const void *header, const void *payload,
                                    size_t payload_len)
{
    g_autofree char *header_text =
        g_base64_encode(header, sizeof(SevPacketHeader));
    g_autofree char *payload_text = g_base64_encode(payload, payload_len);
    JsonObject *arguments = json_object_new();

    json_object_set_string_member(arguments, "packet-header", header_text);
    json_object_set_string_member(arguments, "secret", payload_text);
    return arguments;
}

/* The table stays: it is encrypted in its place, and may be wanted again. */
static void inject(Launch *launch, const uint8_t measure[SEV_MAC_SIZE])
{
    GByteArray *table = g_byte_array_new();
    SecretPacket packet;
    uint8_t iv[SEV_IV_SIZE];

    g_byte_array_append(table, launch->secret_table->data,
                        launch->secret_table->len);
    crypto_random(iv, sizeof(iv));
    secret_packet_seal(&packet, table, launch->keys.tik, launch->keys.tek, iv,
                       measure);
    qmp_send(launch->qmp, "sev-inject-launch-secret",
             launch_secret_arguments(&packet.header, packet.payload->data,
                                     packet.payload->len),
             on_injected, launch);
    secret_packet_clear(&packet);
}

static void explain(const Launch *launch, const SevMeasureBuffer *found)
{
    const Images *images = launch->images;
    ExplainInputs inputs = {
        .platform = launch->platform,
        .tik = launch->keys.tik,
        .digest = images ? NULL : launch->digest,
        .firmware = images ? images->firmware : NULL,
        .kernel = images ? images_kernel(images) : NULL,
        .cpus = launch->cpus,
    };

    explain_say(&inputs, found);
}

static void on_measure(JsonObject *value, const char *error, gpointer opaque)
{
    Launch *launch = opaque;
    const char *text = value ? qmp_get_string(value, "data") : NULL;
    SevMeasureBuffer found, expected;

    if (!value) {
        refused(launch, "query-sev-launch-measure", error);
        return;
    }
    if (!text || !input_base64(text, &found, sizeof(found))) {
        misunderstood(launch, "query-sev-launch-measure");
        return;
    }
    measurement_compute(&launch->platform, launch->digest, found.mnonce,
                        launch->keys.tik, &expected);
    if (!measurement_check(&expected, &found)) {
        explain(launch, &found);
        finish(launch, OWNER_EXIT_DIFFERS);
        return;
    }
    owner_say("the measurement is as expected");
    if (launch->secret_table) {
        inject(launch, found.measure);
    } else {
        start_guest(launch);
    }
}

/* The policy is the one that was asked for: the launch must keep to it. */
static bool read_platform(Launch *launch, JsonObject *sev)
{
    uint32_t major, minor, build;

    if (!qmp_get_uint(sev, "api-major", UINT8_MAX, &major) ||
        !qmp_get_uint(sev, "api-minor", UINT8_MAX, &minor) ||
        !qmp_get_uint(sev, "build-id", UINT8_MAX, &build)) {
        return false;
    }
    launch->platform = (Platform){
        .api_major = major,
        .api_minor = minor,
        .build = build,
        .policy = launch->policy,
    };
    return true;
}

/* Over QMP, SEV-SNP guests stay in the first state until they run. */
static void start_snp(Launch *launch)
{
    owner_say("the launch digest must be %s", launch->snp_digest);
    if (launch->snp_id_block) {
        owner_say("the platform has that in an ID block, and runs nothing "
                  "else; who it is, only an attestation report tells");
    }
    start_guest(launch);
}

static void on_sev(JsonObject *value, const char *error, gpointer opaque)
{
    Launch *launch = opaque;
    const char *state = value ? qmp_get_string(value, "state") : NULL;
    const char *expected = launch->snp_digest ? "launch-update"
                                              : "launch-secret";

    if (!value) {
        refused(launch, "query-sev", error);
        return;
    }
    if (!read_platform(launch, value) || !state) {
        misunderstood(launch, "query-sev");
        return;
    }
    if (!g_str_equal(state, expected)) {
        owner_say("the platform has the guest in state \"%s\", expected "
                  "\"%s\"", state, expected);
        finish(launch, OWNER_EXIT_REFUSED);
        return;
    }
    if (launch->snp_digest) {
        start_snp(launch);
        return;
    }
    qmp_send(launch->qmp, "query-sev-launch-measure", NULL, on_measure,
             launch);
}

static void on_capabilities(JsonObject *value, const char *error,
                            gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        owner_say("qmp_capabilities failed: %s", error);
        finish(launch, OWNER_EXIT_QEMU_FAILED);
        return;
    }
    qmp_send(launch->qmp, "query-sev", NULL, on_sev, launch);
}

void launch_begin(Launch *launch, QmpClient *qmp)
{
    launch->qmp = qmp;
    qmp_send(qmp, "qmp_capabilities", NULL, on_capabilities, launch);
}

/* What QEMU does about a reboot from now on */
static void set_reboot(Launch *launch, const char *action, QmpReply *reply)
{
    JsonObject *arguments = json_object_new();

    json_object_set_string_member(arguments, "reboot", action);
    qmp_send(launch->qmp, "set-action", arguments, reply, launch);
}

static void on_waits_again(JsonObject *value, const char *error,
                           gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        refused(launch, "set-action", error);
        return;
    }
    qmp_send(launch->qmp, "query-sev", NULL, on_sev, launch);
}

/* QEMU answers before it resets the guest. */
static void one_has_come(Launch *launch)
{
    if (launch->awaited && --launch->awaited == 0) {
        set_reboot(launch, "shutdown", on_waits_again);
    }
}

static void on_reset_asked(JsonObject *value, const char *error,
                           gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        refused(launch, "system_reset", error);
        return;
    }
    one_has_come(launch);
}

static void on_may_reset(JsonObject *value, const char *error,
                         gpointer opaque)
{
    Launch *launch = opaque;

    if (!value) {
        refused(launch, "set-action", error);
        return;
    }
    launch->awaited = 2;
    qmp_send(launch->qmp, "system_reset", NULL, on_reset_asked, launch);
}

void launch_again(Launch *launch)
{
    set_reboot(launch, "reset", on_may_reset);
}

void launch_is_reset(Launch *launch)
{
    one_has_come(launch);
}

void launch_clear(Launch *launch)
{
    if (launch->secret_table) {
        wipe(launch->secret_table->data, launch->secret_table->len);
    }
    g_clear_pointer(&launch->secret_table, g_byte_array_unref);
    wipe(&launch->keys, sizeof(launch->keys));
}
