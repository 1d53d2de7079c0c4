# SPDX-License-Identifier: GPL-2.0-or-later
"""
The measurement of SEV-ES guests, judged by virt-qemu-sev-validate with its
own VMSA, which is that of hosts before Linux 6.10: legacy-vm-type=on.
"""

import base64
from dataclasses import replace

import pytest

from launched import owner_files, validate_command

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
