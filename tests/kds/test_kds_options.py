# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of sevemu kds, each wrong once: one line, and exit status 2."""

import socket

import pytest

from kds_server import serve, sevemu_fixture  # noqa: F401

FAULTS = ('429, 404, delay, truncated, wrong-tcb, revoked, expired, outage')


@pytest.mark.parametrize('arguments, message', [
    ('x', 'unexpected argument: x'),
    ('--x', 'Unknown option --x'),
    ('--platform none/none', 'none/none: No such file or directory'),
    ('--vendor none', 'Failed to open file “none/ark.cert”: No such file or '
                      'directory'),
    ('--listen x', '--listen: expected an address of IPv4 or IPv6, found x'),
    ('--listen localhost', '--listen: expected an address of IPv4 or IPv6, '
                           'found localhost'),
    ('--listen 0.0.0.0', '--listen: expected an address of this machine '
                         'alone, or --any-address, found 0.0.0.0'),
    ('--port x', 'Cannot parse integer value “x” for --port'),
    ('--port -1', '--port: expected a number up to 65535, found -1'),
    ('--port 65536', '--port: expected a number up to 65535, found 65536'),
    ('--vlek \x7f', '--vlek: expected a name of 1 to 64 characters of ASCII, '
                     'found "\\177"'),
    ('--timeout x', 'Cannot parse integer value “x” for --timeout'),
    ('--timeout 0', '--timeout: expected a number from 1 on, found 0'),
    ('--ca-out ca', '--ca-out needs --https'),
    ('--https --ca-out none/ca', 'Failed to create file “none/ca.'),
    ('--fault x', f'--fault: expected one of {FAULTS}, found "x"'),
    ('--fault delay', '--fault delay: expected seconds, up to 3600, found ""'),
    ('--fault outage=1', '--fault outage: expected nothing after it, found '
                         '"=1"'),
])
def test_bad(sevemu, run, tmp_path, arguments, message):
    done = run([sevemu, 'kds', *arguments.split()], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith(f'sevemu: {message}')
    assert done.stderr.count('\n') == 1


@pytest.mark.limit(600)
def test_vendor(sevemu, serve, run, build, tmp_path):  # noqa: F811
    """A platform's manufacturer has to be the one that signs."""
    other, theirs, ours = (tmp_path / name for name in ('v', 'a', 'b'))
    assert run([sevemu, 'vendor', 'new', other]).returncode == 0
    tool = build.dir / 'libexec/sevemu-platform'
    assert run([tool, f'--vendor={other}', theirs, 'create']).returncode == 0
    assert run([tool, ours, 'create']).returncode == 0
    for options, culprit in ((('--platform', theirs), theirs),
                             (('--vendor', other, '--platform', ours), ours),
                             (('--platform', ours, '--platform', theirs),
                              theirs)):
        done = run([sevemu, 'kds', *options])
        assert (done.returncode, done.stdout, done.stderr) == (
            2, '', f'sevemu: {culprit}: its chip is of another manufacturer: '
                   'give --vendor\n')
    server = serve('--vendor', other, '--platform', theirs)
    chains = [server.get(f'/vcek/v1/{product}/cert_chain').body
              for product in ('Milan', 'Genoa')]
    server = serve('--platform', ours)
    assert chains[0] != server.get('/vcek/v1/Milan/cert_chain').body
    assert chains[1] == server.get('/vcek/v1/Genoa/cert_chain').body
    (other / 'ark.key').unlink()
    server = serve('--vendor', other, '--platform', theirs)
    answer = server.get('/vcek/v1/Milan/crl')
    assert (answer.status, answer.body) == \
        (404, b'the manufacturer has no list of that kind\n')


def test_port(sevemu, serve, run):  # noqa: F811
    """One that is asked for, and one that another has"""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    server = serve('--port', port)
    assert server.url == f'http://127.0.0.1:{port}'
    done = run([sevemu, 'kds', '--port', port])
    assert (done.returncode, done.stdout, done.stderr) == \
        (2, '', "sevemu: the server can't listen: Address already in use\n")


@pytest.mark.parametrize('address, url', [
    ('127.0.0.2', 'http://127.0.0.2:'), ('::1', 'http://[::1]:')])
def test_listen(serve, address, url):  # noqa: F811
    server = serve('--listen', address)
    assert server.url.startswith(url)
    assert server.get('/vcek/v1/Milan/cert_chain').status == 200


def test_any_address(serve):  # noqa: F811
    server = serve('--listen', '0.0.0.0', '--any-address')
    server.address = ('127.0.0.3', server.address[1])
    assert server.get('/vcek/v1/Milan/cert_chain').status == 200


def test_closed_output(sevemu, run):
    done = run(['sh', '-c', '"$0" kds >/dev/full', sevemu])
    assert (done.returncode, done.stderr) == \
        (2, "sevemu: standard output can't be written\n")
