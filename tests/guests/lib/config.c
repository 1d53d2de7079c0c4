/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's configuration: see config.h. */
#include "config.h"
#include "fw-cfg.h"
#include "msr.h"
#include "tap.h"
#include "text.h"

static char line[CONFIG_SIZE];

void config_init(void)
{
    if (!fw_cfg_read("opt/sevemu/test", line, sizeof(line) - 1)) {
        bail_out("no configuration: QEMU needs "
                 "-fw_cfg name=opt/sevemu/test,string=SUITE");
    }
}

/* Copies the word at FROM; returns where the next one starts, or NULL. */
static const char *next_word(const char *from, char *to, size_t size)
{
    size_t n = 0;

    while (*from == ' ') {
        from++;
    }
    if (!*from) {
        return NULL;
    }
    for (; *from && *from != ' '; from++) {
        if (n + 1 < size) {
            to[n++] = *from;
        }
    }
    to[n] = 0;
    return from;
}

/* The value in "key=value", NULL when the word is another one. */
static const char *value_of(const char *word, const char *key)
{
    while (*key && *word == *key) {
        word++;
        key++;
    }
    return !*key && *word == '=' ? word + 1 : NULL;
}

static bool is_suite(const char *word)
{
    while (*word && *word != '=') {
        word++;
    }
    return !*word;
}

bool config_suite(unsigned index, char *to, size_t size)
{
    for (const char *p = line; (p = next_word(p, to, size));) {
        if (is_suite(to) && !index--) {
            return true;
        }
    }
    return false;
}

bool config_text(const char *key, char *to, size_t size)
{
    char word[CONFIG_WORD_SIZE];

    to[0] = 0;
    for (const char *p = line; (p = next_word(p, word, sizeof(word)));) {
        const char *value = value_of(word, key);

        if (value) {
            str_append(to, size, value);
            return true;
        }
    }
    return false;
}

unsigned config_number(const char *key, unsigned otherwise)
{
    unsigned value = 0;
    char text[16];

    if (!config_text(key, text, sizeof(text))) {
        return otherwise;
    }
    for (const char *p = text; *p; p++) {
        if (*p < '0' || *p > '9') {
            bail_out("%s=%s is no number", key, text);
        }
        value = value * 10 + *p - '0';
    }
    return value;
}

static unsigned hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

void config_bytes(const char *key, uint8_t *to, size_t size)
{
    char text[CONFIG_WORD_SIZE];

    memset(to, 0, size);
    config_text(key, text, sizeof(text));
    for (size_t i = 0; text[i] && i / 2 < size; i++) {
        to[i / 2] |= hex_digit(text[i]) << (i % 2 ? 0 : 4);
    }
}

unsigned config_page(void)
{
    static const char * const sizes[] = { "4k", "2m", "1g" };
    char text[16];

    if (!config_text("page", text, sizeof(text))) {
        return 1;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (str_equal(text, sizes[i])) {
            return i + 1;
        }
    }
    bail_out("page=%s is no page size", text);
}

bool config_sev(void)
{
    return config_number("sev", 0);
}

uint64_t config_c_bit(void)
{
    return config_sev() ? 1ull << config_number("cbitpos", 0) : 0;
}

bool config_es(void)
{
    return config_number("es", 0);
}

bool config_snp(void)
{
    return config_number("snp", 0);
}

uint64_t config_sev_features(void)
{
    return config_snp() ? config_number("features", 1) : 0;
}

uint64_t config_sev_status(void)
{
    return (config_sev() ? SEV_STATUS_SEV : 0) |
           (config_es() ? SEV_STATUS_SEV_ES : 0) |
           config_sev_features() << SEV_STATUS_FEATURES;
}
