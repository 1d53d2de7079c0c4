# SPDX-License-Identifier: GPL-2.0-or-later
"""
Our work as patches for QEMU: few and small, applies, passes checkpatch.pl,
compiles, also where QEMU is configured as we do not use it.
"""

import pytest

# What a release of QEMU costs goes with these. Repairs of nested SVM, and
# INVLPGB, have no part in them: they are for upstream alone. One is for IGVM
# files, which QEMU has since 10.1.
PATCHES, LINES = 30, 1680


def changed_lines(run, patch):
    done = run(['git', 'apply', '--numstat', patch])
    assert done.returncode == 0, done.stderr
    return sum(int(number) for line in done.stdout.splitlines()
               for number in line.split()[:2])


def is_for_upstream(patch):
    return patch.name[:4] in ('0002', '0003', '0004', '0005', '0009')


def test_is_small(run, build):
    patches = [patch for patch in (build.root / 'qemu/patches').glob('*.patch')
               if not is_for_upstream(patch)]
    lines = sum(changed_lines(run, patch) for patch in patches)
    assert 0 < len(patches) <= PATCHES
    assert 0 < lines <= LINES


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


# Nobody debugs these.
FASTER = ' --disable-debug-info'

# Of emulators of machines: what is left out of ours, or put in.
WITHOUT = {
    'kvm': {'KVM': 'no'},
    'tcg': {'QEMU_CONFIGURE': '--disable-tcg'},
    'sev': {'QEMU_CONFIGURE': '--without-default-devices'},
}


@pytest.mark.full
@pytest.mark.limit(3600)
@pytest.mark.parametrize('what', WITHOUT)
def test_compiles_without(run, build, qemu_env, what):
    env = qemu_env | WITHOUT[what]
    env['QEMU_CONFIGURE'] = (env.get('QEMU_CONFIGURE', '') + ' --enable-werror' +
                             FASTER)
    where = build.dir / 'qemu' / f'no{what}'
    compile_qemu(run, build, where, env=env)
    done = run([where / 'qemu-system-x86_64', '-accel', 'help'])
    assert ('tcg' in done.stdout) == (what != 'tcg')
    assert ('kvm' in done.stdout) == (what != 'kvm')


@pytest.mark.full
@pytest.mark.limit(7200)
def test_compiles_by_default(run, build, qemu_env):
    """Where QEMU has GnuTLS, so no libgcrypt of its own; also i386."""
    where = build.dir / 'qemu' / 'default'
    env = dict(qemu_env, QEMU_CONFIGURE=FASTER)
    programs = ['qemu-system-x86_64', 'qemu-system-i386']
    compile_qemu(run, build, where, ['--default'], programs, env=env)
    config = (where / 'config-host.h').read_text().splitlines()
    assert {'#define CONFIG_GNUTLS_CRYPTO', '#undef CONFIG_GCRYPT'} <= {*config}
    for program, emulated in zip(programs, (True, False)):
        done = run([where / program, '-object', 'sev-emulated,help'])
        assert (done.returncode == 0) == emulated, done.stderr
