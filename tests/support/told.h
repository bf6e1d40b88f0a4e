/* Events put together by hand and told in words, over a small book that knows three people, one product,
 * one place and one party; vials and products of 50 mg/mL; the dose D-103 of 75 mg in 1.5 mL and all others of
 * 75 mg in 100 mL.
 *
 * Lists and rows are kept in memory that told_reset gives back; use it as the setup of each test.
 */
#ifndef TESTS_TOLD_H
#define TESTS_TOLD_H

#include "ledger/sentence.h"
#include "schema/amount.h"

enum { TOLD_SIZE = 65536 };
enum { OSEI = 2, BRANDT = 3, PATEL = 4 };

extern const struct namer small_book;

/* The one entry that corrections speak of, #48,206, as it is from now on until the next reset; none before. */
enum { TOLD_ENTRY = 48206 };
void told_enter(const struct event *event);

int told_reset(void **state);

/* Bytes that stay until the next reset. */
struct bytes told_keep(const uint8_t *data, size_t size);

/* 2026-11-17 10:41:00 -05:00, when these events take place: 1,794,930,060 seconds after 1970. */
extern const struct at told_morning;

/* An event of this kind with one signer and no facts; more signers; those who did it and do not sign. */
void told_begin(struct event *event, enum kind_number kind, int64_t signer, enum meaning meaning);
void told_sign(struct event *event, int64_t person, enum meaning meaning);
void told_perform(struct event *event, int64_t person, enum meaning meaning);

void told_put_text(struct facts *facts, uint64_t key, const char *text);
void told_put_quantity(struct facts *facts, uint64_t key, enum quantity_unit unit, int64_t amount);

/* An empty row of the field with this key, and rows and ids put there. */
void told_row(struct facts *row, const struct event *event, uint64_t key);
void told_put_rows(struct event *event, uint64_t key, const struct facts *rows, size_t count);
void told_put_ids(struct event *event, uint64_t key, const uint32_t *ids, size_t count);

/* The sentence of the event that the encoded payload gives back, which is what people sign. */
const char *told(const struct event *event, const struct opening_view *openings, size_t count);

/* What `size` bytes of a text that wants `wanted` must hold: a beginning of the whole, in whole characters, and
 * all of it where it fits. `text` has been allocated with exactly that size, so that a sanitizer watches. */
void assert_cut(const char *whole, size_t wanted, size_t told_size, const char *text, size_t size);

/* Fail the test when a text has what no sentence should: braces, gaps, two full stops. */
void assert_reads_well(const char *name, const char *text);

#endif
