/* The names things go by: ids, entry numbers, handles, and the codes that others give out.
 *
 * Ids are dense numbers per kind of subject, written with a letter: `V-412`. On labels and paper
 * forms they carry a check letter, `V-412R`, which shows every wrong digit, every swap of
 * neighbours and every wrong kind; on input it is optional and refused when wrong. Codes from
 * outside (DEA numbers, NDC, GTIN) are checked as far as they can be without a catalogue.
 */
#ifndef SCHEMA_IDENT_H
#define SCHEMA_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/bytes.h"

/* ---- ids */

/* What an entry can touch. The numbers are part of the format. */
enum subject {
    SUBJECT_VIAL = 1,
    SUBJECT_DOSE = 2,
    SUBJECT_SESSION = 3,
    SUBJECT_PATIENT = 4,
    SUBJECT_PERSON_ACTS = 5,
    SUBJECT_CREDENTIAL = 6,
    SUBJECT_PRODUCT = 7,
    SUBJECT_PLACE = 8,
    SUBJECT_PARTY = 9,
    SUBJECT_ORDER = 10,
    SUBJECT_COUNT = 11,
    SUBJECT_CASE = 12,
    SUBJECT_POLICY = 13,
};

enum { SUBJECT_FIRST = SUBJECT_VIAL, SUBJECT_LAST = SUBJECT_POLICY };

bool subject_is_known(uint64_t subject);
const char *subject_name(enum subject subject); /* "vial", "person-acts" */
char subject_letter(enum subject subject);      /* 'V'; '-' for kinds that are not named by letter */

enum ident_status {
    IDENT_OK = 0,
    IDENT_FORM,         /* not a letter, an optional hyphen and a number */
    IDENT_LETTER,       /* no kind has this letter */
    IDENT_RANGE,        /* 0, or above 4294967295 */
    IDENT_CHECK_LETTER, /* the check letter does not fit: mistyped, or another kind's label */
};

/* Read `V-412`, `v412`, `V-0412`, `V-412R`, `V-2,871`. Outputs are filled only on IDENT_OK. */
enum ident_status ident_parse(const char *text, enum subject *subject, uint32_t *number);

/* Read what stands for something that an earlier act of the same list gives birth to, before it has a number: `D-new`,
 * `V-new.2`. `nth` counts from 1, and is 0 where none is typed. False for everything else. */
bool newborn_parse(const char *text, enum subject *subject, uint32_t *nth);

/* Read an entry number: `48206`, `#48206`, `#48,206`. */
enum ident_status entry_number_parse(const char *text, uint32_t *number);

enum { IDENT_TEXT_SIZE = 16 };

/* `V-412` for screens and `V-412R` for labels; `subject` has a letter. Each returns `out`. */
const char *ident_format(enum subject subject, uint32_t number, char out[static IDENT_TEXT_SIZE]);
const char *ident_format_label(enum subject subject, uint32_t number, char out[static IDENT_TEXT_SIZE]);

/* (16 x number + subject) mod 23, in the alphabet without I, O, U. */
char ident_check_letter(enum subject subject, uint32_t number);

/* ---- words */

/* A handle or a slug: [a-z][a-z0-9-]{1,31}. */
bool handle_is_valid(const char *text);

/* Insertions, deletions, replacements and swaps of neighbours that make `left` out of `right`,
 * upper and lower case being the same; `limit` + 1 when there are more than `limit` of them. */
unsigned spelling_distance(const char *left, const char *right, unsigned limit);

/* ---- hexadecimal, lower case when written, either when read */

/* Write 2 x size digits and a NUL into `out`, which holds that many, and return it. */
const char *hex_encode(struct bytes bytes, char *out);

/* Read digits that make at most `capacity` bytes: false for an odd count, another character, or too
 * many. */
bool hex_decode(const char *text, uint8_t *out, size_t capacity, size_t *size);

/* ---- DEA registration numbers (SPEC section 1.6) */

enum { DEA_NUMBER_SIZE = 10 }; /* two letters, seven digits, NUL */

enum dea_status {
    DEA_OK = 0,
    DEA_FORM,        /* not two letters (the second may be a 9) and seven digits */
    DEA_CHECK_DIGIT, /* the last digit does not fit the six before it */
};

/* Check a number and give it in capitals. `unusual`, which may be NULL, says that the first letter
 * is none of those practitioners get (A, B, F, G, M): worth asking about, no reason to refuse. */
enum dea_status dea_parse(const char *text, char number[static DEA_NUMBER_SIZE], bool *unusual);

/* ---- registrations: `dea:AB1234563`, `state-ma:CS-0412` */

enum { REGISTRATION_SCHEME_SIZE = 33, REGISTRATION_VALUE_SIZE = 65 };

struct registration {
    char scheme[REGISTRATION_SCHEME_SIZE]; /* a slug */
    char value[REGISTRATION_VALUE_SIZE];   /* printable ASCII without space, 1 to 64 characters */
};

enum registration_status {
    REGISTRATION_OK = 0,
    REGISTRATION_FORM,      /* not scheme:value */
    REGISTRATION_DEA_FORM,  /* the scheme is dea and the value no DEA number */
    REGISTRATION_DEA_DIGIT, /* the scheme is dea and the check digit does not fit */
};

/* Read a registration; a DEA number is checked and put in capitals. */
enum registration_status registration_parse(const char *text, struct registration *registration);

/* ---- National Drug Codes (SPEC section 1.6, 21 CFR 207.33) */

enum { NDC_TEXT_SIZE = 15 }; /* twelve digits, two hyphens, NUL */

struct ndc {
    char label[NDC_TEXT_SIZE]; /* as printed: 4-4-2, 5-3-2, 5-4-1 or 6-4-2 */
    char ndc11[NDC_TEXT_SIZE]; /* canonical 5-4-2; "" when a 6-4-2 code does not begin with 0 */
    char ndc12[NDC_TEXT_SIZE]; /* canonical 6-4-2, the form of 2033 */
};

enum ndc_status {
    NDC_OK = 0,
    NDC_FORM,       /* not digits in three groups */
    NDC_NO_HYPHENS, /* digits alone: 4-4-2, 5-3-2 and 5-4-1 cannot be told apart */
    NDC_BILLING,    /* 5-4-2, the padded form: which label it was made from cannot be told */
    NDC_GROUPS,     /* groups of other lengths than a label has */
};

/* Read the code as it stands on the label. */
enum ndc_status ndc_parse(const char *text, struct ndc *ndc);

/* ---- Global Trade Item Numbers */

enum { GTIN_SIZE = 15 }; /* fourteen digits, NUL */

/* The last digit of the GTIN whose other thirteen `digits` begins with. */
char gtin_check_digit(const char digits[static 13]);

/* Whether `text` is fourteen digits of which the last fits. */
bool gtin_is_valid(const char *text);

/* Read a code of 8, 12, 13 or 14 digits (EAN-8, UPC, EAN-13, GTIN-14) as a GTIN of fourteen. */
bool gtin_parse(const char *text, char gtin[static GTIN_SIZE]);

#endif
