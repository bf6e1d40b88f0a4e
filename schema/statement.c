#include "schema/statement.h"

#include <string.h>

#include "schema/amount.h"
#include "schema/civil.h"
#include "schema/cose.h"
#include "schema/text.h"

enum statement_key { KEY_VERSION = 1, KEY_LEDGER, KEY_PERIOD, KEY_BOOK, KEY_MADE, KEY_PROGRAM, KEY_TRAINING, KEY_ENDED,
                     KEY_LINES, KEY_TOTALS, KEY_HEAD, KEY_OFFICER };
enum { LINE_PLACES = 4, TOTAL_PLACES_BESIDE = 5 /* the product, and two sums at either end */ };

const char *statement_verdict_name(unsigned verdict)
{
    static const char *const names[] = { "", "SHOWN", "NOT SHOWN", "CONTRADICTED" };

    return verdict <= VERDICT_CONTRADICTED ? names[verdict] : "";
}

/* ---- totals */

/* Which of the changes are additions; the others went. */
static bool adds(unsigned place)
{
    return place == TOTAL_OPENING || place == TOTAL_RECEIVED || place == TOTAL_GAINED || place == TOTAL_RECOVERED ||
           place == TOTAL_FOUND || place == TOTAL_ADJUSTED_UP;
}

/* Both sides grow by what is above zero and the other by what is below, so that no sum is a difference. */
static bool add_to(uint64_t sides[static 2], bool left, int64_t amount)
{
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    uint64_t *side = &sides[left == (amount >= 0) ? 0 : 1];

    return checked_add_u64(*side, size, side);
}

bool statement_total_closes(const struct statement_total *total)
{
    uint64_t sides[2] = { 0, 0 };
    bool good = add_to(sides, true, total->before_in_doses) && add_to(sides, true, total->before_on_hand) &&
                add_to(sides, false, total->in_doses) && add_to(sides, false, total->on_hand);

    for (unsigned place = 0; place < TOTAL_IN_DOSES && good; place++)
        good = add_to(sides, adds(place), total->change[place]);
    return good && sides[0] == sides[1];
}

/* ---- writing */

static void write_line(struct writer *writer, unsigned number, const struct statement_line *line)
{
    write_array(writer, LINE_PLACES);
    write_uint(writer, number);
    write_uint(writer, line->verdict);
    write_text(writer, bytes_of_text(line->text));
    write_array(writer, line->entry_count);
    for (size_t i = 0; i < line->entry_count; i++)
        write_uint(writer, line->entries[i]);
}

static void write_total(struct writer *writer, const struct statement_total *total)
{
    write_array(writer, TOTAL_PLACES_BESIDE + TOTAL_IN_DOSES);
    write_uint(writer, total->product);
    write_int(writer, total->before_in_doses);
    write_int(writer, total->before_on_hand);
    for (unsigned place = 0; place < TOTAL_IN_DOSES; place++)
        write_int(writer, total->change[place]);
    write_int(writer, total->in_doses);
    write_int(writer, total->on_hand);
}

static void write_officer(struct writer *writer, const struct statement_officer *officer)
{
    write_uint(writer, KEY_OFFICER);
    write_array(writer, 3);
    write_uint(writer, officer->person);
    write_text(writer, bytes_of_text(officer->handle));
    write_array(writer, 2);
    write_int(writer, officer->algorithm);
    write_bytes(writer, bytes_of(officer->key, officer->key_size));
}

static void write_book(struct writer *writer, const struct statement *statement)
{
    write_uint(writer, KEY_LEDGER);
    write_bytes(writer, bytes_of(statement->ledger, STATEMENT_HASH_SIZE));
    write_uint(writer, KEY_PERIOD);
    write_array(writer, 2);
    write_uint(writer, statement->after);
    write_uint(writer, statement->last);
    write_uint(writer, KEY_BOOK);
    write_array(writer, 2);
    write_uint(writer, statement->size);
    write_bytes(writer, bytes_of(statement->root, STATEMENT_HASH_SIZE));
}

