# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu report verify: reports and certificates of a second implementation,
good ones of each product, and each thing that is judged wrong once.
"""

import json
from itertools import count

import pytest

from owner_files import sevemu  # noqa: F401
from report_files import (AT, CHIP_ID, PRODUCTS, TCB, Certs,
                          leaves,  # noqa: F401
                          make_crl, make_report, pem, table)
from test_owner_snp import load_vectors

VECTORS = load_vectors()
TEST_ROOT = 'sevemu test root (not AMD)'
MILAN_TCB = TCB[:2] + bytes(4) + TCB[6:]        # without what is reserved
AMD_OID = bytes.fromhex('2b060104019c7801')     # 1.3.6.1.4.1.3704.1


@pytest.fixture
def verify(sevemu, run, tmp_path, monkeypatch):  # noqa: F811
    """verify(report, certs, *options): with the root of CERTS as --ca"""
    monkeypatch.chdir(tmp_path)

    def start(report, certs, *options, ca=True, at=AT):
        (tmp_path / 'report').write_bytes(report)
        if certs is not None:
            (tmp_path / 'certs').write_bytes(
                certs if isinstance(certs, bytes) else certs.table(
                    *(name for name in certs if name != 'asvk'
                      or 'ask' not in certs)))
            options = ('--certs', 'certs', *options)
            if ca and not isinstance(certs, bytes):
                (tmp_path / 'ca').write_bytes(pem(certs['ark']))
                options = ('--ca', 'ca', *options)
        return run([sevemu, 'report', 'verify', 'report', '--at', at,
                    *options])

    return start


@pytest.fixture
def certs(leaves):  # noqa: F811
    """certs(product, vlek): what a host gives, by name"""
    def make(product='Milan', vlek=False):
        made = Certs(product, leaves)
        for name in ('ask', 'vcek') if vlek else ('asvk', 'vlek'):
            del made[name]
        return made
    return make


def judged(done):
    """{check: (verdict, text)}; the exit status must go with them."""
    value = json.loads(done.stdout)
    found = {row['check']: (row['verdict'], row['text'])
             for row in value['verdicts']}
    assert len(found) == len(value['verdicts'])
    bad = [row for row in value['verdicts'] if row['verdict'] == 'bad']
    assert value['good'] is not bool(bad)
    assert done.returncode == (1 if bad else 0)
    complaint = f"{bad[0]['check']}: {bad[0]['text']}" if bad else None
    assert value.get('complaint') == complaint
    assert done.stderr == (f'sevemu: the report is not good: {complaint}\n'
                           if bad else '')
    return found


def bad(found):
    return {check for check, (verdict, _) in found.items()
            if verdict == 'bad'}


LEAF = ['key', 'signs-report', 'extensions', 'product', 'tcb', 'name',
        'validity', 'signature']
AUTHORITY = ['key', 'extensions', 'authority', 'name', 'validity',
             'signature']


@pytest.mark.parametrize('vlek', [False, True])
@pytest.mark.parametrize('product', PRODUCTS)
@pytest.mark.parametrize('version', [2, 3, 4, 5])
def test_good(verify, certs, product, vlek, version):
    found = judged(verify(make_report(product, vlek, version=version),
                          certs(product, vlek), '--json', '--product',
                          product))
    assert not bad(found)
    leaf, authority = ('vlek', 'asvk') if vlek else ('vcek', 'ask')
    for prefix, checks in ((leaf, LEAF), (authority, AUTHORITY),
                           ('ark', AUTHORITY)):
        for check in checks:
            assert found[f'{prefix}-{check}'][0] == 'good', check
    assert found['ark-root'] == ('good', f'{TEST_ROOT}: given with --ca')
    if vlek:
        assert found['vlek-provider'] == ('told', 'A cloud of ours')
    else:
        assert found['vcek-chip'] == ('good', '8081828384858687...')
    assert found['ark-crl'][0] == 'told'


def test_tree(verify, certs):
    done = verify(make_report(), certs())
    assert (done.returncode, done.stderr) == (0, '')
    lines = done.stdout.splitlines()
    assert lines[:2] == ['report', '|- size: good, 1184 bytes']
    assert '|- VCEK ' in lines[5] and lines[6] == '|  |- key: good'
    assert '|  |- tcb: good, boot-loader 124, tee 125, snp 130, ' \
        'microcode 131' in lines
    assert '|     |- validity: good, 2022-01-01 to 2047-01-01' in lines
    assert f'|        |- root: good, {TEST_ROOT}: given with --ca' in lines
    assert '|  |- vmpl: 0' in lines
    assert lines[-1].startswith('   `- firmware: good, 1.55.4')


# What a report has, signed all the same, and what is bad then
REPORTS = [
    (dict(algorithm=2), ['signing-key']),
    (dict(key_info=2), ['signing-key']),
    (dict(key_info=7 << 2), ['signing-key']),
    (dict(key_info=3 << 2), ['signing-key']),
    (dict(key_info=1 << 5), ['reserved']),
    (dict(platform=1 << 6), ['platform-info']),
    (dict(platform=1 << 63), ['platform-info']),
    (dict(patch=[(0x4c, b'\1')]), ['reserved']),
    (dict(patch=[(0x19f, b'\1')]), ['reserved']),
    (dict(patch=[(0x1eb, b'\1')]), ['reserved']),
    (dict(patch=[(0x1ef, b'\1')]), ['reserved']),
    (dict(patch=[(0x1f8, b'\1')]), ['reserved']),
    (dict(patch=[(0x29f, b'\1')]), ['reserved']),
    (dict(version=2, cpuid=b'\0\0\1'), ['reserved']),
    (dict(policy=0x10000), ['policy']),
    (dict(policy=0x4030000), ['policy']),
    (dict(policy=0xb0000), ['debug']),
    (dict(cpuid=bytes((0x19, 0x11, 0))), ['vcek-product', 'ask-name',
                                          'ark-name']),
    (dict(reported_tcb=TCB[:7] + b'\x82'), ['vcek-tcb']),
    (dict(current_tcb=MILAN_TCB[:6] + b'\x7f\x83'), ['tcb-order']),
    (dict(committed_tcb=MILAN_TCB[:7] + b'\x84'), ['tcb-order']),
    (dict(launch_tcb=MILAN_TCB[:7] + b'\x84'), ['tcb-order']),
    (dict(current_tcb=TCB), ['tcb-reserved']),
    (dict(committed_tcb=TCB), ['tcb-reserved']),
    (dict(launch_tcb=TCB), ['tcb-reserved']),
    (dict(cpuid=bytes((0x17, 0x31, 0))), ['product']),
    (dict(committed=bytes((0, 56, 1))), ['firmware']),
    (dict(chip_id=CHIP_ID[::-1]), ['vcek-chip']),
    (dict(chip_id=CHIP_ID[:8] + bytes(56)), ['vcek-chip']),
]


@pytest.mark.parametrize('values, checks', REPORTS, ids=count())
def test_report_wrong(verify, certs, values, checks):
    found = judged(verify(make_report(**values), certs(), '--json'))
    assert bad(found) == set(checks)


def test_vlek_for_vcek(verify, certs):
    """The key of one kind can't stand for the other."""
    found = judged(verify(make_report(vlek=True), certs(), '--json'))
    assert bad(found) == {'vlek-certificate', 'asvk-certificate'}
    both = certs('Milan', True)
    both['vcek'], both['ask'] = both['vlek'], both['asvk']
    found = judged(verify(make_report(), both.table('vcek', 'ark'), '--json'))
    assert {'vcek-name', 'vcek-chip', 'vcek-extensions',
            'ask-certificate'} <= bad(found)


