/* The words and options of a command become the facts of its act. */
#include "cli/record.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/terminal.h"
#include "schema/ident.h"
#include "schema/quantity.h"

enum { TEXTS_LIMIT = 300 }; /* of one field: the longest list takes 256 */

/* ---- values */

void gather_put_key(struct recording *recording, struct facts *facts, uint64_t key, const struct public_key *public_key)
{
    struct word_room *room = &recording->words.room;
    size_t size = key_public_size(public_key->algorithm);
    struct value *value = facts_put(facts, key);

    memcpy(room->data + room->used, public_key->bytes, size);
    value->bytes = bytes_of(room->data + room->used, size);
    value->second = public_key->algorithm;
    room->used += size;
}

bool gather_has(const struct recording *recording, const struct field *field)
{
    const struct act *act = recording->act;

    if ((field->flags & FIELD_PRIVATE) == 0)
        return facts_get(&act->event.facts, field->key) != NULL;
    for (size_t i = 0; i < act->private_count; i++)
        if (act->privates[i].key == field->key)
            return true;
    return false;
}

const struct value *gather_value(const struct recording *recording, const struct field *field)
{
    const struct value *value = facts_get(&recording->act->event.facts, field->key);

    return value == NULL && recording->kept != NULL ? facts_get(recording->kept, field->key) : value;
}

/* The answer takes the place of what it makes clear, so that the command that needs no questions says it. */
static enum ledger_status replace(struct call *call, const char *text, const char *line, const char **kept,
                                  struct error *error)
{
    *kept = call_keep(call, line);
    if (*kept == NULL)
        return error_set(error, REFUSAL_TOO_LONG, "the answers are longer than %d bytes together", CALL_ROOM);
    for (size_t i = 0; i < call->given_count; i++)
        if (call->given[i].value == text)
            call->given[i].value = *kept;
    call->was_asked = true;
    return LEDGER_OK;
}

/* Ask which of two times is meant, by its number or anew. `error` is the refusal that says what they are. */
static enum ledger_status ask_time(struct recording *recording, const struct field *field, const char **text,
                                   struct error *error)
{
    char prompt[128], line[LINE_SIZE];
    bool has_readings = error->book_count == 2;
    enum ledger_status status;

    record_announce(recording);
    remark("  %s\n", error->text);
    for (unsigned i = 0; i < error->book_count; i++)
        remark("   %u  %s\n", i + 1, error->book[i].line);
    snprintf(prompt, sizeof prompt, " --%s: %s", field->name,
             has_readings ? "which is meant? 1, 2, or date and time: " : "date and time: ");
    status = terminal_ask(prompt, line, error);
    if (status != LEDGER_OK)
        return status;
    if (has_readings && (strcmp(line, "1") == 0 || strcmp(line, "2") == 0))
        return replace(recording->call, *text, error->book[line[0] - '1'].line, text, error);
    return replace(recording->call, *text, line, text, error);
}

enum ledger_status gather_read(struct recording *recording, const struct field *field, const char *text,
                               struct value *value, struct error *error)
{
    enum ledger_status status = words_read(&recording->words, field, text, value, error);

    while (status != LEDGER_OK && error->code == REFUSAL_AMBIGUOUS_TIME && terminal_can_ask()) {
        struct error asked = *error;

        if (ask_time(recording, field, &text, &asked) != LEDGER_OK) {
            *error = asked;
            return error->status;
        }
        status = words_read(&recording->words, field, text, value, error);
    }
    return status;
}

enum ledger_status gather_put(struct recording *recording, const struct field *field, const char *const *texts,
                              size_t count, struct error *error)
{
    bool is_list = field->type == FIELD_LIST || field->type == FIELD_ROWS;
    struct value value;
    enum ledger_status status;

    if (is_list)
        status = words_read_list(&recording->words, field, texts, count, &value, error);
    else
        status = gather_read(recording, field, texts[count - 1], &value, error);
    if (status != LEDGER_OK || !value.present)
        return status;
    if ((field->flags & FIELD_PRIVATE) != 0)
        return act_private_put(recording->act, field->key, &value, error);
    *facts_put(&recording->act->event.facts, field->key) = value;
    return LEDGER_OK;
}

/* ---- options */

/* A flag stands for `yes`. */
static size_t texts_of_option(const struct call *call, const struct field *field, const char *name, const char **texts)
{
    size_t place = 0, count = 0;
    const char *value;

    while (count < TEXTS_LIMIT && (value = call_next(call, name, &place)) != NULL)
        texts[count++] = field->type == FIELD_YES && value[0] == '\0' ? "yes" : value;
    return count;
}

static enum ledger_status gather_options(struct recording *recording, const struct field *fields, struct error *error)
{
    const char *texts[TEXTS_LIMIT];
    enum ledger_status status = LEDGER_OK;

    for (const struct field *field = fields; field->name != NULL && status == LEDGER_OK; field++) {
        const char *name = option_of_field(fields == kind_common_private ? NULL : recording->kind, field);
        size_t count = 0;

        if (name != NULL && !gather_has(recording, field))
            count = texts_of_option(recording->call, field, name, texts);
        if (count > 0)
            status = gather_put(recording, field, texts, count, error);
    }
    return status;
}

