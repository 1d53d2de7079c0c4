/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps in mind which pages may be in a TLB, and which of them need no look
 * at the RMP when they get there. Plain C11, no QEMU, no globals.
 *
 * A processor asks before it makes a TLB entry:
 *
 *     if (!cover_fill_begin(cover, spa, private, vmpl, &generation)) {
 *         ... rmp_check() and whatever else; if all kinds of access pass:
 *         cover_learn(cover, spa, private, vmpl, generation);
 *     }
 *     ... makes the entry
 *
 * Who changes an RMP entry (RmpConfig.changed) tells of it, and learns whether
 * TLBs have to be flushed for it:
 *
 *     if (cover_changed(cover, spa, npages)) {
 *         ... before the change counts as done:
 *         cover_flush_begin(cover);
 *         ... every processor, between two fills of its own, drops its TLB
 *         cover_flush_end(cover);
 *     }
 *
 * One flush is enough for many changes, and is begun after the last of them.
 * It is the caller's who counts as done: an instruction or a request of the
 * guest's is, when the guest goes on behind it. A TLB has no physical
 * addresses, so all of it goes.
 *
 * Private and shared memory of a page have one address here, that of its RMP
 * entry. It is kept by page: whether it may be in a TLB, whether it is good
 * as shared memory, and for each VMPL whether it is good as private memory.
 *
 * Threads: every function may be called by any thread at any time, except
 * cover_add_range() and cover_free(), during which nobody else may use it.
 */

#ifndef MEMCTL_COVER_H
#define MEMCTL_COVER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Cover Cover;

/**
 * cover_new: nothing is in a TLB
 * @vmpls: VMPLs that processors run at, 1 to RMP_VMPLS
 *
 * Returns NULL without memory.
 */
Cover *cover_new(unsigned vmpls);
void cover_free(Cover *cover);

/**
 * cover_add_range: memory that TLBs may have pages of
 * @spa: aligned to 4 KiB
 * @size: bytes, a multiple of 4 KiB, not 0
 *
 * Takes 2 bits for each 4 KiB, and one for each VMPL. False if it is not so,
 * overlaps another range, or there is no memory for it.
 */
bool cover_add_range(Cover *cover, uint64_t spa, uint64_t size);

/**
 * cover_fill_begin: a page is about to be looked up for a TLB
 * @spa: any bytes of the page
 * @private: as private memory, at @vmpl, one of those that there are
 * @generation: if the answer is no, set to what cover_learn() wants
 *
 * To be called before the RMP is looked at, so that whoever changes the entry
 * later knows that there is a TLB to be flushed. True if the page is known to
 * be good: the check has passed before, and nothing has changed since. Of
 * memory in no range, nothing is known.
 */
bool cover_fill_begin(Cover *cover, uint64_t spa, bool private, unsigned vmpl,
                      unsigned *generation);

/**
 * cover_learn: the check has passed, for all kinds of access
 * @generation: from before the check
 *
 * Does nothing if something has changed since then.
 */
void cover_learn(Cover *cover, uint64_t spa, bool private, unsigned vmpl,
                 unsigned generation);

/**
 * cover_changed: accesses that were allowed to these pages may be no more
 * @spa: aligned to 4 KiB
 *
 * To be called after the change. Forgets what is known of the pages. True if
 * one of them may be in a TLB: a flush must begin after this, and end before
 * the change counts as done, whoever has made it.
 */
bool cover_changed(Cover *cover, uint64_t spa, uint64_t npages);

/**
 * cover_forget: nothing is known to be good any more
 *
 * When memory, not an RMP entry, has changed. What is in TLBs stays there.
 */
void cover_forget(Cover *cover);

/**
 * cover_flush_begin: all TLBs will be flushed
 *
 * Before any processor is told to. Pages that are looked up from now on may
 * be in a TLB after the flush, and pages of before it no more.
 */
void cover_flush_begin(Cover *cover);

/** cover_flush_end: no TLB has an entry from before cover_flush_begin() */
void cover_flush_end(Cover *cover);

#endif
