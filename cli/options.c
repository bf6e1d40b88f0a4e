#include "cli/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "schema/ident.h"

void meant_try(struct meant *meant, const char *name)
{
    unsigned limit = strlen(meant->typed) < 5 ? 1 : 2;
    unsigned distance = spelling_distance(meant->typed, name, limit);

    if (distance > limit || (meant->name != NULL && distance >= meant->distance))
        return;
    meant->name = name;
    meant->distance = distance;
}

/* ---- what was given */

void call_turn(struct call *call, unsigned part)
{
    assert(part >= 1 && part <= call->part_count);
    call->part = part;
    call->command = call->parts[part - 1];
}

bool call_is_here(const struct call *call, const struct given *given)
{
    return given->part == call->part || given->part == 0 || given->of_list;
}

/* Whether it is an option of this name, or a word for name NULL. */
static bool is_called(const struct given *given, const char *name)
{
    return name == NULL ? given->name == NULL : given->name != NULL && strcmp(given->name, name) == 0;
}

const char *call_next(const struct call *call, const char *name, size_t *place)
{
    while (*place < call->given_count) {
        const struct given *given = &call->given[(*place)++];

        if (call_is_here(call, given) && is_called(given, name))
            return given->value != NULL ? given->value : "";
    }
    return NULL;
}

const char *call_own(const struct call *call, const char *name)
{
    const char *value = NULL;

    for (size_t i = 0; i < call->given_count; i++)
        if (call->given[i].part == call->part && is_called(&call->given[i], name))
            value = call->given[i].value != NULL ? call->given[i].value : "";
    return value;
}

const char *call_value(const struct call *call, const char *name)
{
    const char *value = NULL, *next;
    size_t place = 0;

    while ((next = call_next(call, name, &place)) != NULL)
        value = next;
    return value;
}

bool call_flag(const struct call *call, const char *name)
{
    return call_value(call, name) != NULL;
}

size_t call_count(const struct call *call, const char *name)
{
    size_t place = 0, count = 0;

    while (call_next(call, name, &place) != NULL)
        count++;
    return count;
}

const char *call_keep(struct call *call, const char *text)
{
    size_t size = strlen(text) + 1;
    char *kept = call->room + call->room_used;

    if (size > sizeof call->room - call->room_used)
        return NULL;
    memcpy(kept, text, size);
    call->room_used += size;
    return kept;
}

/* An option as it is found, and whether it holds for all acts of a list. */
struct found {
    struct option option;
    const struct field *field; /* that it stands for, or NULL */
    bool of_list;
};

static bool find_option(const struct call *call, const char *name, size_t size, char letter, struct found *found)
{
    struct option *option = &found->option;
    struct option_cursor cursor;

    options_begin(&cursor, call->command);
    while (options_next(&cursor, option, &found->field)) {
        found->of_list = cursor.is_of_list;
        if (letter != 0 ? option->letter == letter : strlen(option->name) == size && memcmp(option->name, name, size) == 0)
            return true;
    }
    return false;
}

static enum ledger_status put(struct call *call, const char *name, const char *value, bool of_list, struct error *error)
{
    if (call->given_count == CALL_LIMIT)
        return error_set(error, REFUSAL_TOO_LONG, "this command line has more than %d parts", CALL_LIMIT);
    call->given[call->given_count++] = (struct given){ .name = name, .value = value, .part = call->part, .of_list = of_list };
    return LEDGER_OK;
}

enum ledger_status call_add(struct call *call, const char *name, const char *value, struct error *error)
{
    const char *kept = value != NULL ? call_keep(call, value) : NULL;
    struct found found = { .of_list = false };

    if (value != NULL && kept == NULL)
        return error_set(error, REFUSAL_TOO_LONG, "the answers are longer than %d bytes together", CALL_ROOM);
    if (name != NULL && !find_option(call, name, strlen(name), 0, &found))
        found.of_list = false;
    call->was_asked = true;
    return put(call, name, kept, found.of_list, error);
}

/* ---- reading the command line */

struct parser {
    struct call *call;
    int count, at;
    char *const *texts;
};

static enum ledger_status unknown_option(const struct call *call, const char *typed, size_t size, struct error *error)
{
    char name[64];
    struct meant meant = { .typed = name };
    struct option_cursor cursor;
    const struct field *field;
    struct option option;
    enum ledger_status status;

    size = size < sizeof name ? size : sizeof name - 1;
    memcpy(name, typed, size);
    name[size] = '\0';
    options_begin(&cursor, call->command);
    while (options_next(&cursor, &option, &field))
        meant_try(&meant, option.name);
    if (call->command == NULL)
        return error_set(error, REFUSAL_UNKNOWN_OPTION, "there is no option --%s before the command", name);
    status = error_set(error, REFUSAL_UNKNOWN_OPTION, "phial %s has no option --%s", call->command->name, name);
    if (meant.name != NULL)
        error_next(error, "did you mean --%s?\nphial help %s", meant.name, call->command->name);
    else
        error_next(error, "phial help %s", call->command->name);
    return status;
}

