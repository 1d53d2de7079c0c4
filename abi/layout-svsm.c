/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves the same as layout.c of what an SVSM is told. Makes no code. */

#include "abi/layout.h"
#include "abi/snp-data.h"
#include "abi/svsm.h"

SIZE(SvsmInformation, sizeof(((SnpSecretsPage *)0)->guest_area2));
FIELD(SnpSecretsPage, guest_area2, SVSM_INFORMATION_OFFSET);
FIELD(SvsmInformation, size, 0x08);
FIELD(SvsmInformation, calling_area, 0x10);
FIELD(SvsmInformation, max_version, 0x18);
FIELD(SvsmInformation, guest_vmpl, 0x1c);

SIZE(SvsmCallingArea, SVSM_PAGE_SIZE);
FIELD(SvsmCallingArea, mem_available, 0x1);
FIELD(SvsmCallingArea, buffer, 0x8);

SIZE(SvsmPvalidate, 0x8);
FIELD(SvsmPvalidate, next, 0x2);
FIELD(SvsmPvalidate, entry, 0x8);

SIZE(SvsmBuffer, 0x10);
FIELD(SvsmBuffer, size, 0x8);

SIZE(SvsmAttest, 0x40);
FIELD(SvsmAttest, nonce, 0x10);
FIELD(SvsmAttest, manifest, 0x20);
FIELD(SvsmAttest, certificates, 0x30);

SIZE(SvsmAttestSingle, 0x58);
FIELD(SvsmAttestSingle, service, 0x40);
FIELD(SvsmAttestSingle, manifest_version, 0x50);

SIZE(SvsmServices, 0x18);
FIELD(SvsmServices, size, 0x10);
FIELD(SvsmServices, entries, 0x14);

SIZE(SvsmServiceEntry, 0x18);
FIELD(SvsmServiceEntry, offset, 0x10);
