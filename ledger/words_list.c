/* Lists: several words become one value, encoded as the event will hold it. */
#include "ledger/words_parts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- a list under construction */

void word_list_begin(const struct words *words, struct writer *writer, uint64_t count)
{
    const struct word_room *room = &words->room;

    writer_init(writer, room->data + room->used, room->capacity - room->used);
    write_array(writer, count);
}

enum ledger_status word_list_end(struct words *words, const struct writer *writer, struct value *value,
                                 struct error *error)
{
    if (writer->failed)
        return error_set(error, REFUSAL_TOO_LONG, "this is more than one act can hold.");
    value->bytes = writer_bytes(writer);
    words->room.used += value->bytes.size;
    return LEDGER_OK;
}

enum ledger_status word_list_count(const struct field *field, uint64_t count, struct value *value,
                                   struct error *error)
{
    *value = (struct value){ .present = true, .number = (int64_t)count };
    if (value_check(field, value) == FACTS_OK)
        return LEDGER_OK;
    if (count == 0)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "%s: none is given.", field->name);
    return word_refuse_range(field, "", error);
}

/* ---- lists */

/* The field that describes one value of a list. */
static struct field element_of(const struct field *list)
{
    static const uint8_t empty[] = { 0x80 };
    const struct value none = { .present = true, .bytes = { empty, sizeof empty } };
    struct list_cursor cursor;

    list_begin(&cursor, list, &none);
    cursor.element.unit = list->unit;
    cursor.element.help = list->help;
    return cursor.element;
}

/* The ids that `V-1..V-10` stands for. */
struct range {
    uint32_t first, last;
};

static const char *dots_of(const struct field *element, const char *text)
{
    return element->type == FIELD_REF ? strstr(text, "..") : NULL;
}

/* Both ends are ids; the second may leave its letter to the first. */
static enum ledger_status read_range(const struct words *words, const struct field *element, const char *text,
                                     struct range *range, struct error *error)
{
    const char *dots = dots_of(element, text);
    char first[WORD_SIZE], last[WORD_SIZE + 1], word[WORD_SIZE];
    enum ledger_status status;

    if (!word_copy(text, word) || !word_copy(dots + 2, word))
        return word_refuse(error, REFUSAL_TOO_LONG, element, text, "is too long");
    (void)snprintf(first, sizeof first, "%.*s", (int)(dots - text), text);
    if (word_is_digits(word))
        (void)snprintf(last, sizeof last, "%c%s", subject_letter(element->subject), word);
    else
        (void)snprintf(last, sizeof last, "%s", word);
    status = words_read_subject(words, element->subject, first, &range->first, error);
    if (status == LEDGER_OK)
        status = words_read_subject(words, element->subject, last, &range->last, error);
    if (status != LEDGER_OK)
        return status;
    if (range->first <= range->last)
        return LEDGER_OK;
    status = word_refuse(error, REFUSAL_BAD_VALUE, element, text, "ends before it begins");
    error_next(error, "%s..%s, if that was meant", last, first);
    return status;
}

/* How many values the words stand for. */
static enum ledger_status count_values(const struct words *words, const struct field *element,
                                       const char *const *texts, size_t count, uint64_t *total, struct error *error)
{
    *total = count;
    for (size_t i = 0; i < count; i++) {
        struct range range = { 0 };
        enum ledger_status status = LEDGER_OK;

        if (dots_of(element, texts[i]) != NULL)
            status = read_range(words, element, texts[i], &range, error);
        if (status != LEDGER_OK)
            return status;
        *total += range.last - range.first;
    }
    return LEDGER_OK;
}

static enum ledger_status write_values(const struct words *words, const struct field *element, const char *text,
                                       struct writer *writer, struct error *error)
{
    uint8_t bytes[WORD_VALUE_ROOM];
    struct words one = *words;
    struct range range = { 0 };
    struct value value;
    enum ledger_status status;

    one.room = (struct word_room){ bytes, sizeof bytes, 0 };
    if (dots_of(element, text) == NULL) {
        status = words_read(&one, element, text, &value, error);
        if (status == LEDGER_OK)
            value_encode(element, &value, writer);
        return status;
    }
    status = read_range(words, element, text, &range, error);
    for (uint64_t id = range.first; status == LEDGER_OK && id <= range.last; id++)
        write_uint(writer, id);
    return status;
}

static enum ledger_status read_values(struct words *words, const struct field *field, const char *const *texts,
                                      size_t count, struct value *value, struct error *error)
{
    struct field element = element_of(field);
    struct writer writer;
    uint64_t total = 0;
    enum ledger_status status = count_values(words, &element, texts, count, &total, error);

    if (status == LEDGER_OK)
        status = word_list_count(field, total, value, error);
    if (status != LEDGER_OK)
        return status;
    word_list_begin(words, &writer, total);
    for (size_t i = 0; i < count; i++) {
        status = write_values(words, &element, texts[i], &writer, error);
        if (status != LEDGER_OK)
            return status;
    }
    return word_list_end(words, &writer, value, error);
}

enum ledger_status words_read_list(struct words *words, const struct field *field, const char *const *texts,
                                   size_t count, struct value *value, struct error *error)
{
    struct value read;
    enum ledger_status status = field->type == FIELD_LIST ? read_values(words, field, texts, count, &read, error)
                                                          : word_read_rows(words, field, texts, count, &read, error);

    assert(field->type == FIELD_LIST || field->type == FIELD_ROWS);
    if (status == LEDGER_OK)
        *value = read;
    return status;
}
