#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Stands for QEMU in tests of `sevemu run`: understands its options as far as
a launch needs, measures by Python's own means, speaks QMP, and then does
what FAKE_QEMU in the environment names (see the play_* functions).
"""

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization

# Run as a program, it is found beside owner_files only.
sys.path.insert(1, str(Path(__file__).resolve().parent.parent))

# pylint: disable=wrong-import-position
import igvm_file  # noqa: E402
from owner_files import hash_table, measurement  # noqa: E402
import sev_attest  # noqa: E402
from report_files import make_report  # noqa: E402
from sev_chain import unwrap  # noqa: E402
from sev_id_block import id_block_is_signed  # noqa: E402
from sev_snp import kernel_hashes, launch_digest  # noqa: E402
from sev_vmsa import MODELS, signature, vmsas  # noqa: E402

NONCE = bytes(range(16))
PLAY = os.environ.get('FAKE_QEMU', 'poweroff')


def option(name, default=None):
    """The value of an option; the last one counts."""
    for word, value in reversed(list(zip(sys.argv, sys.argv[1:]))):
        if word == name:
            return value
    return default


def properties(text):
    """key=value pairs, with commas doubled in values."""
    words = text.replace(',,', '\0').split(',')
    return dict(word.replace('\0', ',').split('=', 1)
                for word in words if '=' in word)


def options(name):
    """All values of an option"""
    return [value for word, value in zip(sys.argv, sys.argv[1:])
            if word == name]


def object_of(kind):
    """Type and properties of an object whose type begins so, or ''"""
    return next((text for text in options('-object')
                 if text.startswith(kind)), '')


# SEV_FEATURES
SWITCHES = {'debug-swap': 1 << 5, 'prevent-host-ibs': 1 << 6,
            'btb-isolation': 1 << 7, 'secure-tsc': 1 << 9}


class Qemu:
    """A machine that is launched, but does nothing."""

    def __init__(self):
        self.sev = properties(object_of('sev-'))
        self.snp = object_of('sev-').startswith('sev-snp-')
        self.tik, self.tek = (None, None) if self.snp else self.open_session()
        self.state = 'launch-update' if self.snp else 'launch-secret'
        self.measure, self.nonce = None, NONCE
        self.waits = 'shutdown=pause' in option('-action', '')
        self.reboot, self.reboots, self.status = None, 0, 0
        self.port = self.open_port()
        path = properties('p=' + option('-qmp').replace('unix:', ''))['p']
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(1)
        self.qmp = server.accept()[0].makefile('rw')

    @staticmethod
    def open_port():
        """A server where the guest's port for attestation is, or None"""
        for chardev in options('-chardev'):
            if chardev.startswith('socket,id=attest,'):
                assert 'virtserialport,chardev=attest,' \
                    'name=org.sevemu.attest' in options('-device')
                server = socket.socket(socket.AF_UNIX)
                server.bind(properties(chardev)['path'])
                server.listen(1)
                return server
        return None

    def open_session(self):
        """The keys in it, as only the chip of the platform can know them"""
        emulated = object_of('sev-').startswith('sev-emulated,')
        assert not (emulated and 'legacy-vm-type' in self.sev)
        platform = self.sev['platform' if emulated else 'sev-device']
        pem = (Path(platform) / 'pdh.pem').read_bytes()
        godh, session = (
            base64.b64decode(Path(self.sev[name]).read_bytes(), validate=True)
            for name in ('dh-cert-file', 'session-file'))
        return unwrap(serialization.load_pem_private_key(pem, None), godh,
                      session, int(self.sev['policy'], 0))

    def snp_digest(self):
        """What the platform measures"""
        file = properties(object_of('igvm-cfg,'))
        if file:
            assert f"igvm-cfg={file['id']}" in option('-machine')
            return igvm_file.launch_digest(Path(file['file']).read_bytes())
        features = 1 | sum(bit for name, bit in SWITCHES.items()
                           if self.sev.get(name) == 'on')
        hashes = None
        if self.sev.get('kernel-hashes') == 'on':
            initrd = option('-initrd')
            hashes = kernel_hashes(Path(option('-kernel')).read_bytes(),
                                   Path(initrd).read_bytes() if initrd
                                   else b'', option('-append', '').encode())
        return launch_digest(Path(option('-bios')).read_bytes(),
                             int(option('-smp')),
                             signature(*MODELS[option('-cpu')]), hashes,
                             features=features)

    def snp_finish(self):
        """As the platform, which runs only what the ID block is for"""
        self.digest, self.id_key = self.snp_digest(), bytes(48)
        if 'id-block' not in self.sev:
            return
        block, auth = (base64.b64decode(self.sev[name], validate=True)
                       for name in ('id-block', 'id-auth'))
        self.id_key = hashlib.sha384(auth[0x240:0x644]).digest()
        policy = int.from_bytes(block[0x58:0x60], 'little')
        assert (len(block), len(auth)) == (0x60, 0x1000)
        assert id_block_is_signed(block, auth)
        assert policy == int(self.sev['policy'], 0)
        if block[:48] != self.digest:
            print("qemu: SNP_LAUNCH_FINISH ret=-5 fw_error=11 'Bad "
                  "measurement'", file=sys.stderr)
            sys.exit(1)

    def launched(self):
        data = Path(option('-bios')).read_bytes()
        if self.sev.get('kernel-hashes') == 'on':
            initrd = option('-initrd')
            data += hash_table(Path(option('-kernel')).read_bytes(),
                               Path(initrd).read_bytes() if initrd else b'',
                               option('-append', '').encode())
        if int(self.sev['policy'], 0) & 4:
            cpu = signature(*MODELS[option('-cpu')])
            data += vmsas(int(option('-smp')), cpu, 0x80b004,
                          self.sev.get('legacy-vm-type') == 'on')
        return data

    def say(self, **message):
        print(json.dumps(message), file=self.qmp, flush=True)

    def event(self, name, **data):
        self.say(event=name, data=data)

    def fail(self, text):
        self.say(error={'class': 'GenericError', 'desc': text})

    def answer(self, request):
        """Answers one command; True when it was "cont"."""
        name = request['execute']
        if PLAY == 'fail-' + name:
            self.fail('not today')
        elif name == 'qmp_capabilities':
            self.say(**{'return': {}})
        elif name == 'query-sev':
            self.say(**{'return': {
                'enabled': True, 'api-major': 1, 'api-minor': 55,
                'build-id': 1, 'state': self.state,
                'sev-type': 'sev-snp' if self.snp else 'sev',
                'policy': int(self.sev['policy'], 0), 'handle': 1}})
        elif name == 'query-sev-launch-measure':
            self.measure = measurement(self.launched(), self.tik, self.nonce,
                                       policy=int(self.sev['policy'], 0))
            self.say(**{'return': {'data': self.measure}})
        elif name == 'sev-inject-launch-secret':
            self.inject(request['arguments'])
        elif name == 'set-action':
            self.reboot = request['arguments']['reboot']
            self.say(**{'return': {}})
        elif name == 'system_reset':
            assert self.reboot == 'reset'
            self.nonce = bytes(reversed(self.nonce))
            self.say(**{'return': {}})
            self.event('RESET', guest=False, reason='host-qmp-system-reset')
        elif name == 'quit':
            self.say(**{'return': {}})
            self.event('SHUTDOWN', guest=False, reason='host-qmp-quit')
            sys.exit(self.status)
        elif name == 'cont':
            if self.snp:
                self.snp_finish()
            self.say(**{'return': {}})
            self.event('RESUME')
            return True
        return False

    def inject(self, arguments):
        """Checks the packet's MAC, and keeps the packet for the test."""
        header = base64.b64decode(arguments['packet-header'])
        payload = base64.b64decode(arguments['secret'])
        size = struct.pack('<II', len(payload), len(payload))
        message = (b'\1' + header[:20] + size + payload
                   + base64.b64decode(self.measure)[:32])
        mac = hmac.new(self.tik, message, hashlib.sha256).digest()
        if mac != header[20:]:
            self.fail('bad MAC')
            return
        Path('injected.json').write_text(json.dumps({
            'tek': self.tek.hex(), 'iv': header[4:20].hex(),
            'payload': payload.hex()}), encoding='ascii')
        self.say(**{'return': {}})

    def shutdown(self, reason, status=0):
        self.event('SHUTDOWN', guest=reason.startswith('guest'),
                   reason=reason)
        if not self.waits:
            sys.exit(status)
        self.status = status


