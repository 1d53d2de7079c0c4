# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu report verify --kds: what it asks a key server for, and what it makes
of answers that are none.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count

import pytest

from owner_files import sevemu  # noqa: F401
from report_files import (AT, CHIP_ID, Certs, leaves, make_crl,  # noqa: F401
                          make_report, pem)

TCB = 'blSPL=124&teeSPL=125&snpSPL=130&ucodeSPL=131'
VCEK = f'/vcek/v1/Milan/{CHIP_ID.hex()}?{TCB}'
CHAIN, CRL = '/vcek/v1/Milan/cert_chain', '/vcek/v1/Milan/crl'


@pytest.fixture
def kds():
    """A server on loopback: .answers {path: bytes, status, or a list}"""
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # pylint: disable=invalid-name
            server.asked.append(self.path)
            answer = server.answers.get(self.path, 404)
            if isinstance(answer, list):
                answer = answer.pop(0)
            status, body = ((answer, b'no') if isinstance(answer, int)
                            else (200, answer))
            self.send_response(status)
            self.send_header('Content-Length', str(len(body)))
            if status == 429:
                self.send_header('Retry-After', '1')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(('127.0.0.1', 0), Handler)
    server.url = f'http://127.0.0.1:{server.server_port}'
    server.asked, server.answers = [], {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def verify(sevemu, run, tmp_path, monkeypatch, kds, leaves):  # noqa: F811
    """verify(report, *options), with certificates of Milan in the server"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('no_proxy', '*')
    made = Certs('Milan', leaves)
    kds.made = made
    kds.answers = {VCEK: made['vcek'], CHAIN: pem(made['ask'])
                   + pem(made['ark']),
                   CRL: make_crl(made['ark'], made.key('ask'))}
    (tmp_path / 'ark').write_bytes(made['ark'])

    def start(report, *options, url=None):
        (tmp_path / 'report').write_bytes(report)
        return run([sevemu, 'report', 'verify', 'report', '--at', AT,
                    '--kds', url or kds.url, *options])

    return start


def test_good(verify, kds):
    for url in kds.url, kds.url + '/':
        kds.asked.clear()
        done = verify(make_report(), '--ca', 'ark', '--json', url=url)
        assert (done.returncode, done.stderr) == (0, '')
        checks = {row['check']: row['verdict']
                  for row in json.loads(done.stdout)['verdicts']}
        assert checks['ark-crl'] == checks['ark-revocation'] == 'good'
        assert kds.asked == [VCEK, CHAIN, CRL]


def test_root_is_not_the_servers(verify):
    """Whoever answers can't vouch for a root."""
    done = verify(make_report())
    assert done.returncode == 1
    assert 'ark-root: sevemu test root (not AMD)' in done.stderr


def test_only_what_is_missing(verify, kds, tmp_path):
    (tmp_path / 'all').mkdir()
    for name in ('vcek', 'ask', 'ark'):
        (tmp_path / 'all' / f'{name}.der').write_bytes(kds.made[name])
    (tmp_path / 'all' / 'crl.der').write_bytes(kds.answers[CRL])
    done = verify(make_report(), '--certs', 'all', '--ca', 'all')
    assert (done.returncode, kds.asked) == (0, [])


def test_turin(verify, kds):
    """A short id, and one number more"""
    done = verify(make_report('Turin'))
    path = ('/vcek/v1/Turin/8081828384858687?fmcSPL=124&blSPL=125&teeSPL=126&'
            'snpSPL=127&ucodeSPL=131')
    assert (done.returncode, kds.asked) == (2, [path])
    assert done.stderr == f'sevemu: --kds: {kds.url}{path}: HTTP status 404\n'


def test_small_numbers(verify, kds):
    """Two digits, as other tools write them"""
    verify(make_report(reported_tcb=bytes((3, 0, 0, 0, 0, 0, 8, 115))))
    assert kds.asked[0].endswith(
        '?blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115')


def test_vlek(verify, kds, tmp_path):
    """A VLEK has to be given; what is above it lies at its own addresses."""
    made = kds.made
    kds.answers = {
        CHAIN.replace('vcek', 'vlek'): pem(made['asvk']) + pem(made['ark']),
        CRL.replace('vcek', 'vlek'): kds.answers[CRL]}
    (tmp_path / 'vlek').write_bytes(made['vlek'])
    done = verify(make_report(vlek=True), '--certs', 'vlek', '--ca', 'ark')
    assert (done.returncode, done.stderr) == (0, '')
    assert kds.asked == [*kds.answers]


def test_too_often(verify, kds):
    """It is asked again, a few times."""
    kds.answers[VCEK] = [429, 429, kds.answers[VCEK]]
    done = verify(make_report(), '--ca', 'ark')
    line = (f'sevemu: --kds: {kds.url}{VCEK}: asked too often (429), again in '
            '1 s\n')
    assert (done.returncode, done.stderr) == (0, 2 * line)
    kds.answers[VCEK] = 429
    kds.asked.clear()
    done = verify(make_report(), '--ca', 'ark')
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == 3 * line + (
        f'sevemu: --kds: {kds.url}{VCEK}: HTTP status 429\n')
    assert kds.asked == 4 * [VCEK]


@pytest.mark.parametrize('path, answer, message', [
    (VCEK, 404, 'HTTP status 404'), (CHAIN, 500, 'HTTP status 500'),
    (CRL, 404, 'HTTP status 404'), (VCEK, 302, 'HTTP status 302'),
    (VCEK, b'', 'expected certificates in PEM or DER'),
    (VCEK, b'<html>', 'expected certificates in PEM or DER'),
    (CHAIN, b'-----BEGIN CERTIFICATE-----\n', 'expected certificates in PEM'),
    (CRL, b'0', 'expected a CRL in DER or PEM'),
    (CHAIN, bytes(0x10001), 'the answer is too long')], ids=count())
def test_bad_answer(verify, kds, path, answer, message):
    kds.answers[path] = answer
    done = verify(make_report(), '--ca', 'ark')
    assert (done.returncode, done.stdout) == (2, '')
    assert re.match(f'sevemu: --kds: {re.escape(kds.url + path)}: {message}',
                    done.stderr), done.stderr
    assert done.stderr.count('\n') == 1


@pytest.mark.parametrize('report, url, message', [
    (make_report(), 'kds', '--kds kds: expected http://... or https://...'),
    (make_report(), 'file:///etc', '--kds file:///etc: expected http://'),
    (make_report(), 'http://127.0.0.1:1', '--kds: http://127.0.0.1:1'),
    (make_report(version=2), None, '--kds: the report does not tell its '
                                   'product: give --product'),
    (make_report(chip_id=bytes(64)), None, "--kds: the report's chip id is "
                                           'masked: give the VCEK')],
                         ids=count())
def test_refused(verify, kds, report, url, message):
    done = verify(report, url=url)
    assert (done.returncode, done.stdout, kds.asked) == (2, '', [])
    assert done.stderr.startswith(f'sevemu: {message}')
    assert done.stderr.count('\n') == 1


def test_no_report(verify, kds):
    """Of what is no report nobody is asked."""
    assert verify(b'short').returncode == 1 and kds.asked == []
