# SPDX-License-Identifier: GPL-2.0-or-later
"""
Verifies attestation reports of SEV-SNP guests with their certificates, from
AMD's publications 56860 and 57230 by Python's own means: a second opinion
beside the C of this project, of which nothing is taken.

verify() returns "ok" or the code of what is wrong, as `sevemu report corpus`
has them.
"""

import re
import struct
import warnings
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtensionOID, NameOID

from x509_shape import elements, oid

SIZE, SIGNED = 0x4a0, 0x2a0
AMD = '1.3.6.1.4.1.3704.1.'
NAMES = {NameOID.ORGANIZATIONAL_UNIT_NAME: 'Engineering',
         NameOID.COUNTRY_NAME: 'US', NameOID.LOCALITY_NAME: 'Santa Clara',
         NameOID.STATE_OR_PROVINCE_NAME: 'CA',
         NameOID.ORGANIZATION_NAME: 'Advanced Micro Devices'}
# Of a TCB's bytes, in their order, the extension that has each
SPLS = {'Milan': '3.1 3.2 3.4 3.5 3.6 3.7 3.3 3.8'.split(),
        'Turin': '3.9 3.1 3.2 3.3 3.5 3.6 3.7 3.8'.split()}
SPLS['Genoa'] = SPLS['Milan']
KNOWN = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE,
         ExtensionOID.SUBJECT_KEY_IDENTIFIER,
         ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
         ExtensionOID.CRL_DISTRIBUTION_POINTS}
# RSASSA-PSS, SHA-384, MGF1 with SHA-384, 48 bytes of salt
PSS = '1.2.840.113549.1.1.10'
PSS_PARTS = ['2.16.840.1.101.3.4.2.2', '1.2.840.113549.1.1.8',
             '2.16.840.1.101.3.4.2.2', 48]
VCEK, VLEK = 0, 1


class Wrong(Exception):
    """Its text is the code."""


def need(condition, code):
    if not condition:
        raise Wrong(code)


@dataclass
class Demand:
    """What the verifier is told; a TCB by its bytes"""
    product: str
    time: object
    report_data: bytes
    measurement: bytes
    host_data: bytes
    min_tcb: bytes
    allow: set = field(default_factory=set)


# --- the report ------------------------------------------------------------

@dataclass
class Report:
    data: bytes

    def __post_init__(self):
        need(len(self.data) == SIZE, 'report-length')
        self.version, = struct.unpack_from('<I', self.data)
        need(self.version in (2, 3, 4, 5), 'report-version')

    def number(self, at, size):
        return int.from_bytes(self.data[at:at + size], 'little')

    def part(self, at, size):
        return self.data[at:at + size]

    @property
    def key(self):
        return self.number(0x48, 4) >> 2 & 7

    @property
    def reserved(self):
        """All bytes and bits that have to be zero"""
        yield self.number(0x008, 8) >> 26
        yield self.number(0x008, 8) >> 17 & 1 ^ 1
        yield self.number(0x048, 4) >> 5
        yield self.number(0x04c, 4)
        after_cpuid = 0x188 if self.version < 3 else 0x18b
        yield self.number(after_cpuid, 0x1a0 - after_cpuid)
        yield self.data[0x1eb]
        yield self.data[0x1ef]
        after_all = 0x1f8 if self.version < 5 else 0x208
        yield self.number(after_all, SIGNED - after_all)

    def reserved_tcb(self, product):
        at = slice(4, 7) if product == 'Turin' else slice(2, 6)
        return (self.part(tcb, 8)[at] for tcb in (0x38, 0x180, 0x1e0, 0x1f0))

    @property
    def product(self):
        """By CPUID; None: version 2 has none"""
        if self.version < 3:
            return None
        family, model = self.data[0x188], self.data[0x189]
        for name, of, models in (
                ('Milan', 0x19, range(0x00, 0x10)),
                ('Genoa', 0x19, range(0x10, 0x20)),
                ('Genoa', 0x19, range(0xa0, 0xb0)),
                ('Turin', 0x1a, range(0x00, 0x12))):
            if family == of and model in models:
                return name
        return 'unknown'


def check_form(report, product, allow):
    need(not any(report.reserved), 'report-reserved')
    need(not report.number(0x040, 8) & ~0xbf
         or 'unknown-platform-info' in allow, 'report-reserved')
    need(not any(map(any, report.reserved_tcb(product))), 'report-reserved')
    need(report.number(0x34, 4) == 1, 'report-algorithm')
    need(report.key in (VCEK, VLEK), 'report-signer')
    need(report.product in (None, product), 'product-mismatch')
    need(not report.number(0x48, 4) & 2 or any(report.part(SIGNED, 512)),
         'signature-absent')


