#include "ledger/statement_book.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/attest_write.h"

/* ---- who signed */

static void compare_officer(struct statement_report *report, struct view *view)
{
    const struct statement_officer *officer = &report->statement.officer;
    int64_t roles = view_number(view, SUBJECT_CREDENTIAL, officer->person, CREDENTIAL_ROLES);
    int64_t until_ms = view_number(view, SUBJECT_CREDENTIAL, officer->person, CREDENTIAL_UNTIL);

    if (officer->person == 0)
        return;
    if ((roles & ROLE_OFFICER) == 0 || view_number(view, SUBJECT_CREDENTIAL, officer->person, CREDENTIAL_REVOKED) != 0 ||
        view_number(view, SUBJECT_CREDENTIAL, officer->person, CREDENTIAL_FROM) > report->statement.made_ms ||
        (until_ms != 0 && until_ms < report->statement.made_ms))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 0, "by the book %s was no officer then", officer->handle);
}

/* ---- what it says */

static bool entries_equal(const struct statement_line *left, const struct statement_line *right)
{
    return left->entry_count == right->entry_count &&
           memcmp(left->entries, right->entries, left->entry_count * sizeof left->entries[0]) == 0;
}

/* The words of a line, or of the head, 0, are others. Another program may say the same otherwise. */
static void find_words(struct statement_report *report, unsigned line, const struct statement *book)
{
    const char *what = line == 0 ? "its head" : attest_line_name(line);

    if (strcmp(report->statement.program, book->program) == 0)
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, line, "%s%s says something else than the book",
                       line == 0 ? "" : "the line ", what);
    else
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_STATEMENT_DIFFERS, line,
                       "%s%s has other words: it was made by %s, and this is %s. Verdicts, entries and totals are the book's",
                       line == 0 ? "" : "the line ", what, report->statement.program, book->program);
}

static void compare_lines(struct statement_report *report, const struct statement *book)
{
    const struct statement *said = &report->statement;

    for (unsigned i = 0; i < STATEMENT_LINES; i++) {
        const struct statement_line *line = &said->lines[i];

        if (line->verdict != book->lines[i].verdict)
            statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, i + 1, "line %u, %s, says %s, and by the book it is %s",
                           i + 1, attest_line_name(i + 1), statement_verdict_name(line->verdict),
                           statement_verdict_name(book->lines[i].verdict));
        else if (!entries_equal(line, &book->lines[i]))
            statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, i + 1, "line %u, %s, names other entries than the book",
                           i + 1, attest_line_name(i + 1));
        else if (strcmp(line->text, book->lines[i].text) != 0)
            find_words(report, i + 1, book);
    }
}

static bool totals_equal(const struct statement *said, const struct statement *book)
{
    bool are = said->total_count == book->total_count;

    for (size_t i = 0; i < said->total_count && are; i++) {
        const struct statement_total *left = &said->totals[i], *right = &book->totals[i];

        are = left->product == right->product && left->before_in_doses == right->before_in_doses &&
              left->before_on_hand == right->before_on_hand && left->in_doses == right->in_doses &&
              left->on_hand == right->on_hand && memcmp(left->change, right->change, sizeof left->change) == 0;
    }
    return are;
}

static bool officers_equal(const struct statement_officer *left, const struct statement_officer *right)
{
    return left->person == right->person && strcmp(left->handle, right->handle) == 0 && left->algorithm == right->algorithm &&
           left->key_size == right->key_size && memcmp(left->key, right->key, left->key_size) == 0;
}

static void compare_all(struct statement_report *report, const struct statement *book)
{
    const struct statement *said = &report->statement;

    if (memcmp(said->ledger, book->ledger, sizeof said->ledger) != 0)
        statement_find(report, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, 0, "it is about another book than this");
    if (memcmp(said->root, book->root, sizeof said->root) != 0)
        statement_find(report, JUDGED_FAIL, REFUSAL_ROOT, 0,
                       "it is about another book: the root of the first %" PRIu32 " entries differs", said->size);
    if (!officers_equal(&said->officer, &book->officer))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 0, "by the book %s has another key", said->officer.handle);
    if (said->is_training != book->is_training)
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 0, "it does not say whether the book is for training");
    compare_lines(report, book);
    if (!totals_equal(said, book))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 2, "its totals are not those of the book");
    if (strcmp(said->head, book->head) != 0)
        find_words(report, 0, book);
}

/* ---- */

static enum ledger_status compare(struct statement_report *report, struct reading *reading, struct statement *book,
                                  struct error *error)
{
    const struct statement *said = &report->statement;
    struct attest_options options = { .now_ms = said->made_ms, .officer = said->officer.person,
                                      .period = { .before = said->after, .last = said->last, .has_ended = said->has_ended } };
    struct public_key seal;
    enum ledger_status status;

    if (!view_key_of(reading->view, PERSON_SEAL, &seal))
        return error_set(error, REFUSAL_DAMAGED_FILE, "the book has no seal");
    statement_file_judge(report, &seal, true);
    compare_officer(report, reading->view);
    status = attest_of_book(reading, &options, book, error);
    if (status == LEDGER_IDENTITY || status == LEDGER_USAGE) { /* the officer is nobody here, or an end no end */
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 0, "%s", error->text);
        return LEDGER_OK;
    }
    if (status == LEDGER_OK)
        compare_all(report, book);
    return status;
}

enum ledger_status statement_compare(struct statement_report *report, struct store_txn *txn, struct error *error)
{
    struct statement *book = malloc(sizeof *book);
    struct reading reading = { .txn = txn, .view = view_new(txn) };
    enum ledger_status status;

    if (book == NULL || reading.view == NULL)
        status = error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    else
        status = compare(report, &reading, book, error);
    report->was_compared = status == LEDGER_OK;
    view_free(reading.view);
    free(book);
    return status;
}
