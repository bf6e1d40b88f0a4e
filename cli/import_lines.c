/* The lines of a file of acts: checked before any of them is recorded, cut into lists, and typed. */
#include "cli/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/ident.h"

enum ledger_status import_wrap(const struct line *line, struct error *error)
{
    if (error->code == REFUSAL_INTERRUPTED)
        return error->status;
    if (line->command != NULL)
        error_wrap(error, "line %u, %s", (unsigned)line->text.number, line->command);
    else
        error_wrap(error, "line %u", (unsigned)line->text.number);
    return error->status;
}

/* ---- one member */

/* What is said of a line and not of its act. */
static const char own_names[] = "command act recorded_at";

static enum ledger_status give(struct import *import, const char *name, const char *text, struct error *error)
{
    const char *kept = text != NULL ? roll_text(&import->roll, text) : NULL;

    if (text != NULL && kept == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    return call_give(import->line_call, name, kept, error);
}

static bool takes_number(const struct field *field)
{
    enum field_type type = field == NULL ? FIELD_TEXT : field->type == FIELD_LIST ? field->of : field->type;

    return type == FIELD_UINT || type == FIELD_INT || type == FIELD_ENTRY;
}

static enum ledger_status check_member(const struct ndjson_member *member, const struct option *option,
                                       const struct field *field, struct error *error)
{
    bool is_flag = option->takes == NULL;

    if (is_flag != (member->form != NDJSON_TEXTS))
        return error_set(error, REFUSAL_BAD_LINE, is_flag ? "`%s` is true or false" : "`%s` takes a text, not true or false",
                         option->name);
    if (member->has_number && !takes_number(field)) {
        error_set(error, REFUSAL_BAD_LINE, "`%s` is a number, and a text is wanted", option->name);
        error_next(error, "write it as it would be typed, with its unit: \"75mg\"");
        return error->status;
    }
    if (!is_flag && member->count == 0)
        return error_set(error, REFUSAL_BAD_LINE, "`%s` is an empty list", option->name);
    if (member->count > 1 && !option->repeats)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s is given %zu times, and takes one value", option->name,
                         member->count);
    return LEDGER_OK;
}

/* Only what is said of the act itself stands in a line: who acts, but not which ledger or how to answer. */
static bool stands_in_line(const char *name)
{
    for (const struct option *option = global_options; option->name != NULL; option++)
        if (strcmp(option->name, name) == 0)
            return strcmp(name, "as") == 0;
    for (const struct option *option = whole_list_options; option->name != NULL; option++)
        if (strcmp(option->name, name) == 0)
            return false;
    return true;
}

/* The first thing that words fill, and lists of things, are words on the command line, and so they are here. */
static bool is_word(const struct command *command, const struct field *field)
{
    const char *words = command->words;
    bool is_many;

    if (field == NULL || (words != NULL ? !name_is_in(words, field->name) : (field->flags & FIELD_POSITIONAL) == 0))
        return false;
    is_many = field->type == FIELD_LIST || field->type == FIELD_ROWS;
    return is_many || (words != NULL ? strcspn(words, " ") == strlen(field->name) &&
                                           memcmp(words, field->name, strlen(field->name)) == 0
                                     : field == kind_find(command->kinds[0])->fields);
}

static enum ledger_status type_member(struct import *import, const struct ndjson_member *member, struct error *error)
{
    struct option option;
    const struct field *field;
    const struct command *command = import->line_call->command;
    enum ledger_status status;

    if (!stands_in_line(member->name))
        return error_set(error, REFUSAL_UNKNOWN_OPTION, "`%.32s` is said of the import, not of one line", member->name);
    status = call_option(import->line_call, member->name, &option, &field, error);
    if (status == LEDGER_OK)
        status = check_member(member, &option, field, error);
    if (status != LEDGER_OK || member->form == NDJSON_NO)
        return status;
    if (member->form == NDJSON_YES)
        return give(import, option.name, NULL, error);
    for (size_t i = 0; i < member->count && status == LEDGER_OK; i++)
        status = give(import, is_word(command, field) ? NULL : option.name, member->texts[i], error);
    return status;
}

