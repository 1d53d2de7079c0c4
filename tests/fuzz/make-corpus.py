#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
make-corpus.py EXPORT CERTS: write the first inputs into tests/fuzz/corpus

EXPORT is a file of the program asp-export, CERTS a directory of vendor-export
(both in tests/unit). An input's name
says what it does; where it is zeros it leaves something valid as it is.
"""

import base64
import struct
import sys
import uuid
from pathlib import Path

import corpus_attest
import corpus_snp
from corpus_steps import LAST_GUEST, MEM, WORLD, WRONG_LENGTH, step

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import corpus_igvm  # noqa: E402
CERT, SESSION = MEM + 0x8000, MEM + 0x9000

# Places in the table of fuzz-asp-commands.c
(INIT, SHUTDOWN, PLATFORM_RESET, PLATFORM_STATUS, PEK_GEN, PEK_CSR, _,
 PDH_CERT_EXPORT, PDH_GEN, DF_FLUSH, _, GET_ID, _, DECOMMISSION, ACTIVATE,
 DEACTIVATE, GUEST_STATUS, _, LAUNCH_START, UPDATE_DATA, UPDATE_VMSA, MEASURE,
 SECRET, FINISH, ATTESTATION) = range(25)


def commands():
    init = step(INIT, 'IIQI', 0, 0, 0, 0)
    start = step(LAUNCH_START, 'IIQIIQI', 0, 0, 0, 0, 0, 0, 0)
    session = step(LAUNCH_START, 'IIQIIQI', 0, 0x37010029, CERT, 2084, 0,
                   SESSION, 128)
    activate = step(ACTIVATE | LAST_GUEST, 'II', 0, 105)
    update = step(UPDATE_DATA | LAST_GUEST, 'IIQI', 0, 0, MEM, 4112)
    measure = step(MEASURE | LAST_GUEST, 'IIQI', 0, 0, MEM + 0x1f000, 48)
    secret = step(SECRET | LAST_GUEST, 'IIQIIQIIQI', 0, 0, MEM + 0x2000, 52,
                  0, MEM + 0x4000, 48, 0, MEM + 0x3000, 48)
    finish = step(FINISH | LAST_GUEST, 'I', 0)
    attest = step(ATTESTATION | LAST_GUEST, 'IIQ16sI', 0, 0, MEM, b'n', 208)
    end = (step(DEACTIVATE | LAST_GUEST, 'I', 0)
           + step(DECOMMISSION | LAST_GUEST, 'I', 0))
    export = step(PDH_CERT_EXPORT, 'QIIQI', MEM + 0x10000, 2084, 0,
                  MEM + 0x11000, 3 * 2084)
    launch = activate + update + measure + secret + finish + attest
    yield 'launch', init + start + launch + end
    yield 'launch-es', (step(INIT, 'IIQI', 1, 0, MEM, 0x100000)
                        + step(LAUNCH_START, 'IIQIIQI', 0, 5, 0, 0, 0, 0, 0)
                        + step(ACTIVATE | LAST_GUEST, 'II', 0, 5) + update
                        + step(UPDATE_VMSA | LAST_GUEST, 'IIQI', 0, 0, MEM,
                               4096)
                        + measure + secret + finish + end)
    yield 'launch-session', init + session + launch + end
    yield 'launch-shared-key', (init + start
                                + b'\x52' + start[1:] + launch + end)
    yield 'status', init + start + step(PLATFORM_STATUS, '12x') + step(
        GUEST_STATUS | LAST_GUEST, '13x') + bytes([SHUTDOWN])
    yield 'export', init + export + step(GET_ID, 'QI', MEM, 64)
    yield 'export-lengths', init + step(PDH_CERT_EXPORT, '28x') + step(
        GET_ID, '12x') + start + update + measure + step(
            ATTESTATION | LAST_GUEST, '36x')
    yield 'new-keys', init + bytes([PDH_GEN, PEK_GEN, DF_FLUSH]) + session
    yield 'reset', bytes([PLATFORM_RESET]) + init + export
    yield 'wrong-length', init + bytes([INIT | WRONG_LENGTH, 19]) + bytes(
        19) + bytes([PEK_CSR])
    yield 'no-random', init + bytes([WORLD, 4]) + start + session
    yield 'no-flash', bytes([WORLD, 24]) + init + bytes([WORLD, 8]) + init + (
        bytes([PDH_GEN]))
    yield 'changed-session', (init + bytes([WORLD, 32, 0x20, 0x90, 1, 1])
                              + session)
    yield 'changed-certificate', (init + bytes([WORLD, 32, 0x14, 0x80, 1, 1])
                                  + session)


def one_change(size, offsets):
    yield 'nothing', bytes(1)
    for name, at in offsets.items():
        yield name, bytes(at) + b'\1'
    yield 'all', b'\xff' * size


def certs():
    yield from one_change(2084, {
        'version': 0, 'api': 4, 'reserved': 6, 'usage': 8, 'algorithm': 12,
        'curve': 16, 'x': 20, 'x-pad': 68, 'y': 92, 'y-pad': 140,
        'key-pad': 164, 'signature': 0x414})


def sessions():
    yield from one_change(132, {
        'policy': 0, 'nonce': 4, 'tek': 20, 'tik': 36, 'iv': 52, 'mac': 68,
        'policy-mac': 100, 'usage': 140, 'point': 152})


def packets():
    yield from one_change(86, {
        'flags': 0, 'iv': 4, 'mac': 20, 'measurement': 52, 'length': 84,
        'payload': 86})


def flashes():
    yield 'blank', bytes(1)
    yield 'garbage', b'\0' + b'\xff' * 64
    yield 'magic', b'\0SEVFLASH' + struct.pack('<II', 2, 0x1948)
    for name, at in {'magic': 0, 'version': 8, 'length': 12, 'iv': 16,
                     'scalar': 32, 'cert': 0xb0, 'keys': 0x191c,
                     'committed': 0x1920, 'mac': 0x1928}.items():
        yield f'changed-{name}', b'\1' + bytes(at) + b'\1'
    for mode in 1, 2, 3:
        yield f'unchanged-{mode}', bytes([mode])
    yield 'sealed-committed', b'\4\1' + b'\0\1'
    yield 'sealed-committed-alone', b'\4\0' + b'\0\1'
    yield 'sealed-wrong-tcb', b'\4\1' + bytes(5) + b'\1'
    yield 'sealed-wrong-scalar', b'\3' + b'\1'
    yield 'sealed-wrong-usage', b'\2' + bytes(48 + 8) + b'\1'


def platform_files():
    """Each file whole, empty and changed; the manifest's parts too."""
    files = 'manifest', 'fuses', 'ark', 'ask', 'cek'
    for number, name in enumerate(files):
        yield f'unchanged-{name}', bytes([number, 1])
        yield f'empty-{name}', bytes([number, 0])
        yield f'changed-{name}', bytes([number, 1]) + bytes(40) + b'\1'
    line = b'0' * 64 + b'  '
    yield 'manifest-of-zeros', b'\0\0sevemu platform 1\n' + b''.join(
        line + name + b'\n'
        for name in (b'fuses', b'ark.cert', b'ask.cert', b'cek.cert'))
    yield 'manifest-newer', b'\0\0sevemu platform 2\n'
    yield 'manifest-without-files', b'\0\0sevemu platform 1\n'
    yield 'manifest-with-nul', b'\0\0sevemu platform 1\n\0'


