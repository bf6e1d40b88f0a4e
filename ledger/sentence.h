/* Events and broken rules in words: what people sign, and why something was refused.
 *
 * A sentence is made from the decoded payload, its openings and the definitions that the book holds, which
 * come through a `struct namer`, and of a correction the entries it is about; from nothing else, so the same bytes read the
 * same for ever. Nothing
 * in the payload that says what happened goes unread: a fact that the kind's template does not name
 * is listed after it, a signer it does not name is named after it, a private field without its opening
 * is called sealed. Texts that could be taken for words of the sentence stand in quotes.
 *
 * Templates, those of kinds (struct kind, and struct field of rows) and those of refusals.def, have places
 *
 *   {place}        the value; of a kind or row: a field by its name, or one of {doer} {witness} {taker}
 *                  {approver} {prescriber}, who are named by the event's signers and performed-by
 *   {place noun}   a number and its noun: "1 pack", "10 packs"
 *   [words|words]  the first words whose places all have something to say; nothing when none have
 *
 * A FIELD_YES says nothing and only makes its brackets appear. New facts of an earlier entry are told as that entry is, by
 * the template of its kind and with its people; of those that are only added their names and values are listed. */
#ifndef LEDGER_SENTENCE_H
#define LEDGER_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/broken.h"
#include "ledger/namer.h"
#include "schema/event.h"

/* An opening that has been checked against the payload's hash. The value is borrowed. */
struct opening_view {
    uint8_t key;
    struct value value;
};

/* Room enough for all but the longest lists. */
enum { SENTENCE_SIZE = 4096 };

/* What those who sign this event say by signing it.
 *
 * Returns the size of the whole sentence without its NUL. When that is not below `size`, the text in `out`
 * was cut, after a whole character, and must not be shown to be signed. `namer` may be NULL, and so may
 * `out` when `size` is 0. */
size_t sentence_of_event(const struct event *event, const struct namer *namer, const struct opening_view *openings,
                         size_t opening_count, char *out, size_t size);

/* The sentence of a broken rule, as it stands behind "PH0210 ". Places: {s} the subject, {e} the entry, {a:type}
 * and {b:type} the two numbers; the types are in refusal_text.c. Returns as above. */
size_t refusal_sentence(const struct broken *broken, const struct namer *namer, char *out, size_t size);

/* The same without particulars, for `explain`: "cannot take … from …: the book says … is left." */
size_t refusal_pattern(unsigned code, char *out, size_t size);

/* The code in words, "beyond use" for PH0215: enough to remind somebody. Returns as above. */
size_t refusal_words(unsigned code, char *out, size_t size);

#endif
