#include "ledger/sink.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/files.h"
#include "schema/cbor.h"

static enum ledger_status io_error(struct error *error, const char *what, const char *path)
{
    int reason = errno;

    return error_set(error, reason == ENOSPC ? REFUSAL_DISK_FULL : reason == EEXIST ? REFUSAL_EXISTS : REFUSAL_IO, "%s %s: %s",
                     what, path, strerror(reason));
}

static enum ledger_status sink_flush(struct sink *sink, struct error *error)
{
    for (size_t at = 0; at < sink->used;) {
        ssize_t written = write(sink->descriptor, sink->buffer + at, sink->used - at);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return io_error(error, "write", sink->temporary);
        at += (size_t)written;
    }
    sink->used = 0;
    return LEDGER_OK;
}

enum ledger_status sink_put(struct sink *sink, struct bytes bytes, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    assert(bytes.size <= SINK_BUFFER);
    if (sink->used + bytes.size > SINK_BUFFER)
        status = sink_flush(sink, error);
    if (status != LEDGER_OK)
        return status;
    memcpy(sink->buffer + sink->used, bytes.data, bytes.size);
    sink->used += bytes.size;
    sink->bytes += bytes.size;
    hasher_update(&sink->hasher, bytes.data, bytes.size);
    return LEDGER_OK;
}

void sink_discard(struct sink *sink)
{
    if (sink->descriptor >= 0) {
        close(sink->descriptor);
        unlink(sink->temporary);
    }
    sink->descriptor = -1;
    hasher_release(&sink->hasher);
    free(sink->buffer);
}

enum ledger_status sink_open(struct sink *sink, const char *path, struct error *error)
{
    *sink = (struct sink){ .descriptor = -1, .hasher = HASHER_NONE };
    if (access(path, F_OK) == 0)
        return error_set(error, REFUSAL_EXISTS, "%s is there already, and no file is written over", path);
    if (snprintf(sink->temporary, sizeof sink->temporary, "%s.part-XXXXXX", path) >= (int)sizeof sink->temporary)
        return error_set(error, REFUSAL_IO, "the path of the file is too long");
    sink->buffer = malloc(SINK_BUFFER);
    if (sink->buffer == NULL || hasher_init(&sink->hasher) != CRYPT_OK)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "out of memory");
    /* A name of its own, so that two exports to one place do not write into one file. */
    sink->descriptor = mkostemp(sink->temporary, O_CLOEXEC);
    return sink->descriptor >= 0 ? LEDGER_OK : io_error(error, "make", sink->temporary);
}

enum ledger_status sink_finish(struct sink *sink, const char *path, struct error *error)
{
    enum ledger_status status = sink_flush(sink, error);

    if (status != LEDGER_OK)
        return status;
    if (fsync(sink->descriptor) != 0)
        return io_error(error, "write", sink->temporary);
    /* A link, not a rename, so that a file that appeared meanwhile is not written over; some sticks and
     * shares have no links. */
    if (link(sink->temporary, path) == 0)
        unlink(sink->temporary);
    else if ((errno != EPERM && errno != EOPNOTSUPP) || rename(sink->temporary, path) != 0)
        return io_error(error, "make", path);
    close(sink->descriptor);
    sink->descriptor = -1;
    /* Nor do all of them sync a directory. */
    (void)file_sync_name(path);
    return LEDGER_OK;
}

enum ledger_status sink_item(struct sink *sink, enum export_item item, bool is_text, struct bytes content,
                                     struct error *error)
{
    uint8_t buffer[16];
    struct writer writer;
    enum ledger_status status;

    writer_init(&writer, buffer, sizeof buffer);
    write_array(&writer, 2);
    write_uint(&writer, item);
    /* The head of the string by itself: its content need not be copied. */
    write_string_head(&writer, is_text, content.size);
    assert(!writer.failed);
    status = sink_put(sink, writer_bytes(&writer), error);
    if (status == LEDGER_OK)
        status = sink_put(sink, content, error);
    sink->items++;
    return status;
}
