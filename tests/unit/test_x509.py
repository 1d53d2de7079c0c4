# SPDX-License-Identifier: GPL-2.0-or-later
"""
Certificates of SEV-SNP: their form is that of AMD's, their signatures and
fields as python3-cryptography sees them.

x509/ has the form of real ones, as x509_shape.py prints it: ARK, ASK and
VCEK of Milan and Turin (test data of virtee/sev at 9cf2adb); ARK and ASK of
Genoa and all ASVKs (of google/go-sev-guest at af1c107).
"""

import datetime
import subprocess
import warnings
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from x509_shape import shape

HERE = Path(__file__).resolve().parent
PRODUCTS = ('Milan', 'Genoa', 'Turin')
FROM = datetime.datetime(2020, 10, 22, 17, 23, 5)
AMD = '1.3.6.1.4.1.3704.1.'
SPLS = {
    'Milan': ('3.1', '3.2', '3.4', '3.5', '3.6', '3.7', '3.3', '3.8'),
    'Turin': ('3.9', '3.1', '3.2', '3.3', '3.5', '3.6', '3.7', '3.8'),
}
SPLS['Genoa'] = SPLS['Milan']


@pytest.fixture(scope='module', name='files')
def files_fixture(build, tmp_path_factory):
    """{(product, name): DER}"""
    directory = tmp_path_factory.mktemp('certs')
    subprocess.run([build.dir / 'tools/tests/unit/vendor-export',
                    build.root / 'vendor/keys', directory], check=True)
    return {tuple(path.stem.split('-')): path.read_bytes()
            for path in directory.iterdir()}


@pytest.fixture(scope='module', name='certs')
def certs_fixture(files):
    with warnings.catch_warnings():
        # AMD's leaves have the serial number 0
        warnings.simplefilter('ignore')
        return {key: x509.load_der_x509_certificate(der)
                for key, der in files.items() if 'crl' not in key[1]}


@pytest.fixture(scope='module', name='pem')
def pem_fixture(certs, tmp_path_factory):
    """Gives the path of a certificate in PEM."""
    directory = tmp_path_factory.mktemp('pem')

    def path(product, name):
        file = directory / f'{product}-{name}.pem'
        file.write_bytes(certs[product, name].public_bytes(
            serialization.Encoding.PEM))
        return file
    return path


@pytest.mark.parametrize('path', sorted((HERE / 'x509').glob('*.txt')),
                         ids=lambda path: path.stem)
def test_form(files, path):
    product, name = path.stem.split('-')
    assert shape(files[product.capitalize(), name]) \
        == path.read_text().splitlines()