void statement_encode(const struct statement *statement, struct writer *writer)
{
    write_map(writer, statement->officer.person != 0 ? KEY_OFFICER : KEY_HEAD);
    write_uint(writer, KEY_VERSION);
    write_uint(writer, STATEMENT_VERSION);
    write_book(writer, statement);
    write_uint(writer, KEY_MADE);
    write_int(writer, statement->made_ms);
    write_uint(writer, KEY_PROGRAM);
    write_text(writer, bytes_of_text(statement->program));
    write_uint(writer, KEY_TRAINING);
    write_uint(writer, statement->is_training);
    write_uint(writer, KEY_ENDED);
    write_uint(writer, statement->has_ended);
    write_uint(writer, KEY_LINES);
    write_array(writer, STATEMENT_LINES);
    for (unsigned i = 0; i < STATEMENT_LINES; i++)
        write_line(writer, i + 1, &statement->lines[i]);
    write_uint(writer, KEY_TOTALS);
    write_array(writer, statement->total_count);
    for (size_t i = 0; i < statement->total_count; i++)
        write_total(writer, &statement->totals[i]);
    write_uint(writer, KEY_HEAD);
    write_text(writer, bytes_of_text(statement->head));
    if (statement->officer.person != 0)
        write_officer(writer, &statement->officer);
}

/* ---- reading */

/* A text of at least one byte, with its NUL. What only a newer program knows is noted. */
static bool read_text_to(struct reader *reader, size_t limit, char *out)
{
    struct bytes text;
    enum text_status status;

    if (!read_text(reader, limit, &text))
        return false;
    status = text_check(text, limit);
    if (status == TEXT_UNASSIGNED)
        reader->unknown |= UNKNOWN_CHARACTER;
    else if (status != TEXT_OK)
        return false;
    memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return true;
}

static bool read_yes(struct reader *reader, bool *yes)
{
    uint64_t number;

    if (!read_uint(reader, 1, &number))
        return false;
    *yes = number == 1;
    return true;
}

/* The entries that a line names ascend and are in the book. */
static bool read_entries(struct reader *reader, uint32_t size, struct statement_line *line)
{
    uint64_t count;
    uint32_t least = 1;

    if (!read_array(reader, 0, STATEMENT_ENTRIES_LIMIT, &count))
        return false;
    line->entry_count = (size_t)count;
    for (size_t i = 0; i < line->entry_count; i++) {
        if (least > size || !read_u32(reader, least, size, &line->entries[i]))
            return false;
        least = line->entries[i] + 1;
    }
    return read_array_end(reader);
}

/* The last line has no verdict, and no other is without one. */
static bool verdict_may_be(unsigned number, unsigned verdict, bool has_ended)
{
    return (number == STATEMENT_LINES) == (verdict == VERDICT_NONE) && (has_ended || verdict != VERDICT_SHOWN);
}

static bool read_line(struct reader *reader, unsigned number, struct statement *statement)
{
    struct statement_line *line = &statement->lines[number - 1];
    uint32_t verdict, is;

    if (!read_array(reader, LINE_PLACES, LINE_PLACES, NULL) || !read_u32(reader, number, number, &is) ||
        !read_u32(reader, VERDICT_NONE, VERDICT_CONTRADICTED, &verdict) ||
        !verdict_may_be(number, verdict, statement->has_ended))
        return false;
    line->verdict = (uint8_t)verdict;
    return read_text_to(reader, STATEMENT_TEXT_LIMIT, line->text) && read_entries(reader, statement->size, line) &&
           read_array_end(reader);
}

static bool read_lines(struct reader *reader, struct statement *statement)
{
    bool good = read_array(reader, STATEMENT_LINES, STATEMENT_LINES, NULL);

    for (unsigned number = 1; number <= STATEMENT_LINES && good; number++)
        good = read_line(reader, number, statement);
    return good && read_array_end(reader);
}

static bool read_total(struct reader *reader, uint32_t least, struct statement_total *total)
{
    bool good = read_array(reader, TOTAL_PLACES_BESIDE + TOTAL_IN_DOSES, TOTAL_PLACES_BESIDE + TOTAL_IN_DOSES, NULL) &&
                read_u32(reader, least, UINT32_MAX, &total->product) &&
                read_int(reader, 0, INT64_MAX, &total->before_in_doses) &&
                read_int(reader, 0, INT64_MAX, &total->before_on_hand);

    for (unsigned place = 0; place < TOTAL_IN_DOSES && good; place++)
        good = read_int(reader, -INT64_MAX, INT64_MAX, &total->change[place]);
    return good && read_int(reader, 0, INT64_MAX, &total->in_doses) && read_int(reader, 0, INT64_MAX, &total->on_hand) &&
           read_array_end(reader) && statement_total_closes(total);
}

static bool read_totals(struct reader *reader, struct statement *statement)
{
    uint64_t count;
    uint32_t least = 1;

    if (!read_array(reader, 0, PRODUCT_LIMIT, &count))
        return false;
    statement->total_count = (size_t)count;
    for (size_t i = 0; i < statement->total_count; i++) {
        if (least == 0 || !read_total(reader, least, &statement->totals[i]))
            return false;
        least = statement->totals[i].product + 1; /* 0 after the last id there can be */
    }
    return read_array_end(reader);
}