@pytest.mark.parametrize('at', [0, 0x50, 0x90, 0x1a0, 0x29f, 0x2a0, 0x2cf,
                                0x2e8, 0x317])
def test_bit_flipped(verify, certs, at):
    """Whatever is signed, and the signature"""
    report = bytearray(make_report())
    report[at] ^= 4 if at else 6        # of version 3: 5
    found = judged(verify(bytes(report), certs(), '--json'))
    assert 'vcek-signs-report' in bad(found)


@pytest.mark.parametrize('at', [0x2d0, 0x2e7, 0x318, 0x32f, 0x330, 0x49f])
def test_beside_signature(verify, certs, at):
    """These bytes are of no number, and not signed: they must be zero."""
    report = bytearray(make_report())
    report[at] = 1
    assert bad(judged(verify(bytes(report), certs(), '--json'))) == {
        'reserved'}


@pytest.mark.parametrize('numbers', [bytes(144), b'\xff' * 48 + bytes(96),
                                     b'\1' + bytes(143)], ids=count())
def test_signature_of_nothing(verify, certs, numbers):
    report = make_report()
    report = report[:0x2a0] + numbers + report[0x2a0 + 144:]
    assert bad(judged(verify(report, certs(), '--json'))) == {
        'vcek-signs-report'}


