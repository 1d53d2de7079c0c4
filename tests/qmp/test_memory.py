# SPDX-License-Identifier: GPL-2.0-or-later
"""
What debuggers see of a guest whose page tables have the C-bit in them:
addresses without it, as of the same guest without SEV. And what a reset
leaves of its memory.
"""

import re
import socket
import time

import pytest

from qmp_guest import TCG, TIMEOUT, Guest

ENTRY = 0x100000    # where the test guest has copied itself

# -cpu, image of tests/guests, levels of its page tables
MODES = [('qemu64', 'guest64', 4), ('max', 'guest64', 5),
         ('qemu64', 'guest32', 3)]


class BareGuest(Guest):
    """Runs a guest of tests/guests, which halts when it has passed."""

    def __init__(self, build, log, serial, mode, cbitpos, *more):
        cpu, image, levels = mode
        words = f'first mode=passing levels={levels} '
        sev = ['-accel', 'tcg', '-m', '64M', '-machine', 'q35']
        if cbitpos:
            words += f'sev=1 cbitpos={cbitpos} reduced=1'
            sev = [*TCG, '-object', f'sev-emulated,id=sev0,cbitpos={cbitpos}']
        self.serial = serial
        super().__init__(build.qemu, [
            *sev, '-cpu', cpu, '-serial', f'file:{serial}', '-bios',
            build.dir / 'tools' / 'tests' / 'guests' / f'{image}.bin',
            '-fw_cfg', f'name=opt/sevemu/test,string={words}', *more], log)

    def wait_until_passed(self, times=1):
        wait_for_text(self.serial, 'ok 1 - the guest runs\n1..1\n' * times)


class SnpGuest(Guest):
    """The same as a SEV-SNP guest."""

    def __init__(self, build, log, serial):
        super().__init__(build.qemu, [
            *TCG, '-object', 'sev-snp-emulated,id=sev0', '-cpu',
            'EPYC-Milan', '-serial', f'file:{serial}', '-bios',
            build.dir / 'tools/tests/guests/guest64.bin', '-fw_cfg',
            'name=opt/sevemu/test,string=first mode=passing sev=1 '
            'cbitpos=51 reduced=1 es=1 snp=1'], log)


def wait_for_text(path, text):
    deadline = time.monotonic() + TIMEOUT
    while text not in path.read_text(errors='replace').replace('\r', ''):
        assert time.monotonic() < deadline, path.read_text(errors='replace')
        time.sleep(0.02)


def views(guest, levels, scratch):
    """All that the monitor can tell of translated addresses."""
    dump = scratch / 'dump'
    dump.unlink(missing_ok=True)
    answers = {line: guest.human(line) for line in (
        'info tlb', f'x/64gx {ENTRY}', f'x/8i {ENTRY}', f'gva2gpa {ENTRY}',
        'gva2gpa 0xfffffff0')}
    if levels < 5:      # no QEMU has an answer with 5, after 10 s
        answers['info mem'] = guest.human('info mem')
    answers['dump'] = guest.human(f'dump-guest-memory -p {dump}')
    # program headers say which physical address is where
    answers['headers'] = dump.read_bytes()[:0x400]
    return answers


@pytest.mark.parametrize('cbitpos', [32, 47, 51])
@pytest.mark.parametrize('mode', MODES, ids=['4-level', '5-level', 'pae'])
def test_monitor_sees_no_c_bit(build, tmp_path, log_path, mode, cbitpos):
    seen = []
    for position in 0, cbitpos:
        serial = tmp_path / f'serial{position}'
        with BareGuest(build, log_path, serial, mode, position) as guest:
            guest.wait_until_passed()
            seen.append(views(guest, mode[2], tmp_path))
            registers = guest.human('info registers')
    assert seen[1] == seen[0]
    assert seen[1][f'gva2gpa {ENTRY}'] == f'gpa: {ENTRY:#x}\n'
    # it was there: PAE's CR3 has no place for it
    cr3 = int(re.search(r'CR3=(\w+)', registers)[1], 16)
    assert cr3 >> cbitpos == (mode[2] > 3)


