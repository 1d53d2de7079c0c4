# SPDX-License-Identifier: GPL-2.0-or-later
"""What sevemu kds answers, right requests and wrong ones, and its faults."""

import http.client
import json
import signal
import ssl
import time
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from kds_server import (Answer, chip, receive, serve,  # noqa: F401
                        sevemu_fixture, vcek)

AMD = '1.3.6.1.4.1.3704.1.'


def load(der):
    with warnings.catch_warnings():
        # A VCEK has the serial number 0
        warnings.simplefilter('ignore')
        return x509.load_der_x509_certificate(der)


def chain(server, product='Milan', kind='vcek'):
    answer = server.get(f'/{kind}/v1/{product}/cert_chain')
    assert answer.status == 200
    assert answer.body.endswith(b'-----END CERTIFICATE-----\n')
    pems = answer.body.split(b'-----END CERTIFICATE-----\n')[:-1]
    return [x509.load_pem_x509_certificate(
        pem + b'-----END CERTIFICATE-----\n') for pem in pems]


def is_signed(signature, data, issuer):
    issuer.public_key().verify(
        signature, data, padding.PSS(padding.MGF1(hashes.SHA384()), 48),
        hashes.SHA384())


def extension(cert, end):
    return cert.extensions.get_extension_for_oid(
        x509.ObjectIdentifier(AMD + end)).value.value


def test_whole_chain(serve, chip):  # noqa: F811
    """From the chip's key up to the root, and the root's list"""
    server = serve()
    cert = load(server.get(vcek(chip)).body)
    ask, ark = chain(server)
    is_signed(cert.signature, cert.tbs_certificate_bytes, ask)
    is_signed(ask.signature, ask.tbs_certificate_bytes, ark)
    is_signed(ark.signature, ark.tbs_certificate_bytes, ark)
    crl = x509.load_der_x509_crl(server.get('/vcek/v1/Milan/crl').body)
    is_signed(crl.signature, crl.tbs_certlist_bytes, ark)
    assert not list(crl)
    assert extension(cert, '4').hex() == chip
    assert [extension(cert, end)[-1] for end in ('3.1', '3.2', '3.3', '3.8')] \
        == [3, 0, 8, 115]


@pytest.mark.parametrize('product', ['Milan', 'Genoa', 'Turin'])
@pytest.mark.parametrize('kind, name', [('vcek', 'SEV-{}'),
                                        ('vlek', 'SEV-VLEK-{}')])
def test_products(serve, product, kind, name):  # noqa: F811
    server = serve()
    names = [cert.subject.get_attributes_for_oid(
        x509.NameOID.COMMON_NAME)[0].value
        for cert in chain(server, product, kind)]
    assert names == [name.format(product), f'ARK-{product}']
    crl = x509.load_der_x509_crl(server.get(f'/{kind}/v1/{product}/crl').body)
    assert not list(crl)


def test_same_and_other(serve, chip):  # noqa: F811
    """The same request, the same bytes; another TCB, another key"""
    server = serve('--verbose')
    first = server.get(vcek(chip)).body
    assert server.get(vcek(chip, snpSPL='8', teeSPL=0)).body == first
    other = server.get(vcek(chip, snpSPL='9')).body
    assert load(other).public_key().public_numbers() \
        != load(first).public_key().public_numbers()
    assert server.end() == (0, '', None)
    # Signing is random, and no more than that
    again = load(serve().get(vcek(chip)).body)
    assert again.tbs_certificate_bytes == load(first).tbs_certificate_bytes


def test_several_platforms(serve, run, build, tmp_path):  # noqa: F811
    ids = []
    for name in 'ab':
        done = run([build.dir / 'libexec/sevemu-platform', tmp_path / name,
                    'get-id'])
        ids.append(done.stdout.split('"hex" : "')[1].split('"')[0])
    server = serve('--platform', tmp_path / 'a')
    assert [server.get(vcek(which)).status for which in ids] == [200, 404]
    server = serve('--platform', tmp_path / 'a', '--platform', tmp_path / 'b')
    assert [server.get(vcek(which)).status for which in ids] == [200, 200]


@pytest.mark.parametrize('target, status, text', [
    ('/', 404, 'there is no such page'),
    ('/vcek/v1/Rome/crl', 404, 'there is no such product'),
    ('/vcek/v1/Turin/' + '0' * 128, 404,
     'a chip of Turin has an id of 16 hexadecimal digits, not 128'),
    (vcek('0' * 128), 404, 'there is no such chip'),
    (vcek('0' * 128, 'Genoa'), 404, 'there is no such chip'),
    (vcek('0' * 128, snpSPL='x'), 400, 'snpSPL is no number from 0 to 255'),
    (vcek('0' * 128, fmcSPL='1'), 400,
     'there is a parameter that Milan has not'),
    ('/vlek/v1/Milan/cert?blSPL=1&teeSPL=1&snpSPL=1&ucodeSPL=1', 403,
     'VLEKs are for a provider'),
    ('/vlek/v1/Milan/hash_sticks?blSPL=1&teeSPL=1&snpSPL=1&ucodeSPL=1', 405,
     'that is not how it is asked for'),
], ids='page product turin chip chip-genoa number fmc vlek sticks'.split())
def test_refused(serve, chip, target, status, text):  # noqa: F811
    answer = serve().get(target)
    assert answer.status == status
    assert answer.body.decode().startswith(text)