def test_masked(verify, certs):
    """A chip id that is masked is told; an absent signature is bad."""
    found = judged(verify(make_report(chip_id=bytes(64)), certs(), '--json'))
    assert not bad(found)
    assert found['vcek-chip'][0] == 'told' and 'MASK_CHIP_ID' in \
        found['vcek-chip'][1]
    report = make_report(key_info=2 | 7 << 2)[:0x2a0] + bytes(512)
    found = judged(verify(report, certs(), '--json'))
    assert bad(found) == {'signing-key'}
    assert 'MASK_CHIP_KEY' in found['signing-key'][1]


@pytest.mark.parametrize('size', [0, 1, 1183])
def test_short(verify, certs, size):
    found = judged(verify(make_report()[:size], certs(), '--json'))
    assert found == {'size': ('bad', f'{size} bytes, and a report has 1184')}


def test_trailing(verify, certs):
    found = judged(verify(make_report() + b'\0', certs(), '--json'))
    assert bad(found) == {'size'}


@pytest.mark.parametrize('version', [0, 1, 6, 0xffffffff])
def test_version(verify, certs, version):
    found = judged(verify(make_report(version=version), certs(), '--json'))
    assert bad(found) == {'version'} and len(found) == 2


# --- certificates ------------------------------------------------------------

def spl(number, value):
    """Of an extension: its OID's end to its value"""
    data = bytes((2, 1, value)) if value < 0x80 else bytes((2, 2, 0, value))
    return bytes((0x03, number, 0x04, len(data))) + data


# Certificate, what stands there, what shall; what is bad when it is signed
CERTS = [
    ('vcek', b'SEV-VCEK', b'SEV-VLEX', ['vcek-name']),
    ('vcek', b'Milan-B0', b'Genoa-B0', ['vcek-product']),
    ('vcek', spl(1, 124), spl(1, 123), ['vcek-tcb']),
    ('vcek', spl(2, 125), spl(2, 126), ['vcek-tcb']),
    ('vcek', spl(3, 130), spl(3, 131), ['vcek-tcb']),
    ('vcek', spl(4, 126), spl(4, 127), ['vcek-tcb']),
    ('vcek', spl(8, 131), spl(8, 130), ['vcek-tcb']),
    ('vcek', spl(8, 131), spl(9, 131), ['vcek-tcb']),
    # An INTEGER that is negative, one that is none; OIDs that are not known
    ('vcek', spl(8, 131)[:-2] + b'\0\x83', spl(8, 131)[:-2] + b'\x83\0',
     ['vcek-extensions', 'vcek-tcb', 'vcek-chip']),
    ('vcek', spl(8, 131), b'\3\x08\4\4\4\2\0\x83',
     ['vcek-extensions', 'vcek-tcb', 'vcek-chip']),
    ('vcek', b'\3\x08\4\4\2\2\0\x83', b'\3\x0a\4\4\2\2\0\x83',
     ['vcek-tcb', 'vcek-extensions']),
    ('vcek', AMD_OID + b'\4', AMD_OID + b'\6',
     ['vcek-chip', 'vcek-extensions']),
    ('vcek', AMD_OID + b'\4', AMD_OID[:-1] + b'\2\4',
     ['vcek-chip', 'vcek-extensions']),
    # One that is there twice
    ('vcek', AMD_OID + spl(2, 125), AMD_OID + spl(1, 125),
     ['vcek-certificate']),
    ('vcek', CHIP_ID[:8], CHIP_ID[:7] + b'\0', ['vcek-chip']),
    ('vcek', b'Engineering', b'Engineerinh', ['vcek-name', 'vcek-signature']),
    ('ask', b'SEV-Milan', b'SEV-Genoa', ['ask-name', 'vcek-signature']),
    ('ask', b'220101000000Z', b'250101000000Z', ['ask-validity']),
    ('ask', b'470101000000Z', b'230101000000Z', ['ask-validity']),
    ('ask', b'\x30\6\1\1\xff\2\1\0', b'\x30\6\1\1\0\2\1\0',
     ['ask-authority']),
    ('ask', b'\3\2\1\4', b'\3\2\1\2', ['ask-authority']),
    ('ask', b'\x55\x1d\x13\1\1\xff', b'\x55\x1d\x25\1\1\xff',
     ['ask-authority', 'ask-extensions']),
]


