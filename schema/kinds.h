/* What people can record: one table of kinds and their fields.
 *
 * Everything that has to know a field reads it here: encoding and decoding, JSON, the options and
 * questions of the command line, the sentence people sign, `show`, and the generated parts of
 * SPEC.md and ledger.cddl. What a kind does to balances and states is in ledger/rules_*.c. */
#ifndef SCHEMA_KINDS_H
#define SCHEMA_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/ident.h"
#include "schema/keys.h"

enum kind_number {
    KIND_GENESIS = 1, KIND_POLICY, KIND_SEAL_CHANGE, KIND_PERSON, KIND_REVOKE, KIND_REKEY,
    KIND_PRODUCT, KIND_PLACE, KIND_PARTY, KIND_PATIENT, KIND_ORDER, KIND_RECEIVE, KIND_MOVE,
    KIND_HOLD, KIND_RELEASE, KIND_SESSION_OPEN, KIND_SESSION_CLOSE, KIND_DRAW, KIND_ADMINISTER,
    KIND_HANDOVER, KIND_WASTE, KIND_RESIDUAL, KIND_HELD, KIND_EMPTY, KIND_RETURN, KIND_OBSERVE,
    KIND_COUNT, KIND_CASE, KIND_RESOLVE, KIND_ADJUST, KIND_FOUND, KIND_RECOVER, KIND_LOSS,
    KIND_SHIP, KIND_DESTROY, KIND_SURRENDER, KIND_CORRECT, KIND_OVERRIDE, KIND_COUNTERSIGN,
    KIND_CERTIFY, KIND_NOTICE, KIND_NOTE, KIND_ANCHOR, KIND_CLOSING, KIND_ACCESS, KIND_CLOCK,
    KIND_ERASE,
    KIND_LAST = KIND_ERASE
};

/* The numbers of a policy, by their keys; they are its leaf's places too. */
enum policy_key {
    POLICY_REVISION = 1, POLICY_PROFILE, POLICY_OFFSETS, POLICY_WITNESS, POLICY_EMPTY_ALONE, POLICY_SEEN_LAG,
    POLICY_CLOCK_JUMP, POLICY_LATE, POLICY_LATE_WASTE, POLICY_CHECK_DUE, POLICY_APPROVAL_DUE,
    POLICY_IRREGULAR_DUE, POLICY_SOFT_DUE, POLICY_ORDER_DUE, POLICY_LOCUM_DUE, POLICY_WITNESS_DUE,
    POLICY_SETTLE_DUE, POLICY_MULTI_DOSE_DAYS, POLICY_SINGLE_DOSE_HOURS, POLICY_HUB_LOSS, POLICY_LINE_LOSS,
    POLICY_READING_TOLERANCE, POLICY_DUPLICATE, POLICY_DOSE_IV, POLICY_DOSE_IM, POLICY_DOSE_TOTAL,
    POLICY_WEIGHT_MIN, POLICY_WEIGHT_MAX, POLICY_WEIGHT_DAYS, POLICY_SESSIONS_PER_DAY, POLICY_OBSERVE,
    POLICY_OBSERVE_ESKETAMINE, POLICY_DEVICE_REST, POLICY_EXPIRY_WARN, POLICY_COUNT_WINDOW, POLICY_TOLERANCE_EYE,
    POLICY_TOLERANCE_WEIGHT, POLICY_TOLERANCE_MEASURED, POLICY_OUTSIDE_DUE, POLICY_OVERRIDE_HOURS,
    POLICY_LOSS_NOTICE_DAYS, POLICY_LOSS_FORM_DAYS, POLICY_CERTIFICATE_DAYS, POLICY_INVENTORY_MONTHS,
    POLICY_INVENTORY_GRACE, POLICY_COUNT_SPAN, POLICY_RETENTION_DAYS, POLICY_LEGAL_HOLD, POLICY_NAMED_DAYS,
    POLICY_REMS_DAYS, POLICY_VITALS, POLICY_ESCORT, POLICY_DOSE_IV_MOST, POLICY_DOSE_IM_MOST, POLICY_DOSE_MOST,
    POLICY_HOLIDAYS, POLICY_PROTOCOLS, POLICY_DESTROY_AUTHORISED,
    POLICY_KEYS
};

