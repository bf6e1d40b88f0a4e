/* The effect of an entry: what its event changed, number by number, in what can be corrected later.
 *
 * It is found by comparing leaves after the event with what they were before it, so no kind has to say how it is
 * undone. Places are of two sorts. A *counted* one holds an amount or a number of things: of it the difference is
 * kept, and effects of different entries add up. A *set* one holds a state, a time or a name: of it both numbers
 * are kept, where they differ. SPEC section 9.8 says which are which. */
#ifndef LEDGER_EFFECT_H
#define LEDGER_EFFECT_H

#include "ledger/state.h"
#include "schema/civil.h"

enum effect_sort { EFFECT_NONE, EFFECT_COUNTED, EFFECT_SET };

/* What a place of a table is to effects. The place EFFECT_LENGTH is how many places a leaf has. */
enum { EFFECT_LENGTH = LEAF_STATE_LIMIT };
enum effect_sort effect_sort(unsigned table, unsigned place);

/* Whether any place of this table is something to effects. */
bool effect_knows(unsigned table);

/* A change of one place. Of a counted one `before` is 0 and `after` the difference, so that after - before is the
 * difference always. */
struct effect_row {
    uint8_t table, place;
    bool is_set;
    uint32_t id;
    int64_t before, after;
};

/* Vials, doses or sessions that an entry gave birth to: so many ids in a row. */
struct effect_birth {
    uint8_t subject;
    uint32_t first, count;
};

/* The effect of an entry as it is kept.
 *
 * `rows` are those in force: what the entry did as far as is known now, ascending by table, id and place. A correction
 * replaces them and has none of its own. `placed` are those of the day on which it was placed, where they are others:
 * what was thought then, and what a correction changed. So the rows in force of all entries make what the book holds
 * now, and the rows as placed of the entries up to any one of them make what it held there.
 *
 * All that is pointed to is the holder's, freed by effect_release. */
struct effect {
    uint32_t corrected_by; /* entry of the newest correction, 0 where nobody did */
    uint8_t how;           /* enum correction */
    bool has_at;
    struct at at;          /* when it happened, where a correction says so */
    struct bytes facts;    /* its facts, encoded, where a correction gave others; else empty */
    struct effect_birth *births;
    size_t birth_count;
    struct effect_row *rows;
    size_t row_count, row_capacity;
    bool is_changed;       /* `placed` are other rows than `rows` */
    struct effect_row *placed;
    size_t placed_count;
};

/* Nothing yet. Safe to release, as often as one likes. */
#define EFFECT_EMPTY ((struct effect){ .rows = NULL })
void effect_release(struct effect *effect);

/* Its rows as placed, to be looked at while it lasts; not to be released. */
struct effect effect_as_placed(const struct effect *effect);

/* The effect in force of an entry, the view's own entries included. False when it has none, or where the view has
 * failed; the effect is empty then. */
bool effect_load(struct view *view, uint32_t entry, struct effect *effect);

/* The correction that took this entry back, 0 for none. */
uint32_t effect_void_by(struct view *view, uint32_t entry);

/* Its rows are about to be changed by a correction: those of now stay as the rows as placed, if none do yet. False for
 * want of memory. */
bool effect_keep_placed(struct effect *effect);

/* These are its facts in force: a copy is kept. False for want of memory. */
bool effect_put_facts(struct effect *effect, struct bytes facts);

/* Remember that it gave birth to this one, after those it did before. False for want of memory. */
bool effect_add_birth(struct effect *effect, unsigned subject, uint32_t id);

/* Leave no rows in force: they become the rows as placed. False for want of memory. */
bool effect_drop_rows(struct effect *effect);

/* Add a change: to the row of the same place where there is one. Rows that come to nothing stay out of what is
 * kept. False for want of memory. */
bool effect_add(struct effect *effect, struct effect_row row);

/* The same for a rule, whose view says that it can judge no more where memory is wanting. */
void effect_change(struct view *view, struct effect *effect, struct effect_row row);

/* Keep it as the effect of an entry, in place of the one before. */
void effect_keep(struct view *view, uint32_t entry, struct effect *effect);

/* What has changed since a scope of the view began, and what was born. False for want of memory. */
bool effect_of(struct view *view, enum view_scope scope, struct effect *effect);

/* Whether the event under way has changed any total of a product, so far. */
bool effect_moves_totals(struct view *view);

/* ---- shelves: how many containers of a product stand sealed and open at a place. A row's id says which. */

uint32_t shelf_row(uint32_t place, uint32_t product);

/* Take the vials that the event under way has changed from the shelf where they stood to that where they stand. */
void effect_move_shelves(struct view *view);

#endif