class Port:
    """The guest's end of its port"""

    def __init__(self, qemu):
        self.file = qemu.port.accept()[0].makefile('rwb', buffering=0)

    def say(self, data):
        self.file.write(data)

    def hear(self):
        return json.loads(self.file.readline())

    def ask(self):
        self.say(sev_attest.line(version=1))
        return self.hear()


def report_of(qemu, **other):
    """What makes the guest's report over some data, with OTHER fields"""
    def report(data):
        return make_report(**({
            'policy': int(qemu.sev['policy'], 0), 'measurement': qemu.digest,
            'id_key_digest': qemu.id_key, 'report_data': data,
            'guest_svn': 0} | other))
    return report


def certificates():
    return ({'certificates': Path('guest-certs').read_bytes()}
            if Path('guest-certs').exists() else {})


def attest(qemu, port=None, **other):
    """The guest gets its secrets and shows it; or powers off"""
    port = port or Port(qemu)
    guest = sev_attest.Guest(report_of(qemu, **other))
    port.say(guest.evidence(port.ask(), **certificates()))
    answer = port.hear()
    if 'refused' in answer:
        print('refused:', answer['refused'], flush=True)
        time.sleep(60)
    table, proof = guest.open(answer)
    for guid, value in sev_attest.read_table(table).items():
        print(guid, value.hex(), flush=True)
    return port, proof