def test_methods(serve, chip):  # noqa: F811
    server = serve()
    for target in vcek(chip), '/vcek/v1/Milan/crl':
        whole, head = server.get(target), server.get(target, 'HEAD')
        assert (head.status, head.rest) == (200, b'')
        assert int(head.headers['content-length']) == len(whole.body)
    for method in 'POST', 'PUT', 'DELETE', 'OPTIONS', 'X':
        assert server.get('/vcek/v1/Milan/crl', method).status == 405
    assert server.get('/vlek/v1/Milan/hash_sticks?blSPL=1&teeSPL=1&snpSPL=1'
                      '&ucodeSPL=1', 'POST').status == 403


def post(server, target, body):
    client = http.client.HTTPConnection(*server.address, timeout=20)
    client.request('POST', target, body)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_vlek(serve, chip):  # noqa: F811
    """The certificate, and the key wrapped for a chip"""
    server = serve('--vlek', 'A cloud of ours')
    query = vcek('').partition('?')[2]
    cert = load(server.get(f'/vlek/v1/Milan/cert?{query}').body)
    is_signed(cert.signature, cert.tbs_certificate_bytes,
              chain(server, kind='vlek')[0])
    assert extension(cert, '5') == b'\x16\x0fA cloud of ours'
    sticks = f'/vlek/v1/Milan/hash_sticks?{query}'
    ids = [chip, '0' * 128]
    status, body = post(server, sticks, json.dumps({'hwids': ids}))
    found, unknown = json.loads(body)['results']
    assert status == 200
    assert unknown == {ids[1]: 'not found'}
    stick = bytes.fromhex(found[chip])
    assert (len(stick), stick[0x190:0x1a0].hex()) \
        == (432, '0300000000000873' + '00' * 8)
    status, body = post(server, sticks, json.dumps({'hwids': ids}))
    assert json.loads(body)['results'][0][chip] != found[chip]
    for body in '[' * 60000, '{}', json.dumps({'hwids': [chip] * 65}):
        assert post(server, sticks, body)[0] == 400
    # A provider's key is of its name, and of the TCB.
    for options, other in (('--vlek', 'A cloud of ours'), cert), \
            (('--vlek', 'Another'), None):
        again = load(serve(*options).get(f'/vlek/v1/Milan/cert?{query}').body)
        same = again.public_key().public_numbers() \
            == cert.public_key().public_numbers()
        assert same == (other is cert)


def test_turin(serve, run, build, tmp_path):  # noqa: F811
    """A chip of another generation, whose id has 8 bytes"""
    done = run([build.dir / 'libexec/sevemu-platform', '--product=Turin',
                tmp_path / 'turin', 'create'])
    assert done.returncode == 0
    done = run([build.dir / 'libexec/sevemu-platform', tmp_path / 'turin',
                'get-id'])
    chip_id = json.loads(done.stdout)['hex']
    assert len(chip_id) == 128 and not int(chip_id[16:], 16)
    server = serve('--platform', tmp_path / 'turin')
    cert = load(server.get(vcek(chip_id[:16], 'Turin', fmcSPL=1)).body)
    is_signed(cert.signature, cert.tbs_certificate_bytes,
              chain(server, 'Turin')[0])
    assert extension(cert, '4').hex() == chip_id[:16]
    assert extension(cert, '3.9')[-1] == 1
    assert server.get(vcek(chip_id, 'Turin', fmcSPL=1)).status == 404
    assert server.get(vcek(chip_id[:16], 'Turin')).status == 400
    assert server.get(vcek(chip_id[:16], 'Milan')).status == 404


