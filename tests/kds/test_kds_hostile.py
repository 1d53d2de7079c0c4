# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of sevemu kds that nobody would want: many, slow, greedy."""

import socket
import ssl
import time

import pytest

from kds_server import (Answer, chip, receive, serve,  # noqa: F401
                        sevemu_fixture, vcek)

CRL = b'GET /vcek/v1/Milan/crl HTTP/1.1\r\nHost: x\r\n'


# A client that has ended its side only may be kept until it is idle too long.
QUICK = ('--timeout', 3)


def works(server):
    return server.get('/vcek/v1/Milan/crl').status == 200


def test_200_at_once(serve, chip):  # noqa: F811
    """All are open before the first asks; each asks for a key of its own."""
    server = serve('--timeout', 200)
    connections = [server.connect(200) for _ in range(200)]
    begin = time.monotonic()
    for i, connection in enumerate(connections):
        target = vcek(chip, ucodeSPL=i)
        connection.sendall(f'GET {target} HTTP/1.1\r\nHost: x\r\n'
                           'Connection: close\r\n\r\n'.encode())
    answers = [Answer(receive(connection)) for connection in connections]
    print('200 certificates:', time.monotonic() - begin, 's')
    assert [answer.status for answer in answers] == [200] * 200
    assert len({answer.body for answer in answers}) == 200
    for connection in connections:
        connection.close()


def test_more_than_there_is_room_for(serve):  # noqa: F811
    """Those that came are served when others go."""
    server = serve()
    connections = [server.connect() for _ in range(600)]
    for connection in connections:
        connection.close()
    assert works(server)


def test_pipelined(serve, chip):  # noqa: F811
    server = serve(*QUICK)
    targets = [vcek(chip), '/', '/vcek/v1/Milan/crl', vcek(chip)]
    rest = server.say(b''.join(
        f'GET {target} HTTP/1.1\r\nHost: x\r\n\r\n'.encode()
        for target in targets))
    answers = []
    while rest:
        answers.append(Answer(rest))
        rest = answers[-1].rest
    assert [answer.status for answer in answers] == [200, 404, 200, 200]
    assert answers[0].body == answers[3].body


def test_pipelined_with_delay(serve):  # noqa: F811
    server = serve('--fault', 'delay=0.2', *QUICK)
    rest = server.say(3 * (CRL + b'\r\n'))
    for _ in range(3):
        answer = Answer(rest)
        assert answer.status == 200
        rest = answer.rest
    assert rest == b''


@pytest.mark.parametrize('request_, statuses', [
    (b'GET /' + 20000 * b'x' + b' HTTP/1.1\r\nHost: x\r\n\r\n', {413, 414}),
    (CRL + b'X: ' + 20000 * b'y' + b'\r\n\r\n', {413, 431}),
    (CRL + 2000 * b'X: yyyyyyyyyy\r\n' + b'\r\n', {413, 431}),
    (b'GET /vcek/v1/Milan/crl HTTP/1.1\r\n\r\n', {400}),
    (b'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', {400, 404}),
    (b'GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n', {400}),
    (b'GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n', {400, 404}),
    (b'G\xc3\xa4T / HTTP/1.1\r\nHost: x\r\n\r\n', {400, 405}),
    (b'GET / HTTP/9.9\r\nHost: x\r\n\r\n', {400, 404, 505}),
    (CRL + b'Content-Length: -1\r\n\r\n', {400}),
    (CRL + b'Content-Length: 99999999999999999999999\r\n\r\n', {400, 413}),
    (CRL + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n', {400}),
    (b'\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', set()),
    (b'GET\r\n\r\n', {400}),
    (b'\r\n' * 5000, set()),
    (b'', set()),
], ids='target header headers host nul nul-coded utf8 method version negative '
       'huge chunk tls get empty-lines nothing'.split())
def test_malformed(serve, request_, statuses):  # noqa: F811
    """An answer that refuses, or the end of the connection; and then others'"""
    server = serve(*QUICK)
    said = server.say(request_)
    if said:
        assert Answer(said).status in statuses
    assert works(server)


def test_long_body(serve):  # noqa: F811
    """Read and forgotten up to a limit, then cut off"""
    server = serve(*QUICK)
    small = server.say(CRL + b'Content-Length: 60000\r\n\r\n' + bytes(60000))
    assert Answer(small).status == 200
    with server.connect() as connection:
        connection.sendall(CRL + b'Content-Length: 100000000\r\n\r\n')
        with pytest.raises(OSError):
            for _ in range(1000):
                connection.sendall(bytes(100000))
    assert works(server)


@pytest.mark.limit(120)
def test_slow(serve):  # noqa: F811
    """Who says nothing goes first, then who says a byte now and then."""
    server = serve('--timeout', 4)
    silent, slow = server.connect(60), server.connect(60)
    begin = time.monotonic()
    ends = {}
    slow.setblocking(False)
    silent.setblocking(False)
    while len(ends) < 2 and time.monotonic() - begin < 60:
        for name, connection in ('silent', silent), ('slow', slow):
            try:
                if name not in ends and connection.recv(1000) == b'':
                    ends[name] = time.monotonic() - begin
            except BlockingIOError:
                pass
            except ConnectionResetError:
                ends[name] = time.monotonic() - begin
        if 'slow' not in ends:
            try:
                slow.send(b'G')
            except OSError:
                ends['slow'] = time.monotonic() - begin
        assert works(server)
        time.sleep(1)
    assert 3 < ends['silent'] < 11
    assert 11 < ends['slow'] < 40


def test_does_not_read(serve, chip):  # noqa: F811
    """Asks a lot, takes no answer: it is held back, others are not."""
    server = serve()
    greedy = server.connect()
    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    greedy.settimeout(2)
    with pytest.raises(OSError):
        for _ in range(100000):
            greedy.sendall(100 * (CRL + b'\r\n'))
    assert works(server)
    greedy.close()


def test_tls_nonsense(serve, tmp_path):  # noqa: F811
    """Plain words to HTTPS, half a handshake, and one that ends in it"""
    server = serve('--https', '--ca-out', tmp_path / 'ca', *QUICK)
    assert b'200' not in server.say(CRL + b'\r\n')
    server.say(b'\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03')
    half = server.connect()
    half.sendall(b'\x16\x03\x01\x02\0\x01')
    context = ssl.create_default_context(cafile=tmp_path / 'ca')
    for _ in range(20):
        with server.connect() as plain, context.wrap_socket(
                plain, server_hostname='localhost') as connection:
            connection.sendall(CRL + b'Connection: close\r\n\r\n')
            assert Answer(receive(connection)).status == 200
    half.close()
