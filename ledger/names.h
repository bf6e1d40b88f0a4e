/* What the book calls people and things: handles, short names, ids; for sentences, listings and errors.
 *
 * Nothing here fails: a name that cannot be read is taken for none, and the view remembers why
 * (view_status). */
#ifndef LEDGER_NAMES_H
#define LEDGER_NAMES_H

#include "ledger/namer.h"
#include "ledger/state.h"

/* A namer over a view, which it borrows. Newborns of a list that is not recorded have no name yet. Its offset is the
 * first of the policy in force; a caller who knows the site's clock puts his own. */
struct namer namer_of_view(struct view *view);

/* `rosei`, `V-412`, `ketamine-50`: the name of a person or subject in `out`, which it returns. A person who
 * is not there is `person 9`, the seal `the seal`, PERSON_NEW `somebody not enrolled`; what has neither a
 * short name nor a letter is `product 3`. */
enum { NAME_TEXT_SIZE = 64 };
const char *name_of_person(struct view *view, int64_t person, char out[static NAME_TEXT_SIZE]);
const char *name_of_subject(struct view *view, enum subject subject, uint32_t id, char out[static NAME_TEXT_SIZE]);

/* The short name alone, of a product, place or party, or the handle of a person (SUBJECT_CREDENTIAL); false
 * when the book has none. */
bool short_name_of(struct view *view, enum subject subject, uint32_t id, char out[static NAME_TEXT_SIZE]);

/* The id that the nth newborn of this subject, from 0, got of an entry placed before this list; 0 when there is none. */
uint32_t newborn_of_entry(struct view *view, uint32_t number, enum subject subject, uint32_t nth);

#endif
