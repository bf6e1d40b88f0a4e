/* The lines of a receipt: typed, each with options of its own, or scanned one pack after the other.
 *
 *     phial receive 55150-439-10 "10 vials" --lot 8J331A --expiry 2028-09-30 55150-438-10 "1 carton" --lot …
 *
 * An option belongs to the line whose words stand before it; before any words, to the first. */
#include "cli/shapes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/record.h"
#include "cli/terminal.h"
#include "schema/gs1.h"
#include "schema/quantity.h"

const struct option receive_options[] = {
    { "scan", 0, NULL, false, "read packs from the scanner, one a line; an empty line ends" },
    { "lot", 0, "VALUE", true, "lot of this line" },
    { "expiry", 0, "DATE", true, "last day of use of this line" },
    { "damaged", 0, "COUNT", true, "how many of this line are damaged" },
    { "serial", 0, "VALUE", true, "serial number of the pack of this line" },
    { "gtin", 0, "DIGITS", true, "barcode of the pack of this line, where its serial number is given" },
    { .name = NULL },
};

enum { LINES_LIMIT = 64, LEVEL_PACK = 2, LINES_ROOM = 24576 };

/* The lines read so far, encoded, and the one being read. */
struct lines {
    struct recording *recording;
    const struct field *field; /* `lines` of the kind */
    size_t count;
    struct facts row;
    bool is_begun;             /* the row has its product */
    bool is_kept;              /* it is the line of a receipt that is corrected: what is typed takes the place of what was */
    uint8_t bytes[LINES_ROOM];
    struct writer writer;
};

/* ---- one line */

static void begin_line(struct lines *lines)
{
    facts_init(&lines->row, lines->field->row);
    lines->is_begun = false;
}

static enum ledger_status put(struct lines *lines, const char *name, const char *text, struct error *error)
{
    const struct field *field = field_named(lines->field->row, name);
    struct value value;
    enum ledger_status status;

    if (facts_get(&lines->row, field->key) != NULL && !lines->is_kept)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "--%s is given twice for one line", name);
    status = words_read(&lines->recording->words, field, text, &value, error);
    if (status == LEDGER_OK)
        *facts_put(&lines->row, field->key) = value;
    return status;
}

/* The barcodes the catalogue has of a product. */
static bool begin_barcodes(struct recording *recording, uint32_t product, struct list_cursor *cursor)
{
    uint32_t born = (uint32_t)view_number(recording->book.reading.view, SUBJECT_PRODUCT, product, PRODUCT_BORN);
    const struct field *gtins = field_named(kind_find(KIND_PRODUCT)->fields, "gtins");
    struct entry entry;
    struct event event;

    if (!book_event(&recording->book, born, &entry, &event) || facts_get(&event.facts, gtins->key) == NULL)
        return false;
    list_begin(cursor, gtins, facts_get(&event.facts, gtins->key));
    return true;
}

/* A serial number means nothing without the barcode beside it on the pack: where the product has exactly one for packs
 * that hold as many as came, that is it. */
static enum ledger_status complete_serial(struct lines *lines, struct error *error)
{
    const struct field *row_fields = lines->field->row, *gtin = field_named(row_fields, "gtin");
    int64_t containers = facts_number(&lines->row, field_named(row_fields, "containers")->key, 0);
    int64_t packs = facts_number(&lines->row, field_named(row_fields, "packs")->key, 1);
    struct list_cursor cursor;
    struct facts row;
    char found[GTIN_SIZE] = "";
    size_t count = 0;

    if (facts_get(&lines->row, field_named(row_fields, "serial")->key) == NULL || facts_get(&lines->row, gtin->key) != NULL)
        return LEDGER_OK;
    if (begin_barcodes(lines->recording, (uint32_t)lines->row.values[0].number, &cursor))
        while (rows_next(&cursor, &row))
            if (facts_number(&row, field_named(row.fields, "containers")->key, 0) == containers / packs) {
                snprintf(found, sizeof found, "%.*s", (int)row.values[0].bytes.size, (const char *)row.values[0].bytes.data);
                count++;
            }
    if (count == 1)
        return put(lines, "gtin", found, error);
    error_set(error, REFUSAL_MISSING_ARGUMENT, "--gtin is missing: the barcode beside the serial number on the pack");
    error_next(error, "the same line with --gtin DIGITS, or scan the pack: phial receive --scan");
    return error->status;
}

