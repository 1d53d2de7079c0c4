# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the tests of the guest owner's command share: fixtures (to be imported
by name), small files, and Python's own reckoning.
"""

import base64
import hashlib
import hmac
import struct
import subprocess
import uuid

import pytest

FLAVOURS = ('bin/sevemu', 'tools-asan/guest-owner/sevemu')
LUKS_GUID = '736869e5-84f0-4973-92ec-06879ce3da0b'


def table_entry(guid, data):
    """Of OVMF's table, which is read backwards: data, length, GUID."""
    return data + struct.pack('<H', len(data) + 18) + uuid.UUID(guid).bytes_le


def firmware(size=0x10000, hashes=(0x810c00, 0x400),
             secret=(0x810000, 0xc00), reset=0x80b004):
    """An image with the table of OVMF's AmdSev build, and nothing else."""
    entries = table_entry('7255371f-3a3b-4b04-927b-1da6efa8d454',
                          struct.pack('<II', *hashes))
    entries += table_entry('4c2eb361-7d9b-4cc3-8081-127c90d3d294',
                           struct.pack('<II', *secret))
    if reset is not None:
        entries += table_entry('00f771de-1a7e-4fcb-890e-68c77e2fb44e',
                               struct.pack('<I', reset))
    footer = struct.pack('<H', len(entries) + 18) + uuid.UUID(
        '96b582de-1fb2-45f7-baea-a366c55a082d').bytes_le
    tail = entries + footer + bytes(32)
    return bytes(i * 3 & 0xff for i in range(size - len(tail))) + tail


def bzimage(content):
    """What has the header of a Linux kernel, two sectors long, and CONTENT."""
    header = bytearray(1024)
    header[0x1f1] = 1
    header[0x202:0x206] = b'HdrS'
    return bytes(header) + content


def efi_program(where=64):
    """The beginning of one, whose PE header is WHERE"""
    return (b'MZ'.ljust(0x3c, b'\0') + struct.pack('<I', where)
            + b'PE\0\0d\x86').ljust(512, b'\1')


def hash_table(kernel, initrd, cmdline):
    def entry(guid, data):
        return (uuid.UUID(guid).bytes_le + struct.pack('<H', len(data) + 18)
                + data)

    def sha256(data):
        return hashlib.sha256(data).digest()

    table = entry(
        '9438d606-4f22-4cc9-b479-a793d411fd21',
        entry('97d02dd8-bd20-4c94-aa78-e7714d36ab2a', sha256(cmdline + b'\0'))
        + entry('44baf731-3a2f-4bd7-9af1-41e29169781d', sha256(initrd))
        + entry('4de79437-abd2-427f-b835-d5b172d2045b', sha256(kernel)))
    return table + bytes(-len(table) % 16)


def measurement(launched, tik, nonce, api=(1, 55), build=1, policy=1):
    """base64 of measure and nonce, for the bytes that were launched."""
    digest = hashlib.sha256(launched).digest()
    message = struct.pack('<BBBBI', 4, *api, build, policy) + digest + nonce
    mac = hmac.new(tik, message, hashlib.sha256).digest()
    return base64.b64encode(mac + nonce).decode()


def decrypt(key, iv, data):
    """AES-128-CTR by OpenSSL's command; key and iv in hexadecimal."""
    return subprocess.run(
        ['openssl', 'enc', '-d', '-aes-128-ctr', '-K', key, '-iv', iv],
        input=data, stdout=subprocess.PIPE, check=True).stdout


@pytest.fixture(params=FLAVOURS)
def sevemu(build, request, qemu_env):
    """The command, and the same with sanitizers."""
    qemu_env['LC_ALL'] = 'C'
    qemu_env['UBSAN_OPTIONS'] = 'halt_on_error=1'
    qemu_env['SEVEMU_KDS_TOOL'] = str(build.dir / 'libexec/sevemu-kds')
    return build.dir / request.param


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A directory, made the current one, of files that a launch needs."""
    monkeypatch.chdir(tmp_path)
    contents = {
        'fw': firmware(),
        'fw-plain': firmware(hashes=(0, 0), secret=(0, 0)),
        'fw-old': bytes(0x10000),
        'fw-one-cpu': firmware(reset=None),
        'fw-odd': bytes(1000),
        'kernel': bzimage(b'kernel' * 999),
        'initrd': b'initrd' * 777,
        'tik': bytes(range(16)),
        'tek': bytes(range(16, 32)),
        'tk': bytes(range(16, 32)) + bytes(range(16)),
        'key15': bytes(15),
        'key17': bytes(17),
        'secret': b'a secret',
        'empty': b'',
        'big': bytes(16385),
        'disk.img': bytes(1024),
        'disk.qcow2': b'QFI\xfb' + bytes(1020),
        'qcow2.img': b'QFI\xfb' + bytes(1020),
        'raw.qcow2': bytes(1024),
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / 'dir').mkdir()
    return tmp_path