def play_attest(qemu):
    port, proof = attest(qemu)
    port.say(proof)
    qemu.shutdown('guest-shutdown')


def play_attest_twice(qemu):
    """As after a reset: it asks on the same port, with another key."""
    port, proof = attest(qemu)
    port.say(proof)
    port, proof = attest(qemu, port)
    port.say(proof)
    qemu.shutdown('guest-shutdown')


def play_attest_another(qemu):
    """A report of a guest that was launched with something else"""
    attest(qemu, measurement=bytes(48))


def play_attest_same(qemu):
    """A guest of the same files, that somebody else has launched"""
    attest(qemu, id_key_digest=b'K' * 48)


def play_attest_debug(qemu):
    attest(qemu, policy=0xb0000)


def play_attest_policy(qemu):
    attest(qemu, policy=0x70000)


def play_attest_vmpl(qemu):
    attest(qemu, vmpl=1)


def play_attest_unsigned(qemu):
    """Nobody's signature"""
    attest(qemu, patch=((0x140, b'changed'),), sign=False)


def play_attest_replay(qemu):
    """What was good a moment ago is shown again."""
    port, guest = Port(qemu), sev_attest.Guest(report_of(qemu))
    evidence = guest.evidence(port.ask(), **certificates())
    port.ask()
    port.say(evidence)
    print('refused:', port.hear()['refused'], flush=True)
    time.sleep(60)


def play_attest_stolen(qemu):
    """The right report, but the key is the hypervisor's."""
    port, guest = Port(qemu), sev_attest.Guest(report_of(qemu))
    thief = sev_attest.public(sev_attest.new_key())
    port.say(guest.evidence(port.ask(), key=thief, **certificates()))
    print('refused:', port.hear()['refused'], flush=True)
    time.sleep(60)


def play_attest_no_proof(qemu):
    """It opens its secrets, shows nothing, and powers off."""
    attest(qemu)
    qemu.shutdown('guest-shutdown')


def play_attest_wrong_proof(qemu):
    port, _ = attest(qemu)
    port.say(sev_attest.line(proof=bytes(64)))
    time.sleep(60)


def play_attest_garbage(qemu):
    Port(qemu).say(b'hello\n')
    time.sleep(60)


def play_attest_long(qemu):
    port = Port(qemu)
    port.say(b'{' + b' ' * 70000 + b'}\n')
    time.sleep(60)


def play_attest_slow(qemu):
    """A byte now and then moves no deadline."""
    port = Port(qemu)
    while True:
        port.say(b' ')
        time.sleep(0.1)


def play_snp_refuse(_qemu):
    print("qemu: SNP_LAUNCH_FINISH ret=-5 fw_error=10 'Bad signature'",
          file=sys.stderr)
    sys.exit(1)


def play_poweroff(qemu):
    print('hello from the guest')
    qemu.shutdown('guest-shutdown')


def play_exit_35(qemu):
    qemu.shutdown('guest-shutdown', 35)


def play_reboot_and_wait(qemu):
    """As a SEV-ES guest: it stands still, and is launched anew."""
    qemu.reboots += 1
    print('boot', qemu.reboots, flush=True)
    if qemu.reboots <= 2:
        assert qemu.reboot in (None, 'shutdown')
        qemu.shutdown('guest-reset')
    else:
        qemu.shutdown('guest-shutdown')


def play_reboot_to_another(qemu):
    """Something else is launched then."""
    qemu.tik = bytes(16)
    qemu.shutdown('guest-reset')