@pytest.mark.parametrize('name, old, new, checks', CERTS, ids=count())
def test_certificate_wrong(verify, certs, name, old, new, checks):
    """Signed again by whoever signs it: only what was changed is bad."""
    made = certs()
    count_ = 2 if old == b'Engineering' else 1
    made.change(name, old, new, count=count_)
    found = judged(verify(make_report(), made, '--json'))
    assert bad(found) == set(checks), found


@pytest.mark.parametrize('name, old, new, checks', [
    ('ark', b'470101000000Z', b'230101000000Z', ['ark-validity']),
    ('ark', b'\3\2\1\6', b'\3\2\1\2', ['ark-authority']),
    ('ark', b'\3\2\1\6', b'\3\2\1\4', []),
], ids=count())
def test_root_wrong(verify, certs, name, old, new, checks):
    made = certs()
    made.change(name, old, new)
    assert bad(judged(verify(make_report(), made, '--json'))) == set(checks)


@pytest.mark.parametrize('name', ['vcek', 'ask', 'ark'])
def test_certificate_not_signed(verify, certs, name):
    made = certs()
    made.change(name, b'Santa Clara', b'Santa Klara', again=False, count=2)
    found = bad(judged(verify(make_report(), made, '--json')))
    assert f'{name}-signature' in found
    made = certs()
    made[name] = made[name][:-1] + bytes((made[name][-1] ^ 1,))
    assert bad(judged(verify(make_report(), made, '--json'))) == {
        f'{name}-signature'}


@pytest.mark.parametrize('name', ['vcek', 'ask', 'ark'])
@pytest.mark.parametrize('change', [
    lambda data: b'', lambda data: data[:-1], lambda data: data[:200],
    lambda data: b'\x30\x80' + data[2:], lambda data: b'\xff' * 100,
    lambda data: pem(data)], ids=count())
def test_no_certificate(verify, certs, name, change):
    """What a host puts in the place of one"""
    made = certs()
    made[name] = change(made[name]) or b'\0'
    rows = made.table('vcek', 'ask', 'ark')
    assert f'{name}-certificate' in bad(judged(verify(make_report(), rows,
                                                      '--json')))


@pytest.mark.parametrize('name', ['vcek', 'ask', 'ark'])
def test_missing(verify, certs, name):
    made = certs()
    rest = [other for other in ('vcek', 'ask', 'ark') if other != name]
    found = judged(verify(make_report(), made.table(*rest), '--json'))
    assert found[f'{name}-certificate'][0] == 'bad'


def test_of_another_chip(verify, certs):
    """The certificates of another product"""
    made = certs('Genoa')
    found = bad(judged(verify(make_report('Milan'), made, '--json')))
    assert {'vcek-product', 'ask-name', 'ark-name'} <= found
    mixed = certs('Milan')
    mixed['ask'] = made['ask']
    found = bad(judged(verify(make_report('Milan'), mixed, '--json')))
    assert {'vcek-signature', 'ask-name', 'ask-signature'} == found


def test_unknown_extension(verify, certs):
    """Of AMD's and not critical: it may be of something new"""
    made = certs()
    made.change('vcek', b'\3\4\4\3\2\1', b'\3\x0b\4\3\2\1')
    report = make_report(reported_tcb=TCB[:2] + b'\0' + TCB[3:])
    found = judged(verify(report, made, '--json'))
    assert bad(found) == {'vcek-extensions'}
    assert found['vcek-extensions'][1] == (
        '1.3.6.1.4.1.3704.1.3.11 is not known: --allow-extensions if you '
        'know it')
    found = judged(verify(report, made, '--json', '--allow-extensions'))
    assert not bad(found) and found['vcek-extensions'][0] == 'told'


def test_stepping(verify, certs):
    """Verifiers differ: it is only told."""
    found = judged(verify(make_report(cpuid=bytes((0x19, 1, 1))), certs(),
                          '--json'))
    assert not bad(found) and found['vcek-product'][0] == 'told'


# --- roots ------------------------------------------------------------------

def test_root_not_given(verify, certs):
    """As `sevemu verify`: a chain can't vouch for itself with our root."""
    for product in PRODUCTS:
        found = judged(verify(make_report(product), certs(product), '--json',
                              ca=False))
        assert bad(found) == {'ark-root'}
        assert found['ark-root'][1] == (
            f'{TEST_ROOT}: its private key is public: only for platforms of '
            'this machine, or with --ca')


