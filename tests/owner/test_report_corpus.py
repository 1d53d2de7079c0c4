# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu report corpus: a verifier that knows none of our C answers to each
case what the manifest says.
"""

import base64
import collections
import datetime
import json
import re
import struct
import subprocess
import uuid

import pytest

from owner_files import sevemu  # noqa: F401
from report_verify import Demand, verify

PRODUCTS = ('Milan', 'Genoa', 'Turin')
VERSIONS = (2, 3, 5)
# Of the table of certificates
GUIDS = {'63da758d-e664-4564-adc5-f4b93be8accd': 'VCEK',
         'a8074bc2-a25a-483e-aae6-39c045a0b8a1': 'VLEK',
         '4ab7b379-bbac-4fe4-a02f-05aef327c782': 'signer',
         'c0b406a4-a803-4952-9743-3fb6014cd0ae': 'root',
         '92f81bc3-5811-4d3d-97ff-d19f88dc67ea': 'crl'}


@pytest.fixture(scope='module', name='corpora')
def corpora_fixture(build, tmp_path_factory):
    """{product: directory}, all versions in each"""
    directory = tmp_path_factory.mktemp('corpora')
    for product in PRODUCTS:
        subprocess.run([build.sevemu, 'report', 'corpus', directory / product,
                        '--product', product], check=True)
    return {product: directory / product for product in PRODUCTS}


def cases(corpus, version=None):
    manifest = json.loads((corpus / 'manifest.json').read_text())
    return [case for case in manifest['cases']
            if version in (None, case['report-version'])]


def min_tcb(product, numbers):
    """The bytes of a TCB"""
    names = {'fmc': 0, 'boot-loader': 1, 'tee': 2, 'snp': 3} \
        if product == 'Turin' else {'boot-loader': 0, 'tee': 1, 'snp': 6}
    tcb = bytearray(8)
    for name, number in numbers.items():
        tcb[{**names, 'microcode': 7}[name]] = number
    return bytes(tcb)


def demand(case, allow=()):
    told = case['verify']
    time = datetime.datetime.strptime(told['time'], '%Y-%m-%dT%H:%M:%SZ')
    return Demand(told['product'], time,
                  *(bytes.fromhex(told[name]) for name in (
                      'report-data', 'measurement', 'host-data')),
                  min_tcb(told['product'], told['min-tcb']), set(allow))


def contents(corpus, case):
    return {name: (corpus / path).read_bytes()
            for name, path in case['files'].items()}


def judge(corpus, case, allow=()):
    return verify(contents(corpus, case),
                  (corpus / case['trusted']).read_bytes(),
                  demand(case, allow))


@pytest.mark.parametrize('version', VERSIONS)
@pytest.mark.parametrize('product', PRODUCTS)
def test_second_opinion(corpora, product, version):
    wrong = {}
    for case in cases(corpora[product], version):
        answers = [judge(corpora[product], case)]
        expected = [case['code']]
        if 'allow' in case:
            answers.append(judge(corpora[product], case, [case['allow']]))
            expected.append('ok')
        if answers != expected:
            wrong[case['name']] = answers, expected
    assert not wrong


@pytest.mark.parametrize('product', PRODUCTS)
def test_answers(corpora, product):
    """The answer follows from the code, and each kind is there."""
    answers = collections.Counter()
    for case in cases(corpora[product]):
        answers[case['answer']] += 1
        assert case['answer'] == (
            'accept-if-allowed' if 'allow' in case else
            'accept' if case['code'] == 'ok' else 'reject')
    assert answers['reject'] > 300
    assert answers['accept'] > 20 and answers['accept-if-allowed'] > 8


def table(data):
    """{what: bytes} of a table of certificates"""
    blobs = {}
    for at in range(0, len(data), 24):
        guid, offset, size = struct.unpack_from('<16sII', data, at)
        if not any(guid):
            return blobs
        blobs[GUIDS[str(uuid.UUID(bytes=guid))]] = data[offset:offset + size]
    raise AssertionError('no end')


def pem(text):
    return [base64.b64decode(body) for body in re.findall(
        r'-----BEGIN CERTIFICATE-----\n([^-]*)-----END CERTIFICATE-----\n',
        text)]


@pytest.mark.parametrize('product', PRODUCTS)
def test_forms(corpora, product):
    """The same certificates in each form, and nothing that isn't named"""
    corpus = corpora[product]
    there = {str(path.relative_to(corpus)) for path in corpus.rglob('*')
             if path.is_file()}
    named = {'manifest.json', 'root/ark.der'}
    for case in cases(corpus):
        files = contents(corpus, case)
        named.update(case['files'].values())
        leaf = {case['signed-by']: files['leaf']}
        rest = {name: files[name] for name in ('signer', 'root', 'crl')
                if name in files}
        assert table(files['table']) == {**leaf, **rest}
        assert pem(files['chain'].decode()) == [files['signer'],
                                                files['root']]
    assert there == named


