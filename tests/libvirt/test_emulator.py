# SPDX-License-Identifier: GPL-2.0-or-later
"""sevemu-qemu, by itself: what it makes of a command line, what it starts."""

import json
import os
import re
import shutil
import subprocess

import pytest

from qmp_guest import NOTE, Guest

SAID = 'sevemu-qemu: -cpu host needs KVM, taking -cpu max\n'

# Arguments, and what they become; None: what they are. Without an
# accelerator anywhere there is one at the end.
REWRITTEN = {
    'nothing': ('', '-accel tcg'),
    'enable-kvm': ('-S -enable-kvm -m 1G', '-S -machine accel=tcg -m 1G'),
    'enable-kvm-machine': ('-enable-kvm -machine q35,accel=kvm',
                           '-machine accel=tcg -machine q35,accel=tcg'),
    'two-dashes': ('--enable-kvm', '-machine accel=tcg'),
    'accel': ('-accel kvm -m 1G', '-accel tcg -m 1G'),
    'accel-two-dashes': ('--accel kvm', '--accel tcg'),
    'accel-key': ('-accel accel=kvm', '-accel tcg'),
    'accel-last': ('-accel kernel-irqchip=split,accel=kvm', '-accel tcg'),
    'accel-properties': ('-accel kvm,kernel-irqchip=split,dirty-ring-size=1',
                         '-accel tcg'),
    'accel-both': ('-accel kvm -accel tcg,thread=single',
                   '-accel tcg,thread=single'),
    'accel-both-turned': ('-accel tcg,thread=single -accel kvm',
                          '-accel tcg,thread=single'),
    'accel-twice': ('-accel kvm -accel kvm', '-accel tcg'),
    'accel-tcg': ('-accel tcg,thread=multi', None),
    'accel-other': ('-accel qtest', None),
    'accel-unknown': ('-accel kvm2', None),
    'accel-help': ('-accel help', None),
    'machine': ('-machine q35,accel=kvm,usb=off',
                '-machine q35,accel=tcg,usb=off'),
    'machine-first': ('-machine accel=kvm,type=q35',
                      '-machine accel=tcg,type=q35'),
    'machine-list': ('-machine none,accel=kvm:tcg', '-machine none,accel=tcg'),
    'machine-list-turned': ('-machine none,accel=tcg:kvm',
                            '-machine none,accel=tcg'),
    'machine-xen': ('-machine q35,accel=xen', None),
    'machine-tcg': ('-machine q35,accel=tcg', None),
    'machine-none': ('-machine q35', '-machine q35 -accel tcg'),
    'machine-irqchip': ('-M q35,accel=kvm,kernel_irqchip=split',
                        '-M q35,accel=tcg,kernel_irqchip=split'),
    'machine-commas': ('-machine q35,firmware=a,,accel=kvm,accel=kvm',
                       '-machine q35,firmware=a,,accel=kvm,accel=tcg'),
    'machine-empty': ('-machine q35,,,accel=kvm -accel tcg',
                      '-machine q35,,,accel=tcg -accel tcg'),
    'machine-ends': ('-machine q35, -accel tcg', None),
    'cpu': ('-cpu host -accel tcg', '-cpu max -accel tcg', SAID),
    'cpu-features': ('-accel tcg --cpu host,-svm,+la57',
                     '-accel tcg --cpu max,-svm,+la57', SAID),
    'cpu-other': ('-cpu EPYC,model-id=host -accel tcg', None),
    'cpu-like': ('-cpu host-x -accel tcg', None),
    # a value that looks like an option is a value
    'value': ('-accel tcg -append -enable-kvm -name -cpu', None),
    'value-then': ('-append -accel -accel kvm', '-append -accel -accel tcg'),
    'image': ('host.img kvm -accel tcg', None),
    'dash': ('-serial - - -accel kvm', '-serial - - -accel tcg'),
    'libvirt': ('-S -no-user-config -nodefaults -nographic -machine '
                'none,accel=kvm:tcg -qmp unix:m,server=on,wait=off -pidfile p '
                '-daemonize', '-S -no-user-config -nodefaults -nographic '
                '-machine none,accel=tcg -qmp unix:m,server=on,wait=off '
                '-pidfile p -daemonize'),
    # what is wrong is QEMU's to say
    'last': ('-accel tcg -cpu', None),
    'file': ('-readconfig qemu.conf -S',
             '-readconfig qemu.conf -S -machine accel=tcg'),
    'file-and-accel': ('-readconfig qemu.conf -accel kvm',
                       '-readconfig qemu.conf -accel tcg'),
    'last-accel': ('-S -accel', '-S -accel -accel tcg'),
    'object': ('-accel tcg -object sev-guest,id=accel,policy=1', None),
    'c-bit': ('-accel tcg -object sev-snp-guest,id=a,cbitpos=,policy=1',
              '-accel tcg -object sev-snp-guest,id=a,cbitpos=51,policy=1'),
    'c-bit-last': ('-accel tcg -object sev-snp-guest,cbitpos=',
                   '-accel tcg -object sev-snp-guest,cbitpos=51'),
    'c-bit-given': ('-accel tcg -object sev-snp-guest,cbitpos=47,id=a', None),
    'c-bit-like': ('-accel tcg -object x,file=a,,cbitpos=,id=cbitpos=', None),
}

