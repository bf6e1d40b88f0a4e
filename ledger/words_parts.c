#include "ledger/words_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/text.h"

/* ---- the word in hand */

/* Tab, line ends and what Unicode calls space separators (general category Zs). */
static const char *const blanks[] = {
    " ",      "\t",     "\n",     "\r",     "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
    "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000",
};

static size_t blank_at_start(struct bytes text)
{
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        size_t size = strlen(blanks[i]);

        if (text.size >= size && memcmp(text.data, blanks[i], size) == 0)
            return size;
    }
    return 0;
}

static size_t blank_at_end(struct bytes text)
{
    for (size_t i = 0; i < sizeof blanks / sizeof blanks[0]; i++) {
        size_t size = strlen(blanks[i]);

        if (text.size >= size && memcmp(text.data + text.size - size, blanks[i], size) == 0)
            return size;
    }
    return 0;
}

struct bytes word_trim(const char *text)
{
    struct bytes rest = bytes_of_text(text);
    size_t size;

    while ((size = blank_at_start(rest)) > 0)
        rest = bytes_of(rest.data + size, rest.size - size);
    while ((size = blank_at_end(rest)) > 0)
        rest.size -= size;
    return rest;
}

bool word_copy(const char *text, char out[static WORD_SIZE])
{
    struct bytes word = word_trim(text);

    if (word.size >= WORD_SIZE)
        return false;
    memcpy(out, word.data, word.size);
    out[word.size] = '\0';
    return true;
}

bool word_is_digits(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

void word_lower(char *text)
{
    for (; *text != '\0'; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
}

enum ledger_status word_keep(struct words *words, struct bytes bytes, struct bytes *kept, struct error *error)
{
    struct word_room *room = &words->room;

    if (bytes.size > room->capacity - room->used)
        return error_set(error, REFUSAL_TOO_LONG, "this is more text than one act can hold.");
    *kept = bytes_of(room->data + room->used, bytes.size);
    memcpy(room->data + room->used, bytes.data, bytes.size);
    room->used += bytes.size;
    return LEDGER_OK;
}

/* ---- how it is refused */

/* At most `limit` bytes, ending after a whole character. */
static struct bytes cut(struct bytes text, size_t limit)
{
    if (text.size <= limit)
        return text;
    text.size = limit;
    while (text.size > 0 && (text.data[text.size] & 0xc0) == 0x80)
        text.size--;
    return text;
}

/* Whether a text can be shown as it is: at worst it has spaces at its ends or could be composed. */
static bool is_showable(struct bytes text)
{
    enum text_status status = text_check(text, TEXT_SIZE_LIMIT);

    return status == TEXT_OK || status == TEXT_EMPTY || status == TEXT_SPACE || status == TEXT_NOT_NFC;
}

const char *word_shown(struct bytes text, char out[static WORD_SHOWN_SIZE])
{
    struct bytes part = cut(text, WORD_SHOWN_LIMIT);
    bool as_it_is = is_showable(part);
    size_t used = 0;

    for (size_t i = 0; i < part.size; i++) {
        uint8_t byte = part.data[i];

        if (as_it_is || (byte >= ' ' && byte <= '~'))
            out[used++] = (char)byte;
        else
            used += (size_t)snprintf(out + used, WORD_SHOWN_SIZE - used, "\\x%02x", byte);
    }
    (void)snprintf(out + used, WORD_SHOWN_SIZE - used, "%s", part.size < text.size ? "\u2026" : "");
    return out;
}

enum ledger_status word_refuse(struct error *error, enum refusal_code code, const struct field *field, const char *text,
                               const char *reason, ...)
{
    char shown[WORD_SHOWN_SIZE], why[ERROR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, reason);
    (void)vsnprintf(why, sizeof why, reason, arguments);
    va_end(arguments);
    return error_set(error, code, "%s%s\"%s\" %s.", field != NULL ? field->name : "", field != NULL ? ": " : "",
                     word_shown(word_trim(text), shown), why);
}

void nearest_begin(struct nearest *nearest, const char *typed)
{
    /* In a short word one slip is a large part of it: two would make any other word near. */
    *nearest = (struct nearest){ .typed = typed, .distance = strlen(typed) < 5 ? 2 : 3 };
}

void nearest_offer(struct nearest *nearest, const char *name)
{
    unsigned distance = spelling_distance(nearest->typed, name, nearest->distance);

    if (distance >= nearest->distance || strlen(name) >= sizeof nearest->name)
        return;
    nearest->distance = distance;
    memcpy(nearest->name, name, strlen(name) + 1);
}

void nearest_suggest(const struct nearest *nearest, struct error *error)
{
    if (nearest->name[0] != '\0')
        error_next(error, "did you mean %s?\n%s", nearest->name, error->next);
}
