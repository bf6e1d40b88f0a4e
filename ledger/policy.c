#include "ledger/policy.h"

#include <assert.h>

#include "ledger/rules.h"

/* What the law asks for first, then common practice, then what measured vials and syringes do. */
static const struct {
    enum policy_key key;
    int64_t number;
} us_federal[] = {
    { POLICY_REVISION, RULES_REVISION },
    { POLICY_WITNESS, WITNESS_REQUIRED_OR_HELD },
    { POLICY_EMPTY_ALONE, 1 },
    { POLICY_SEEN_LAG, 15 },
    { POLICY_CLOCK_JUMP, 30 },
    { POLICY_LATE, 15 },
    { POLICY_LATE_WASTE, 60 },
    { POLICY_CHECK_DUE, 72 },
    { POLICY_APPROVAL_DUE, 168 },
    { POLICY_IRREGULAR_DUE, 72 },
    { POLICY_SOFT_DUE, 72 },
    { POLICY_ORDER_DUE, 72 },
    { POLICY_LOCUM_DUE, 120 },
    { POLICY_WITNESS_DUE, 72 },
    { POLICY_SETTLE_DUE, 12 },
    { POLICY_MULTI_DOSE_DAYS, 28 },
    { POLICY_SINGLE_DOSE_HOURS, 6 },
    { POLICY_HUB_LOSS, 120 },
    { POLICY_LINE_LOSS, 15000 },
    { POLICY_READING_TOLERANCE, 50 },
    { POLICY_DUPLICATE, 5 },
    { POLICY_DOSE_IV, 1000 },
    { POLICY_DOSE_IM, 2000 },
    { POLICY_DOSE_TOTAL, 150 },
    { POLICY_WEIGHT_MIN, 30000 },
    { POLICY_WEIGHT_MAX, 250000 },
    { POLICY_WEIGHT_DAYS, 90 },
    { POLICY_SESSIONS_PER_DAY, 1 },
    { POLICY_OBSERVE, 30 },
    { POLICY_OBSERVE_ESKETAMINE, 120 },
    { POLICY_DEVICE_REST, 5 },
    { POLICY_EXPIRY_WARN, 30 },
    { POLICY_COUNT_WINDOW, 24 },
    { POLICY_TOLERANCE_EYE, 100 }, /* 21 CFR 1304.11(e): of schedules III to V an estimate will do */
    { POLICY_TOLERANCE_WEIGHT, 200 },
    { POLICY_TOLERANCE_MEASURED, 100 },
    { POLICY_OUTSIDE_DUE, 720 },
    { POLICY_OVERRIDE_HOURS, 24 },
    { POLICY_LOSS_NOTICE_DAYS, 1 }, /* 21 CFR 1301.76(b) */
    { POLICY_LOSS_FORM_DAYS, 45 },  /* the same */
    { POLICY_CERTIFICATE_DAYS, 30 },
    { POLICY_INVENTORY_MONTHS, 24 }, /* 21 CFR 1304.11(c) */
    { POLICY_INVENTORY_GRACE, 0 },
    { POLICY_COUNT_SPAN, 7 },
    { POLICY_RETENTION_DAYS, 2557 },
    { POLICY_LEGAL_HOLD, 0 },
    { POLICY_NAMED_DAYS, 45 }, /* 21 USC 829a */
    { POLICY_REMS_DAYS, 7 },
    { POLICY_VITALS, 1 },
    { POLICY_ESCORT, 1 },
    { POLICY_DOSE_IV_MOST, 4500 },
    { POLICY_DOSE_IM_MOST, 13000 },
    { POLICY_DOSE_MOST, 1000 },
    { POLICY_DESTROY_AUTHORISED, 0 },
};

/* What a profile says otherwise. */
static const struct {
    enum profile profile;
    enum policy_key key;
    int64_t number;
} differences[] = {
    { PROFILE_US_IA, POLICY_INVENTORY_MONTHS, 12 }, /* Iowa Admin. Code 481-553.5 */
    { PROFILE_US_IA, POLICY_INVENTORY_GRACE, 7 },
    { PROFILE_US_IA, POLICY_TOLERANCE_EYE, 125 },
    { PROFILE_US_SC, POLICY_TOLERANCE_EYE, 50 }, /* SC Reg. 61-4.700 */
    { PROFILE_UK, POLICY_LATE, 1440 },           /* SI 2001/3998, regulations 19, 20 and 27 */
    { PROFILE_UK, POLICY_LOSS_NOTICE_DAYS, 0 },
    { PROFILE_UK, POLICY_LOSS_FORM_DAYS, 0 },
    { PROFILE_UK, POLICY_CERTIFICATE_DAYS, 0 },
    { PROFILE_UK, POLICY_INVENTORY_MONTHS, 0 },
    { PROFILE_UK, POLICY_NAMED_DAYS, 0 },
    { PROFILE_UK, POLICY_REMS_DAYS, 0 },
    { PROFILE_UK, POLICY_DESTROY_AUTHORISED, 1 },
};

/* Limits under a protocol. The highest doses are in none by default: a house that gives them says so. */
static const int64_t protocols[][PROTOCOL_PLACES] = {
    { PROTOCOL_DEPRESSION, 1000, 150, 4500, 500, 1000, 4500 },
    { PROTOCOL_INTRAMUSCULAR, 2000, 200, 13000, 1000, 0, 0 },
    { PROTOCOL_ESKETAMINE, 0, 84, 0, 168, 0, 0 },
    { PROTOCOL_PAIN, 0, 200, 0, 5000, 600, 3000 },
};

/* They are the same in every profile. */
static void put_protocols(struct facts *facts)
{
    enum { COUNT = sizeof protocols / sizeof protocols[0] };
    static _Thread_local uint8_t bytes[COUNT * 48];
    struct writer writer;

    writer_init(&writer, bytes, sizeof bytes);
    write_array(&writer, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        write_array(&writer, PROTOCOL_PLACES);
        for (size_t j = 0; j < PROTOCOL_PLACES; j++)
            write_int(&writer, protocols[i][j]);
    }
    assert(!writer.failed);
    *facts_put(facts, POLICY_PROTOCOLS) = (struct value){ .present = true, .number = COUNT, .bytes = writer_bytes(&writer) };
}

void policy_defaults(enum profile profile, struct facts *facts)
{
    static const uint8_t no_holidays[] = { 0x80 }; /* an array of nothing */

    facts_put_number(facts, POLICY_PROFILE, profile);
    for (size_t i = 0; i < sizeof us_federal / sizeof us_federal[0]; i++)
        facts_put_number(facts, us_federal[i].key, us_federal[i].number);
    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++)
        if (differences[i].profile == profile)
            facts_put_number(facts, differences[i].key, differences[i].number);
    facts_put_bytes(facts, POLICY_HOLIDAYS, bytes_of(no_holidays, sizeof no_holidays));
    put_protocols(facts);
}
