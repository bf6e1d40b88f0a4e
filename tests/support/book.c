#include "tests/support/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/closing.h"
#include "ledger/place.h"
#include "tests/support/doctored.h"

static void sound(struct book *book, enum ledger_status status, const struct error *error)
{
    (void)book;
    if (status != LEDGER_OK)
        fail_msg("PH%04u %s", error->code, error->text);
}

/* ---- putting an act together */

struct event *act(struct book *book, enum kind_number kind, int64_t person, enum meaning meaning)
{
    struct event *event = &book->event;

    memset(event, 0, sizeof *event);
    book->used = 0;
    event->kind = kind_find(kind);
    event->occurred = (struct at){ book->now_ms, BOOK_OFFSET };
    facts_init(&event->facts, event->kind->fields);
    book->acts++;
    memset(event->act, 0xA0, ACT_SIZE);
    put_u32(event->act, book->acts);
    act_signed(book, person, meaning);
    return event;
}

void act_signed(struct book *book, int64_t person, enum meaning meaning)
{
    book->event.signers[book->event.signer_count++] = (struct event_signer){ person, (uint8_t)meaning };
}

void act_done_by(struct book *book, int64_t person, enum meaning meaning)
{
    book->event.performed[book->event.performed_count++] = (struct event_signer){ person, (uint8_t)meaning };
}

void act_because(struct book *book, uint16_t reason)
{
    book->event.reason = reason;
}

static struct bytes keep(struct book *book, const void *data, size_t size)
{
    uint8_t *at = book->room + book->used;

    assert_true(book->used + size <= sizeof book->room);
    memcpy(at, data, size);
    book->used += size;
    return bytes_of(at, size);
}

void put_number(struct book *book, uint64_t key, int64_t number)
{
    facts_put_number(&book->event.facts, key, number);
}

void put_text(struct book *book, uint64_t key, const char *text)
{
    facts_put_bytes(&book->event.facts, key, keep(book, text, strlen(text)));
}

void put_time(struct book *book, uint64_t key, int64_t ms)
{
    facts_put_at(&book->event.facts, key, (struct at){ ms, BOOK_OFFSET });
}

void put_amount(struct book *book, uint64_t key, enum quantity_unit unit, int64_t amount)
{
    struct value *value = facts_put(&book->event.facts, key);

    value->number = amount;
    value->second = unit;
}

void put_newborn(struct book *book, uint64_t key, const uint8_t of[static ACT_SIZE], int64_t nth)
{
    struct value *value = facts_put(&book->event.facts, key);

    value->number = nth;
    value->second = 1;
    value->bytes = keep(book, of, ACT_SIZE);
}

void put_key(struct book *book, uint64_t key, const struct public_key *public_key)
{
    struct value *value = facts_put(&book->event.facts, key);

    value->second = public_key->algorithm;
    value->bytes = keep(book, public_key->bytes, key_public_size(public_key->algorithm));
}

static void put_written(struct book *book, uint64_t key, const struct writer *writer, size_t count)
{
    struct value *value = facts_put(&book->event.facts, key);

    assert_false(writer->failed);
    value->number = (int64_t)count;
    value->bytes = writer_bytes(writer);
    book->used += writer->size;
}

void put_list(struct book *book, uint64_t key, const int64_t *numbers, size_t count)
{
    struct writer writer;

    writer_init(&writer, book->room + book->used, sizeof book->room - book->used);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        write_int(&writer, numbers[i]);
    put_written(book, key, &writer, count);
}

struct facts row_of(const struct book *book, uint64_t key)
{
    struct facts row;

    facts_init(&row, field_with_key(book->event.kind->fields, key)->row);
    return row;
}

void put_rows(struct book *book, uint64_t key, const struct facts *rows, size_t count)
{
    struct writer writer;

    writer_init(&writer, book->room + book->used, sizeof book->room - book->used);
    write_array(&writer, count);
    for (size_t i = 0; i < count; i++)
        row_encode(&rows[i], &writer);
    put_written(book, key, &writer, count);
}

