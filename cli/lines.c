#include "cli/lines.h"

#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"
#include "crypto/digest.h"
#include "ledger/attest.h"
#include "schema/text.h"

enum { WIDEST = 120, NARROWEST = 60, LINE_INDENT = 32 };

/* ---- for people */

/* Say a text from here on, its further lines indented; broken between words. */
static void say_wrapped(const char *text, size_t indent)
{
    size_t width = terminal_columns() < WIDEST ? terminal_columns() : WIDEST, column = indent;

    if (width < NARROWEST)
        width = NARROWEST;
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, " "), columns = text_columns(bytes_of(at, size));

        if (column > indent && column + 1 + columns > width) {
            say("\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            say(" ");
            column++;
        }
        say("%.*s", (int)size, at);
        column += columns;
        at += size + strspn(at + size, " ");
    }
    say("\n");
}

static enum style style_of(unsigned verdict)
{
    return verdict == VERDICT_SHOWN ? STYLE_GOOD : verdict == VERDICT_CONTRADICTED ? STYLE_BAD : STYLE_PLAIN;
}

void lines_say(const struct statement *statement)
{
    say(" ");
    say_wrapped(statement->head, 1);
    for (unsigned i = 0; i < STATEMENT_LINES; i++) {
        const struct statement_line *line = &statement->lines[i];

        say("  %u %-14s %s%-13s%s ", i + 1, attest_line_name(i + 1), style_out(style_of(line->verdict)),
            statement_verdict_name(line->verdict), style_out(STYLE_PLAIN));
        say_wrapped(line->text, LINE_INDENT);
    }
}

/* ---- for programs */

static void answer_line(struct answer *list, unsigned number, const struct statement_line *line)
{
    struct answer *row = answer_object(list, NULL), *entries;

    answer_number(row, "line", number);
    answer_text(row, "name", attest_line_name(number));
    if (line->verdict == VERDICT_NONE)
        answer_null(row, "verdict");
    else
        answer_text(row, "verdict", statement_verdict_name(line->verdict));
    answer_text(row, "text", line->text);
    entries = answer_list(row, "entries");
    for (size_t i = 0; i < line->entry_count; i++)
        answer_number(entries, NULL, line->entries[i]);
}

/* Under the names of a closing's totals, in ng. */
static void answer_total(struct answer *list, const struct statement_total *total)
{
    const struct leaf_place *places = leaf_places(LEAF_TABLE_TOTAL);
    struct answer *row = answer_object(list, NULL);
    char name[64];

    answer_number(row, "product", total->product);
    answer_number(row, "before_in_doses_ng", total->before_in_doses);
    answer_number(row, "before_on_hand_ng", total->before_on_hand);
    for (unsigned place = 0; place < TOTAL_IN_DOSES; place++) {
        snprintf(name, sizeof name, "%s_ng", places[place].name);
        for (char *at = name; *at != '\0'; at++)
            *at = *at == '-' ? '_' : *at;
        answer_number(row, name, total->change[place]);
    }
    answer_number(row, "in_doses_ng", total->in_doses);
    answer_number(row, "on_hand_ng", total->on_hand);
}

void lines_answer(const struct statement *statement, struct answer *answer)
{
    struct answer *lines, *totals;

    answer_text(answer, "head", statement->head);
    answer_hex(answer, "ledger", bytes_of(statement->ledger, DIGEST_SIZE));
    answer_yes(answer, "training", statement->is_training);
    answer_yes(answer, "ended", statement->has_ended);
    answer_number(answer, "after", statement->after);
    answer_number(answer, "last", statement->last);
    answer_number(answer, "size", statement->size);
    answer_hex(answer, "root", bytes_of(statement->root, DIGEST_SIZE));
    answer_time(answer, "made", statement->made_ms);
    answer_text(answer, "program", statement->program);
    if (statement->officer.person != 0)
        answer_text(answer, "officer", statement->officer.handle);
    lines = answer_list(answer, "lines");
    for (unsigned i = 0; i < STATEMENT_LINES; i++)
        answer_line(lines, i + 1, &statement->lines[i]);
    totals = answer_list(answer, "totals");
    for (size_t i = 0; i < statement->total_count; i++)
        answer_total(totals, &statement->totals[i]);
}
