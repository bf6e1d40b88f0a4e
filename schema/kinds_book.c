/* Kinds about the book itself: later approval, correction, statements, and what the seal writes. */
#include "schema/kinds.h"

static const struct field countersign_fields[] = {
    { FACT_COUNTERSIGN_ENTRY, "entry", FIELD_ENTRY, FIELD_POSITIONAL, .help = "which entry" },
    { .name = NULL } };

static const struct choice correct_how[] = {
    { CORRECT_CHANGE, "change" }, { CORRECT_VOID, "void" }, { CORRECT_ADD, "add" }, { CORRECT_AGAIN, "again" }, { 0, NULL } };
static const struct field correct_row[] = {
    { ROW_CORRECT_ENTRY, "entry", FIELD_ENTRY, .help = "which entry" },
    { ROW_CORRECT_HOW, "how", FIELD_CHOICE, .choices = correct_how, .help = "what is done to it" },
    { ROW_CORRECT_FACTS, "facts", FIELD_BYTES, FIELD_OPTIONAL | FIELD_FACTS, 1, 32768, .help = "the right facts, all of them; of add, only what is added" },
    { ROW_CORRECT_AT, "at", FIELD_AT, FIELD_OPTIONAL, .help = "when it happened" },
    { .name = NULL } };
static const struct field correct_fields[] = {
    { FACT_CORRECT_ENTRIES, "entries", FIELD_ROWS, 0, 1, 256, .row = correct_row, .sentence = "{entry} ({how}[, happened {at}][: {facts}])", .help = "what is corrected" },
    { .name = NULL } };
static const struct field override_fields[] = {
    { FACT_OVERRIDE_RULE, "rule", FIELD_UINT, FIELD_POSITIONAL, 1, 9999, .help = "code of the rule" },
    { FACT_OVERRIDE_PATIENT, "patient", FIELD_REF, 0, .subject = SUBJECT_PATIENT, .help = "for whose next session" },
    { .name = NULL } };
static const struct choice inventories[] = {
    { INVENTORY_INITIAL, "initial" }, { INVENTORY_BIENNIAL, "biennial" }, { INVENTORY_CLOSING, "closing" }, { 0, NULL } };
static const struct choice bases[] = {
    { BASIS_OPENING, "opening-of-business" }, { BASIS_CLOSE, "close-of-business" }, { 0, NULL } };
static const struct field certify_fields[] = {
    { FACT_CERTIFY_TYPE, "type", FIELD_CHOICE, FIELD_POSITIONAL, .choices = inventories, .help = "which inventory" },
    { FACT_CERTIFY_AS_OF, "as-of", FIELD_ENTRY, .help = "the closing whose moment it speaks of" },
    { FACT_CERTIFY_BASIS, "basis", FIELD_CHOICE, .choices = bases, .help = "as of the day's opening or its close" },
    { FACT_CERTIFY_COUNTS, "counts", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_REF, .subject = SUBJECT_COUNT, .help = "the counts of all of a place that it rests on" },
    { .name = NULL } };
static const struct choice notices[] = {
    { NOTICE_LOSS, "loss-notice" }, { NOTICE_FORM_106, "form-106" }, { NOTICE_FORM_41, "form-41" }, { NOTICE_REMS, "rems" },
    { NOTICE_CERTIFICATE, "certificate" }, { NOTICE_OTHER, "other" }, { NOTICE_COMPLAINT, "complaint" }, { 0, NULL } };
