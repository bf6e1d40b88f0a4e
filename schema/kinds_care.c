/* Kinds about patients: who they are, what is ordered for them, and what happens to a dose. */
#include "schema/kinds.h"

static const struct choice drugs[] = { { 1, "ketamine" }, { 2, "esketamine" }, { 3, "other" }, { 0, NULL } };
static const struct choice routes[] = {
    { ROUTE_IV, "iv" }, { ROUTE_IM, "im" }, { ROUTE_NASAL, "nasal" }, { ROUTE_SC, "sc" }, { ROUTE_ORAL, "oral" }, { 0, NULL } };
static const struct choice protocols[] = {
    { 1, "depression-infusion" }, { 2, "intramuscular" }, { 3, "esketamine" }, { 4, "pain-infusion" },
    { 5, "high-dose-inpatient" }, { 0, NULL } };

/* What is measured on a patient. The same five stand wherever vitals are taken. */
#define VITALS \
    { FACT_SYSTOLIC, "systolic", FIELD_UINT, FIELD_OPTIONAL, 1, 400, .unit = "mmHg", .help = "blood pressure, upper" }, \
    { FACT_DIASTOLIC, "diastolic", FIELD_UINT, FIELD_OPTIONAL, 1, 300, .unit = "mmHg", .help = "blood pressure, lower" }, \
    { FACT_PULSE, "pulse", FIELD_UINT, FIELD_OPTIONAL, 1, 400, .unit = "/min", .help = "pulse" }, \
    { FACT_OXYGEN, "oxygen", FIELD_UINT, FIELD_OPTIONAL, 1, 100, .unit = "%", .help = "oxygen saturation" }, \
    { FACT_BREATHS, "breaths", FIELD_UINT, FIELD_OPTIONAL, 1, 100, .unit = "/min", .help = "breathing rate" }

static const struct field patient_fields[] = {
    { FACT_PATIENT_PATIENT, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "a patient already here, to add to the list" },
    { FACT_PATIENT_MAY_NOT_ACT, "may-not-act", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_PERSON, .help = "staff locked out of this patient's care" },
    { FACT_PATIENT_MAY_ACT_AGAIN, "may-act-again", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_PERSON, .help = "staff locked out of this patient's care no more" },
    { FACT_PATIENT_REMS, "rems", FIELD_YES, FIELD_OPTIONAL, .help = "enrolled in the programme that esketamine asks for" },
    { FACT_PATIENT_NAME, "name", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 256, .help = "full name" },
    { FACT_PATIENT_BORN, "born", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE | FIELD_DATED, 10, 10, .help = "date of birth" },
    { FACT_PATIENT_ADDRESS, "address", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "address" },
    { FACT_PATIENT_IDENTIFIER, "identifier", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 64, .help = "record or enrolment number elsewhere" },
    { FACT_PATIENT_WHY_NOT_ACT, "why-not-act", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "why the listed staff may not act" },
    { .name = NULL } };

