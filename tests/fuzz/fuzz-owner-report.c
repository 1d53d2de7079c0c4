/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-owner/report/: attestation reports. Input: a report, zeros where it
 * ends; its version is made one that is read.
 */

#include "fuzz.h"
#include "guest-owner/report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    FuzzInput in = { data, size };
    g_autoptr(JsonObject) object = NULL;
    JsonObject *processor;
    SnpReport report;

    fuzz_take(&in, &report, sizeof(report));
    report.version = le32_of(2 + le32_get(report.version) % 4);
    object = report_json(&report);
    processor = json_object_get_object_member(object, "processor");
    g_assert_cmpstr(json_object_get_string_member(processor, "product"), ==,
                    report_product(&report) ? report_product(&report)
                                            : "not told");
    return 0;
}
