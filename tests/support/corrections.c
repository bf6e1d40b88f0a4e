#include "tests/support/corrections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/effects.h"

static struct facts *add_row(struct corrections *correction, uint32_t entry, enum correction how)
{
    struct facts *row = &correction->rows[correction->count];

    assert_true(correction->count < CORRECTION_ROWS);
    facts_init(row, field_with_key(kind_find(KIND_CORRECT)->fields, FACT_CORRECT_ENTRIES)->row);
    facts_put_number(row, ROW_CORRECT_ENTRY, entry);
    facts_put_number(row, ROW_CORRECT_HOW, how);
    correction->count++;
    return row;
}

void with_void(struct corrections *correction, uint32_t entry)
{
    add_row(correction, entry, CORRECT_VOID);
}

void with_again(struct corrections *correction, uint32_t entry)
{
    add_row(correction, entry, CORRECT_AGAIN);
}

static void put_facts(struct corrections *correction, struct facts *row, const struct book *book)
{
    struct writer writer;

    writer_init(&writer, correction->facts[correction->count - 1], CORRECTION_FACTS_SIZE);
    facts_encode(&book->event.facts, &writer);
    assert_false(writer.failed);
    facts_put_bytes(row, ROW_CORRECT_FACTS, writer_bytes(&writer));
}

void with_facts(struct corrections *correction, uint32_t entry, struct book *book)
{
    put_facts(correction, add_row(correction, entry, CORRECT_CHANGE), book);
}

void with_added(struct corrections *correction, uint32_t entry, struct book *book)
{
    put_facts(correction, add_row(correction, entry, CORRECT_ADD), book);
}

void with_time(struct corrections *correction, uint32_t entry, int64_t ms)
{
    struct at at = { ms, BOOK_OFFSET };

    facts_put_at(add_row(correction, entry, CORRECT_CHANGE), ROW_CORRECT_AT, at);
}

void begin_correction(struct book *book, const struct corrections *correction)
{
    act(book, KIND_CORRECT, NURSE, MEANING_DID);
    act_signed(book, OWNER, MEANING_APPROVED);
    act_because(book, 10); /* a mistake */
    book->event.private_count = 1;
    book->event.privates[0] = (struct event_private){ .key = FACT_REMARK };
    put_rows(book, FACT_CORRECT_ENTRIES, correction->rows, correction->count);
}

void place_correction(struct book *book, const struct corrections *correction)
{
    begin_correction(book, correction);
    place(book);
    effects_make_the_leaves(book);
}
