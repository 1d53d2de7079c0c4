# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guests launched from IGVM files instead of firmware: rows of guests.txt whose
ROM is made a file, and what only such files have.
"""

import base64
import re
import shlex
import struct

import pytest

import igvm_file as igvm
import sev_id_block
from sev_vmsa import vmsa
from test_guests import (SWITCHES, command, features, image_of,  # noqa: F401
                         images_fixture, kind_and_properties, qemu_fixture,
                         rows, run_and_judge)

ROWS = {row.name: row for row in rows()}
START = ROWS['snp-start']


def first_state(row, reset=None):
    """A CPU out of reset, with the SEV features that the row has"""
    _, sev = kind_and_properties(row)
    state = bytearray(vmsa(0, reset) if reset else vmsa(0))
    struct.pack_into('<Q', state, 0x3b0, features(sev))
    return bytes(state)


def cpus_of(row):
    """How many CPUs the row's machine has"""
    words = shlex.split(row.options)
    return int(words[words.index('-smp') + 1]) if '-smp' in words else 1


def file_of(row, image):
    """The row's ROM as a file, with a save area for each CPU"""
    _, sev = kind_and_properties(row)
    resets = [None] + (cpus_of(row) - 1) * [igvm.reset_of(image)]
    return igvm.of_firmware(image, [first_state(row, reset)
                                    for reset in resets],
                            int(sev.get('policy', '0x30000'), 0))


def with_file(args, path):
    """A row's command line, with a file in the place of -bios"""
    at = args.index('-bios')
    args = args[:at] + args[at + 2:]
    at = args.index('-machine') + 1
    args[at] += ',igvm-cfg=igvm0'
    return args + ['-object', f'igvm-cfg,id=igvm0,file={path}']


def without_switches(args):
    """The file says itself what its CPUs have turned on."""
    return [re.sub(SWITCHED_ON, '', str(arg)) for arg in args]


SWITCHED_ON = ',(' + '|'.join(SWITCHES) + ')=on'
SNP = [row.name for row in rows() if 'snp' in row.sev]


@pytest.fixture(name='launch')
def launch_fixture(qemu, images, run, tmp_path, monkeypatch):  # noqa: F811
    """launch(row, file): the verdict of a row that a file is launched for"""
    def launch(row, file=None):
        path = tmp_path / 'igvm'
        path.write_bytes(bytes(file or file_of(
            row, image_of(row, images).read_bytes())))
        monkeypatch.setattr('test_guests.command', lambda *args:
                            with_file(without_switches(command(*args)),
                                      path))
        return run_and_judge(row, qemu, images, run)

    return launch


@pytest.mark.parametrize('name', SNP)
def test_rows(launch, name):
    """With a save area for each CPU, as QEMU with KVM launches them"""
    row = ROWS[name]
    verdict, output = launch(row)
    assert verdict == row.verdict, output


FRESH = 0x3000000       # SNP_FRESH of segments.h
AREAS, REQUIRED = FRESH + 0x10000, FRESH + 0x20000


def with_parameters(file):
    """All that suite igvm_parameters looks at"""
    for index in range(3):
        file.area(index)
    file.area(7, content=b'\x5a'.ljust(igvm.PAGE - 1, b'\0') + b'\xa5')
    file.parameter(igvm.VP_COUNT, 0)
    file.parameter(igvm.ENVIRONMENT, 0, 4)
    file.parameter(igvm.MEMORY_MAP, 1)
    file.parameter(igvm.MADT, 2)
    file.parameter(igvm.DEVICE_TREE, 7, 8)
    for place, index in enumerate((0, 1, 2, 7)):
        file.insert(index, AREAS + place * igvm.PAGE)
    return file


@pytest.mark.parametrize('cpus', [1, 4])
def test_parameters(launch, images, cpus):  # noqa: F811
    row = START._replace(options=f'-smp {cpus} -m 128M', verdict='ok',
                         guest=f'igvm_parameters mib=128 cpus={cpus}')
    image = image_of(row, images).read_bytes()
    verdict, output = launch(row, with_parameters(file_of(row, image)))
    assert verdict == 'ok', output


