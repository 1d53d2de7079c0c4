# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that the command lines of refused.txt name."""

import base64
import json
import shutil
import struct
import subprocess

from qmp_session import make_session

SIZES = {'key': 16, 'other': 16, 'key15': 15, 'key17': 17, 'empty': 0,
         'kernel': 70000, 'ram': 2 << 20}
X = 0x14        # of the public key in a certificate
CURVE, P256 = 0x10, 1


def elf_kernel():
    """A program for PVH: one segment, and the note that tells its entry."""
    note = struct.pack('<III4sQ', 4, 8, 18, b'Xen\0', 0x100000)
    header = b'\x7fELF\2\1\1' + bytes(9) + struct.pack(
        '<HHIQQQIHHHHHH', 2, 62, 1, 0x100000, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    segments = b''.join(
        struct.pack('<IIQQQQQQ', kind, 5, at, 0x100000 + at, 0x100000 + at,
                    size, size, 4)
        for kind, at, size in ((1, 0, 4096), (4, 176, len(note))))
    return (header + segments + note).ljust(8192, b'\0')


def multiboot_kernel():
    """A multiboot header that says where to load it, and nothing else"""
    magic, flags, base = 0x1badb002, 0x10000, 0x100000
    return struct.pack('<8I', magic, flags, -(magic + flags) & 0xffffffff,
                       base, base, base + 8192, base + 8192,
                       base + 32).ljust(8192, b'\0')


def flipped(data, where):
    data = bytearray(data)
    data[where] ^= 0x01
    return bytes(data)


def make_platform(build, path):
    """A platform that was used once; the certificate of its PDH."""
    tool = build.dir / 'libexec' / 'sevemu-platform'
    done = subprocess.run([tool, path, 'export'], check=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    return base64.b64decode(json.loads(done.stdout)['pdh'])


def damaged(platform, what, name, change):
    """A copy of a platform with one file changed."""
    copy = platform.with_name(what)
    shutil.copytree(platform, copy)
    path = copy / name
    path.write_bytes(change(path.read_bytes()))


def run_sevemu(build, *words):
    subprocess.run([build.sevemu, 'platform', *words], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def write_generations(build, here):
    """Older processors; and what the host tells its own at each boot, wrong"""
    for product in 'Naples', 'Rome':
        run_sevemu(build, 'new', '--product', product,
                   here.with_name(product.lower()))
    told = here.with_name('told')
    shutil.copytree(here, told)
    run_sevemu(build, 'update', '--platform', told, '--api', '1.56.1')
    run_sevemu(build, 'config', '--platform', told, '--tcb', 'snp=7')
    run_sevemu(build, 'vlek', '--platform', told, '--csp-id', 'Tests')
    damaged(told, 'told-nothing', 'settings', lambda _: b'x')
    damaged(told, 'told-too-old', 'settings',
            lambda data: data.replace(b'1.56.1', b'1.54.1'))
    damaged(told, 'told-too-much', 'settings',
            lambda data: data.replace(b'0000000773', b'0000000973'))
    damaged(told, 'told-wrong-key', 'vlek', lambda data: flipped(data, 30))


def write_platforms(build, directory):
    here, there = directory / 'here', directory / 'there'
    pdh = make_platform(build, here)
    make_platform(build, there)
    for name in 'flash', 'fuses', 'model', 'ark.cert', 'ask.cert', 'cek.cert':
        damaged(here, f'bad-{name}', name,
                lambda data: flipped(data, len(data) // 2))
    damaged(here, 'short-flash', 'flash', lambda data: data[:-1])
    damaged(here, 'short-fuses', 'fuses', lambda data: data[:-1])
    damaged(here, 'flash-of-there', 'flash',
            lambda _: (there / 'flash').read_bytes())
    damaged(here, 'newer', 'manifest',
            lambda data: data.replace(b'platform 2', b'platform 3'))
    write_generations(build, here)
    damaged(here, 'no-fuses', 'fuses', bytes)
    (directory / 'no-fuses' / 'fuses').unlink()
    damaged(here, 'no-manifest', 'manifest', bytes)
    (directory / 'no-manifest' / 'manifest').unlink()
    return pdh


def write_sessions(pdh, directory):
    session = make_session(pdh)
    session.write(directory)
    p256 = bytearray(session.godh)
    struct.pack_into('<I', p256, CURVE, P256)
    blobs = {
        'off-the-curve': flipped(session.godh, X),
        'p256': p256,
        'short-cert': session.godh[:-1],
        'long-cert': session.godh + b'\0',
        'short-session': session.buffer[:-1],
        'long-session': session.buffer + b'\0',
        # of nonce, wrapped keys, IV, MAC of the keys, MAC of the policy
        **{f'flipped-{at}': flipped(session.buffer, at)
           for at in (0, 16, 48, 64, 96)},
    }
    for name, blob in blobs.items():
        (directory / name).write_bytes(base64.b64encode(blob))
    (directory / 'garbage').write_text('%!$%&')


def write_files(build, directory):
    (directory / 'directory').mkdir()
    for name, size in SIZES.items():
        (directory / name).write_bytes(bytes(size))
    (directory / 'elf').write_bytes(elf_kernel())
    (directory / 'multiboot').write_bytes(multiboot_kernel())
    (directory / 'foreign').mkdir()
    (directory / 'foreign' / 'notes').write_text('not of a platform')
    write_sessions(write_platforms(build, directory), directory)
