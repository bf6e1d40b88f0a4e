#include "cli/answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "schema/civil.h"
#include "schema/ident.h"

/* Something could not be put, and nobody has been told yet. */
static bool is_incomplete;

static json_t *inside(struct answer *answer)
{
    return (json_t *)(void *)answer;
}

/* Takes `value` over, and hands it back borrowed. */
static struct answer *put(struct answer *answer, const char *name, json_t *value)
{
    json_t *in = inside(answer);
    int failed = 1;

    if (in != NULL && value != NULL)
        failed = name != NULL ? json_object_set_new(in, name, value) : json_array_append_new(in, value);
    else
        json_decref(value);
    if (failed == 0)
        return (struct answer *)(void *)value;
    is_incomplete = true;
    return NULL;
}

struct answer *answer_new(void)
{
    json_t *object = json_object();

    is_incomplete = is_incomplete || object == NULL;
    return (struct answer *)(void *)object;
}

struct answer *answer_object(struct answer *answer, const char *name)
{
    return put(answer, name, json_object());
}

struct answer *answer_list(struct answer *answer, const char *name)
{
    return put(answer, name, json_array());
}

void answer_text(struct answer *answer, const char *name, const char *text)
{
    put(answer, name, json_string(text));
}

void answer_bytes_text(struct answer *answer, const char *name, struct bytes text)
{
    put(answer, name, json_stringn((const char *)text.data, text.size));
}

void answer_hex(struct answer *answer, const char *name, struct bytes bytes)
{
    char *digits = malloc(2 * bytes.size + 1);

    put(answer, name, digits != NULL ? json_string(hex_encode(bytes, digits)) : NULL);
    free(digits);
}

void answer_number(struct answer *answer, const char *name, int64_t number)
{
    put(answer, name, json_integer(number));
}

void answer_yes(struct answer *answer, const char *name, bool yes)
{
    put(answer, name, json_boolean(yes));
}

void answer_null(struct answer *answer, const char *name)
{
    put(answer, name, json_null());
}

void answer_time(struct answer *answer, const char *name, int64_t ms)
{
    char text[CIVIL_TEXT_SIZE], name_ms[64];

    assert(name != NULL && strlen(name) < sizeof name_ms - sizeof "_ms");
    snprintf(name_ms, sizeof name_ms, "%s_ms", name);
    answer_text(answer, name, civil_format_utc(ms, text));
    answer_number(answer, name_ms, ms);
}

static enum ledger_status print(struct answer *answer, size_t flags, FILE *stream, struct error *error)
{
    char *text = is_incomplete ? NULL : json_dumps(inside(answer), JSON_COMPACT | flags);

    is_incomplete = false;
    json_decref(inside(answer));
    if (text == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is not enough memory for the answer");
    fputs(text, stream);
    free(text);
    return LEDGER_OK;
}

enum ledger_status answer_print(struct answer *answer, FILE *stream, struct error *error)
{
    enum ledger_status status = print(answer, 0, stream, error);

    if (status == LEDGER_OK)
        fputc('\n', stream);
    return status;
}

enum ledger_status answer_print_members(struct answer *answer, FILE *stream, struct error *error)
{
    return print(answer, JSON_EMBED, stream, error);
}

void answer_drop(struct answer *answer)
{
    json_decref(inside(answer));
}
