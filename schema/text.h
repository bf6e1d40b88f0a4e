/* What a text may hold, and how wide it stands on a terminal.
 *
 * Two texts that look alike should be the same bytes, and no text may steer the terminal, the page
 * or the spreadsheet it is shown on. So a text is UTF-8 in NFC and holds none of: control
 * characters and line separators, bidirectional marks, overrides and isolates, other invisible
 * format characters, and code points without an agreed meaning. Unassigned code points are refused
 * because only for assigned ones does Unicode promise that a text in NFC stays in NFC; a newer Unicode
 * may have assigned them since, so who reads such a text cannot judge it (SPEC.md section 1.3).
 */
#ifndef SCHEMA_TEXT_H
#define SCHEMA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/bytes.h"

/* Bytes. The longest text that text_check judges: an opened private text (SPEC section 3.3). */
enum { TEXT_SIZE_LIMIT = 4096 };

/* The first fault found. Size is looked at first, then each code point in turn, then the ends, then
 * whether all are assigned, then NFC. */
enum text_status {
    TEXT_OK = 0,
    TEXT_EMPTY,      /* no characters: what is absent is left out, never written as nothing */
    TEXT_TOO_LONG,   /* more than `max_size` bytes */
    TEXT_NOT_UTF8,   /* not UTF-8: truncated, overlong, a surrogate, or above U+10FFFF */
    TEXT_CONTROL,    /* C0, DEL, C1, or U+2028, U+2029 */
    TEXT_BIDI,       /* U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 */
    TEXT_INVISIBLE,  /* any other format character, as U+00AD, U+200B, U+FEFF; the joiners U+200C and
                        U+200D are allowed, because Persian and Indic names are spelled with them */
    TEXT_PRIVATE,    /* for private use, or a noncharacter: it will never have an agreed meaning */
    TEXT_SPACE,      /* white space (general category Zs) at the beginning or the end */
    TEXT_UNASSIGNED, /* nothing else is wrong, but a code point is unassigned in the Unicode known here */
    TEXT_NOT_NFC,    /* not in Normalization Form C */
};

/* Whether `text` may stand in the book. `max_size` is at most TEXT_SIZE_LIMIT. */
enum text_status text_check(struct bytes text, size_t max_size);

/* Compose a text that text_check found TEXT_NOT_NFC: `out` gets it in NFC, without a NUL, and `*size` its bytes.
 * False when it takes more than `capacity`. */
bool text_compose(struct bytes text, char *out, size_t capacity, size_t *size);

/* Whether `text` is UTF-8 at all (RFC 3629). Empty is. */
bool text_is_utf8(struct bytes text);

/* Columns `text` takes on a terminal: wide characters two, combining ones none.
 * A byte that is not UTF-8 counts one, as the replacement character shown for it. */
size_t text_columns(struct bytes text);

/* Take away a character at the end of `text`, a UTF-8 string with its NUL, that was cut within it. */
void text_trim_cut(char *text);

#endif