def play_reboot(qemu):
    print('first')
    qemu.event('RESET', guest=True, reason='guest-reset')
    print('second')
    qemu.shutdown('guest-shutdown')


def play_panic(qemu):
    qemu.event('GUEST_PANICKED', action='pause')
    if not qemu.waits:
        qemu.shutdown('guest-panic')


def play_terminate(qemu):
    sys.stderr.write('qemu: SEV: the guest has ended: '
                     'Linux: PVALIDATE failed\n')
    qemu.event('GUEST_PANICKED', action='pause', info={
        'type': 'sev', 'set': 1, 'code': 2})
    qemu.shutdown('guest-panic')


def play_terminate_badly(qemu):
    """Whatever is told of the reason, the guest is dead."""
    for info in ([], None, 3, {}, {'type': 3}, {'type': 'sev'},
                 {'type': 'sev', 'set': 1},
                 {'type': 'sev', 'set': 'x', 'code': -1}):
        qemu.event('GUEST_PANICKED', action='pause', info=info)
    qemu.shutdown('guest-panic')


def play_triple_fault(qemu):
    Path(option('-D')).write_text('CPU Reset\nTriple fault\n',
                                  encoding='ascii')
    qemu.event('RESET', guest=True, reason='guest-reset')
    time.sleep(60)


def play_triple_fault_and_wait(qemu):
    Path(option('-D')).write_text('CPU Reset\nTriple fault\n',
                                  encoding='ascii')
    qemu.shutdown('guest-reset')
    time.sleep(60)


def play_halt(qemu):
    """It is QEMU that says where; it goes on as if nothing were."""
    print('qemu: warning: SEV: the guest has halted for good; vCPU 0 ...',
          file=sys.stderr, flush=True)
    qemu.event('SEV_GUEST_HALTED', message='the guest has halted for good',
               cpus=[{'cpu-index': 0, 'state': 'hlt', 'rip': 1}])
    time.sleep(60)


def play_crash(_qemu):
    os.kill(os.getpid(), signal.SIGSEGV)


def play_quit(qemu):
    qemu.shutdown('host-qmp-quit')


def play_ended(qemu):
    qemu.event('SHUTDOWN', guest=False, reason='host-signal')
    os.kill(os.getpid(), signal.SIGTERM)


def play_hang(_qemu):
    print('hanging', flush=True)
    time.sleep(60)


def play_stubborn(_qemu):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print('hanging', flush=True)
    time.sleep(60)


def play_garbage(qemu):
    print('not JSON', file=qemu.qmp, flush=True)
    time.sleep(60)


def play_deaf(qemu):
    """Closes QMP, and goes on."""
    qemu.qmp.close()
    print('still here')
    sys.exit(0)


def play_echo(qemu):
    """Gives back what is typed, until a Q."""
    print('type', flush=True)
    while True:
        byte = os.read(0, 1)
        if byte in (b'', b'Q'):
            qemu.shutdown('guest-shutdown')
        os.write(1, b'<%02x>' % byte[0])


def play_flood(qemu):
    """More than any pipe holds."""
    for i in range(20000):
        print(f'line {i:06}')
    qemu.shutdown('guest-shutdown')


def on_sigterm(_signum, _frame):
    # Nothing buffered goes out a second time
    os.write(2, b'qemu: terminating on signal 15\n')
    os._exit(0)     # pylint: disable=protected-access


def on_sigint(_signum, _frame):
    os.write(2, b'qemu: Ctrl-C came here\n')


def main():
    signal.signal(signal.SIGTERM, on_sigterm)
    signal.signal(signal.SIGINT, on_sigint)
    if PLAY == 'refuse':
        print('qemu: SEV: guest policy requires SEV-ES', file=sys.stderr)
        sys.exit(1)
    if PLAY == 'no-start':
        print('qemu: no such thing', file=sys.stderr)
        sys.exit(1)
    if PLAY == 'nothing':
        sys.exit(0)
    if PLAY == 'arguments':
        print(json.dumps(sys.argv[1:]))
        sys.exit(0)
    qemu = Qemu()
    print('qemu: info: SEV is emulated', file=sys.stderr, flush=True)
    if PLAY == 'mute':
        time.sleep(60)
    qemu.say(QMP={'version': {}, 'capabilities': []})
    for line in qemu.qmp:
        if qemu.answer(json.loads(line)):
            globals()['play_' + PLAY.replace('-', '_')](qemu)
    # The monitor is gone: its user ends us
    time.sleep(60)


main()
