/* Things of the book in a line of words: what a vial holds, what is open of a dose. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "cli/book.h"

enum { DESCRIBE_SIZE = 320 };

/* What follows the name of a subject: "ketamine-50  50 mg/mL 10 mL  lot 8J331A  exp 2028-09-30  holds 410 mg (8.2 mL)".
 * Every subject but a person's acts has a description; "" for what is not there. Returns `out`. */
const char *describe(struct book *book, enum subject subject, uint32_t id, char out[static DESCRIBE_SIZE]);

/* What stands of it now, as a sentence: "V-412 has 335 mg (6.7 mL) left.", "D-103 is open: 75 mg to account for.", "D-103
 * settled: 75 drawn = 60 given + 15 wasted." "" for subjects without a balance. */
const char *describe_balance(struct book *book, enum subject subject, uint32_t id, char out[static DESCRIBE_SIZE]);

/* The same of a dose, by another name than its number. */
const char *describe_dose_balance(struct book *book, uint32_t id, const char *name, char out[static DESCRIBE_SIZE]);

/* The lot a vial came with, "" when its receipt is not there. */
enum { LOT_SIZE = 24 };
const char *lot_of_vial(struct book *book, uint32_t vial, char out[static LOT_SIZE]);

/* What is left in a vial, what is open of a dose. */
enum { PAIR_SIZE = 80 };
const char *left_in_vial(struct book *book, uint32_t vial, char out[static PAIR_SIZE]);
const char *open_of_dose(struct book *book, uint32_t dose, char out[static PAIR_SIZE]);

/* The states of leaves in a word. */
const char *vial_state_name(int64_t state);
const char *dose_state_name(int64_t state);
const char *case_state_name(int64_t state);
const char *session_state_name(int64_t state);

/* The roles of a person, apart by commas. */
enum { ROLES_SIZE = 128 };
const char *roles_text(int64_t roles, char out[static ROLES_SIZE]);

/* The choice of a kind's field, "-" where there is none. */
const char *choice_text(enum kind_number kind, const char *field, int64_t number);

/* A private text of the event that gave birth to the subject: the name of a patient or person. False when the opening
 * is not kept here. */
bool private_text(struct book *book, uint32_t entry, uint8_t key, char *out, size_t size);

#endif
