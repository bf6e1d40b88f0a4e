/* What an act that is known by its id gave birth to, and the entry that it became: `@` and the id, `/2` for the second. */
#include "ledger/words_parts.h"

#include <inttypes.h>
#include <string.h>

#include "ledger/names.h"
#include "schema/ident.h"

bool word_is_act(const char *text)
{
    return text[0] == '@';
}

/* `@` and 32 hexadecimal digits; behind a stroke which of the things it gave birth to, from 1. */
static bool parse_act(const char *text, uint8_t act[static ACT_SIZE], uint32_t *nth)
{
    char digits[2 * ACT_SIZE + 1];
    size_t count = strcspn(text + 1, "/"), size;
    const char *behind = text + 1 + count;

    *nth = 1;
    if (count != sizeof digits - 1)
        return false;
    memcpy(digits, text + 1, count);
    digits[count] = '\0';
    return hex_decode(digits, act, ACT_SIZE, &size) &&
           (*behind == '\0' || entry_number_parse(behind + 1, nth) == IDENT_OK);
}

static enum ledger_status find(const struct words *words, const struct field *field, const char *text,
                               uint8_t act[static ACT_SIZE], uint32_t *nth, struct name *name, struct error *error)
{
    enum ledger_status status;

    if (!parse_act(text, act, nth)) {
        status = word_refuse(error, REFUSAL_BAD_VALUE, field, text, "is no act");
        error_next(error, "@ and its 32 hexadecimal digits; /2 behind them for the second thing it gave birth to");
        return status;
    }
    if (view_name(words->view, NAME_ACT, bytes_of(act, ACT_SIZE), name))
        return LEDGER_OK;
    status = view_status(words->view, error);
    return status != LEDGER_OK ? status
                               : word_refuse(error, REFUSAL_UNKNOWN_ID, field, text,
                                             "is no act of this book, nor of the same list before this one");
}

/* Whether it stands in the same list, and has no entry yet. */
static bool is_in_list(const struct words *words, const struct name *name)
{
    return name->entry > view_entries_before(words->view);
}

enum ledger_status word_read_act_ref(struct words *words, const struct field *field, const char *text,
                                     struct value *value, struct error *error)
{
    enum subject subject = field->subject;
    uint8_t act[ACT_SIZE];
    struct name name;
    uint32_t nth = 1, id;
    struct value ref;
    enum ledger_status status = find(words, field, text, act, &nth, &name, error);

    if (status != LEDGER_OK)
        return status;
    ref = (struct value){ .present = true, .number = nth - 1, .second = 1, .bytes = bytes_of(act, ACT_SIZE) };
    id = is_in_list(words, &name) ? view_resolve(words->view, subject, &ref)
                                  : newborn_of_entry(words->view, name.entry, subject, nth - 1);
    if (id == 0)
        return word_refuse(error, REFUSAL_UNKNOWN_ID, field, text, "gave birth to no %s%s", subject_name(subject),
                           nth > 1 ? " of this number" : "");
    if (is_in_list(words, &name)) {
        *value = ref;
        return word_keep(words, ref.bytes, &value->bytes, error);
    }
    value->number = id;
    return LEDGER_OK;
}

enum ledger_status word_read_act_entry(const struct words *words, const struct field *field, const char *text,
                                       struct value *value, struct error *error)
{
    uint8_t act[ACT_SIZE];
    struct name name;
    uint32_t nth;
    enum ledger_status status = find(words, field, text, act, &nth, &name, error);

    if (status != LEDGER_OK)
        return status;
    if (is_in_list(words, &name)) {
        status = word_refuse(error, REFUSAL_UNKNOWN_ID, field, text, "stands in the same list, and has no entry yet");
        error_next(error, "record this act in a list of its own, behind that one");
        return status;
    }
    value->number = name.entry;
    return LEDGER_OK;
}