/* ---- a line */

static enum ledger_status type_command(struct import *import, const struct ndjson_object *object, struct error *error)
{
    const char *words = NULL;
    enum ledger_status status = ndjson_text(object, "command", &words, error);

    if (status != LEDGER_OK)
        return status;
    if (words == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "there is no `command`");
    status = call_begin(import->line_call, words, error);
    if (status == LEDGER_OK && import->line_call->command->run != cmd_record)
        status = error_set(error, REFUSAL_NOT_IN_LIST, "phial %s is no act that could stand in a list with others",
                           import->line_call->command->name);
    return status;
}

static enum ledger_status give_all(struct import *import, const char *from, const char *to, struct error *error)
{
    const char *value;
    size_t place = 0;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && (value = call_next(import->call, from, &place)) != NULL)
        status = give(import, to, value, error);
    return status;
}

/* Whether somebody signs this line already, by what it says itself. */
static bool is_named(const struct import *import, const char *handle)
{
    static const char *const parts[] = { "as", "witness", "officer", "to" }; /* whoever takes something over, by handover alone */
    size_t count = import->line_call->command->kinds[0] == KIND_HANDOVER ? 4 : 3;

    for (size_t i = 0; i < count; i++) {
        const char *value;
        size_t place = 0;

        while ((value = call_next(import->line_call, parts[i], &place)) != NULL)
            if (strcmp(value, handle) == 0)
                return true;
    }
    return false;
}

/* Whoever checks the lines signs each of them, and so does whoever typed them: the one of the two that a line does not
 * name. In a house of two it names both as often as not. */
static enum ledger_status type_checker(struct import *import, struct error *error)
{
    const char *checker = call_value(import->call, "witness"), *typist = call_value(import->call, "as");

    if (checker != NULL && !is_named(import, checker))
        return give(import, "officer", checker, error);
    return typist != NULL && !is_named(import, typist) ? give(import, "officer", typist, error) : LEDGER_OK;
}

/* Typed by one, checked by another, from a form that was filled in while the computer was down. */
static enum ledger_status type_source(struct import *import, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (!import->is_transcribed)
        return LEDGER_OK;
    if (call_value(import->line_call, "source") != NULL || call_value(import->line_call, "source-number") != NULL)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--transcribe says what paper the line was copied from");
    if (call_value(import->line_call, "reason") == NULL)
        status = give(import, "reason", "computer-down", error);
    if (status == LEDGER_OK)
        status = give_all(import, "transcribe", "source", error);
    if (status == LEDGER_OK)
        status = give_all(import, "form", "source-number", error);
    return status == LEDGER_OK ? type_checker(import, error) : status;
}

/* Stock that was there before the book was. */
static enum ledger_status type_opening(struct import *import, struct error *error)
{
    const char *origin = call_value(import->line_call, "origin");

    if (!import->is_opening)
        return LEDGER_OK;
    if (import->line_call->command->kinds[0] == KIND_FOUND && origin == NULL)
        return give(import, "origin", "opening", error);
    if (import->line_call->command->kinds[0] == KIND_FOUND && strcmp(origin, "opening") == 0)
        return LEDGER_OK;
    error_set(error, REFUSAL_NOT_IN_LIST, "--opening takes the stock that the book opens with, and nothing else");
    error_next(error, "lines of \"command\":\"found\"; what else there is belongs in another file");
    return error->status;
}

/* What holds for all lines that do not say otherwise. */
static enum ledger_status type_common(struct import *import, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (call_value(import->line_call, "as") == NULL)
        status = give_all(import, "as", "as", error);
    if (status == LEDGER_OK)
        status = type_opening(import, error);
    return status == LEDGER_OK ? type_source(import, error) : status;
}

static enum ledger_status type_object(struct import *import, struct ndjson_object *object, struct error *error)
{
    static struct ndjson_member member;
    bool found = true;
    enum ledger_status status = type_command(import, object, error);