/* A line that is whole is encoded and the next begins; what it lacks is said by name. */
static enum ledger_status end_line(struct lines *lines, struct error *error)
{
    if (complete_serial(lines, error) != LEDGER_OK)
        return error->status;
    for (size_t i = 0; lines->row.fields[i].name != NULL; i++)
        if ((lines->row.fields[i].flags & FIELD_OPTIONAL) == 0 && !lines->row.values[i].present)
            return error_set(error, REFUSAL_MISSING_ARGUMENT, "line %zu of the receipt lacks its %s: %s", lines->count + 1,
                             lines->row.fields[i].name, lines->row.fields[i].help);
    if (lines->count == LINES_LIMIT) {
        error_set(error, REFUSAL_TOO_LONG, "a receipt has at most %d lines", LINES_LIMIT);
        error_next(error, "take the rest in with a second receipt of the same document");
        return error->status;
    }
    row_encode(&lines->row, &lines->writer);
    lines->count++;
    begin_line(lines);
    return LEDGER_OK;
}

/* ---- cartons */

/* How many containers a pack of this product holds by its barcodes: 0 when they do not agree or say nothing. */
static uint64_t containers_in_pack(struct recording *recording, uint32_t product)
{
    struct list_cursor cursor;
    struct facts row;
    uint64_t found = 0;

    if (!begin_barcodes(recording, product, &cursor))
        return 0;
    while (rows_next(&cursor, &row)) {
        uint64_t containers = (uint64_t)facts_number(&row, field_named(row.fields, "containers")->key, 0);

        if (facts_number(&row, field_named(row.fields, "level")->key, 0) != LEVEL_PACK)
            continue;
        if (found != 0 && found != containers)
            return 0;
        found = containers;
    }
    return found;
}

/* Containers, or packs of so many as the catalogue knows. */
static enum ledger_status put_count(struct lines *lines, const char *text, struct error *error)
{
    uint32_t product = (uint32_t)lines->row.values[0].number;
    struct quantity quantity;
    uint64_t in_pack;
    char number[32];
    enum ledger_status status;

    if (quantity_parse(text, &quantity, NULL) != QUANTITY_OK || quantity.unit != QUANTITY_PACKS || quantity.amount > 1024)
        return put(lines, "containers", text, error);
    in_pack = containers_in_pack(lines->recording, product);
    if (in_pack == 0) {
        error_set(error, REFUSAL_BAD_QUANTITY, "`%s`: the catalogue does not say how many containers a pack holds", text);
        error_next(error, "count the containers, as \"10 vials\"");
        return error->status;
    }
    snprintf(number, sizeof number, "%" PRIu64, in_pack * quantity.amount);
    status = put(lines, "containers", number, error);
    snprintf(number, sizeof number, "%" PRIu64, quantity.amount);
    return status == LEDGER_OK ? put(lines, "packs", number, error) : status;
}

/* ---- typed lines */

/* A word is the product of a line, or the count that belongs to it. */
static enum ledger_status take_word(struct lines *lines, const char *word, struct error *error)
{
    enum ledger_status status = LEDGER_OK;

    if (lines->is_begun && facts_get(&lines->row, field_named(lines->field->row, "containers")->key) == NULL)
        return put_count(lines, word, error);
    if (lines->is_begun)
        status = end_line(lines, error);
    if (status == LEDGER_OK)
        status = put(lines, "product", word, error);
    lines->is_begun = true;
    return status;
}

static bool is_line_option(const char *name)
{
    for (const struct option *option = receive_options + 1; option->name != NULL; option++)
        if (strcmp(option->name, name) == 0)
            return true;
    return false;
}

static bool is_typed(const struct call *call, const struct given *given)
{
    return !given->is_used && call_is_here(call, given) && (given->name == NULL || is_line_option(given->name));
}

