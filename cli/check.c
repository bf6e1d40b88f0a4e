#include "cli/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "ledger/verify.h"

/* ---- against a book */

/* A book that is not sound says nothing for or against a statement. */
static void judge_book(struct statement_report *found, const struct report *book)
{
    found->book_entries = book->entries;
    if (book->judgement != JUDGED_PASS)
        statement_find(found, book->judgement, book->judgement == JUDGED_FAIL ? REFUSAL_NOT_VERIFIED : REFUSAL_NOT_JUDGED, 0,
                       "the book it is held against %s: %s", book->judgement == JUDGED_FAIL ? "does not verify" : "could not be judged",
                       book->finding_count > 0 ? book->findings[0].text : "");
    else if (memcmp(book->ledger.bytes, found->statement.ledger, sizeof book->ledger.bytes) != 0)
        statement_find(found, JUDGED_FAIL, REFUSAL_OTHER_LEDGER, 0, "it is of another book than the one it is held against");
    else if (book->entries < found->statement.size)
        statement_find(found, JUDGED_UNPROVEN, REFUSAL_INCOMPLETE, 0,
                       "the book it is held against ends with #%" PRIu32 ", and it speaks of one of %" PRIu32 " entries", book->entries,
                       found->statement.size);
    else if (!found->was_compared)
        statement_find(found, JUDGED_FAIL, REFUSAL_STATEMENT_DIFFERS, 0, "the book never stood at #%" PRIu32 ": acts were recorded in one with it",
                       found->statement.size);
}

static enum ledger_status hold_against(const struct call *call, const char *path, const struct vkey *key,
                                       struct statement_report *found, struct error *error)
{
    static struct report report;
    struct progress progress;
    struct verify_options options = { .key = key, .progress = progress_step, .progress_context = &progress, .statement = found };
    struct stat about;
    bool is_directory = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
    enum ledger_status status;

    progress_begin(&progress, call, "verifying");
    status = is_directory ? verify_directory(path, &options, &report, error) : verify_file(path, &options, &report, error);
    progress_end(&progress);
    if (status == LEDGER_OK)
        judge_book(found, &report);
    return status;
}

/* ---- in words */

static const char *verdict_name(const struct statement_report *found)
{
    return found->finding.code == 0 ? "PASS" : found->finding.judgement == JUDGED_FAIL ? "FAIL" : "UNPROVEN";
}

static void say_verdict(const struct statement_report *found)
{
    const char *name = verdict_name(found);

    say("%s%s%s  ", style_out(found->finding.code == 0 ? STYLE_GOOD : STYLE_BAD), name, style_out(STYLE_PLAIN));
    if (found->finding.code != 0)
        say("PH%04u %s.\n", found->finding.code % 10000u, found->finding.text);
    else if (found->was_compared)
        say("The statement is what the book says, as it stood at #%" PRIu32 "; %" PRIu32 " entries are there now.\n",
            found->statement.size, found->book_entries);
    else
        say("The seal of this site signed it%s%s. Whether it is so: --against its ledger or an export.\n",
            found->statement.officer.person != 0 ? ", and by its word the officer " : "",
            found->statement.officer.person != 0 ? found->statement.officer.handle : "");
}

static enum ledger_status answer_found(const struct statement_report *found, struct error *error)
{
    struct answer *answer = answer_new();
    char code[8];

    answer_text(answer, "verdict", verdict_name(found));
    if (found->finding.code != 0) {
        snprintf(code, sizeof code, "PH%04u", found->finding.code % 10000u);
        answer_text(answer, "code", code);
        answer_text(answer, "why", found->finding.text);
        if (found->line != 0)
            answer_number(answer, "line", found->line);
    }
    answer_yes(answer, "key_is_given", found->key_is_given);
    answer_yes(answer, "compared", found->was_compared);
    if (found->is_read)
        lines_answer(&found->statement, answer_object(answer, "statement"));
    return answer_print(answer, stdout, error);
}

/* ---- */

enum ledger_status check_statement(const struct call *call, const char *path, const struct vkey *key, struct error *error)
{
    static struct statement_report found; /* too large for a stack */
    const char *against = call_value(call, "against");
    struct verify_options options = { .key = against == NULL ? key : NULL };
    enum ledger_status status = verify_statement(path, &options, &found, error);

    if (status == LEDGER_OK && against != NULL && found.is_read)
        status = hold_against(call, against, key, &found, error);
    if (status != LEDGER_OK)
        return status;
    if (found.is_read && !found.key_is_given)
        statement_find(&found, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0,
                       "it fits together, but nobody says whose it is: give the site's public key, or a book");
    if (call_flag(call, "json")) {
        status = answer_found(&found, error);
    } else {
        say_verdict(&found);
        if (found.is_read && (found.finding.code == 0 || found.finding.judgement != JUDGED_FAIL))
            lines_say(&found.statement);
    }
    if (status != LEDGER_OK || found.finding.code == 0)
        return status;
    return found.finding.judgement == JUDGED_FAIL ? LEDGER_NO : LEDGER_UNPROVEN;
}
