/* Words become values: what a person typed, scanned or wrote in a file, by the table of kinds.
 *
 * One parser for each type of field serves options, questions and imported lines alike. Names, ids and
 * barcodes are looked up in the book; nothing is guessed. Times without a zone are resolved by the
 * caller's clock, which is given. White space around a word means nothing.
 *
 * A refusal says which field it is about, what was typed and what is wrong with it; `next` says what to
 * type instead. Where the book could not be read the error is the book's. */
#ifndef LEDGER_WORDS_H
#define LEDGER_WORDS_H

#include "ledger/error.h"
#include "ledger/state.h"
#include "schema/facts.h"

/* Memory for the bytes that parsed values point to. A word that is refused leaves nothing in it. */
struct word_room {
    uint8_t *data;
    size_t capacity, used;
};

/* What a typed time is measured from and by. `offset_of` gives the site's offset at a UTC moment; `of_local`
 * the possible UTC moments of a local time: 0 in a gap, 2 when it is folded. */
struct word_clock {
    int64_t now_ms;
    void *context;
    int32_t (*offset_of)(void *context, int64_t utc_ms);
    unsigned (*of_local)(void *context, const struct civil_time *local, struct at out[static 2]);
};

/* What the earlier acts of the same list give birth to, which has no number yet and is typed as `D-new`, `V-new.2`.
 * `newborn` gives the reference to the one of this subject with this index, from 0, and returns how many there are;
 * `ref` is left alone where there is none. */
struct word_births {
    void *context;
    uint32_t (*newborn)(void *context, enum subject subject, uint32_t index, struct value *ref);
};

struct words {
    struct view *view;
    const struct word_clock *clock;
    const struct word_births *births; /* NULL: what is typed is in no list, or the first of one */
    struct word_room room;
};

/* Read one word as the value of a field. Of a list or of rows it is the only value; several are for
 * words_read_list. `no` to a FIELD_YES is a value that is not present.
 *
 *   numbers    bare or with the field's unit: 15, 15min, 70kg; counts of containers as "10 vials"
 *   amounts    with a unit: 75mg, 1.5mL, 0.5mg/kg, 90mL/h, 50mg/mL, 28mg/0.2mL, "2 sprays", rest
 *   choices    by name, in capitals too; sets as clinician,witness or none
 *   keys       ed25519: and 64 hexadecimal digits, p256: and 128
 *   times      as words_read_time has them; of one that may lie ahead (FIELD_AHEAD) a bare clock time is the
 *              next such time, and a bare date the end of that day, of `from` its beginning
 *   things     by id or name, and `D-new` for the one dose an earlier act of the list gives birth to, `D-new.2`
 *              for the second; of what has short names the letter is a capital there; `@` and the id of an act,
 *              for what that act of the book or of the list gave birth to, with `/2` for the second
 *   entries    by number, or by the act that became one
 *   hashes and bytes in hexadecimal; dates as 2028-09-30 or 2028-09, which is its last day
 *
 * PH01xx for texts and check digits, PH06xx for names (with a did-you-mean), PH10xx for forms. */
enum ledger_status words_read(struct words *words, const struct field *field, const char *text, struct value *value,
                              struct error *error);

/* Read the words of a list or of rows, one word a value.
 *
 * Of ids a range, `V-1..V-10`, stands for each of them. The fields of a row stand in one word, apart by
 * spaces, or by commas where none of them is a set: as `name=value`, or bare, which fills the fields that
 * must be there in the order of the table: "V-412 50mg"; "55150-439-10 10 vials lot=8J331A
 * expiry=2028-09-30". In a row that names a vial a volume may be given as mass (which must be a whole
 * number of uL: PH0112), as sprays of a device, or as `rest`. */
enum ledger_status words_read_list(struct words *words, const struct field *field, const char *const *texts,
                                   size_t count, struct value *value, struct error *error);

/* A time as typed: "14:05", "2026-11-17 16:20", "20 min ago". It comes back with the site's offset at that
 * moment, also where another was typed. A bare clock time more than five minutes from now, and any time
 * that is folded or in a gap, is PH1009 with both readings, never guessed. */
enum ledger_status words_read_time(const struct words *words, const char *text, struct at *at, struct error *error);

/* Who is meant: a handle, or the number of a person. With a did-you-mean. */
enum ledger_status words_read_person(const struct words *words, const char *text, int64_t *person, struct error *error);

/* A subject: an id (`V-412K`), or the short name of a product, place or party, or the NDC, the GTIN or a
 * scan (GS1) of a product. Patients go by id alone. */
enum ledger_status words_read_subject(const struct words *words, enum subject subject, const char *text, uint32_t *id,
                                      struct error *error);

#endif