/* ---- where it stands */

void list_of(struct book *book, uint32_t length)
{
    book->list_length = length;
    book->list_place = 0;
}

static struct view *new_view(struct book *book)
{
    struct view *view = view_new(book->txn);

    assert_non_null(view);
    return view;
}

/* What prepare would fill in, where the test has not said otherwise. */
static void fill_in(struct book *book, struct view *view)
{
    struct event *event = &book->event;
    uint32_t before = view_entries_before(view);
    struct digest hash;

    if (book->list_length != 0 && !event->in_list) {
        event->in_list = true;
        event->list_place = book->list_place + 1;
        event->list_length = book->list_length;
        memcpy(event->list_act, book->list_place == 0 ? event->act : book->list_act, ACT_SIZE);
    }
    if (!event->has_ledger && (before > 0 || book->list_place > 0)) {
        event->has_ledger = true;
        memcpy(event->ledger, book->ledger.bytes, DIGEST_SIZE);
    }
    if (before == 0 || book->sees_nothing)
        return;
    if (event->policy == 0)
        event->policy = (uint32_t)view_site(view, SITE_POLICY_ENTRY);
    if (!event->has_seen) {
        assert_true(view_entry_hash(view, before, &hash));
        event->has_seen = true;
        event->seen_number = before;
        memcpy(event->seen_hash, hash.bytes, DIGEST_SIZE);
    }
}

static void fill_placing(struct book *book, struct view *view, const struct event *event, struct bytes payload)
{
    struct placing *placing = &book->placing;

    *placing = (struct placing){ .number = view_entries_before(view) + book->list_place + 1, .recorded_ms = book->now_ms,
                                 .payload_hash = digest_bytes(payload.data, payload.size), .is_signed = book->is_signed };
    for (size_t i = 0; i < event->signer_count; i++) {
        struct public_key key;

        placing->signed_at_ms[i] = book->now_ms + book->signed_after_ms;
        if (rules_signer_key(view, event, i, &key))
            placing->kids[i] = key_thumbprint(&key);
    }
    if (book->signs_as_another) {
        struct public_key key = spare_key(30);

        placing->kids[0] = key_thumbprint(&key);
    }
}

/* Judge the event that its payload gives back, as commit and replay do. */
static void judge_in(struct book *book, struct view *view, struct event *event, struct writer *payload)
{
    struct facts_fault fault;
    struct error error;

    fill_in(book, view);
    payload->size = 0;
    assert_int_equal(EVENT_OK, event_encode(&book->event, payload));
    if (event_decode(writer_bytes(payload), event, &fault) != EVENT_OK)
        fail_msg("a payload that does not decode: %s", fault.field != NULL ? fault.field->name : "its envelope");
    fill_placing(book, view, event, writer_bytes(payload));
    rules_judge(view, event, &book->placing, &book->verdict);
    assert_int_equal(LEDGER_OK, view_status(view, &error));
    book->refusal = verdict_refusal(&book->verdict, event);
}

void judged(struct book *book)
{
    static uint8_t bytes[COSE_PAYLOAD_LIMIT];
    struct writer payload;
    struct event event;
    struct view *view = new_view(book);

    assert_null(book->list); /* a list is judged as it is placed */
    writer_init(&payload, bytes, sizeof bytes);
    judge_in(book, view, &event, &payload);
    view_free(view);
    doctored_try(book);
}

static bool has_code(const unsigned *codes, size_t count, unsigned code)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == code)
            return true;
    return false;
}

