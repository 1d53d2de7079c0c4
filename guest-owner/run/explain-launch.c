/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains launches of SEV-SNP guests: from options to explain.h. */

#include "guest-owner/run/explain-launch.h"

#include "guest-owner/run/explain.h"

static void set_members(JsonObject *object, const ExplainInputs *inputs,
                        const uint8_t found[SNP_DIGEST_SIZE])
{
    unsigned nr_tried;
    g_autofree char *text = explain_digest(inputs, found, &nr_tried);

    json_object_set_int_member(object, "tried", nr_tried);
    if (text) {
        json_object_set_string_member(object, "explanation", text);
    }
}

void explain_launch(const SnpOptions *options, char *const *others,
                    const uint8_t found[SNP_DIGEST_SIZE], JsonObject *object)
{
    SnpLaunch launch = { .seen = NULL };
    Images images = { 0 };

    /* They could be read before, so a failure is a file that is gone. */
    if (snp_options_launch(options, &images, &launch, NULL)) {
        const ExplainInputs inputs = {
            .firmware = launch.firmware, .kernel = launch.kernel,
            .cpus = &launch.cpus, .features = &launch.sev_features,
            .others = others,
        };

        if (object) {
            set_members(object, &inputs, found);
        } else {
            explain_say_digest(&inputs, found);
        }
    }
    images_clear(&images);
}
