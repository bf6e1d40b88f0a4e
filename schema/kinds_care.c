/* Kinds about patients: who they are, what is ordered for them, and what happens to a dose. */
#include "schema/kinds.h"

static const struct choice drugs[] = { { 1, "ketamine" }, { 2, "esketamine" }, { 3, "other" }, { 0, NULL } };
static const struct choice routes[] = {
    { ROUTE_IV, "iv" }, { ROUTE_IM, "im" }, { ROUTE_NASAL, "nasal" }, { ROUTE_SC, "sc" }, { ROUTE_ORAL, "oral" }, { 0, NULL } };
static const struct choice protocols[] = {
    { 1, "depression-infusion" }, { 2, "intramuscular" }, { 3, "esketamine" }, { 4, "pain-infusion" },
    { 5, "high-dose-inpatient" }, { 0, NULL } };

/* What is measured on a patient. The same five stand wherever vitals are taken. */
#define VITALS(first) \
    { (first), "systolic", FIELD_UINT, FIELD_OPTIONAL, 1, 400, .unit = "mmHg", .help = "blood pressure, upper" }, \
    { (first) + 1, "diastolic", FIELD_UINT, FIELD_OPTIONAL, 1, 300, .unit = "mmHg", .help = "blood pressure, lower" }, \
    { (first) + 2, "pulse", FIELD_UINT, FIELD_OPTIONAL, 1, 400, .unit = "/min", .help = "pulse" }, \
    { (first) + 3, "oxygen", FIELD_UINT, FIELD_OPTIONAL, 1, 100, .unit = "%", .help = "oxygen saturation" }, \
    { (first) + 4, "breaths", FIELD_UINT, FIELD_OPTIONAL, 1, 100, .unit = "/min", .help = "breathing rate" }

static const struct field patient_fields[] = {
    { 1, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "a patient already here, to add to the list" },
    { 2, "may-not-act", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_PERSON, .help = "staff locked out of this patient's care" },
    { 3, "may-act-again", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_PERSON, .help = "staff locked out of this patient's care no more" },
    { 4, "rems", FIELD_YES, FIELD_OPTIONAL, .help = "enrolled in the programme that esketamine asks for" },
    { 40, "name", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 256, .help = "full name" },
    { 41, "born", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE | FIELD_DATED, 10, 10, .help = "date of birth" },
    { 42, "address", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "address" },
    { 43, "identifier", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 64, .help = "record or enrolment number elsewhere" },
    { 44, "why-not-act", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "why the listed staff may not act" },
    { .name = NULL } };

static const struct field order_fields[] = {
    { 1, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "for whom" },
    { 2, "drug", FIELD_CHOICE, FIELD_OPTIONAL, .choices = drugs, .help = "substance" },
    { 3, "route", FIELD_CHOICE, FIELD_OPTIONAL, .choices = routes, .help = "how it is given" },
    { 4, "protocol", FIELD_CHOICE, FIELD_OPTIONAL, .choices = protocols, .help = "under which protocol" },
    { 5, "dose", FIELD_MASS, FIELD_OPTIONAL, 1, 1000000000000, .unit = "ng", .help = "amount for one session" },
    { 6, "dose-per-kg", FIELD_MASS, FIELD_OPTIONAL, 1, 1000000000, .unit = "ng/kg", .help = "amount for one session by body weight" },
    { 7, "weight", FIELD_UINT, FIELD_OPTIONAL, 500, 1000000, .unit = "g", .help = "body weight" },
    { 8, "weighed", FIELD_DATE, FIELD_OPTIONAL, .help = "day of weighing" },
    { 9, "sessions", FIELD_UINT, FIELD_OPTIONAL, 1, 366, .help = "how many sessions" },
    { 10, "interval", FIELD_UINT, FIELD_OPTIONAL, 0, 366, .unit = "days", .help = "least days between sessions" },
    { 11, "from", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "valid from" },
    { 12, "until", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "valid until" },
    { 13, "cancels", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_ORDER, .help = "the order that this one ends" },
    { 14, "lapse", FIELD_UINT, FIELD_OPTIONAL, 1, 3650, .unit = "days", .help = "days without a session after which the course is over" },
    { 40, "indication", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 512, .help = "why it is given" },
    { .name = NULL } };

