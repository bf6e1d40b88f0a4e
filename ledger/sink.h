/* A file that is made for others, an export or a statement: it appears complete, durable and under its own name, or not at
 * all, and never in place of another. */
#ifndef LEDGER_SINK_H
#define LEDGER_SINK_H

#include "crypto/digest.h"
#include "ledger/error.h"
#include "ledger/export_format.h"
#include "schema/bytes.h"

/* The file on its way: bytes go through one buffer, counted and hashed as they go. */
struct sink {
    int descriptor;
    char temporary[4096];
    struct hasher hasher;
    uint64_t bytes, items;
    uint8_t *buffer;
    size_t used;
};

/* Begin a file at `path`, where there is none yet. Discard it in any case. PH0711, PH0710. */
enum ledger_status sink_open(struct sink *sink, const char *path, struct error *error);

/* At most SINK_BUFFER bytes at a time. */
enum { SINK_BUFFER = 256 * 1024 };
enum ledger_status sink_put(struct sink *sink, struct bytes bytes, struct error *error);

/* An item of an export, [number, string]. */
enum ledger_status sink_item(struct sink *sink, enum export_item item, bool is_text, struct bytes content, struct error *error);

/* Durable under its own name. PH0708, PH0710, PH0711. */
enum ledger_status sink_finish(struct sink *sink, const char *path, struct error *error);

/* Let go of it; what was not finished is removed. */
void sink_discard(struct sink *sink);

#endif