def test_root_of_another(verify, certs, tmp_path):
    """--ca has another ARK than the one that signed."""
    made, other = certs('Milan'), certs('Genoa')
    (tmp_path / 'other').write_bytes(other['ark'])
    found = bad(judged(verify(make_report(), made, '--json', '--ca', 'other',
                              ca=False)))
    assert {'ask-signature', 'ark-name'} == found


# --- dates and revocation ------------------------------------------------------

@pytest.mark.parametrize('at, checks', [
    ('2020-10-22T17:23:04Z', {'vcek-validity', 'ask-validity',
                              'ark-validity'}),
    ('2021-12-31T23:59:59Z', {'ask-validity', 'ark-validity'}),
    ('2022-01-01T00:00:00Z', set()), ('2027-10-22T17:23:05Z', set()),
    ('2027-10-22T17:23:06Z', {'vcek-validity'}),
    ('2047-01-02T00:00:00Z', {'vcek-validity', 'ask-validity',
                              'ark-validity'})])
def test_dates(verify, certs, at, checks):
    assert bad(judged(verify(make_report(), certs(), '--json',
                             at=at))) == checks


@pytest.mark.parametrize('serials, dates, by, checks', [
    ((), None, 'ask', set()), ((0x010002,), None, 'ask', set()),
    ((0x010001,), None, 'ask', {'ark-revocation'}),
    ((5, 0x010000), None, 'ask', {'ark-revocation'}),
    ((), ('230101000000Z', '231231000000Z'), 'ask',
     {'ark-crl', 'ark-revocation'}),
    ((), ('240102000000Z', '250101000000Z'), 'ask',
     {'ark-crl', 'ark-revocation'}),
    ((), None, 'vcek', {'ark-crl', 'ark-revocation'}),
], ids=count())
def test_crl(verify, certs, tmp_path, serials, dates, by, checks):
    made = certs()
    crl = make_crl(made['ark'], made.key(by), serials,
                   *((dates,) if dates else ()))
    for data in (crl, pem(crl, 'X509 CRL')):
        (tmp_path / 'crl').write_bytes(data)
        found = judged(verify(make_report(), made, '--json', '--crl', 'crl'))
        assert bad(found) == checks, found
    # In the table
    made['crl'] = crl
    assert bad(judged(verify(make_report(), made, '--json'))) == checks


def test_crl_of_no_signer(verify, certs):
    """An ARK whose keyUsage has no cRLSign"""
    made = certs()
    made.change('ark', b'\3\2\1\6', b'\3\2\1\4')
    made['crl'] = make_crl(made['ark'], made.key('ask'))
    assert {'ark-crl', 'ark-revocation'} == bad(judged(verify(
        make_report(), made, '--json')))


def test_crl_is_garbage(verify, certs):
    made = certs()
    made['crl'] = b'\x30\3\2\1\1'
    assert {'ark-crl', 'ark-revocation'} == bad(judged(verify(
        make_report(), made, '--json')))


# --- what is demanded -----------------------------------------------------------

DEMANDS = [
    ('--policy', '0x30000', '0x30001', 'policy'),
    ('--vmpl', '0', '1', 'vmpl'),
    ('--guest-svn', '7', '8', 'guest-svn'),
    ('--min-tcb', 'snp=130,microcode=131', 'snp=130,microcode=132',
     'min-tcb'),
    ('--min-tcb', 'boot-loader=124', 'tee=126', 'min-tcb'),
    ('--min-tcb', 'fmc=0', 'fmc=1', 'min-tcb'),
    ('--measurement', bytes(range(48)).hex(), 'a' * 96, 'measurement'),
    ('--report-data', bytes(range(64)).hex(), '00' * 64, 'report-data'),
    ('--host-data', b'H' * 32, b'h' * 32, 'host-data'),
    ('--id-key-digest', b'K' * 48, b'k' * 48, 'id-key-digest'),
    ('--author-key-digest', bytes(48), b'\1' * 48, 'author-key-digest'),
    ('--family-id', b'F' * 16, b'f' * 16, 'family-id'),
    ('--image-id', b'I' * 16, b'i' * 16, 'image-id'),
    ('--chip-id', CHIP_ID, CHIP_ID[::-1], 'chip-id'),
    ('--product', 'Milan', 'Genoa', 'product'),
]


def as_text(value):
    return value.hex() if isinstance(value, bytes) else value


@pytest.mark.parametrize('option, right, wrong, check', DEMANDS, ids=count())
def test_demand(verify, certs, option, right, wrong, check):
    found = judged(verify(make_report(), certs(), '--json', option,
                          as_text(right)))
    assert not bad(found) and found[check][0] == 'good'
    found = judged(verify(make_report(), certs(), '--json', option,
                          as_text(wrong)))
    assert bad(found) == {check}


