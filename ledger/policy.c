#include "ledger/policy.h"

#include "ledger/rules.h"

/* What the law asks for first, then common practice, then what measured vials and syringes do. */
static const struct {
    enum policy_key key;
    int64_t number;
} us_federal[] = {
    { POLICY_REVISION, RULES_REVISION },
    { POLICY_PROFILE, 1 },
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
};

void policy_defaults(struct facts *facts)
{
    for (size_t i = 0; i < sizeof us_federal / sizeof us_federal[0]; i++)
        facts_put_number(facts, us_federal[i].key, us_federal[i].number);
}
