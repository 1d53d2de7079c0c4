/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Defines what the secure processor remembers for SEV-SNP (56860 chapters 5
 * and 6): of the platform, and of each guest. Kept apart from SEV's state; the
 * two share nothing but the chip and the ASIDs.
 */

#ifndef ASP_SNP_STATE_H
#define ASP_SNP_STATE_H

#include <stdbool.h>

#include "abi/snp.h"
#include "asp/ec.h"
#include "asp/version.h"

/* Guest contexts that fit in the firmware's memory */
#define ASP_MAX_SNP_GUESTS 16

#define ASP_SNP_KEY_SIZE 32     /* of a guest's memory, AES-XTS */

/* Of an ID block that SNP_LAUNCH_FINISH has found good, for reports */
typedef struct AspSnpIdentity {
    bool has_id_key;
    bool has_author_key;
    uint8_t family_id[16];
    uint8_t image_id[16];
    uint32_t guest_svn;
    uint8_t id_key_digest[SNP_DIGEST_SIZE];
    uint8_t author_key_digest[SNP_DIGEST_SIZE];
} AspSnpIdentity;

/*
 * Life of a guest context; it is found by its page:
 *
 * - a free slot: @used is false, all zero.
 * - INIT, from SNP_GCTX_CREATE on: @gctx is its page, in the RMP's state
 *   Context.
 * - LAUNCH, from SNP_LAUNCH_START on: @policy, @gosvw, @report_id,
 *   @launch_tcb, @tsc_* and the keys are set; @digest grows with each
 *   SNP_LAUNCH_UPDATE. SNP_ACTIVATE sets @asid.
 * - RUNNING, from SNP_LAUNCH_FINISH on: @digest is final, and what was said
 *   of the guest is in @identity and @host_data. Its messages are answered.
 *
 * SNP_DECOMMISSION and SNP_SHUTDOWN wipe all of it.
 */
typedef struct AspSnpGuest {
    bool used;
    uint8_t state;                      /* SNP_GSTATE_* */
    bool vcek_disabled;
    uint32_t asid;                      /* SEV_ASID_NONE: not activated */
    uint64_t gctx;                      /* system physical address */
    uint64_t policy;                    /* SNP_GPOLICY_* */
    uint8_t gosvw[16];
    uint8_t vek[ASP_SNP_KEY_SIZE];
    uint8_t vmpck[SNP_VMPCKS][SNP_VMPCK_SIZE];
    uint64_t msg_count[SNP_VMPCKS];     /* the last seqno, of an answer */
    uint8_t vmrk[ASP_SNP_KEY_SIZE];     /* root of keys that go with it */
    uint8_t report_id[32];
    SnpTcbVersion launch_tcb;
    uint64_t tsc_scale;                 /* of Secure TSC, see abi/tsc.h */
    uint64_t tsc_offset;
    uint8_t digest[SNP_DIGEST_SIZE];
    uint8_t host_data[32];
    AspSnpIdentity identity;
} AspSnpGuest;

typedef struct AspSnp {
    uint8_t state;                      /* SNP_PSTATE_* */
    bool booted;                        /* see asp_firmware_boot() */
    AspVersion current;              /* what runs */
    AspVersion committed;            /* below which nothing can go */
    SnpTcbVersion reported_tcb;         /* selects the VCEK */
    bool mask_chip_id;                  /* in reports */
    bool mask_chip_key;                 /* it signs nothing */
    bool vlek_loaded;
    AspEcScalar vlek;
    bool rmp_initialized;               /* also after SNP_SHUTDOWN */
    bool rapl_disabled;
    bool smt;                           /* asp_set_smt() */
    AspSnpGuest guests[ASP_MAX_SNP_GUESTS];
} AspSnp;

#endif
