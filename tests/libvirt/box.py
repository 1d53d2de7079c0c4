# SPDX-License-Identifier: GPL-2.0-or-later
"""A system with Debian's libvirt, in namespaces: see box.sh."""

import shlex
import subprocess
import time
from pathlib import Path

SHELL = Path(__file__).parent / 'box.sh'
EMULATOR = 'build/bin/sevemu-qemu'
PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin'
SOCKETS = '/run/libvirt/libvirt-sock', '/home/admin/.run/libvirt/libvirt-sock'

# What docs/guide.md tells an administrator to do, as it stands there
GUIDE_SETUP = {
    'platform': 'install -d -m 2770 -g kvm /var/lib/sevemu/platform',
    'device': 'mknod -m 660 /dev/sev c 1 3',
    'emulator': 'ln -s $PWD/build/bin/sevemu-qemu '
                '/usr/local/bin/qemu-system-x86_64',
}
TMPFILES = 'c /dev/sev 0660 root root - 1:3'

# Who runs in it: user, groups, home. libvirt's own has its groups from there.
ROOT = '0:0', '0', '/root'
ADMIN = '1000:1000', '104,105,1000', '/home/admin'
OTHER = '1001:1001', '1001', '/home/other'
QEMU = '64055:64055', '104,64055', '/var/lib/libvirt'


def wait_until(what, condition, seconds=60):
    """The first true answer of @condition, or a failure that calls @what."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f'{what()}: not after {seconds} s'
        time.sleep(0.1)


class Box:
    """
    The system; `with` ends it, and all that runs in it.

    What is run, and says, goes to @log.
    """

    def __init__(self, build, scratch, log):
        self.build = build
        self.log = log
        build.asset('ovmf-amdsev')
        self.process = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid',
             '--net', '--ipc', '--fork', '--kill-child', SHELL,
             build.asset('libvirt'), build.root, scratch],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        self.init = None

    def __enter__(self):
        said = self.process.stdout.readline()
        assert said == 'ready\n', said + self.process.stdout.read()
        ours = self.process.pid
        self.init = Path(f'/proc/{ours}/task/{ours}/children') \
            .read_text().split()[0]
        return self

    def __exit__(self, *exception):
        # Its first process goes with it, and with that one all others
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def emulator(self):
        return self.build.root / EMULATOR

    def change_emulator(self):
        """libvirt sees a change by its second."""
        wait_until(lambda: 'the next second', lambda: int(time.time()) >
                   int(self.emulator.stat().st_ctime))
        self.run('touch', self.emulator)

    def run(self, *words, who=ROOT, timeout=60, env=(), **kw):
        """A command in the box; its standard output, or a failure."""
        done = self.try_to(*words, who=who, timeout=timeout, env=env, **kw)
        assert done.returncode == 0, f'{words}: {done.stderr}'
        return done.stdout

    def try_to(self, *words, who=ROOT, timeout=60, env=(), **kw):
        """The same, whatever becomes of it."""
        user, groups, home = who
        words = [str(word) for word in words]
        kw.setdefault('input', '')
        done = subprocess.run(
            ['nsenter', '-t', self.init, '--mount', '--pid', '--net', '--ipc',
             '--root', '--wd', 'env', '-i', f'PATH={PATH}', f'HOME={home}',
             f'XDG_RUNTIME_DIR={home}/.run', 'LC_ALL=C.UTF-8', *env,
             'chroot', f'--userspec={user}', f'--groups={groups}', '/',
             *words], timeout=timeout, text=True, capture_output=True,
            check=False, **kw)
        with self.log.open('a', encoding='utf-8') as log:
            print('$', shlex.join(words), done.stdout, done.stderr,
                  f'exit {done.returncode}', sep='\n', file=log)
        return done

    def path(self, name):
        """A file of the box, as it is seen from outside."""
        return Path(f'/proc/{self.init}/root') / name.lstrip('/')

    def put(self, name, text, who=ROOT):
        """Writes a file."""
        self.run('sh', '-c', 'umask 022; cat > "$0"', name, who=who,
                 input=text)
        return name

    def start_libvirt(self):
        """Both of its daemons that matter: the system's, and a user's."""
        self.run('install', '-d', '-m', '700', f'{ADMIN[2]}/.run', who=ADMIN)
        for who in ROOT, ADMIN:
            for daemon in 'virtlogd', 'libvirtd':
                self.run(daemon, '--daemon', who=who)
        for socket in SOCKETS:
            wait_until(lambda: socket, self.path(socket).exists)


class Connection:
    """virsh, connected as this URI has it, by whom that fits."""

    def __init__(self, box, uri):
        self.box = box
        self.uri = uri
        self.who = ROOT if uri.endswith('system') else ADMIN

    def __call__(self, *words, **kw):
        return self.box.run('virsh', '-q', '-c', self.uri, *words,
                            who=self.who, **kw)

    def try_to(self, *words, **kw):
        return self.box.try_to('virsh', '-q', '-c', self.uri, *words,
                               who=self.who, **kw)
