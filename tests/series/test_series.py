# SPDX-License-Identifier: GPL-2.0-or-later
"""
Our work as patches for QEMU: applies, passes checkpatch.pl, compiles, also
where QEMU is configured as we do not use it.
"""

import pytest


def test_passes_checkpatch(run, build):
    done = run([build.root / 'scripts' / 'series'], timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((build.dir / 'series').glob('*.patch'))


@pytest.mark.full
@pytest.mark.limit(7200)
def test_compiles_at_every_patch(run, build):
    done = run([build.root / 'scripts' / 'series', '--build'], timeout=7000)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def compile_qemu(run, build, where, options=(), programs=(), **kw):
    scripts = build.root / 'scripts'
    for command in ([scripts / 'qemu-configure', *options, build.qemu_src,
                     where],
                    [scripts / 'qemu-compile', where, *programs]):
        done = run(command, timeout=3000, **kw)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.full
@pytest.mark.limit(3600)
def test_compiles_for_user_mode(run, build):
    """Files of target/i386 that we change are also of qemu-x86_64."""
    where = build.dir / 'qemu' / 'user'
    compile_qemu(run, build, where, ['--user'], ['qemu-x86_64'])
    done = run([where / 'qemu-x86_64', '-cpu', 'EPYC-Milan', build.sevemu,
                '--version'])
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('sevemu'), done.stdout


@pytest.mark.full
@pytest.mark.limit(3600)
def test_compiles_without_kvm(run, build, qemu_env):
    compile_qemu(run, build, build.dir / 'qemu' / 'build-nokvm',
                 env=dict(qemu_env, KVM='no'))