def verifies(signature, data, by):
    try:
        by.public_key().verify(
            signature, data,
            padding.PSS(padding.MGF1(hashes.SHA384()), 48), hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def is_signed(cert, by):
    return verifies(cert.signature, cert.tbs_certificate_bytes, by)


@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('name, by, common', [
    ('ark', 'ark', 'ARK-{}'), ('ask', 'ark', 'SEV-{}'),
    ('asvk', 'ark', 'SEV-VLEK-{}'), ('vcek', 'ask', 'SEV-VCEK'),
    ('vlek', 'asvk', 'SEV-VLEK')])
def test_signed(certs, product, name, by, common):
    cert, issuer = certs[product, name], certs[product, by]
    assert is_signed(cert, issuer)
    assert cert.issuer == issuer.subject
    assert cert.subject.get_attributes_for_oid(
        x509.NameOID.COMMON_NAME)[0].value == common.format(product)
    assert not is_signed(cert, certs[product, 'ask' if by == 'ark'
                                     else 'ark'])


@pytest.mark.parametrize('name, serials, years, key', [
    ('ark', (0x10000, 0x20000, 0x30000), 25, rsa.RSAPublicKey),
    ('ask', (0x10001, 0x20002, 0x30001), 25, rsa.RSAPublicKey),
    ('asvk', (0x10101, 0x20101, 0x30101), 25, rsa.RSAPublicKey),
    ('vcek', (0, 0, 0), 7, ec.EllipticCurvePublicKey),
    ('vlek', (0, 0, 0), 7, ec.EllipticCurvePublicKey)])
def test_fields(certs, name, serials, years, key):
    for product, serial in zip(PRODUCTS, serials):
        cert = certs[product, name]
        assert cert.serial_number == serial
        assert cert.not_valid_before == FROM
        assert cert.not_valid_after == FROM.replace(year=2020 + years)
        assert isinstance(cert.public_key(), key)


def extension(cert, end):
    return cert.extensions.get_extension_for_oid(
        x509.ObjectIdentifier(AMD + end)).value.value


def number(value):
    """DER of an INTEGER that is not negative"""
    size = value.bit_length() // 8 + 1
    return bytes((2, size)) + value.to_bytes(size, 'big')


@pytest.mark.parametrize('product', PRODUCTS)
def test_leaf(certs, product):
    """Version numbers count up from 0x7c, so some need two bytes."""
    chip_id = bytes(range(0x80, 0x80 + (8 if product == 'Turin' else 64)))
    names = {'vcek': {'Milan': 'Milan-B0'}.get(product, product),
             'vlek': product}
    for name, text in names.items():
        cert = certs[product, name]
        assert extension(cert, '1') == number(int(product == 'Turin'))
        assert extension(cert, '2') == bytes((0x16, len(text))) \
            + text.encode()
        for i, end in enumerate(SPLS[product]):
            assert extension(cert, end) == number(0x7c + i)
    assert extension(certs[product, 'vcek'], '4') == chip_id
    assert extension(certs[product, 'vlek'], '5') \
        == b'\x16\x0fA cloud of ours'
    for name, absent in (('vcek', '5'), ('vlek', '4')):
        with pytest.raises(x509.ExtensionNotFound):
            extension(certs[product, name], absent)


def test_key_ids(certs):
    """The authorities' own, and that of the root which has signed them"""
    ids = {}
    for name in ('ark', 'ask', 'asvk'):
        ids[name] = certs['Milan', name].extensions.get_extension_for_class(
            x509.SubjectKeyIdentifier).value.digest
        assert ids[name] == x509.SubjectKeyIdentifier.from_public_key(
            certs['Milan', name].public_key()).digest
    for name in ('ask', 'asvk'):
        assert certs['Milan', name].extensions.get_extension_for_class(
            x509.AuthorityKeyIdentifier).value.key_identifier == ids['ark']
    assert len(set(ids.values())) == 3


@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('name, revoked', [
    ('crl', []), ('crl.revoked', ['ask', 'asvk'])])
def test_list(files, certs, product, name, revoked):
    crl = x509.load_der_x509_crl(files[product, name])
    ark = certs[product, 'ark']
    assert verifies(crl.signature, crl.tbs_certlist_bytes, ark)
    assert not verifies(crl.signature, crl.tbs_certlist_bytes,
                        certs[product, 'ask'])
    assert crl.issuer == ark.subject
    assert (crl.last_update, crl.next_update) == (FROM, FROM.replace(year=2021))
    assert [entry.serial_number for entry in crl] \
        == [certs[product, which].serial_number for which in revoked]
    assert [(FROM - entry.revocation_date).seconds for entry in crl] \
        == [2, 1][:len(revoked)]
    assert crl.extensions.get_extension_for_class(
        x509.CRLNumber).value.crl_number == 1 + len(revoked)
    assert crl.extensions.get_extension_for_class(
        x509.AuthorityKeyIdentifier).value.key_identifier \
        == x509.SubjectKeyIdentifier.from_public_key(ark.public_key()).digest


AT = str(int(datetime.datetime(2021, 1, 1).timestamp()))


@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('name, by', [('ask', 'ark'), ('asvk', 'ark'),
                                      ('vcek', 'ask'), ('vlek', 'asvk')])
def test_openssl(pem, product, name, by):
    """The whole chain up to the root, and not to another product's"""
    chain = ['openssl', 'verify', '-attime', AT, '-trusted',
             pem(product, 'ark')]
    if by != 'ark':
        chain += ['-untrusted', pem(product, by)]
    subprocess.run([*chain, pem(product, name)], check=True)
    other = PRODUCTS[PRODUCTS.index(product) - 1]
    chain[5] = pem(other, 'ark')
    assert subprocess.run([*chain, pem(product, name)]).returncode


@pytest.mark.parametrize('product', PRODUCTS)
def test_revoked(files, pem, product, tmp_path):
    """OpenSSL takes an ASK by the empty list, not by the other."""
    for name, status in (('crl', 0), ('crl.revoked', 2)):
        der, file = tmp_path / 'crl.der', tmp_path / f'{name}.pem'
        der.write_bytes(files[product, name])
        subprocess.run(['openssl', 'crl', '-inform', 'der', '-in', der,
                        '-out', file, '-CAfile', pem(product, 'ark')],
                       check=True)
        done = subprocess.run(
            ['openssl', 'verify', '-attime', AT, '-crl_check', '-CRLfile',
             file, '-trusted', pem(product, 'ark'), pem(product, 'ask')],
            capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        assert ('certificate revoked' in done.stderr) == bool(status)


@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('name', ['crl', 'crl.revoked'])
def test_gnutls_list(build, files, pem, product, name, tmp_path):
    """A second library, which sevemu itself reads them with"""
    tool = build.dir / 'tools/tests/unit/vendor-verify'
    crl = tmp_path / 'crl'
    crl.write_bytes(files[product, name])
    revoked = ' revoked' if name != 'crl' else ''
    for issuer, good in (('ark', 'good'), ('asvk', 'bad')):
        done = subprocess.run(
            [tool, crl, pem(product, issuer), pem(product, 'ask')],
            capture_output=True, text=True, check=True)
        assert done.stdout == good + revoked + '\n'


@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('name, by', [('ask', 'ark'), ('asvk', 'ark'),
                                      ('vcek', 'ask'), ('vlek', 'asvk')])
def test_gnutls(build, pem, product, name, by):
    tool = build.dir / 'tools/tests/unit/vendor-verify'
    other = PRODUCTS[PRODUCTS.index(product) - 1]
    for of, expected in ((product, 'good\n'), (other, 'bad\n')):
        done = subprocess.run(
            [tool, pem(product, name), pem(of, by)],
            capture_output=True, text=True, check=True)
        assert done.stdout == expected
