# SPDX-License-Identifier: GPL-2.0-or-later
"""SEV-ES guests: measurement and run, against Python's own reckoning."""

import base64
import json

import pytest

from owner_files import files, measurement, sevemu  # noqa: F401
from owner_platform import platform  # noqa: F401
from sev_vmsa import MODELS, signature, vmsas

NONCE = bytes(range(100, 116))
TIK = bytes(range(16))
EIP = 0x80b004                  # of the file fw
NUMBERS = ['--api-major', '1', '--api-minor', '55', '--build-id', '1',
           '--tik', 'tik', '--firmware', 'fw']
ROME = ['--cpu', 'EPYC-Rome']


def expected(files, number=1, model='EPYC-Rome', policy=5,  # noqa: F811
             **kw):
    launched = (files / 'fw').read_bytes()
    if policy & 4:
        launched += vmsas(number, signature(*MODELS[model]), EIP, **kw)
    return measurement(launched, TIK, NONCE, policy=policy)


def build(sevemu, run, *options, policy='5'):  # noqa: F811
    return run([sevemu, 'measurement', 'build', *NUMBERS, '--policy', policy,
                '--nonce', base64.b64encode(NONCE).decode(), *options])


def verify(sevemu, run, text, *options, policy='5'):  # noqa: F811
    return run([sevemu, 'measurement', 'verify', *NUMBERS, '--policy', policy,
                '--measurement', text, *options])


@pytest.mark.parametrize('legacy', [False, True])
@pytest.mark.parametrize('number', [1, 2, 4, 64])
@pytest.mark.parametrize('model', MODELS)
def test_build(sevemu, files, run, model, number, legacy):  # noqa: F811
    done = build(sevemu, run, '--vcpus', str(number), '--cpu', model,
                 *(['--legacy-vm-type'] if legacy else []))
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == expected(files, number, model,
                                   legacy=legacy) + '\n'


def test_build_numbers(sevemu, files, run):  # noqa: F811
    """One CPU is the default; its model can be three numbers."""
    done = build(sevemu, run, '--cpu-family', '23', '--cpu-model', '0x31',
                 '--cpu-stepping', '0')
    assert done.stdout == expected(files) + '\n'


def test_without_es(sevemu, files, run):  # noqa: F811
    """Then CPUs are not measured, whatever is said of them."""
    done = build(sevemu, run, '--vcpus', '4', *ROME, policy='1')
    assert done.stdout == expected(files, policy=1) + '\n'


@pytest.mark.parametrize('options,message', [
    ([], '--cpu (or --cpu-family, --cpu-model and --cpu-stepping) is needed'),
    (['--vcpus', '0', *ROME], '--vcpus 0: '),
    (['--vcpus', '4097', *ROME], '--vcpus 4097: '),
    (['--vcpus', 'x', *ROME], '--vcpus x: '),
    (['--cpu', 'Skylake-Server'], '--cpu Skylake-Server: not known here'),
    ([*ROME, '--cpu-family', '23'], '--cpu stands for the numbers'),
    (['--cpu-family', '23'], '--cpu-model is needed'),
    (['--cpu-model', '1', '--cpu-stepping', '2'], '--cpu-family is needed'),
    (['--cpu-family', '23', '--cpu-model', '1'],
     '--cpu-stepping is needed'),
    (['--cpu-family', '271', '--cpu-model', '1', '--cpu-stepping', '1'],
     '--cpu-family 271: '),
    (['--cpu-family', '23', '--cpu-model', '256', '--cpu-stepping', '1'],
     '--cpu-model 256: '),
    (['--cpu-family', '23', '--cpu-model', '1', '--cpu-stepping', '16'],
     '--cpu-stepping 16: '),
    ([*ROME, '--firmware', 'fw-one-cpu', '--vcpus', '2'],
     'firmware fw-one-cpu does not say where CPUs but the first begin'),
    ([*ROME, '--firmware', 'fw-odd'], 'firmware fw-odd: 1000 bytes'),
])
def test_bad(sevemu, files, run, options, message):  # noqa: F811
    done = build(sevemu, run, *options)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith('sevemu: ' + message)


def test_one_cpu_needs_no_vector(sevemu, files, run):  # noqa: F811
    done = build(sevemu, run, *ROME, '--firmware', 'fw-one-cpu')
    assert (done.returncode, done.stderr) == (0, '')


def test_digest_stands_for_cpus(sevemu, files, run):  # noqa: F811
    (files / 'digest').write_bytes(bytes(32))
    done = run([sevemu, 'measurement', 'build', *NUMBERS[:-2], '--policy',
                '5', '--launch-digest', 'digest', '--nonce',
                base64.b64encode(NONCE).decode(), '--vcpus', '2'])
    assert (done.returncode, done.stdout) == (2, '')
    assert 'stands for the CPUs as well' in done.stderr


def test_verify(sevemu, files, run):  # noqa: F811
    text = expected(files, 4)
    done = verify(sevemu, run, text, *ROME, '--vcpus', '4')
    assert (done.returncode, done.stdout) == (
        0, 'measurement is as expected\n')


@pytest.mark.parametrize('really,why', [
    ({'number': 8}, '8 vCPUs'),
    ({'model': 'EPYC-Milan'}, 'CPU model EPYC-Milan'),
    ({'legacy': True}, 'legacy-vm-type=on'),
    ({'policy': 1}, 'policy 0x1'),
    ({'number': 1, 'model': 'max', 'legacy': True},
     '1 vCPU; CPU model max; legacy-vm-type=on'),
])
def test_explained(sevemu, files, run, really, why):  # noqa: F811
    text = expected(files, **{'number': 2, **really})
    done = verify(sevemu, run, text, *ROME, '--vcpus', '2')
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == \
        f'sevemu: it is what was found with: {why}'


def test_explained_es(sevemu, files, run):  # noqa: F811
    """Nobody said what CPUs there are, so it says what it assumed."""
    done = verify(sevemu, run, expected(files), policy='1')
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        'sevemu: it is what was found with: policy 0x5; 1 vCPU; CPU model '
        'EPYC-Rome')


def test_json(sevemu, files, run):  # noqa: F811
    done = build(sevemu, run, *ROME, '--vcpus', '4', '--json')
    value = json.loads(done.stdout)
    assert value['measurement'] == expected(files, 4)
    assert (value['vcpus'], value['cpu-signature'],
            value['legacy-vm-type']) == (4, 0x830f10, False)
    done = verify(sevemu, run, expected(files, 4), *ROME, '--vcpus', '3',
                  '--json')
    value = json.loads(done.stdout)
    assert (value['good'], value['vcpus'], value['explanation']) == \
        (False, 3, '4 vCPUs')
