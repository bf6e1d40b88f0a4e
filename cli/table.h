/* A table: rows of the same columns, as a page for people, as CSV, or as one JSON object.
 *
 * The screen: headings, then rows in columns as wide as what stands in them; what finds no room to the right goes on,
 * with its heading, on a line of its own below; nothing is left out, and what is cut ends in an ellipsis. Columns with
 * nothing in them are not drawn. With --accessible each value stands behind its heading; with --quiet there are rows
 * and nothing else. The last line is a sentence.
 *
 * --csv: RFC 4180: a line of names, then the rows; lines end in CR LF, texts stand between quotes, numbers do not. A text
 * that a spreadsheet would take for a formula gets an apostrophe before it. UTF-8 without a byte order mark.
 *
 * --json: {"table":NAME, heading, "rows":[…], "count":N, "cut":YES}, on one line. When something fails half-way it is not
 * closed, so that no reader takes half an answer for a whole one.
 *
 * Sub-totals, totals and lines above a group of rows are for the screen alone: a program adds up by itself, and a
 * spreadsheet would add them twice. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "cli/options.h"
#include "cli/row.h"

enum row_style {
    ROW_PLAIN,
    ROW_STRUCK, /* corrected or cancelled: its marks say so, the screen strikes it through where it can */
    ROW_TOTAL,  /* of the rows above: screen alone */
};

struct screen;

struct table {
    const char *name;
    enum { TABLE_SCREEN, TABLE_CSV, TABLE_JSON } form;
    struct row row; /* the caller fills it, then table_put */
    struct answer *head;
    struct screen *screen;
    uint64_t count; /* rows put, without totals */
    bool is_begun;  /* its first line is out */
    bool is_cut;
    enum ledger_status status; /* the first that failed */
    struct error error;
};

/* Begin a table in the form the call asks for. End it with table_end even after a failure. */
void table_begin(struct table *table, const struct call *call, const char *name, const struct column *columns);

/* What the whole table is about, before its first row: members of the JSON object; for people with --verbose. */
void table_head_text(struct table *table, const char *name, const char *text);
void table_head_number(struct table *table, const char *name, int64_t number);
void table_head_yes(struct table *table, const char *name, bool yes);

/* A line above the rows that follow, for the screen. */
void table_group(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put what is in `row` as the next row, and empty it. */
void table_put(struct table *table, enum row_style style);

/* Say that rows were left out at a limit. */
void table_cut(struct table *table);

/* Print what is left and, on the screen, the closing sentence, which needs no line end. PH0715. With a `status` that is
 * not LEDGER_OK nothing is closed, and it is handed back. */
enum ledger_status table_end(struct table *table, enum ledger_status status, struct error *error, const char *sentence, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- for the commands that refuse what they cannot do, and for `phial help formats` */

/* PH1002 when --csv is asked of a command that makes no table; PH1006 with --json besides. */
enum ledger_status table_check(const struct call *call, bool has_table, struct error *error);

#endif
