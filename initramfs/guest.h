/*
 * The guest userland of the demo and the boot tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One static program, run as /init by a stock kernel.  Everything it has to
 * say is one line starting with "guest: ", so that the host side can match
 * the console step by step.  An action returns true when it went well; when
 * it did not, it has said why with guest_fail().
 */
#ifndef SEVEMU_GUEST_H
#define SEVEMU_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Prints "guest: ..." and waits until the console has taken it. */
void guest_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints "guest: FAILED: ..." and returns false, for `return guest_fail()`. */
bool guest_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints "guest: WHAT DIGITS", as many lines as @size bytes take. */
void guest_say_hex(const char *what, const uint8_t *data, size_t size);

/* The same of a table of certificates, without the zeros at its end */
void guest_say_table(const char *what, const uint8_t *table, size_t size);

/* Prints a report by configfs-tsm, where there is one; see tsm.c. */
bool guest_tsm(const uint8_t nonce[64]);

/*
 * Copies the value of NAME=VALUE on the kernel's command line to @value,
 * cut to @size.  False when there is none.
 */
bool guest_option(const char *name, char *value, size_t size);

/*
 * sevemu.nonce=, hexadecimal, which shows that an answer is not an old one:
 * the number of bytes, at most @size.
 */
size_t guest_nonce(uint8_t *nonce, size_t size);

/* Until a line comes in on the console; fails when none ever will. */
bool guest_wait_for_host(void);

/* The actions of sevemu.do=, see init.c */
bool action_secret(void);
bool action_disk(void);
bool action_net(void);
bool action_compute(void);
bool action_walk(void);
bool action_reboot(void);
bool action_screen(void);
bool action_kexec(void);
bool action_memory(void);
bool action_plugged(void);
bool action_fill(void);
bool action_share(void);
bool action_tpm(void);
bool action_report(void);
bool action_attest(void);
bool action_reports(void);
bool action_svsm(void);

/*
 * Reads @size bytes of guest-physical memory at @address, through a mapping
 * that the kernel makes private (C=1) under SEV.  Reserved memory and
 * firmware tables only: the kernel keeps RAM to itself.
 */
bool physmem_read(uint64_t address, void *buffer, size_t size);

#endif
