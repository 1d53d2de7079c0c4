# SPDX-License-Identifier: GPL-2.0-or-later
"""Of a guest that stands still: who is tried once more, and who is not."""

import pytest

import boot_guest

SILENT = 'sleep 9'
TIMED_OUT = 'echo guest: FAILED: 10.0.2.2 port 1: Connection timed out'
REFUSED = 'echo guest: FAILED: 10.0.2.2 port 1: Connection refused'


@pytest.fixture(name='boot')
def boot_fixture(tmp_path, monkeypatch):
    """boot(what it does, CPUs): what came of waiting for a console"""
    monkeypatch.setattr(boot_guest, 'TIMEOUT', 1)

    def boot(does, vcpus):
        log = tmp_path / 'log'
        qemu = tmp_path / 'qemu'
        qemu.write_text(f'#!/bin/sh\nexec >> {log}\n{does}\n')
        qemu.chmod(0o755)
        guest = boot_guest.Guest(qemu, ['-smp', vcpus], log)
        try:
            with pytest.raises(AssertionError) as raised:
                guest.expect('boot', [('up', '^guest: up$')])
        finally:
            guest.stop()
        return raised.type

    return boot


@pytest.mark.parametrize('does, vcpus, kind', [
    (SILENT, 4, boot_guest.Stalled),
    (SILENT, 1, AssertionError),
    (TIMED_OUT, 4, boot_guest.Stalled),
    (TIMED_OUT, 1, AssertionError),
    (REFUSED, 4, AssertionError),
    ('exit 1', 4, AssertionError),
])
def test_which_failure_it_is(boot, does, vcpus, kind):
    assert boot(does, vcpus) is kind


@pytest.mark.parametrize('failures, calls, outcome', [
    ([None], 1, None),
    ([boot_guest.Stalled('a'), None], 2, None),
    ([boot_guest.Stalled('a'), boot_guest.Stalled('b')], 2,
     boot_guest.Stalled),
    ([boot_guest.Stalled('a'), AssertionError('b')], 2, AssertionError),
    ([AssertionError('a'), None], 1, AssertionError),
])
@pytest.mark.filterwarnings('ignore:tried once more')
def test_who_is_tried_again(tmp_path, failures, calls, outcome):
    log = tmp_path / 'log'
    places = []

    @boot_guest.tried_twice
    def body(log_path, tmp_path):
        assert log_path == log
        places.append(tmp_path)
        if failures[len(places) - 1]:
            raise failures[len(places) - 1]

    if outcome:
        with pytest.raises(outcome) as raised:
            body(log_path=log, tmp_path=tmp_path)
        assert raised.value is failures[calls - 1]
    else:
        body(log_path=log, tmp_path=tmp_path)
    assert len(set(places)) == calls
    assert log.exists() == (calls == 2)


def test_a_second_try_is_told(tmp_path):
    log = tmp_path / 'log'
    first = [boot_guest.Stalled('no more words')]

    @boot_guest.tried_twice
    def body(log_path, tmp_path):
        if first:
            raise first.pop()

    with pytest.warns(UserWarning, match='once more: no more words'):
        body(log_path=log, tmp_path=tmp_path)
    assert 'once more: no more words' in log.read_text()
