/* The options there are: the tables that commands share, and the walk over all that one command takes. */
#include "cli/options.h"

#include <string.h>

#include "cli/command.h"

const struct option act_options[] = {
    { "witness", 'w', "HANDLE", true, "the second person" },
    { "officer", 0, "HANDLE", true, "an officer who approves and signs too" },
    { "at", 0, "TIME", false, "when it happened, if not now" },
    { "reason", 0, "TEXT", false, "why: a reason's name, or in words" },
    { "irregular", 0, NULL, false, "it went against a rule, and happened all the same" },
    { "performed-by", 0, "HANDLE", false, "who did it, if not who signs; or `outside`" },
    { "with", 0, "HANDLE", false, "who saw it, and does not sign here" },
    { "source", 0, "KIND:FILE", false, "the paper it was copied from: its kind and a scan of it" },
    { "source-number", 0, "TEXT", false, "number of that paper" },
    { .name = NULL },
};

const struct option whole_list_options[] = {
    { "dry-run", 'n', NULL, false, "check all and record nothing" },
    { .name = NULL },
};

const struct option global_options[] = {
    { "ledger", 'L', "DIR", false, "the ledger's directory (or PHIAL_LEDGER)" },
    { "as", 0, "HANDLE", false, "who acts (or PHIAL_AS)" },
    { "key", 0, "FILE", true, "key file, or HANDLE=FILE" },
    { "secrets", 0, "FILE", false, "passphrase as handle:passphrase, mode 0600" },
    { "clock", 0, "TIME", false, "the time it is, for a training ledger" },
    { "no-input", 0, NULL, false, "ask nothing" },
    { "json", 0, NULL, false, "answer in JSON" },
    { "csv", 0, NULL, false, "answer in CSV, where the answer is a table" },
    { "quiet", 'q', NULL, false, "say only what has to be said" },
    { "verbose", 'v', NULL, false, "say more" },
    { "color", 0, "WHEN", false, "always, never or auto" },
    { "accessible", 0, NULL, false, "repaint nothing, for screen readers" },
    { "help", 'h', NULL, false, "what this command takes" },
    { .name = NULL },
};

bool name_is_in(const char *list, const char *name)
{
    size_t size = strlen(name);

    while (list != NULL && *list != '\0') {
        size_t word = strcspn(list, " ");

        if (word == size && memcmp(list, name, size) == 0)
            return true;
        list += word + strspn(list + word, " ");
    }
    return false;
}

enum kind_number command_corrected(const struct command *command)
{
    for (size_t i = 0; i < sizeof command->kinds / sizeof command->kinds[0] && command->kinds[i] != 0; i++)
        if ((kind_find(command->kinds[i])->flags & KIND_IS_CORRECTABLE) != 0)
            return command->kinds[i];
    return 0;
}

/* Keys and hashes come from files; a field whose name a global option has goes by another. */
const char *option_of_field(const struct kind *kind, const struct field *field)
{
    if (field->type == FIELD_KEY || field->type == FIELD_HASH || field->type == FIELD_BYTES)
        return NULL;
    if (kind != NULL && kind->number == KIND_POLICY && field->key == POLICY_WITNESS)
        return "witness-rule";
    return field->name;
}

/* ---- the options of a command */

void options_begin(struct option_cursor *cursor, const struct command *command)
{
    *cursor = (struct option_cursor){ .command = command };
}

/* What help calls the value of a field. */
static const char *takes_of(enum field_type type, enum subject subject)
{
    switch (type) {
    case FIELD_YES:
        return NULL;
    case FIELD_CHOICE:
    case FIELD_SET:
    case FIELD_SLUG:
        return "NAME";
    case FIELD_REF:
        return subject == SUBJECT_PRODUCT || subject == SUBJECT_PLACE || subject == SUBJECT_PARTY ? "NAME" : "ID";
    case FIELD_PERSON:
        return "HANDLE";
    case FIELD_AT:
        return "TIME";
    case FIELD_DATE:
        return "DATE";
    case FIELD_QUANTITY:
    case FIELD_VOLUME:
    case FIELD_MASS:
    case FIELD_STRENGTH:
        return "AMOUNT";
    case FIELD_UINT:
    case FIELD_INT:
    case FIELD_ENTRY:
        return "NUMBER";
    default:
        return "TEXT";
    }
}

