# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest with SEV is not migrated, and has no snapshots."""

import time

import pytest

from qmp_guest import TCG, TIMEOUT, Guest

REASON = 'SEV: Migration is not implemented'


@pytest.fixture(name='guest')
def guest_fixture(build, run, tmp_path, log_path):
    """A running one, with a disk that could take a snapshot."""
    disk = tmp_path / 'disk.qcow2'
    run([build.qemu_img, 'create', '-f', 'qcow2', disk, '1M'])
    with Guest(build.qemu, [
            *TCG, '-object', 'sev-emulated,id=sev0',
            '-drive', f'if=none,node-name=disk,format=qcow2,file={disk}'],
            log_path) as guest:
        yield guest
        assert guest.command('query-status')['status'] == 'running'
        assert guest.command('query-sev')['state'] == 'running'


def test_migrate(guest, tmp_path):
    target = tmp_path / 'migrated'
    assert guest.refusal('migrate', uri=f'file:{target}') == REASON
    assert guest.command('query-migrate') == {'blocked-reasons': [REASON]}
    assert guest.human(f'migrate -d file:{target}') == f'Error: {REASON}\n'
    assert not target.exists()


def test_savevm(guest):
    assert guest.human('savevm now') == f'Error: {REASON}\n'
    assert guest.human('info snapshots') == \
        'There is no snapshot available.\n'


def test_snapshot_save(guest):
    guest.command('snapshot-save', job_id='job', tag='now', vmstate='disk',
                  devices=['disk'])
    deadline = time.monotonic() + TIMEOUT
    while (job := guest.command('query-jobs')[0])['status'] != 'concluded':
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert job['error'] == REASON


def test_before_the_launch_is_finished(build, log_path):
    """Else resuming would end QEMU, with the migration under way."""
    with Guest(build.qemu, ['-S', *TCG, '-object', 'sev-emulated,id=sev0'],
               log_path) as guest:
        assert guest.refusal('migrate', uri='exec:cat > /dev/null') == REASON
        guest.command('cont')
        assert guest.command('query-sev')['state'] == 'running'
        assert guest.command('query-migrate') == {'blocked-reasons': [REASON]}