/* What was given before and stands in the way of giving it again; NULL when nothing does. */
static const struct given *given_before(const struct call *call, const struct found *found)
{
    for (size_t i = 0; i < call->given_count && !found->option.repeats; i++)
        if (is_called(&call->given[i], found->option.name) && (found->of_list || call->given[i].part == call->part))
            return &call->given[i];
    return NULL;
}

/* What holds for all acts may be said with each, as long as it is the same. */
static bool says_the_same(const struct call *call, const struct given *before, const char *value)
{
    return before->part != call->part && (value == NULL || strcmp(before->value, value) == 0);
}

static enum ledger_status put_option(struct parser *parser, const struct found *found, const char *value,
                                     struct error *error)
{
    const struct option *option = &found->option;
    const struct given *before = given_before(parser->call, found);

    if (option->takes == NULL && value != NULL)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s takes no value", option->name);
    if (option->takes != NULL && value == NULL) {
        if (parser->at == parser->count)
            return error_set(error, REFUSAL_MISSING_ARGUMENT, "--%s needs its %s", option->name, option->takes);
        value = parser->texts[parser->at++];
    }
    if (before == NULL)
        return put(parser->call, option->name, value, found->of_list, error);
    if (says_the_same(parser->call, before, value))
        return LEDGER_OK;
    if (before->part == parser->call->part)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s is given twice", option->name);
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s holds for the whole list, and is given as `%s` and as `%s`",
              option->name, before->value, value);
    error_next(error, "give it once, anywhere in the list\nor record what is not the same as a list of its own");
    return error->status;
}

/* --name, --name value, --name=value */
static enum ledger_status parse_long(struct parser *parser, const char *text, struct error *error)
{
    const char *equals = strchr(text, '=');
    size_t size = equals != NULL ? (size_t)(equals - text) : strlen(text);
    struct found found;

    if (!find_option(parser->call, text, size, 0, &found))
        return unknown_option(parser->call, text, size, error);
    return put_option(parser, &found, equals != NULL ? equals + 1 : NULL, error);
}

/* -n, -w value, -wvalue, -nq */
static enum ledger_status parse_short(struct parser *parser, const char *text, struct error *error)
{
    for (; *text != '\0'; text++) {
        struct found found;
        enum ledger_status status;

        if (!find_option(parser->call, NULL, 0, *text, &found))
            return error_set(error, REFUSAL_UNKNOWN_OPTION, "there is no option -%c", *text > ' ' ? *text : '?');
        if (found.option.takes != NULL)
            return put_option(parser, &found, text[1] != '\0' ? text + 1 : NULL, error);
        status = put_option(parser, &found, NULL, error);
        if (status != LEDGER_OK)
            return status;
    }
    return LEDGER_OK;
}

/* Read options and words to the end of the part, or, before its command is known, up to that. */
static enum ledger_status parse_rest(struct parser *parser, struct error *error)
{
    bool only_words = false;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && parser->at < parser->count) {
        const char *text = parser->texts[parser->at];
        bool is_option = !only_words && text[0] == '-' && text[1] != '\0';

        if (!is_option && parser->call->command == NULL)
            return LEDGER_OK;
        if (!only_words && strcmp(text, "+") == 0)
            return LEDGER_OK;
        parser->at++;
        if (!is_option)
            status = put(parser->call, NULL, text, false, error);
        else if (strcmp(text, "--") == 0)
            only_words = true;
        else if (text[1] == '-')
            status = parse_long(parser, text + 2, error);
        else
            status = parse_short(parser, text + 1, error);
    }
    return status;
}

static bool is_named(const struct command *command, const char *first, const char *second)
{
    const char *names[] = { command->name, command->alias };

    for (size_t i = 0; i < 2; i++) {
        const char *name = names[i], *space = name != NULL ? strchr(name, ' ') : NULL;

        if (name == NULL || (space != NULL) != (second != NULL))
            continue;
        if (space == NULL ? strcmp(name, first) == 0
                          : strlen(first) == (size_t)(space - name) && memcmp(name, first, strlen(first)) == 0 &&
                                strcmp(space + 1, second) == 0)
            return true;
    }
    return false;
}

static const struct command *find_command(const char *first, const char *second)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (is_named(command, first, second))
            return command;
    return NULL;
}

/* The names that begin with this word: "phial session open, phial session close". */
static bool list_family(const char *first, char *out, size_t size)
{
    size_t used = 0, length = strlen(first);

    out[0] = '\0';
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strncmp(command->name, first, length) != 0 || command->name[length] != ' ')
            continue;
        int wrote = snprintf(out + used, size - used, "%sphial %s", used > 0 ? ", " : "", command->name);

        assert(wrote > 0 && (size_t)wrote < size - used);
        used += (size_t)wrote;
    }
    return used > 0;
}

