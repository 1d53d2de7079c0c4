/*
 * Gives <linux/kvm.h> the half of KVM's interface that is x86's, SEV's
 * commands among it, on a host of another architecture
 *
 * There <asm/kvm.h> is that host's own. QEMU's copies of Linux' headers
 * have those of all hosts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HYPERVISOR_LAUNCH_LINUX_X86_ASM_KVM_H
#define HYPERVISOR_LAUNCH_LINUX_X86_ASM_KVM_H

#include <asm-x86/kvm.h>

#endif
