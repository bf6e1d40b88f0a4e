/* How amounts, names, times and texts stand in a sentence; shared by what makes sentences.
 *
 * A phrase grows piece by piece in the caller's buffer and counts what would have been needed. */
#ifndef LEDGER_PHRASE_H
#define LEDGER_PHRASE_H

#include "ledger/namer.h"

struct phrase {
    char *out;
    size_t size;
    size_t length; /* wanted so far, without the NUL; may be more than fits */
    const struct namer *namer;
};

void phrase_init(struct phrase *phrase, const struct namer *namer, char *out, size_t size);

/* End the text, after a whole character, and return the length that was wanted. */
size_t phrase_end(struct phrase *phrase);

void phrase_bytes(struct phrase *phrase, struct bytes bytes);
void phrase_text(struct phrase *phrase, const char *text);

/* A text of others: bare when it is one plain word, else in quotes, with quotes inside doubled. */
void phrase_quoted(struct phrase *phrase, struct bytes text);
void phrase_always_quoted(struct phrase *phrase, struct bytes text);

void phrase_hex(struct phrase *phrase, struct bytes bytes);

/* 48,206 and -5; with a noun that is above one in number when the count is: "1 vial", "2 vials". */
void phrase_number(struct phrase *phrase, int64_t number);
void phrase_count(struct phrase *phrase, int64_t count, struct bytes noun);

/* The number / 1000 in decimals without trailing zeros, and a unit: 70500 g as "70.5 kg". */
void phrase_thousandths(struct phrase *phrase, int64_t number, const char *unit);

/* "15 mg (0.3 mL)", as far as the strength of the subject is known and the volume is exact; an id of 0 is
 * none. Negative amounts have their sign before them, and no echo. */
void phrase_volume(struct phrase *phrase, int64_t volume_ul, unsigned subject, uint32_t id);
void phrase_mass(struct phrase *phrase, int64_t mass_ng, unsigned subject, uint32_t id);

void phrase_entry(struct phrase *phrase, uint32_t entry);                /* #48,206 */
void phrase_code(struct phrase *phrase, int64_t code);                   /* PH0210 */
void phrase_person(struct phrase *phrase, int64_t person);
void phrase_subject(struct phrase *phrase, unsigned subject, uint32_t id);
void phrase_newborn(struct phrase *phrase, enum subject subject, const struct value *ref);
void phrase_date(struct phrase *phrase, int64_t days);
void phrase_time(struct phrase *phrase, int64_t ms, int32_t offset_min); /* 2026-11-17 16:20:05 -05:00 */
void phrase_offset(struct phrase *phrase, int64_t offset_min);           /* -05:00 */
void phrase_minutes(struct phrase *phrase, int64_t minutes);             /* 45 min, 2 h 5 min, 3 days */

/* Fill a template (sentence.h). `has` says whether a place has something to say, and `say` says it; the noun
 * is empty where the place has none. */
struct places {
    void *context;
    bool (*has)(void *context, struct bytes place);
    void (*say)(void *context, struct phrase *phrase, struct bytes place, struct bytes noun);
};
void phrase_template(struct phrase *phrase, const char *pattern, const struct places *places);

#endif
