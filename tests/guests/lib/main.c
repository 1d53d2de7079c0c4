/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the start-up code calls: the suites that the configuration names. */
#include "asm.h"
#include "exception.h"
#include "paging.h"
#include "snp.h"
#include "suite.h"
#include "text.h"
#include "vc.h"

static void run_suite(const char *name)
{
    for (const struct suite *s = suites_start; s < suites_end; s++) {
        if (str_equal(s->name, name)) {
            s->run();
            return;
        }
    }
    bail_out("this image has no suite %s", name);
}

void main(void)
{
    char name[32];

    exception_init();
    vc_init();
    if (es_active()) {
        /* The configuration comes through a GHCB, which has to be shared. */
        paging_init(PAGING_OF_ES);
        ghcb_init();
        snp_init();
        config_init();
    } else {
        config_init();
        paging_init(config_number("levels", 0));
    }
    for (unsigned i = 0; config_suite(i, name, sizeof(name)); i++) {
        run_suite(name);
    }
    tap_finish();
}
