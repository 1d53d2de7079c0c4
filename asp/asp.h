/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Declares the AMD Secure Processor with its firmware for SEV (publication
 * 55766) and SEV-SNP (56860), as far as a platform's mailbox shows it.
 *
 * Conventions:
 * - An Asp is one platform's secure processor. It has no thread, lock,
 *   file or global of its own; its user calls it from one thread at a time.
 *   Two of them know nothing of each other.
 * - It reaches the world through an AspOps only. Callbacks are called from
 *   within asp_command() and must not call back into the same Asp.
 * - "paddr" is a system physical address without the C-bit. A range that
 *   a command names is passed on as it is or in parts, and never wraps
 *   around the end of the address space.
 * - Callbacks return 0, or -1 when nothing could be done.
 * - Pointers are not NULL unless said.
 * - Nothing that a caller of asp_command() passes, nor what is in the
 *   memory that it points to, ends or blocks the process.
 * - Keys and plaintext do not leave but by write_private, and, sealed, by
 *   flash_write.
 */

#ifndef ASP_ASP_H
#define ASP_ASP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/rmp.h"
#include "abi/snp-data.h"

/* Guests, with a handle each, that fit in the firmware's memory */
#define ASP_MAX_GUESTS 16

/*
 * ASIDs that a guest can have are 1 to ASP_MAX_ASID (CPUID 0x8000001F ECX):
 * those from ASP_MIN_SEV_ASID on (EDX) are for guests without SEV-ES, those
 * below it for guests with it.
 */
#define ASP_MIN_SEV_ASID 100
#define ASP_MAX_ASID     509

/* flash_write is never given more */
#define ASP_FLASH_MAX_SIZE 16384

typedef struct Asp Asp;

/*
 * Which processor it is (see product.h), and the firmware that the factory
 * has installed
 */
typedef struct AspModel {
    le32 cpuid;                 /* Fn0000_0001 EAX of the cores */
    uint8_t api_major;
    uint8_t api_minor;
    uint8_t build;
    uint8_t reserved;           /* zero */
    uint8_t tcb[SNP_TCB_SIZE];  /* an SnpTcbVersion, as the product has it */
} AspModel;

/* What the manufacturer has burnt into one chip */
typedef struct AspFuses {
    /* Tells the chip from all others (GET_ID) */
    uint8_t chip_id[64];

    /*
     * Private key of the CEK: a scalar of P-384, 1 to the order less one,
     * big-endian. Whoever knows it can pass for this chip.
     */
    uint8_t cek_scalar[48];

    AspModel model;
} AspFuses;

/* The secure processor's only way out: given by the user of asp_new() */
typedef struct AspOps {
    /* sizeof(AspOps), as the user was compiled with it */
    size_t size;

    /*
     * Reads or writes @len bytes of system memory from @paddr on, as
     * software outside the guest sees it (C=0). -1 when any of it is not
     * memory; then what was done is not defined.
     */
    int (*read)(void *opaque, uint64_t paddr, void *buf, size_t len);
    int (*write)(void *opaque, uint64_t paddr, const void *buf, size_t len);

    /*
     * Writes @len bytes to @paddr so that the guest with @asid reads them
     * through its key (C=1). -1 as above.
     */
    int (*write_private)(void *opaque, uint32_t asid, uint64_t paddr,
                         const void *buf, size_t len);

    /*
     * Fills @buf with @len bytes fit for keys. -1 when there are none. What is
     * drawn so lasts: the platform's own keys.
     */
    int (*random)(void *opaque, void *buf, size_t len);

    /*
     * The chip's flash: one content, sealed by the Asp for its chip. It
     * has the platform's private keys. flash_read stores in @len how long
     * the content is, 0 when the flash is blank, and as much of it as fits
     * into @buf of @size bytes. flash_write replaces all of it, with @len 0
     * leaves the flash blank; whatever happens, old or new content is then
     * there. -1 when the content can't be read, or was not replaced.
     */
    int (*flash_read)(void *opaque, void *buf, size_t size, size_t *len);
    int (*flash_write)(void *opaque, const void *buf, size_t len);

    /*
     * Tells of a command that has been answered: its name, as of
     * asp_command_name(), and the status. May be NULL.
     */
    void (*trace)(void *opaque, const char *command, uint32_t status);

    /*
     * The rest is for SEV-SNP. If any is NULL, its commands are answered
     * with SEV_FW_UNSUPPORTED.
     *
     * rmp_read stores the entry that decides about @paddr (of 2 MiB, the
     * first page's), -1 when the RMP does not cover it. rmp_write replaces
     * it; @entry->page_size is what it was. It is asked only for pages that
     * software can't change, immutable ones: -1 when it is not such a page
     * any more. When it returns, no TLB has what the old entry allowed.
     */
    int (*rmp_read)(void *opaque, uint64_t paddr, RmpEntry *entry);
    int (*rmp_write)(void *opaque, uint64_t paddr, const RmpEntry *entry);

    /*
     * What this platform's cores answer to CPUID, EAX to EDX in @out, with
     * these values of XCR0 and XSS: all that a guest may be told of. -1
     * when the function is not there; zeros are then what it has.
     */
    int (*cpuid)(void *opaque, uint32_t leaf, uint32_t subleaf, uint64_t xcr0,
                 uint64_t xss, uint32_t out[4]);

    /*
     * The same as @random for what one guest is launched with: its keys, the
     * nonce of its measurement. An emulator may give the same again, so that
     * a run can be repeated. NULL: @random.
     */
    int (*guest_random)(void *opaque, void *buf, size_t len);
} AspOps;