void expect_codes(struct book *book, const unsigned *codes, size_t count, const char *file, int line)
{
    char text[512] = "";
    size_t used = 0;
    bool same = true;

    judged(book);
    for (size_t i = 0; i < book->verdict.broken_count; i++) {
        unsigned code = book->verdict.broken[i].code;

        used += (size_t)snprintf(text + used, sizeof text - used, " PH%04u", code);
        same = same && (code == REFUSAL_NEEDS_REASON || has_code(codes, count, code));
    }
    for (size_t i = 0; i < count; i++) {
        bool found = false;

        for (size_t j = 0; j < book->verdict.broken_count; j++)
            found = found || book->verdict.broken[j].code == codes[i];
        same = same && found;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%u", i == 0 ? " where expected: " : " ", codes[i]);
    }
    if (!same) {
        print_error("%s:%d: the rules broken are%s\n", file, line, text);
        _fail(file, line);
    }
}

/* ---- placing it */

static struct bytes encode_body(struct book *book, const struct event *event, struct bytes payload, struct writer *body)
{
    struct cose_message message = { .typ = COSE_EVENT, .payload = payload, .signer_count = event->signer_count };

    if (!sign_all(book, event, payload, message.signers))
        book->is_unlike = true;
    cose_encode(&message, body);
    assert_false(body->failed);
    return writer_bytes(body);
}

static void put_entry(struct book *book, const struct event *event, struct bytes payload)
{
    static uint8_t body_bytes[ENTRY_LIMIT], entry_bytes[ENTRY_LIMIT];
    struct header header = { .number = book->entries + 1, .recorded_ms = book->now_ms, .touches = book->verdict.touches,
                             .touch_count = book->verdict.touch_count, .terminal = bytes_of_text("desk-1"),
                             .program = bytes_of_text("test") };
    struct digest hash;
    struct error error;
    struct writer body, entry;

    writer_init(&body, body_bytes, sizeof body_bytes);
    writer_init(&entry, entry_bytes, sizeof entry_bytes);
    sound(book, place_previous(book->txn, book->entries, &hash, &error), &error);
    memcpy(header.previous, hash.bytes, DIGEST_SIZE);
    assert_int_equal(EVENT_OK, entry_encode(&header, encode_body(book, event, payload, &body), &entry));
    sound(book, place_entry(book->txn, header.number, writer_bytes(&entry), header.touches, header.touch_count, &hash, &error),
          &error);
}

static void say_refused(struct book *book, const char *file, int line)
{
    print_error("%s:%d: %s is refused with PH%04u (%lld, %lld)\n", file, line, book->event.kind->name, book->refusal->code,
                (long long)book->refusal->a, (long long)book->refusal->b);
    _fail(file, line);
}

/* The checkpoint of a closing is kept for ever. */
static void keep_note(struct book *book)
{
    uint8_t note[CHECKPOINT_NOTE_LIMIT];
    size_t size;
    struct error error;

    sound(book, checkpoint_make(book->txn, &book->ledger, seal_secret(book), book->entries, true, note, &size, &error), &error);
}

static void end_of_list(struct book *book)
{
    struct error error;

    book->list_place++;
    if (book->list_length > book->list_place)
        return;
    sound(book, view_flush(book->list, book->txn, &error), &error);
    if (book->event.kind->number == KIND_CLOSING)
        keep_note(book);
    view_free(book->list);
    book->list = NULL;
    book->list_length = book->list_place = 0;
}

uint32_t place_it(struct book *book, const char *file, int line)
{
    static uint8_t bytes[COSE_PAYLOAD_LIMIT];
    struct writer payload;
    struct event event;

    if (book->list_length == 0 && doctored_is_trying(book))
        judged(book);
    if (book->list == NULL)
        book->list = new_view(book);
    writer_init(&payload, bytes, sizeof bytes);
    judge_in(book, book->list, &event, &payload);
    if (book->refusal != NULL)
        say_refused(book, file, line);
    if (book->entries == 0)
        book->ledger = book->placing.payload_hash;
    if (book->list_place == 0)
        memcpy(book->list_act, event.act, ACT_SIZE);
    put_entry(book, &event, writer_bytes(&payload));
    book->entries++;
    book->born = book->verdict.born_id;
    end_of_list(book);
    if (book->list == NULL)
        book->now_ms += BOOK_MINUTE;
    return book->born;
}