/* In a correction of a receipt of one line options alone are of that line. */
static enum ledger_status begin_kept(struct lines *lines, struct error *error)
{
    const struct call *call = lines->recording->call;
    const struct value *kept = lines->recording->kept != NULL ? facts_get(lines->recording->kept, lines->field->key) : NULL;
    size_t words = 0, options = 0;
    struct list_cursor cursor;

    for (size_t i = 0; i < call->given_count; i++) {
        words += is_typed(call, &call->given[i]) && call->given[i].name == NULL;
        options += is_typed(call, &call->given[i]) && call->given[i].name != NULL;
    }
    if (kept == NULL || words > 0 || options == 0)
        return LEDGER_OK;
    if (kept->number > 1) {
        error_set(error, REFUSAL_MISSING_ARGUMENT, "this receipt has %d lines: which of them is it?", (int)kept->number);
        error_next(error, "say all of its lines, as they should be: PRODUCT COUNT --lot LOT --expiry DATE PRODUCT COUNT --lot …");
        return error->status;
    }
    list_begin(&cursor, lines->field, kept);
    lines->is_kept = lines->is_begun = rows_next(&cursor, &lines->row);
    return LEDGER_OK;
}

static enum ledger_status take_typed(struct lines *lines, struct error *error)
{
    struct call *call = lines->recording->call;
    enum ledger_status status = gather_join_units(call, error);

    if (status == LEDGER_OK)
        status = begin_kept(lines, error);
    for (size_t i = 0; i < call->given_count && status == LEDGER_OK; i++) {
        struct given *given = &call->given[i];

        if (!is_typed(call, given))
            continue;
        given->is_used = true;
        status = given->name == NULL ? take_word(lines, given->value, error) : put(lines, given->name, given->value, error);
    }
    return status == LEDGER_OK && lines->is_begun ? end_line(lines, error) : status;
}

/* ---- scanned lines */

/* What the scan of a pack says, and what the catalogue says of its barcode. */
static enum ledger_status put_scan(struct lines *lines, const struct gs1_scan *scan, struct error *error)
{
    struct name name;
    char number[32], expiry[CIVIL_TEXT_SIZE];
    enum ledger_status status = put(lines, "product", scan->gtin, error);

    if (status != LEDGER_OK)
        return status;
    lines->is_begun = true;
    if (!view_name(lines->recording->book.reading.view, NAME_GTIN, bytes_of_text(scan->gtin), &name))
        return error_set(error, REFUSAL_UNKNOWN_BARCODE, "no product of this site has the barcode %s", scan->gtin);
    snprintf(number, sizeof number, "%" PRIu32, name.data_size == 4 ? get_u32(name.data) : 1);
    status = put(lines, "containers", number, error);
    if (status == LEDGER_OK && scan->lot[0] != '\0')
        status = put(lines, "lot", scan->lot, error);
    if (status == LEDGER_OK && scan->has_expiry)
        status = put(lines, "expiry", civil_format_date(scan->expiry_days, expiry), error);
    if (status == LEDGER_OK && scan->serial[0] != '\0')
        status = put(lines, "serial", scan->serial, error);
    return status == LEDGER_OK ? put(lines, "gtin", scan->gtin, error) : status;
}

/* What is wrong with it, and what helps. */
static enum ledger_status refuse_scan(enum gs1_status why, const char *line, struct error *error)
{
    static const char *const reasons[] = {
        [GS1_EMPTY] = "nothing was scanned",
        [GS1_SYMBOLOGY] = "this is a code of another sort than those on packs of medicines (]d2, ]C1, ]Q3)",
        [GS1_FORM] = "this is no scan of a pack",
        [GS1_TRUNCATED] = "this scan breaks off in the middle of a part",
        [GS1_NO_VALUE] = "a part of this scan is empty",
        [GS1_TOO_LONG] = "the lot or serial number has more than 20 characters: most likely a separator is lost",
        [GS1_CHARACTER] = "this scan holds a character that no such code has",
        [GS1_DUPLICATE] = "a part stands twice in this scan",
        [GS1_CHECK_DIGIT] = "the check digit of the barcode (01) does not fit its other digits",
        [GS1_DATE] = "the expiry (17) is no date of the calendar",
        [GS1_NO_GTIN] = "this scan has no barcode number (01)" };
    char shown[61];
    size_t size = 0;