/* The most a list of a policy has, and what stands in a row of its protocols; 0 where nothing is asked. */
enum { POLICY_OFFSETS_LIMIT = 8, POLICY_HOLIDAYS_LIMIT = 64, POLICY_PROTOCOLS_LIMIT = 5 };
enum protocol_limit {
    PROTOCOL_NUMBER, PROTOCOL_USUAL, PROTOCOL_USUAL_TOTAL, PROTOCOL_MOST, PROTOCOL_MOST_TOTAL, PROTOCOL_RATE_USUAL,
    PROTOCOL_RATE_MOST, PROTOCOL_PLACES
};

/* A nasal device gives this much at a time. */
enum { DEVICE_SPRAY_UL = 100 };

/* Choices that rules speak of by name. */
enum reason { REASON_OTHER = 1, REASON_COMPUTER_DOWN = 12, REASON_INTENDED_TWICE };
enum profile { PROFILE_US_FEDERAL = 1, PROFILE_US_NY, PROFILE_US_IA, PROFILE_US_SC, PROFILE_UK };
enum witness_rule { WITNESS_REQUIRED = 1, WITNESS_REQUIRED_OR_HELD, WITNESS_LISTED };
enum drug { DRUG_KETAMINE = 1, DRUG_ESKETAMINE, DRUG_OTHER };
enum form { FORM_MULTI_DOSE_VIAL = 1, FORM_SINGLE_DOSE_VIAL, FORM_NASAL_DEVICE, FORM_SYRINGE };
enum place_type { PLACE_SAFE = 1, PLACE_CABINET, PLACE_ROOM, PLACE_CART, PLACE_QUARANTINE, PLACE_BIN };
enum party_type { PARTY_SUPPLIER = 1, PARTY_REVERSE_DISTRIBUTOR, PARTY_REGISTRANT, PARTY_PHARMACY, PARTY_AGENCY, PARTY_AMBULANCE };
enum document { DOCUMENT_INVOICE = 1, DOCUMENT_PACKING_SLIP, DOCUMENT_FORM_222, DOCUMENT_PRESCRIPTION, DOCUMENT_TRANSFER };
enum hold_reason { HOLD_QUARANTINE = 1, HOLD_RECALL, HOLD_BROKEN_CAP, HOLD_DAMAGED, HOLD_EXPIRED, HOLD_SUSPECT };
enum route { ROUTE_IV = 1, ROUTE_IM, ROUTE_NASAL, ROUTE_SC, ROUTE_ORAL };
enum protocol { PROTOCOL_DEPRESSION = 1, PROTOCOL_INTRAMUSCULAR, PROTOCOL_ESKETAMINE, PROTOCOL_PAIN, PROTOCOL_HIGH_DOSE };
enum outcome { OUTCOME_COMPLETED = 1, OUTCOME_NOT_STARTED, OUTCOME_STOPPED, OUTCOME_AGAINST_ADVICE, OUTCOME_TRANSFERRED, OUTCOME_DIED };
enum dose_container { CONTAINER_SYRINGE = 1, CONTAINER_BAG, CONTAINER_PUMP_SYRINGE, CONTAINER_DEVICE };
enum phase { PHASE_WHOLE = 1, PHASE_START, PHASE_RATE, PHASE_BOLUS, PHASE_PAUSE, PHASE_STOP };
enum count_method { COUNT_CONTAINERS = 1, COUNT_BY_EYE, COUNT_BY_WEIGHT, COUNT_MEASURED };
enum cause {
    CAUSE_EXPLAINED = 1, CAUSE_RECORDING_MISTAKE, CAUSE_COUNTING_MISTAKE, CAUSE_BREAKAGE, CAUSE_OVERFILL, CAUSE_LOSS,
    CAUSE_THEFT, CAUSE_UNEXPLAINED
};
enum found_as { FOUND_FOUND = 1, FOUND_OPENING };
enum correction { CORRECT_CHANGE = 1, CORRECT_VOID, CORRECT_ADD, CORRECT_AGAIN };
enum inventory { INVENTORY_INITIAL = 1, INVENTORY_BIENNIAL, INVENTORY_CLOSING };
enum basis { BASIS_OPENING = 1, BASIS_CLOSE };
enum notice { NOTICE_LOSS = 1, NOTICE_FORM_106, NOTICE_FORM_41, NOTICE_REMS, NOTICE_CERTIFICATE, NOTICE_OTHER, NOTICE_COMPLAINT };
enum closing_reason { CLOSING_DAY = 1, CLOSING_EXPORT, CLOSING_ASKED };
enum access_what { ACCESS_EXPORT = 1, ACCESS_UNLOCK, ACCESS_DECLINED };