static const struct field order_fields[] = {
    { FACT_ORDER_PATIENT, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "for whom" },
    { FACT_ORDER_DRUG, "drug", FIELD_CHOICE, FIELD_OPTIONAL, .choices = drugs, .help = "substance" },
    { FACT_ORDER_ROUTE, "route", FIELD_CHOICE, FIELD_OPTIONAL, .choices = routes, .help = "how it is given" },
    { FACT_ORDER_PROTOCOL, "protocol", FIELD_CHOICE, FIELD_OPTIONAL, .choices = protocols, .help = "under which protocol" },
    { FACT_ORDER_DOSE, "dose", FIELD_MASS, FIELD_OPTIONAL, 1, 1000000000000, .unit = "ng", .help = "amount for one session" },
    { FACT_ORDER_DOSE_PER_KG, "dose-per-kg", FIELD_MASS, FIELD_OPTIONAL, 1, 1000000000, .unit = "ng/kg", .help = "amount for one session by body weight" },
    { FACT_ORDER_WEIGHT, "weight", FIELD_UINT, FIELD_OPTIONAL, 500, 1000000, .unit = "g", .help = "body weight" },
    { FACT_ORDER_WEIGHED, "weighed", FIELD_DATE, FIELD_OPTIONAL, .help = "day of weighing" },
    { FACT_ORDER_SESSIONS, "sessions", FIELD_UINT, FIELD_OPTIONAL, 1, 366, .help = "how many sessions" },
    { FACT_ORDER_INTERVAL, "interval", FIELD_UINT, FIELD_OPTIONAL, 0, 366, .unit = "days", .help = "least days between sessions" },
    { FACT_ORDER_FROM, "from", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "valid from" },
    { FACT_ORDER_UNTIL, "until", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "valid until" },
    { FACT_ORDER_CANCELS, "cancels", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_ORDER, .help = "the order that this one ends" },
    { FACT_ORDER_LAPSE, "lapse", FIELD_UINT, FIELD_OPTIONAL, 1, 3650, .unit = "days", .help = "days without a session after which the course is over" },
    { FACT_ORDER_INDICATION, "indication", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "why it is given" },
    { .name = NULL } };

static const struct choice identified[] = {
    { 1, "known" }, { 2, "photo-document" }, { 3, "two-questions" }, { 0, NULL } };