    while (status == LEDGER_OK && found) {
        status = ndjson_next(object, &member, &found, error);
        if (status == LEDGER_OK && found && !name_is_in(own_names, member.name))
            status = type_member(import, &member, error);
    }
    return status == LEDGER_OK ? type_common(import, error) : status;
}

enum ledger_status import_type(struct import *import, const struct line *line, struct error *error)
{
    struct ndjson_object object = { NULL, NULL };
    enum ledger_status status = ndjson_read(&line->text, &object, error);

    if (status == LEDGER_OK)
        status = type_object(import, &object, error);
    ndjson_release(&object);
    return status;
}

/* ---- where lists end */

/* What changes keys, people or rules is a list of its own: what follows is judged and signed by the new ones. */
static bool stands_alone(const struct command *command)
{
    enum kind_number kind = command->kinds[0];

    return kind == KIND_POLICY || kind == KIND_PERSON || kind == KIND_REKEY || kind == KIND_REVOKE;
}

/* A field that takes the number of an entry, or rows that begin with one. */
static bool takes_entry(const struct field *field)
{
    return field != NULL && (field->type == FIELD_ROWS ? field->row[0].type : field->type) == FIELD_ENTRY;
}

/* Whether a line is about the entry of an act, which it has only once its list is recorded. */
static bool names_entry(const struct call *call)
{
    struct option option;
    const struct field *field;
    struct error error;

    for (size_t i = 0; i < call->given_count; i++) {
        const struct given *given = &call->given[i];

        if (given->value == NULL || given->value[0] != '@')
            continue;
        if (given->name == NULL)
            field = kind_find(call->command->kinds[0])->fields;
        else if (call_option(call, given->name, &option, &field, &error) != LEDGER_OK)
            continue;
        if (takes_entry(field))
            return true;
    }
    return false;
}

size_t import_list_end(const struct import *import, size_t begin)
{
    size_t limit = import->is_each ? 1 : import->in_lists ? IMPORT_LIST : IMPORT_ONE_LIST, end = begin + 1;

    while (end < import->line_count && end - begin < limit && !(import->in_lists && import->lines[end].begins))
        end++;
    return end;
}

/* ---- the whole file */

static enum ledger_status take_act(const struct import *import, const struct ndjson_object *object, struct line *line,
                                   struct error *error)
{
    const char *text;
    size_t size;
    enum ledger_status status = ndjson_text(object, "act", &text, error);

    if (status != LEDGER_OK)
        return status;
    line->has_act = text != NULL;
    if (text != NULL && (!hex_decode(text, line->act, ACT_SIZE, &size) || size != ACT_SIZE)) {
        error_set(error, REFUSAL_BAD_LINE, "`act` is not 32 hexadecimal digits");
        error_next(error, "make 16 random bytes for each line, once, and keep them with it");
        return error->status;
    }
    if (text == NULL && import->in_lists) {
        error_set(error, REFUSAL_BAD_LINE, "there is no `act`, by which the import could be taken up again");
        error_next(error, "give each line 16 random bytes of its own, once, in 32 hexadecimal digits");
        return error->status;
    }
    return LEDGER_OK;
}

/* recorded_at of a line: the time goes on, and one list is recorded on one day. */
static enum ledger_status take_time(struct import *import, const struct ndjson_object *object, struct line *line,
                                    struct error *error)
{
    const struct line *before = line > import->lines ? line - 1 : NULL;
    const char *text;
    enum ledger_status status = ndjson_text(object, "recorded_at", &text, error);