/* How a field's value is written. The CBOR of each is in field_cddl(); SPEC.md §4 lists them. */
enum field_type {
    FIELD_UINT = 1,  /* min..max, counted in `unit` */
    FIELD_INT,       /* min..max, may be negative */
    FIELD_CHOICE,    /* one of `choices`, by its number */
    FIELD_SET,       /* any of `choices`: bit (number - 1) stands for each */
    FIELD_YES,       /* 1, or absent */
    FIELD_TEXT,      /* NFC, min..max bytes */
    FIELD_SLUG,      /* a handle or short name: [a-z][a-z0-9-]{1,31} */
    FIELD_GTIN,      /* fourteen digits, the last of them the check digit */
    FIELD_NDC,       /* as labelled, with hyphens */
    FIELD_REGISTRATION, /* scheme:value; a DEA number with its check digit */
    FIELD_BYTES,     /* min..max bytes */
    FIELD_HASH,      /* 32 bytes */
    FIELD_KEY,       /* [algorithm, public key] */
    FIELD_AT,        /* [UTC ms, offset minutes] */
    FIELD_DATE,      /* a calendar date, in days since 1970-01-01 */
    FIELD_QUANTITY,  /* what was read or asked for: [unit, amount] */
    FIELD_VOLUME,    /* microlitres */
    FIELD_MASS,      /* nanograms */
    FIELD_STRENGTH,  /* micrograms per millilitre */
    FIELD_REF,       /* one `subject`: its id, or [act, nth] when born in the same list */
    FIELD_PERSON,    /* a person's number */
    FIELD_ENTRY,     /* an entry's number */
    FIELD_LIST,      /* min..max values of type `of` */
    FIELD_ROWS,      /* min..max rows: arrays of `row`'s fields in order, null where absent */
};

enum field_flag {
    FIELD_OPTIONAL = 1,
    FIELD_PRIVATE = 2,    /* the payload holds SHA-256 of an opening, never the value */
    FIELD_POSITIONAL = 4, /* may be typed without its option's name, in table order */
    FIELD_BLIND = 8,      /* asked for before any figure of the book is shown */
    FIELD_AHEAD = 16,     /* a time that may lie ahead: a bare clock time is the next such time, a bare date its
                             end (of `from` its beginning) */
    FIELD_FACTS = 64,     /* of a row: bytes that are facts, of the kind of the entry that the row names */
    FIELD_DATED = 32,     /* a text that is a date as 1980-02-03, looked at where it is typed: the book never sees it */
};

struct choice {
    uint8_t number;
    const char *name;
};

struct field {
    uint8_t key; /* the map key; in a row, the place from 0 */
    const char *name;
    enum field_type type;
    unsigned flags;
    uint64_t min, max;
    enum subject subject;         /* of FIELD_REF, and of FIELD_LIST of them */
    enum field_type of;           /* of FIELD_LIST */
    const struct choice *choices; /* ends with number 0 */
    const struct field *row;      /* of FIELD_ROWS; ends with name NULL */
    const char *unit;
    const char *help; /* what to type, in a few words; also the text of SPEC.md */
    const char *sentence; /* of FIELD_ROWS: one row in words, see ledger/sentence.h; NULL lists its fields */
};

