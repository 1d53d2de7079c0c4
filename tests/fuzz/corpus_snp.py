# SPDX-License-Identifier: GPL-2.0-or-later
"""First inputs of the targets that try SEV-SNP; see make-corpus.py."""

import struct

from corpus_steps import LAST_GUEST, MEM, WORLD, step


def snp_commands():
    (init, shutdown, status, _, _, shutdown_ex, decommission, activate,
     guest_status, create, start, update, finish, reclaim, _, config,
     download, commit, vlek_load, feature_info) = range(20)
    context, world = LAST_GUEST, WORLD

    def page(number):
        return MEM + 0x1000 * number

    def set_page(number, what):
        return bytes([world, 0x80, number, what])

    firmware, pre_guest = 0x03, 0x0b
    begin = (step(init) + set_page(16, firmware)
             + step(create, 'Q', page(16))
             + step(start | context, 'QQQII16s', 0, 0x30000, 0, 0, 0, b'')
             + step(activate | context, 'QI', 0, 5))
    # The CPUID page is all zeros but for what is taken away from the pattern
    pages = b''.join(
        set_page(kind, pre_guest)
        + step(update | context, 'QIIQBBBBI', 0, kind << 1, 0, page(kind), 0,
               0, 0, 0, 0)
        for kind in range(1, 7))
    end = (step(finish | context, 'QQQQ32s', 0, page(18), page(19), 0, b'h')
           + step(decommission | context, 'Q', 0) + step(reclaim, 'Q',
                                                         page(16)))
    yield 'launch', begin + pages + end + step(shutdown)
    yield 'id-block', begin + step(finish | context, 'QQQQ32s', 0, page(18),
                                   page(19), 3, b'')
    yield 'status', (begin + set_page(17, firmware)
                     + step(status, 'Q', page(17))
                     + step(guest_status | context, 'QQ', 0, page(17))
                     + step(shutdown_ex, 'II', 8, 1))
    yield 'reclaim-launched', (begin + set_page(1, pre_guest)
                               + step(reclaim, 'Q', page(1)))
    yield 'failing', begin + bytes([world, 0x0b]) + pages + end
    yield from platform(step(init), step(shutdown), config, download, commit,
                        vlek_load, feature_info)


def platform(init, shutdown, config, download, commit, vlek_load,
             feature_info):
    """Commands that change what reports tell of the platform"""
    image, sticks = MEM + 0x16000, MEM + 0x17000
    factory, newer = (struct.pack('<4B2xBB', *tcb) for tcb in (
        (3, 0, 0, 0, 8, 115), (4, 0, 0, 0, 24, 220)))

    def load(at):
        return step(vlek_load, 'IB3xQ', 16, 0, sticks + at)

    def update(flags):
        return step(download, 'IIQII', 24, 0, image, 80, flags)

    committed = step(commit, 'I', 4)
    lower = step(config, '8sI52x', bytes([1]) + bytes(7), 3)
    same = step(config, '8sI52x', factory, 0)
    yield 'platform', (init + lower + same + load(0) + update(0) + load(0)
                       + committed + load(0x200) + shutdown + init
                       + load(0x200))
    yield 'platform-back', (update(0) + init
                            + step(config, '8sI52x', newer, 0) + load(0x200)
                            + update(1) + lower)
    yield 'platform-wrong', (init + step(config, '8sI51xB', factory, 0, 1)
                             + step(download, 'IIQII', 24, 0, image, 80, 2)
                             + step(vlek_load, 'IB3xQ', 16, 1, sticks)
                             + load(1) + step(commit, 'I', 5))
    yield 'platform-features', (
        step(feature_info, 'IIQ', 16, 0, MEM) + init
        + step(feature_info, 'IIQ', 16, 1, MEM))