LIST_ARGUMENTS = '''#!/bin/sh
printf '%s\\0' "$@"
'''


@pytest.fixture(name='fake')
def fake_fixture(build, tmp_path):
    """sevemu-qemu beside a program that prints what it is given."""
    folder = tmp_path / 'bin'
    folder.mkdir()
    qemu = folder / 'qemu-system-x86_64'
    qemu.write_text(LIST_ARGUMENTS)
    qemu.chmod(0o755)
    shutil.copy(build.dir / 'bin' / 'sevemu-qemu', folder)
    return folder / 'sevemu-qemu'


@pytest.fixture(name='versioned')
def versioned_fixture(fake):
    """sevemu-qemu beside a QEMU that knows its version"""
    fake.with_name('qemu-system-x86_64').write_text(
        '#!/bin/sh\necho "QEMU emulator version 10.0.13 (Debian)"\n'
        'echo Copyright\n')
    return fake


@pytest.mark.parametrize('option', ['--version', '-version'])
def test_version(versioned, run, qemu_env, option):
    """Another one only for who asks for it"""
    done = run([versioned, option])
    assert done.stdout.startswith('QEMU emulator version 10.0.13 (Debian)\n')
    qemu_env['SEVEMU_QEMU_VERSION'] = '11.0.0'
    done = run([versioned, option])
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout == (
        'QEMU emulator version 11.0.0, as SEVEMU_QEMU_VERSION says; it is '
        '10.0.13 (Debian)\nCopyright\n')


@pytest.mark.parametrize('version', ['', '11', 'v11.0', '11.0.0.0', '11.x'])
def test_bad_version(versioned, run, qemu_env, version):
    qemu_env['SEVEMU_QEMU_VERSION'] = version
    done = run([versioned, '--version'])
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr == (f'sevemu-qemu: SEVEMU_QEMU_VERSION={version}: '
                           'expected a version such as 11.0.0\n')


def split(text):
    return text.split(' ') if text else []


@pytest.mark.parametrize('case', REWRITTEN.values(), ids=REWRITTEN.keys())
def test_rewritten(fake, run, case):
    before, after, *said = case
    done = run([fake, *split(before)])
    assert (done.returncode, done.stderr) == (0, ''.join(said))
    assert done.stdout.split('\0')[:-1] == split(before if after is None
                                                 else after)


def test_other_bytes(fake):
    """Neither blanks nor what is no UTF-8 is touched."""
    words = [b'-append', b'a  b\n"\xff', b'', b'-accel', b'tcg']
    done = subprocess.run([bytes(fake), *words], stdout=subprocess.PIPE,
                          check=True)
    assert done.stdout.split(b'\0') == [*words, b'']


def test_flags_are_qemus(build):
    """Which options have a value, QEMU's own table says."""
    table = (build.qemu_src / 'qemu-options.hx').read_text()
    flags = set(re.findall(r'^DEF\("([^"]+)",\s*0\s*,', table, re.M)) | {'h'}
    source = (build.root / 'qemu/wrapper/rewrite.c').read_text()
    ours = source[source.index('flags[] = {'):source.index('NULL\n};')]
    assert len(flags) > 20
    assert set(re.findall(r'"([^"]+)"', ours)) == flags


def test_by_a_link(fake, run, tmp_path):
    """QEMU lies beside the program, wherever the link to it does."""
    link = tmp_path / 'qemu-system-x86_64'
    link.symlink_to(fake)
    assert run([link, '-accel', 'kvm']).stdout == '-accel\0tcg\0'


def test_a_copy(build, run, tmp_path):
    """Says what is missing where."""
    program = shutil.copy(build.dir / 'bin' / 'sevemu-qemu', tmp_path)
    done = run([program])
    assert (done.returncode, done.stdout) == (1, '')
    assert done.stderr == (
        f'sevemu-qemu: {tmp_path}/qemu-system-x86_64: No such file or '
        'directory (expected beside this program; a link to it will do, a '
        'copy won\'t)\n')


# --- with the real one -----------------------------------------------------

