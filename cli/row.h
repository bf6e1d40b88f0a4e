/* A row: values under columns that are declared once, from which the screen, CSV and JSON are all made.
 *
 * A column has a name and a type. For programs the type puts the unit behind the name (`left_ul`, `given_ng`) and
 * makes two of a time (RFC 3339, and `_ms`) and of an amount (`_ng` and `_ul`); values are integers in base units.
 * On the screen the same value reads as people read it, mg and mL without trailing zeros, never rounded. A cell that
 * nothing was put in is null in JSON, [] when it is a list, and empty in CSV. */
#ifndef CLI_ROW_H
#define CLI_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/answer.h"
#include "schema/civil.h"

enum column_type {
    COLUMN_TEXT = 1,
    COLUMN_LIST,     /* texts; in CSV apart by "; " */
    COLUMN_MARKS,    /* a list too: what has to strike the eye, LATE or ON HOLD */
    COLUMN_NUMBER,
    COLUMN_ENTRY,    /* #12 */
    COLUMN_YES,
    COLUMN_VOLUME,   /* uL, may be negative */
    COLUMN_MASS,     /* ng, may be negative */
    COLUMN_AMOUNT,   /* ng and uL: "75 mg (1.5 mL)" */
    COLUMN_PER_KG,   /* ng per kg */
    COLUMN_WEIGHT,   /* g */
    COLUMN_STRENGTH, /* ug per mL */
    COLUMN_TIME,     /* ms with the offset it is shown in */
    COLUMN_DATE,     /* days since 1970-01-01 */
};

enum {
    COLUMN_RECORD = 1, /* for CSV and JSON alone */
    COLUMN_SCREEN = 2, /* for the screen alone: it says in words what other columns say */
    COLUMN_REST = 4,   /* text that takes what the screen has left, at most one */
    COLUMN_CUT = 8,    /* and is cut with an ellipsis there, if --verbose does not ask for all of it */
};

struct column {
    const char *name; /* ends a list when NULL */
    enum column_type type;
    unsigned flags;
    const char *help; /* what it is, where the name does not say it */
};

enum { ROW_CELLS = 48, ROW_ROOM = 16384, KEY_SIZE = 64 };

struct row {
    const struct column *columns; /* the caller's */
    size_t count;
    struct cell {
        bool is_set;
        int64_t number, second; /* an amount's uL, a time's offset */
        const char *text;       /* items of a list are apart by '\n' */
    } cells[ROW_CELLS];
    size_t used;
    char room[ROW_ROOM]; /* of the texts */
};

/* A row of these columns with nothing in it; row_clear empties it again. */
void row_begin(struct row *row, const struct column *columns);
void row_clear(struct row *row);

/* Put a value under a column that exists and has this type. Texts are copied. */
void row_text(struct row *row, const char *column, const char *text);
void row_item(struct row *row, const char *column, const char *text); /* one more in a list; a line is an item */
void row_number(struct row *row, const char *column, int64_t number); /* of any type that is one number */
void row_amount(struct row *row, const char *column, uint64_t mass_ng, uint64_t volume_ul);
void row_time(struct row *row, const char *column, struct at at);

/* Whether there is something in it to show: neither nothing nor an empty text or list. */
bool row_has(const struct row *row, size_t index);

/* A cell as people read it, "" for nothing; in `out` or in the row. */
const char *row_screen_text(const struct row *row, size_t index, char out[static ROW_ROOM]);

/* The column's name in words: "drawn for". */
const char *column_heading(const struct column *column, char out[static KEY_SIZE]);

/* ---- for programs: one walk, so that CSV, JSON and their description cannot differ */

enum fact_form { FACT_NOTHING, FACT_NUMBER, FACT_TEXT, FACT_LIST, FACT_YES };

struct fact {
    const struct column *column;
    char key[KEY_SIZE];
    enum fact_form form; /* FACT_NOTHING: the cell is empty */
    int64_t number;
    const char *text;
    char buffer[CIVIL_TEXT_SIZE];
};

struct row_cursor {
    size_t index, part;
};

/* The next key and its value, from a cursor that begins as { 0, 0 }; false after the last. */
bool row_next(const struct row *row, struct row_cursor *cursor, struct fact *fact);

/* All of them as members of an object. */
void row_answer(const struct row *row, struct answer *answer);

#endif
