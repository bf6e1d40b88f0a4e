/* Amounts as people type them: `75mg`, `1.5 mL`, `2 sprays`, `rest`.
 *
 * A quantity needs a unit and is exact. What could be read in two ways is refused, with a reason of
 * its own and, where somebody can say, with what was most likely meant. What amounts are, how they
 * are shown and how they are reckoned with is in amount.h.
 */
#ifndef SCHEMA_QUANTITY_H
#define SCHEMA_QUANTITY_H

#include <stdint.h>

#include "schema/amount.h"
#include "schema/bytes.h"

enum quantity_status {
    QUANTITY_OK = 0,
    QUANTITY_EMPTY,          /* nothing typed */
    QUANTITY_SIGN,           /* "+5mg", "-5mg", or a minus that is not ASCII */
    QUANTITY_WIDE_DIGITS,    /* full-width digits, U+FF10 to U+FF19 */
    QUANTITY_NOT_A_NUMBER,   /* "inf", "1.2.3mg", "1/2 vial": does not begin with one plain number */
    QUANTITY_LEADING_POINT,  /* ".5mg" */
    QUANTITY_LEADING_ZERO,   /* "075mg": a point may have been lost */
    QUANTITY_TRAILING_POINT, /* "5.mg" */
    QUANTITY_COMMA,          /* "1,5mL" */
    QUANTITY_EXPONENT,       /* "1e3mg" */
    QUANTITY_NO_UNIT,        /* "75" */
    QUANTITY_MICRO_SIGN,     /* "75µg": misread as mg, so it is mcg here */
    QUANTITY_UNKNOWN_UNIT,   /* "5 mls", "5 IU" */
    QUANTITY_FRACTION,       /* "1.5 vials": counted things are whole */
    QUANTITY_TOO_PRECISE,    /* finer than 1 µL or 1 ng */
    QUANTITY_TOO_LARGE,      /* above AMOUNT_MAX */
};

enum { QUANTITY_FIX_SIZE = 48 };

/* What the sentence about a refusal needs. */
struct quantity_why {
    enum quantity_status status;
    struct bytes part;           /* the piece at fault, within the typed text */
    char fix[QUANTITY_FIX_SIZE]; /* what was most likely meant; "" when nobody can say */
};

/* Read `75mg`, `1.5 mL`, `2 sprays`, `10 vials`, `1 device`, `1 carton` or `rest`.
 *
 * Mass: g, mg, mcg, ng. Volume: mL (also ml, ML), uL (also ul). Counted: spray, vial, device,
 * container, carton, pack, kit, with or without s. Space around and before the unit is ignored and
 * trailing zeros are allowed. Zero is a quantity like any other: where it is not allowed, the
 * caller says so. `quantity` is filled only on QUANTITY_OK; `why` may be NULL.
 */
enum quantity_status quantity_parse(const char *text, struct quantity *quantity,
                                    struct quantity_why *why);

/* Read a strength, `50mg/mL` or `28mg/0.2mL`, in µg/mL. Refused as QUANTITY_TOO_PRECISE when it is
 * no whole number of µg/mL, and as QUANTITY_UNKNOWN_UNIT when it is not a mass over a volume above
 * zero. */
enum quantity_status strength_parse(const char *text, uint64_t *strength_ug_per_ml,
                                    struct quantity_why *why);

#endif
