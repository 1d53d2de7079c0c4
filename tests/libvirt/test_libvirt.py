# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's libvirt with sevemu-qemu as its emulator: what it finds, and the life
of a domain of each kind.
"""

import base64
import os
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from box import ADMIN, GUIDE_SETUP, OTHER, ROOT, TMPFILES
from domains import BARE, DEVICES, KINDS, VCPUS, Domain
from fixtures import (  # noqa: F401
    box_fixture, files_fixture, system_fixture, virsh_fixture)
from sev_vmsa import MODELS, signature, vmsas

ACTIVE = 'Memory Encryption Features active: AMD '
SECRET = '736869e5-84f0-4973-92ec-06879ce3da0b'
RESET_EIP = 0x80b004        # of OVMF's AmdSev build
NO_MEASUREMENT = 'SEV launch measurement is not available'


def capabilities(virsh, emulator):
    """What a <domain> of that emulator may have, of security."""
    text = virsh('domcapabilities', '--emulatorbin', emulator, '--virttype',
                 'qemu', '--machine', 'q35')
    features = ElementTree.fromstring(text).find('features')
    types = features.findall('launchSecurity/enum/value')
    return features.find('sev'), {value.text for value in types}


def test_domcapabilities(virsh, box):
    sev, types = capabilities(virsh, box.emulator)
    assert sev.get('supported') == 'yes'
    assert (sev.find('cbitpos').text, sev.find('reducedPhysBits').text) == \
        ('51', '1')
    assert len(base64.b64decode(sev.find('cpu0Id').text)) == 64
    assert types == {'sev', 'sev-snp'}


def test_host_with_kvm(box, system):
    """The fault that sevemu-qemu is for: the probe takes KVM."""
    if not os.access('/dev/kvm', os.R_OK | os.W_OK):
        pytest.skip('no /dev/kvm')
    if b'kvm' not in subprocess.check_output([box.build.qemu, '-accel',
                                              'help']).split():
        pytest.skip('this QEMU was built without KVM')
    box.run('mknod', '-m', '666', '/dev/kvm', 'c', '10', '232')
    try:
        qemu = box.build.qemu
        text = system('domcapabilities', '--emulatorbin', qemu)
        caps = ElementTree.fromstring(text)
        assert caps.find('domain').text == 'kvm'
        assert caps.find('features/sev').get('supported') == 'no'
        sev, _ = capabilities(system, box.emulator)
        assert sev.get('supported') == 'yes'
    finally:
        box.run('rm', '/dev/kvm')


# --- one platform for all --------------------------------------------------

def test_one_platform(box, system):
    """Its chain is the same to libvirt's user, to root and to others."""
    shown = system('nodesevinfo')
    assert 'cbitpos' in shown
    for who in ADMIN, ROOT:
        chain = f'{who[2]}/chain'
        box.run(box.build.sevemu, 'export', chain, who=who)
        data = box.path(chain).read_bytes()
        pdh = base64.b64encode(data[:2084]).decode()
        assert pdh in shown
    modes = box.run('stat', '-c', '%a %G %n', '/var/lib/sevemu/platform',
                    *(f'/var/lib/sevemu/platform/{name}' for name in (
                        'manifest', 'fuses', 'flash', 'lock', 'guests')))
    assert [line.split()[:2] for line in modes.splitlines()] == \
        [['2770', 'kvm']] + 5 * [['660', 'kvm']]


def test_not_for_strangers(box):
    """Who is not of the group has a platform of his own."""
    shown = box.run(box.build.sevemu, 'show', 'platform', who=OTHER)
    assert '/home/other/.local/state/sevemu/platform' in shown
    shown = box.run(box.build.sevemu, 'show', 'platform', who=ADMIN)
    assert ' /var/lib/sevemu/platform\n' in shown


