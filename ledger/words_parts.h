/* What the files of words share and nobody else includes: the word in hand, and how it is refused. */
#ifndef LEDGER_WORDS_PARTS_H
#define LEDGER_WORDS_PARTS_H

#include "ledger/words.h"

/* ---- the word in hand */

/* Every word is shorter but texts and hexadecimal bytes. */
enum { WORD_SIZE = 256 };

/* Without the white space around it. */
struct bytes word_trim(const char *text);

/* The trimmed word as a string; false when it is no name or number of ours, being too long for one. */
bool word_copy(const char *text, char out[static WORD_SIZE]);

bool word_is_digits(const char *text);

/* Capitals of ASCII made small. */
void word_lower(char *text);

/* Keep bytes in the room for as long as the caller keeps that. */
enum ledger_status word_keep(struct words *words, struct bytes bytes, struct bytes *kept, struct error *error);

/* ---- how it is refused */

/* As much of a typed text as an error shows, with what a terminal might obey written as \x1b. */
enum { WORD_SHOWN_LIMIT = 48, WORD_SHOWN_SIZE = 4 * WORD_SHOWN_LIMIT + 4 };
const char *word_shown(struct bytes text, char out[static WORD_SHOWN_SIZE]);

/* FIELD: "TYPED" REASON. The field may be NULL, where the word stands for itself. */
enum ledger_status word_refuse(struct error *error, enum refusal_code code, const struct field *field, const char *text,
                               const char *reason, ...) __attribute__((format(printf, 5, 6)));

/* Refuse a number that value_check found outside the limits of its field. */
enum ledger_status word_refuse_range(const struct field *field, const char *text, struct error *error);

/* A name near to the typed one, of those offered so far. */
struct nearest {
    const char *typed;
    unsigned distance;
    char name[WORD_SIZE]; /* "" when none is near */
};
void nearest_begin(struct nearest *nearest, const char *typed);
void nearest_offer(struct nearest *nearest, const char *name);

/* Put "did you mean …?" before what is in `next`, when something is near. */
void nearest_suggest(const struct nearest *nearest, struct error *error);

/* ---- readers of one type of field; `text` is a copied word, `value` is filled but for `present` */

/* FIELD_UINT, FIELD_INT: words_number.c */
enum ledger_status word_read_number(const struct field *field, const char *text, struct value *value,
                                    struct error *error);

/* FIELD_QUANTITY, FIELD_VOLUME, FIELD_MASS, FIELD_STRENGTH: words_number.c */
enum ledger_status word_read_amount(const struct field *field, const char *text, struct value *value,
                                    struct error *error);

/* An amount in any unit but packs, for a field that takes amounts. */
enum ledger_status word_read_quantity(const struct field *field, const char *text, struct quantity *quantity,
                                      struct error *error);

/* FIELD_AT of FIELD_AHEAD, and FIELD_DATE: words_time.c */
enum ledger_status word_read_time_ahead(const struct words *words, const struct field *field, const char *text,
                                        struct at *at, struct error *error);
enum ledger_status word_read_date(const struct field *field, const char *text, struct value *value,
                                  struct error *error);

/* FIELD_ENTRY: words_names.c */
enum ledger_status word_read_entry(const struct words *words, const struct field *field, const char *text,
                                   struct value *value, struct error *error);

/* FIELD_REF to what an earlier act of the list gives birth to, `nth` from 1 or 0 for the only one: words_names.c */
bool word_is_newborn(enum subject subject, const char *text, uint32_t *nth);
enum ledger_status word_read_newborn(struct words *words, enum subject subject, const char *text, uint32_t nth,
                                     struct value *value, struct error *error);

/* What an act gave birth to, for a FIELD_REF, and the entry it became, for a FIELD_ENTRY: words_acts.c. Of an act of the
 * same list, whose effects lie over the view, the first comes back as a reference to a newborn. */
bool word_is_act(const char *text);
enum ledger_status word_read_act_ref(struct words *words, const struct field *field, const char *text,
                                     struct value *value, struct error *error);
enum ledger_status word_read_act_entry(const struct words *words, const struct field *field, const char *text,
                                       struct value *value, struct error *error);

/* ---- lists: words_list.c, and of rows: words_rows.c */

/* Room for the bytes of one value of a list: the longest field of a row and the short ones beside it. */
enum { WORD_VALUE_ROOM = 32768 + 1024 };

/* Whether a list may have so many values; `*value` gets the count. */
enum ledger_status word_list_count(const struct field *field, uint64_t count, struct value *value,
                                   struct error *error);

/* Encode the list at the free end of the room, and take it in when it is whole. */
void word_list_begin(const struct words *words, struct writer *writer, uint64_t count);
enum ledger_status word_list_end(struct words *words, const struct writer *writer, struct value *value,
                                 struct error *error);

enum ledger_status word_read_rows(struct words *words, const struct field *field, const char *const *texts,
                                  size_t count, struct value *value, struct error *error);

/* ---- codes, for a field or, with NULL, for a name: words_codes.c */

enum ledger_status word_read_gtin(const struct words *words, const struct field *field, const char *text,
                                  char gtin[static GTIN_SIZE], struct error *error);
enum ledger_status word_read_ndc(const struct field *field, const char *text, struct ndc *ndc, struct error *error);
enum ledger_status word_read_registration(const struct field *field, const char *text,
                                          struct registration *registration, struct error *error);

#endif
