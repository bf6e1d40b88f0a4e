/* Kinds about the site, its rules, its people and its definitions. */
#include "schema/kinds.h"

static const struct choice profiles[] = {
    { PROFILE_US_FEDERAL, "us-federal" }, { PROFILE_US_NY, "us-ny" }, { PROFILE_US_IA, "us-ia" }, { PROFILE_US_SC, "us-sc" },
    { PROFILE_UK, "uk" }, { 0, NULL } };

static const struct choice witness_rules[] = {
    { 1, "required" }, { 2, "required-or-held" }, { 3, "listed" }, { 0, NULL } };

static const struct field officer_row[] = {
    { ROW_OFFICER_HANDLE, "handle", FIELD_SLUG, .help = "short name, never reused" },
    { ROW_OFFICER_KEY, "key", FIELD_KEY, .help = "public key" },
    { ROW_OFFICER_ROLES, "roles", FIELD_SET, .choices = choices_role, .help = "roles besides officer" },
    { ROW_OFFICER_LICENCE, "licence", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "licence number" },
    { .name = NULL } };

static const struct field recovery_row[] = {
    { ROW_RECOVERY_HANDLE, "handle", FIELD_SLUG, .help = "short name of the recovery key" },
    { ROW_RECOVERY_KEY, "key", FIELD_KEY, .help = "public key" },
    { .name = NULL } };

static const struct field genesis_fields[] = {
    { FACT_GENESIS_SITE, "site", FIELD_TEXT, 0, 1, 128, .help = "name of the site" },
    { FACT_GENESIS_REGISTRATIONS, "registrations", FIELD_LIST, 0, 1, 8, .of = FIELD_REGISTRATION, .help = "registrations, as dea:AB1234563" },
    { FACT_GENESIS_ADDRESS, "address", FIELD_TEXT, FIELD_OPTIONAL, 1, 256, .help = "the registered address" },
    { FACT_GENESIS_ZONE, "zone", FIELD_TEXT, 0, 1, 64, .help = "time zone, for showing times" },
    { FACT_GENESIS_TRAINING, "training", FIELD_YES, FIELD_OPTIONAL, .help = "a ledger for practice, whose clock may be told" },
    { FACT_GENESIS_SEAL, "seal", FIELD_KEY, .help = "the site's own public key (Ed25519)" },
    { FACT_GENESIS_OFFICERS, "officers", FIELD_ROWS, 0, 2, 4, .row = officer_row,
      .sentence = "{handle}[ (also {roles})] with the key {key}", .help = "the first officers, persons 1 to n" },
    { FACT_GENESIS_RECOVERY, "recovery", FIELD_ROWS, 0, 1, 8, .row = recovery_row,
      .sentence = "{handle} ({key})", .help = "recovery keys, the persons after them" },
    { FACT_GENESIS_RECOVERY_NEEDED, "recovery-needed", FIELD_UINT, 0, 1, 3, .help = "how many recovery keys must sign together" },
    { FACT_GENESIS_CONTINUES, "continues", FIELD_HASH, FIELD_OPTIONAL, .help = "ledger id of the ended book this one continues (draft)" },
    { FACT_GENESIS_NAME_1, "name-1", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "full name of officer 1" },
    { FACT_GENESIS_NAME_2, "name-2", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "full name of officer 2" },
    { FACT_GENESIS_NAME_3, "name-3", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "full name of officer 3" },
    { FACT_GENESIS_NAME_4, "name-4", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "full name of officer 4" },
    { .name = NULL } };

static const struct choice protocols[] = {
    { PROTOCOL_DEPRESSION, "depression-infusion" }, { PROTOCOL_INTRAMUSCULAR, "intramuscular" },
    { PROTOCOL_ESKETAMINE, "esketamine" }, { PROTOCOL_PAIN, "pain-infusion" },
    { PROTOCOL_HIGH_DOSE, "high-dose-inpatient" }, { 0, NULL } };