/**
 * asp_new: a secure processor out of reset, in PSTATE.UNINIT
 * @ops: is copied
 * @fuses: which chip it is; is copied
 * @opaque: is handed to each callback; stays the caller's
 *
 * Its flash has the platform's keys (OCA, PEK, PDH), which INIT makes when
 * there are none, and PEK_GEN, PDH_GEN and PLATFORM_RESET replace; and the
 * version of firmware that was committed. Commands that need either, INIT
 * and SNP_INIT among them, answer SEV_FW_SECURE_DATA_INVALID when the flash
 * is damaged or another chip's, SEV_FW_HWERROR_PLATFORM when it can't be read
 * or written. Each that changes it reads it again first: others may use the
 * same chip, and only one command at a time may be one that writes.
 *
 * Returns NULL without memory, without a usable libgcrypt, when @ops has
 * another size or lacks a callback that may not be NULL, or when @fuses
 * has no valid scalar, a model that is no product's, or an id that is
 * longer than its product's. libgcrypt is initialized if the process has not
 * done so.
 */
Asp *asp_new(const AspOps *ops, const AspFuses *fuses, void *opaque);

/**
 * asp_free: wipes every secret, and frees @asp. NULL is allowed.
 */
void asp_free(Asp *asp);

/**
 * asp_command: carries out one mailbox command
 * @id: SEV_CMD_* or SNP_CMD_*; any other value is answered as an unknown
 *      command
 * @buf: the command buffer (SevCmd*, SnpCmd*, little-endian), a copy of the
 *       caller's own that nobody else writes meanwhile; results are
 *       written there. NULL when @len is 0.
 * @len: bytes in @buf
 *
 * Returns the status, SEV_FW_*. @buf is unchanged unless that is
 * SEV_FW_SUCCESS, or SEV_FW_INVALID_LEN from a command that answers with
 * the length it needs.
 */
uint32_t asp_command(Asp *asp, uint32_t id, void *buf, size_t len);

/**
 * asp_command_name: the specification's name of command @id
 * asp_status_name: the specification's name of @status
 *
 * Both return a constant string, "unknown" for numbers without a name.
 */
const char *asp_command_name(uint32_t id);
const char *asp_status_name(uint32_t status);

/**
 * asp_set_transport_keys: chooses the next guest's transport keys
 * @tek: transport encryption key, 16 bytes
 * @tik: transport integrity key, 16 bytes
 *
 * For emulators and tests alone; no real platform has this. The next
 * LAUNCH_START without a session that succeeds takes these instead of
 * keys drawn at random; later ones draw again. A second call replaces the
 * first's.
 */
void asp_set_transport_keys(Asp *asp, const uint8_t tek[16],
                            const uint8_t tik[16]);

/**
 * asp_snp_launch_digest: what a SEV-SNP guest measures to, so far
 * @gctx: the guest's context page
 * @digest: set to 48 bytes
 *
 * For diagnosis. A real platform tells nobody but the guest; it is no secret,
 * since whoever launches the guest has all that it is made of. Returns false
 * if there is no such guest.
 */
bool asp_snp_launch_digest(Asp *asp, uint64_t gctx, uint8_t digest[48]);

/**
 * asp_vcek_public: the key by which a chip signs reports, for a certificate
 * @tcb: an SnpTcbVersion, the one that the chip reports
 * @x, @y: the public key's coordinates, 48 bytes each, big-endian
 *
 * Returns 0, or -1 when the cryptography fails.
 */
int asp_vcek_public(const AspFuses *fuses, const uint8_t tcb[SNP_TCB_SIZE],
                    uint8_t x[48], uint8_t y[48]);

/* Bytes of a provider's seed of VLEKs, and of one that is wrapped */
#define ASP_VLEK_SEED_SIZE      48
#define ASP_VLEK_HASHSTICK_SIZE 432

/**
 * asp_vlek_wrap: what SNP_VLEK_LOAD takes, for the manufacturer's key server
 * @fuses: the chip's
 * @tcb: an SnpTcbVersion: what the chip has to report when it is loaded
 * @seed: the provider's secret, the same for all of its chips
 * @iv: never used twice with a chip
 * @hashstick: set to an SnpVlekHashstick
 *
 * Returns 0, or -1 when the cryptography fails.
 */
int asp_vlek_wrap(const AspFuses *fuses, const uint8_t tcb[SNP_TCB_SIZE],
                  const uint8_t seed[ASP_VLEK_SEED_SIZE],
                  const uint8_t iv[12],
                  uint8_t hashstick[ASP_VLEK_HASHSTICK_SIZE]);

/**
 * asp_vlek_public: the key by which chips with a VLEK sign reports
 * @seed, @tcb: as above; another TCB has another key
 * @x, @y: the public key's coordinates, 48 bytes each, big-endian
 *
 * Returns 0, or -1 when the cryptography fails.
 */
int asp_vlek_public(const uint8_t seed[ASP_VLEK_SEED_SIZE],
                    const uint8_t tcb[SNP_TCB_SIZE], uint8_t x[48],
                    uint8_t y[48]);

#define ASP_FIRMWARE_IMAGE_SIZE 80

/**
 * asp_firmware_image: what SNP_DOWNLOAD_FIRMWARE_EX takes
 * @model: its version and TCB, and a CPUID of the product that it is for
 *
 * Everybody can make one: it is firmware by name alone, and is not signed.
 */
void asp_firmware_image(const AspModel *model,
                        uint8_t image[ASP_FIRMWARE_IMAGE_SIZE]);

/**
 * asp_set_smt: whether the cores run two threads each
 *
 * As the BIOS of a platform decides; a new Asp has none. SNP_LAUNCH_START
 * then refuses guests whose policy forbids it.
 */
void asp_set_smt(Asp *asp, bool smt);

#endif