def guid(text):
    return uuid.UUID(text).bytes_le


def firmwares():
    def entry(data, name):
        return data + struct.pack('<H', len(data) + 18) + guid(name)

    def table(*entries):
        body = b''.join(entries)
        return body + struct.pack('<H', len(body) + 18) + guid(
            '96b582de-1fb2-45f7-baea-a366c55a082d')

    secret = entry(struct.pack('<II', 0x810000, 0xc00),
                   '4c2eb361-7d9b-4cc3-8081-127c90d3d294')
    hashes = entry(struct.pack('<II', 0x810c00, 0x400),
                   '7255371f-3a3b-4b04-927b-1da6efa8d454')
    yield 'empty', table()
    yield 'both', table(secret, hashes)
    yield 'short-area', table(entry(b'1234567',
                                    '4c2eb361-7d9b-4cc3-8081-127c90d3d294'))
    yield 'too-long', table(secret)[:-18] + struct.pack('<H', 0xffff) + guid(
        '96b582de-1fb2-45f7-baea-a366c55a082d')
    yield 'stray', b'xyz' + table()[:-18] + struct.pack('<H', 21) + guid(
        '96b582de-1fb2-45f7-baea-a366c55a082d')


def secret_tables():
    def table(body, extra=0):
        return guid('1e74f542-71dd-4d66-963e-ef4287ff173b') + struct.pack(
            '<I', len(body) + 20 + extra) + body

    luks = guid('736869e5-84f0-4973-92ec-06879ce3da0b')
    entry = luks + struct.pack('<I', 26) + b'secret'
    yield 'empty', table(b'')
    yield 'two', table(entry + entry)
    yield 'too-long', table(entry, 1)
    yield 'entry-too-long', table(luks + struct.pack('<I', 99) + b'secret')
    yield 'entry-too-short', table(luks + struct.pack('<I', 19) + b'secret')


