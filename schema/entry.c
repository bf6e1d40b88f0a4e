/* Entries: an event in its place in the book. */
#include "schema/event.h"

enum header_key { HEADER_NUMBER = 1, HEADER_PREVIOUS, HEADER_RECORDED, HEADER_TOUCHES, HEADER_TERMINAL };

static void header_encode(const struct header *header, struct writer *writer)
{
    write_map(writer, 5);
    write_uint(writer, HEADER_NUMBER);
    write_uint(writer, header->number);
    write_uint(writer, HEADER_PREVIOUS);
    write_bytes(writer, bytes_of(header->previous, EVENT_HASH_SIZE));
    write_uint(writer, HEADER_RECORDED);
    write_uint(writer, (uint64_t)header->recorded_ms);
    write_uint(writer, HEADER_TOUCHES);
    write_array(writer, header->touch_count);
    for (size_t i = 0; i < header->touch_count; i++) {
        const struct touch *touch = &header->touches[i];

        write_array(writer, touch->count > 1 ? 4 : 3);
        write_uint(writer, touch->subject);
        write_uint(writer, touch->id);
        write_uint(writer, touch->n);
        if (touch->count > 1)
            write_uint(writer, touch->count);
    }
    write_uint(writer, HEADER_TERMINAL);
    write_array(writer, 2);
    write_text(writer, header->terminal);
    write_text(writer, header->program);
}

enum event_status entry_encode(const struct header *header, struct bytes body, struct writer *writer)
{
    uint8_t head[ENTRY_LIMIT];
    struct writer head_writer;

    writer_init(&head_writer, head, sizeof head);
    header_encode(header, &head_writer);
    if (head_writer.failed)
        return EVENT_SIZE;
    write_array(writer, 2);
    write_bytes(writer, writer_bytes(&head_writer));
    write_bytes(writer, body);
    return writer->failed || writer->size > ENTRY_LIMIT ? EVENT_SIZE : EVENT_OK;
}

static bool read_touch(struct reader *reader, struct touch *touch)
{
    uint64_t length = 0;
    uint32_t subject = 0;

    if (!read_array(reader, 3, 4, &length) || !read_u32(reader, SUBJECT_FIRST, SUBJECT_LAST, &subject) ||
        !read_u32(reader, 1, UINT32_MAX, &touch->id) || !read_u32(reader, 1, UINT32_MAX, &touch->n))
        return false;
    touch->subject = (uint8_t)subject;
    touch->count = 1;
    if (length == 4 && !read_u32(reader, 2, ENTRY_TOUCHES_LIMIT, &touch->count))
        return false;
    return touch->count - 1 <= UINT32_MAX - touch->id && read_array_end(reader);
}

/* Sorted and unique, and runs as long as they can be: a touch that could join the run before it must. */
static bool touch_follows(const struct touch *before, const struct touch *touch)
{
    uint64_t after = (uint64_t)before->id + before->count;

    if (touch->subject != before->subject)
        return touch->subject > before->subject;
    return touch->id > after || (touch->id == after && touch->n != before->n);
}

static bool read_touches(struct reader *reader, struct header *header)
{
    const uint8_t *from = reader->at;
    struct touch before = { 0 }, touch = { 0 };
    uint64_t length = 0, total = 0;

    if (!read_array(reader, 0, ENTRY_TOUCHES_LIMIT, &length))
        return false;
    for (uint64_t i = 0; i < length; i++, before = touch) {
        if (!read_touch(reader, &touch) || (i > 0 && !touch_follows(&before, &touch)))
            return false;
        total += touch.count;
    }
    if (total > ENTRY_TOUCHES_LIMIT || !read_array_end(reader))
        return false;
    header->touch_count = (size_t)length;
    header->touches_bytes = bytes_of(from, (size_t)(reader->at - from));
    return true;
}

static bool header_decode(struct bytes head, struct header *header, unsigned *unknown)
{
    struct reader reader;
    uint64_t count = 0, key = 0, ms = 0;

    *header = (struct header){ 0 };
    reader_init(&reader, head, EVENT_DEPTH);
    if (!read_map(&reader, 5, &count) || count != 5)
        return false;
    if (!read_key(&reader, &key) || key != HEADER_NUMBER || !read_u32(&reader, 1, UINT32_MAX, &header->number))
        return false;
    if (!read_key(&reader, &key) || key != HEADER_PREVIOUS || !read_bytes_to(&reader, header->previous, EVENT_HASH_SIZE))
        return false;
    if (!read_key(&reader, &key) || key != HEADER_RECORDED || !read_uint(&reader, (uint64_t)CIVIL_MS_MAX, &ms))
        return false;
    header->recorded_ms = (int64_t)ms;
    if (!read_key(&reader, &key) || key != HEADER_TOUCHES || !read_touches(&reader, header))
        return false;
    if (!read_key(&reader, &key) || key != HEADER_TERMINAL || !read_array(&reader, 2, 2, NULL) ||
        !read_text(&reader, 64, &header->terminal) || !read_text(&reader, 64, &header->program) ||
        !read_array_end(&reader) || !read_map_end(&reader))
        return false;
    if (reader_end(&reader) != READ_OK || !event_takes_text(&reader, header->terminal) ||
        !event_takes_text(&reader, header->program))
        return false;
    *unknown = reader.unknown;
    return true;
}

/* The two halves of an entry. */
static bool entry_split(struct bytes bytes, struct bytes *head, struct bytes *body)
{
    struct reader reader;

    reader_init(&reader, bytes, EVENT_DEPTH);
    return read_array(&reader, 2, 2, NULL) && read_bytes(&reader, 1, ENTRY_LIMIT, head) &&
           read_bytes(&reader, 1, ENTRY_LIMIT, body) && read_array_end(&reader) && reader_end(&reader) == READ_OK;
}

enum event_status entry_decode(struct bytes bytes, struct entry *entry)
{
    enum cose_status status;
    unsigned unknown = 0;

    if (bytes.size > ENTRY_LIMIT)
        return EVENT_SIZE;
    if (!entry_split(bytes, &entry->head, &entry->body) || !header_decode(entry->head, &entry->header, &unknown))
        return EVENT_MALFORMED;
    status = cose_decode(entry->body, COSE_EVENT, &entry->message);
    if (status == COSE_OK || status == COSE_ALGORITHM)
        return event_as_known(unknown | (status == COSE_ALGORITHM ? UNKNOWN_ALGORITHM : 0u));
    return status == COSE_SIZE ? EVENT_SIZE : EVENT_MALFORMED;
}

bool entry_header(struct bytes bytes, struct header *header)
{
    struct bytes head, body;
    unsigned unknown = 0;

    return bytes.size <= ENTRY_LIMIT && entry_split(bytes, &head, &body) && header_decode(head, header, &unknown);
}

void touches_begin(struct touch_cursor *cursor, const struct header *header)
{
    cursor->left = 0;
    reader_init(&cursor->reader, header->touches_bytes, EVENT_DEPTH);
    (void)read_array(&cursor->reader, 0, ENTRY_TOUCHES_LIMIT, &cursor->left);
}

bool touches_next(struct touch_cursor *cursor, struct touch *touch)
{
    if (cursor->left == 0)
        return false;
    cursor->left--;
    return read_touch(&cursor->reader, touch);
}