static const struct field notice_fields[] = {
    { FACT_NOTICE_TYPE, "type", FIELD_CHOICE, .choices = notices, .help = "what was filed" },
    { FACT_NOTICE_ABOUT, "about", FIELD_ENTRY, FIELD_OPTIONAL, .help = "about which entry" },
    { FACT_NOTICE_NUMBER, "number", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number given" },
    { .name = NULL } };
static const struct field note_fields[] = {
    { FACT_NOTE_ABOUT, "about", FIELD_ENTRY, FIELD_OPTIONAL, .help = "about which entry" },
    { FACT_NOTE_GUEST_KEY, "guest-key", FIELD_KEY, FIELD_OPTIONAL, .help = "key of an outside person who speaks" },
    { FACT_NOTE_TEXT, "text", FIELD_TEXT, FIELD_PRIVATE, 1, 4000, .help = "what is said" },
    { .name = NULL } };
static const struct field anchor_fields[] = {
    { FACT_ANCHOR_CHECKPOINT, "checkpoint", FIELD_TEXT, 0, 1, 256, .help = "the three lines that were marked (draft: lines, not one text)" },
    { FACT_ANCHOR_TOKEN, "token", FIELD_BYTES, FIELD_OPTIONAL, 1, 16384, .help = "time-stamp token" },
    { FACT_ANCHOR_COSIGNATURE, "cosignature", FIELD_TEXT, FIELD_OPTIONAL, 1, 256, .help = "line of a witness" },
    { .name = NULL } };
static const struct field erase_fields[] = {
    { FACT_ERASE_ENTRY, "entry", FIELD_ENTRY, FIELD_POSITIONAL, .help = "which entry" },
    { FACT_ERASE_FIELD, "field", FIELD_UINT, FIELD_POSITIONAL, 40, 63, .help = "which private field" },
    { FACT_ERASE_GROUND, "ground", FIELD_TEXT, 0, 1, 128, .help = "on what ground" },
    { .name = NULL } };

static const struct choice closing_reasons[] = {
    { CLOSING_DAY, "day" }, { CLOSING_EXPORT, "export" }, { CLOSING_ASKED, "asked" }, { 0, NULL } };
static const struct field root_row[] = {
    { ROW_ROOT_SUBJECT, "subject", FIELD_CHOICE, .choices = choices_subject, .help = "kind of subject" },
    { ROW_ROOT_COUNT, "count", FIELD_UINT, 0, 1, 4294967295, .help = "how many there are" },
    { ROW_ROOT_ROOT, "root", FIELD_HASH, .help = "root of their leaves" },
    { .name = NULL } };
#define TOTAL(place_, name_) \
    { (place_), name_, FIELD_MASS, 0, 0, INT64_MAX, .unit = "ng", .help = name_ }
static const struct field total_row[] = {
    { ROW_TOTAL_PRODUCT, "product", FIELD_UINT, 0, 1, 4294967295, .help = "product" },
    TOTAL(1, "opening"), TOTAL(2, "received"), TOTAL(3, "gained"), TOTAL(4, "given"), TOTAL(5, "wasted"),
    TOTAL(6, "residual"), TOTAL(7, "closing-loss"), TOTAL(8, "shipped"), TOTAL(9, "destroyed"), TOTAL(10, "lost"),
    TOTAL(11, "surrendered"), TOTAL(12, "handed-out"), TOTAL(13, "recovered"), TOTAL(14, "found"),
    TOTAL(15, "adjusted-up"), TOTAL(16, "adjusted-down"), TOTAL(17, "in-doses"), TOTAL(18, "on-hand"),
    { .name = NULL } };
static const struct field closing_fields[] = {
    { FACT_CLOSING_DAY, "day", FIELD_TEXT, 0, 10, 10, .help = "the local day it closes, as 2026-11-17" },
    { FACT_CLOSING_WHY, "why", FIELD_CHOICE, .choices = closing_reasons, .help = "day's end, an export, or asked for" },
    { FACT_CLOSING_OPEN_DOSES, "open-doses", FIELD_UINT, 0, 0, 4294967295, .help = "doses not settled" },
    { FACT_CLOSING_ROOTS, "roots", FIELD_ROWS, 0, 0, 13, .row = root_row, .sentence = "{subject}: {count} with root {root}", .help = "for each kind of subject that exists" },
    { FACT_CLOSING_TOTALS, "totals", FIELD_ROWS, 0, 0, 128, .row = total_row, .help = "for each product that moved or is on hand" },
    { FACT_CLOSING_PREVIOUS, "previous", FIELD_UINT, 0, 0, 4294967295, .help = "entry of the closing before, 0 for none" },
    { FACT_CLOSING_CHALLENGE, "challenge", FIELD_HASH, FIELD_OPTIONAL, .help = "SHA-256 of the reader's challenge" },
    { .name = NULL } };

static const struct choice accesses[] = {
    { ACCESS_EXPORT, "export" }, { ACCESS_UNLOCK, "unlock-failed" }, { ACCESS_DECLINED, "witness-declined" }, { 0, NULL } };
static const struct choice scopes[] = { { 1, "whole" }, { 2, "period" }, { 3, "subject" }, { 0, NULL } };
static const struct field access_fields[] = {
    { FACT_ACCESS_WHAT, "what", FIELD_CHOICE, .choices = accesses, .help = "what happened" },
    { FACT_ACCESS_PERSON, "person", FIELD_PERSON, FIELD_OPTIONAL, .help = "who asked for it, or whose key it was" },
    { FACT_ACCESS_TIMES, "times", FIELD_UINT, FIELD_OPTIONAL, 1, 4294967295, .help = "how often, one after the other" },
    { FACT_ACCESS_PURPOSE, "purpose", FIELD_TEXT, FIELD_OPTIONAL, 1, 128, .help = "what for" },
    { FACT_ACCESS_RECIPIENT, "recipient", FIELD_TEXT, FIELD_OPTIONAL, 1, 128, .help = "for whom" },
    { FACT_ACCESS_SCOPE, "scope", FIELD_CHOICE, FIELD_OPTIONAL, .choices = scopes, .help = "how much of the book" },
    { FACT_ACCESS_CHALLENGE, "challenge", FIELD_BYTES, FIELD_OPTIONAL, 1, 64, .help = "the reader's challenge" },
    { .name = NULL } };

static const struct field clock_fields[] = {
    { FACT_CLOCK_BEFORE, "before", FIELD_AT, .help = "time recorded in the newest entry" },
    { FACT_CLOCK_NOW, "now", FIELD_AT, .help = "what the clock says" },
    { FACT_CLOCK_PERSON, "person", FIELD_PERSON, FIELD_OPTIONAL, .help = "who vouches for it" },
    { .name = NULL } };

static const struct signer_slot countersigner[] = {
    { MEANING_APPROVED, ROLE_ANYBODY, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot correct_signers[] = {
    { MEANING_DID, ROLE_STAFF, 1, 3, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 1, 1, DUE_APPROVAL }, { .meaning = 0 } };
static const struct signer_slot override_signers[] = {
    { MEANING_DID, ROLE_STAFF, 1, 1, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 1, 1, DUE_APPROVAL }, { .meaning = 0 } };
static const struct signer_slot two_and_officer[] = {
    { MEANING_COUNTED, ROLE_STAFF, 2, 2, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot officer[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot officers[] = {
    { MEANING_APPROVED, ROLE_OFFICER, 2, 2, 0 }, { .meaning = 0 } };
static const struct signer_slot anybody_or_guest[] = {
    { MEANING_DID, ROLE_ANYBODY, 0, 1, 0 }, { MEANING_GUEST, 0, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot seal[] = {
    { MEANING_SEALED, 0, 1, 1, 0 }, { .meaning = 0 } };

const struct kind kinds_book[] = {
    { KIND_CORRECT, "correct", 0, correct_fields, correct_signers, "case, when sums no longer fit",
      "{doer} corrects {entries}.", "correct earlier entries" },
    { KIND_OVERRIDE, "override", 0, override_fields, override_signers, NULL,
      "{doer} sets rule {rule} aside for {patient}, for one session.", "set a rule aside once" },
    { KIND_COUNTERSIGN, "countersign", 0, countersign_fields, countersigner, NULL,
      "{approver} countersigns entry {entry}.", "approve or check an earlier entry" },
    { KIND_CERTIFY, "certify", 0, certify_fields, two_and_officer, "case, when it is late",
      "The {type} inventory as of entry {as-of}, {basis}[, from {counts}], is certified.", "certify an inventory" },
    { KIND_NOTICE, "notice", 0, notice_fields, officer, NULL, "{approver} filed {type}[ about entry {about}][ with number {number}].", "note something filed" },
    { KIND_NOTE, "note", 0, note_fields, anybody_or_guest, NULL, "{doer} remarks[ on entry {about}][, in the words of who holds the key {guest-key}].", "add a remark" },
    { KIND_ANCHOR, "anchor", KIND_IS_DRAFT, anchor_fields, officer, NULL, "{approver} takes an outside mark into the book.", "take in a time stamp or cosignature" },
    { KIND_CLOSING, "closing", 0, closing_fields, seal, NULL,
      "The day {day} is closed ({why}), {open-doses dose} open.", "close the day" },
    { KIND_ACCESS, "access", 0, access_fields, seal, NULL,
      "Noted: {what}[ by {person}][, {times time}][, for {recipient}][: {purpose}].", "what the seal notes of access" },
    { KIND_CLOCK, "clock", 0, clock_fields, seal, NULL,
      "The clock went from {before} to {now}[, vouched for by {person}].", "the clock moved" },
    { KIND_ERASE, "erase", 0, erase_fields, officers, NULL, "Private field {field} of entry {entry} is destroyed: {ground}.", "destroy an opening" },
    { .number = 0 } };
