/* phial help, phial version: the table of commands and the tables of options, in words. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/formats.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "ledger/rules.h"
#include "ledger/store.h"

enum { NAME_COLUMNS = 18, OPTION_COLUMNS = 26 };

const struct column help_columns[] = {
    { "name", COLUMN_TEXT, 0, NULL },
    { "alias", COLUMN_TEXT, COLUMN_RECORD, "another name for it" },
    { "help", COLUMN_TEXT, COLUMN_REST, NULL },
    { "synopsis", COLUMN_TEXT, COLUMN_RECORD, "what may follow the name" },
    { "records", COLUMN_YES, COLUMN_RECORD, "it writes in the book" },
    { "csv", COLUMN_YES, COLUMN_RECORD, "its answer is a table" },
    { .name = NULL },
};

/* ---- all commands */

static void put_command(const struct command *command, struct table *table)
{
    row_text(&table->row, "name", command->name);
    if (command->alias != NULL)
        row_text(&table->row, "alias", command->alias);
    row_text(&table->row, "help", command->help);
    row_text(&table->row, "synopsis", command->synopsis != NULL ? command->synopsis : "");
    row_number(&table->row, "records", command->records);
    row_number(&table->row, "csv", command_columns(command) != NULL);
    table_put(table, ROW_PLAIN);
}

static enum ledger_status help_all(const struct call *call, struct error *error)
{
    struct table table;

    table_begin(&table, call, "commands", help_columns);
    table_group(&table, "phial COMMAND [WORDS] [OPTIONS]");
    for (const struct command *command = commands; command->name != NULL; command++)
        put_command(command, &table);
    return table_end(&table, LEDGER_OK, error,
                     "Acts that belong together stand in one list: phial give D-1 … + waste D-1 rest … + session close S-1 …\n"
                     "phial help COMMAND says what it takes; phial explain CODE says why something was refused.");
}

/* ---- one command */

/* The choices of a field, as "pouch, bin, drain". */
static void print_choices(const struct field *field)
{
    say("%*s   ", OPTION_COLUMNS, "");
    for (const struct choice *choice = field->choices; choice->number != 0; choice++)
        say("%s%s", choice == field->choices ? "" : ", ", choice->name);
    say("\n");
}

static void print_option(const struct option *option, const struct field *field)
{
    char left[FIT_SIZE], text[96], letter[8] = "";

    if (option->letter != 0)
        snprintf(letter, sizeof letter, "-%c, ", option->letter);
    snprintf(text, sizeof text, "%s--%s%s%s", letter, option->name, option->takes != NULL ? " " : "",
             option->takes != NULL ? option->takes : "");
    say("  %s %s", fit_columns(text, OPTION_COLUMNS, left), option->help);
    if (field != NULL && field->unit != NULL)
        say(", in %s", field->unit);
    if (field != NULL && (field->flags & FIELD_PRIVATE) != 0)
        say(" (kept apart from the book)");
    say("\n");
    if (field != NULL && field->choices != NULL)
        print_choices(field);
}

/* What a signer of this kind has to be: "clinician or custodian". */
static void print_roles(unsigned roles)
{
    bool is_first = true;

    if (roles == 0)
        say("somebody from outside, by a key of their own");
    if ((roles & ROLE_ANYBODY) == ROLE_ANYBODY || (roles & ROLE_STAFF) == ROLE_STAFF) {
        say("anybody%s", (roles & ROLE_AUDITOR) == 0 ? " on the staff" : "");
        return;
    }
    for (unsigned bit = 0; bit < 8; bit++) {
        if ((roles & (1u << bit)) == 0)
            continue;
        say("%s%s", is_first ? "" : " or ", choice_name(choices_role, bit + 1));
        is_first = false;
    }
}

static void print_signers(const struct kind *kind)
{
    say("\nSigned by");
    for (const struct signer_slot *slot = kind->signers; slot->meaning != 0; slot++) {
        say("%s %s", slot == kind->signers ? "" : ";", choice_name(choices_meaning, slot->meaning));
        if (slot->min != 1 || slot->max != 1)
            say(" (%u to %u)", slot->min, slot->max);
        say(": ");
        print_roles(slot->roles);
        if (slot->later != 0)
            say(", at once or later by phial countersign");
    }
    say(".\n");
}

static bool same_signers(const struct kind *one, const struct kind *other)
{
    const struct signer_slot *left = one->signers, *right = other->signers;

    for (; left->meaning != 0 && left->meaning == right->meaning; left++, right++)
        if (left->roles != right->roles || left->min != right->min || left->max != right->max || left->later != right->later)
            return false;
    return left->meaning == right->meaning;
}

