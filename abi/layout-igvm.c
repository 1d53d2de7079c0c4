/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves the same as layout.c of IGVM files. Makes no code. */

#include "abi/igvm.h"
#include "abi/layout.h"

SIZE(IgvmFixedHeader, 0x20);
FIELD(IgvmFixedHeader, checksum, 0x14);
FIELD(IgvmFixedHeader, arch, IGVM_FIXED_HEADER_SIZE_1);
FIELD(IgvmFixedHeader, page_size, 0x1c);

SIZE(IgvmVhdr, 0x08);

SIZE(IgvmPlatform, 0x10);
FIELD(IgvmPlatform, type, 0x05);
FIELD(IgvmPlatform, version, 0x06);
FIELD(IgvmPlatform, shared_gpa_boundary, 0x08);

SIZE(IgvmPolicy, 0x10);
FIELD(IgvmPolicy, mask, 0x08);

SIZE(IgvmRelocatable, 0x30);
FIELD(IgvmRelocatable, alignment, 0x08);
FIELD(IgvmRelocatable, gpa, 0x10);
FIELD(IgvmRelocatable, highest_gpa, 0x28);

SIZE(IgvmPageTableRelocation, 0x20);
FIELD(IgvmPageTableRelocation, gpa, 0x08);
FIELD(IgvmPageTableRelocation, used_size, 0x18);

SIZE(IgvmCorim, 0x10);

SIZE(IgvmParameterArea, 0x10);
FIELD(IgvmParameterArea, index, 0x08);
FIELD(IgvmParameterArea, file_offset, 0x0c);

SIZE(IgvmPageData, 0x18);
FIELD(IgvmPageData, mask, 0x08);
FIELD(IgvmPageData, file_offset, 0x0c);
FIELD(IgvmPageData, flags, 0x10);
FIELD(IgvmPageData, data_type, 0x14);

SIZE(IgvmParameterInsert, 0x10);
FIELD(IgvmParameterInsert, mask, 0x08);
FIELD(IgvmParameterInsert, index, 0x0c);

SIZE(IgvmParameter, 0x08);

SIZE(IgvmVpContext, 0x14);
FIELD(IgvmVpContext, mask, 0x08);
FIELD(IgvmVpContext, file_offset, 0x0c);
FIELD(IgvmVpContext, vp_index, 0x10);

SIZE(IgvmNativeContext, 0xe8);
FIELD(IgvmNativeContext, rip, 0x80);
FIELD(IgvmNativeContext, gdtr_limit, 0x9e);
FIELD(IgvmNativeContext, code_selector, 0xa8);
FIELD(IgvmNativeContext, data_selector, 0xb4);
FIELD(IgvmNativeContext, gs_base, 0xc0);
FIELD(IgvmNativeContext, efer, 0xe0);

SIZE(IgvmRequiredMemory, 0x18);
FIELD(IgvmRequiredMemory, mask, 0x08);
FIELD(IgvmRequiredMemory, size, 0x0c);
FIELD(IgvmRequiredMemory, flags, 0x10);

SIZE(IgvmErrorRange, 0x10);

SIZE(IgvmSnpSignature, 0x90);
SIZE(IgvmSnpPublicKey, 0x98);
FIELD(IgvmSnpPublicKey, qx, 0x08);

SIZE(IgvmSnpIdBlock, 0x2b8);
FIELD(IgvmSnpIdBlock, ld, 0x008);
FIELD(IgvmSnpIdBlock, family_id, 0x038);
FIELD(IgvmSnpIdBlock, version, 0x058);
FIELD(IgvmSnpIdBlock, id_key_signature, 0x068);
FIELD(IgvmSnpIdBlock, id_public_key, 0x0f8);
FIELD(IgvmSnpIdBlock, author_key_signature, 0x190);
FIELD(IgvmSnpIdBlock, author_public_key, 0x220);

SIZE(IgvmVbsMeasurement, 0x360);
FIELD(IgvmVbsMeasurement, digest, 0x020);
FIELD(IgvmVbsMeasurement, public_key, 0x160);

SIZE(IgvmMemoryMapEntry, 0x18);
FIELD(IgvmMemoryMapEntry, type, 0x10);
