# SPDX-License-Identifier: GPL-2.0-or-later
"""
sevemu report verify against `sevemu report corpus`: each case is judged as
its manifest says, and for a reason that goes with its code.
"""

import json
import re
import subprocess

import pytest

from conftest import BUILD

PRODUCTS = ('Milan', 'Genoa', 'Turin')

# A check that must be bad, for each code: any of these
REASONS = {
    'report-length': 'size', 'report-version': 'version',
    'report-algorithm': 'signing-key', 'report-signer': 'signing-key|.*-name',
    'report-reserved': 'reserved|tcb-reserved|policy|platform-info',
    'signature-invalid': '.*-signs-report', 'signature-format': 'reserved',
    'signature-absent': 'signing-key', 'report-data': 'report-data',
    'measurement': 'measurement', 'host-data': 'host-data',
    'policy-debug': 'debug', 'vmpl': 'vmpl', 'chip-id-masked': 'vcek-chip',
    'tcb-mismatch': '.*-tcb', 'tcb-minimum': 'min-tcb',
    'tcb-order': 'tcb-order', 'chip-mismatch': 'vcek-chip',
    'product-mismatch': '.*product|ask-name',
    'cert-format': '.*-certificate', 'cert-name': '.*-name',
    'cert-extension': '.*-(extensions|product|tcb|chip|provider|certificate)',
    'cert-key': '.*-key', 'cert-algorithm': '.*-signature',
    'cert-constraints': '.*-authority', 'cert-issuer': '.*-signature',
    'cert-signature': '.*-signature', 'cert-expired': '.*-validity',
    'cert-not-yet-valid': '.*-validity', 'cert-revoked': 'ark-revocation',
    'root-untrusted': 'ask-signature|ark-root', 'crl-signature': 'ark-crl',
    'crl-expired': 'ark-crl',
}
ALLOW = {'debug': ['--allow-debug'], 'vmpl': [],
         'unknown-amd-extension': ['--allow-extensions'],
         'unknown-platform-info': ['--allow-platform-info']}


@pytest.fixture(scope='module')
def corpora(tmp_path_factory):
    """{product: directory}"""
    top = tmp_path_factory.mktemp('corpora')
    for product in PRODUCTS:
        subprocess.run([BUILD / 'bin/sevemu', 'report', 'corpus', '--product',
                        product, top / product], check=True)
    return {product: top / product for product in PRODUCTS}


def judge(run, build, directory, case, *more):
    """The exit status, and names of what is bad"""
    files, told = case['files'], case['verify']
    options = ['--at', told['time'], '--certs', directory / files['table'],
               '--ca', directory / case['trusted']]
    for name in ('product', 'report-data', 'measurement', 'host-data'):
        options += [f'--{name}', told[name]]
    if 'crl' in files:
        options += ['--crl', directory / files['crl']]
    least = ','.join(f'{name}={value}'
                     for name, value in told['min-tcb'].items())
    done = run([build.sevemu, 'report', 'verify', '--json', *options,
                '--min-tcb', least, *more, directory / files['report']])
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, [row['check']
                             for row in json.loads(done.stdout)['verdicts']
                             if row['verdict'] == 'bad']


@pytest.mark.parametrize('product', PRODUCTS)
def test_corpus(run, build, corpora, product):
    cases = json.loads((corpora[product] / 'manifest.json').read_text())[
        'cases']
    assert len(cases) > 300
    for case in cases:
        status, bad = judge(run, build, corpora[product], case, '--vmpl', '0')
        accepted = case['answer'] == 'accept'
        assert status == (0 if accepted else 1), (case['name'], bad)
        assert accepted or any(re.fullmatch(REASONS[case['code']], check)
                               for check in bad), (case['name'], bad)


def test_allowed(run, build, corpora):
    """What is refused unless the owner allows it"""
    directory = corpora['Milan']
    cases = json.loads((directory / 'manifest.json').read_text())['cases']
    seen = set()
    for case in cases:
        if case.get('allow') in ALLOW:
            seen.add(case['allow'])
            assert judge(run, build, directory, case,
                         *ALLOW[case['allow']]) == (0, []), case['name']
    assert seen == set(ALLOW)
