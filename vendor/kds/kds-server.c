/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives a Kds an address to be asked at. See kds-server.h. */

#include "vendor/kds/kds-server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <string.h>

#include "vendor/kds/kds-loop.h"

#define MAX_CONNECTIONS 512

/* What one may make the server hold: request line, headers, answer's headers */
#define MAX_MEMORY (16 * 1024)

/* A request's body */
#define MAX_BODY (64 * 1024)

/* Time for a request, in times of how long a connection may be idle */
#define REQUEST_TIMES 3

struct KdsServer {
    struct MHD_Daemon *daemon;
    Kds *kds;
    bool verbose;
    unsigned timeout;           /* seconds */
    GSource *source;            /* has the daemon run when it has to */
    guint sweep;
    GQueue peers;               /* of Peer, all connections */
    GQueue waiting;             /* of Exchange, those that are delayed */
};

/* A connection */
typedef struct Peer {
    struct MHD_Connection *connection;
    int64_t since;              /* its last request ended, or it came */
} Peer;

/* A request and its answer */
typedef struct Exchange {
    KdsServer *server;
    struct MHD_Connection *connection;
    char *uri;
    bool begun;                 /* its headers have come */
    GByteArray *body;           /* of a POST: NULL if it is something else */
    size_t taken;               /* bytes of its body */
    bool resumed;               /* its delay is over */
    guint timer;
    KdsAnswer answer;
} Exchange;

static Exchange *exchange_new(KdsServer *server, const char *uri)
{
    Exchange *exchange = g_new0(Exchange, 1);

    exchange->server = server;
    exchange->uri = g_strdup(uri);
    return exchange;
}

static void exchange_free(Exchange *exchange)
{
    g_queue_remove(&exchange->server->waiting, exchange);
    if (exchange->timer) {
        g_source_remove(exchange->timer);
    }
    g_clear_pointer(&exchange->answer.body, g_bytes_unref);
    g_clear_pointer(&exchange->body, g_byte_array_unref);
    g_free(exchange->uri);
    g_free(exchange);
}

/* The target as it was sent: no decoding has lost anything of it. */
static void *on_uri(void *opaque, const char *uri,
                    struct MHD_Connection *connection)
{
    return exchange_new(opaque, uri);
}

static char *address_of(struct MHD_Connection *connection)
{
    const struct sockaddr *address = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char text[INET6_ADDRSTRLEN] = "";

    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr,
                  text, sizeof(text));
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6,
                  &((const struct sockaddr_in6 *)address)->sin6_addr,
                  text, sizeof(text));
    }
    return g_strdup(text);
}

/* A body of which the second half never comes, and the connection ends */
static ssize_t read_half(void *opaque, uint64_t at, char *buf, size_t max)
{
    gsize size;
    const char *data = g_bytes_get_data(opaque, &size);

    if (at >= size / 2) {
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size = MIN(max, size / 2 - at);
    memcpy(buf, data + at, size);
    return size;
}

static void unref_bytes(void *bytes)
{
    g_bytes_unref(bytes);
}

static struct MHD_Response *response_of(const KdsAnswer *answer)
{
    gsize size;
    const void *data = g_bytes_get_data(answer->body, &size);
    struct MHD_Response *response;

    if (answer->cut) {
        response = MHD_create_response_from_callback(
            size, size, read_half, g_bytes_ref(answer->body), unref_bytes);
    } else {
        response = MHD_create_response_from_buffer(size, (void *)data,
                                                   MHD_RESPMEM_MUST_COPY);
    }
    if (response) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                answer->type);
    }
    return response;
}

static enum MHD_Result send_answer(Exchange *exchange,
                                   struct MHD_Connection *connection)
{
    struct MHD_Response *response = response_of(&exchange->answer);
    enum MHD_Result result = MHD_NO;

    if (response) {
        if (exchange->answer.allow) {
            MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                    exchange->answer.allow);
        }
        result = MHD_queue_response(connection, exchange->answer.status,
                                    response);
        MHD_destroy_response(response);
    }
    return result;
}

static void make_answer(Exchange *exchange, const char *method,
                        struct MHD_Connection *connection)
{
    g_autofree char *address = address_of(connection);
    g_autoptr(GBytes) post = exchange->body ? g_byte_array_free_to_bytes(
        g_steal_pointer(&exchange->body)) : NULL;

    if (post || strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
        strcmp(method, MHD_HTTP_METHOD_HEAD) == 0) {
        kds_answer(exchange->server->kds, exchange->uri, post, address,
                   &exchange->answer);
    } else {
        kds_answer_text(MHD_HTTP_METHOD_NOT_ALLOWED,
                        "there is no such method here", &exchange->answer);
        exchange->answer.allow = "GET, HEAD, POST";
    }
    if (exchange->server->verbose) {
        g_autofree char *shown = g_strescape(exchange->uri, NULL);

        g_printerr("%s %s %s: %u\n", address, method, shown,
                   exchange->answer.status);
    }
}

static void resume(Exchange *exchange)
{
    exchange->resumed = true;
    g_queue_remove(&exchange->server->waiting, exchange);
    MHD_resume_connection(exchange->connection);
}

static gboolean on_delay(gpointer opaque)
{
    Exchange *exchange = opaque;

    exchange->timer = 0;
    resume(exchange);
    return G_SOURCE_REMOVE;
}

static void delay(Exchange *exchange, struct MHD_Connection *connection)
{
    exchange->connection = connection;
    g_queue_push_tail(&exchange->server->waiting, exchange);
    exchange->timer = g_timeout_add(exchange->answer.delay, on_delay,
                                    exchange);
    MHD_suspend_connection(connection);
}

