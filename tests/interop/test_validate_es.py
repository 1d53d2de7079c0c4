# SPDX-License-Identifier: GPL-2.0-or-later
"""
The measurement of SEV-ES guests, judged by Python's own reckoning, and by
virt-qemu-sev-validate with its own VMSA, which is that of hosts before Linux
6.10: legacy-vm-type=on.
"""

import base64
from dataclasses import replace

import pytest

from launched import Cpus, launch, owner_files, reckon, validate_command
from packets import AREA, AREA_SIZE, built_by_sevemu, draw_secret, table_of
from qmp_guest import Guest, capabilities
from qmp_session import make_session, session_properties
from sev_vmsa import MODELS

NUMBERS = {'EPYC-Rome': (23, 49, 0), 'EPYC-Milan': (25, 1, 1)}
NONCE = base64.b64encode(bytes(range(48))).decode()


def cpus(number, model):
    """As the validator is told of them"""
    names = '--cpu-family', '--cpu-model', '--cpu-stepping'
    return ['--num-cpus', str(number),
            *(word for name, value in zip(names, NUMBERS[model])
              for word in (name, str(value)))]


@pytest.fixture(name='reckoned')
def reckoned_fixture(build, run, tmp_path):
    """reckoned(...): a Launch as the guest owner expects it to be measured"""
    def reckoned(number, model, *more):
        files = replace(owner_files(build, tmp_path),
                        platform=(1, 55, 1, 5))
        done = run([build.sevemu, 'measurement', 'build', *files.arguments(),
                    '--launch-measure-blob', NONCE, '--vcpus', str(number),
                    '--cpu', model, *more])
        assert (done.returncode, done.stderr) == (0, '')
        return replace(files, measurement=done.stdout.strip())

    return reckoned


@pytest.mark.parametrize('number', [1, 4])
@pytest.mark.parametrize('model', NUMBERS)
def test_legacy(build, run, reckoned, model, number):
    launched = reckoned(number, model, '--legacy-vm-type')
    done = run(validate_command(build, launched, *cpus(number, model)))
    assert (done.returncode, done.stdout, done.stderr) == \
        (0, 'OK: Looks good to me\n', '')


@pytest.mark.parametrize('number,model,more', [
    (3, 'EPYC-Rome', ['--legacy-vm-type']),
    (4, 'EPYC-Milan', ['--legacy-vm-type']),
    (4, 'EPYC-Rome', []),
])
def test_validator_sees_other_cpus(build, run, reckoned, number, model, more):
    launched = reckoned(number, model, *more)
    done = run(validate_command(build, launched, *cpus(4, 'EPYC-Rome')))
    assert done.returncode == 1


@pytest.mark.parametrize('number,model', [
    *((number, model) for number in (1, 4) for model in NUMBERS),
    *((1, model) for model in MODELS if model not in NUMBERS),
])
def test_launched(build, run, tmp_path, model, number):
    """What QEMU measured; the guest owner agrees."""
    launched = launch(build, tmp_path, cpus=Cpus(number, model))
    assert reckon(launched) == launched.measurement
    done = run([build.sevemu, 'measurement', 'build', *launched.arguments(),
                '--launch-measure-blob', launched.measurement, '--vcpus',
                str(number), '--cpu', model])
    assert (done.returncode, done.stdout) == (0, launched.measurement + '\n')


def in_session(build, directory, cpus):
    """A sev-guest as of an older host; its keys are in a session."""
    pdh = capabilities(build.qemu, directory / 'capabilities.log')['pdh']
    base = make_session(base64.b64decode(pdh), 5).write(directory)
    sev = f'sev-guest,legacy-vm-type=on,{session_properties(base)}'
    return replace(launch(build, directory, cpus=cpus, sev=sev),
                   tik=directory / 'vm_tik.bin', tek=directory / 'vm_tek.bin')


@pytest.mark.parametrize('number', [1, 4])
@pytest.mark.parametrize('model', NUMBERS)
def test_launched_legacy(build, run, tmp_path, model, number):
    launched = in_session(build, tmp_path, Cpus(number, model, legacy=True))
    assert reckon(launched) == launched.measurement
    done = run(validate_command(build, launched, *cpus(number, model)))
    assert (done.returncode, done.stdout, done.stderr) == \
        (0, 'OK: Looks good to me\n', '')


def test_secret_arrives(build, run, tmp_path, log_path):
    files = replace(owner_files(build, tmp_path), cpus=Cpus(4, 'EPYC-Rome'))
    secret = draw_secret(tmp_path)
    with Guest(build.qemu, files.options(), log_path) as guest:
        packet = built_by_sevemu(build, files.ask(guest), secret, run,
                                 tmp_path)
        assert guest.command('sev-inject-launch-secret', **packet) == {}
        area = guest.memory(AREA, AREA_SIZE, tmp_path)
        assert area == table_of(secret).ljust(AREA_SIZE, b'\0')
        guest.command('cont')
        assert guest.command('query-sev')['state'] == 'running'