/* ---- words */

static struct given *next_word(struct call *call, size_t *place)
{
    while (*place < call->given_count) {
        struct given *given = &call->given[(*place)++];

        if (given->name == NULL && !given->is_used && call_is_here(call, given))
            return given;
    }
    return NULL;
}

const char *gather_take_word(struct recording *recording)
{
    size_t place = 0;
    struct given *word = next_word(recording->call, &place);

    if (word == NULL)
        return NULL;
    word->is_used = true;
    return word->value;
}

enum ledger_status gather_join_units(struct call *call, struct error *error)
{
    for (size_t i = 0; i + 1 < call->given_count; i++) {
        struct given *number = &call->given[i], *unit = &call->given[i + 1];
        struct quantity quantity;
        char both[64];

        if (number->name != NULL || unit->name != NULL || number->is_used || unit->is_used ||
            !call_is_here(call, number) || !call_is_here(call, unit) || strlen(number->value) > 30 || strlen(unit->value) > 30)
            continue;
        snprintf(both, sizeof both, "%.30s %.30s", number->value, unit->value);
        if (quantity_parse(number->value, &quantity, NULL) == QUANTITY_OK ||
            quantity_parse(unit->value, &quantity, NULL) == QUANTITY_OK ||
            quantity_parse(both, &quantity, NULL) != QUANTITY_OK)
            continue;
        number->value = call_keep(call, both);
        unit->is_used = true;
        if (number->value == NULL)
            return error_set(error, REFUSAL_TOO_LONG, "this command line is too long");
    }
    return LEDGER_OK;
}

static bool takes_words(const struct recording *recording, const struct field *field)
{
    const char *words = recording->call->command->words;

    return words != NULL ? name_is_in(words, field->name) : (field->flags & FIELD_POSITIONAL) != 0;
}

/* Products, places and parties have names of their own; other things go by their ids alone. */
static bool goes_by_id(const struct field *field)
{
    return field->type == FIELD_REF && field->subject != SUBJECT_PRODUCT && field->subject != SUBJECT_PLACE &&
           field->subject != SUBJECT_PARTY;
}

/* Whether a word could be what this field takes, as far as its looks tell: an id belongs to the field of its
 * kind of thing, and anything else to none that goes by ids. A list takes whatever comes. */
static bool suits(const struct field *field, const char *word)
{
    enum subject subject = 0;
    uint32_t number;
    enum ident_status looks = newborn_parse(word, &subject, &number) ? IDENT_OK : ident_parse(word, &subject, &number);

    if (field->type == FIELD_LIST || field->type == FIELD_ROWS)
        return true;
    if (word[0] == '@')
        return field->type == FIELD_REF || field->type == FIELD_ENTRY;
    if (goes_by_id(field))
        return looks == IDENT_OK ? subject == field->subject : looks == IDENT_CHECK_LETTER;
    return looks != IDENT_OK || (field->type == FIELD_REF && subject == field->subject);
}

/* The field a word goes to: the first without a value that it suits, else the first without a value. */
static const struct field *field_for(const struct recording *recording, const char *word)
{
    const struct field *first = NULL;

    for (const struct field *field = recording->kind->fields; field->name != NULL; field++) {
        if (!takes_words(recording, field) || gather_has(recording, field))
            continue;
        if (suits(field, word))
            return field;
        first = first != NULL ? first : field;
    }
    return first;
}

/* All words that are left, for a list or rows. */
static size_t take_rest(struct recording *recording, const char *first, const char **texts)
{
    size_t count = 1, place = 0;
    struct given *word;

    texts[0] = first;
    while (count < TEXTS_LIMIT && (word = next_word(recording->call, &place)) != NULL) {
        word->is_used = true;
        texts[count++] = word->value;
    }
    return count;
}

static enum ledger_status refuse_word(const struct recording *recording, const char *word, struct error *error)
{
    error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "phial %s does not know what to do with `%s`",
              recording->call->command->name, word);
    error_next(error, "phial help %s\nwords that belong together stand in quotes, as \"10 vials\"",
               recording->call->command->name);
    return error->status;
}

static enum ledger_status gather_words(struct recording *recording, struct error *error)
{
    const char *texts[TEXTS_LIMIT], *word;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && (word = gather_take_word(recording)) != NULL) {
        const struct field *field = field_for(recording, word);
        size_t count = 1;

        if (field == NULL)
            return refuse_word(recording, word, error);
        texts[0] = word;
        if (field->type == FIELD_LIST || field->type == FIELD_ROWS)
            count = take_rest(recording, word, texts);
        status = gather_put(recording, field, texts, count, error);
    }
    return status;
}

enum ledger_status gather(struct recording *recording, struct error *error)
{
    enum ledger_status status = gather_join_units(recording->call, error);

    if (status == LEDGER_OK)
        status = gather_options(recording, recording->kind->fields, error);
    if (status == LEDGER_OK)
        status = gather_options(recording, kind_common_private, error);
    return status == LEDGER_OK ? gather_words(recording, error) : status;
}