SVSM_DEVICES = '-machine x-svsm-virtio-mmio=on'


def test_device_tree(launch, images):  # noqa: F811
    """Of a machine that has one"""
    row = START._replace(options=SVSM_DEVICES, verdict='ok',
                         guest='igvm_parameters slots=4')
    image = image_of(row, images).read_bytes()
    verdict, output = launch(row, with_parameters(file_of(row, image)))
    assert verdict == 'ok', output


def test_no_room_for_the_device_tree(launch, images):  # noqa: F811
    row = START._replace(options=SVSM_DEVICES)
    file = file_of(row, image_of(row, images).read_bytes())
    file.area(0)
    file.parameter(igvm.DEVICE_TREE, 0, igvm.PAGE - 64)
    verdict, output = launch(row, file)
    assert verdict == 'died'
    assert re.search(r'\(device tree\): it has \d+ bytes, and 64 fit into the '
                     'parameter area at 0xfc0', output), output


def test_required_memory(launch, images):  # noqa: F811
    """Which may have pages with content in it"""
    row = START._replace(guest='igvm_memory', verdict='ok')
    file = file_of(row, image_of(row, images).read_bytes())
    file.required(FRESH, 0x40000)
    file.page(FRESH + 0x30000)
    verdict, output = launch(row, file)
    assert verdict == 'ok', output


def test_one_save_area(launch, images):  # noqa: F811
    """As SVSMs are launched: other CPUs wait for what the guest makes them"""
    row = ROWS['snp-ap']
    assert cpus_of(row) > 1
    image = image_of(row, images).read_bytes()
    file = file_of(row._replace(options='-'), image)
    verdict, output = launch(row, file)
    assert verdict == row.verdict, output


def digest_of(output):
    """What the guest's report has, as suite snp_messages_keys prints it"""
    text = re.search(r'^# is digest((?: 0x\w+)+)$', output, re.M)[1]
    return struct.pack('<6Q', *(int(word, 16) for word in text.split()))


@pytest.mark.parametrize('options', ['-', '-smp 3'])
def test_digest(build, launch, images, run, tmp_path,  # noqa: F811
                options):
    """A guest's report, the owner's reckoning, and Python's"""
    row = ROWS['snp-messages']._replace(options=options,
                                        guest='snp_messages_keys')
    file = with_parameters(file_of(row, image_of(row, images).read_bytes()))
    file.required(REQUIRED, 0x2000)
    verdict, output = launch(row, file)
    assert verdict == 'ok', output
    done = run([build.sevemu, 'measurement', 'build', '--mode', 'snp',
                '--igvm', tmp_path / 'igvm'])
    assert (digest_of(output) == bytes.fromhex(done.stdout)
            == igvm.launch_digest(bytes(file)))


def with_id_block(digest):
    """A row whose object has one"""
    block = sev_id_block.id_block(digest)
    texts = [base64.b64encode(part).decode()
             for part in (block, sev_id_block.id_auth(block))]
    return START._replace(sev=f'{START.sev},id-block={texts[0]},'
                              f'id-auth={texts[1]}')


@pytest.mark.parametrize('right', [True, False])
def test_owners_id_block(launch, images, right):  # noqa: F811
    """By the object, as without a file"""
    file = file_of(START, image_of(START, images).read_bytes())
    row = with_id_block(igvm.launch_digest(bytes(file)) if right
                        else bytes(48))
    verdict, output = launch(row, file)
    assert verdict == (row.verdict if right else 'died'), output
    assert right or "'Bad measurement'" in output


def test_two_id_blocks(launch):
    row = with_id_block(bytes(48))
    file = plain(row)
    sev_id_block.put_id_block(file, bytes(48))
    verdict, output = launch(row, file)
    assert verdict == 'died'
    assert '(SNP ID block): there is another already' in output