def kds_requests():
    spls = 'blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115'
    chip = '0123456789abcdef'
    for name, target in {
            'milan': f'vcek/v1/Milan/{chip * 8}?{spls}',
            'turin': f'vcek/v1/Turin/{chip}?fmcSPL=01&{spls}',
            'vlek': f'vlek/v1/Genoa/cert?{spls}',
            'hash-sticks': f'vlek/v1/Genoa/hash_sticks?{spls}',
            'chain': 'vcek/v1/Genoa/cert_chain', 'crl': 'vlek/v1/Turin/crl',
            'long-id': f'vcek/v1/Turin/{chip * 8}?fmcSPL=01&{spls}',
            'no-number': f'vcek/v1/Milan/{chip * 8}?blSPL=+1&x=%00'}.items():
        yield name, b'/' + target.encode()


def kds_sticks():
    chip = '0123456789abcdef'
    for name, text in {
            'found': f'{{"hwids": ["{chip}"]}}',
            'both': f'{{"hwids": ["{chip}", "{"1" * 16}", "x"]}}',
            'none': '{"hwids": []}', 'number': '{"hwids": [1]}',
            'deep': '{"hwids": [[[[[]]]]]}'}.items():
        yield name, text.encode()


def chains(export):
    keys = HERE.parent.parent / 'vendor' / 'keys' / 'milan'
    chain = Path(export).read_bytes()[:4 * 2084]
    yield 'chain', chain
    yield 'full', chain + b''.join(
        (keys / name).read_bytes() for name in ('ask.cert', 'ark.cert'))
    yield 'pdh', chain[:2084]
    yield 'truncated', chain[:-1]
    yield 'base64', base64.encodebytes(chain)


def json_texts():
    yield 'status', (b'{"api-major": 1, "api-minor": 55, "build-id": 1, '
                     b'"state": "init", "es": false, "guests": 0}')
    yield 'chain', b'{"pdh": "AQAAAA==", "chain": "AA=="}'
    yield 'event', (b'{"timestamp": {"seconds": 1, "microseconds": 2}, '
                    b'"event": "RESUME"}')
    yield 'error', (b'{"error": {"class": "GenericError", '
                    b'"desc": "no \\u0041"}}')
    yield 'deep', b'{"a":' * 64 + b'[]' + b'}' * 64
    yield 'large-number', b'{"build-id": 99999999999999999999}'


