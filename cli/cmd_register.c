/* phial register: every movement with the balance after it, a page for each product. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/describe.h"
#include "cli/entries.h"
#include "cli/register_run.h"
#include "cli/statement.h"

const struct option register_options[] = {
    { "product", 0, "NAME", false, "only this product" },
    { "place", 0, "NAME", false, "only what stands there" },
    { "vial", 0, "V-NUMBER", false, "only this container" },
    PERIOD_OPTIONS,
    { .name = NULL },
};

const struct column register_columns[] = {
    { "product", COLUMN_TEXT, COLUMN_RECORD, "whose page it is" },
    { "entry", COLUMN_ENTRY, 0, NULL },
    { "happened", COLUMN_TIME, 0, "by its signers' word" },
    { "recorded", COLUMN_TIME, COLUMN_RECORD, "by the site's clock" },
    { "what", COLUMN_TEXT, 0, "the kind of act, as SPEC.md names it" },
    { "vial", COLUMN_TEXT, 0, NULL },
    { "dose", COLUMN_TEXT, 0, NULL },
    { "session", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "patient", COLUMN_TEXT, 0, NULL },
    { "order", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "lot", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "expiry", COLUMN_DATE, COLUMN_RECORD, NULL },
    { "party", COLUMN_TEXT, COLUMN_RECORD, "from whom it came, or to whom it went" },
    { "document", COLUMN_TEXT, COLUMN_RECORD, NULL },
    { "in", COLUMN_MASS, 0, "received, found, recovered, gained, adjusted up" },
    { "drawn", COLUMN_MASS, 0, "out of containers into doses, less what was put back" },
    { "given", COLUMN_MASS, 0, NULL },
    { "wasted", COLUMN_MASS, 0, NULL },
    { "residual", COLUMN_MASS, 0, "what stayed in hub, line or device" },
    { "other", COLUMN_MASS, 0, "closing loss, shipped, destroyed, lost, surrendered, handed out, adjusted down" },
    { "carried", COLUMN_VOLUME, 0, "of a place: by which it has more or less because a container was carried" },
    { "balance", COLUMN_AMOUNT, 0, "in containers, after it" },
    { "in_doses", COLUMN_MASS, 0, "drawn and not yet accounted for, after it; of a product" },
    { "by", COLUMN_TEXT, 0, "handle of who did it" },
    { "signers", COLUMN_LIST, COLUMN_RECORD, "handle and what he signed as" },
    { "irregular", COLUMN_LIST, COLUMN_RECORD, "codes of the rules it went against" },
    { "case", COLUMN_TEXT, COLUMN_RECORD, "opened by it" },
    { "marks", COLUMN_MARKS, 0, "LATE 42 min, IRREGULAR, TRANSCRIBED from a form, CORRECTED or VOID by an entry" },
    { .name = NULL },
};


/* ---- one line */

static void put_mass(struct row *row, const char *column, int64_t mass_ng)
{
    if (mass_ng != 0)
        row_number(row, column, mass_ng);
}

static void put_amounts(struct row *row, const struct movement *movement, int64_t carried_ul)
{
    const int64_t *amount = movement->amount;
    int64_t out_ng = movement_out_ng(movement);

    put_mass(row, "in", movement_in_ng(movement));
    put_mass(row, "drawn", movement->drawn_ng - movement->returned_ng);
    put_mass(row, "given", amount[TOTAL_GIVEN]);
    put_mass(row, "wasted", amount[TOTAL_WASTED]);
    put_mass(row, "residual", amount[TOTAL_RESIDUAL]);
    put_mass(row, "other", out_ng - amount[TOTAL_GIVEN] - amount[TOTAL_WASTED] - amount[TOTAL_RESIDUAL]);
    put_mass(row, "carried", carried_ul);
}

static void put_balance(struct register_run *run, struct row *row, int64_t held_ul, int64_t in_doses_ng)
{
    int64_t strength = view_number(run->book.reading.view, SUBJECT_PRODUCT, run->page.product, PRODUCT_STRENGTH);

    row_amount(row, "balance", (uint64_t)(held_ul * strength), (uint64_t)held_ul);
    if (run->page.place == 0 && run->page.vial == 0)
        row_number(row, "in_doses", in_doses_ng);
}

static void put_vial(struct register_run *run, struct row *row, uint32_t vial)
{
    struct book *book = &run->book;
    char text[NAME_TEXT_SIZE], lot[LOT_SIZE];
    int64_t expiry = view_number(book->reading.view, SUBJECT_VIAL, vial, VIAL_EXPIRY);

    row_text(row, "vial", name_of_subject(book->reading.view, SUBJECT_VIAL, vial, text));
    row_text(row, "lot", lot_of_vial(book, vial, lot));
    if (expiry != 0)
        row_number(row, "expiry", expiry);
}

static void put_entry(struct register_run *run, struct row *row, const struct walk_row *entry)
{
    struct about about = register_about(run, entry, 0);

    row_number(row, "entry", entry->number);
    row_time(row, "happened", entry->event.occurred);
    row_time(row, "recorded", (struct at){ entry->entry.header.recorded_ms, entry->event.occurred.offset_min });
    row_text(row, "what", entry->event.kind->name);
    row_text(row, "dose", about.dose);
    row_text(row, "session", about.session);
    row_text(row, "patient", about.patient);
    row_text(row, "order", about.order);
    row_text(row, "party", about.party);
    row_text(row, "document", about.document);
    row_text(row, "by", about.by);
    row_text(row, "case", about.case_);
    entry_put_signers(&run->book, &entry->event, row);
    entry_put_irregular(&entry->event, row);
    entry_put_marks(&run->book, entry->number, &entry->entry, &entry->event, row);
}

static enum ledger_status put_line(struct register_run *run, const struct line *line, struct error *error)
{
    struct row *row = &run->table.row;
    char text[NAME_TEXT_SIZE];

    (void)error;
    row_text(row, "product", name_of_subject(run->book.reading.view, SUBJECT_PRODUCT, run->page.product, text));
    put_entry(run, row, line->row);
    if (line->movement != NULL) {
        put_amounts(row, line->movement, line->carried_ul);
        if (line->movement->vial != 0)
            put_vial(run, row, line->movement->vial);
    }
    put_balance(run, row, line->held_ul, line->in_doses_ng);
    table_put(&run->table, entry_style(&line->row->event, &line->row->effect));
    return LEDGER_OK;
}

/* ---- pages */

static void begin_page(struct register_run *run, const struct page_sum *sum)
{
    row_text(&run->table.row, "what", "brought forward");
    put_balance(run, &run->table.row, sum->opening_ul, sum->opening_in_doses_ng);
    table_put(&run->table, ROW_TOTAL);
}

static void end_page(struct register_run *run, const struct page_sum *sum)
{
    row_text(&run->table.row, "what", "in all");
    put_amounts(&run->table.row, &sum->all, sum->carried_ul);
    put_balance(run, &run->table.row, sum->held_ul, sum->in_doses_ng);
    table_put(&run->table, ROW_TOTAL);
}

enum ledger_status cmd_register(struct call *call, struct error *error)
{
    static const struct register_form form = {
        .name = "register", .columns = register_columns, .begin = begin_page, .put = put_line, .end = end_page };

    return register_write(call, &form, error);
}