def test_reset_by_each(box, system):
    """What one has written another can replace, whatever the umask."""
    for who in ADMIN, ROOT, ADMIN:
        before = system('nodesevinfo')
        box.run('sh', '-c', 'umask 077; exec "$0" reset', box.build.sevemu,
                who=who)
        box.run(box.build.sevemu, 'verify', who=who)
        # libvirt remembers what it was told, until the program changes
        assert system('nodesevinfo') == before
        box.change_emulator()
        assert system('nodesevinfo') != before


def test_not_reset_under_a_domain(box, system, files):
    """Whoever's the guest is, and whoever asks."""
    domain = Domain(system, 'holds', KINDS['sev'], files)
    domain.start(BARE)
    done = box.try_to(box.build.sevemu, 'reset', who=ADMIN)
    assert done.returncode == 3
    assert 'INVALID_PLATFORM_STATE' in done.stderr
    system('destroy', domain.name)


# --- /dev/sev --------------------------------------------------------------

def test_without_dev_sev(box, system, files):
    """libvirt wants to label it; the guide has two ways to make one."""
    domain = Domain(system, 'no-device', KINDS['sev'], files)
    text = box.put('/tmp/no-device.xml', domain.xml(BARE))
    box.run('rm', '/dev/sev')
    done = system.try_to('create', '--paused', text)
    assert 'unable to stat: /dev/sev' in done.stderr
    box.put('/etc/tmpfiles.d/sevemu.conf', TMPFILES + '\n')
    box.run('systemd-tmpfiles', '--create', 'sevemu.conf')
    assert box.run('stat', '-c', '%a %t:%T', '/dev/sev') == '660 1:3\n'
    system('create', '--paused', text)
    system('destroy', domain.name)


def test_the_guide_says_so(build):
    """What was done here is what it tells to do."""
    guide = (build.root / 'docs/guide.md').read_text()
    for command in [*GUIDE_SETUP.values(), TMPFILES]:
        assert command in guide


# --- domains ---------------------------------------------------------------

def validate(domain, *more):
    """libvirt's own tool, on the host, which it calls insecure."""
    box, keys = domain.box, domain.session
    return box.try_to('virt-qemu-sev-validate', '--insecure', '--connect',
                      domain.virsh.uri, '--domain', domain.name,
                      '--tik', f'{keys}_tik.bin', '--tek', f'{keys}_tek.bin',
                      *more, who=domain.virsh.who)


def save_areas(domain):
    """
    The validator's options for those of SEV-ES: its own are of kernels before
    6.10, and a domain cannot have legacy-vm-type=on.
    """
    if domain.kind.policy & 4 == 0:
        return ()
    pages = vmsas(VCPUS, signature(*MODELS[domain.kind.model]), RESET_EIP)
    options = []
    for number in range(2):
        name = f'{domain.home}/{domain.name}.vmsa{number}'
        domain.box.path(name).write_bytes(
            pages[number * 4096:(number + 1) * 4096])
        options += [f'--vmsa-cpu{number}', name]
    return options


def check_measured(domain):
    """libvirt's validator agrees, and with another key it does not."""
    cpu = save_areas(domain)
    done = validate(domain, *cpu)
    assert done.returncode == 0, done.stderr
    other = f'{domain.home}/other.bin'
    domain.box.run('sh', '-c', 'head -c 16 /dev/urandom > "$0"', other,
                   who=domain.virsh.who)
    assert validate(domain, *cpu, '--tik', other).returncode == 1