static const struct field protocol_row[] = {
    { PROTOCOL_NUMBER, "protocol", FIELD_CHOICE, .choices = protocols, .help = "which protocol" },
    { PROTOCOL_USUAL, "usual", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg", .help = "usual limit of a dose by weight, 0 none" },
    { PROTOCOL_USUAL_TOTAL, "usual-total", FIELD_UINT, 0, 0, 1000000, .unit = "mg", .help = "usual limit of a dose, 0 none" },
    { PROTOCOL_MOST, "most", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg", .help = "limit of a dose by weight, 0 none" },
    { PROTOCOL_MOST_TOTAL, "most-total", FIELD_UINT, 0, 0, 1000000, .unit = "mg", .help = "limit of a dose, 0 none" },
    { PROTOCOL_RATE_USUAL, "rate-usual", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg/h", .help = "usual limit of a rate by weight, 0 none" },
    { PROTOCOL_RATE_MOST, "rate-most", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg/h", .help = "limit of a rate by weight, 0 none" },
    { .name = NULL } };

/* A policy is whole: every number stands in every policy, so that one entry answers what held. */
static const struct field policy_fields[] = {
    { POLICY_REVISION, "revision", FIELD_UINT, 0, 1, 1000, .help = "revision of the rules" },
    { POLICY_PROFILE, "profile", FIELD_CHOICE, .choices = profiles, .help = "law the numbers come from" },
    { POLICY_OFFSETS, "offsets", FIELD_LIST, 0, 1, POLICY_OFFSETS_LIMIT, .of = FIELD_INT, .unit = "min", .help = "offsets from UTC this site uses" },
    { POLICY_WITNESS, "witness", FIELD_CHOICE, .choices = witness_rules, .help = "a remainder needs a witness; or may be held; or the want of one is listed" },
    { POLICY_EMPTY_ALONE, "empty-alone", FIELD_UINT, 0, 0, 1, .help = "1: one person may finish a vial" },
    { POLICY_SEEN_LAG, "seen-lag", FIELD_UINT, 0, 1, 1440, .unit = "min", .help = "how far behind a terminal may be before an act is marked stale" },
    { POLICY_CLOCK_JUMP, "clock-jump", FIELD_UINT, 0, 1, 3650, .unit = "days", .help = "silence after which the clock must be vouched for" },
    { POLICY_LATE, "late", FIELD_UINT, 0, 1, 10080, .unit = "min", .help = "an act recorded later than this is LATE" },
    { POLICY_LATE_WASTE, "late-waste", FIELD_UINT, 0, 1, 10080, .unit = "min", .help = "the same for waste" },
    { POLICY_CHECK_DUE, "check-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for the second check of a receipt" },
    { POLICY_APPROVAL_DUE, "approval-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for approving a definition" },
    { POLICY_IRREGULAR_DUE, "irregular-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for an officer to countersign an irregular fact" },
    { POLICY_SOFT_DUE, "soft-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for a second person to countersign a reason" },
    { POLICY_ORDER_DUE, "order-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for the prescriber to countersign a verbal order" },
    { POLICY_LOCUM_DUE, "locum-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for the second officer to countersign an enrolment" },
    { POLICY_WITNESS_DUE, "witness-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for countersigning waste without a witness" },
    { POLICY_SETTLE_DUE, "settle-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time after which an open dose is overdue" },
    { POLICY_MULTI_DOSE_DAYS, "multi-dose-days", FIELD_UINT, 0, 1, 365, .unit = "days", .help = "use of a multi-dose vial after its first puncture" },
    { POLICY_SINGLE_DOSE_HOURS, "single-dose-hours", FIELD_UINT, 0, 1, 24, .unit = "h", .help = "use of a single-dose vial after its first puncture" },
    { POLICY_HUB_LOSS, "hub-loss", FIELD_UINT, 0, 0, 1000, .unit = "uL", .help = "loss that one draw explains" },
    { POLICY_LINE_LOSS, "line-loss", FIELD_UINT, 0, 0, 100000, .unit = "uL", .help = "diluted drug that a line or bag may keep" },
    { POLICY_READING_TOLERANCE, "reading-tolerance", FIELD_UINT, 0, 0, 10000, .unit = "uL", .help = "how far a reading may be from the book before a case opens" },
    { POLICY_DUPLICATE, "duplicate", FIELD_UINT, 0, 0, 1440, .unit = "min", .help = "the same act within this time is asked about" },
    { POLICY_DOSE_IV, "dose-iv", FIELD_UINT, 0, 1, 100000, .unit = "ug/kg", .help = "usual limit of an intravenous dose by weight" },
    { POLICY_DOSE_IM, "dose-im", FIELD_UINT, 0, 1, 100000, .unit = "ug/kg", .help = "usual limit of an intramuscular dose by weight" },
    { POLICY_DOSE_TOTAL, "dose-total", FIELD_UINT, 0, 1, 1000000, .unit = "mg", .help = "usual limit of a dose" },
    { POLICY_WEIGHT_MIN, "weight-min", FIELD_UINT, 0, 1, 1000000, .unit = "g", .help = "usual lower limit of a body weight" },
    { POLICY_WEIGHT_MAX, "weight-max", FIELD_UINT, 0, 1, 1000000, .unit = "g", .help = "usual upper limit of a body weight" },
    { POLICY_WEIGHT_DAYS, "weight-days", FIELD_UINT, 0, 1, 3650, .unit = "days", .help = "age of a weight after which an order needs a new one" },
    { POLICY_SESSIONS_PER_DAY, "sessions-per-day", FIELD_UINT, 0, 1, 24, .help = "usual number of sessions a patient has in a day" },
    { POLICY_OBSERVE, "observe", FIELD_UINT, 0, 0, 1440, .unit = "min", .help = "observation after an infusion or injection" },
    { POLICY_OBSERVE_ESKETAMINE, "observe-esketamine", FIELD_UINT, 0, 0, 1440, .unit = "min", .help = "observation after the first esketamine spray" },
    { POLICY_DEVICE_REST, "device-rest", FIELD_UINT, 0, 0, 1440, .unit = "min", .help = "rest between two esketamine devices" },
    { POLICY_EXPIRY_WARN, "expiry-warn", FIELD_UINT, 0, 0, 3650, .unit = "days", .help = "stock received with less than this to its expiry is asked about" },
    { POLICY_COUNT_WINDOW, "count-window", FIELD_UINT, 0, 1, 168, .unit = "h", .help = "how long ago the book may have been what a count is held against" },
    { POLICY_TOLERANCE_EYE, "tolerance-eye", FIELD_UINT, 0, 0, 1000, .help = "thousandths of the labelled volume that a count by eye may be off" },
    { POLICY_TOLERANCE_WEIGHT, "tolerance-weight", FIELD_UINT, 0, 0, 10000, .unit = "uL", .help = "how far a count by weight may be off" },
    { POLICY_TOLERANCE_MEASURED, "tolerance-measured", FIELD_UINT, 0, 0, 10000, .unit = "uL", .help = "how far a measured count may be off" },
    { POLICY_OUTSIDE_DUE, "outside-due", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time for a countersign by somebody outside the case" },
    { POLICY_OVERRIDE_HOURS, "override-hours", FIELD_UINT, 0, 1, 8760, .unit = "h", .help = "time within which a rule set aside once must be used" },
    { POLICY_LOSS_NOTICE_DAYS, "loss-notice-days", FIELD_UINT, 0, 0, 366, .help = "business days for the notice of a significant loss, 0 none asked" },
    { POLICY_LOSS_FORM_DAYS, "loss-form-days", FIELD_UINT, 0, 0, 366, .unit = "days", .help = "time for the form that follows the notice of a loss, 0 none asked" },
    { POLICY_CERTIFICATE_DAYS, "certificate-days", FIELD_UINT, 0, 0, 366, .unit = "days", .help = "time for the certificate of what was shipped to be destroyed, 0 none asked" },
    { POLICY_INVENTORY_MONTHS, "inventory-months", FIELD_UINT, 0, 0, 120, .help = "months between two inventories, 0 none asked" },
    { POLICY_INVENTORY_GRACE, "inventory-grace", FIELD_UINT, 0, 0, 366, .unit = "days", .help = "days after them that are not yet late" },
    { POLICY_COUNT_SPAN, "count-span", FIELD_UINT, 0, 1, 366, .unit = "days", .help = "how far the counts of an inventory may be from its closing" },
    { POLICY_RETENTION_DAYS, "retention-days", FIELD_UINT, 0, 0, 36525, .unit = "days", .help = "time within which nothing is erased" },
    { POLICY_LEGAL_HOLD, "legal-hold", FIELD_UINT, 0, 0, 1, .help = "1: nothing is erased" },
    { POLICY_NAMED_DAYS, "named-days", FIELD_UINT, 0, 0, 3650, .unit = "days", .help = "use of stock that came for one patient, 0 as long as it keeps" },
    { POLICY_REMS_DAYS, "rems-days", FIELD_UINT, 0, 0, 366, .unit = "days", .help = "time for the form after a session with esketamine, 0 none asked" },
    { POLICY_VITALS, "vitals", FIELD_UINT, 0, 0, 100, .help = "how often blood pressure is taken after a session began" },
    { POLICY_ESCORT, "escort", FIELD_UINT, 0, 0, 1, .help = "1: who was given something leaves with an escort" },
    { POLICY_DOSE_IV_MOST, "dose-iv-most", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg", .help = "limit of an intravenous dose by weight, 0 none" },
    { POLICY_DOSE_IM_MOST, "dose-im-most", FIELD_UINT, 0, 0, 10000000, .unit = "ug/kg", .help = "limit of an intramuscular dose by weight, 0 none" },
    { POLICY_DOSE_MOST, "dose-most", FIELD_UINT, 0, 0, 1000000, .unit = "mg", .help = "limit of a dose, 0 none" },
    { POLICY_HOLIDAYS, "holidays", FIELD_LIST, 0, 0, POLICY_HOLIDAYS_LIMIT, .of = FIELD_DATE, .help = "days that are no business days, besides Saturdays and Sundays" },
    { POLICY_PROTOCOLS, "protocols", FIELD_ROWS, 0, 0, POLICY_PROTOCOLS_LIMIT, .row = protocol_row,
      .sentence = "{protocol}: usually up to {usual} and {usual-total}, never above {most} and {most-total}, at usually up to {rate-usual} and never above {rate-most}",
      .help = "limits under a protocol; an order without one has those above" },
    { POLICY_DESTROY_AUTHORISED, "destroy-authorised", FIELD_UINT, 0, 0, 1, .help = "1: an authorised witness, enrolled as auditor, sees stock destroyed" },
    { .name = NULL } };

static const struct field seal_change_fields[] = {
    { FACT_SEAL_CHANGE_SEAL, "seal", FIELD_KEY, .help = "the site's new public key (Ed25519)" },
    { .name = NULL } };

static const struct field person_fields[] = {
    { FACT_PERSON_HANDLE, "handle", FIELD_SLUG, FIELD_OPTIONAL | FIELD_POSITIONAL, .help = "short name, never reused; absent when a person is changed" },
    { FACT_PERSON_KEY, "key", FIELD_KEY, FIELD_OPTIONAL, .help = "public key; absent when a person is changed" },
    { FACT_PERSON_ROLES, "roles", FIELD_SET, .choices = choices_role, .help = "what this person may do" },
    { FACT_PERSON_FROM, "from", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "the roles hold from" },
    { FACT_PERSON_UNTIL, "until", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "the roles hold until" },
    { FACT_PERSON_LICENCE, "licence", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "licence number" },
    { FACT_PERSON_LICENCE_UNTIL, "licence-until", FIELD_DATE, FIELD_OPTIONAL, .help = "last day of the licence" },
    { FACT_PERSON_PERSON, "person", FIELD_PERSON, FIELD_OPTIONAL, .help = "the enrolled person whose roles change" },
    { FACT_PERSON_NAME, "name", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "full name" },
    { .name = NULL } };

static const struct field revoke_fields[] = {
    { FACT_REVOKE_PERSON, "person", FIELD_PERSON, FIELD_POSITIONAL, .help = "whose rights end" },
    { .name = NULL } };

static const struct field rekey_fields[] = {
    { FACT_REKEY_PERSON, "person", FIELD_PERSON, FIELD_POSITIONAL, .help = "whose key changes" },
    { FACT_REKEY_KEY, "key", FIELD_KEY, .help = "the new public key" },
    { .name = NULL } };

static const struct choice drugs[] = { { 1, "ketamine" }, { 2, "esketamine" }, { 3, "other" }, { 0, NULL } };
static const struct choice forms[] = {
    { 1, "multi-dose-vial" }, { 2, "single-dose-vial" }, { 3, "nasal-device" }, { 4, "syringe" }, { 0, NULL } };
static const struct choice levels[] = { { 1, "container" }, { 2, "pack" }, { 3, "case" }, { 0, NULL } };
static const struct choice schedules[] = { { 2, "II" }, { 3, "III" }, { 4, "IV" }, { 5, "V" }, { 0, NULL } };

static const struct field gtin_row[] = {
    { ROW_GTIN_GTIN, "gtin", FIELD_GTIN, .help = "GTIN-14 with its check digit" },
    { ROW_GTIN_LEVEL, "level", FIELD_CHOICE, .choices = levels, .help = "what carries it" },
    { ROW_GTIN_CONTAINERS, "containers", FIELD_UINT, 0, 1, 1024, .help = "containers inside" },
    { .name = NULL } };

static const struct field product_fields[] = {
    { FACT_PRODUCT_NAME, "name", FIELD_SLUG, FIELD_POSITIONAL, .help = "short name, never reused" },
    { FACT_PRODUCT_LABEL, "label", FIELD_TEXT, 0, 1, 128, .help = "name as on the label" },
    { FACT_PRODUCT_DRUG, "drug", FIELD_CHOICE, .choices = drugs, .help = "substance" },
    { FACT_PRODUCT_FORM, "form", FIELD_CHOICE, .choices = forms, .help = "what one container is" },
    { FACT_PRODUCT_STRENGTH, "strength", FIELD_STRENGTH, 0, 1, 1000000, .unit = "ug/mL", .help = "of the base, as labelled" },
    { FACT_PRODUCT_STRENGTH_SEEN, "strength-seen", FIELD_STRENGTH, FIELD_OPTIONAL | FIELD_BLIND, 1, 1000000, .unit = "ug/mL", .help = "the strength as the officer typed it" },
    { FACT_PRODUCT_VOLUME, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "labelled volume of one container" },
    { FACT_PRODUCT_OVERFILL, "overfill", FIELD_VOLUME, 0, 0, 100000, .unit = "uL", .help = "most that a container may hold above its label" },
    { FACT_PRODUCT_NDC, "ndc", FIELD_NDC, FIELD_OPTIONAL, .help = "NDC as labelled, with hyphens" },
    { FACT_PRODUCT_GTINS, "gtins", FIELD_ROWS, FIELD_OPTIONAL, 1, 8, .row = gtin_row,
      .sentence = "{gtin} of a {level} of {containers}", .help = "barcodes, as GTIN level containers" },
    { FACT_PRODUCT_SCHEDULE, "schedule", FIELD_CHOICE, .choices = schedules, .help = "schedule of the law" },
    { FACT_PRODUCT_DILUTE_IV, "dilute-iv", FIELD_YES, FIELD_OPTIONAL, .help = "never given intravenously undiluted" },
    { FACT_PRODUCT_REPLACES, "replaces", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PRODUCT, .help = "a wrong definition without stock, whose codes it takes over" },
    { .name = NULL } };

static const struct choice place_types[] = {
    { 1, "safe" }, { 2, "cabinet" }, { 3, "room" }, { 4, "cart" }, { 5, "quarantine" }, { 6, "bin" }, { 0, NULL } };

static const struct field place_fields[] = {
    { FACT_PLACE_NAME, "name", FIELD_SLUG, FIELD_POSITIONAL, .help = "short name, never reused" },
    { FACT_PLACE_TYPE, "type", FIELD_CHOICE, .choices = place_types, .help = "what it is" },
    { FACT_PLACE_WITHIN, "within", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "the place it stands in" },
    { FACT_PLACE_LABEL, "label", FIELD_TEXT, FIELD_OPTIONAL, 1, 128, .help = "as people call it" },
    { .name = NULL } };

static const struct choice party_types[] = {
    { PARTY_SUPPLIER, "supplier" }, { PARTY_REVERSE_DISTRIBUTOR, "reverse-distributor" }, { PARTY_REGISTRANT, "registrant" },
    { PARTY_PHARMACY, "pharmacy" }, { PARTY_AGENCY, "agency" }, { PARTY_AMBULANCE, "ambulance" }, { 0, NULL } };

static const struct field party_fields[] = {
    { FACT_PARTY_NAME, "name", FIELD_SLUG, FIELD_POSITIONAL, .help = "short name, never reused" },
    { FACT_PARTY_TYPE, "type", FIELD_CHOICE, .choices = party_types, .help = "what it is" },
    { FACT_PARTY_LABEL, "label", FIELD_TEXT, 0, 1, 128, .help = "its legal name" },
    { FACT_PARTY_REGISTRATION, "registration", FIELD_REGISTRATION, FIELD_OPTIONAL, .help = "registration, as dea:AB1234563" },
    { FACT_PARTY_ADDRESS, "address", FIELD_TEXT, FIELD_OPTIONAL, 1, 256, .help = "registered address" },
    { FACT_PARTY_VALID_UNTIL, "valid-until", FIELD_DATE, FIELD_OPTIONAL, .help = "last day of the registration" },
    { .name = NULL } };

static const struct signer_slot two_officers[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 2, 4, 0 }, { .meaning = 0 } };
static const struct signer_slot officers_or_recovery[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 0, 2, 0 }, { MEANING_RECOVERED, ROLE_RECOVERY, 0, 3, 0 }, { .meaning = 0 } };
static const struct signer_slot person_signers[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 0, 2, DUE_LOCUM }, { MEANING_RECOVERED, ROLE_RECOVERY, 0, 3, 0 },
    { MEANING_NEW_KEY, ROLE_ANYBODY, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot revoke_signers[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 1, 2, 0 }, { .meaning = 0 } };
static const struct signer_slot rekey_signers[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 0, 2, 0 }, { MEANING_RECOVERED, ROLE_RECOVERY, 0, 3, 0 },
    { MEANING_NEW_KEY, ROLE_ANYBODY | ROLE_RECOVERY, 1, 1, 0 },
    { MEANING_OLD_KEY, ROLE_ANYBODY | ROLE_RECOVERY, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot definition_signers[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_OFFICER, 1, 1, 0 },
    { MEANING_APPROVED, ROLE_OFFICER, 1, 1, DUE_APPROVAL }, { .meaning = 0 } };

const struct kind kinds_people[] = {
    { KIND_GENESIS, "genesis", 0, genesis_fields, two_officers, "persons (person-acts and credential of each)",
      "This book is opened for {site} ({registrations}), with {officers} as its first officers and {recovery-needed} of {recovery} to recover it.[ It is a TRAINING ledger.{training}]",
      "open a ledger" },
    { KIND_POLICY, "policy", 0, policy_fields, two_officers, "policy",
      "From here on the {profile} rules hold, revision {revision}.", "the rules in force" },
    { KIND_SEAL_CHANGE, "seal-change", 0, seal_change_fields, officers_or_recovery, NULL,
      "The site's seal is now {seal}.", "replace the site's seal" },
    { KIND_PERSON, "person", 0, person_fields, person_signers, "person (person-acts and credential)",
      "[{handle} joins the staff with the key {key}. ][{person}'s rights change. ]Roles: {roles}[, from {from}][, until {until}][, licence {licence}].",
      "enrol a person, or change the roles of one" },
    { KIND_REVOKE, "revoke", 0, revoke_fields, revoke_signers, NULL,
      "The rights of {person} end now.", "end a person's rights" },
    { KIND_REKEY, "rekey", 0, rekey_fields, rekey_signers, NULL,
      "{person} signs with the new key {key} from now on.", "give a person a new key" },
    { KIND_PRODUCT, "product", 0, product_fields, definition_signers, "product",
      "{doer} defines {name}: {label}, {strength}, {volume} a container, overfill up to {overfill}[, NDC {ndc}][, in place of {replaces}].",
      "define what is stocked" },
    { KIND_PLACE, "place", 0, place_fields, definition_signers, "place",
      "{doer} defines the {type} `{name}`[ in {within}].", "define a place of the site" },
    { KIND_PARTY, "party", 0, party_fields, definition_signers, "party",
      "{doer} defines the {type} `{name}`: {label}[, {registration}].", "define from or to whom stock goes" },
    { .number = 0 } };
