/* Registers on the screen and in files: pages one after the other as one table. What a page is: ledger/register.h. */
#ifndef CLI_REGISTER_RUN_H
#define CLI_REGISTER_RUN_H

#include "cli/book.h"
#include "cli/table.h"
#include "ledger/register.h"

struct register_run {
    struct book book;
    const struct call *call;
    const struct register_form *form;
    struct period period;
    struct page page; /* the one being written */
    struct table table;
    unsigned part;    /* of the page, from 0 */
    bool has_names;   /* --names */
};

/* What a register looks like. `begin` and `end` may be NULL. */
struct register_form {
    const char *name;
    const struct column *columns;
    const char *const *parts; /* headings of the parts of a page, ending with NULL; NULL where it has but one */
    void (*begin)(struct register_run *run, const struct page_sum *sum);
    enum ledger_status (*put)(struct register_run *run, const struct line *line, struct error *error);
    void (*end)(struct register_run *run, const struct page_sum *sum);
};

/* Write the register that the call asks for: its options are --product, --place, --vial, --from, --to and --names, where
 * it has them. */
enum ledger_status register_write(struct call *call, const struct register_form *form, struct error *error);

/* Whom and what an entry is about, in words; "" for what does not apply. What was given to somebody other than the patient
 * it was drawn for is about whoever got it, and about no order. With `dose` 0 it is the first one it changed. */
struct about {
    uint32_t dose_id, session_id, patient_id, order_id, party_id; /* 0 for none */
    int64_t person;   /* of the staff, who got it; else 0 */
    bool is_outsider; /* somebody got it who is neither a patient nor of the staff */
    char dose[NAME_TEXT_SIZE], session[NAME_TEXT_SIZE], patient[NAME_TEXT_SIZE], order[NAME_TEXT_SIZE], party[NAME_TEXT_SIZE],
        document[NAME_TEXT_SIZE + 8], by[NAME_TEXT_SIZE], case_[NAME_TEXT_SIZE];
};
struct about register_about(struct register_run *run, const struct walk_row *row, uint32_t dose);

#endif
