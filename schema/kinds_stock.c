/* Kinds about stock: in, about, and out of the house. */
#include "schema/kinds.h"

static const struct choice documents[] = {
    { 1, "invoice" }, { 2, "packing-slip" }, { 3, "form-222" }, { 4, "prescription" }, { 5, "transfer" }, { 0, NULL } };

static const struct field receive_row[] = {
    { 0, "product", FIELD_REF, .subject = SUBJECT_PRODUCT, .help = "what" },
    { 1, "containers", FIELD_UINT, 0, 1, 1024, .help = "how many containers came" },
    { 2, "packs", FIELD_UINT, FIELD_OPTIONAL, 1, 1024, .help = "packs they came in, when counted by packs" },
    { 3, "lot", FIELD_TEXT, 0, 1, 20, .help = "lot" },
    { 4, "expiry", FIELD_DATE, .help = "last day of use" },
    { 5, "damaged", FIELD_UINT, FIELD_OPTIONAL, 1, 1024, .help = "how many of them are damaged: the last ids of the line" },
    { 6, "serial", FIELD_TEXT, FIELD_OPTIONAL, 1, 20, .help = "serial number of the pack or container scanned" },
    { 7, "gtin", FIELD_GTIN, FIELD_OPTIONAL, .help = "GTIN scanned" },
    { .name = NULL } };

static const struct field receive_fields[] = {
    { 1, "from", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "from whom" },
    { 2, "document-type", FIELD_CHOICE, .choices = documents, .help = "what came with it" },
    { 3, "document", FIELD_TEXT, 0, 1, 64, .help = "number of the document" },
    { 4, "invoiced", FIELD_UINT, FIELD_OPTIONAL, 0, 1048576, .help = "containers the document says" },
    { 5, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where it is put" },
    { 6, "lines", FIELD_ROWS, 0, 1, 64, .row = receive_row,
      .sentence = "{containers container} of {product}[ ({packs pack})], lot {lot}, expiry {expiry}[, {damaged} damaged]", .help = "what came" },
    { 7, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "the patient it is named for" },
    { .name = NULL } };

static const struct field move_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "to", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where to" },
    { .name = NULL } };

static const struct choice hold_reasons[] = {
    { 1, "quarantine" }, { 2, "recall" }, { 3, "broken-cap" }, { 4, "damaged" }, { 5, "expired" }, { 6, "suspect" }, { 0, NULL } };

static const struct field hold_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "why", FIELD_CHOICE, .choices = hold_reasons, .help = "why nobody may draw from it" },
    { 3, "notice", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the recall notice" },
    { .name = NULL } };

static const struct field release_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { .name = NULL } };

static const struct field empty_fields[] = {
    { 1, "vial", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_VIAL, .help = "the vial that is finished" },
    { .name = NULL } };

static const struct choice count_methods[] = {
    { COUNT_CONTAINERS, "containers" }, { COUNT_BY_EYE, "by-eye" }, { COUNT_BY_WEIGHT, "by-weight" },
    { COUNT_MEASURED, "measured" }, { 0, NULL } };
