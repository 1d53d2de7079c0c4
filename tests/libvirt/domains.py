# SPDX-License-Identifier: GPL-2.0-or-later
"""Domains of each kind, as people write them for an EPYC host."""

from pathlib import Path
from typing import NamedTuple, Optional

from box import wait_until

HASHES = "kernelHashes='yes'"
PLACE = '<cbitpos>51</cbitpos><reducedPhysBits>1</reducedPhysBits>'

# What libvirt adds by itself (a balloon, controllers), and what virt-manager
# and virt-install add: all of it works in a guest of each kind.
DEVICES = """
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <graphics type='vnc' autoport='yes'/>
    <video><model type='vga'/></video>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
"""
VCPUS = 2
BARE = "<memballoon model='none'/>"

# The #VC handler of OVMF's AmdSev build does not decode how it reads what the
# TPM has for firmware (ppi), and it ends; the ordinary build does.
NO_PPI = """
  <override xmlns='http://libvirt.org/schemas/domain/qemu/1.0'>
    <device alias='tpm0'>
      <frontend><property name='ppi' type='bool' value='false'/></frontend>
    </device>
  </override>
"""

DOMAIN = """
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>{memory}</memory>
  <vcpu>{vcpus}</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='rom'>{firmware}</loader>
    <kernel>{kernel}</kernel>
    <initrd>{initrd}</initrd>
    <cmdline>{cmdline}</cmdline>
  </os>
  <features><acpi/><apic/></features>
  {cpu}
  <devices>
    <emulator>{emulator}</emulator>
    <serial type='file'><source path='{console}'/></serial>
    {devices}
  </devices>
  {security}
  {override}
</domain>
"""


class Kind(NamedTuple):
    """A way to be confidential, and what tells that a guest is."""

    type: str           # of <launchSecurity>
    policy: int
    features: str       # as Linux calls them
    model: str          # of the CPU

    @property
    def has_session(self):
        return self.type == 'sev'


KINDS = {
    'sev': Kind('sev', 0x1, 'SEV', 'EPYC'),
    'sev-es': Kind('sev', 0x5, 'SEV SEV-ES', 'EPYC-Milan'),
    'sev-snp': Kind('sev-snp', 0x30000, 'SEV SEV-ES SEV-SNP', 'EPYC-Milan'),
}


class Files(NamedTuple):
    """What a guest starts from, at paths that a box has too."""

    firmware: Path
    kernel: Path
    initrd: Path
    cmdline: str = 'console=ttyS0 quiet iomem=relaxed sevemu.do=secret,halt'


class Domain:
    """A domain that was started, paused; its console is a file."""

    def __init__(self, virsh, name, kind, files):
        self.virsh = virsh
        self.box = virsh.box
        self.name = name
        self.kind = kind
        self.files = files
        self.home = virsh.who[2]
        self.console = f'{self.home}/{name}.log'
        self.session: Optional[str] = None

    def security(self):
        owner = ''
        if self.session:
            cert, blob = (self.box.path(f'{self.session}_{part}.b64')
                          .read_text().strip() for part in ('godh', 'session'))
            owner = f'<dhCert>{cert}</dhCert><session>{blob}</session>'
        return (f"<launchSecurity type='{self.kind.type}' {HASHES}>{PLACE}"
                f'<policy>{self.kind.policy:#x}</policy>{owner}'
                '</launchSecurity>')

    def xml(self, devices, cpu=None):
        named = (f"<cpu mode='custom' match='exact'><model fallback='forbid'>"
                 f'{self.kind.model}</model></cpu>')
        return DOMAIN.format(
            name=self.name, memory=512, vcpus=VCPUS,
            cpu=cpu or named, emulator=self.box.emulator, devices=devices,
            console=self.console, security=self.security(),
            override=NO_PPI if '<tpm' in devices else '',
            **self.files._asdict())

    def make_session(self):
        """With the chain that libvirt shows, as a guest owner would."""
        shown = dict(line.split(':', 1) for line in
                     self.virsh('nodesevinfo').splitlines() if ':' in line)
        shown = {key.strip(): value.strip() for key, value in shown.items()}
        self.session = f'{self.home}/{self.name}'
        chain = f'{self.session}.chain'
        self.box.run('sh', '-c', 'printf %s "$1" "$2" | base64 -di > "$0"',
                     chain, shown['pdh'], shown['cert-chain'],
                     who=self.virsh.who)
        self.box.run(self.box.build.sevemu, 'session', '--name', self.session,
                     chain, f'{self.kind.policy:#x}', who=self.virsh.who)

    def start(self, devices, cpu=None):
        path = self.box.put(f'{self.home}/{self.name}.xml',
                            self.xml(devices, cpu), self.virsh.who)
        self.virsh('create', '--paused', path)

    def state(self):
        """What libvirt says; a transient domain that has ended is gone."""
        done = self.virsh.try_to('domstate', self.name)
        return done.stdout.strip() if done.returncode == 0 else 'gone'

    def said(self):
        path = self.box.path(self.console)
        return path.read_text(errors='replace') if path.exists() else ''

    def wait_for(self, words, times=1, seconds=200):
        wait_until(lambda: f'{self.name}: {words} in: {self.said()[-2000:]}',
                   lambda: self.said().count(words) >= times, seconds)
