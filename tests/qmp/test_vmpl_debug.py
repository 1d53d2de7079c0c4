# SPDX-License-Identifier: GPL-2.0-or-later
"""
What debuggers see of the VMPLs of a vCPU. The guest (snp-vmpl-debug.c) has
VMPL 0 and 2 take turns for ever; each comes by "meet", with what its own page
tables have at the same address in RDI: 0x1000 and 0x2000.
"""

import re
import shutil
import socket
import struct
import subprocess
import time

import pytest

from qmp_guest import TCG, TIMEOUT, Guest

# Numbers of gdb-xml/i386-64bit.xml, and of those behind it
RDI, RSP, RIP, CR3, ALL, VMPL, VIEW = 5, 7, 16, 29, 66, 66, 67
FOUND = {0: 0x1000, 2: 0x2000}


class Stub:
    """A connection to QEMU's gdbstub; the machine stops when it is made."""

    def __init__(self, path):
        self.stub = socket.socket(socket.AF_UNIX)
        self.stub.settimeout(TIMEOUT)
        self.stub.connect(str(path))
        self.received = b''

    def answer(self):
        while not (found := re.search(rb'\$([^#]*)#\w\w', self.received)):
            data = self.stub.recv(4096)
            assert data, 'the gdbstub is gone'
            self.received += data
        self.received = self.received[found.end():]
        self.stub.sendall(b'+')
        return found[1].decode()

    def ask(self, packet):
        checksum = sum(packet.encode()) & 0xff
        self.stub.sendall(f'${packet}#{checksum:02x}'.encode())
        return self.answer()

    def do(self, packet):
        assert self.ask(packet) == 'OK'

    def read(self, register):
        return int.from_bytes(bytes.fromhex(self.ask(f'p{register:x}')),
                              'little')

    def write(self, register, value, size=8):
        self.do(f'P{register:x}={value.to_bytes(size, "little").hex()}')

    def view(self, vmpl):
        self.write(VIEW, vmpl, 4)

    def memory(self, address):
        """Eight bytes of it, as a number"""
        return struct.unpack('<Q', bytes.fromhex(
            self.ask(f'm{address:x},8')))[0]

    def go(self):
        """On from a breakpoint, until the next"""
        assert self.ask('s').startswith('T05')
        assert self.ask('c').startswith('T05')


class Turns(Guest):
    """The guest that takes turns, and where its things are"""

    def __init__(self, build, log, scratch):
        self.serial = scratch / 'serial'
        self.socket = scratch / 'gdb'
        super().__init__(build.qemu, [
            *TCG, '-object', 'sev-snp-emulated,id=sev0', '-cpu',
            'EPYC-Milan', '-serial', f'file:{self.serial}', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-chardev',
            f'socket,id=gdb,path={self.socket},server=on,wait=off', '-gdb',
            'chardev:gdb', '-fw_cfg',
            'name=opt/sevemu/test,string=snp_vmpl_debug sev=1 cbitpos=51 '
            'reduced=1 es=1 snp=1'], log)

    def find(self):
        """What the guest says once, before the turns begin"""
        deadline = time.monotonic() + TIMEOUT
        while not (said := re.search(
                r'# meet (\w+) page (\w+) save area (\w+)\s',
                self.serial.read_text())):
            assert time.monotonic() < deadline, self.serial.read_text()
            time.sleep(0.02)
        self.meet, self.page, self.area = (int(word, 16)
                                           for word in said.groups())

    def stub(self):
        """gdb's side, at a breakpoint where they meet; both have run."""
        stub = Stub(self.socket)
        stub.do(f'Z0,{self.meet:x},1')
        assert stub.ask('c').startswith('T05')
        for _ in range(4):
            stub.go()
        return stub


@pytest.fixture(name='guest')
def guest_fixture(build, log_path, tmp_path):
    with Turns(build, log_path, tmp_path) as guest:
        guest.find()
        yield guest


def stop_in(stub, vmpl):
    """On to where this VMPL comes by"""
    while stub.read(VMPL) != vmpl:
        stub.go()


def vmpl_lines(guest):
    """Of info sev: whether it runs, RIP, save area, features, by VMPL"""
    found = re.findall(r'^vCPU 0: VMPL (\d) (runs|waits), RIP (\w+), save area '
                       r'(\w+), SEV features (\w+)$', guest.human('info sev'),
                       re.M)
    return {int(vmpl): (word, *(int(number, 16) for number in numbers))
            for vmpl, word, *numbers in found}


def test_description(guest):
    stub = guest.stub()
    target = stub.ask('qXfer:features:read:target.xml:0,ffb')
    assert '<xi:include href="sev.xml"/>' in target
    feature = stub.ask('qXfer:features:read:sev.xml:0,ffb')
    assert 'name="org.sevemu.sev"' in feature
    assert re.findall(r'<reg name="(\w+)" bitsize="32" regnum="(\d+)"',
                      feature) == [('vmpl', str(VMPL)),
                                   ('vmpl_view', str(VIEW))]


def test_other_guests_have_no_such_registers(build, log_path, tmp_path):
    path = tmp_path / 'gdb'
    with Guest(build.qemu, [
            '-accel', 'tcg', '-machine', 'q35', '-S', '-chardev',
            f'socket,id=gdb,path={path},server=on,wait=off', '-gdb',
            'chardev:gdb'], log_path):
        stub = Stub(path)
        assert 'sev.xml' not in stub.ask(
            'qXfer:features:read:target.xml:0,ffb')
        assert stub.ask(f'p{VMPL:x}').startswith('E')