def test_bytes(verify, certs, tmp_path):
    """In hexadecimal, base64, and in a file"""
    (tmp_path / 'nonce').write_bytes(bytes(range(64)))
    for text in (bytes(range(64)).hex().upper(), '@nonce',
                 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss'
                 'LS4vMDEyMzQ1Njc4OTo7PD0+Pw=='):
        found = judged(verify(make_report(), certs(), '--json',
                              '--report-data', text))
        assert found['report-data'][0] == 'good'


def test_short_chip_id(verify, certs):
    found = judged(verify(make_report('Turin'), certs('Turin'), '--json',
                          '--chip-id', CHIP_ID[:8].hex()))
    assert found['chip-id'][0] == 'good'


def test_launch_tcb_too_low(verify, certs):
    found = judged(verify(make_report(launch_tcb=MILAN_TCB[:7] + b'\x82'), certs(),
                          '--json', '--min-tcb', 'microcode=131'))
    assert bad(found) == {'min-tcb'}


def test_debug_allowed(verify, certs):
    found = judged(verify(make_report(policy=0xb0000), certs(), '--json',
                          '--allow-debug'))
    assert not bad(found) and found['debug'][0] == 'told'


# --- the measurement, reckoned -------------------------------------------------

@pytest.fixture(name='images')
def images_fixture(tmp_path, monkeypatch):
    """Firmware with one byte changed in each of two others, and a kernel"""
    monkeypatch.chdir(tmp_path)
    image, _, _ = VECTORS.firmware(VECTORS.AMDSEV, (0x810c00, 0x400))
    for name, at in (('fw', None), ('fw-a', 0x1234), ('fw-b', 0x3010)):
        changed_image = bytearray(image)
        if at:
            changed_image[at] ^= 1
        (tmp_path / name).write_bytes(changed_image)
    (tmp_path / 'fw-long').write_bytes(bytes(0x1000) + image)
    (tmp_path / 'kernel').write_bytes(VECTORS.KERNEL)
    return image


LAUNCH = ['--firmware', 'fw', '--kernel', 'kernel', '--cmdline', 'quiet',
          '--cpu', 'EPYC-Milan']


def measured(sevemu, run, *arguments):  # noqa: F811
    done = run([sevemu, 'measurement', 'build', '--mode', 'snp', *arguments])
    assert done.returncode == 0
    return bytes.fromhex(done.stdout)


def test_reckoned(sevemu, run, verify, certs, images):  # noqa: F811
    report = make_report(measurement=measured(sevemu, run, *LAUNCH))
    found = judged(verify(report, certs(), '--json', *LAUNCH))
    assert not bad(found) and found['measurement'][0] == 'good'


def test_explained(sevemu, run, verify, certs, images):  # noqa: F811
    report = make_report(measurement=measured(
        sevemu, run, *LAUNCH, '--vcpus', '4', '--sev-features', '0x21'))
    done = verify(report, certs(), *LAUNCH)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        'sevemu: it is what was found with: 4 vCPUs; SEV features 0x21')
    value = json.loads(verify(report, certs(), '--json', *LAUNCH).stdout)
    assert value['explanation'] == '4 vCPUs; SEV features 0x21'
    report = make_report(measurement=measured(
        sevemu, run, '--firmware', 'fw-a', *LAUNCH[2:]))
    done = verify(report, certs(), *LAUNCH, '--try', 'fw-a')
    assert done.stderr.splitlines()[-1] == (
        'sevemu: it is what was found with: firmware fw-a')


@pytest.mark.parametrize('other, line, value', [
    ('fw', 'fw and fw are the same to a launch', {'same': True}),
    ('fw-a', 'fw and fw-a differ first at 0xffffd000, 0x1000 from the '
     "file's begin", {'same': False, 'gpa': 0xffffd000, 'type': 'normal',
                      'offset': 0x1000}),
    ('fw-b', 'fw and fw-b differ first at 0xfffff000, 0x3000 from the '
     "file's begin", {'same': False, 'gpa': 0xfffff000, 'type': 'normal',
                      'offset': 0x3000}),
    ('fw-long', 'fw and fw-long differ first at 0xffffc000, 0x0 from the '
     "file's begin", {'same': False, 'gpa': 0xffffc000, 'type': 'normal',
                      'offset': 0})])
