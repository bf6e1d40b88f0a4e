#include "ledger/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/text.h"

const struct refusal refusals[] = {
#define REFUSAL_ENUM(code_, name_, class_name_, status_, override_, claim_, sentence_, ground_, next_) \
    { code_, #name_, class_name_, status_, override_, claim_, sentence_, ground_, next_ },
#include "ledger/refusals.def"
#undef REFUSAL_ENUM
    { .code = 0 },
};

const struct refusal *refusal_find(unsigned code)
{
    size_t low = 0, high = sizeof refusals / sizeof refusals[0] - 1;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (refusals[middle].code == code)
            return &refusals[middle];
        if (refusals[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Put a formatted text; one that does not fit ends, after a whole character, in an ellipsis. */
static void put(char *out, size_t size, const char *format, va_list arguments)
{
    static const char ellipsis[] = "\u2026";
    int wanted = vsnprintf(out, size, format, arguments);

    assert(wanted >= 0 && size > sizeof ellipsis);
    if ((size_t)wanted < size)
        return;
    out[size - sizeof ellipsis] = '\0';
    text_trim_cut(out);
    memcpy(out + strlen(out), ellipsis, sizeof ellipsis);
}

static void put_parts(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void put_parts(char *out, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put(out, size, format, arguments);
    va_end(arguments);
}

/* The arguments may point into the error itself, so a text is made beside it first. */
enum ledger_status error_set(struct error *error, enum refusal_code code, const char *format, ...)
{
    const struct refusal *refusal = refusal_find(code);
    char text[ERROR_TEXT_SIZE] = "";
    va_list arguments;

    assert(refusal != NULL);
    va_start(arguments, format);
    put(text, sizeof text, format, arguments);
    va_end(arguments);
    *error = (struct error){ .status = refusal->status, .code = refusal->code };
    memcpy(error->text, text, sizeof text);
    put_parts(error->next, sizeof error->next, "%s", refusal->next);
    return error->status;
}

void error_book(struct error *error, const char *label, const char *format, ...)
{
    va_list arguments;

    if (error->book_count == ERROR_BOOK_LINES)
        return;
    put_parts(error->book[error->book_count].label, ERROR_LABEL_SIZE, "%s", label);
    va_start(arguments, format);
    put(error->book[error->book_count].line, ERROR_BOOK_SIZE, format, arguments);
    va_end(arguments);
    error->book_count++;
}

void error_next(struct error *error, const char *format, ...)
{
    char text[ERROR_TEXT_SIZE] = "";
    va_list arguments;

    va_start(arguments, format);
    put(text, sizeof text, format, arguments);
    va_end(arguments);
    memcpy(error->next, text, sizeof text);
}

void error_wrap(struct error *error, const char *format, ...)
{
    char context[ERROR_TEXT_SIZE] = "", text[ERROR_TEXT_SIZE] = "";
    va_list arguments;

    va_start(arguments, format);
    put(context, sizeof context, format, arguments);
    va_end(arguments);
    put_parts(text, sizeof text, "%s: %s", context, error->text);
    memcpy(error->text, text, sizeof text);
}