def test_turns(guest):
    """Each stop is in the VMPL that the register says."""
    stub = guest.stub()
    seen = []
    for _ in range(8):
        vmpl = stub.read(VMPL)
        assert stub.read(RIP) == guest.meet
        assert stub.read(RDI) == FOUND[vmpl] == stub.memory(guest.page)
        assert stub.read(VIEW) == vmpl
        seen.append(vmpl)
        stub.go()
    assert seen in ([0, 2] * 4, [2, 0] * 4)


@pytest.mark.parametrize('vmpl', [0, 2])
def test_info_sev(guest, vmpl):
    stub = guest.stub()
    stop_in(stub, vmpl)
    lines = vmpl_lines(guest)
    assert sorted(lines) == [0, 2]
    assert lines[2][2] == guest.area
    assert lines[vmpl][:2] == ('runs', guest.meet)
    word, rip, _, features = lines[2 - vmpl]
    assert word == 'waits' and rip != guest.meet and features == 1
    stub.view(2 - vmpl)
    assert stub.read(RIP) == rip
    assert vmpl_lines(guest) == lines


def test_view(guest):
    """Registers and memory are the other VMPL's, until the guest runs on."""
    stub = guest.stub()
    stop_in(stub, 0)
    own = {number: stub.read(number) for number in (RDI, RSP, RIP, CR3)}
    stub.view(2)
    assert stub.read(VIEW) == 2 and stub.read(VMPL) == 0
    other = {number: stub.read(number) for number in own}
    assert all(other[number] != own[number] for number in (RSP, RIP, CR3))
    assert stub.memory(guest.page) == FOUND[2]
    assert f'0x{FOUND[2]:016x}' in guest.human(f'x/1gx {guest.page:#x}')
    # VMGEXIT by which it has left
    assert stub.memory(other[RIP] - 4) & 0xffffffff == 0xd9010ff3
    stub.view(0)
    assert stub.memory(guest.page) == FOUND[0]
    assert {number: stub.read(number) for number in own} == own
    stub.view(2)
    stub.go()
    assert stub.read(VIEW) == stub.read(VMPL) == 2
    assert stub.read(CR3) == other[CR3]


def test_all_registers_at_once(guest):
    """Their packet has the same size, and writing it changes nothing."""
    stub = guest.stub()
    stop_in(stub, 2)
    own = stub.ask('g')
    stub.view(0)
    other = stub.ask('g')
    assert len(other) == len(own) and other != own
    each = ''.join(stub.ask(f'p{number:x}') for number in range(ALL))
    assert each == other
    stub.do('G' + other)
    assert stub.ask('g') == other
    stub.view(2)
    assert stub.ask('g') == own


def test_changes(guest):
    """What is written to a VMPL that waits is there when it runs."""
    stub = guest.stub()
    stop_in(stub, 0)
    stub.view(2)
    stub.write(RIP, guest.meet)
    stub.write(RDI, 0xfeed)
    stub.do(f'M{guest.page:x},8:{struct.pack("<Q", 0x3000).hex()}')
    stub.view(0)
    assert stub.memory(guest.page) == FOUND[0]
    assert stub.read(RDI) == FOUND[0]
    stub.go()
    assert stub.read(VMPL) == 2
    assert stub.read(RDI) == 0xfeed
    assert stub.memory(guest.page) == 0x3000


@pytest.mark.parametrize('vmpl', [1, 3, 4, 0xffffffff])
def test_without_save_area(guest, vmpl):
    """There is nothing to see of such a VMPL."""
    stub = guest.stub()
    runs = stub.read(VMPL)
    stub.view(2 - runs)
    stub.view(vmpl)
    assert stub.read(VIEW) == runs
    assert stub.read(RIP) == guest.meet


def test_running_vmpl_is_not_written(guest):
    stub = guest.stub()
    runs = stub.read(VMPL)
    stub.write(VMPL, 1, 4)
    assert stub.read(VMPL) == runs


def test_reset(guest):
    """What the guest has made is gone."""
    stub = guest.stub()
    stop_in(stub, 0)
    stub.view(2)
    guest.command('system_reset')
    guest.wait_for('RESET')
    assert stub.read(VIEW) == stub.read(VMPL) == 0
    assert 2 not in vmpl_lines(guest)


@pytest.mark.parametrize('vmpl', [0, 2])
def test_gdb(build, guest, log_path, vmpl):
    """A breakpoint of one VMPL, where both come by; and the other's view"""
    gdb = shutil.which('gdb')
    if not gdb:
        pytest.skip('no gdb')
    show = 'printf "at %d, found %#lx\\n", $vmpl, $rdi'
    lines = ['set code-cache off', f'target remote {guest.socket}',
             f'break *{guest.meet:#x} if $vmpl == {vmpl}',
             *['continue', show] * 3, f'set $vmpl_view = {2 - vmpl}',
             'x/i $pc - 4', f'set $vmpl_view = {vmpl}', show, 'detach']
    command = [gdb, '-nx', '-batch']
    for line in lines:
        command += ['-ex', line]
    done = subprocess.run([*command, build.dir /
                           'tools/tests/guests/guest64.elf'],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          timeout=TIMEOUT, check=False)
    with log_path.open('a') as log:
        print(done.stdout, file=log)
    stops = re.findall(r'^at (\d), found (\w+)$', done.stdout, re.M)
    assert stops == [(str(vmpl), f'{FOUND[vmpl]:#x}')] * 4
    assert re.search(r':\s+(vmgexit|repz? vmmcall)', done.stdout)
