/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares versions of the firmware.
 */

#include "asp/version.h"

#include <string.h>

AspVersion asp_version_of(const AspModel *model)
{
    AspVersion version = {
        .major = model->api_major,
        .minor = model->api_minor,
        .build = model->build,
    };

    memcpy(version.tcb.byte, model->tcb, sizeof(version.tcb.byte));
    return version;
}

static int number(const AspVersion *version)
{
    return version->major << 16 | version->minor << 8 | version->build;
}

int asp_version_compare(const AspVersion *a, const AspVersion *b)
{
    return number(a) - number(b);
}

bool asp_version_equal(const AspVersion *a, const AspVersion *b)
{
    return asp_version_compare(a, b) == 0 &&
           !memcmp(a->tcb.byte, b->tcb.byte, sizeof(a->tcb.byte));
}

bool asp_version_has_api(const AspVersion *version, unsigned major,
                         unsigned minor)
{
    return version->major > major ||
           (version->major == major && version->minor >= minor);
}

bool asp_tcb_within(const SnpTcbVersion *tcb, const SnpTcbVersion *limit)
{
    for (unsigned i = 0; i < sizeof(tcb->byte); i++) {
        if (tcb->byte[i] > limit->byte[i]) {
            return false;
        }
    }
    return true;
}