def test_pages(sevemu, run, verify, certs, images, other,  # noqa: F811
               line, value):
    report = make_report(measurement=measured(sevemu, run, *LAUNCH))
    done = verify(report, certs(), *LAUNCH, '--pages', other)
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout.splitlines()[-1] == f'pages: {line}'
    done = verify(report, certs(), '--json', *LAUNCH, '--pages', other)
    assert json.loads(done.stdout)['pages'] == value


def test_platform_info_allowed(verify, certs):
    found = judged(verify(make_report(platform=1 << 8), certs(), '--json',
                          '--allow-platform-info'))
    assert not bad(found) and found['platform-info'] == (
        'told', 'bits 0x100 are not known')


# --- files of certificates -----------------------------------------------------

def test_forms(verify, certs, tmp_path):
    """A table, PEM, a directory of DER, one of PEM, and DER with --ca"""
    made = certs()
    chain = pem(made['ask']) + pem(made['ark'])
    (tmp_path / 'ca.pem').write_bytes(chain)
    (tmp_path / 'all.pem').write_bytes(b'text\n' + pem(made['vcek']) + chain)
    (tmp_path / 'vcek.der').write_bytes(made['vcek'])
    for directory, form in (('der', lambda data: data), ('pem', pem)):
        (tmp_path / directory).mkdir()
        for name in ('vcek', 'ask', 'ark'):
            (tmp_path / directory / f'{name}.{directory}').write_bytes(
                form(made[name]))
    (tmp_path / 'chain').mkdir()
    (tmp_path / 'chain' / 'vcek.pem').write_bytes(pem(made['vcek']))
    (tmp_path / 'chain' / 'cert_chain.pem').write_bytes(chain)
    for source in ('all.pem', 'vcek.der', 'der', 'pem', 'chain'):
        found = judged(verify(make_report(), None, '--json', '--certs',
                              source, '--ca', 'ca.pem'))
        assert not bad(found), source
    found = judged(verify(make_report(), None, '--json', '--certs', 'der',
                          '--ca', 'pem'))
    assert not bad(found)


def shift(made, change):
    """The table of MADE with a change, (offset, bytes)"""
    data = bytearray(made.table('vcek', 'ask', 'ark'))
    at, new = change
    data[at:at + len(new)] = new
    return bytes(data)


TABLES = [
    ((0x10, b'\0\0\0\0'), 'entry 0 of the table of certificates lies in the '
                          'entries'),
    ((0x10, b'\x5f\0\0\0'), 'entry 0 of the table of certificates lies in '
                            'the entries'),
    ((0x14, b'\xff\xff\xff\xff'), 'entry 0 of the table of certificates '
                                  'reaches out of it'),
    ((0x10, b'\xff\xff\xff\xff'), 'entry 0 of the table of certificates '
                                  'reaches out of it'),
    ((0x14, b'\0\0\0\0'), 'entry 0 of the table of certificates is empty'),
    ((0x28, b'\x60\0\0\0'), 'entry 1 of the table of certificates overlaps '
                            'another'),
    ((0x18, bytes.fromhex('63da758de6644564adc5f4b93be8accd')),
     'entry 1 of the table of certificates has the GUID of another'),
]


@pytest.mark.parametrize('change, message', TABLES, ids=count())
def test_table_wrong(verify, certs, change, message):
    done = verify(make_report(), shift(certs(), change))
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: --certs certs: {message}\n'


def test_table_of_others(verify, certs):
    """What is not known is passed over; padding is no matter."""
    made = certs()
    rows = [('ecae0c0f-9502-43b1-afa2-0ae2e0d565b6', b'platform')] + [
        (name, made[name]) for name in ('vcek', 'ask', 'ark')]
    found = judged(verify(make_report(), table(rows) + bytes(4000),
                          '--json'))
    assert bad(found) == {'ark-root'}


@pytest.mark.parametrize('data, message', [
    (b'', 'expected certificates in PEM or DER, or a table of them; found no '
          "end of a table's entries in 0 bytes"),
    (b'\1' * 100, 'expected certificates in PEM or DER, or a table of them; '
                   "found no end of a table's entries in 100 bytes"),
    (b'0' * 100, 'expected a certificate named ARK-..., SEV-..., SEV-VCEK or '
                 'SEV-VLEK, found something else'),
    (b'-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
     'expected certificates in PEM: '),
    (b'\1' * 16 + b'\2' * 8 + bytes(24), 'entry 0 of the table of '
                                         'certificates reaches out of it'),
    (b'\1' * 24 * 40 + bytes(24), 'entry 32 of the table of certificates is '
                                  'one too many'),
    (bytes(0x40001), 'more than 262144 bytes'),
], ids=count())
def test_no_certificates(verify, data, message):
    done = verify(make_report(), data)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith(f'sevemu: --certs certs: {message}')
    assert done.stderr.count('\n') == 1


