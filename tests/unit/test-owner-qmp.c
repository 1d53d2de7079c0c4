/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP client, with a server that keeps to the rules and one that doesn't */

#include "owner-fake-qmp.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"

typedef struct Fixture {
    FakeQmp fake;
    QmpClient *client;
    GString *seen;              /* what the handlers were told */
} Fixture;

static void on_ready(gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append(f->seen, "ready;");
}

static void on_event(const char *name, JsonObject *data, gpointer opaque)
{
    Fixture *f = opaque;
    const char *reason = qmp_get_string(data, "reason");

    g_string_append_printf(f->seen, "event %s %s;", name,
                           reason ? reason : "-");
}

static void on_line(const char *arrow, const char *line, gpointer opaque)
{
}

static void on_broken(const char *why, gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append_printf(f->seen, "broken: %s;", why);
}

static void on_closed(gpointer opaque)
{
    Fixture *f = opaque;

    g_string_append(f->seen, "closed;");
}

static const QmpHandlers handlers = {
    on_ready, on_event, on_line, on_broken, on_closed,
};

static void on_reply(JsonObject *value, const char *error, gpointer opaque)
{
    Fixture *f = opaque;
    uint32_t n;

    if (value) {
        g_string_append_printf(f->seen, "reply %d;",
                               qmp_get_uint(value, "n", 255, &n) ? (int)n
                                                                 : -1);
    } else {
        g_string_append_printf(f->seen, "failed: %s;", error);
    }
}

static void setup(Fixture *f, gconstpointer data)
{
    fake_qmp_open(&f->fake);
    f->seen = g_string_new(NULL);
    f->client = qmp_client_new(f->fake.client_fd, &handlers, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    qmp_client_free(f->client);
    fake_qmp_close(&f->fake);
    g_string_free(f->seen, TRUE);
}

static void expect(Fixture *f, const char *seen)
{
    fake_qmp_settle();
    g_assert_cmpstr(f->seen->str, ==, seen);
    g_string_truncate(f->seen, 0);
}

static void test_conversation(Fixture *f, gconstpointer data)
{
    g_autofree char *heard = NULL;

    fake_qmp_say(&f->fake, GREETING);
    expect(f, "ready;");
    qmp_send(f->client, "ask", NULL, on_reply, f);
    heard = fake_qmp_heard(&f->fake);
    g_assert_cmpstr(heard, ==, "{\"execute\":\"ask\"}\n");
    fake_qmp_say(&f->fake, "{\"event\": \"RESET\"}\r\n{\"return\": {\"n\"");
    expect(f, "event RESET -;");
    fake_qmp_say(&f->fake, ": 7}}\r\n");
    expect(f, "reply 7;");
    qmp_send(f->client, "ask", NULL, on_reply, f);
    fake_qmp_say(&f->fake, "{\"error\": {\"class\": \"G\", "
                           "\"desc\": \"no\"}}\r\n");
    expect(f, "failed: no;");
    fake_qmp_say(&f->fake, "{\"event\": \"SHUTDOWN\", "
                           "\"data\": {\"reason\": \"guest-reset\"}}\r\n");
    shutdown(f->fake.fd, SHUT_RDWR);
    expect(f, "event SHUTDOWN guest-reset;closed;");
}

/*
 * A second command before the answer of the first: the event of a guest's end
 * may be here before the answer to what started it.
 */
static void test_two_under_way(Fixture *f, gconstpointer data)
{
    fake_qmp_say(&f->fake, GREETING);
    expect(f, "ready;");
    qmp_send(f->client, "cont", NULL, on_reply, f);
    qmp_send(f->client, "quit", NULL, on_reply, f);
    fake_qmp_say(&f->fake, "{\"return\": {\"n\": 1}}\r\n"
                           "{\"return\": {\"n\": 2}}\r\n");
    expect(f, "reply 1;reply 2;");
    fake_qmp_say(&f->fake, "{\"return\": {\"n\": 3}}\r\n");
    expect(f, "broken: a reply to no command;");
}

/* Lines after the greeting that must break the conversation, or must not */
typedef struct LineCase {
    const char *name;
    const char *line;
    const char *seen;
} LineCase;

static const LineCase lines[] = {
    { "empty", "", "broken: a line that is no JSON object;" },
    { "text", "hello", "broken: a line that is no JSON object;" },
    { "cut", "{\"event\": ", "broken: a line that is no JSON object;" },
    { "number", "7", "broken: a line that is no JSON object;" },
    { "array", "[]", "broken: a line that is no JSON object;" },
    { "bad-utf8", "{\"event\": \"\xff\"}",
      "broken: a line that is no JSON object;" },
    { "no-kind", "{}", "broken: a message of an unknown kind;" },
    { "second-greeting", "{\"QMP\": {}}",
      "broken: a message of an unknown kind;" },
    { "event-is-number", "{\"event\": 7}",
      "broken: a message of an unknown kind;" },
    { "return-is-array", "{\"return\": []}",
      "broken: a message of an unknown kind;" },
    { "reply-unasked", "{\"return\": {}}", "broken: a reply to no command;" },
    { "error-unasked", "{\"error\": {}}", "broken: a reply to no command;" },
    { "event-without-data", "{\"event\": \"STOP\"}", "event STOP -;" },
    { "event-of-odd-data", "{\"event\": \"STOP\", \"data\": [1]}",
      "event STOP -;" },
    { "event-of-odd-reason",
      "{\"event\": \"SHUTDOWN\", \"data\": {\"reason\": {}}}",
      "event SHUTDOWN -;" },
};

static void test_line(Fixture *f, gconstpointer data)
{
    const LineCase *c = data;
    g_autofree char *text = g_strconcat(GREETING, c->line, "\r\n", NULL);
    g_autofree char *seen = g_strconcat("ready;", c->seen, NULL);

    fake_qmp_say(&f->fake, text);
    expect(f, seen);
}

typedef struct NumberCase {
    const char *json;
    const char *seen;
} NumberCase;

/* "n" is to be from 0 to 255. */
static void test_numbers(Fixture *f, gconstpointer data)
{
    static const NumberCase cases[] = {
        { "0", "reply 0;" }, { "255", "reply 255;" }, { "256", "reply -1;" },
        { "-1", "reply -1;" }, { "4294967296", "reply -1;" },
        { "1.5", "reply -1;" }, { "\"1\"", "reply -1;" },
        { "null", "reply -1;" }, { "[1]", "reply -1;" },
        { "true", "reply -1;" }, { "{}", "reply -1;" },
    };

    fake_qmp_say(&f->fake, GREETING);
    expect(f, "ready;");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("{\"return\": {\"n\": %s}}\n",
                                                cases[i].json);

        qmp_send(f->client, "ask", NULL, on_reply, f);
        fake_qmp_say(&f->fake, text);
        expect(f, cases[i].seen);
    }
}

