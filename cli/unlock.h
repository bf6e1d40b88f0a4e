/* Unlocked keys: one unlock per person and command, kept until the command ends.
 *
 * A passphrase comes from the terminal, without echo, or from the file of --secrets; never from anywhere
 * else. Failed attempts are counted, so that the book can note them. */
#ifndef CLI_UNLOCK_H
#define CLI_UNLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/keyfile.h"
#include "cli/options.h"
#include "cli/passfile.h"
#include "crypto/key.h"
#include "ledger/error.h"
#include "schema/cose.h"

enum { RING_LIMIT = 32, UNLOCK_TRIES = 3 };

/* One key of one person; a person who changes keys has two. */
struct ring_key {
    int64_t person;
    char handle[KEY_NAME_SIZE];
    char path[KEY_PATH_SIZE];
    bool is_named;              /* the path is the command's, not where the call says keys lie */
    struct public_key expected; /* what the book, or the act itself, says it is */
    bool is_expected;
    struct private_key *key;    /* NULL until unlocked */
    enum cose_unlocked_by unlocked_by;
    unsigned failed;            /* attempts */
    bool has_declined;          /* gave an empty passphrase: would not sign */
};

struct ring {
    struct passfile passfile;
    size_t count;
    struct ring_key keys[RING_LIMIT];
};

#define RING_NONE ((struct ring){ .passfile = PASSFILE_NONE })

/* Open the file of --secrets, if one is given. `many` says that it may hold several handles. PH0806. */
enum ledger_status ring_begin(struct ring *ring, const struct call *call, bool many, struct error *error);

/* Wipe everything. Safe on RING_NONE. */
void ring_release(struct ring *ring);

/* Put a key on the ring and look at its file, so that what is wrong with that comes before anybody reads a
 * sentence. `path` NULL is where the call says (key_path). `*key` stays the ring's. */
enum ledger_status ring_add(struct ring *ring, const struct call *call, int64_t person, const char *handle, bool alone,
                            const char *path, struct ring_key **key, struct error *error);

/* Take the key in this place off the ring, and wipe it. */
void ring_drop(struct ring *ring, size_t index);

/* Unlock a key that is not yet. An empty passphrase means no: PH0811. PH0804 after UNLOCK_TRIES at a terminal, PH0805
 * when it is another's key, PH0809 without a terminal and without --secrets. */
enum ledger_status ring_unlock(struct ring *ring, struct ring_key *key, struct error *error);

#endif
