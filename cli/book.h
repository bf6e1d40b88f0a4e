/* The book a command works with: the opened ledger, a look at it, and the site's time. */
#ifndef CLI_BOOK_H
#define CLI_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/options.h"
#include "cli/zone.h"
#include "ledger/ledger.h"
#include "ledger/names.h"
#include "ledger/words.h"

enum { BOOK_TERMINAL_SIZE = 64 };

struct book {
    struct ledger *ledger;
    struct reading reading;   /* of book_look */
    struct namer namer;
    struct zone zone;
    struct word_clock clock;
    bool is_training;
    bool is_told;             /* the time, by --clock */
    int64_t told_ms;
    char terminal[BOOK_TERMINAL_SIZE]; /* name of this machine, for entries */
};

#define BOOK_NONE ((struct book){ .ledger = NULL })

/* The directory that --ledger or PHIAL_LEDGER names. PH0701. */
enum ledger_status book_directory(const struct call *call, const char **directory, struct error *error);

/* Open the ledger that the call names, and take a first look. Close it even on failure. PH07xx, PH0517. */
enum ledger_status book_open(struct book *book, const struct call *call, enum ledger_mode mode, struct error *error);
void book_close(struct book *book);

/* Look at the book as it stands now, until the next look or book_rest. */
enum ledger_status book_look(struct book *book, struct error *error);
void book_rest(struct book *book);

/* Look at the book as a prepared list would leave it, until the next look or book_rest. */
enum ledger_status book_foresee(struct book *book, const struct act_list *list, struct error *error);

/* Tell the book the time, as a training ledger allows: in ms, and as a text with a date. PH0517, PH1005, PH1009. */
void book_tell(struct book *book, int64_t now_ms);
enum ledger_status book_read_clock(struct book *book, const char *option, const char *told, int64_t *ms, struct error *error);

/* Take the time --clock tells, which only a training ledger allows, and put up the clock of typed times. */
enum ledger_status book_set_clock(struct book *book, const struct call *call, struct error *error);

/* Now, as told or by the clock, and with the site's offset. */
int64_t book_now_ms(const struct book *book);
struct at book_now(struct book *book);

/* The name of this machine as entries have it. */
void book_name_terminal(char out[static BOOK_TERMINAL_SIZE]);

/* An entry and its event, which point into the book's memory and last as long as the look. False when there is
 * no such entry or it cannot be read. */
bool book_event(struct book *book, uint32_t number, struct entry *entry, struct event *event);

/* Call with each row of one table of leaves, by id; `visit` returns false when it has no memory left. PH0702, PH0710. */
enum ledger_status book_each_leaf(struct book *book, unsigned table, bool (*visit)(void *context, const struct leaf *leaf),
                                  void *context, struct error *error);

/* The times of the book as people read them: see zone_format. */
const char *book_time(struct book *book, int64_t ms, char out[static CIVIL_TEXT_SIZE]);

/* The first eight hex digits of the hash of the newest entry; "" of an empty book. */
enum { BOOK_HEAD_SIZE = 9 };
const char *head_mark(const struct digest *head, char out[static BOOK_HEAD_SIZE]);

/* What stands behind a head that could not be remembered on this computer, PH0716; "" for one that was. */
enum { HEAD_REMARK_SIZE = 64 };
const char *head_remark(const struct placed *placed, char out[static HEAD_REMARK_SIZE]);

/* Words for a view of this book, in room of the caller's. */
struct words book_words(struct book *book, uint8_t *room, size_t size);

#endif