static void print_options(const struct command *command, bool common)
{
    struct option_cursor cursor;
    const struct field *field;
    struct option option;
    bool is_first = true;

    options_begin(&cursor, command);
    while (options_next(&cursor, &option, &field)) {
        if (cursor.is_common != common || cursor.other != NULL)
            continue;
        if (is_first)
            say("\n%s\n", common ? "Common options" : "Options");
        is_first = false;
        print_option(&option, field);
    }
}

/* How acts stand together, for whoever has just read what one takes. */
static void print_lists(const struct command *command)
{
    say("\nSeveral acts in one list, signed once by each and recorded together or not at all:\n"
        "  phial %s … + ACT … + ACT …\n"
        "  An act has its own words and options. -w, --officer and --at, where an act says none, are those of the\n"
        "  others; before the first command they hold for all. The other common options from -n on hold for the list.\n"
        "  What an earlier act gives birth to is D-new, S-new, V-new …; of several D-new.1, D-new.2 …\n",
        command->name);
}

static void print_command(const struct command *command)
{
    const char *synopsis = command->synopsis != NULL ? command->synopsis : "";

    say("phial %s%s%s\n\n  %s\n", command->name, synopsis[0] != '\0' ? " " : "", synopsis, command->help);
    if (command->alias != NULL)
        say("  also: phial %s\n", command->alias);
    print_options(command, false);
    print_options(command, true);
    if (command->examples != NULL)
        say("\n%s", command->examples);
    for (size_t i = 0; i < 2 && command->kinds[i] != 0; i++)
        if (i == 0 || !same_signers(kind_find(command->kinds[0]), kind_find(command->kinds[i])))
            print_signers(kind_find(command->kinds[i]));
    if (command->run == cmd_record)
        print_lists(command);
}

/* ---- which */

static const struct command *command_named(const char *first, const char *second)
{
    char both[128];

    snprintf(both, sizeof both, "%s%s%s", first, second != NULL ? " " : "", second != NULL ? second : "");
    for (const struct command *command = commands; command->name != NULL; command++)
        if (strcmp(command->name, both) == 0 || (command->alias != NULL && strcmp(command->alias, both) == 0))
            return command;
    return NULL;
}

static size_t print_family(const char *first)
{
    size_t count = 0, size = strlen(first);
    char fitted[FIT_SIZE];

    for (const struct command *command = commands; command->name != NULL; command++)
        if (strncmp(command->name, first, size) == 0 && command->name[size] == ' ') {
            say("  %s %s\n", fit_columns(command->name, NAME_COLUMNS, fitted), command->help);
            count++;
        }
    return count;
}

static enum ledger_status unknown(const char *first, const char *second, struct error *error)
{
    struct meant meant = { .typed = first };
    enum ledger_status status;

    for (const struct command *command = commands; command->name != NULL; command++)
        meant_try(&meant, command->name);
    status = error_set(error, REFUSAL_UNKNOWN_COMMAND, "there is no command `phial %s%s%s`", first,
                       second != NULL ? " " : "", second != NULL ? second : "");
    if (meant.name != NULL)
        error_next(error, "did you mean phial help %s?\nphial help", meant.name);
    return status;
}

enum ledger_status cmd_help(struct call *call, struct error *error)
{
    size_t place = 0;
    const char *first = call_next(call, NULL, &place), *second = call_next(call, NULL, &place);
    const struct command *command = first != NULL ? command_named(first, second) : NULL;

    if (first != NULL && second == NULL && strcmp(first, "formats") == 0)
        return help_formats(call, error);
    if (first == NULL || call_flag(call, "json") || call_flag(call, "csv"))
        return help_all(call, error);
    if (command != NULL)
        print_command(command);
    else if (second != NULL || print_family(first) == 0)
        return unknown(first, second, error);
    return LEDGER_OK;
}

enum ledger_status cmd_version(struct call *call, struct error *error)
{
    struct answer *answer;

    if (!call_flag(call, "json")) {
        say("phial " PHIAL_VERSION ", events of format %d, rules up to revision %d, store of format %d.\n", EVENT_FORMAT,
            RULES_REVISION, STORE_FORMAT);
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "version", PHIAL_VERSION);
    answer_number(answer, "event_format", EVENT_FORMAT);
    answer_number(answer, "rules_revision", RULES_REVISION);
    answer_number(answer, "store_format", STORE_FORMAT);
    return answer_print(answer, stdout, error);
}