uint32_t place_irregular_it(struct book *book, const char *file, int line)
{
    judged(book);
    book->event.irregular_count = verdict_irregular(&book->verdict, book->event.irregular);
    if (book->event.reason == 0)
        book->event.reason = 2;
    return place_it(book, file, line);
}

void forbidden_it(struct book *book, unsigned code, unsigned other, bool waits, const char *file, int line)
{
    uint16_t codes[EVENT_IRREGULAR_LIMIT];
    size_t count = other != 0 ? 2 : 1;
    uint32_t case_id;

    judged(book);
    if (book->refusal == NULL || verdict_irregular(&book->verdict, codes) != count || codes[0] != code ||
        (other != 0 && codes[1] != other) || refusal_find(book->refusal->code)->class_ != CLASS_FORBIDDEN) {
        print_error("%s:%d: PH%04u%s should be forbidden\n", file, line, code,
                    other != 0 ? " with one other" : " and nothing else");
        _fail(file, line);
    }
    place_irregular_it(book, file, line);
    doctored_owned(book, code);
    case_id = book->verdict.case_id;
    if (case_id == 0 || leaf_number(book, SUBJECT_CASE, case_id, CASE_STATE) != CASE_IS_OPEN ||
        leaf_number(book, SUBJECT_CASE, case_id, CASE_CODE) != code ||
        leaf_number(book, SUBJECT_CASE, case_id, CASE_ENTRY) != book->entries ||
        ((waits_for(book, book->entries) & DUE_IRREGULAR) != 0) != waits) {
        print_error("%s:%d: PH%04u opens case %u and waits for %x\n", file, line, code, case_id,
                    waits_for(book, book->entries));
        _fail(file, line);
    }
}

/* ---- looking */

int64_t leaf_number(struct book *book, unsigned table, uint32_t id, unsigned at)
{
    struct view *view = new_view(book);
    int64_t number = view_number(view, table, id, at);

    view_free(view);
    return number;
}

unsigned waits_for(struct book *book, uint32_t entry)
{
    return (unsigned)leaf_number(book, LEAF_TABLE_DUE, entry, DUE_WHAT);
}

/* ---- time */

void close_day(struct book *book)
{
    struct closing_room *room = malloc(sizeof *room);
    struct view *view = new_view(book);
    struct error error;
    int64_t unclosed = view_site(view, SITE_UNCLOSED_DAY);
    char day[CIVIL_TEXT_SIZE];

    assert_non_null(room);
    act(book, KIND_CLOSING, PERSON_SEAL, MEANING_SEALED);
    civil_format_date(unclosed != 0 ? (int32_t)unclosed - 1 : at_local_days(book->event.occurred), day);
    sound(book, closing_build(view, book->txn, book->entries, CLOSING_DAY, day, &book->event.facts, room, &error), &error);
    view_free(view);
    place(book);
    free(room);
}

void wait_for(struct book *book, int64_t ms)
{
    while (ms > 0) {
        int64_t step_ms = ms < 20 * BOOK_DAY ? ms : 20 * BOOK_DAY;
        int64_t unclosed = leaf_number(book, LEAF_TABLE_SITE, 1, SITE_UNCLOSED_DAY);

        book->now_ms += step_ms;
        ms -= step_ms;
        if (step_ms == 20 * BOOK_DAY ||
            (unclosed != 0 && at_local_days((struct at){ book->now_ms, BOOK_OFFSET }) >= unclosed)) {
            close_day(book);
            book->now_ms -= BOOK_MINUTE;
        }
    }
}

int32_t day_of(int32_t year, int32_t month, int32_t day)
{
    return civil_days((struct civil_date){ year, month, day });
}