static const struct field session_open_fields[] = {
    { FACT_SESSION_OPEN_PATIENT, "patient", FIELD_REF, 0, .subject = SUBJECT_PATIENT, .help = "who is treated" },
    { FACT_SESSION_OPEN_ORDER, "order", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_ORDER, .help = "by which order" },
    { FACT_SESSION_OPEN_PLACE, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where" },
    { FACT_SESSION_OPEN_IDENTIFIED, "identified", FIELD_CHOICE, FIELD_OPTIONAL, .choices = identified, .help = "how the patient was identified" },
    VITALS,
    { .name = NULL } };

static const struct choice outcomes[] = {
    { OUTCOME_COMPLETED, "completed" }, { OUTCOME_NOT_STARTED, "not-started" }, { OUTCOME_STOPPED, "stopped" },
    { OUTCOME_AGAINST_ADVICE, "against-advice" }, { OUTCOME_TRANSFERRED, "transferred" }, { OUTCOME_DIED, "died" }, { 0, NULL } };
static const struct field session_close_fields[] = {
    { FACT_SESSION_CLOSE_SESSION, "session", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_SESSION, .help = "which" },
    { FACT_SESSION_CLOSE_OUTCOME, "outcome", FIELD_CHOICE, .choices = outcomes, .help = "how it ended" },
    { FACT_SESSION_CLOSE_ESCORT, "escort", FIELD_YES, FIELD_OPTIONAL, .help = "left with an escort, told not to drive" },
    VITALS,
    { .name = NULL } };

static const struct choice containers[] = {
    { 1, "syringe" }, { 2, "bag" }, { 3, "pump-syringe" }, { 4, "device" }, { 0, NULL } };
static const struct field draw_row[] = {
    { ROW_DRAW_VIAL, "vial", FIELD_REF, .subject = SUBJECT_VIAL, .help = "out of which vial or device" },
    { ROW_DRAW_VOLUME, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "how much, all of a device" },
    { ROW_DRAW_OVERFILL, "overfill", FIELD_VOLUME, FIELD_OPTIONAL, 1, 100000, .unit = "uL", .help = "how much of it the book did not know of" },
    { .name = NULL } };
static const struct field draw_fields[] = {
    { FACT_DRAW_SOURCES, "sources", FIELD_ROWS, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 32, .row = draw_row, .sentence = "{volume} of {vial}[, {overfill} of it overfill]", .help = "vials and amounts; none to dilute a dose that is there" },
    { FACT_DRAW_SESSION, "session", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_SESSION, .help = "for which session" },
    { FACT_DRAW_INTO, "into", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose not yet running, to add to" },
    { FACT_DRAW_CONTAINER, "container", FIELD_CHOICE, FIELD_OPTIONAL, .choices = containers, .help = "what it is drawn into" },
    { FACT_DRAW_DILUTE, "dilute", FIELD_VOLUME, FIELD_OPTIONAL, 1, 100000000, .unit = "uL", .help = "total volume after dilution" },
    { FACT_DRAW_MEASURED, "measured", FIELD_YES, FIELD_OPTIONAL, .help = "the total was measured, not nominal" },
    { FACT_DRAW_USE_BY, "use-by", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "as on its label" },
    { .name = NULL } };

static const struct choice phases[] = {
    { PHASE_WHOLE, "whole" }, { PHASE_START, "start" }, { PHASE_RATE, "rate" }, { PHASE_BOLUS, "bolus" },
    { PHASE_PAUSE, "pause" }, { PHASE_STOP, "stop" }, { 0, NULL } };
static const struct choice givers[] = { { 1, "staff" }, { 2, "patient-observed" }, { 0, NULL } };
static const struct field administer_fields[] = {
    { FACT_ADMINISTER_DOSE, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { FACT_ADMINISTER_PHASE, "phase", FIELD_CHOICE, .choices = phases, .help = "whole: begun and ended; or one step of it" },
    { FACT_ADMINISTER_READ, "read", FIELD_QUANTITY, FIELD_OPTIONAL, .help = "given so far out of this dose, as read on pump or syringe" },
    { FACT_ADMINISTER_ROUTE, "route", FIELD_CHOICE, FIELD_OPTIONAL, .choices = routes, .help = "how" },
    { FACT_ADMINISTER_START, "start", FIELD_AT, FIELD_OPTIONAL, .help = "when it began" },
    { FACT_ADMINISTER_STOP, "stop", FIELD_AT, FIELD_OPTIONAL, .help = "when it ended" },
    { FACT_ADMINISTER_RATE, "rate", FIELD_VOLUME, FIELD_OPTIONAL, 0, 100000000, .unit = "uL/h", .help = "rate from now on" },
    { FACT_ADMINISTER_BY, "by", FIELD_CHOICE, FIELD_OPTIONAL, .choices = givers, .help = "esketamine: sprayed by the patient under observation" },
    { FACT_ADMINISTER_TO_PATIENT, "to-patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "who got it, where that is not the session's patient" },
    { FACT_ADMINISTER_TO_PERSON, "to-person", FIELD_PERSON, FIELD_OPTIONAL, .help = "a member of staff who got it" },
    { FACT_ADMINISTER_TO_OUTSIDER, "to-outsider", FIELD_YES, FIELD_OPTIONAL, .help = "somebody else got it" },
    { .name = NULL } };

static const struct field handover_fields[] = {
    { FACT_HANDOVER_DOSE, "dose", FIELD_REF, FIELD_OPTIONAL | FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "a dose in use" },
    { FACT_HANDOVER_SESSION, "session", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_SESSION, .help = "a session" },
    { FACT_HANDOVER_KEYS, "keys", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "keys or code of a safe" },
    { FACT_HANDOVER_GIVER_READ, "giver-read", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "given so far, as the giver reads it" },
    { FACT_HANDOVER_TAKER_READ, "taker-read", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "given so far, as the taker reads it" },
    { FACT_HANDOVER_TO, "to", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PARTY, .help = "an ambulance or house that takes the dose" },
    { FACT_HANDOVER_TAKER, "taker", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "who takes it for that house" },
    { .name = NULL } };

static const struct choice methods[] = {
    { 1, "pouch" }, { 2, "bin" }, { 3, "drain" }, { 4, "spilled" }, { 5, "broken" }, { 0, NULL } };
static const struct field waste_fields[] = {
    { FACT_WASTE_DOSE, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose" },
    { FACT_WASTE_VIAL, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "a vial" },
    { FACT_WASTE_AMOUNT, "amount", FIELD_QUANTITY, FIELD_POSITIONAL, .help = "how much, or rest" },
    { FACT_WASTE_PUT, "put", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "the amount the doer put away, as the doer typed it" },
    { FACT_WASTE_SEEN, "seen", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "the amount the witness saw, as the witness typed it" },
    { FACT_WASTE_METHOD, "method", FIELD_CHOICE, .choices = methods, .help = "into what" },
    { .name = NULL } };

static const struct choice residuals[] = { { 1, "hub" }, { 2, "line" }, { 3, "bag" }, { 4, "device" }, { 0, NULL } };
static const struct field residual_fields[] = {
    { FACT_RESIDUAL_DOSE, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { FACT_RESIDUAL_AMOUNT, "amount", FIELD_QUANTITY, FIELD_POSITIONAL, .help = "how much, or rest" },
    { FACT_RESIDUAL_WHERE, "where", FIELD_CHOICE, .choices = residuals, .help = "where it stayed" },
    { .name = NULL } };

static const struct field held_fields[] = {
    { FACT_HELD_DOSE, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { FACT_HELD_SEAL, "seal", FIELD_TEXT, 0, 1, 32, .help = "number of the sealed bag" },
    { FACT_HELD_PLACE, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where it is kept" },
    { .name = NULL } };

static const struct field return_fields[] = {
    { FACT_RETURN_DOSE, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "a sealed device or ready-made syringe" },
    { FACT_RETURN_PLACE, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where it is put" },
    { FACT_RETURN_SEAL_WHOLE, "seal-whole", FIELD_YES, FIELD_OPTIONAL, .help = "its seal is unbroken" },
    { .name = NULL } };

static const struct choice sedations[] = {
    { 1, "alert" }, { 2, "drowsy" }, { 3, "rousable" }, { 4, "deep" }, { 5, "unrousable" }, { 0, NULL } };
static const struct field observe_fields[] = {
    { FACT_OBSERVE_SESSION, "session", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_SESSION, .help = "which" },
    { FACT_OBSERVE_SEDATION, "sedation", FIELD_CHOICE, FIELD_OPTIONAL, .choices = sedations, .help = "how awake" },
    { FACT_OBSERVE_DISSOCIATION, "dissociation", FIELD_UINT, FIELD_OPTIONAL, 0, 4, .help = "0 none to 4 strong" },
    { FACT_OBSERVE_MEDICATION, "medication", FIELD_TEXT, FIELD_OPTIONAL, 1, 128, .help = "another drug given beside, which is not stock here" },
    { FACT_OBSERVE_READY, "ready", FIELD_YES, FIELD_OPTIONAL, .help = "fit to leave" },
    VITALS,
    { .name = NULL } };

static const struct signer_slot clinician_signs[] = {
    { MEANING_DID, ROLE_CLINICIAN, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot patient_signers[] = {
    { MEANING_DID, ROLE_CLINICIAN | ROLE_PRESCRIBER | ROLE_OFFICER, 1, 1, 0 },
    { MEANING_APPROVED, ROLE_OFFICER | ROLE_AUDITOR, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot order_signers[] = {
    { MEANING_PRESCRIBED, ROLE_PRESCRIBER, 1, 1, DUE_ORDER },
    { MEANING_REPORTED, ROLE_CLINICIAN, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot draw_signers[] = {
    { MEANING_DID, ROLE_CLINICIAN | ROLE_CUSTODIAN, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot handover_signers[] = {
    { MEANING_DID, ROLE_STAFF, 1, 1, 0 }, { MEANING_TOOK_OVER, ROLE_STAFF, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot waste_signers[] = {
    { MEANING_DID, ROLE_CLINICIAN | ROLE_CUSTODIAN, 1, 1, 0 },
    { MEANING_WITNESSED, ROLE_STAFF, 1, 1, DUE_WITNESS }, { .meaning = 0 } };
static const struct signer_slot return_signers[] = {
    { MEANING_DID, ROLE_CLINICIAN | ROLE_CUSTODIAN, 1, 1, 0 },
    { MEANING_WITNESSED, ROLE_STAFF, 1, 1, 0 }, { .meaning = 0 } };

const struct kind kinds_care[] = {
    { KIND_PATIENT, "patient", 0, patient_fields, patient_signers, "patient, unless one is named",
      "{doer} [adds to {patient}|enters a patient][: {may-not-act} may not act for this patient][: {may-act-again} may act for this patient again][; the programme for esketamine has this patient{rems}].", "enter a patient, or who may not act for one" },
    { KIND_ORDER, "order", 0, order_fields, order_signers, "order, unless it only cancels",
      "[{prescriber} orders {drug} {route} for {patient}|{prescriber} changes the orders][: {dose}][: {dose-per-kg} per kg][ at {weight}][, {protocol}][, {sessions session}][, from {from}][, until {until}][, over after {lapse} without a session][; {cancels} is ended].",
      "order a drug for a patient, or end an order" },
    { KIND_SESSION_OPEN, "session-open", KIND_IS_CORRECTABLE, session_open_fields, clinician_signs, "session",
      "{doer} opens a session for {patient}[ by {order}][ in {place}].", "begin a treatment" },
    { KIND_SESSION_CLOSE, "session-close", KIND_IS_CORRECTABLE, session_close_fields, clinician_signs, NULL,
      "{doer} closes {session}: {outcome}[; left with an escort, told not to drive{escort}].", "end a treatment" },
    { KIND_DRAW, "draw", KIND_IS_CORRECTABLE, draw_fields, draw_signers, "dose, unless it adds to one",
      "{doer} draws [{sources}|no more drug][ into {into}][ for {session}][, made up to {dilute}].", "draw a dose, or dilute one that is there" },
    { KIND_ADMINISTER, "administer", KIND_IS_CORRECTABLE, administer_fields, clinician_signs, NULL,
      "{doer} gives {dose} ({phase})[ {route}][, given so far: {read}][, from {start}][, until {stop}][, at {rate}][, by {by}][, to {to-patient}][, to {to-person}][, to an outsider{to-outsider}].",
      "give a dose, or one step of it" },
    { KIND_HANDOVER, "handover", KIND_IS_CORRECTABLE, handover_fields, handover_signers, NULL,
      "{doer} hands over[ {dose}][ {session}][ {keys}] to [{to}|{taker}][; {doer} reads {giver-read} given so far][; {taker} reads {taker-read} given so far].", "hand over a dose, a session or keys" },
    { KIND_WASTE, "waste", KIND_IS_CORRECTABLE, waste_fields, waste_signers, "case, when the amounts differ",
      "{doer} wasted {amount}[ of {dose}][ of {vial}] ({method})[; {doer} put away {put}][; {witness} saw {seen}].", "waste what is left" },
    { KIND_RESIDUAL, "residual", KIND_IS_CORRECTABLE, residual_fields, draw_signers, "case, when above its bound",
      "{doer}: {amount} of {dose} stayed in the {where}.", "book what stays in hub or line" },
    { KIND_HELD, "held", KIND_IS_CORRECTABLE, held_fields, draw_signers, NULL,
      "{doer} sealed what is left of {dose} in bag {seal}[, kept in {place}].", "seal a remainder until a witness is there" },
    { KIND_RETURN, "return", KIND_IS_CORRECTABLE, return_fields, return_signers, NULL,
      "{doer} returns {dose} unopened[, its seal unbroken{seal-whole},][ to {place}].", "put a sealed item back" },
    { KIND_OBSERVE, "observe", KIND_IS_CORRECTABLE, observe_fields, clinician_signs, NULL,
      "{doer} observes {session}[: blood pressure {systolic} over {diastolic}][, pulse {pulse}][, oxygen {oxygen}][, {sedation}][; also given: {medication}][; fit to leave{ready}].",
      "note vitals and how the patient is" },
    { .number = 0 } };