@pytest.fixture(name='with_kvm', params=['stand-in', 'real'])
def with_kvm_fixture(build, qemu_env, request):
    """The environment on a host with KVM that has no SEV."""
    known = subprocess.run([build.qemu, '-accel', 'help'], check=True,
                           capture_output=True, text=True).stdout.split()
    if 'kvm' not in known:
        pytest.skip('this QEMU was built without KVM')
    if request.param == 'stand-in':
        return dict(qemu_env, LD_PRELOAD=str(build.kvm_stand_in))
    if not os.access('/dev/kvm', os.R_OK | os.W_OK):
        pytest.skip('no /dev/kvm')
    return qemu_env


def test_qemu_takes_kvm(build, with_kvm, log_path):
    """Why there is such a program: libvirt's question, and the answer."""
    with Guest(build.qemu, ['-machine', 'none,accel=kvm:tcg'], log_path,
               with_kvm) as guest:
        assert guest.command('query-kvm')['enabled']
        assert guest.refusal('query-sev-capabilities') == \
            'SEV is not enabled in KVM'


@pytest.mark.parametrize('options', [
    ('-machine', 'none,accel=kvm:tcg'), ('-accel', 'kvm', '-M', 'none'),
    ('-enable-kvm', '-M', 'none'), ('-M', 'none')],
    ids=['libvirt', 'accel', 'enable-kvm', 'nothing'])
def test_answers_libvirt(build, with_kvm, log_path, options):
    """The same question: SEV's capabilities are TCG's."""
    with Guest(build.dir / 'bin' / 'sevemu-qemu', options, log_path,
               with_kvm) as guest:
        assert not guest.command('query-kvm')['enabled']
        assert guest.command('query-sev-capabilities')['cbitpos'] == 51


@pytest.mark.parametrize('first', [True, False])
def test_file_of_options(build, qemu_env, log_path, tmp_path, first):
    """Incus' and LXD's way to ask for KVM"""
    tmp_path.joinpath('qemu.conf').write_text(
        '[machine]\ntype = "q35"\naccel = "kvm"\n')
    options = [('-readconfig', tmp_path / 'qemu.conf'), ('-m', '64M')]
    with Guest(build.dir / 'bin' / 'sevemu-qemu',
               [word for option in (options if first else options[::-1])
                for word in option] + ['-S'], log_path, qemu_env) as guest:
        assert not guest.command('query-kvm')['enabled']


@pytest.mark.parametrize('kind', ['sev-guest', 'sev-snp-guest'])
def test_runs_an_epyc_hosts_line(build, qemu_env, log_path, kind):
    """-cpu host and all."""
    firmware = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    with Guest(build.dir / 'bin' / 'sevemu-qemu', [
            '-enable-kvm', '-cpu', 'host', '-m', '256M', '-bios', firmware,
            '-machine', 'q35,kernel-irqchip=split,'
                        'confidential-guest-support=sev0', '-object',
            f'{kind},id=sev0,cbitpos=51,reduced-phys-bits=1'],
            log_path, qemu_env) as guest:
        assert guest.command('query-sev')['state'] == 'running'
        assert NOTE in guest.said()


def test_same_version(build, run):
    versions = [run([build.dir / 'bin' / name, '--version']).stdout
                for name in ('sevemu-qemu', 'qemu-system-x86_64')]
    assert versions[0] == versions[1] != ''


def test_launch_script(build, run, qemu_env):
    """
    What coconut-SVSM's launch_guest.sh asks first: is it 11, and has it
    devices for planes?
    """
    qemu_env['SEVEMU_QEMU_VERSION'] = '11.0'
    program = build.dir / 'bin' / 'sevemu-qemu'
    version = re.search(r'.*version ([^ ]*)', run([program,
                                                   '--version']).stdout)[1]
    assert version.split('.')[0] == '11'
    options = run([program, '-h']).stdout
    assert '-device driver' in options and 'device-plane=' not in options


def test_named_platform(build, run, qemu_env, tmp_path):
    """$SEVEMU_PLATFORM goes through, and is where all of ours look."""
    platform = tmp_path / 'here'
    qemu_env['SEVEMU_PLATFORM'] = str(platform)
    asked = run([build.dir / 'bin' / 'sevemu-qemu', '-M', 'none', '-display',
                 'none', '-qmp', 'stdio'], stdin=None, input=''.join(
        json.dumps({'execute': name}) for name in (
            'qmp_capabilities', 'query-sev-capabilities', 'quit')))
    chip = json.loads(asked.stdout.splitlines()[2])['return']['cpu0-id']
    shown = run([build.sevemu, 'show', 'platform', '--json'])
    status = json.loads(run([build.dir / 'libexec' / 'sevemu-platform', '-',
                             'get-id']).stdout)
    assert platform.joinpath('flash').exists()
    assert status['platform'] == str(platform)
    assert status['id'] == chip
    assert str(platform) in shown.stdout