/* The command most likely meant, by its first word or by both. */
static const char *nearest_command(const char *first, const char *second)
{
    char both[64];
    struct meant one = { .typed = first }, two = { .typed = both };

    snprintf(both, sizeof both, "%.30s %.30s", first, second != NULL ? second : "");
    for (const struct command *command = commands; command->name != NULL; command++) {
        meant_try(&one, command->name);
        meant_try(&two, command->name);
        if (command->alias != NULL)
            meant_try(&one, command->alias);
    }
    return two.name != NULL ? two.name : one.name;
}

static enum ledger_status unknown_command(const char *first, const char *second, struct error *error)
{
    const char *nearest = nearest_command(first, second);
    char family[512];
    enum ledger_status status;

    if (list_family(first, family, sizeof family)) {
        status = second == NULL || second[0] == '-'
                     ? error_set(error, REFUSAL_UNKNOWN_COMMAND, "phial %s needs a second word", first)
                     : error_set(error, REFUSAL_UNKNOWN_COMMAND, "there is no command `phial %s %s`", first, second);
        error_next(error, "%s", family);
        return status;
    }
    status = error_set(error, REFUSAL_UNKNOWN_COMMAND, "there is no command `phial %s`", first);
    if (nearest != NULL)
        error_next(error, "did you mean phial %s?\nphial help", nearest);
    return status;
}

/* `phial -h` lists the commands, as `phial` does: it is no question about `phial help`. */
static void forget_help(struct call *call)
{
    size_t kept = 0;

    for (size_t i = 0; i < call->given_count; i++)
        if (strcmp(call->given[i].name, "help") != 0)
            call->given[kept++] = call->given[i];
    call->given_count = kept;
}

/* The command of a part, from the one or two words that name it. */
static enum ledger_status parse_command(struct parser *parser, struct error *error)
{
    struct call *call = parser->call;
    const char *first = parser->texts[parser->at];
    const char *second = parser->at + 1 < parser->count ? parser->texts[parser->at + 1] : NULL;

    call->command = second != NULL ? find_command(first, second) : NULL;
    parser->at += call->command != NULL ? 2 : 1;
    if (call->command == NULL)
        call->command = find_command(first, NULL);
    if (call->command == NULL)
        return unknown_command(first, second, error);
    call->parts[call->part_count++] = call->command;
    call->part = call->part_count;
    return parse_rest(parser, error);
}

/* Behind a `+` stands another act, whose options may come before its name too. */
static enum ledger_status parse_further(struct parser *parser, struct error *error)
{
    struct call *call = parser->call;
    enum ledger_status status;

    parser->at++;
    if (call->part_count == CALL_PARTS)
        return error_set(error, REFUSAL_TOO_LONG, "a list has at most %d acts", CALL_PARTS);
    call->part++;
    call->command = NULL;
    status = parse_rest(parser, error);
    if (status == LEDGER_OK && (parser->at == parser->count || strcmp(parser->texts[parser->at], "+") == 0)) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "behind a + stands another act, and there is none");
        error_next(error, "phial ACT … + ACT …");
        return error->status;
    }
    return status == LEDGER_OK ? parse_command(parser, error) : status;
}

/* `phial` alone and `phial -h` ask for help. */
static enum ledger_status parse_bare(struct call *call, struct error *error)
{
    static char help[] = "help";
    char *words[] = { NULL, help };
    struct parser bare = { .call = call, .count = 2, .texts = words, .at = 1 };

    forget_help(call);
    return parse_command(&bare, error);
}

/* ---- from a file */

enum ledger_status call_begin(struct call *call, const char *words, struct error *error)
{
    char first[64];
    const char *second = strchr(words, ' ');

    snprintf(first, sizeof first, "%.*s", (int)strcspn(words, " "), words);
    call->command = find_command(first, second != NULL ? second + 1 : NULL);
    call->part = call->part_count = 1;
    call->given_count = call->room_used = 0;
    call->was_asked = false;
    if (call->command == NULL)
        return unknown_command(first, second != NULL ? second + 1 : NULL, error);
    call->parts[0] = call->command;
    return LEDGER_OK;
}

enum ledger_status call_option(const struct call *call, const char *name, struct option *option, const struct field **field,
                               struct error *error)
{
    struct found found;

    if (!find_option(call, name, strlen(name), 0, &found))
        return unknown_option(call, name, strlen(name), error);
    *option = found.option;
    *field = found.field;
    return LEDGER_OK;
}

enum ledger_status call_give(struct call *call, const char *name, const char *value, struct error *error)
{
    return put(call, name, value, false, error);
}

enum ledger_status call_parse(struct call *call, int count, char *const *texts, struct error *error)
{
    struct parser parser = { .call = call, .count = count, .texts = texts, .at = 1 };
    bool asks_version = count > 1 && strcmp(texts[1], "--version") == 0; /* another name of a command, not an option */
    enum ledger_status status = asks_version ? LEDGER_OK : parse_rest(&parser, error);

    if (status == LEDGER_OK)
        status = parser.at == count ? parse_bare(call, error) : parse_command(&parser, error);
    while (status == LEDGER_OK && parser.at < count)
        status = parse_further(&parser, error);
    if (call->part_count > 0)
        call_turn(call, 1);
    return status;
}