def test_rome(sevemu, run, build, tmp_path):
    done = run([build.dir / 'libexec/sevemu-platform', '--product=Rome',
                tmp_path / 'rome', 'create'])
    assert done.returncode == 0
    done = run([sevemu, 'kds', '--platform', tmp_path / 'rome'])
    assert (done.returncode, done.stderr) == (
        2, f"sevemu: {tmp_path / 'rome'}: expected a chip of Milan, Genoa or "
           'Turin, found one of Rome\n')


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGINT])
def test_end(serve, number):  # noqa: F811
    """Also with connections open, and an answer due"""
    server = serve('--fault', 'delay=3600')
    with server.connect(), server.connect() as waiting:
        waiting.sendall(b'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
        time.sleep(0.5)
        assert server.end(number)[0] == 0


# --- HTTPS -----------------------------------------------------------------

def ask_https(server, ca, name):
    context = ssl.create_default_context(cadata=ca)
    with server.connect() as plain, \
            context.wrap_socket(plain, server_hostname=name) as connection:
        connection.sendall(b'GET /vcek/v1/Milan/crl HTTP/1.1\r\n'
                           b'Host: x\r\nConnection: close\r\n\r\n')
        return Answer(receive(connection)).status


def test_https(serve, tmp_path):  # noqa: F811
    server = serve('--https', '--ca-out', tmp_path / 'ca.pem')
    ca = (tmp_path / 'ca.pem').read_text()
    for name in 'kdsintf.amd.com', 'localhost', '127.0.0.1', '::1':
        assert ask_https(server, ca, name) == 200
    for name in 'amd.com', 'x.kdsintf.amd.com', '127.0.0.2':
        with pytest.raises(ssl.SSLCertVerificationError):
            ask_https(server, ca, name)
    assert server.end() == (0, '', None)


def test_https_ca_is_printed(serve):  # noqa: F811
    """After the URL; and it is another one each time."""
    servers = [serve('--https'), serve('--https')]
    cas = []
    for server in servers:
        lines = []
        while not lines or 'END' not in lines[-1]:
            lines.append(server.process.stdout.readline())
        cas.append(''.join(lines))
        assert ask_https(server, cas[-1], 'kdsintf.amd.com') == 200
    assert cas[0] != cas[1]
    with pytest.raises(ssl.SSLCertVerificationError):
        ask_https(servers[0], cas[1], 'kdsintf.amd.com')


# --- faults ----------------------------------------------------------------

def test_limit(serve, chip):  # noqa: F811
    server = serve('--fault', '429=3600')
    assert server.get(vcek(chip)).status == 200
    assert server.get(vcek(chip)).status == 429
    assert server.get('/vcek/v1/Milan/cert_chain').status == 200
    server = serve('--fault', '429=0.001')
    for _ in range(2):
        assert server.get(vcek(chip)).status == 200
        time.sleep(0.01)


def test_delay(serve, chip):  # noqa: F811
    """Nobody waits for another's."""
    server = serve('--fault', 'delay=3')
    begin = time.monotonic()
    with server.connect() as first, server.connect() as second:
        for connection in first, second:
            connection.sendall(b'GET /vcek/v1/Milan/crl HTTP/1.1\r\n'
                               b'Host: x\r\nConnection: close\r\n\r\n')
        for connection in first, second:
            assert Answer(receive(connection)).status == 200
    assert 3 <= time.monotonic() - begin < 6
    # One that does not wait for the answer
    with server.connect() as connection:
        connection.sendall(b'GET /vcek/v1/Milan/crl HTTP/1.1\r\n'
                           b'Host: x\r\n\r\n')
    time.sleep(3.2)
    assert server.get('/vcek/v1/Milan/crl').status == 200


def test_truncated(serve, chip):  # noqa: F811
    server = serve('--fault', 'truncated')
    client = http.client.HTTPConnection(*server.address, timeout=20)
    client.request('GET', vcek(chip))
    answer = client.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    size = int(answer.headers['Content-Length'])
    assert len(caught.value.partial) == size // 2


def test_wrong_tcb(serve, chip):  # noqa: F811
    right = load(serve().get(vcek(chip, snpSPL='9')).body)
    wrong = load(serve('--fault', 'wrong-tcb').get(vcek(chip)).body)
    assert extension(wrong, '3.3')[-1] == 9
    assert wrong.public_key().public_numbers() \
        == right.public_key().public_numbers()


def test_revoked(serve):  # noqa: F811
    server = serve('--fault', 'revoked')
    for kind in 'vcek', 'vlek':
        crl = x509.load_der_x509_crl(
            server.get(f'/{kind}/v1/Turin/crl').body)
        signer, ark = chain(server, 'Turin', kind)
        is_signed(crl.signature, crl.tbs_certlist_bytes, ark)
        assert crl.get_revoked_certificate_by_serial_number(
            signer.serial_number)
        assert not crl.get_revoked_certificate_by_serial_number(
            ark.serial_number)


def test_expired(serve, chip):  # noqa: F811
    server = serve('--fault', 'expired')
    cert = load(server.get(vcek(chip)).body)
    is_signed(cert.signature, cert.tbs_certificate_bytes, chain(server)[0])
    assert time.time() - 400 * 86400 < cert.not_valid_after.timestamp() \
        < time.time() - 360 * 86400


def test_not_found_and_outage(serve, chip):  # noqa: F811
    server = serve('--fault', '404')
    assert server.get(vcek(chip)).status == 404
    assert server.get('/vcek/v1/Milan/cert_chain').status == 200
    server = serve('--fault', '404', '--fault', 'outage')
    for target in vcek(chip), '/vcek/v1/Milan/cert_chain', '/':
        assert server.get(target).status == 503