def rmp_steps():
    """Steps of fuzz-rmp.c: op, page, size, VMPL, who, flags, permissions"""
    (update, raw, smash, validate, adjust, query, check, firmware, enter,
     leave, odd) = range(11)
    small, large = 0, 3

    def step(operation, size=small, flags=0, page=0, perms=0, vmpl=0, who=0):
        return struct.pack('<BBBBBBH', operation, page, size, vmpl, who,
                           flags, perms)

    assign, validated = 1, 1
    accept = step(update, flags=assign) + step(validate, flags=validated)
    accept_2m = (step(update, large, assign)
                 + step(validate, large, validated))
    yield 'accept', accept + step(check, flags=0x80) + step(update)
    yield 'accept-2m', accept_2m + step(check, large, 0x81)
    yield 'smash', (accept_2m + step(smash) + step(validate, page=4)
                    + step(update, page=8))
    yield 'adjust', (accept + step(adjust, perms=0xf01)
                     + step(adjust, perms=0x302, vmpl=1)
                     + step(query, perms=2, vmpl=1))
    yield 'vmsa', (accept + step(adjust, flags=1, perms=1) + step(enter)
                   + step(update) + step(leave) + step(update))
    yield 'launch', (step(update, flags=3) + step(firmware, flags=9,
                                                  perms=0xf)
                     + step(check, flags=0x80))
    yield 'robbed', accept + step(update, flags=assign, who=2)
    yield 'resized', accept_2m + step(update, flags=assign) + accept_2m
    yield 'overlap', (step(update, flags=assign, page=0xf0)
                      + step(update, large, assign))
    yield 'not-whole', step(update, large, assign, page=3) + step(
        raw, flags=assign, perms=0xffff) + step(odd, 0xff, 0xff, 0xff)


def hv_apic_steps():
    """Steps of fuzz-hv-apic.c: operation, index of the MSR, value"""
    request, accept, read, write, meant = range(5)

    def step(operation, index=0, value=0):
        return struct.pack('<BHQ', operation, index, value)

    base, tpr, eoi, icr, self_ipi = 0x1b, 0x808, 0x80b, 0x830, 0x83f
    one = step(request, value=0x51) + step(accept)
    end = step(write, eoi)
    yield 'one', one + end
    yield 'nested', (one + step(request, value=0x61) + step(accept) + end
                     + end + end)
    yield 'same-priority', (one + step(request, value=0x55) + step(accept)
                            + end + step(accept))
    yield 'task-priority', (step(write, tpr, 0x60)
                            + step(request, value=0x62) + step(accept)
                            + step(write, tpr, 0x50) + step(accept))
    yield 'vectors', b''.join(step(request, value=n) for n in range(0, 256, 5)
                              ) + step(accept) * 60
    yield 'registers', b''.join(step(read, n) for n in
                                (base, *range(0x800, 0x840)))
    yield 'written', b''.join(step(write, n, value) for n in
                              (base, *range(0x800, 0x840))
                              for value in (0, 0x10000, 0xfee00d00))
    yield 'commands', step(write, icr, 4 << 32 | 0x51) + step(
        write, self_ipi, 0x52) + step(write, self_ipi, 0x152)
    for value in (0, 1 << 18, 2 << 18, 3 << 18, 0xffffffff << 32, 7 << 32,
                  1 << 11 | 0x20008 << 32, 1 << 11 | 0x10080 << 32):
        yield f'meant-{value:x}', step(meant, 7, value)
    yield 'meant-cluster', step(meant, 0x2b, 1 << 11 | 0x20800 << 32)


