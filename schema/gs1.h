/* GS1 element strings, as scanned from a pack or typed from the human-readable line below the code.
 *
 * Read: (01) GTIN, (17) expiry, (10) lot, (21) serial, in any order, each at most once, the GTIN
 * always. Other elements are checked for form and passed over. Rules: GS1 General Specifications, sections 3 and 7.
 */
#ifndef SCHEMA_GS1_H
#define SCHEMA_GS1_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/ident.h"

/* The separator after an element of variable length: FNC1, transmitted as ASCII 29. */
#define GS1_SEPARATOR '\x1d'

enum { GS1_VALUE_SIZE = 21 }; /* lot and serial: 1 to 20 characters, NUL */

enum gs1_flag {
    GS1_DAY_WAS_00 = 1,          /* the expiry day: read as the last of the month, worth a note */
    GS1_LOT_MAY_HOLD_SERIAL = 2, /* no serial, and "21" within the lot: a separator may be lost */
    GS1_OTHER_ELEMENTS = 4,      /* elements other than the four were passed over */
};

struct gs1_scan {
    char gtin[GTIN_SIZE];
    bool has_expiry;
    int32_t expiry_days;         /* good through this day; days since 1970-01-01 */
    char lot[GS1_VALUE_SIZE];    /* "" when absent */
    char serial[GS1_VALUE_SIZE]; /* "" when absent */
    unsigned flags;              /* of enum gs1_flag */
};

enum gs1_status {
    GS1_OK = 0,
    GS1_EMPTY,       /* nothing scanned */
    GS1_SYMBOLOGY,   /* a symbology identifier that is not GS1's, such as ]d1 */
    GS1_FORM,        /* no application identifier where one must begin */
    GS1_TRUNCATED,   /* an element of fixed length is too short */
    GS1_NO_VALUE,    /* an element of variable length is empty */
    GS1_TOO_LONG,    /* lot or serial above 20 characters: most likely a separator is missing */
    GS1_CHARACTER,   /* a character outside GS1's set 82, or a letter where digits belong */
    GS1_DUPLICATE,   /* an element twice */
    GS1_CHECK_DIGIT, /* the GTIN's last digit does not fit */
    GS1_DATE,        /* no such expiry date */
    GS1_NO_GTIN,     /* no (01) */
};

/* Read a scan, with or without symbology identifier (]d2, ]C1, ]Q3), or the bracketed form
 * `(01)00355150438105(17)280930(10)8J331A`. `current_year` decides the century of the expiry.
 * `scan` is filled only on GS1_OK. */
enum gs1_status gs1_parse(const char *text, int32_t current_year, struct gs1_scan *scan);

#endif