def test_monitor_follows_private_tables(build, tmp_path, log_path):
    """Page tables and the program of a SEV-SNP guest are private memory."""
    serial = tmp_path / 'serial'
    with SnpGuest(build, log_path, serial) as guest:
        wait_for_text(serial, 'ok 1 - the guest runs\n1..1\n')
        pages = re.findall(r'^(\w{16}): (\w{16}) ', guest.human('info tlb'),
                           re.M)
        ranges = guest.human('info mem')
        assert guest.human(f'gva2gpa {ENTRY}') == (
            f'gpa: {1 << 51 | ENTRY:#x}\n')
        for virtual, physical in pages[:100]:
            answer = guest.human(f'gva2gpa 0x{virtual}')
            found = int(answer.removeprefix('gpa: '), 16)
            assert found & ~(1 << 51) == int(physical, 16)
        dump = tmp_path / 'dump'
        assert guest.human(f'dump-guest-memory -p {dump}') == ''
    starts = [int(virtual, 16) for virtual, _ in pages]
    assert 0 in starts and ENTRY & ~0x1fffff in starts
    assert re.search(r'^0000000000000000-\w{16} \w{16} ', ranges, re.M)
    # e_phnum: a header for notes, and some for memory
    assert int.from_bytes(dump.read_bytes()[0x38:0x3a], 'little') > 1


def gdb_ask(path, packet):
    """What the stub answers to one packet, by GDB's remote protocol."""
    with socket.socket(socket.AF_UNIX) as stub:
        stub.settimeout(TIMEOUT)
        stub.connect(str(path))
        checksum = sum(packet.encode()) & 0xff
        stub.sendall(f'${packet}#{checksum:02x}'.encode())
        answer = b''
        while not (found := re.search(rb'\$([^#]*)#\w\w', answer)):
            answer += stub.recv(4096)
        return found[1].decode()


def test_gdb_reads_without_c_bit(build, tmp_path, log_path):
    path = tmp_path / 'gdb'
    with BareGuest(build, log_path, tmp_path / 'serial', MODES[0], 47,
                   '-chardev', f'socket,id=gdb,path={path},server=on,'
                   'wait=off', '-gdb', 'chardev:gdb') as guest:
        guest.wait_until_passed()
        rom = (build.dir / 'tools/tests/guests/guest64.bin').read_bytes()
        assert gdb_ask(path, f'm{ENTRY:x},20') == rom[:32].hex()
        assert gdb_ask(path, f'm{1 << 47 | ENTRY:x},20').startswith('E')


def test_firmware_with_small_pages(build, tmp_path, log_path):
    """OVMF maps each address to itself, with pages of all sizes."""
    serial = tmp_path / 'serial'
    firmware = build.asset('ovmf-amdsev') / 'usr/share/ovmf/OVMF.amdsev.fd'
    with Guest(build.qemu, [
            '-accel', 'tcg', '-cpu', 'qemu64,phys-bits=36', '-m', '256M',
            '-machine', 'q35,confidential-guest-support=sev0', '-object',
            'sev-emulated,id=sev0,cbitpos=47', '-bios', firmware,
            '-serial', f'file:{serial}'], log_path) as guest:
        wait_for_text(serial, 'BdsDxe: No bootable option was found.')
        guest.command('stop')
        pages = re.findall(r'^(\w{16}): (\w{16}) ', guest.human('info tlb'),
                           re.M)
        cr3 = re.search(r'CR3=(\w+)', guest.human('info registers'))[1]
        first = guest.human(f'xp/1gx 0x{cr3}').split()[1]
    assert int(first, 16) >> 47 == 1, 'the tables have no C-bit'
    starts = [int(virtual, 16) for virtual, _ in pages]
    assert any(b - a == 0x1000 for a, b in zip(starts, starts[1:]))
    assert any(b - a == 0x200000 for a, b in zip(starts, starts[1:]))
    assert [page for page in pages if page[0] != page[1]] == []


def test_reset_of_a_running_guest(build, tmp_path, log_path):
    """A plain SEV guest can be reset; it starts anew and gets as far."""
    with BareGuest(build, log_path, tmp_path / 'serial', MODES[0],
                   51) as guest:
        for times in 1, 2, 3:
            guest.wait_until_passed(times)
            assert guest.command('query-sev')['state'] == 'running'
            assert guest.command('query-status')['status'] == 'running'
            guest.command('system_reset')
            guest.wait_for('RESET')