def check_signature(report, key):
    r, s = report.part(SIGNED, 72), report.part(SIGNED + 72, 72)
    need(not any(r[48:] + s[48:] + report.data[SIGNED + 144:]),
         'signature-format')
    signature = utils.encode_dss_signature(
        int.from_bytes(r, 'little'), int.from_bytes(s, 'little'))
    try:
        key.verify(signature, report.data[:SIGNED], ec.ECDSA(hashes.SHA384()))
    except InvalidSignature:
        raise Wrong('signature-invalid') from None


def not_below(tcb, least):
    """In each of its numbers"""
    return all(a >= b for a, b in zip(tcb, least))


def check_demand(report, demand):
    for at, expected, code in (
            (0x50, demand.report_data, 'report-data'),
            (0x90, demand.measurement, 'measurement'),
            (0xc0, demand.host_data, 'host-data')):
        need(report.part(at, len(expected)) == expected, code)
    need(not_below(report.part(0x38, 8), report.part(0x1e0, 8)), 'tcb-order')
    need(not_below(report.part(0x180, 8), demand.min_tcb), 'tcb-minimum')
    need(not report.number(0x08, 8) >> 19 & 1 or 'debug' in demand.allow,
         'policy-debug')
    vmpl = report.number(0x30, 4)
    need(vmpl == 0 or vmpl < 4 and 'vmpl' in demand.allow, 'vmpl')


# --- certificates ----------------------------------------------------------

class Cert:
    """A certificate, and its extensions by the text of their OIDs"""

    def __init__(self, der):
        self.der = der
        try:
            with warnings.catch_warnings():
                # AMD's have the serial number 0
                warnings.simplefilter('ignore')
                self.x509 = x509.load_der_x509_certificate(der)
            self.tbs, self.algorithm, _ = elements(next(elements(der))[1])
        except (ValueError, IndexError):
            raise Wrong('cert-format') from None
        try:
            extensions = list(self.x509.extensions)
        except (x509.DuplicateExtension, ValueError):
            raise Wrong('cert-extension') from None
        need(not any(e.critical and e.oid not in KNOWN for e in extensions),
             'cert-extension')
        self.extensions = {e.oid.dotted_string: e.value for e in extensions}
        self.name = check_name(self.x509.subject)
        self.key = self.x509.public_key()

    def amd(self, end):
        """One of AMD's own"""
        need(AMD + end in self.extensions, 'cert-extension')
        return self.extensions[AMD + end].value


def check_name(name):
    """AMD's, with the common name that is returned"""
    parts = {part.oid: part.value for part in name}
    common = parts.pop(NameOID.COMMON_NAME, None)
    need(len(list(name)) == 6 and parts == NAMES and common, 'cert-name')
    return common


def leaves(data):
    """OIDs and numbers, those inside one another too"""
    for tag, content in elements(data):
        if tag == 0x06:
            yield oid(content)
        elif tag == 0x02:
            yield int.from_bytes(content, 'big')
        elif tag & 0x20:
            yield from leaves(content)


def check_algorithm(cert):
    """The signature's; PSS' trailer field may be left out."""
    kind, *parts = leaves(cert.algorithm[1])
    inside = list(elements(cert.tbs[1]))[2]     # after version and serial
    need(kind == PSS and inside == cert.algorithm, 'cert-algorithm')
    need(parts in (PSS_PARTS, [*PSS_PARTS, 1]), 'cert-algorithm')


def check_signed(signed, tbs, by, code):
    try:
        by.key.verify(signed, tbs, padding.PSS(
            padding.MGF1(hashes.SHA384()), 48), hashes.SHA384())
    except InvalidSignature:
        raise Wrong(code) from None


def check_time(cert, time):
    need(time >= cert.x509.not_valid_before, 'cert-not-yet-valid')
    need(time <= cert.x509.not_valid_after, 'cert-expired')