def ghcb_steps():
    """Steps of fuzz-ghcb.c; numbers of codes are places in its table"""
    page, msr, sipi, resumed, reset = range(5)
    changing, legacy = 1, 8

    def step(operation, code=0, info_1=0, info_2=0, raw=0, changes=(),
             flags=0, scratch=0, marked=0, ghcb=0):
        return struct.pack('<BBBBHHQQQB', operation, flags, code, scratch,
                           marked, ghcb, info_1, info_2, raw,
                           len(changes)) + b''.join(
                               struct.pack('<HB', *change)
                               for change in changes)

    ioio, mmio_read, mmio_write, hold = 6, 13, 14, 16
    string, ins, outs = 4, 0x1f0005, 0x1f0004
    for code in range(23):
        yield f'code-{code}', step(page, code)
        yield f'changing-{code}', step(page, code, 1, 1, flags=changing)
    for width in 0x10, 0x20, 0x40:
        yield f'ins-{width}', step(page, ioio, ins + width, 300, scratch=1,
                                   flags=legacy)
        yield f'outs-{width}', step(page, ioio, outs + width, 300)
    yield 'string-64k', step(page, ioio, ins + 0x40, 0x4000, scratch=1,
                             flags=legacy)
    yield 'string-too-long', step(page, ioio, ins + 0x40, 0x4001, scratch=1,
                                  flags=legacy)
    yield 'string-outside', step(page, ioio, ins + 0x40, 1, scratch=1)
    yield 'string-of-nothing', step(page, ioio, ins + 0x40, 0, scratch=9)
    yield 'mmio-of-9', step(page, mmio_read, 0xfed00000, 9)
    yield 'string-overflow', step(page, ioio, string + 0x40, 1 << 62)
    for place in range(11):
        yield f'scratch-{place}', (
            step(page, mmio_read, 0xfed00000, 8, raw=3, scratch=place)
            + step(page, mmio_write, 0xfed00000, 8, raw=3, scratch=place))
        yield f'legacy-scratch-{place}', (
            step(page, mmio_read, 0xfed00000, 9, raw=3, scratch=place,
                 flags=legacy)
            + step(page, mmio_write, 0xfed00000, 9, raw=3, scratch=place,
                   flags=legacy))
    for field in range(10):
        yield f'unmarked-{field}', (step(page, 4, marked=1 << field)
                                    + step(page, 7, 1, marked=1 << field))
    yield 'usage', step(page, 4, changes=[(0xffc, 1)])
    yield 'version', step(page, 4, changes=[(0xffa, 3)])
    yield 'no-ghcb', step(page, 4, ghcb=0xfff)
    yield 'hole', step(page, 4, ghcb=0x2f)
    for request in 2, 4, 6, 0x10, 0x12, 0x14, 0x80, 0x100, 0x11100, 0x21100:
        yield f'msr-{request:x}', step(msr, raw=request)
    yield 'held', step(page, hold) + step(sipi) + step(sipi)
    yield 'held-by-msr', step(msr, raw=6) + step(sipi) + step(reset)
    yield 'held-and-resumed', step(page, hold) + step(resumed) + step(sipi)
    yield 'no-msr', step(page, 7, flags=2) + step(page, 7, 1, flags=2)


def main():
    for target, inputs in {
            'fuzz-asp-commands': commands(), 'fuzz-asp-cert': certs(),
            'fuzz-asp-session': sessions(), 'fuzz-asp-packet': packets(),
            'fuzz-asp-flash': flashes(), 'fuzz-owner-firmware': firmwares(),
            'fuzz-platform-chip': platform_files(),
            'fuzz-guest-secret-table': secret_tables(),
            'fuzz-igvm': corpus_igvm.files(),
            'fuzz-owner-igvm': corpus_igvm.files(),
            'fuzz-kds-request': kds_requests(),
            'fuzz-owner-certs': corpus_snp.cert_tables(Path(sys.argv[2])),
            'fuzz-kds-sticks': kds_sticks(),
            'fuzz-owner-chain': chains(sys.argv[1]),
            'fuzz-owner-json-text': json_texts(),
            'fuzz-asp-snp-commands': corpus_snp.snp_commands(),
            'fuzz-asp-snp-cpuid': corpus_snp.cpuid_pages(),
            'fuzz-asp-snp-guest-request': corpus_snp.guest_messages(),
            'fuzz-asp-snp-id-block': corpus_snp.id_blocks(),
            'fuzz-asp-vlek': corpus_snp.hashsticks(),
            'fuzz-guest-message': corpus_attest.attest_lines(False),
            'fuzz-guest-snp-certs': corpus_attest.cert_tables(),
            'fuzz-owner-attest-message': corpus_attest.attest_lines(True),
            'fuzz-owner-report': corpus_snp.reports(),
            'fuzz-owner-snp-metadata': corpus_snp.snp_metadata(),
            'fuzz-ghcb': ghcb_steps(),
            'fuzz-ghcb-snp': corpus_snp.ghcb_snp_requests(),
            'fuzz-hv-apic': hv_apic_steps(),
            'fuzz-rmp': rmp_steps()}.items():
        folder = HERE / 'corpus' / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in inputs:
            (folder / name).write_bytes(data)


if __name__ == '__main__':
    main()
