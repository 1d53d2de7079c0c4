# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a CPU model is in each kind of guest, as QMP tells it: libvirt refuses a
CPU of which a feature is on and unavailable at once.
"""

import re

import pytest

from qmp_guest import Guest

# Every model of a processor that has SEV, as QEMU 10.0 knows them
MODELS = ['EPYC', 'EPYC-Rome', 'EPYC-Milan', 'EPYC-Genoa']
VERSIONS = ['EPYC-IBPB', *(f'{model}-v{version}' for model, last in
                           zip(MODELS, (4, 4, 2, 1))
                           for version in range(1, last + 1))]
KINDS = {
    'plain': None,
    'sev': 'sev-guest,policy=1',
    'sev-es': 'sev-guest,policy=5',
    'sev-snp': 'sev-snp-guest',
}
WARNING = re.compile(r"warning: TCG doesn't support requested feature: "
                     r'.*?\.([a-z0-9.-]+) \[bit \d+\]')

# What TCG can do and tells an SEV-SNP guest's CPUs alone of
SNP_XSAVE = {'xsavec'}
SNP_GENOA = {'null-sel-clr-base', 'lfence-always-serializing'}
# What is only #VC in these guests, or what Linux is not safe with
HIDDEN = ('monitor', 'svm', 'la57')


@pytest.fixture(name='start')
def start_fixture(build, log_path):
    """start(kind, cpu): a Guest that waits for `cont`"""
    image = build.dir / 'tools' / 'tests' / 'guests' / 'guest64.bin'

    def start(kind, cpu, *more):
        properties = KINDS[kind]
        machine = ['-machine', 'q35'] if properties is None else [
            '-machine', 'q35,confidential-guest-support=sev0', '-object',
            f'{properties},id=sev0,cbitpos=51,reduced-phys-bits=1']
        return Guest(build.qemu, [
            '-accel', 'tcg', '-m', '64M', '-S', '-cpu', cpu, *machine,
            '-bios', image, *more], log_path)

    return start


def cpu_path(guest):
    return guest.command('query-cpus-fast')[0]['qom-path']


def features(guest, path):
    """The boolean properties of a CPU that are on."""
    names = [prop['name'] for prop in guest.command('qom-list', path=path)
             if prop['type'] == 'bool']
    return {name for name in names
            if guest.command('qom-get', path=path, property=name)}


def unavailable(guest, path):
    return set(guest.command('qom-get', path=path,
                             property='unavailable-features'))


def on(guest, *names):
    path = cpu_path(guest)
    return [guest.command('qom-get', path=path, property=name)
            for name in names]


@pytest.mark.parametrize('model,kind', [
    *((model, kind) for model in MODELS for kind in KINDS),
    *((model, 'sev-snp') for model in VERSIONS)])
def test_no_feature_is_on_and_unavailable(start, model, kind):
    """And a warning names each that is unavailable, and no other."""
    with start(kind, model) as guest:
        path = cpu_path(guest)
        lacks = unavailable(guest, path)
        has = features(guest, path)
        warned = WARNING.findall('\n'.join(guest.said()))
    assert lacks & has == set()
    assert sorted(warned) == sorted(lacks)
    wanted = SNP_XSAVE | (SNP_GENOA if 'Genoa' in model else set())
    if kind == 'sev-snp':
        assert wanted <= has
    else:
        assert wanted & has == set()


@pytest.mark.parametrize('cpu,value', [
    ('qemu64', False), ('max', True), ('EPYC-Milan', True),
    ('EPYC-Milan,xsavec=on', True), ('EPYC-Milan,+xsavec', True),
    ('EPYC-Milan,xsavec=off', False), ('max,-xsavec', False)])
def test_xsavec(start, cpu, value):
    """It is there without being asked for, where XSAVEOPT is; no is no."""
    with start('sev-snp', cpu) as guest:
        assert on(guest, 'xsavec') == [value]
        assert 'xsavec' not in unavailable(guest, cpu_path(guest))


@pytest.mark.parametrize('kind,hidden', [
    ('plain', False), ('sev', False), ('sev-es', True), ('sev-snp', True)])
@pytest.mark.parametrize('cpu', ['max', 'EPYC-Genoa'])
def test_hidden(start, cpu, kind, hidden):
    """Without a word: nothing has been asked for that is not there."""
    with start(kind, cpu) as guest:
        assert on(guest, 'la57', 'svm') == [not hidden] * 2
        if cpu == 'max':
            assert on(guest, 'monitor') == [not hidden]
        assert not unavailable(guest, cpu_path(guest)) & set(HIDDEN)
        assert on(guest, 'rdrand') == [True]


@pytest.mark.parametrize('kind', ['sev-es', 'sev-snp'])
@pytest.mark.parametrize('how', ['+{}', '{}=on'])
def test_hidden_and_asked_for(start, kind, how):
    asked = ','.join(how.format(name) for name in HIDDEN)
    with start(kind, f'max,{asked}') as guest:
        assert on(guest, *HIDDEN) == [True] * len(HIDDEN)


@pytest.mark.parametrize('kind,cpu,value', [
    ('plain', 'EPYC-v4', False), ('sev', 'EPYC-v4', False),
    ('sev-es', 'EPYC-v4', False), ('sev-es', 'EPYC-v4,+invlpgb', True),
    *(('sev-snp', model, True) for model in (*MODELS, *VERSIONS)),
    ('sev-snp', 'EPYC-v4,-invlpgb', False),
    ('sev-snp', 'EPYC-v4,invlpgb=off', False),
    ('sev-snp', 'Opteron_G5', False), ('sev-snp', 'SapphireRapids', False),
    ('plain', 'max', True), ('sev-snp', 'max', True),
    ('sev-snp', 'max,-invlpgb', False)])
def test_invlpgb(start, kind, cpu, value):
    """What every processor with SEV-SNP has, its guests have; no is no."""
    with start(kind, cpu) as guest:
        assert on(guest, 'invlpgb') == [value]
        assert 'invlpgb' not in unavailable(guest, cpu_path(guest))


@pytest.mark.parametrize('kind,cpu,value', [
    ('plain', 'EPYC-v4', False), ('sev', 'EPYC-v4', False),
    *((kind, model, True) for kind in ('sev-es', 'sev-snp')
      for model in ('EPYC', 'EPYC-v4', 'EPYC-Rome', 'EPYC-Milan',
                    'EPYC-Genoa', 'max', 'qemu64,+x2apic')),
    ('sev-es', 'EPYC-v4,-x2apic', False),
    ('sev-snp', 'EPYC-v4,x2apic=off', False), ('sev-snp', 'qemu64', False)])
def test_x2apic(start, kind, cpu, value):
    """As under KVM, where each access to the local APIC is a request"""
    with start(kind, cpu) as guest:
        assert on(guest, 'x2apic') == [value]
        assert 'x2apic' not in unavailable(guest, cpu_path(guest))


@pytest.mark.parametrize('kind', KINDS)
def test_questions_about_models(start, kind):
    """They are answered for CPUs of this guest."""
    with start(kind, 'EPYC') as guest:
        lacks = {entry['name']: set(entry['unavailable-features'])
                 for entry in guest.command('query-cpu-definitions')
                 if entry['name'].startswith('EPYC')}
        top = guest.command('query-cpu-model-expansion', type='full',
                            model={'name': 'max'})['model']['props']
        milan = guest.command('query-cpu-model-expansion', type='full',
                              model={'name': 'EPYC-Milan'})['model']['props']
    snp = kind == 'sev-snp'
    assert set(lacks) == {*MODELS, *VERSIONS}
    for model, names in lacks.items():
        assert ('xsavec' in names) != snp, model
    assert bool(SNP_GENOA & lacks['EPYC-Genoa']) != snp
    assert top['xsavec'] == snp and milan['xsavec']
    assert [top[name] for name in HIDDEN] == [
        kind not in ('sev-es', 'sev-snp')] * len(HIDDEN)


def test_questions_without_a_machine(build, log_path):
    """
    As libvirt asks once for all guests: it asks by name for what is there, and
    turns off what is not, in domains whose CPU is host-model.
    """
    with Guest(build.qemu, ['-accel', 'tcg', '-machine', 'none'],
               log_path) as guest:
        lacks = {entry['name']: set(entry['unavailable-features'])
                 for entry in guest.command('query-cpu-definitions')}
        top = guest.command('query-cpu-model-expansion', type='full',
                            model={'name': 'max'})['model']['props']
    for name in (*SNP_XSAVE, *SNP_GENOA):
        assert top[name], name
        assert name not in lacks['EPYC-Genoa']
    assert not top['monitor'] and not top['la57'] and top['svm']