static const struct choice identified[] = {
    { 1, "known" }, { 2, "photo-document" }, { 3, "two-questions" }, { 0, NULL } };
static const struct field session_open_fields[] = {
    { 1, "patient", FIELD_REF, 0, .subject = SUBJECT_PATIENT, .help = "who is treated" },
    { 2, "order", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_ORDER, .help = "by which order" },
    { 3, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where" },
    { 4, "identified", FIELD_CHOICE, FIELD_OPTIONAL, .choices = identified, .help = "how the patient was identified" },
    VITALS(10),
    { .name = NULL } };

static const struct choice outcomes[] = {
    { OUTCOME_COMPLETED, "completed" }, { OUTCOME_NOT_STARTED, "not-started" }, { OUTCOME_STOPPED, "stopped" },
    { OUTCOME_AGAINST_ADVICE, "against-advice" }, { OUTCOME_TRANSFERRED, "transferred" }, { OUTCOME_DIED, "died" }, { 0, NULL } };
static const struct field session_close_fields[] = {
    { 1, "session", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_SESSION, .help = "which" },
    { 2, "outcome", FIELD_CHOICE, .choices = outcomes, .help = "how it ended" },
    { 3, "escort", FIELD_YES, FIELD_OPTIONAL, .help = "left with an escort, told not to drive" },
    VITALS(10),
    { .name = NULL } };

static const struct choice containers[] = {
    { 1, "syringe" }, { 2, "bag" }, { 3, "pump-syringe" }, { 4, "device" }, { 0, NULL } };
static const struct field draw_row[] = {
    { 0, "vial", FIELD_REF, .subject = SUBJECT_VIAL, .help = "out of which vial or device" },
    { 1, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "how much, all of a device" },
    { 2, "overfill", FIELD_VOLUME, FIELD_OPTIONAL, 1, 100000, .unit = "uL", .help = "how much of it the book did not know of" },
    { .name = NULL } };
static const struct field draw_fields[] = {
    { 1, "sources", FIELD_ROWS, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 32, .row = draw_row, .sentence = "{volume} of {vial}[, {overfill} of it overfill]", .help = "vials and amounts; none to dilute a dose that is there" },
    { 2, "session", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_SESSION, .help = "for which session" },
    { 3, "into", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose not yet running, to add to" },
    { 4, "container", FIELD_CHOICE, FIELD_OPTIONAL, .choices = containers, .help = "what it is drawn into" },
    { 5, "dilute", FIELD_VOLUME, FIELD_OPTIONAL, 1, 100000000, .unit = "uL", .help = "total volume after dilution" },
    { 6, "measured", FIELD_YES, FIELD_OPTIONAL, .help = "the total was measured, not nominal" },
    { 7, "use-by", FIELD_AT, FIELD_OPTIONAL | FIELD_AHEAD, .help = "as on its label" },
    { .name = NULL } };

static const struct choice phases[] = {
    { PHASE_WHOLE, "whole" }, { PHASE_START, "start" }, { PHASE_RATE, "rate" }, { PHASE_BOLUS, "bolus" },
    { PHASE_PAUSE, "pause" }, { PHASE_STOP, "stop" }, { 0, NULL } };
static const struct choice givers[] = { { 1, "staff" }, { 2, "patient-observed" }, { 0, NULL } };
static const struct field administer_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { 2, "phase", FIELD_CHOICE, .choices = phases, .help = "whole: begun and ended; or one step of it" },
    { 3, "read", FIELD_QUANTITY, FIELD_OPTIONAL, .help = "given so far out of this dose, as read on pump or syringe" },
    { 4, "route", FIELD_CHOICE, FIELD_OPTIONAL, .choices = routes, .help = "how" },
    { 5, "start", FIELD_AT, FIELD_OPTIONAL, .help = "when it began" },
    { 6, "stop", FIELD_AT, FIELD_OPTIONAL, .help = "when it ended" },
    { 7, "rate", FIELD_VOLUME, FIELD_OPTIONAL, 0, 100000000, .unit = "uL/h", .help = "rate from now on" },
    { 8, "by", FIELD_CHOICE, FIELD_OPTIONAL, .choices = givers, .help = "esketamine: sprayed by the patient under observation" },
    { 9, "to-patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "who got it, where that is not the session's patient" },
    { 10, "to-person", FIELD_PERSON, FIELD_OPTIONAL, .help = "a member of staff who got it" },
    { 11, "to-outsider", FIELD_YES, FIELD_OPTIONAL, .help = "somebody else got it" },
    { .name = NULL } };

static const struct field handover_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_OPTIONAL | FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "a dose in use" },
    { 2, "session", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_SESSION, .help = "a session" },
    { 3, "keys", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "keys or code of a safe" },
    { 4, "giver-read", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "given so far, as the giver reads it" },
    { 5, "taker-read", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "given so far, as the taker reads it" },
    { 6, "to", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PARTY, .help = "an ambulance or house that takes the dose" },
    { 40, "taker", FIELD_TEXT, FIELD_OPTIONAL | FIELD_PRIVATE, 1, 128, .help = "who takes it for that house" },
    { .name = NULL } };

