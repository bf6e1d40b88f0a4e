/* Kinds about stock: in, about, and out of the house. */
#include "schema/kinds.h"

static const struct choice documents[] = {
    { 1, "invoice" }, { 2, "packing-slip" }, { 3, "form-222" }, { 4, "prescription" }, { 5, "transfer" }, { 0, NULL } };

static const struct field receive_row[] = {
    { ROW_RECEIVE_PRODUCT, "product", FIELD_REF, .subject = SUBJECT_PRODUCT, .help = "what" },
    { ROW_RECEIVE_CONTAINERS, "containers", FIELD_UINT, 0, 1, 1024, .help = "how many containers came" },
    { ROW_RECEIVE_PACKS, "packs", FIELD_UINT, FIELD_OPTIONAL, 1, 1024, .help = "packs they came in, when counted by packs" },
    { ROW_RECEIVE_LOT, "lot", FIELD_TEXT, 0, 1, 20, .help = "lot" },
    { ROW_RECEIVE_EXPIRY, "expiry", FIELD_DATE, .help = "last day of use" },
    { ROW_RECEIVE_DAMAGED, "damaged", FIELD_UINT, FIELD_OPTIONAL, 1, 1024, .help = "how many of them are damaged: the last ids of the line" },
    { ROW_RECEIVE_SERIAL, "serial", FIELD_TEXT, FIELD_OPTIONAL, 1, 20, .help = "serial number of the pack or container scanned" },
    { ROW_RECEIVE_GTIN, "gtin", FIELD_GTIN, FIELD_OPTIONAL, .help = "GTIN scanned" },
    { .name = NULL } };

