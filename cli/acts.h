/* Reports whose rows are acts of a period: wastes, receipts, what was destroyed, lost, late or corrected. Each has columns, the
 * kind it is about, and a function that puts the rows of one act; acts_run does the rest. */
#ifndef CLI_ACTS_H
#define CLI_ACTS_H

#include "cli/book.h"
#include "cli/table.h"
#include "ledger/movement.h"
#include "ledger/walk.h"

struct acts {
    struct book book;
    struct table table;
    struct movements entered; /* of the act in hand, as it was placed */
    struct movements by_now;  /* and with what was corrected since */
};

struct acts_report {
    const char *name;
    const struct column *columns;
    enum kind_number kind; /* 0: of any */
    enum ledger_status (*put)(struct acts *acts, const struct walk_row *act, struct error *error);
    const char *sentence;  /* the last, with the number of rows */
};

/* The whole of such a command: book, period, head, rows. */
enum ledger_status acts_run(struct call *call, const struct acts_report *report, struct error *error);

/* ---- what rows have in common; each under the column of that name */

/* Put `entry`, `happened` and `by`, who did it; then `marks`, and the row. What was taken back is struck. */
void acts_begin_row(struct acts *acts, const struct walk_row *act);
void acts_end_row(struct acts *acts, const struct walk_row *act);

/* Who signs with this meaning, or is said to have had that part: a handle for each. */
void acts_put_people(struct acts *acts, const char *column, const struct event *event, enum meaning meaning);

/* Put `product`, `ndc`, `strength` and `form`. */
void acts_put_product(struct acts *acts, uint32_t product);

/* A fact under a column of text, as people read it; nothing where it is absent. */
void acts_put_fact(struct acts *acts, const char *column, const struct event *event, uint64_t key);

/* A subject by its name; nothing for id 0. */
void acts_put_name(struct acts *acts, const char *column, enum subject subject, uint32_t id);

/* What an act changed of a total, of a product and, where the movement is one of a vial, of that vial: as known by now. */
int64_t acts_amount_by_now(const struct acts *acts, const struct movement *movement, enum total_place total);

#endif
