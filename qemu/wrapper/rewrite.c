/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replaces KVM by TCG in QEMU's arguments: -enable-kvm, -accel kvm, accel= of
 * -machine, -cpu host, and the C-bit of a host that has none.
 */

#include "qemu/wrapper/rewrite.h"

#include <stdbool.h>
#include <string.h>

/*
 * QEMU's options without a value; any other takes the argument after it,
 * whatever that looks like (-append -enable-kvm). tests/libvirt/ compares
 * this with QEMU's own table.
 */
static const char *const flags[] = {
    "S", "daemonize", "enable-kvm", "enable-sync-profile", "full-screen", "h",
    "help", "jitdump", "mem-prealloc", "no-fd-bootchk", "no-reboot",
    "no-shutdown", "no-user-config", "nodefaults", "nographic", "old-param",
    "only-migratable", "perfmap", "preconfig", "s", "semihosting", "snapshot",
    "usb", "version", "win2k-hack", "xen-attach", "xen-domid-restrict", NULL
};

typedef struct Rewrite {
    GPtrArray *out;
    GString *said;
    bool has_tcg;           /* somewhere there is -accel tcg, by itself */
    bool has_accel;         /* somewhere there is any accelerator */
    bool has_file;          /* of options, which may have one */
} Rewrite;

/* The length of a value's first part, up to a comma that is not doubled */
static size_t part_length(const char *text)
{
    const char *at = text;

    while (*at && !(at[0] == ',' && at[1] != ',')) {
        at += at[0] == ',' ? 2 : 1;
    }
    return at - text;
}

/* Is the first part of @text this word? */
static bool begins_with(const char *text, const char *word)
{
    return part_length(text) == strlen(word) && g_str_has_prefix(text, word);
}

/* Which accelerator -accel's @value names: first, or anywhere as accel= */
static const char *accel_name(const char *value)
{
    const char *at = value;

    while (!g_str_has_prefix(at, "accel=")) {
        at += part_length(at);
        if (!*at) {
            return value;
        }
        at++;
    }
    return at + strlen("accel=");
}

/* In "kvm:tcg", each of which QEMU tries in turn */
static bool list_has_kvm(const char *list)
{
    g_auto(GStrv) names = g_strsplit(list, ":", -1);

    return g_strv_contains((const char *const *)names, "kvm");
}

static void add(Rewrite *r, const char *option, const char *value)
{
    g_ptr_array_add(r->out, g_strdup(option));
    if (value) {
        g_ptr_array_add(r->out, g_strdup(value));
    }
}

/* KVM's properties go with it; a -accel tcg that is there has its own. */
static void do_accel(Rewrite *r, const char *option, const char *value)
{
    r->has_accel = true;
    if (!begins_with(accel_name(value), "kvm")) {
        add(r, option, value);
    } else if (!r->has_tcg) {
        add(r, option, "tcg");
        r->has_tcg = true;
    }
}

/* Each part of @value becomes what @replace makes of it; NULL: it stays. */
static void do_parts(Rewrite *r, const char *option, const char *value,
                     const char *(*replace)(Rewrite *r, const char *part))
{
    g_autoptr(GString) new = g_string_new(NULL);

    for (const char *at = value; ; at++) {
        g_autofree char *part = g_strndup(at, part_length(at));
        const char *other = replace(r, part);

        g_string_append(new, other ? other : part);
        at += strlen(part);
        if (!*at) {
            break;
        }
        g_string_append_c(new, ',');
    }
    add(r, option, new->str);
}

static const char *machine_part(Rewrite *r, const char *part)
{
    if (!g_str_has_prefix(part, "accel=")) {
        return NULL;
    }
    r->has_accel = true;
    return list_has_kvm(part + strlen("accel=")) ? "accel=tcg" : NULL;
}

static void do_machine(Rewrite *r, const char *option, const char *value)
{
    do_parts(r, option, value, machine_part);
}

/* KVM's alone; what it stands for, everything that there is, is max. */
static void do_cpu(Rewrite *r, const char *option, const char *value)
{
    g_autofree char *max = NULL;

    if (!begins_with(value, "host")) {
        add(r, option, value);
        return;
    }
    max = g_strconcat("max", value + strlen("host"), NULL);
    add(r, option, max);
    g_string_assign(r->said, "-cpu host needs KVM, taking -cpu max");
}

/*
 * Scripts ask the host's CPUID for it, which without SEV tells nothing.  Ours
 * is where QEMU has it when nobody says.
 */
static const char *object_part(Rewrite *r, const char *part)
{
    return strcmp(part, "cbitpos=") == 0 ? "cbitpos=51" : NULL;
}

static void do_object(Rewrite *r, const char *option, const char *value)
{
    do_parts(r, option, value, object_part);
}

/* What QEMU itself makes of it; -accel would exclude an accel= of -machine */
static void do_enable_kvm(Rewrite *r)
{
    r->has_accel = true;
    add(r, "-machine", "accel=tcg");
}

static void do_readconfig(Rewrite *r, const char *option, const char *value)
{
    r->has_file = true;
    add(r, option, value);
}

static const struct {
    const char *name;
    void (*handler)(Rewrite *r, const char *option, const char *value);
} handled[] = {
    { "accel", do_accel },
    { "machine", do_machine },
    { "M", do_machine },
    { "cpu", do_cpu },
    { "object", do_object },
    { "readconfig", do_readconfig },
};

/* -NAME or --NAME; NULL: an image's file, which stands by itself */
static const char *option_name(const char *argument)
{
    if (argument[0] != '-' || !argument[1]) {
        return NULL;
    }
    return argument + (argument[1] == '-' ? 2 : 1);
}

static void do_valued(Rewrite *r, const char *option, const char *value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(handled); i++) {
        if (strcmp(handled[i].name, option_name(option)) == 0) {
            handled[i].handler(r, option, value);
            return;
        }
    }
    add(r, option, value);
}

/* Calls @flag for each argument that has no value, @valued for the others. */
static void walk(Rewrite *r, char **argv,
                 void (*flag)(Rewrite *, const char *),
                 void (*valued)(Rewrite *, const char *, const char *))
{
    for (; *argv; argv++) {
        const char *name = option_name(*argv);

        if (!name || g_strv_contains(flags, name) || !argv[1]) {
            flag(r, *argv);
        } else {
            valued(r, argv[0], argv[1]);
            argv++;
        }
    }
}

static void ignore(Rewrite *r, const char *argument)
{
}

static void look_for_tcg(Rewrite *r, const char *option, const char *value)
{
    if (strcmp(option_name(option), "accel") == 0 &&
        begins_with(accel_name(value), "tcg")) {
        r->has_tcg = true;
    }
}

static void do_flag(Rewrite *r, const char *argument)
{
    const char *name = option_name(argument);

    if (name && strcmp(name, "enable-kvm") == 0) {
        do_enable_kvm(r);
    } else {
        add(r, argument, NULL);
    }
}

GPtrArray *rewrite_arguments(char **argv, GString *said)
{
    Rewrite r = { .out = g_ptr_array_new_with_free_func(g_free),
                  .said = said };

    walk(&r, argv, ignore, look_for_tcg);
    walk(&r, argv, do_flag, do_valued);
    /* It overrides an accel= of a file's [machine], as -accel would not. */
    if (!r.has_accel && r.has_file) {
        add(&r, "-machine", "accel=tcg");
    } else if (!r.has_accel) {
        add(&r, "-accel", "tcg");
    }
    return r.out;
}