def cpuid_pages():
    def entry(leaf, subleaf, xcr0, *registers):
        return struct.pack('<IIQQIIIIQ', leaf, subleaf, xcr0, 0, *registers,
                           0)

    def page(*entries, count=None):
        return bytes(4) + struct.pack('<IIQ', len(entries) if count is None
                                      else count, 0, 0) + b''.join(entries)

    feature = entry(7, 0, 0, 0, 0xff, 0, 0)
    xsave = entry(0xd, 0, 1, 7, 0x240, 0x340, 0)
    yield 'good', page(feature, xsave, entry(0x40000000, 0, 0, 1, 2, 3, 4))
    yield 'feature', page(entry(7, 0, 0, 0, 0x8000ff00, 0, 0))
    yield 'xsave-size', page(entry(0xd, 0, 7, 7, 0x240, 0x340, 0))
    yield 'unlisted', page(entry(2, 0, 0, 1, 2, 3, 4))
    yield 'many', page(feature, count=0xffffffff)


def id_blocks():
    yield 'good', b'\0'
    yield 'good-author', b'\1'
    yield 'digest', b'\1' + b'\1'
    yield 'signature', b'\0' + bytes(96 + 0x40) + b'\1'
    yield 'author-key', b'\1' + bytes(96 + 0x884) + b'\1'


def hashsticks():
    yield 'good', b'\0'
    for name, at in {'iv': 0, 'reserved': 12, 'wrapped': 0x10, 'tcb': 0x190,
                     'reserved-2': 0x198, 'tag': 0x1a0}.items():
        yield f'changed-{name}', bytes(at) + b'\1'


def snp_metadata():
    def metadata(*sections, nr=None):
        data = b'ASEV' + struct.pack('<III', 16 + 12 * len(sections), 1,
                                     len(sections) if nr is None else nr)
        data += b''.join(struct.pack('<III', *one) for one in sections)
        return struct.pack('<H', len(data) + 64) + data

    yield 'good', metadata((0x800000, 0x9000, 1), (0x80d000, 0x1000, 2))
    yield 'huge', metadata(*[(0, 0xfffff000, 1)] * 2)
    yield 'too-many', metadata((0, 0x1000, 1), nr=0x40000000)


def ghcb_snp_requests():
    """Requests of fuzz-ghcb-snp.c, each with its scratch area"""
    private, shared, two_mb = 1 << 52, 2 << 52, 1 << 56

    def request(code, info_1=0, info_2=0, rax=0, raw=0, place=0, area=b''):
        return struct.pack('<BBHQQQQ', code, place, len(area), info_1, info_2,
                           rax, raw) + area

    def psc(*entries, cur=0, end=None, place=0):
        last = len(entries) - 1 if end is None else end
        return request(0, place=place, area=struct.pack(
            f'<HHI{len(entries)}Q', cur, last, 0, *entries))

    yield 'psc', psc(private | 0x5000, shared | 0x6000, private | two_mb)
    yield 'psc-partial', psc(private, shared | two_mb | 511, cur=1)
    yield 'psc-bad-entry', psc(private | two_mb | 0x1000, private | 0x130000)
    yield 'psc-253', psc(*[shared | n << 12 for n in range(253)])
    yield 'psc-254', psc(private, end=253)
    for place in range(9):
        yield f'psc-place-{place}', psc(private, place=place)
        yield f'psc-legacy-{place}', psc(private, place=place | 0x80)
    for code in range(1, 9):
        yield f'code-{code}', request(code, 0x110000, 0x111000, rax=1)
    other, doorbell, ipi, run_vmpl = 0xfe, 6, 7, 8
    for what in range(5):
        yield f'doorbell-{what}', request(doorbell, what, 0x111000)
        yield f'run-vmpl-{what}', request(run_vmpl, what)
        yield f'ap-vmpl-{what}', request(3, 1 << 32 | what << 16 | 1, 0x7000,
                                         rax=1)
    yield 'doorbell-hole', request(doorbell, 1, 0x130000)
    yield 'ipi', request(ipi, 1 << 18 | 0x51)
    yield 'ipi-refused', request(ipi, 0x130000)
    yield 'run-vmpl-long', request(run_vmpl, 1 << 32)
    for vmpl in 0, 2, 3, 255:
        yield f'msr-run-vmpl-{vmpl}', request(255, raw=vmpl << 32 | 0x16)
    for what in range(4):
        yield f'ap-{what}', request(3, 1 << 32 | what, 0x7000, rax=1)
    for place in 0, 0x81:
        yield f'raw-mmio-read-{place:x}', request(
            other, 0xfee00020, 8, raw=0x80000001, place=place)
        yield f'raw-string-in-{place:x}', request(
            other, 0x71 << 16 | 0x15, 16, raw=0x7b, place=place)
    for msr in 0x10, 0x101012, private | 0x123014, shared | 0x130014, 0x80:
        yield f'msr-{msr & 0xfff:x}', request(255, raw=msr)