@pytest.mark.parametrize('right', [True, False])
def test_id_block(launch, images, right):  # noqa: F811
    row = START
    file = file_of(row, image_of(row, images).read_bytes())
    digest = igvm.launch_digest(bytes(file))
    sev_id_block.put_id_block(file, digest if right else bytes(48))
    verdict, output = launch(row, file)
    assert verdict == (row.verdict if right else 'died'), output
    assert right or "'Bad measurement'" in output


def context_with(row, offset, form, value):
    """The first CPU's save area, but for one field"""
    state = bytearray(first_state(row))
    struct.pack_into(form, state, offset, value)
    return bytes(state)


FEATURES, VMPL = 0x3b0, 0xca


def plain(row):
    """A file with nothing but what every one needs"""
    file = igvm.Writer()
    file.context(first_state(row))
    return file


def with_context(offset, form, value):
    def make(row):
        file = igvm.Writer()
        file.context(context_with(row, offset, form, value))
        return file

    return make


def with_more(add):
    def make(row):
        file = plain(row)
        add(file)
        return file

    return make


# SEV features that are none of the emulation's: bits, and QEMU's names
LACKING = {
    1: 'vTOM', 2: 'ReflectVC', 4: 'alternate injection',
    8: 'VMPL supervisor shadow stack', 10: 'VMGEXIT parameter',
    12: 'IBS virtualization', 14: 'VMSA register protection',
    15: 'SMT protection',
}

# What the file is, and what QEMU says of it
REFUSED = {
    'damaged': (lambda row: bytes(plain(row))[:-1],
                'expected 4208 bytes as it says, found 4207'),
    'not-snp': (lambda row: igvm.Writer([(igvm.TDX, 1)]),
                'expected a file for x86 with the platform SEV-SNP (2)'),
    'no-save-area': (lambda row: igvm.Writer(),
                     'it has no save area for vCPU 0 to start with'),
    'other-cpu': (with_more(lambda file: file.context(bytes(4096), 1)),
                  '(VP context): it is of vCPU 1, and the machine has 1: '
                  'give it more by -smp'),
    'twice': (with_more(lambda file: file.context(bytes(4096))),
              '(VP context): vCPU 0 has one already'),
    'gpa': (with_more(lambda file: file.context(bytes(4096), gpa=0x1000)),
            'expected a save area in the file, at 0xfffffffff000'),
    'no-snp': (with_context(FEATURES, '<Q', 0), 'expected SEV features with '
               'bit 0 (SEV-SNP), and none that is reserved, found 0x0'),
    'reserved': (with_context(FEATURES, '<Q', 1 << 40 | 1),
                 'none that is reserved, found 0x10000000001'),
    **{f'lacking-{bit}': (with_context(FEATURES, '<Q', 1 << bit | 1),
                          f'its SEV features {1 << bit | 1:#x} have {name}, '
                          'which is not emulated')
       for bit, name in LACKING.items()},
    'srat': (with_more(lambda file: (file.area(0), file.parameter(0x308, 0))),
             '(SRAT): it is not supported'),
    'page-type': (with_more(lambda file: file.page(0, kind=3)),
                  'SEV-SNP has no page of type 3 and 4096 bytes'),
    'page-twice': (with_more(lambda file: (file.page(0x5000),
                                           file.page(0x5000))),
                   '(page data): the page at 0x5000 is there twice'),
    'device': (with_more(lambda file: file.page(0xfec00000)),
               "at 0xfec00000 the machine has 'ioapic', no memory"),
    'c-bit': (with_more(lambda file: file.page(1 << 51)),
              '(page data): it reaches up to 0x8000000001000, and memory of '
              'the guest up to the C-bit, 0x8000000000000'),
    'holes': (with_more(lambda file: [file.page((1 << 40) + 0x10000 * i)
                                      for i in range(65)]),
              '(page data): it is one more of 64 places'),
    'no-room': (with_more(lambda file: (file.area(0), file.parameter(
        igvm.MADT, 0, 4090))), '(MADT): it has '),
}


@pytest.mark.parametrize('name', REFUSED)
def test_refused(launch, name):
    make, message = REFUSED[name]
    verdict, output = launch(START, make(START))
    assert verdict == 'died' and 'SEV-SNP: igvm-cfg: ' in output
    assert message in output


