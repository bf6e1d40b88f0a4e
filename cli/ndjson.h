/* A file of JSON objects, one a line: what programs write for import to read.
 *
 * It is read whole before anything is done with it, and nothing in it is mended: a mark before the first line, a carriage
 * return, a NUL, an empty line, a line too long, a name twice in one object, a number with a point, an object within an
 * object are refused with the line's number (PH1013). Values are handed out as the texts that would be typed. */
#ifndef CLI_NDJSON_H
#define CLI_NDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/error.h"

enum {
    NDJSON_LINE_LIMIT = 65536,         /* bytes of one line */
    NDJSON_FILE_LIMIT = 256 << 20,     /* bytes of the file */
    NDJSON_VALUES_LIMIT = 300          /* of one list of values: the longest takes 256 */
};

struct ndjson {
    char *text;
    size_t size;
};

#define NDJSON_NONE ((struct ndjson){ NULL, 0 })

/* Read a file, and check what can be seen without knowing JSON. Close it even on failure. PH0710, PH1011, PH1013. */
enum ledger_status ndjson_open(struct ndjson *file, const char *path, struct error *error);
void ndjson_close(struct ndjson *file);

/* A line, without its end; it is the file's. */
struct ndjson_line {
    uint32_t number; /* from 1 */
    const char *text;
    size_t size;
};

/* The line after `line`, which begins as zeros; false after the last. */
bool ndjson_next_line(const struct ndjson *file, struct ndjson_line *line);

/* The object of a line. Release it even on failure; zeros are safe. */
struct ndjson_object {
    void *root, *place;
};
enum ledger_status ndjson_read(const struct ndjson_line *line, struct ndjson_object *object, struct error *error);
void ndjson_release(struct ndjson_object *object);

/* The text of this name; NULL where there is none. PH1013 when it is something else. */
enum ledger_status ndjson_text(const struct ndjson_object *object, const char *name, const char **text, struct error *error);

/* One member of an object. */
enum ndjson_form {
    NDJSON_TEXTS, /* a text or whole number, or a list of them */
    NDJSON_YES, NDJSON_NO
};

struct ndjson_member {
    const char *name; /* the object's, as the texts are */
    enum ndjson_form form;
    bool has_number;  /* a value is a JSON number, and its text made from that */
    size_t count;
    const char *texts[NDJSON_VALUES_LIMIT];
    char numbers[NDJSON_VALUES_LIMIT][24];
};

/* The next member, in the order of the line; `*found` is false after the last. */
enum ledger_status ndjson_next(struct ndjson_object *object, struct ndjson_member *member, bool *found, struct error *error);

#endif
