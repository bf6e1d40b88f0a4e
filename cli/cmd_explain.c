/* phial explain CODE: the table of refusals, in words. */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/screen.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "ledger/sentence.h"

const struct column refusal_columns[] = {
    { "code", COLUMN_TEXT, 0, NULL },
    { "class", COLUMN_TEXT, 0, NULL },
    { "name", COLUMN_TEXT, COLUMN_RECORD, "in the source" },
    { "sentence", COLUMN_TEXT, COLUMN_REST | COLUMN_CUT, NULL },
    { "meaning", COLUMN_TEXT, COLUMN_RECORD, "of the class" },
    { "ground", COLUMN_TEXT, COLUMN_RECORD, "why it is so" },
    { "next", COLUMN_LIST, COLUMN_RECORD, "what would be accepted" },
    { "override", COLUMN_YES, COLUMN_RECORD, "two people may set it aside beforehand, for one session" },
    { .name = NULL },
};

/* What a class means to somebody who was refused (ledger/DESIGN.md section 3). */
static const char *class_meaning(enum refusal_class class_)
{
    static const char *const meanings[] = {
        [CLASS_MALFORMED] = "refused: it is not written as it must be",
        [CLASS_IMPOSSIBLE] = "refused: it cannot have happened so; what did happen can be recorded",
        [CLASS_FORBIDDEN] = "refused as something to do; recorded with --irregular --reason TEXT if it has happened",
        [CLASS_SOFT] = "asks for --reason TEXT and a second person",
        [CLASS_CASE] = "recorded, and opens a case",
        [CLASS_NOTE] = "recorded, and marked wherever it shows",
        [CLASS_AGAIN] = "nothing is lost: it is prepared and signed anew",
        [CLASS_SYSTEM] = "has to do with files, keys or words, not with the rules",
        [CLASS_FINDING] = "is found by phial verify" };

    return meanings[class_];
}

/* PH0210, ph210, 0210, 210. */
static bool parse_code(const char *text, unsigned *code)
{
    if ((text[0] == 'P' || text[0] == 'p') && (text[1] == 'H' || text[1] == 'h'))
        text += 2;
    *code = 0;
    if (text[0] == '\0' || strlen(text) > 4)
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *code = *code * 10 + (unsigned)(*text - '0');
    }
    return true;
}

/* Each line of a text on a line of its own; the label stands before the first. */
static void print_part(const char *label, const char *text)
{
    char line[ERROR_TEXT_SIZE];

    for (; *text != '\0'; label = "") {
        size_t size = strcspn(text, "\n");

        snprintf(line, sizeof line, "%.*s", (int)size, text);
        screen_say_part(label, line);
        text += size + (text[size] == '\n');
    }
}

static void print_refusal(const struct refusal *refusal)
{
    char sentence[SENTENCE_SIZE];

    refusal_pattern(refusal->code, sentence, sizeof sentence);
    say("%sPH%04u%s ", style_out(STYLE_LOUD), refusal->code, style_out(STYLE_PLAIN));
    screen_say_words(sentence, strlen("PH0000 "), 2, terminal_columns());
    say("\n");
    print_part(class_name(refusal->class_), class_meaning(refusal->class_));
    print_part("why", refusal->ground);
    print_part("next", refusal->next);
    if (refusal->can_override) {
        snprintf(sentence, sizeof sentence,
                 "beforehand, by two, for one session: phial override PH%04u --patient PATIENT --reason TEXT --officer HANDLE",
                 refusal->code);
        print_part("override", sentence);
    }
    say("\n");
}

static void put_refusal(const struct refusal *refusal, struct table *table)
{
    char sentence[SENTENCE_SIZE], code[8];

    refusal_pattern(refusal->code, sentence, sizeof sentence);
    snprintf(code, sizeof code, "PH%04u", refusal->code % 10000u);
    row_text(&table->row, "code", code);
    row_text(&table->row, "class", class_name(refusal->class_));
    row_text(&table->row, "name", refusal->name);
    row_text(&table->row, "sentence", sentence);
    row_text(&table->row, "meaning", class_meaning(refusal->class_));
    row_text(&table->row, "ground", refusal->ground);
    row_item(&table->row, "next", refusal->next); /* a line is an item */
    row_number(&table->row, "override", refusal->can_override);
    table_put(table, ROW_PLAIN);
}

static enum ledger_status find_refusal(const char *text, const struct refusal **refusal, struct error *error)
{
    unsigned code;

    *refusal = parse_code(text, &code) ? refusal_find(code) : NULL;
    if (*refusal != NULL)
        return LEDGER_OK;
    error_set(error, REFUSAL_UNKNOWN_ID, "there is no code `%s`", text);
    error_next(error, "phial explain lists them all");
    return error->status;
}

/* Those that are asked for, in words or, where there is a table, as its rows. */
static enum ledger_status explain_named(const struct call *call, struct table *table, struct error *error)
{
    const struct refusal *refusal = NULL;
    const char *text;
    size_t place = 0;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && (text = call_next(call, NULL, &place)) != NULL) {
        status = find_refusal(text, &refusal, error);
        if (status == LEDGER_OK && table != NULL)
            put_refusal(refusal, table);
        else if (status == LEDGER_OK)
            print_refusal(refusal);
    }
    return status;
}

enum ledger_status cmd_explain(struct call *call, struct error *error)
{
    struct table table;
    enum ledger_status status = LEDGER_OK;

    if (call_count(call, NULL) > 0 && !call_flag(call, "json") && !call_flag(call, "csv"))
        return explain_named(call, NULL, error);
    table_begin(&table, call, "codes", refusal_columns);
    for (const struct refusal *refusal = refusals; call_count(call, NULL) == 0 && refusal->code != 0; refusal++)
        put_refusal(refusal, &table);
    status = explain_named(call, &table, error);
    return table_end(&table, status, error, "%" PRIu64 " codes; phial explain CODE tells the rest.", table.count);
}
