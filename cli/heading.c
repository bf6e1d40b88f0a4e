#include "cli/heading.h"

#include <string.h>

#include "schema/ident.h"

void site_text(struct book *book, const char *name, char out[static VALUE_TEXT_SIZE])
{
    const struct field *field = field_named(kind_find(KIND_GENESIS)->fields, name);
    struct entry entry;
    struct event event;

    out[0] = '\0';
    if (!book_event(book, 1, &entry, &event) || event.kind->number != KIND_GENESIS)
        return;
    if (facts_get(&event.facts, field->key) != NULL)
        value_text(book, field, facts_get(&event.facts, field->key), out);
}

void heading_put(struct book *book, struct table *table)
{
    uint32_t entries = view_entries_before(book->reading.view);
    char text[VALUE_TEXT_SIZE], hex[2 * DIGEST_SIZE + 1], when[CIVIL_TEXT_SIZE];
    struct digest head = { { 0 } };

    site_text(book, "site", text);
    table_head_text(table, "site", text);
    site_text(book, "registrations", text);
    table_head_text(table, "registrations", text);
    table_head_text(table, "ledger", ledger_id_hex(book->ledger));
    table_head_yes(table, "training", book->is_training);
    table_head_text(table, "as_of", civil_format_local(book_now(book), when));
    table_head_number(table, "entries", entries);
    if (view_entry_hash(book->reading.view, entries, &head))
        table_head_text(table, "head", hex_encode(bytes_of(head.bytes, DIGEST_SIZE), hex));
    table_head_text(table, "program", "phial " PHIAL_VERSION);
}
