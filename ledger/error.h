/* How the ledger says no: a status to branch on, a stable code, and sentences for a person.
 *
 * Codes, their classes and their texts stand in one table, refusals.def. Nothing below cli/ prints. */
#ifndef LEDGER_ERROR_H
#define LEDGER_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/* What a caller does about it; `main` turns it into the exit status. */
enum ledger_status {
    LEDGER_OK = 0,
    LEDGER_NO,        /* checked, and the answer is no */
    LEDGER_USAGE,     /* asked for wrongly */
    LEDGER_REFUSED,   /* a rule said no */
    LEDGER_IDENTITY,  /* unknown signer, wrong passphrase, not permitted */
    LEDGER_BUSY,      /* somebody was quicker, or the wait ran out: make the payload anew */
    LEDGER_UNKNOWN,   /* no such id, or more than one */
    LEDGER_STORAGE,   /* disk, file, permission */
    LEDGER_UNCERTAIN, /* the disk failed during commit: reopen and look for the act */
    LEDGER_UNPROVEN,  /* could not be judged */
    LEDGER_FAULT,     /* we are wrong */
};

/* What a refusal means for an act about to be done and for a fact that has happened (DESIGN section 3). */
enum refusal_class {
    CLASS_MALFORMED = 1, /* refused, both */
    CLASS_IMPOSSIBLE,    /* refused, both; says how to record what did happen */
    CLASS_FORBIDDEN,     /* refused as an act, accepted as an irregular fact */
    CLASS_SOFT,          /* wants a reason and a second person */
    CLASS_CASE,          /* never a refusal: opens a case */
    CLASS_NOTE,          /* never a refusal: marked and shown (late, stale) */
    CLASS_AGAIN,         /* the book moved on: made anew and signed anew */
    CLASS_SYSTEM,        /* files, keys, words: nothing to do with the rules */
    CLASS_FINDING,       /* what verify finds in bytes */
};

struct refusal {
    uint16_t code;            /* 210 is PH0210 */
    const char *name;         /* REFUSAL_OVERDRAWN */
    enum refusal_class class_;
    enum ledger_status status;
    bool can_override;        /* never for signatures, conservation, identity, order of time */
    uint8_t claim;            /* line of `attest` that an irregular record of it contradicts; 0 none */
    const char *sentence;     /* with places for the particulars: see refusal_sentence in sentence.h */
    const char *ground;       /* law, clinic or design: why */
    const char *next;         /* what would be accepted, as a command where there is one */
};

#define REFUSAL_ENUM(code_, name_, class_name_, status_, override_, claim_, sentence_, ground_, next_) name_ = code_,
enum refusal_code {
    REFUSAL_NONE = 0,
#include "ledger/refusals.def"
};
#undef REFUSAL_ENUM

/* The row of a code, or NULL; and all rows in the order of their codes, ending with code 0. */
const struct refusal *refusal_find(unsigned code);
extern const struct refusal refusals[];

/* At most this many lines stand between what was asked and what to type next. */
enum { ERROR_TEXT_SIZE = 512, ERROR_BOOK_LINES = 6, ERROR_LABEL_SIZE = 16, ERROR_BOOK_SIZE = 200 };

struct error {
    enum ledger_status status;
    uint16_t code;
    char text[ERROR_TEXT_SIZE]; /* what was asked and what is wrong with it */
    unsigned book_count;
    struct {
        char label[ERROR_LABEL_SIZE]; /* "last entries" */
        char line[ERROR_BOOK_SIZE];
    } book[ERROR_BOOK_LINES];       /* what the book says */
    char next[ERROR_TEXT_SIZE];     /* what to type next; lines separated by '\n' */
};

/* Set the error to this code, with its own sentence, and hand its status back. `next` is the table's
 * until error_next replaces it. */
enum ledger_status error_set(struct error *error, enum refusal_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Add a line of what the book says; one too many is left out. */
void error_book(struct error *error, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void error_next(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put context in front of the text, on the way up: "append entry 42: …". */
void error_wrap(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