static const struct field receive_fields[] = {
    { FACT_RECEIVE_FROM, "from", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "from whom" },
    { FACT_RECEIVE_DOCUMENT_TYPE, "document-type", FIELD_CHOICE, .choices = documents, .help = "what came with it" },
    { FACT_RECEIVE_DOCUMENT, "document", FIELD_TEXT, 0, 1, 64, .help = "number of the document" },
    { FACT_RECEIVE_INVOICED, "invoiced", FIELD_UINT, FIELD_OPTIONAL, 0, 1048576, .help = "containers the document says" },
    { FACT_RECEIVE_PLACE, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where it is put" },
    { FACT_RECEIVE_LINES, "lines", FIELD_ROWS, 0, 1, 64, .row = receive_row,
      .sentence = "{containers container} of {product}[ ({packs pack})], lot {lot}, expiry {expiry}[, {damaged} damaged]", .help = "what came" },
    { FACT_RECEIVE_PATIENT, "patient", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PATIENT, .help = "the patient it is named for" },
    { .name = NULL } };

static const struct field move_fields[] = {
    { FACT_MOVE_VIALS, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_MOVE_TO, "to", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where to" },
    { .name = NULL } };

static const struct choice hold_reasons[] = {
    { 1, "quarantine" }, { 2, "recall" }, { 3, "broken-cap" }, { 4, "damaged" }, { 5, "expired" }, { 6, "suspect" }, { 0, NULL } };

static const struct field hold_fields[] = {
    { FACT_HOLD_VIALS, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_HOLD_WHY, "why", FIELD_CHOICE, .choices = hold_reasons, .help = "why nobody may draw from it" },
    { FACT_HOLD_NOTICE, "notice", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the recall notice" },
    { .name = NULL } };

static const struct field release_fields[] = {
    { FACT_RELEASE_VIALS, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { .name = NULL } };

static const struct field empty_fields[] = {
    { FACT_EMPTY_VIAL, "vial", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_VIAL, .help = "the vial that is finished" },
    { .name = NULL } };

static const struct choice count_methods[] = {
    { COUNT_CONTAINERS, "containers" }, { COUNT_BY_EYE, "by-eye" }, { COUNT_BY_WEIGHT, "by-weight" },
    { COUNT_MEASURED, "measured" }, { 0, NULL } };
static const struct field count_row[] = {
    { ROW_COUNT_VIAL, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "an open container" },
    { ROW_COUNT_PRODUCT, "product", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_PRODUCT, .help = "sealed containers of it" },
    { ROW_COUNT_DOSE, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "a dose sealed in a bag" },
    { ROW_COUNT_METHOD, "method", FIELD_CHOICE, .choices = count_methods, .help = "how" },
    { ROW_COUNT_FIRST, "first", FIELD_QUANTITY, FIELD_BLIND, .help = "figure of the first counter" },
    { ROW_COUNT_SECOND, "second", FIELD_QUANTITY, FIELD_BLIND, .help = "figure of the second counter" },
    { .name = NULL } };
static const struct field count_fields[] = {
    { FACT_COUNT_PLACE, "place", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_PLACE, .help = "where" },
    { FACT_COUNT_AS_OF, "as-of", FIELD_ENTRY, .help = "the entry it is counted against" },
    { FACT_COUNT_LINES, "lines", FIELD_ROWS, FIELD_BLIND, 0, 256, .row = count_row,
      .sentence = "[{vial}|sealed {product}|{dose}|something unnamed] ({method}): {first} and {second}", .help = "what was found" },
    { FACT_COUNT_WHOLE, "whole", FIELD_YES, FIELD_OPTIONAL, .help = "all that is in this place was counted" },
    { .name = NULL } };

static const struct field case_fields[] = {
    { FACT_CASE_ABOUT_VIAL, "about-vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "the vial in question" },
    { FACT_CASE_ABOUT_DOSE, "about-dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "the dose in question" },
    { FACT_CASE_DIFFERENCE, "difference", FIELD_INT, FIELD_OPTIONAL, .unit = "ng", .help = "what is missing (negative) or too much" },
    { FACT_CASE_ABOUT_ENTRY, "about-entry", FIELD_ENTRY, FIELD_OPTIONAL, .help = "the entry in question" },
    { FACT_CASE_TEXT, "text", FIELD_TEXT, FIELD_PRIVATE, 1, 4000, .help = "what happened" },
    { .name = NULL } };
static const struct choice causes[] = {
    { CAUSE_EXPLAINED, "explained" }, { CAUSE_RECORDING_MISTAKE, "recording-mistake" },
    { CAUSE_COUNTING_MISTAKE, "counting-mistake" }, { CAUSE_BREAKAGE, "breakage" }, { CAUSE_OVERFILL, "overfill" },
    { CAUSE_LOSS, "loss" }, { CAUSE_THEFT, "theft" }, { CAUSE_UNEXPLAINED, "unexplained" }, { 0, NULL } };
static const struct field resolve_fields[] = {
    { FACT_RESOLVE_CASE, "case", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_CASE, .help = "which" },
    { FACT_RESOLVE_CAUSE, "cause", FIELD_CHOICE, .choices = causes, .help = "what was found" },
    { FACT_RESOLVE_TEXT, "text", FIELD_TEXT, FIELD_PRIVATE, 1, 4000, .help = "what was found, in words" },
    { .name = NULL } };
static const struct field adjust_fields[] = {
    { FACT_ADJUST_CASE, "case", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_CASE, .help = "under which case" },
    { FACT_ADJUST_VIAL, "vial", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_VIAL, .help = "which vial" },
    { FACT_ADJUST_DELTA, "delta", FIELD_INT, FIELD_OPTIONAL, .unit = "uL", .help = "by how much a vial" },
    { FACT_ADJUST_DOSE, "dose", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_DOSE, .help = "which dose" },
    { FACT_ADJUST_DELTA_MASS, "delta-mass", FIELD_INT, FIELD_OPTIONAL, .unit = "ng", .help = "by how much a dose" },
    { .name = NULL } };
static const struct choice found_as[] = { { FOUND_FOUND, "found" }, { FOUND_OPENING, "opening" }, { 0, NULL } };
static const struct field found_fields[] = {
    { FACT_FOUND_PRODUCT, "product", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_PRODUCT, .help = "what" },
    { FACT_FOUND_PLACE, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where" },
    { FACT_FOUND_CONTAINERS, "containers", FIELD_UINT, 0, 1, 1024, .help = "how many containers" },
    { FACT_FOUND_VOLUME, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "found in each" },
    { FACT_FOUND_LOT, "lot", FIELD_TEXT, FIELD_OPTIONAL, 1, 20, .help = "lot" },
    { FACT_FOUND_EXPIRY, "expiry", FIELD_DATE, FIELD_OPTIONAL, .help = "last day of use" },
    { FACT_FOUND_SEALED, "sealed", FIELD_YES, FIELD_OPTIONAL, .help = "sealed as they left their maker" },
    { FACT_FOUND_ORIGIN, "origin", FIELD_CHOICE, FIELD_OPTIONAL, .choices = found_as, .help = "found, or what the book opens with" },
    { FACT_FOUND_CASE, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { .name = NULL } };
static const struct field recover_fields[] = {
    { FACT_RECOVER_VIAL, "vial", FIELD_REF, FIELD_POSITIONAL, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_RECOVER_VOLUME, "volume", FIELD_VOLUME, 0, 1, 1000000, .unit = "uL", .help = "how much of it" },
    { FACT_RECOVER_PLACE, "place", FIELD_REF, 0, .subject = SUBJECT_PLACE, .help = "where it is now" },
    { FACT_RECOVER_CASE, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { .name = NULL } };
static const struct choice loss_types[] = {
    { 1, "break-in" }, { 2, "robbery" }, { 3, "employee" }, { 4, "customer" }, { 5, "in-transit" }, { 6, "other" },
    { 7, "unknown" }, { 0, NULL } };
static const struct field loss_fields[] = {
    { FACT_LOSS_VIALS, "vials", FIELD_LIST, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_LOSS_DISCOVERED, "discovered", FIELD_AT, .help = "when it was discovered" },
    { FACT_LOSS_CASE, "case", FIELD_REF, FIELD_OPTIONAL, .subject = SUBJECT_CASE, .help = "the case it belongs to" },
    { FACT_LOSS_VOLUME, "volume", FIELD_VOLUME, FIELD_OPTIONAL, 1, 1000000, .unit = "uL", .help = "how much of the one vial; else all that is left" },
    { FACT_LOSS_DOSES, "doses", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_REF, .subject = SUBJECT_DOSE, .help = "doses of which all that is open is lost" },
    { FACT_LOSS_TYPE, "type", FIELD_CHOICE, FIELD_OPTIONAL, .choices = loss_types, .help = "what sort of loss" },
    { FACT_LOSS_SIGNIFICANT, "significant", FIELD_YES, FIELD_OPTIONAL, .help = "the authority is told" },
    { FACT_LOSS_SINCE, "since", FIELD_AT, FIELD_OPTIONAL, .help = "the earliest it can have happened" },
    { .name = NULL } };
static const struct choice ship_whys[] = { { 1, "disposal" }, { 2, "transfer" }, { 3, "return" }, { 4, "recall" }, { 0, NULL } };
static const struct field ship_fields[] = {
    { FACT_SHIP_VIALS, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_SHIP_TO, "to", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "to whom" },
    { FACT_SHIP_DOCUMENT, "document", FIELD_TEXT, 0, 1, 64, .help = "number of the document" },
    { FACT_SHIP_TRANSFER, "transfer", FIELD_BYTES, FIELD_OPTIONAL, 16, 16, .help = "id that binds the two halves of a transfer" },
    { FACT_SHIP_WHY, "why", FIELD_CHOICE, FIELD_OPTIONAL, .choices = ship_whys, .help = "what for" },
    { .name = NULL } };
static const struct field destroy_fields[] = {
    { FACT_DESTROY_VIALS, "vials", FIELD_LIST, FIELD_OPTIONAL | FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_DESTROY_METHOD, "method", FIELD_TEXT, 0, 1, 128, .help = "how, so that nothing can be retrieved" },
    { FACT_DESTROY_FORM_41, "form-41", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the form" },
    { FACT_DESTROY_DOSES, "doses", FIELD_LIST, FIELD_OPTIONAL, 1, 64, .of = FIELD_REF, .subject = SUBJECT_DOSE, .help = "doses of which all that is open is destroyed" },
    { .name = NULL } };
static const struct field surrender_fields[] = {
    { FACT_SURRENDER_VIALS, "vials", FIELD_LIST, FIELD_POSITIONAL, 1, 256, .of = FIELD_REF, .subject = SUBJECT_VIAL, .help = "which" },
    { FACT_SURRENDER_TO, "to", FIELD_REF, 0, .subject = SUBJECT_PARTY, .help = "to which authority" },
    { FACT_SURRENDER_DOCUMENT, "document", FIELD_TEXT, FIELD_OPTIONAL, 1, 64, .help = "number of the receipt" },
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