/* Of bodies, only a POST's says something. */
static enum MHD_Result take(Exchange *exchange, const char *method,
                            const char *data, size_t *size)
{
    if (!exchange->begun && strcmp(method, MHD_HTTP_METHOD_POST) == 0) {
        exchange->body = g_byte_array_new();
    }
    exchange->begun = true;
    exchange->taken += *size;
    if (exchange->taken > MAX_BODY) {
        return MHD_NO;
    }
    if (exchange->body) {
        g_byte_array_append(exchange->body, (const uint8_t *)data, *size);
    }
    *size = 0;
    return MHD_YES;
}

/*
 * Called first when the headers are there, then for each piece of a body, and
 * at its end; and again after a delay. An answer at the first call would end
 * the connection.
 */
static enum MHD_Result on_request(void *opaque,
                                  struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *data,
                                  size_t *size, void **state)
{
    Exchange *exchange = *state;

    if (!exchange->begun || *size) {
        return take(exchange, method, data, size);
    }
    if (!exchange->answer.body) {
        make_answer(exchange, method, connection);
        if (exchange->answer.delay) {
            delay(exchange, connection);
            return MHD_YES;
        }
    } else if (exchange->answer.delay && !exchange->resumed) {
        return MHD_YES;
    }
    return send_answer(exchange, connection);
}

static void on_completed(void *opaque, struct MHD_Connection *connection,
                         void **state, enum MHD_RequestTerminationCode code)
{
    Peer *peer = MHD_get_connection_info(
        connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;

    if (peer) {
        peer->since = g_get_monotonic_time();
    }
    if (*state) {
        exchange_free(*state);
        *state = NULL;
    }
}

static void on_connection(void *opaque, struct MHD_Connection *connection,
                          void **state, enum MHD_ConnectionNotificationCode
                          code)
{
    KdsServer *server = opaque;
    Peer *peer = *state;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        peer = g_new0(Peer, 1);
        peer->connection = connection;
        peer->since = g_get_monotonic_time();
        g_queue_push_tail(&server->peers, peer);
        *state = peer;
    } else if (peer) {
        g_queue_remove(&server->peers, peer);
        g_free(peer);
        *state = NULL;
    }
}

static bool peer_waits(const KdsServer *server, const Peer *peer)
{
    for (GList *link = server->waiting.head; link; link = link->next) {
        if (((Exchange *)link->data)->connection == peer->connection) {
            return true;
        }
    }
    return false;
}

/*
 * Who sends a byte now and then is never idle. Such a one is cut off; libmicro-
 * httpd then finds the connection at its end. Who waits for us is not to blame.
 */
static gboolean on_sweep(gpointer opaque)
{
    KdsServer *server = opaque;
    int64_t latest = g_get_monotonic_time() -
                     (int64_t)server->timeout * REQUEST_TIMES * G_USEC_PER_SEC;

    for (GList *link = server->peers.head; link; link = link->next) {
        Peer *peer = link->data;

        if (peer->since < latest && !peer_waits(server, peer)) {
            shutdown(MHD_get_connection_info(
                         peer->connection,
                         MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
                     SHUT_RDWR);
        }
    }
    return G_SOURCE_CONTINUE;
}

static void ignore_log(void *opaque, const char *format, va_list list)
{
}

static struct MHD_Daemon *start(KdsServer *server,
                                const struct sockaddr *address,
                                const KdsTls *tls)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
                     (tls ? MHD_USE_TLS : 0) |
                     (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    struct MHD_OptionItem https[] = {
        { MHD_OPTION_HTTPS_MEM_KEY, 0, tls ? tls->key : NULL },
        { MHD_OPTION_HTTPS_MEM_CERT, 0, tls ? tls->cert : NULL },
        { MHD_OPTION_END },
    };

    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server,
        MHD_OPTION_EXTERNAL_LOGGER, ignore_log, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SOCK_ADDR, address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MAX_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, server->timeout,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, server,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_ARRAY, tls ? https : &https[G_N_ELEMENTS(https) - 1],
        MHD_OPTION_END);
}

KdsServer *kds_server_new(Kds *kds, const KdsServerConfig *config,
                          GError **errp)
{
    KdsServer *server = g_new0(KdsServer, 1);

    server->kds = kds;
    server->verbose = config->verbose;
    server->timeout = config->timeout;
    g_queue_init(&server->peers);
    g_queue_init(&server->waiting);
    errno = 0;
    server->daemon = start(server, config->address, config->tls);
    if (!server->daemon) {
        g_set_error(errp, VENDOR_ERROR, VENDOR_ERROR_FILE,
                    "the server can't listen: %s",
                    errno ? g_strerror(errno) : "libmicrohttpd refuses");
        g_free(server);
        return NULL;
    }
    server->source = kds_loop_attach(server->daemon);
    server->sweep = g_timeout_add_seconds(1, on_sweep, server);
    return server;
}

void kds_server_free(KdsServer *server)
{
    if (!server) {
        return;
    }
    g_source_remove(server->sweep);
    g_source_destroy(server->source);
    g_source_unref(server->source);
    /* The daemon can't be stopped while it waits for us. */
    while (!g_queue_is_empty(&server->waiting)) {
        resume(g_queue_peek_head(&server->waiting));
    }
    MHD_stop_daemon(server->daemon);
    g_free(server);
}

uint16_t kds_server_port(const KdsServer *server)
{
    return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}