static struct option option_for(const char *name, const struct field *field)
{
    struct option option = { .name = name, .help = field->help };

    option.takes = takes_of(field->type == FIELD_LIST ? field->of : field->type, field->subject);
    option.repeats = field->type == FIELD_LIST || field->type == FIELD_ROWS;
    return option;
}

/* The parts in turn: the command's own, the fields of its kinds; of a command that corrects, the same of every command
 * whose acts it corrects; the fields all kinds have, what all acts take, what all commands take. */
enum { PART_OWN = 0, PART_KINDS = 1, PART_COMMON = 3, PART_ACTS = 4, PART_LIST = 5, PART_GLOBAL = 6, PART_END = 7 };

static bool records_act(const struct command *command)
{
    return command != NULL && command->kinds[0] != 0;
}

/* Whose options and fields are in turn. */
static const struct command *source_of(const struct option_cursor *cursor)
{
    return cursor->other != NULL ? cursor->other : cursor->command;
}

/* The next command whose acts this one corrects, after `from`; NULL where there is none. */
static const struct command *next_corrected(const struct command *command, const struct command *from)
{
    if (command == NULL || !command->corrects)
        return NULL;
    for (from = from == NULL ? commands : from + 1; from->name != NULL; from++)
        if (records_act(from) && command_corrected(from) != 0)
            return from;
    return NULL;
}

/* The table of this part. Before the command is known, so are only the options that others share with it. */
static const struct option *table_of_part(const struct option_cursor *cursor)
{
    const struct command *command = source_of(cursor);

    if (cursor->part == PART_OWN)
        return command != NULL ? command->options : NULL;
    if (cursor->part == PART_GLOBAL)
        return global_options;
    if (command != NULL && !records_act(command))
        return NULL;
    return cursor->part == PART_ACTS ? act_options : whole_list_options;
}

static bool next_row(struct option_cursor *cursor, struct option *option)
{
    const struct option *rows = table_of_part(cursor);

    if (rows == NULL || rows[cursor->index].name == NULL)
        return false;
    *option = rows[cursor->index++];
    return true;
}

static bool is_offered(const struct command *command, const struct kind *kind, const struct field *field)
{
    bool is_first = kind != NULL && kind->number == command->kinds[0];

    if (kind != NULL && option_of_field(kind, field) == NULL)
        return false;
    return !is_first || command->fields == NULL || name_is_in(command->fields, field->name);
}

/* The fields of the part in turn; `*kind` is NULL for those that every kind has. */
static const struct field *fields_of_part(const struct option_cursor *cursor, const struct kind **kind)
{
    *kind = NULL;
    if (!records_act(source_of(cursor)))
        return NULL;
    if (cursor->part == PART_COMMON)
        return kind_common_private;
    *kind = kind_find(source_of(cursor)->kinds[cursor->part - PART_KINDS]);
    return *kind != NULL ? (*kind)->fields : NULL;
}

static bool next_field(struct option_cursor *cursor, struct option *option, const struct field **field)
{
    const struct kind *kind;
    const struct field *fields = fields_of_part(cursor, &kind);

    while (fields != NULL && fields[cursor->index].name != NULL) {
        *field = &fields[cursor->index++];
        if (!is_offered(source_of(cursor), kind, *field))
            continue;
        *option = option_for(kind != NULL ? option_of_field(kind, *field) : (*field)->name, *field);
        return true;
    }
    return false;
}

/* Behind the parts of one command's own acts come those of the acts it corrects, one command after the other. */
static void turn_part(struct option_cursor *cursor)
{
    cursor->index = 0;
    if (++cursor->part != PART_COMMON)
        return;
    cursor->other = next_corrected(cursor->command, cursor->other);
    if (cursor->other != NULL)
        cursor->part = PART_OWN;
}

bool options_next(struct option_cursor *cursor, struct option *option, const struct field **field)
{
    for (; cursor->part < PART_END; turn_part(cursor)) {
        bool is_common = cursor->part >= PART_ACTS;

        *field = NULL;
        cursor->is_common = is_common;
        cursor->is_of_list = cursor->part >= PART_LIST;
        if (!(is_common || cursor->part == PART_OWN ? next_row(cursor, option) : next_field(cursor, option, field)))
            continue;
        option->repeats = option->repeats || cursor->other != NULL; /* once for each entry that is corrected */
        return true;
    }
    return false;
}
