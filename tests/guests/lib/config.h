/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration that a row of guests.txt gives to its guest: words
 * "key=value" and the names of suites, through QEMU's fw_cfg.  It says what
 * to expect, so that no test has to believe what it is about to check.
 */
#ifndef GUESTS_CONFIG_H
#define GUESTS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size of the longest line of arguments, final NUL included. */
#define CONFIG_SIZE 256

/* Reads the line; ends the guest when there is none. */
void config_init(void);

/*
 * Copies the name of suite INDEX, of those to be run one after the other;
 * false when there are no more.
 */
bool config_suite(unsigned index, char *to, size_t size);

/* Copies the value of KEY to TO; false, and "", when it isn't given. */
bool config_text(const char *key, char *to, size_t size);

/* A decimal number, OTHERWISE when it isn't given. */
unsigned config_number(const char *key, unsigned otherwise);

/*
 * SIZE bytes that KEY gives in hexadecimal; zeros where it gives none.  A word
 * has at most CONFIG_WORD_SIZE bytes, final NUL included.
 */
#define CONFIG_WORD_SIZE 96
void config_bytes(const char *key, uint8_t *to, size_t size);

/*
 * The page size that "page=" gives, 4k, 2m or 1g, as the level of its entry:
 * 1, 2 or 3.  4k when it isn't given.
 */
unsigned config_page(void);

/* Is this a SEV guest by its configuration, and the C-bit's mask then? */
bool config_sev(void);
uint64_t config_c_bit(void);

/*
 * And an SEV-ES or SEV-SNP guest, with which VMSA_SEV_FEATURE_*?  What has
 * SEV_STATUS to say?
 */
bool config_es(void);
bool config_snp(void);
uint64_t config_sev_features(void);
uint64_t config_sev_status(void);

#endif
