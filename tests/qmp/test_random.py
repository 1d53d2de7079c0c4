# SPDX-License-Identifier: GPL-2.0-or-later
"""
-seed decides what the secure processor draws for a launch, as all else that is
random for the guest, and nothing of what lasts: the platform's keys and id.
"""

import base64

import pytest

from qmp_guest import TCG, Guest, capabilities


@pytest.fixture(name='nonce')
def nonce_fixture(build, log_path, tmp_path):
    """nonce(*options): MNONCE of a launch on one platform"""

    def launch(*options):
        with Guest(build.qemu, [
                *TCG, '-S', '-object',
                f'sev-emulated,id=sev0,platform={tmp_path}/platform',
                *options], log_path) as guest:
            data = guest.command('query-sev-launch-measure')['data']
        return base64.b64decode(data)[32:]

    return launch


def test_seed(nonce):
    first = nonce('-seed', '1')
    assert nonce('-seed', '1') == first
    assert nonce('-seed', '2') != first
    assert nonce() not in (first, nonce())


def test_platforms_differ(build, log_path, tmp_path):
    """Made with one seed, with a guest and without, they have other keys."""
    def made(name):
        state = f'{tmp_path}/{name}'
        return capabilities(
            build.qemu, log_path, '-seed', '1',
            env={'XDG_STATE_HOME': state, 'PATH': '/bin',
                 'SEVEMU_PLATFORM': f'{state}/sevemu/platform'})

    first, second = made('first'), made('second')
    for key in 'pdh', 'cert-chain', 'cpu0-id':
        assert first[key] != second[key]


def test_platforms_of_guests_differ(build, log_path, tmp_path):
    def made(name):
        with Guest(build.qemu, [
                *TCG, '-S', '-seed', '1', '-object',
                f'sev-emulated,id=sev0,platform={tmp_path}/{name}'],
                log_path) as guest:
            return guest.command('query-sev-capabilities')

    first, second = made('first'), made('second')
    for key in 'pdh', 'cert-chain', 'cpu0-id':
        assert first[key] != second[key]