def inject(domain):
    """One secret: by the validator, and by virsh with a packet of ours."""
    box, who = domain.box, domain.virsh.who
    secret = f'{domain.home}/{domain.name}.secret'
    box.run('sh', '-c', 'head -c 32 /dev/urandom > "$0"', secret, who=who)
    if domain.kind.policy == 1:
        done = validate(domain, '--inject-secret', f'luks-key:{secret}')
        assert done.returncode == 0, done.stderr
        return secret
    info = domain.virsh('domlaunchsecinfo', domain.name)
    measured = [line.split(':')[1].strip() for line in info.splitlines()
                if line.startswith('sev-measurement')]
    packet = [f'{domain.session}.{part}' for part in ('header', 'payload')]
    box.run(box.build.sevemu, 'secret', 'build',
            '--tik', f'{domain.session}_tik.bin',
            '--tek', f'{domain.session}_tek.bin',
            '--launch-measure-blob', *measured,
            '--secret', f'{SECRET}:{secret}', *packet, who=who)
    for name in packet:
        box.run('sh', '-c', 'base64 -w0 "$0" > "$0.b64"', name, who=who)
    domain.virsh('domsetlaunchsecstate', domain.name, '--secrethdr',
                 f'{packet[0]}.b64', '--secret', f'{packet[1]}.b64')
    domain.virsh('resume', domain.name)
    return secret


def check_info(domain):
    done = domain.virsh.try_to('domlaunchsecinfo', domain.name)
    if not domain.kind.has_session:
        assert NO_MEASUREMENT in done.stderr
        return
    assert f'sev-policy     : {domain.kind.policy}\n' in done.stdout
    check_measured(domain)


def check_reset(domain):
    """It starts again; with SEV-ES and SEV-SNP it is launched anew."""
    domain.virsh('reset', domain.name)
    domain.wait_for(ACTIVE, 2)
    assert domain.state() == 'running'


@pytest.mark.limit(600)
@pytest.mark.parametrize('kind', KINDS)
def test_life(virsh, files, kind):
    """From a session for the chain that libvirt shows to the end."""
    everything = virsh.uri.endswith('system')
    domain = Domain(virsh, f'life-{kind}', KINDS[kind], files)
    if domain.kind.has_session:
        domain.make_session()
    domain.start(DEVICES if everything else BARE)
    try:
        assert domain.state() == 'paused'
        check_info(domain)
        secret = b''
        if domain.kind.has_session:
            name = inject(domain)
            secret = domain.box.path(name).read_bytes()
        else:
            virsh('resume', domain.name)
        domain.wait_for('guest: staying up')
        assert f'{ACTIVE}{domain.kind.features}\n' in domain.said() \
            .replace('\r', '')
        assert secret.hex() in domain.said()
        virsh('suspend', domain.name)
        assert domain.state() == 'paused'
        virsh('resume', domain.name)
        assert domain.state() == 'running'
        if everything:
            check_reset(domain)
    finally:
        domain.virsh.try_to('destroy', domain.name)
    assert domain.state() == 'gone'


@pytest.mark.parametrize('kind', KINDS)
def test_virt_install(system, files, kind):
    """Its own words, the firmware that libvirt finds, --launchSecurity."""
    box, name = system.box, f'install-{kind}'
    row = KINDS[kind]
    box.run('virt-install', '--connect', system.uri, '--name', name,
            '--memory', '512', '--vcpus', '2', '--osinfo', 'debian12',
            '--import', '--disk', 'none', '--network', 'none',
            '--graphics', 'none', '--noautoconsole', '--cpu', row.model,
            '--tpm', 'none',        # domains.NO_PPI tells why
            '--launchSecurity', f'type={row.type},policy={row.policy:#x},'
                                'kernelHashes=yes',
            '--boot', f'firmware=efi,kernel={files.kernel},'
                      f'initrd={files.initrd},kernel_args=console=ttyS0',
            timeout=120)
    try:
        assert system('domstate', name).strip() == 'running'
        xml = ElementTree.fromstring(system('dumpxml', name))
        assert xml.find('launchSecurity').get('type') == row.type
        assert xml.find('os/loader').text.endswith('OVMF.amdsev.fd')
        assert xml.find('devices/emulator').text == \
            '/usr/local/bin/qemu-system-x86_64'
    finally:
        system('destroy', name)
        system('undefine', name)
