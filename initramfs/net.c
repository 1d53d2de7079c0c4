/*
 * The action `net`: content from the host and back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * QEMU's user network: this machine is 10.0.2.15, and 10.0.2.2 is the host's
 * loopback.  Port sevemu.port= there sends content up to end of file; all of
 * it is read, then goes back with every bit turned.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

#define INTERFACE "eth0"
#define MAX_CONTENT (8 << 20)

static struct sockaddr_in inet_address(const char *text, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = inet_addr(text),
    };

    return address;
}

static bool set_address(int fd, unsigned long request, const char *text)
{
    struct sockaddr_in address = inet_address(text, 0);
    struct ifreq ifr = { .ifr_name = INTERFACE };

    memcpy(&ifr.ifr_addr, &address, sizeof(address));
    return ioctl(fd, request, &ifr) == 0;
}

static bool bring_up(int fd)
{
    struct ifreq ifr = {
        .ifr_name = INTERFACE,
        .ifr_flags = IFF_UP,
    };

    return (set_address(fd, SIOCSIFADDR, "10.0.2.15") &&
            set_address(fd, SIOCSIFNETMASK, "255.255.255.0") &&
            ioctl(fd, SIOCSIFFLAGS, &ifr) == 0) ||
           guest_fail("%s: %s", INTERFACE, strerror(errno));
}

/* The number of bytes echoed, 0 when it did not go well */
static size_t echo_complemented(int fd, uint8_t *content)
{
    size_t size = 0, sent = 0;
    ssize_t n;

    while (size < MAX_CONTENT &&
           (n = read(fd, content + size, MAX_CONTENT - size)) > 0) {
        size += n;
    }
    for (size_t i = 0; i < size; i++) {
        content[i] = ~content[i];
    }
    while (sent < size && (n = write(fd, content + sent, size - sent)) > 0) {
        sent += n;
    }
    return sent == size ? size : 0;
}

static bool echo_with_host(int fd, uint16_t port)
{
    struct sockaddr_in host = inet_address("10.0.2.2", port);
    /* The next action may be a reboot: close() waits for the last byte. */
    struct linger linger = { .l_onoff = 1, .l_linger = 60 };
    uint8_t *content = malloc(MAX_CONTENT);
    size_t size = 0;

    if (content &&
        !setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) &&
        !connect(fd, (struct sockaddr *)&host, sizeof(host))) {
        size = echo_complemented(fd, content);
    }
    free(content);
    if (!size) {
        return guest_fail("10.0.2.2 port %d: %s", port, strerror(errno));
    }
    close(fd);
    guest_say("net: %zu bytes echoed", size);
    return true;
}

bool action_net(void)
{
    char port[8];
    int fd;

    if (!guest_option("sevemu.port", port, sizeof(port))) {
        return guest_fail("the action 'net' needs sevemu.port=");
    }
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return guest_fail("socket: %s", strerror(errno));
    }
    return bring_up(fd) && echo_with_host(fd, atoi(port));
}