static const struct choice methods[] = {
    { 1, "pouch" }, { 2, "bin" }, { 3, "drain" }, { 4, "spilled" }, { 5, "broken" }, { 0, NULL } };
static const struct field waste_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose" },
    { 2, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "a vial" },
    { 3, "amount", FIELD_QUANTITY, FIELD_POSITIONAL, .help = "how much, or rest" },
    { 4, "put", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "the amount the doer put away, as the doer typed it" },
    { 5, "seen", FIELD_QUANTITY, FIELD_OPTIONAL | FIELD_BLIND, .help = "the amount the witness saw, as the witness typed it" },
    { 6, "method", FIELD_CHOICE, .choices = methods, .help = "into what" },
    { .name = NULL } };

static const struct choice residuals[] = { { 1, "hub" }, { 2, "line" }, { 3, "bag" }, { 4, "device" }, { 0, NULL } };
static const struct field residual_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { 2, "amount", FIELD_QUANTITY, FIELD_POSITIONAL, .help = "how much, or rest" },
    { 3, "where", FIELD_CHOICE, .choices = residuals, .help = "where it stayed" },
    { .name = NULL } };

static const struct field held_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "which" },
    { 2, "seal", FIELD_TEXT, 0, 1, 32, .help = "number of the sealed bag" },
    { 3, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where it is kept" },
    { .name = NULL } };

static const struct field return_fields[] = {
    { 1, "dose", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_DOSE, .help = "a sealed device or ready-made syringe" },
    { 2, "place", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PLACE, .help = "where it is put" },
    { 3, "seal-whole", FIELD_YES, FIELD_OPTIONAL, .help = "its seal is unbroken" },
    { .name = NULL } };

static const struct choice sedations[] = {
    { 1, "alert" }, { 2, "drowsy" }, { 3, "rousable" }, { 4, "deep" }, { 5, "unrousable" }, { 0, NULL } };
static const struct field observe_fields[] = {
    { 1, "session", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_SESSION, .help = "which" },
    { 2, "sedation", FIELD_CHOICE, FIELD_OPTIONAL, .choices = sedations, .help = "how awake" },
    { 3, "dissociation", FIELD_UINT, FIELD_OPTIONAL, 0, 4, .help = "0 none to 4 strong" },
    { 4, "medication", FIELD_TEXT, FIELD_OPTIONAL, 1, 128, .help = "another drug given beside, which is not stock here" },
    { 5, "ready", FIELD_YES, FIELD_OPTIONAL, .help = "fit to leave" },
    VITALS(10),
    { .name = NULL } };

static const struct signer_slot clinician_signs[] = {
    { MEANING_DID, ROLE_CLINICIAN, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot patient_signers[] = {
    { MEANING_DID, ROLE_CLINICIAN | ROLE_PRESCRIBER | ROLE_OFFICER, 1, 1, 0 },
    { MEANING_APPROVED, ROLE_OFFICER, 0, 1, 0 }, { .meaning = 0 } };
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
