/* phial downtime print: what is open now, and numbered lines to write on while the computer is down.
 *
 * Nothing is recorded. A form is known by the entry it was printed after and its place in the pile, and by that number its
 * lines come back into the book: phial import --transcribe. */
#include "cli/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/describe.h"
#include "cli/heading.h"
#include "cli/terminal.h"
#include "ledger/files.h"
#include "schema/ident.h"

const struct option downtime_options[] = {
    { "output", 'o', "FILE", false, "the file to make; it must not be there yet" },
    { "sheets", 0, "NUMBER", false, "how many sheets of lines, 1 to 99; 2 unless said" },
    { .name = NULL },
};

enum { SHEETS = 2, SHEETS_LIMIT = 99, SHEET_LINES = 16, PAGE_COLUMNS = 110 };

struct print {
    struct book *book;
    FILE *out; /* in memory */
    uint32_t after; /* the entry all of it is printed after */
    unsigned sheets;
};

/* ---- what stands on every page */

static void put_rule(struct print *print, char mark)
{
    for (int i = 0; i < PAGE_COLUMNS; i++)
        putc(mark, print->out);
    putc('\n', print->out);
}

static void put_head(struct print *print, const char *what)
{
    char site[VALUE_TEXT_SIZE], registrations[VALUE_TEXT_SIZE], when[CIVIL_TEXT_SIZE], mark[BOOK_HEAD_SIZE];
    struct digest head = { { 0 } };

    site_text(print->book, "site", site);
    site_text(print->book, "registrations", registrations);
    view_entry_hash(print->book->reading.view, print->after, &head);
    fprintf(print->out, "%s\n%s  %s%s\nprinted %s after entry #%" PRIu32 ", head %s\n", what, site, registrations,
            print->book->is_training ? "  TRAINING" : "", civil_format_local(book_now(print->book), when), print->after,
            head_mark(&head, mark));
    put_rule(print, '=');
}

/* ---- what is open */

static bool is_open(const struct leaf *leaf)
{
    switch (leaf->table) {
    case SUBJECT_SESSION:
        return leaf->state[SESSION_STATE] == SESSION_IS_OPEN;
    case SUBJECT_DOSE:
        return leaf->state[DOSE_STATE] < DOSE_IS_SETTLED;
    default:
        return leaf->state[VIAL_STATE] == VIAL_SEALED || leaf->state[VIAL_STATE] == VIAL_OPEN;
    }
}

/* Where a container stands, and until when an open one may be used. */
static void put_whereabouts(struct print *print, const struct leaf *vial)
{
    char name[NAME_TEXT_SIZE], when[CIVIL_TEXT_SIZE];

    fprintf(print->out, "  in %s", name_of_subject(print->book->reading.view, SUBJECT_PLACE, (uint32_t)vial->state[VIAL_PLACE], name));
    if (vial->state[VIAL_STATE] == VIAL_OPEN)
        fprintf(print->out, "  open, use by %s", book_time(print->book, vial->state[VIAL_BEYOND_USE], when));
}

static void put_open(struct print *print, enum subject subject, const char *heading)
{
    struct view *view = print->book->reading.view;
    char label[IDENT_TEXT_SIZE], text[DESCRIBE_SIZE];
    uint32_t count = view_count(view, subject), found = 0;

    fprintf(print->out, "\n%s\n", heading);
    for (uint32_t id = 1; id <= count; id++) {
        const struct leaf *leaf = view_leaf(view, subject, id);

        if (leaf == NULL || !is_open(leaf))
            continue;
        fprintf(print->out, "  %-10s %s", ident_format_label(subject, id, label), describe(print->book, subject, id, text));
        if (subject == SUBJECT_VIAL)
            put_whereabouts(print, leaf);
        putc('\n', print->out);
        found++;
    }
    if (found == 0)
        fputs("  none\n", print->out);
}

/* ---- lines to write on */

/* A line of the page in its columns, filled up with spaces or with what one writes on. */
static void put_cells(struct print *print, const char *const *texts, char fill)
{
    static const int widths[] = { 5, 7, 14, 22, 14, 13, 10, 11 };

    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        fputs(texts[i], print->out);
        for (int used = (int)strlen(texts[i]); used < widths[i]; used++)
            putc(fill, print->out);
        fputs(i + 1 < sizeof widths / sizeof widths[0] ? "|" : "\n", print->out);
    }
}

static void put_lines(struct print *print)
{
    static const char *const headings[] = { "line", "time", "what was done", "vial, dose, session", "amount", "witness saw", "by",
                                            "witness" };
    char number[8];

    put_cells(print, headings, ' ');
    put_rule(print, '=');
    for (int line = 1; line <= SHEET_LINES; line++) {
        snprintf(number, sizeof number, "%d", line);
        put_cells(print, (const char *const[]){ number, "", "", "", "", "", "", "" }, ' ');
        put_cells(print, (const char *const[]){ "", "", "", "", "", "", "", "" }, '_');
    }
}