static bool read_key_of(struct reader *reader, struct statement_officer *officer)
{
    int64_t algorithm;
    struct bytes key;

    if (!read_array(reader, 2, 2, NULL) || !read_int(reader, INT32_MIN, INT32_MAX, &algorithm))
        return false;
    officer->algorithm = (int32_t)algorithm;
    if (algorithm != COSE_ED25519 && algorithm != COSE_ESP256) {
        reader->unknown |= UNKNOWN_ALGORITHM;
        return read_item(reader, &key) && read_array_end(reader);
    }
    officer->key_size = algorithm == COSE_ED25519 ? STATEMENT_KEY_LIMIT / 2 : STATEMENT_KEY_LIMIT;
    return read_bytes_to(reader, officer->key, officer->key_size) && read_array_end(reader);
}

static bool read_officer(struct reader *reader, struct statement_officer *officer)
{
    return read_array(reader, 3, 3, NULL) && read_u32(reader, 1, UINT32_MAX, &officer->person) &&
           read_text_to(reader, STATEMENT_HANDLE_LIMIT, officer->handle) && handle_is_valid(officer->handle) &&
           read_key_of(reader, officer) && read_array_end(reader);
}

static bool read_period(struct reader *reader, struct statement *statement)
{
    return read_array(reader, 2, 2, NULL) && read_u32(reader, 0, UINT32_MAX, &statement->after) &&
           statement->after < UINT32_MAX &&
           read_u32(reader, statement->after + 1, UINT32_MAX, &statement->last) && read_array_end(reader);
}

static bool read_size(struct reader *reader, struct statement *statement)
{
    return read_array(reader, 2, 2, NULL) && read_u32(reader, statement->last, UINT32_MAX, &statement->size) &&
           read_bytes_to(reader, statement->root, STATEMENT_HASH_SIZE) && read_array_end(reader);
}

static bool read_value(struct reader *reader, uint64_t key, struct statement *statement)
{
    uint64_t version;

    switch (key) {
    case KEY_VERSION:
        return read_uint(reader, STATEMENT_VERSION, &version) && version == STATEMENT_VERSION;
    case KEY_LEDGER:
        return read_bytes_to(reader, statement->ledger, STATEMENT_HASH_SIZE);
    case KEY_PERIOD:
        return read_period(reader, statement);
    case KEY_BOOK:
        return read_size(reader, statement);
    case KEY_MADE:
        return read_int(reader, 0, CIVIL_MS_MAX, &statement->made_ms);
    case KEY_PROGRAM:
        return read_text_to(reader, STATEMENT_PROGRAM_LIMIT, statement->program);
    case KEY_TRAINING:
        return read_yes(reader, &statement->is_training);
    case KEY_ENDED:
        return read_yes(reader, &statement->has_ended);
    case KEY_LINES:
        return read_lines(reader, statement);
    case KEY_TOTALS:
        return read_totals(reader, statement);
    case KEY_HEAD:
        return read_text_to(reader, STATEMENT_HEAD_LIMIT, statement->head);
    default:
        return read_officer(reader, &statement->officer);
    }
}

/* Its version comes first in whatever a newer one holds. */
static bool is_newer(struct bytes payload)
{
    struct reader reader;
    uint64_t key = 0, version = 0;

    reader_init(&reader, payload, STATEMENT_DEPTH);
    return read_map(&reader, UINT32_MAX, NULL) && read_key(&reader, &key) && key == KEY_VERSION &&
           read_uint(&reader, UINT32_MAX, &version) && version > STATEMENT_VERSION;
}

enum statement_status statement_decode(struct bytes payload, struct statement *statement)
{
    struct reader reader;
    uint64_t count = 0, key = 0;
    bool good;

    memset(statement, 0, sizeof *statement);
    if (is_newer(payload))
        return STATEMENT_VERSION_UNKNOWN;
    reader_init(&reader, payload, STATEMENT_DEPTH);
    good = read_map(&reader, KEY_OFFICER, &count) && count >= KEY_HEAD;
    for (uint64_t expected = KEY_VERSION; good && expected <= count; expected++)
        good = read_key(&reader, &key) && key == expected && read_value(&reader, key, statement);
    if (!good || !read_map_end(&reader) || reader_end(&reader) != READ_OK)
        return STATEMENT_MALFORMED;
    if ((reader.unknown & UNKNOWN_ALGORITHM) != 0)
        return STATEMENT_ALGORITHM;
    return (reader.unknown & UNKNOWN_CHARACTER) != 0 ? STATEMENT_CHARACTER : STATEMENT_OK;
}