# --- usage -----------------------------------------------------------------

USAGE = [
    ([], 'expected FILE'), (['none'], 'FILE none: No such file or directory'),
    (['report', 'x'], 'unexpected argument: x'),
    (['report', '--nonsense'], 'Unknown option --nonsense'),
    (['report', '--certs', 'none'], '--certs none: No such file'),
    (['report', '--certs', 'empty'], '--certs empty: expected ark, ask, asvk, '
     'vcek, vlek or crl, each .pem or .der, or cert_chain.pem, found none'),
    (['report', '--ca', 'none'], '--ca none: No such file'),
    (['report', '--ca', 'vcek'], '--ca vcek: no certificate of an ARK'),
    (['report', '--crl', 'none'], '--crl none: No such file'),
    (['report', '--crl', 'vcek'], '--crl vcek: expected a CRL in DER or PEM'),
    (['report', '--product', 'Rome'],
     '--product Rome: expected Milan, Genoa, Turin or Venice'),
    (['report', '--at', 'noon'], '--at noon: expected a time as 2026-'),
    (['report', '--policy', 'x'], '--policy x: expected a number'),
    (['report', '--vmpl', '-1'], '--vmpl -1: expected a number'),
    (['report', '--guest-svn', 'x'], '--guest-svn x: expected a number'),
    (['report', '--min-tcb', 'snp'], '--min-tcb snp: expected some of'),
    (['report', '--min-tcb', ''], '--min-tcb : expected some of'),
    (['report', '--min-tcb', 'snp=1,snp=2'], '--min-tcb snp=1,snp=2: '),
    (['report', '--min-tcb', 'snp=256'], '--min-tcb snp=256: '),
    (['report', '--min-tcb', 'fmc=1,'], '--min-tcb fmc=1,: '),
    (['report', '--measurement', 'ab'], '--measurement ab: expected 48 bytes '
     'as 96 hexadecimal digits, as base64, or as @ and the name of a file'),
    (['report', '--report-data', '@vcek'],
     '--report-data vcek: expected a file of 64 bytes, found '),
    (['report', '--host-data', '@none'], '--host-data none: No such file'),
    (['report', '--id-key-digest', 'x'], '--id-key-digest x: expected 48'),
    (['report', '--author-key-digest', 'x'], '--author-key-digest x: '),
    (['report', '--family-id', 'x'], '--family-id x: expected 16 bytes'),
    (['report', '--image-id', 'x'], '--image-id x: expected 16 bytes'),
    (['report', '--chip-id', 'x'], '--chip-id x: expected 64 bytes'),
    (['report', '--kernel', 'vcek'], '--firmware is needed'),
    (['report', '--firmware', 'vcek', '--measurement', 'a' * 96],
     '--measurement stands for the files and CPUs'),
    (['report', '--firmware', 'none', '--cpu', 'EPYC-Milan'],
     '--firmware none: No such file'),
    (['report', '--pages', 'vcek'], '--pages needs --firmware'),
    (['report', '--firmware', 'fw', '--cpu', 'EPYC-Milan', '--pages', 'none'],
     '--pages none: No such file'),
    (['report', '--firmware', 'fw', '--cpu', 'EPYC-Milan', '--pages', 'vcek'],
     'firmware vcek: 1364 bytes, expected a multiple of 4096'),
    (['report', '--sev-features', 'x'], '--sev-features x: expected a number'),
]


@pytest.mark.parametrize('arguments, message', USAGE, ids=count())
def test_usage(sevemu, run, certs, tmp_path, monkeypatch,  # noqa: F811
               arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'report').write_bytes(make_report())
    (tmp_path / 'vcek').write_bytes(certs()['vcek'])
    (tmp_path / 'fw').write_bytes(VECTORS.firmware(VECTORS.AMDSEV,
                                                   (0x810c00, 0x400))[0])
    (tmp_path / 'empty').mkdir()
    done = run([sevemu, 'report', 'verify', *arguments])
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith(f'sevemu: {message}'), done.stderr
    assert done.stderr.count('\n') == 1
