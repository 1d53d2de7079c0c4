# SPDX-License-Identifier: GPL-2.0-or-later
"""
Derived keys of guests that are launched again: the same when they are
launched alike on the same chip; when something is not alike, another one
wherever that was selected, and nowhere else.
"""

import base64
import re
import struct
from typing import NamedTuple

import pytest

from sev_id_block import id_auth, id_block
from test_guests import (images_fixture, qemu_fixture, rows,  # noqa: F401
                         run_and_judge)

ROW = next(row for row in rows() if row.name == 'snp-messages')
FIELDS = {'policy', 'image-id', 'family-id', 'measurement', 'guest-svn', 'tcb'}
OF_THE_CHIP = FIELDS | {'vcek'}


class Launch(NamedTuple):
    """What keys can depend on"""
    chip: str = 'one'
    policy: int = 0x30000
    family: bytes = b'a family'.ljust(16)
    image: bytes = b'an image'.ljust(16)
    options: str = '-'
    svn: int = 3        # of the request, which the guest's is never below
    tcb: str = 8 * '00'     # of the request


# What is not alike, and which keys are other ones then. That of the VMRK is
# of one launch, since nobody has handed one over.
CHANGES = {
    'nothing': ({}, set()),
    'chip': ({'chip': 'another'}, OF_THE_CHIP),
    'policy': ({'policy': 0xb0000}, {'policy'}),
    'family-id': ({'family': bytes(16)}, {'family-id'}),
    'image-id': ({'image': bytes(16)}, {'image-id'}),
    'measurement': ({'options': '-smp 2'}, {'measurement'}),
    'guest-svn': ({'svn': 2}, {'guest-svn'}),
    'tcb': ({'tcb': '01' + 7 * '00'}, {'tcb'}),
}


def words(output):
    """What the guest printed: each selection's key, and "digest" """
    return {name: struct.pack(f'<{len(text.split())}Q',
                              *(int(word, 16) for word in text.split()))
            for name, text in re.findall(r'^# is (\S+)((?: 0x\w+)+)$', output,
                                         re.M)}


@pytest.fixture(name='keys')
def keys_fixture(build, run, tmp_path, qemu, images):  # noqa: F811
    """keys(launch): those of a guest that is launched so"""
    def boot(launch, identity=''):
        row = ROW._replace(
            sev='sev-snp-emulated,cbitpos=51,platform='
                f'{tmp_path / launch.chip},policy={launch.policy:#x}{identity}',
            options=launch.options,
            guest=f'snp_messages_keys svn={launch.svn if identity else 0} '
                  f'tcb={launch.tcb}')
        verdict, output = run_and_judge(row, qemu, images, run)
        assert verdict == 'ok', output
        return words(output)

    def keys(launch):
        if not (tmp_path / launch.chip).exists():
            done = run([build.sevemu, 'platform', 'new', tmp_path / launch.chip])
            assert done.returncode == 0, done.stderr
        block = id_block(boot(launch)['digest'], launch.policy, svn=3,
                         family=launch.family, image=launch.image)
        texts = [base64.b64encode(part).decode()
                 for part in (block, id_auth(block))]
        found = boot(launch, f',id-block={texts[0]},id-auth={texts[1]}')
        del found['digest']
        return found

    return keys


@pytest.mark.parametrize('change', CHANGES)
def test_launched_again(keys, change):
    """Each key of two launches"""
    changes, others = CHANGES[change]
    first, second = keys(Launch()), keys(Launch(**changes))
    assert first.keys() == second.keys() == OF_THE_CHIP | {'vmrk'}
    assert len(set(first.values())) == len(first)
    assert {name for name, key in first.items()
            if key != second[name]} == others | {'vmrk'}
