/* A statement as a file (SPEC 12.1): read by somebody who trusts neither it nor who made it.
 *
 * Reading finds out whether the bytes are a statement, judging whether they are signed by a key; whether what it says is so
 * is asked of a book (ledger/statement_book.h). */
#ifndef LEDGER_STATEMENT_FILE_H
#define LEDGER_STATEMENT_FILE_H

#include "crypto/key.h"
#include "ledger/report.h"
#include "schema/cose.h"
#include "schema/statement.h"

enum { STATEMENT_FILE_LIMIT = COSE_MESSAGE_LIMIT + REPORT_NOTE_LIMIT + 16 };

struct statement_report {
    struct finding finding;  /* why it is no PASS; code 0 while nothing speaks against it */
    unsigned line;           /* of the statement, that the finding is about; 0: none */
    bool is_read;            /* what follows was read */
    bool key_is_given;       /* its signatures were held against a key of the reader's, or of his book */
    bool was_compared;       /* with a book, to its end */
    uint32_t book_entries;
    int64_t signed_ms[2];    /* by the seal, by the officer */
    struct statement statement;
    size_t file_size;
    uint8_t file[STATEMENT_FILE_LIMIT];
};

/* Note why it is no PASS, unless something as bad is noted already. */
void statement_find(struct statement_report *report, enum judgement judgement, enum refusal_code code, unsigned line,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Read the bytes that stand in `file`. What is wrong with them is a finding. */
void statement_file_read(struct statement_report *report);

/* Hold the signatures and the checkpoint of a statement that was read against a seal's public key: of the one that the book
 * had at its place, or of one that the reader holds, which may be an earlier or a later one. */
void statement_file_judge(struct statement_report *report, const struct public_key *seal, bool is_of_its_place);

/* Whether the bytes of a report that came from a process that may have gone mad can be one. */
bool statement_report_is_possible(const struct statement_report *report);

#endif