def test_other_features(launch):
    """Of the launch there is one set."""
    row = START._replace(options='-smp 2')
    file = plain(row)
    file.context(context_with(row, FEATURES, '<Q', 0x21), 1)
    verdict, output = launch(row, file)
    assert verdict == 'died'
    assert 'expected the SEV features 0x1 of the first, found 0x21' in output


@pytest.mark.parametrize('offset,form,value,why', [
    (VMPL, '<B', 1, 'its VMPL is not 0'),
    (0xd0, '<Q', 0, 'EFER.SVME is 0'),
    (0x158, '<Q', 1 << 31, 'CR0.PG is 1 without CR0.PE'),
])
def test_bad_save_area(launch, images, offset, form, value,  # noqa: F811
                       why):
    """What VMRUN would not take"""
    row = START
    file = file_of(row, image_of(row, images).read_bytes())
    kind, body, at, _ = file.headers.pop()
    file.add(kind, body, at, context_with(row, offset, form, value))
    verdict, output = launch(row, file)
    assert verdict == 'died' and why in output


def arguments(qemu, images, tmp_path, sev):  # noqa: F811
    """A command line with a good file, for an object"""
    path = tmp_path / 'igvm'
    path.write_bytes(bytes(plain(START)))
    row = START._replace(sev=sev)
    return with_file(command(row, qemu, image_of(row, images)), path)


SNP_OBJECT = 'sev-snp-emulated,cbitpos=51'


# The object, more options, and what QEMU says
OPTIONS = {
    'bios': (SNP_OBJECT, ['-bios', 'other'], 'igvm-cfg: the IGVM file has '
             'the firmware: leave out -bios'),
    'pflash': (SNP_OBJECT, ['-drive', 'if=pflash,format=raw,readonly=on,'
                            'file=IMAGE'],
               'igvm-cfg: the IGVM file has the firmware: leave out pflash'),
    'hashes': (SNP_OBJECT + ',kernel-hashes=on', [], 'SEV-SNP: kernel-hashes='
               'on: an IGVM file says that itself, it cannot be given beside '
               'igvm-cfg'),
    'secure-tsc': (SNP_OBJECT + ',secure-tsc=on', [], 'SEV-SNP: secure-tsc=on: '
                   'an IGVM file says that itself, it cannot be given beside '
                   'igvm-cfg'),
    'frequency': (SNP_OBJECT + ',tsc-frequency=2500000000', [], 'SEV-SNP: tsc-'
                  'frequency is for guests with Secure TSC: give '),
    'no-sev': ('-', [], 'igvm-cfg: only SEV-SNP guests under TCG are launched '
               'from IGVM files: expected -accel tcg, and sev-snp-guest as '
               'confidential-guest-support'),
    'no-file': (SNP_OBJECT, ['-object', 'igvm-cfg,id=x'],
                "Parameter 'file' is missing"),
}


@pytest.mark.parametrize('name', OPTIONS)
def test_options(qemu, images, run, tmp_path, name):  # noqa: F811
    sev, more, message = OPTIONS[name]
    image = image_of(START, images)
    more = [word.replace('IMAGE', str(image)) for word in more]
    done = run([*arguments(qemu, images, tmp_path, sev), *more])
    assert done.returncode == 1 and message in done.stderr, done.stderr


def test_file_not_there(qemu, images, run, tmp_path):  # noqa: F811
    args = arguments(qemu, images, tmp_path, SNP_OBJECT)
    (tmp_path / 'igvm').unlink()
    done = run(args)
    assert done.returncode == 1
    assert 'No such file or directory' in done.stderr.splitlines()[-1]


def test_file_is_a_directory(qemu, images, run, tmp_path):  # noqa: F811
    args = arguments(qemu, images, tmp_path, SNP_OBJECT)
    (tmp_path / 'igvm').unlink()
    (tmp_path / 'igvm').mkdir()
    done = run(args)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        'expected a regular file of up to 1 GiB')