/* What a signer says by signing. The numbers are payload key 5's and 12's. */
enum meaning {
    MEANING_DID = 1, MEANING_WITNESSED, MEANING_APPROVED, MEANING_CHECKED, MEANING_REPORTED,
    MEANING_PRESCRIBED, MEANING_TOOK_OVER, MEANING_COUNTED, MEANING_NEW_KEY, MEANING_OLD_KEY,
    MEANING_RECOVERED, MEANING_SEALED,
    MEANING_GUEST, /* somebody from outside, by the key that the facts bring; person null */
    MEANING_LAST = MEANING_GUEST
};

/* Roles are bits: a person may hold several. */
enum role {
    ROLE_OFFICER = 1, ROLE_PRESCRIBER = 2, ROLE_CLINICIAN = 4, ROLE_CUSTODIAN = 8,
    ROLE_WITNESS = 16, ROLE_AUDITOR = 32, ROLE_RECOVERY = 64,
    ROLE_STAFF = ROLE_OFFICER | ROLE_PRESCRIBER | ROLE_CLINICIAN | ROLE_CUSTODIAN | ROLE_WITNESS,
    ROLE_ANYBODY = ROLE_STAFF | ROLE_AUDITOR,
};

/* Who signs a kind: between `min` and `max` people with this meaning and at least one of `roles`.
 * Where `later` is set fewer than `min` are enough at first: the entry then waits for a
 * countersign, for the reason named by `later` (enum due). */
struct signer_slot {
    enum meaning meaning;
    unsigned roles;
    uint8_t min, max;
    unsigned later;
};

/* Why an entry waits for a countersign; bits, so that it can wait for several. */
enum due {
    DUE_CHECK = 1,       /* the second check of a receipt */
    DUE_APPROVAL = 2,    /* a definition, provisional until an officer approves */
    DUE_IRREGULAR = 4,   /* an officer who is not the doer */
    DUE_SOFT = 8,        /* a second person for a reason given */
    DUE_ORDER = 16,      /* the prescriber of a verbal or transcribed order */
    DUE_LOCUM = 32,      /* the second officer of an enrolment */
    DUE_WITNESS = 64,    /* a witness, where the policy lets one sign later */
    DUE_OUTSIDE = 128,   /* an officer or auditor who has no part in the case */
    DUE_LAST = DUE_OUTSIDE
};

enum kind_flag {
    KIND_IS_DRAFT = 1,       /* facts and leaf states freeze with the issue that builds it */
    KIND_IS_CORRECTABLE = 2, /* what it did can be corrected later; others are followed by another act instead */
};

struct kind {
    enum kind_number number;
    const char *name;
    unsigned flags;             /* enum kind_flag */
    const struct field *fields; /* ascending keys; ends with name NULL */
    const struct signer_slot *signers; /* ends with meaning 0 */
    const char *births;         /* the subjects it gives birth to, in words, or NULL */
    const char *sentence;       /* see ledger/sentence.h */
    const char *help;
};

/* The kind with this number or name, or NULL. */
const struct kind *kind_find(uint64_t number);
const struct kind *kind_named(const char *name);

/* The field of a list that ends with name NULL, or NULL. */
const struct field *field_with_key(const struct field *fields, uint64_t key);
const struct field *field_named(const struct field *fields, const char *name);

/* Private fields that every kind may carry: who acted from outside (62), a remark (63). */
extern const struct field kind_common_private[];

/* Number of the choice so named, 0 if there is none; name of a number, or NULL. */
uint8_t choice_number(const struct choice *choices, const char *name, size_t size);
const char *choice_name(const struct choice *choices, uint64_t number);

extern const struct choice choices_role[];    /* bit order of enum role */
extern const struct choice choices_meaning[];
extern const struct choice choices_due[];
extern const struct choice choices_subject[];
extern const struct choice choices_reason[];
extern const struct choice choices_source[];
extern const struct choice choices_unlocked[];

/* The tables, by the part of the house they speak of. Each ends with number 0. */
extern const struct kind kinds_people[], kinds_stock[], kinds_care[], kinds_book[];

#endif