static const struct field count_row[] = {
    { 0, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "an open container" },
    { 1, "product", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PRODUCT, .help = "sealed containers of it" },
    { 2, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose sealed in a bag" },
    { 3, "method", FIELD_CHOICE, .choices = count_methods, .help = "how" },
    { 4, "first", FIELD_QUANTITY, FIELD_BLIND, .help = "figure of the first counter" },
    { 5, "second", FIELD_QUANTITY, FIELD_BLIND, .help = "figure of the second counter" },
    { .name = NULL } };
static const struct field count_fields[] = {
    { 1, "place", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_PLACE, .help = "where" },
    { 2, "as-of", FIELD_ENTRY, .help = "the entry it is counted against" },
    { 3, "lines", FIELD_ROWS, FIELD_BLIND, 0, 256, .row = count_row,
      .sentence = "[{vial}|sealed {product}|{dose}|something unnamed] ({method}): {first} and {second}", .help = "what was found" },
    { 4, "whole", FIELD_YES, FIELD_OPTIONAL, .help = "all that is in this place was counted" },
    { .name = NULL } };

static const struct field case_fields[] = {
    { 1, "about-vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "the vial in question" },
    { 2, "about-dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "the dose in question" },
    { 3, "difference", FIELD_INT, FIELD_OPTIONAL, .unit = "ng", .help = "what is missing (negative) or too much" },
    { 4, "about-entry", FIELD_ENTRY, FIELD_OPTIONAL, .help = "the entry in question" },
    { 40, "text", FIELD_TEXT, FIELD_PRIVATE, 1, 4000, .help = "what happened" },
    { .name = NULL } };
static const struct choice causes[] = {
    { CAUSE_EXPLAINED, "explained" }, { CAUSE_RECORDING_MISTAKE, "recording-mistake" },
    { CAUSE_COUNTING_MISTAKE, "counting-mistake" }, { CAUSE_BREAKAGE, "breakage" }, { CAUSE_OVERFILL, "overfill" },
    { CAUSE_LOSS, "loss" }, { CAUSE_THEFT, "theft" }, { CAUSE_UNEXPLAINED, "unexplained" }, { 0, NULL } };
static const struct field resolve_fields[] = {
    { 1, "case", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_CASE, .help = "which" },
    { 2, "cause", FIELD_CHOICE, .choices = causes, .help = "what was found" },
    { 40, "text", FIELD_TEXT, FIELD_PRIVATE, 1, 4000, .help = "what was found, in words" },
    { .name = NULL } };
static const struct field adjust_fields[] = {
    { 1, "case", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_CASE, .help = "under which case" },
    { 2, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "which vial" },
    { 3, "delta", FIELD_INT, FIELD_OPTIONAL, .unit = "uL", .help = "by how much a vial" },
    { 4, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "which dose" },
    { 5, "delta-mass", FIELD_INT, FIELD_OPTIONAL, .unit = "ng", .help = "by how much a dose" },
    { .name = NULL } };
static const struct choice found_as[] = { { FOUND_FOUND, "found" }, { FOUND_OPENING, "opening" }, { 0, NULL } };
static const struct field found_fields[] = {
    { 1, "product", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_PRODUCT, .help = "what" },
    { 2, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where" },
    { 3, "containers", FIELD_UINT, 0, 1, 1024, .help = "how many containers" },
    { 4, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "found in each" },
    { 5, "lot", FIELD_TEXT, FIELD_OPTIONAL, 1, 20, .help = "lot" },
    { 6, "expiry", FIELD_DATE, FIELD_OPTIONAL, .help = "last day of use" },
    { 7, "sealed", FIELD_YES, FIELD_OPTIONAL, .help = "sealed as they left their maker" },
    { 8, "origin", FIELD_CHOICE, FIELD_OPTIONAL, .choices = found_as, .help = "found, or what the book opens with" },
    { 9, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { .name = NULL } };
static const struct field recover_fields[] = {
    { 1, "vial", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "how much of it" },
    { 3, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where it is now" },
    { 4, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { .name = NULL } };
static const struct choice loss_types[] = {
    { 1, "break-in" }, { 2, "robbery" }, { 3, "employee" }, { 4, "customer" }, { 5, "in-transit" }, { 6, "other" },
    { 7, "unknown" }, { 0, NULL } };
static const struct field loss_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "discovered", FIELD_AT, .help = "when it was discovered" },
    { 3, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { 4, "volume", FIELD_VOLUME, FIELD_OPTIONAL, 1, 1000000, .unit = "uL", .help = "how much of the one vial; else all that is left" },
    { 5, "doses", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_REF, .subject = SUBJECT_DOSE, .help = "doses of which all that is open is lost" },
    { 6, "type", FIELD_CHOICE, FIELD_OPTIONAL, .choices = loss_types, .help = "what sort of loss" },
    { 7, "significant", FIELD_YES, FIELD_OPTIONAL, .help = "the authority is told" },
    { 8, "since", FIELD_AT, FIELD_OPTIONAL, .help = "the earliest it can have happened" },
    { .name = NULL } };
static const struct choice ship_whys[] = { { 1, "disposal" }, { 2, "transfer" }, { 3, "return" }, { 4, "recall" }, { 0, NULL } };
static const struct field ship_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "to", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "to whom" },
    { 3, "document", FIELD_TEXT, 0, 1, 64, .help = "number of the document" },
    { 4, "transfer", FIELD_BYTES, FIELD_OPTIONAL, 16, 16, .help = "id that binds the two halves of a transfer" },
    { 5, "why", FIELD_CHOICE, FIELD_OPTIONAL, .choices = ship_whys, .help = "what for" },
    { .name = NULL } };
static const struct field destroy_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "method", FIELD_TEXT, 0, 1, 128, .help = "how, so that nothing can be retrieved" },
    { 3, "form-41", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the form" },
    { 4, "doses", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_REF, .subject = SUBJECT_DOSE, .help = "doses of which all that is open is destroyed" },
    { .name = NULL } };
static const struct field surrender_fields[] = {
    { 1, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { 2, "to", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "to which authority" },
    { 3, "document", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the receipt" },
    { .name = NULL } };

static const struct signer_slot receive_signers[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_CLINICIAN, 1, 1, 0 },
    { MEANING_CHECKED, ROLE_STAFF, 1, 1, DUE_CHECK }, { .meaning = 0 } };
static const struct signer_slot one_of_stock[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_CLINICIAN, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot anybody[] = {
    { MEANING_DID, ROLE_ANYBODY, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot release_signers[] = {
    { MEANING_DID, ROLE_CUSTODIAN, 1, 1, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot empty_signers[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_CLINICIAN, 1, 1, 0 },
    { MEANING_WITNESSED, ROLE_STAFF, 1, 1, DUE_WITNESS }, { .meaning = 0 } };
static const struct signer_slot two_counters[] = {
    { MEANING_COUNTED, ROLE_ANYBODY, 2, 2, 0 }, { .meaning = 0 } };
static const struct signer_slot two_of_stock[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_OFFICER, 1, 1, 0 },
    { MEANING_WITNESSED, ROLE_STAFF, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot destroy_signers[] = {
    { MEANING_DID, ROLE_CUSTODIAN | ROLE_OFFICER, 1, 1, 0 },
    { MEANING_WITNESSED, ROLE_ANYBODY, 1, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot resolve_signers[] = {
    { MEANING_DID, ROLE_STAFF, 1, 1, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 0, 1, 0 }, { .meaning = 0 } };
static const struct signer_slot adjust_signers[] = {
    { MEANING_DID, ROLE_STAFF, 1, 1, 0 }, { MEANING_APPROVED, ROLE_OFFICER, 1, 1, DUE_APPROVAL }, { .meaning = 0 } };

const struct kind kinds_stock[] = {
    { KIND_RECEIVE, "receive", KIND_IS_CORRECTABLE, receive_fields, receive_signers, "vials: one for each container, in the order of the lines",
      "{doer} received from {from} by {document-type} {document} and put in {place}: {lines}[; the document says {invoiced container}][; for {patient} alone].",
      "take stock in" },
    { KIND_MOVE, "move", 0, move_fields, one_of_stock, NULL, "{doer} moves {vials} to {to}.", "move containers to another place" },
    { KIND_HOLD, "hold", 0, hold_fields, anybody, NULL, "{doer} holds {vials}: {why}[, notice {notice}].", "let nobody draw from containers" },
    { KIND_RELEASE, "release", 0, release_fields, release_signers, NULL, "{doer} releases {vials} for use.", "end a hold" },
    { KIND_EMPTY, "empty", KIND_IS_CORRECTABLE, empty_fields, empty_signers, "case, when the loss is outside its bounds",
      "{doer} finished {vial}: what the book still has of it could not be drawn.", "finish a vial" },
    { KIND_COUNT, "count", 0, count_fields, two_counters, "count; a case for each line that differs", "Counted in {place} as of entry {as-of}[, all of it{whole}][: {lines}].", "count stock, two people, blind" },
    { KIND_CASE, "case", 0, case_fields, anybody, "case", "{doer} opens a case[ about {about-vial}][ about {about-dose}][ about entry {about-entry}][: {difference}].", "open a case" },
    { KIND_RESOLVE, "resolve", KIND_IS_CORRECTABLE, resolve_fields, resolve_signers, NULL, "{doer} closes {case}: {cause}.", "close a case" },
    { KIND_ADJUST, "adjust", KIND_IS_CORRECTABLE, adjust_fields, adjust_signers, NULL, "{doer} adjusts[ {vial}][ {dose}][ by {delta}][ by {delta-mass}] under {case}.", "compensate a difference" },
    { KIND_FOUND, "found", KIND_IS_CORRECTABLE, found_fields, two_of_stock, "vials; case, unless it is what the book opens with or belongs to one",
      "{doer} found {containers container} of {product} in {place}, {volume} in each[, sealed{sealed}][, lot {lot}][, expiry {expiry}][, {origin}][, under {case}].", "book stock that nobody booked" },
    { KIND_RECOVER, "recover", KIND_IS_CORRECTABLE, recover_fields, two_of_stock, NULL, "{doer} recovered {volume} of {vial}, now in {place}[, under {case}].", "book lost stock found again" },
    { KIND_LOSS, "loss", KIND_IS_CORRECTABLE, loss_fields, two_of_stock, "case, unless it belongs to one",
      "{doer} reports lost or stolen[ ({type})][ {volume} of][ {vials} and what is open of {doses}| {vials}| what is open of {doses}], discovered {discovered}[, gone since {since} at the earliest][; the authority is told{significant}].", "report theft or loss" },
    { KIND_SHIP, "ship", KIND_IS_CORRECTABLE, ship_fields, two_of_stock, NULL, "{doer} ships {vials} to {to} with {document}[: {why}].", "send stock to a registrant" },
    { KIND_DESTROY, "destroy", KIND_IS_CORRECTABLE, destroy_fields, destroy_signers, NULL, "{doer} destroyed[ {vials} and what is open of {doses}| {vials}| what is open of {doses}]: {method}[, form 41 number {form-41}].", "destroy stock on site" },
    { KIND_SURRENDER, "surrender", KIND_IS_CORRECTABLE, surrender_fields, anybody, NULL, "{doer} surrenders {vials} to {to}[ with {document}].", "hand stock to an authority" },
    { .number = 0 } };
