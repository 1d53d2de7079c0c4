# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a machine has for an SVSM's devices: transports of virtio without
interrupts, and a device tree that tells where they are.
"""

import struct

import pytest

from qmp_guest import Guest

BASE, STRIDE, SIZE, SLOTS = 0xfef00000, 0x1000, 0x200, 4


def command_line(build, options, *more):
    image = build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'
    return ['-accel', 'tcg', '-m', '64M', '-S', '-bios', image, '-machine',
            options, *more]


def machine(build, log, options, *more):
    return Guest(build.qemu, command_line(build, options, *more), log)


def nodes(tree):
    """The nodes below a tree's root: names, with their properties"""
    magic, _, structs, strings = struct.unpack_from('>4I', tree)
    assert magic == 0xd00dfeed

    def text(at):
        return tree[at:tree.index(b'\0', at)].decode()

    found, name, at = {}, None, structs
    while (token := struct.unpack_from('>I', tree, at)[0]) != 9:
        at += 4
        if token == 1:
            name = text(at)
            found[name] = {}
            at += len(name) + 1
        elif token == 3:
            size, where = struct.unpack_from('>II', tree, at)
            found[name][text(strings + where)] = tree[at + 8:at + 8 + size]
            at += 8 + size
        at += -at % 4
    assert found.pop('') == {'#address-cells': bytes([0, 0, 0, 2]),
                             '#size-cells': bytes([0, 0, 0, 2])}
    return found


@pytest.mark.parametrize('name', ['q35', 'pc-q35-8.2'])
def test_device_tree(build, log_path, tmp_path, name):
    with machine(build, log_path, f'{name},x-svsm-virtio-mmio=on') as guest:
        guest.command('dumpdtb', filename=str(tmp_path / 'tree'))
        map_of_memory = guest.human('info mtree -f')
    found = nodes((tmp_path / 'tree').read_bytes())
    places = [BASE + i * STRIDE for i in range(SLOTS)]
    assert list(found) == [f'virtio_mmio@{at:x}' for at in places]
    for at, node in zip(places, found.values()):
        assert node == {'compatible': b'virtio,mmio\0',
                        'reg': struct.pack('>QQ', at, SIZE)}
        assert f'{at:016x}-{at + SIZE - 1:016x}' in map_of_memory


@pytest.mark.parametrize('options', ['q35', 'q35,x-svsm-virtio-mmio=off'])
def test_off(build, log_path, tmp_path, options):
    with machine(build, log_path, options) as guest:
        assert 'FDT' in guest.refusal('dumpdtb',
                                      filename=str(tmp_path / 'tree'))
        assert 'virtio-mmio' not in guest.human('info mtree -f')


NAMES = ['virtio-rng-device', 'virtio-balloon-device', 'virtio-rng-device',
         'virtio-serial-device', 'virtio-rng-device']


def devices(count):
    return [word for i, name in enumerate(NAMES[:count])
            for word in ('-device', f'{name},id=device{i}')]


def test_order(build, log_path):
    """The first device is in the first slot, and so on."""
    with machine(build, log_path, 'q35,x-svsm-virtio-mmio=on',
                 *devices(SLOTS)) as guest:
        slots = guest.human('info qtree').split('dev: virtio-mmio')[1:]
    assert len(slots) == SLOTS
    for i, slot in enumerate(slots):
        assert f'mmio {BASE + i * STRIDE:016x}' in slot
        assert f'id "device{i}"' in slot


def test_no_fifth(run, build):
    done = run([build.qemu, '-display', 'none',
                *command_line(build, 'q35,x-svsm-virtio-mmio=on',
                              *devices(SLOTS + 1))])
    assert done.returncode == 1
    assert "No 'virtio-bus' bus found" in done.stderr


@pytest.mark.parametrize('options', ['pc', 'q35'])
def test_other_machines(run, build, options):
    """It is q35's."""
    done = run([build.qemu, '-machine', f'{options},help'])
    assert ('x-svsm-virtio-mmio' in done.stdout) == (options == 'q35')


def test_devices(run, build):
    """What SVSMs have drivers for is compiled in."""
    listed = run([build.qemu, '-device', 'help']).stdout
    for name in ('virtio-blk-device', 'vhost-vsock-device', 'vhost-vsock-pci'):
        assert f'name "{name}", bus' in listed