def guest_messages():
    """VMPCK, type, length, number of changes, changes, payload"""
    def message(kind, payload, vmpck=0, changes=b''):
        return struct.pack('<BBHB', vmpck, kind, len(payload),
                           len(changes)) + changes + payload

    def key(flags=0, fields=0, vmpl=0, svn=0, size=40):
        return struct.pack('<IIQII16x', flags, 0, fields, vmpl, svn)[:size]

    def entry(leaf, *regs):
        return struct.pack('<IIQQIIII8x', leaf, 0, 1, 0, *regs)

    report = struct.pack('<64sII24x', b'nonce', 0, 0)
    yield 'reports', b''.join(message(5, report, n) for n in (0, 0, 0))
    yield 'vmpcks', b''.join(
        message(5, struct.pack('<64xII24x', n, 0), n) for n in range(4))
    yield 'report-vlek', message(5, struct.pack('<64xII24x', 0, 2))
    yield 'report-short', message(5, report[:-1]) + message(5, report)
    yield 'keys', b''.join(message(3, key(fields=1 << n)) for n in range(7))
    yield 'key-old', message(3, key(size=32)) + message(3, key(size=31))
    yield 'key-vmrk', message(3, key(flags=1)) + message(3, key(svn=1))
    yield 'cpuid', message(1, struct.pack('<IIQ', 0, 1, 0)
                           + entry(0x80000000, 0, 0, 0, 0))
    yield 'cpuid-many', message(1, struct.pack('<IIQ', 0, 64, 0)
                                + entry(1, 1, 2, 3, 4) * 64)
    yield 'tsc-info', message(17, bytes(128)) + message(17, bytes(127))
    yield 'tsc-info-reserved', message(17, bytes(127) + b'\1')
    for name, at in {'tag': 0x10, 'sequence': 0x20, 'algorithm': 0x30,
                     'type': 0x34, 'size': 0x37, 'vmpck': 0x3c}.items():
        yield f'changed-{name}', message(5, report, changes=bytes(at)
                                         + b'\1') + message(5, report)


def cert_tables(directory):
    """A byte of flags, then a table or one certificate"""
    guids = {'vcek': '63da758de6644564adc5f4b93be8accd',
             'vlek': 'a8074bc2a25a483eaae639c045a0b8a1',
             'ask': '4ab7b379bbac4fe4a02f05aef327c782',
             'asvk': '4ab7b379bbac4fe4a02f05aef327c782',
             'ark': 'c0b406a4a803495297433fb6014cd0ae',
             'crl': '92f81bc358114d3d97ffd19f88dc67ea'}

    def table(product, *names):
        blobs = [(directory / f'{product}-{name}.der').read_bytes()
                 for name in names]
        at, head = 24 * (len(names) + 1), b''
        for name, blob in zip(names, blobs):
            head += bytes.fromhex(guids[name]) + struct.pack('<II', at,
                                                             len(blob))
            at += len(blob)
        return head + bytes(24) + b''.join(blobs)

    yield 'vcek', b'\0' + table('Milan', 'vcek', 'ask', 'ark', 'crl')
    yield 'vlek', b'\1' + table('Milan', 'vlek', 'asvk', 'ark')
    yield 'turin', b'\2' + table('Turin', 'vcek', 'ask', 'ark')
    yield 'empty-table', bytes(25)
    for name in ('vcek', 'vlek', 'ark', 'crl'):
        yield name + '-der', b'\0' + (
            directory / f'Milan-{name}.der').read_bytes()
    yield 'overlap', b'\0' + table('Milan', 'ask', 'ark')[:16] + (
        b'\x48\0\0\0\xff\xff\xff\xff' + bytes(64))


def reports():
    for version in range(4):
        yield f'version-{version + 2}', struct.pack('<I', version)
    yield 'ones', b'\xff' * 1184
    yield 'turin', struct.pack('<I', 1) + bytes(0x184) + b'\x1a\2\1'