    for (; line[size] != '\0' && size + 1 < sizeof shown; size++)
        shown[size] = line[size] >= ' ' && line[size] <= '~' ? line[size] : '?';
    shown[size] = '\0';
    error_set(error, REFUSAL_BAD_VALUE, "%s: %s", reasons[why], shown);
    error_next(error, "scan it again, or type the line below the code, with its brackets: "
                      "(01)\u2026(17)\u2026(10)\u2026(21)\u2026");
    return error->status;
}

static enum ledger_status take_scan(struct lines *lines, const char *line, struct error *error)
{
    struct at now = book_now(&lines->recording->book);
    char product[NAME_TEXT_SIZE];
    int64_t containers;
    struct gs1_scan scan;
    enum gs1_status form = gs1_parse(line, at_local_time(now).date.year, &scan);
    enum ledger_status status;

    if (form != GS1_OK)
        return refuse_scan(form, line, error);
    /* A lost separator runs the serial into the lot, and nobody could tell later. */
    if ((scan.flags & GS1_LOT_MAY_HOLD_SERIAL) != 0) {
        error_set(error, REFUSAL_AMBIGUOUS, "the lot %s may hold the serial number too", scan.lot);
        error_next(error, "type the line below the code, with its brackets: (01)…(17)…(10)…(21)…");
        return error->status;
    }
    status = put_scan(lines, &scan, error);
    if (status != LEDGER_OK)
        return status;
    containers = facts_number(&lines->row, field_named(lines->field->row, "containers")->key, 0);
    remark("  %zu  %s  %" PRId64 " %s  lot %s%s%s\n", lines->count + 1,
           name_of_subject(lines->recording->words.view, SUBJECT_PRODUCT, (uint32_t)lines->row.values[0].number, product),
           containers, containers == 1 ? "container" : "containers", scan.lot,
           scan.serial[0] != '\0' ? "  serial " : "", scan.serial);
    return end_line(lines, error);
}

/* A scan that is refused is said and left out at a terminal, where the pack can be scanned again. */
static enum ledger_status take_scans(struct lines *lines, struct error *error)
{
    char line[LINE_SIZE];
    bool found;
    enum ledger_status status;

    if (terminal_can_ask())
        remark(" Scan the packs one after the other; an empty line ends.\n");
    for (;;) {
        status = terminal_read_scan(line, &found, error);
        if (status != LEDGER_OK || !found || line[0] == '\0')
            return status;
        status = take_scan(lines, line, error);
        if (status != LEDGER_OK && !terminal_can_ask())
            return status;
        if (status != LEDGER_OK) {
            remark("  %s\n", error->text);
            begin_line(lines);
        }
    }
}

/* ---- */

static enum ledger_status put_lines(struct lines *lines, struct error *error)
{
    struct word_room *room = &lines->recording->words.room;
    struct value *value = facts_put(&lines->recording->act->event.facts, lines->field->key);
    struct writer writer;

    writer_init(&writer, room->data + room->used, room->capacity - room->used);
    write_array(&writer, lines->count);
    write_raw(&writer, writer_bytes(&lines->writer));
    if (lines->writer.failed || writer.failed)
        return error_set(error, REFUSAL_TOO_LONG, "this is more than one receipt can hold");
    *value = (struct value){ .present = true, .number = (int64_t)lines->count, .bytes = writer_bytes(&writer) };
    room->used += value->bytes.size;
    return LEDGER_OK;
}

enum ledger_status shape_receive(struct recording *recording, struct error *error)
{
    static struct lines lines; /* one receipt at a time */
    enum ledger_status status;

    lines = (struct lines){ .recording = recording, .field = field_named(recording->kind->fields, "lines") };
    writer_init(&lines.writer, lines.bytes, sizeof lines.bytes);
    begin_line(&lines);
    status = take_typed(&lines, error);
    if (status == LEDGER_OK && call_flag(recording->call, "scan"))
        status = take_scans(&lines, error);
    return status == LEDGER_OK && lines.count > 0 ? put_lines(&lines, error) : status;
}
