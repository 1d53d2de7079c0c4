/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known answers for SEV-ES guests, by Python: tests/unit/vectors/owner-vmsa.py
 * prints this file and tells how.
 */

#ifndef OWNER_VMSA_VECTORS_H
#define OWNER_VMSA_VECTORS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct VmsaVector {
    const char *model;
    uint32_t signature;
    uint32_t nr;
    bool legacy;
    const char *first;          /* SHA-256 of the first CPU's state */
    const char *other;          /* and of another's */
    const char *digest;         /* and of firmware and all CPUs' */
} VmsaVector;

#define VMSA_RESET_EIP 0x80b004u

static const VmsaVector vmsa_vectors[] = {
    { "EPYC-Rome", 0x830f10, 1, false,
      "c46c4ac3460a4d11db1ae28b046b0051"
      "19cd83127dfd6b78b011df8494d862ea",
      "c160f25fa186dfed330892380b44f1a5"
      "e75658412e521cc93294f529757d7fcd",
      "f87ec6ad10106eac525e1e4fffc01aaa"
      "9caffb832fd5a137151e42295fb0ad18" },
    { "EPYC-Rome", 0x830f10, 4, false,
      "c46c4ac3460a4d11db1ae28b046b0051"
      "19cd83127dfd6b78b011df8494d862ea",
      "c160f25fa186dfed330892380b44f1a5"
      "e75658412e521cc93294f529757d7fcd",
      "9727554ff587b1f65f399256f0c7a26e"
      "959cd8e0d60e6d85629be33208c5d683" },
    { "EPYC-Milan", 0xa00f11, 1, false,
      "efcc96a66e22e3d25161643c1331c59e"
      "f2b11d0ac63369c49c0cf2133c0b58db",
      "a14b28cfdc8d4d0e2884708ff279ca12"
      "04b7e45d45970c38c32fcd3374ba9f4f",
      "241f06a9e390e3c3e4113387c7d0aa7a"
      "424a5601b054f891644a75c9416c8a11" },
    { "EPYC-Milan", 0xa00f11, 4, false,
      "efcc96a66e22e3d25161643c1331c59e"
      "f2b11d0ac63369c49c0cf2133c0b58db",
      "a14b28cfdc8d4d0e2884708ff279ca12"
      "04b7e45d45970c38c32fcd3374ba9f4f",
      "345d32605187e8f35a1aa47a94fcae87"
      "7556421d4c5f41b6a819f57d02295272" },
    { "EPYC-Milan", 0xa00f11, 4, true,
      "f8b52f775502472e5797d2674d9de21f"
      "6abc05dc05e9bc49cbb7b6a13688d5e7",
      "bcee5cb289f72882da17abd8dca5e8a7"
      "e9f8e2033e7ad96b4db0ab1a383a6487",
      "ab42d35611bc901caa98e7b601eeeeb7"
      "24716c6f0364a8394baedb5339f17ae8" },
    { "EPYC", 0x800f12, 2, false,
      "8295cef559b57130391d59605890ef93"
      "297720b48bef9a8c3c985b9c3fb0788c",
      "7ff723da33f39dedbe8336bb697e0a2f"
      "76471690074d5902e1a8177cd5312c95",
      "b39d0ca0a82f5209a570d341063dc84d"
      "4f6f23e2f5ffe6d29a903fb4d9129877" },
    { "qemu64", 0x60fb1, 64, true,
      "b11a0aea69b49d3000735645b1bff38a"
      "10664ad339ecb2af719f6d54901d699a",
      "9c5c81ed9a27f1f898b121bcbd316cb1"
      "515f4d6b6e008db14513aec2b323b384",
      "31f93571e4fc3b2918888e3e9fac9458"
      "bd90105933da56c39d63abc7ab8a5b9d" },
};

#endif