def test_names(corpora, run, build, tmp_path):
    """They are the same each time; a version's are those that begin so."""
    one = {case['name'] for case in cases(corpora['Milan'])}
    assert one == {case['name'] for case in cases(corpora['Turin'])}
    done = run([build.sevemu, 'report', 'corpus', '--version', '3',
                '--product', 'Milan', tmp_path / 'c'])
    names = {case['name'] for case in cases(tmp_path / 'c')}
    assert names == {name for name in one if name.startswith('v3-')}
    assert done.stdout == f"Wrote {tmp_path / 'c'}: {len(names)} cases\n"
    assert {path.name for path in (tmp_path / 'c').iterdir()} \
        == names | {'root', 'manifest.json'}


def test_vendor(run, build, tmp_path):
    """The root is that of the directory, and only that."""
    keys = build.root / 'vendor' / 'keys'
    corpus = tmp_path / 'c'
    command = [build.sevemu, 'report', 'corpus', '--version', '5',
               '--vendor', keys / 'genoa', corpus]
    done = run([*command, '--product', 'Milan'])
    assert (done.returncode, done.stderr) == (
        2, f"sevemu: {keys / 'genoa'}: expected the manufacturer of Milan, "
        "found Genoa's\n")
    assert not corpus.exists()
    done = run([*command, '--product', 'Genoa'])
    assert (done.returncode, done.stderr) == (0, '')
    assert (corpus / 'root' / 'ark.der').read_bytes() \
        == (keys / 'genoa' / 'ark.der').read_bytes()
    done = run([*command, '--product', 'Genoa'])
    assert (done.returncode, done.stderr) == (
        2, f'sevemu: {corpus}: File exists\n')


def test_incomplete_vendor(run, build, tmp_path):
    """One of an older program has no ASVK."""
    vendor = tmp_path / 'vendor'
    vendor.mkdir()
    for path in (build.root / 'vendor' / 'keys' / 'milan').iterdir():
        if not path.name.startswith('asvk'):
            (vendor / path.name).write_bytes(path.read_bytes())
    done = run([build.sevemu, 'report', 'corpus', '--product', 'Milan',
                '--vendor', vendor, tmp_path / 'c'])
    assert (done.returncode, done.stderr) == (
        2, f"sevemu: {vendor}: expected all of a manufacturer, found no "
        'asvk.key\n')
    assert not (tmp_path / 'c').exists()


@pytest.mark.parametrize('arguments, message', [
    (['--product', 'Milan'], 'expected DIR'),
    (['c'], '--product is needed'),
    (['c', '--product', 'Rome'],
     '--product Rome: expected Milan, Genoa or Turin'),
    (['c', '--product', 'Milan', '--version', '4'],
     '--version 4: expected 2, 3 or 5'),
    (['c', '--product', 'Milan', '--version', '03'],
     '--version 03: expected 2, 3 or 5'),
    (['none/c', '--product', 'Milan'], 'none/c: No such file or directory'),
    (['c', 'd', '--product', 'Milan'], 'unexpected argument: d')])
def test_usage(sevemu, build, run, qemu_env, tmp_path,  # noqa: F811
               arguments, message):
    qemu_env['SEVEMU_CORPUS_TOOL'] = str(build.dir / 'libexec/sevemu-corpus')
    done = run([sevemu, 'report', 'corpus', *arguments], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == f'sevemu: {message}\n'
    assert not (tmp_path / 'c').exists()


@pytest.mark.parametrize('flavour', ['tools-asan'])
def test_sanitized(build, flavour, tmp_path):
    """The program itself, with sanitizers, where there are any"""
    done = subprocess.run([build.dir / flavour / 'vendor/sevemu-corpus',
                           '--product', 'Turin', '--version', '5',
                           tmp_path / 'c'], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, '')
    assert int(done.stdout) == len(cases(tmp_path / 'c'))