def check_authority(cert, prefix, product):
    """PREFIX: of its name, by which the kind of authority is told"""
    found = re.fullmatch(r'(ARK-|SEV-VLEK-|SEV-)(Milan|Genoa|Turin)',
                         cert.name)
    need(found, 'cert-name')
    need(found[1] == prefix, 'cert-issuer')
    need(found[2] == product, 'product-mismatch')
    need(isinstance(cert.key, rsa.RSAPublicKey) and cert.key.key_size == 4096,
         'cert-key')
    constraints = cert.extensions.get('2.5.29.19')
    usage = cert.extensions.get('2.5.29.15')
    need(constraints and constraints.ca and usage and usage.key_cert_sign,
         'cert-constraints')


def check_link(cert, by):
    check_algorithm(cert)
    need(cert.x509.issuer == by.x509.subject, 'cert-issuer')
    check_signed(cert.x509.signature, cert.x509.tbs_certificate_bytes, by,
                 'cert-signature')


def check_crl(der, signer, root, time):
    crl = x509.load_der_x509_crl(der)
    need(crl.issuer == root.x509.subject, 'crl-signature')
    check_signed(crl.signature, crl.tbs_certlist_bytes, root, 'crl-signature')
    need(crl.last_update <= time <= crl.next_update, 'crl-expired')
    need(crl.get_revoked_certificate_by_serial_number(
        signer.x509.serial_number) is None, 'cert-revoked')


# --- VCEK and VLEK ---------------------------------------------------------

def version_number(value):
    """DER of an INTEGER"""
    (tag, content), = elements(value)
    need(tag == 0x02, 'cert-extension')
    return int.from_bytes(content, 'big', signed=True)


def check_leaf(cert, report, product):
    need(isinstance(cert.key, ec.EllipticCurvePublicKey)
         and isinstance(cert.key.curve, ec.SECP384R1), 'cert-key')
    (tag, text), = elements(cert.amd('2'))
    need(tag == 0x16, 'cert-extension')
    # A VLEK's has no stepping, and Turin's neither
    need(re.fullmatch(product + r'(-\w+)?', text.decode('ascii', 'replace')),
         'product-mismatch')
    numbers = [version_number(cert.amd(end)) for end in SPLS[product]]
    need(numbers == list(report.part(0x180, 8)), 'tcb-mismatch')
    cert.amd('4' if report.key == VCEK else '5')


def check_chip(cert, report, demand):
    """Of a VCEK: a VLEK is good for all chips of a provider."""
    hwid, chip_id = cert.amd('4'), report.part(0x1a0, 64)
    size = 8 if demand.product == 'Turin' else 64
    if not any(chip_id):
        return      # masked: who has signed is all that is known
    # AMD's key server has once had it in an OCTET STRING of its own
    if len(hwid) == size + 2 and hwid[:2] == bytes((4, size)):
        hwid = hwid[2:]
    need(hwid + bytes(64 - size) == chip_id, 'chip-mismatch')


def check_known(cert, product, allow):
    """Who knows not all that AMD says there may miss a part of the TCB."""
    known = [AMD + end for end in ('1', '2', '4', '5', *SPLS[product])]
    need('unknown-amd-extension' in allow or not any(
        name.startswith(AMD) and name not in known
        for name in cert.extensions), 'cert-extension')


def check_chain(leaf, signer, root, trusted, report, demand):
    product = demand.product
    kind = {'SEV-VCEK': VCEK, 'SEV-VLEK': VLEK}.get(leaf.name)
    need(kind is not None, 'cert-name')
    need(kind == report.key, 'report-signer')
    check_authority(root, 'ARK-', product)
    check_authority(signer, ('SEV-', 'SEV-VLEK-')[report.key], product)
    check_leaf(leaf, report, product)
    check_known(leaf, product, demand.allow)
    need(root.der == trusted, 'root-untrusted')
    check_link(root, root)
    check_link(signer, root)
    check_link(leaf, signer)
    for cert in (root, signer, leaf):
        check_time(cert, demand.time)


def verify_all(files, trusted, demand):
    report = Report(files['report'])
    check_form(report, demand.product, demand.allow)
    leaf, signer, root = (Cert(files[name])
                          for name in ('leaf', 'signer', 'root'))
    check_chain(leaf, signer, root, trusted, report, demand)
    if 'crl' in files:
        check_crl(files['crl'], signer, root, demand.time)
    check_signature(report, leaf.key)
    if report.key == VCEK:
        check_chip(leaf, report, demand)
    check_demand(report, demand)


def verify(files, trusted, demand):
    """FILES: "report", "leaf", "signer", "root", perhaps "crl", and bytes"""
    try:
        verify_all(files, trusted, demand)
    except Wrong as wrong:
        return str(wrong)
    return 'ok'
