/* Codes that others give out: barcodes, drug codes, registrations. */
#include "ledger/words_parts.h"

#include <string.h>

#include "schema/gs1.h"

/* ---- GTINs, typed or within a scan */

static int32_t year_now(const struct words *words)
{
    int64_t now_ms = words->clock->now_ms;
    int32_t offset_min = words->clock->offset_of(words->clock->context, now_ms);

    return at_local_time((struct at){ .ms = now_ms, .offset_min = offset_min }).date.year;
}

static enum ledger_status refuse_scan(const struct field *field, enum gs1_status scan, const char *text,
                                      struct error *error)
{
    static const char *const reasons[] = {
        [GS1_EMPTY] = "is empty",
        [GS1_SYMBOLOGY] = "is a barcode of another kind than GS1",
        [GS1_FORM] = "is no GS1 code: an element does not begin where one must",
        [GS1_TRUNCATED] = "is cut short",
        [GS1_NO_VALUE] = "has an element with nothing in it",
        [GS1_TOO_LONG] = "has a lot or serial of more than 20 characters: a separator is missing",
        [GS1_CHARACTER] = "has a character that GS1 codes do not have",
        [GS1_DUPLICATE] = "has an element twice",
        [GS1_DATE] = "has an expiry date that no calendar has",
        [GS1_NO_GTIN] = "has no GTIN, which is element 01",
    };
    enum ledger_status status;

    if (scan == GS1_CHECK_DIGIT)
        return word_refuse(error, REFUSAL_CHECK_DIGIT, field, text, "has a GTIN whose last digit does not fit");
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "%s", reasons[scan]);
    error_next(error, "scan the code again, or type what stands below it, as (01)00355150438105(17)280930(10)8J331A");
    return status;
}

static bool has_length_of_gtin(const char *text)
{
    size_t size = strlen(text);

    return size == 8 || (size >= 12 && size <= 14);
}

enum ledger_status word_read_gtin(const struct words *words, const struct field *field, const char *text,
                                  char gtin[static GTIN_SIZE], struct error *error)
{
    struct gs1_scan scan;
    enum gs1_status status;

    if (gtin_parse(text, gtin))
        return LEDGER_OK;
    if (word_is_digits(text) && has_length_of_gtin(text))
        return word_refuse(error, REFUSAL_CHECK_DIGIT, field, text, "has a last digit that does not fit the others");
    status = gs1_parse(text, year_now(words), &scan);
    if (status != GS1_OK)
        return refuse_scan(field, status, text, error);
    memcpy(gtin, scan.gtin, sizeof scan.gtin);
    return LEDGER_OK;
}

/* ---- National Drug Codes */

enum ledger_status word_read_ndc(const struct field *field, const char *text, struct ndc *ndc, struct error *error)
{
    static const char *const reasons[] = {
        [NDC_FORM] = "is no NDC: three groups of digits with hyphens between them",
        [NDC_NO_HYPHENS] = "has no hyphens, and without them it could be several codes",
        [NDC_BILLING] = "is the form of eleven digits used in billing, which could be made of several codes",
        [NDC_GROUPS] = "is no NDC: a label has 4-4-2, 5-3-2, 5-4-1 or 6-4-2 digits",
    };
    enum ndc_status form = ndc_parse(text, ndc);
    enum ledger_status status;

    if (form == NDC_OK)
        return LEDGER_OK;
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "%s", reasons[form]);
    error_next(error, "type it as it stands on the label, with its hyphens, as 55150-438-10");
    return status;
}

/* ---- registrations */

enum ledger_status word_read_registration(const struct field *field, const char *text,
                                          struct registration *registration, struct error *error)
{
    static const char *const reasons[] = {
        [REGISTRATION_FORM] = "is no registration",
        [REGISTRATION_DEA_FORM] = "is no DEA number: two letters and seven digits",
        [REGISTRATION_DEA_DIGIT] = "is a DEA number whose last digit does not fit the others",
    };
    enum registration_status form = registration_parse(text, registration);
    enum ledger_status status;

    if (form == REGISTRATION_OK)
        return LEDGER_OK;
    if (form == REGISTRATION_DEA_DIGIT)
        return word_refuse(error, REFUSAL_CHECK_DIGIT, field, text, "%s", reasons[form]);
    status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "%s", reasons[form]);
    error_next(error, "write it as dea:AB1234563 or state-ma:CS-0412: whose it is, a colon, the number without spaces");
    return status;
}
