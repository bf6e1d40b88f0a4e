#include "tests/support/judged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/checkpoint.h"
#include "ledger/ledger_internal.h"

static struct report report;

struct vkey site_key(const struct house *house)
{
    char origin[CHECKPOINT_ORIGIN_SIZE];
    struct public_key seal = ledger_seal(house->ledger);
    struct vkey vkey;

    checkpoint_origin(&house->ledger->id, origin);
    assert_int_equal(vkey_make(origin, VKEY_ED25519, &seal, &vkey), CRYPT_OK);
    return vkey;
}

const struct report *verified_directory(const char *directory)
{
    const struct verify_options options = { 0 };
    struct error error;

    if (verify_directory(directory, &options, &report, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
    return &report;
}

const struct report *verified_file(const char *path, const struct vkey *key)
{
    const struct verify_options options = { .key = key };
    struct error error;

    if (verify_file(path, &options, &report, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
    return &report;
}

static void print_findings(const struct report *judged)
{
    for (size_t i = 0; i < judged->finding_count; i++)
        print_message("  %d PH%04u #%u %s (%lld, %lld)\n", (int)judged->findings[i].judgement, judged->findings[i].code,
                      judged->findings[i].entry, judged->findings[i].text, (long long)judged->findings[i].broken.a,
                      (long long)judged->findings[i].broken.b);
}

void assert_judged(const struct report *judged, enum judgement expected)
{
    if (judged->judgement != expected)
        print_findings(judged);
    assert_int_equal(judged->judgement, expected);
}

void assert_finding(const struct report *judged, enum judgement judgement, enum refusal_code code, uint32_t entry)
{
    for (size_t i = 0; i < judged->finding_count; i++)
        if (judged->findings[i].judgement == judgement && judged->findings[i].code == code && judged->findings[i].entry == entry)
            return;
    print_findings(judged);
    fail_msg("no finding PH%04u of entry %u", (unsigned)code, entry);
}

bool names_entry(const struct report *judged, uint32_t entry)
{
    for (size_t i = 0; i < judged->finding_count; i++)
        if (judged->findings[i].entry == entry)
            return true;
    return false;
}
