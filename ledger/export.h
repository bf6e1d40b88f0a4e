/* Exports: the book as one signed file that can be checked without us (SPEC section 11).
 *
 * A CBOR sequence, written and read as a stream in constant memory: header, entries in order, checkpoint,
 * trailer. The running hash in the trailer, which the seal signs, covers every byte before it. */
#ifndef LEDGER_EXPORT_H
#define LEDGER_EXPORT_H

#include "ledger/ledger.h"
#include "ledger/replay.h"

struct export_options {
    const char *path;      /* must not exist */
    const char *purpose;   /* what for; NULL: not said */
    const char *recipient; /* for whom; NULL: not said */
    struct bytes challenge; /* the reader's, may be empty */
    int64_t person;        /* who asks for it */
    int64_t certifier;     /* an officer who signs the trailer too, 0 for none */
    const struct private_key *certifier_key;
    enum cose_unlocked_by unlocked_by;
    const char *terminal;
    struct at now;
    bool (*progress)(void *context, uint32_t done, uint32_t all); /* may be NULL; false stops */
    void *progress_context;
};

struct exported {
    struct placed placed;  /* the access entry and the closing that ends the export */
    uint32_t entries;
    uint64_t bytes;
};

/* Announce the export in the book, close it, and write it whole. The file appears complete or not at all;
 * the announcement stands in either case. */
enum ledger_status export_whole(struct ledger *ledger, const struct export_options *options, struct exported *exported,
                                struct error *error);

/* Read an export from an open descriptor into a replay, checking frame, running hash and trailer. What is
 * wrong with the file is a finding in the replay's report; only our own failures are errors. `size` is how
 * many bytes the file has, for `progress`. */
struct import_progress {
    bool (*step)(void *context, uint64_t done, uint64_t all);
    void *context;
};
enum ledger_status export_read(int descriptor, uint64_t size, struct replay *replay, struct report *report,
                               const struct import_progress *progress, struct error *error);

/* The first bytes of a file tell what it is. */
enum file_sort { FILE_EMPTY, FILE_EXPORT, FILE_NOTE, FILE_VKEY, FILE_KEY, FILE_STATEMENT, FILE_OTHER };
enum file_sort export_sniff(const uint8_t *bytes, size_t size);

#endif
