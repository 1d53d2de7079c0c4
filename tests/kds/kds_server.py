# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the tests of the key server share: it, started as a user starts it, and
a client that says what it likes.
"""

import json
import re
import signal
import socket
import subprocess
from pathlib import Path

import pytest

FLAVOURS = ('bin/sevemu', 'tools-asan/guest-owner/sevemu')
TOOLS = {FLAVOURS[0]: 'libexec/sevemu-kds',
         FLAVOURS[1]: 'tools-asan/platform/tool/sevemu-kds'}
TCB = {'blSPL': '03', 'teeSPL': '00', 'snpSPL': '08', 'ucodeSPL': '115'}


class Answer:
    """What an HTTP server said; rest is what came after it."""

    def __init__(self, data, head=False):
        top, _, self.rest = data.partition(b'\r\n\r\n')
        lines = top.decode().split('\r\n')
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value for name, _, value in
                        (line.partition(': ') for line in lines[1:])}
        size = 0 if head else int(self.headers['content-length'])
        self.body, self.rest = self.rest[:size], self.rest[size:]


def receive(connection):
    """All up to the end of the connection"""
    data = b''
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionResetError:
        pass
    return data


class Server:
    """sevemu kds, and how it is asked"""

    def __init__(self, process, first):
        self.process = process
        self.url = first
        scheme, host, port = re.fullmatch(
            r'(https?)://(.*):(\d+)', first).groups()
        self.https = scheme == 'https'
        self.address = (host.strip('[]'), int(port))

    def connect(self, timeout=20):
        return socket.create_connection(self.address, timeout)

    def say(self, data, timeout=20):
        """What is answered to these bytes, and nothing after them"""
        with self.connect(timeout) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return receive(connection)

    def get(self, target, method='GET'):
        data = self.say(f'{method} {target} HTTP/1.1\r\nHost: x\r\n'
                        'Connection: close\r\n\r\n'.encode())
        return Answer(data, method == 'HEAD')

    def end(self, number=signal.SIGTERM):
        """Its exit status, and what it said beside its first line"""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture(name='sevemu', params=FLAVOURS)
def sevemu_fixture(request, build, qemu_env):
    qemu_env['SEVEMU_KDS_TOOL'] = str(build.dir / TOOLS[request.param])
    qemu_env['SEVEMU_VENDOR_TOOL'] = str(build.dir / 'libexec/sevemu-vendor')
    return build.dir / request.param


@pytest.fixture
def serve(sevemu, qemu_env, log_path):
    """serve(*options): a Server, ended with the test, which must be clean"""
    servers = []

    def start(*options):
        with open(log_path, 'a', encoding='utf-8') as log:
            process = subprocess.Popen(
                [sevemu, 'kds', *map(str, options)], env=qemu_env, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        servers.append(Server(process, process.stdout.readline().rstrip()))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            assert server.end()[0] == 0
    assert 'Sanitizer' not in Path(log_path).read_text(encoding='utf-8')


@pytest.fixture
def chip(build, run):
    """The id of the default platform's chip, and its address"""
    done = run([build.dir / 'libexec/sevemu-platform', '-', 'get-id'])
    return json.loads(done.stdout)['hex']


def vcek(chip_id, product='Milan', **tcb):
    parameters = '&'.join(f'{name}={value}'
                          for name, value in {**TCB, **tcb}.items())
    return f'/vcek/v1/{product}/{chip_id}?{parameters}'