/* 100000 brackets: without a limit the parser's recursion overflows */
static void test_nesting(Fixture *f, gconstpointer data)
{
    g_autofree char *deep = g_strnfill(100000, '[');
    g_autofree char *text = g_strconcat("{\"QMP\": \"\\\"]\", \"x\": ", deep,
                                        "\n", NULL);

    fake_qmp_say(&f->fake, text);
    expect(f, "broken: a line that is no JSON object;");
}

/* A line without end comes in pieces, which are no JSON. */
static void test_endless_line(Fixture *f, gconstpointer data)
{
    g_autofree char *piece = g_strnfill(32768, ' ');

    for (int i = 0; i < 40; i++) {
        fake_qmp_say(&f->fake, piece);
        fake_qmp_settle();
    }
    expect(f, "broken: a line that is no JSON object;");
}

static void test_server_gone(Fixture *f, gconstpointer data)
{
    fake_qmp_say(&f->fake, GREETING);
    expect(f, "ready;");
    shutdown(f->fake.fd, SHUT_RDWR);
    expect(f, "closed;");
    qmp_send(f->client, "ask", NULL, on_reply, f);
    expect(f, "broken: Broken pipe;");
}

static void add(const char *path, gconstpointer data,
                void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, data, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/owner/qmp/conversation", NULL, test_conversation);
    add("/owner/qmp/two-under-way", NULL, test_two_under_way);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *path = g_strconcat("/owner/qmp/line/",
                                            lines[i].name, NULL);

        add(path, &lines[i], test_line);
    }
    add("/owner/qmp/numbers", NULL, test_numbers);
    add("/owner/qmp/nesting", NULL, test_nesting);
    add("/owner/qmp/endless-line", NULL, test_endless_line);
    add("/owner/qmp/server-gone", NULL, test_server_gone);
    return g_test_run();
}
