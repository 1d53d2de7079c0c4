/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signs as many digests as its argument says with ECDSA on P-384, by libgcrypt
 * and nothing else: what a report is held against (reports.py). Prints the
 * processor time that this took, in nanoseconds.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gcrypt.h>

static void check(gcry_error_t error)
{
    if (error) {
        fprintf(stderr, "sign: %s\n", gcry_strerror(error));
        exit(1);
    }
}

static gcry_sexp_t make_key(void)
{
    gcry_sexp_t how, pair, key;

    check(gcry_sexp_build(&how, NULL,
                          "(genkey (ecc (curve \"NIST P-384\")))"));
    check(gcry_pk_genkey(&pair, how));
    key = gcry_sexp_find_token(pair, "private-key", 0);
    gcry_sexp_release(pair);
    gcry_sexp_release(how);
    return key;
}

/* Digests differ, as those of reports do, and so do the nonces of RFC 6979. */
static void sign(gcry_sexp_t key, unsigned number)
{
    unsigned char digest[48] = { 0 };
    gcry_sexp_t data, signature;

    memcpy(digest, &number, sizeof(number));
    check(gcry_sexp_build(&data, NULL,
                          "(data (flags rfc6979) (hash sha384 %b))",
                          (int)sizeof(digest), digest));
    check(gcry_pk_sign(&signature, data, key));
    gcry_sexp_release(signature);
    gcry_sexp_release(data);
}

static long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    long long started;
    gcry_sexp_t key;

    if (!gcry_check_version(GCRYPT_VERSION)) {
        fprintf(stderr, "sign: libgcrypt is older than " GCRYPT_VERSION "\n");
        return 1;
    }
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    key = make_key();
    started = now();
    for (unsigned i = 0; i < count; i++) {
        sign(key, i);
    }
    printf("%lld\n", now() - started);
    gcry_sexp_release(key);
    return 0;
}