    if (status == LEDGER_OK && text != NULL)
        status = book_read_clock(&import->recording->book, "recorded_at", text, &line->told_ms, error);
    if (status != LEDGER_OK)
        return status;
    line->day = at_local_days((struct at){ line->told_ms, zone_offset_of(&import->recording->book.zone, line->told_ms) });
    if (before == NULL)
        return LEDGER_OK;
    if ((before->told_ms == 0) != (line->told_ms == 0))
        return error_set(error, REFUSAL_BAD_LINE, "`recorded_at` stands in every line or in none");
    if (line->told_ms < before->told_ms)
        return error_set(error, REFUSAL_BAD_LINE, "`recorded_at` is before that of the line before it");
    if (line->day != before->day && !import->in_lists && !import->is_each) {
        error_set(error, REFUSAL_BAD_LINE, "`recorded_at` is on another day than line %u, and one list is recorded on one day",
                  (unsigned)before->text.number);
        error_next(error, "--resume records a list for each day");
        return error->status;
    }
    line->begins = line->day != before->day;
    return LEDGER_OK;
}

static enum ledger_status take_line(struct import *import, struct line *line, struct error *error)
{
    struct ndjson_object object = { NULL, NULL };
    const struct line *before = line > import->lines ? line - 1 : NULL;
    enum ledger_status status = ndjson_read(&line->text, &object, error);

    if (status != LEDGER_OK) { /* it says the line itself */
        ndjson_release(&object);
        return status;
    }
    status = take_act(import, &object, line, error);
    if (status == LEDGER_OK)
        status = take_time(import, &object, line, error);
    if (status == LEDGER_OK)
        status = type_object(import, &object, error);
    ndjson_release(&object);
    if (status != LEDGER_OK)
        return import_wrap(line, error);
    line->command = import->line_call->command->name;
    line->begins = line->begins || stands_alone(import->line_call->command) || names_entry(import->line_call) ||
                   (before != NULL && before->is_alone);
    line->is_alone = stands_alone(import->line_call->command);
    return LEDGER_OK;
}

static int compare_acts(const void *one, const void *other)
{
    const struct line *const *first = one, *const *second = other;
    int order = memcmp((*first)->act, (*second)->act, ACT_SIZE);

    return order != 0 ? order : (*first)->text.number < (*second)->text.number ? -1 : 1;
}

static enum ledger_status check_acts(const struct import *import, struct error *error)
{
    const struct line **sorted = calloc(import->line_count, sizeof *sorted);
    size_t count = 0;
    enum ledger_status status = LEDGER_OK;

    if (sorted == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory");
    for (size_t i = 0; i < import->line_count; i++)
        if (import->lines[i].has_act)
            sorted[count++] = &import->lines[i];
    qsort(sorted, count, sizeof *sorted, compare_acts);
    for (size_t i = 1; i < count && status == LEDGER_OK; i++)
        if (memcmp(sorted[i - 1]->act, sorted[i]->act, ACT_SIZE) == 0)
            status = error_set(error, REFUSAL_BAD_LINE, "line %u has the `act` of line %u", (unsigned)sorted[i]->text.number,
                               (unsigned)sorted[i - 1]->text.number);
    free(sorted);
    return status;
}

static enum ledger_status find_lines(struct import *import, struct error *error)
{
    struct ndjson_line line = { 0 };
    size_t count = 0;

    while (ndjson_next_line(&import->file, &line))
        import->line_count++;
    import->lines = calloc(import->line_count, sizeof *import->lines);
    if (import->lines == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for %zu lines", import->line_count);
    for (line = (struct ndjson_line){ 0 }; ndjson_next_line(&import->file, &line); count++)
        import->lines[count].text = line;
    return LEDGER_OK;
}

enum ledger_status import_read(struct import *import, const char *path, struct error *error)
{
    enum ledger_status status = ndjson_open(&import->file, path, error);

    if (status == LEDGER_OK)
        status = find_lines(import, error);
    if (status != LEDGER_OK)
        return status;
    import->in_lists = !import->is_each && (call_flag(import->call, "resume") || import->line_count > IMPORT_ONE_LIST);
    for (size_t i = 0; i < import->line_count && status == LEDGER_OK; i++) {
        status = take_line(import, &import->lines[i], error);
        roll_clear(&import->roll);
    }
    return status == LEDGER_OK ? check_acts(import, error) : status;
}
