/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Describes a run as the user asked for it: checked, loaded, nothing started
 * yet.
 */

#ifndef OWNER_RUN_CONFIG_H
#define OWNER_RUN_CONFIG_H

#include "abi/snp.h"
#include "guest-owner/measure/cpus.h"
#include "guest-owner/measure/firmware.h"
#include "guest-owner/base/options.h"

typedef struct RunConfig {
    char *qemu;
    char *platform;             /* its directory, given or the user's */
    char *ca;                   /* whose root it must have, NULL: ours */
    char *igvm;                 /* launched instead of firmware; or NULL */
    ImageOptions paths;         /* else paths.firmware is set, given or found */
    Images images;
    FirmwareInfo firmware;
    char **disks;               /* NULL: none */
    char *memory;               /* as QEMU's -m takes it */
    char *cpu;                  /* as QEMU's -cpu takes it */
    GuestCpus cpus;             /* what that means, guessed if unknown */
    gboolean legacy_vm_type;
    gboolean snp;               /* a SEV-SNP guest, with... */
    uint32_t sev_features;      /* VMSA_SEV_FEATURE_* */
    uint8_t snp_measurement[SNP_DIGEST_SIZE];   /* what it must come to */
    char *snp_digest;           /* the same, hexadecimal */
    gboolean no_id_block;       /* the platform is not told, else by: */
    char *id_block;             /* for that digest, in base64 */
    char *id_auth;              /* its signature, in base64 */
    uint8_t id_key_digest[SNP_DIGEST_SIZE];     /* in reports; or zeros */
    gboolean attest;            /* it must show a report, verified with... */
    char *certs;                /* table, file or directory; NULL: none */
    uint32_t attest_timeout;    /* ... within so many seconds */
    uint32_t policy;
    bool measures_cpus;         /* SEV-ES and SEV-SNP */
    char **secrets;             /* GUID=FILE, NULL: none */
    GByteArray *secret_table;   /* what they hold, NULL: none */
    uint32_t gdb_port;          /* 0: no gdb */
    bool deterministic;         /* the same run each time, of this seed: */
    uint32_t seed;
    uint32_t timeout;           /* seconds, 0: none */
    char *log;                  /* NULL: none */
    gboolean print;             /* only print what would be done */
    bool exit_code_of_guest;
    char **qemu_options;        /* the user's own, NULL: none */
    bool reboot_waits;          /* to be measured first: see launch.h */
} RunConfig;

/* Parses "run"'s arguments, and reads and checks the files they name. */
bool run_config_parse(RunConfig *config, int argc, char **argv,
                      GError **errp);

void run_config_clear(RunConfig *config);

#endif