static void put_sheet(struct print *print, unsigned sheet)
{
    char what[64];

    snprintf(what, sizeof what, "DOWNTIME FORM %" PRIu32 "-%u", print->after, sheet);
    putc('\f', print->out);
    put_head(print, what);
    fputs("Write each act on a line of its own, when it is done: receive, session open, draw, give, waste, empty, move and the\n"
          "rest by the names of the commands. Ids with their last letter. A dose drawn on this form is `dose of line 3`. Of a\n"
          "gift: route, start, stop and reading; the witness writes what he saw before he reads the other's. Strike a\n"
          "mistake through once, with initials; rub nothing out.\n\n", print->out);
    put_lines(print);
    fputs("\nnumber of lines used: ______    typed in by: ______________    compared with this paper by an officer: ______________\n"
          "Back in the book with: phial import FILE.ndjson --transcribe paper-form:SCAN", print->out);
    fprintf(print->out, " --form %" PRIu32 "-%u --as TYPIST -w OFFICER\n", print->after, sheet);
}

static void put_all(struct print *print)
{
    put_head(print, "WHEN THE COMPUTER IS DOWN: what was open");
    put_open(print, SUBJECT_SESSION, "SESSIONS");
    put_open(print, SUBJECT_DOSE, "DOSES NOT SETTLED");
    put_open(print, SUBJECT_VIAL, "VIALS");
    for (unsigned sheet = 1; sheet <= print->sheets; sheet++)
        put_sheet(print, sheet);
}

/* ---- */

static enum ledger_status read_sheets(const struct call *call, unsigned *sheets, struct error *error)
{
    const char *text = call_value(call, "sheets");
    size_t digits = text != NULL ? strspn(text, "0123456789") : 0;

    *sheets = SHEETS;
    if (text == NULL)
        return LEDGER_OK;
    *sheets = 0;
    for (size_t i = 0; i < digits && *sheets <= SHEETS_LIMIT; i++)
        *sheets = 10 * *sheets + (unsigned)(text[i] - '0');
    if (text[digits] == '\0' && *sheets >= 1 && *sheets <= SHEETS_LIMIT)
        return LEDGER_OK;
    return error_set(error, REFUSAL_BAD_VALUE, "--sheets is a number from 1 to %d, not `%s`", SHEETS_LIMIT, text);
}

static enum ledger_status write_file(const char *path, const char *text, size_t size, struct error *error)
{
    if (file_write_new(path, 0600, text, size))
        return LEDGER_OK;
    return error_set(error, errno == EEXIST ? REFUSAL_EXISTS : errno == ENOSPC ? REFUSAL_DISK_FULL : REFUSAL_IO, "write %s: %s", path,
                     strerror(errno));
}

static enum ledger_status say_forms(const struct call *call, const struct print *print, const char *text, struct error *error)
{
    const char *path = call_value(call, "output");
    struct answer *answer, *forms;

    if (!call_flag(call, "json")) {
        if (path == NULL)
            fputs(text, terminal_out());
        else
            say("WRITTEN forms %" PRIu32 "-1 to %" PRIu32 "-%u to %s: print them, and print them anew each morning.\n", print->after,
                print->after, print->sheets, path);
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_number(answer, "after", print->after);
    forms = answer_list(answer, "forms");
    for (unsigned sheet = 1; sheet <= print->sheets; sheet++) {
        char form[32];

        snprintf(form, sizeof form, "%" PRIu32 "-%u", print->after, sheet);
        answer_text(forms, NULL, form);
    }
    answer_text(answer, path != NULL ? "file" : "text", path != NULL ? path : text);
    return answer_print(answer, stdout, error);
}

static enum ledger_status print_forms(const struct call *call, struct print *print, struct error *error)
{
    const char *path = call_value(call, "output");
    char *text = NULL;
    size_t size = 0;
    enum ledger_status status;

    print->out = open_memstream(&text, &size);
    if (print->out != NULL)
        put_all(print);
    if (print->out == NULL || fclose(print->out) != 0) {
        free(text);
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    }
    status = view_status(print->book->reading.view, error);
    if (status == LEDGER_OK && path != NULL)
        status = write_file(path, text, size, error);
    if (status == LEDGER_OK)
        status = say_forms(call, print, text, error);
    free(text);
    return status;
}

enum ledger_status cmd_downtime(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    struct print print = { .book = &book };
    enum ledger_status status = read_sheets(call, &print.sheets, error);

    if (status == LEDGER_OK)
        status = book_open(&book, call, LEDGER_READ, error);
    if (status == LEDGER_OK) {
        print.after = view_entries_before(book.reading.view);
        status = print_forms(call, &print, error);
    }
    book_close(&book);
    return status;
}
