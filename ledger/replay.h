/* Replaying a book: entries in order, from wherever they come, into a scratch store by the rules.
 *
 * Each entry is checked for its one encoding, number, link, time, touches, signatures and rules, and its
 * effects are made in the scratch store exactly as at commit. Signatures are checked on all cores beside
 * the replay. An entry is judged when the next one has shown the hash it holds of it: so an entry whose
 * bytes were changed is known for what it is before anything is built on it, and from there on only bytes,
 * links and the signatures of known keys are checked. Nothing an entry holds makes it fail: whatever is wrong
 * with it is a finding. */
#ifndef LEDGER_REPLAY_H
#define LEDGER_REPLAY_H

#include "ledger/checkpoint.h"
#include "ledger/report.h"
#include "ledger/store.h"
#include "schema/bytes.h"

struct replay;

/* Begin, with a scratch store in `directory`, an existing empty one, and as many threads as there are cores.
 * The report is borrowed. */
enum ledger_status replay_new(const char *directory, struct report *report, struct replay **replay, struct error *error);
void replay_free(struct replay *replay);

/* The next entry's bytes. Only a failure of the scratch store or of memory is an error. */
enum ledger_status replay_entry(struct replay *replay, struct bytes bytes, struct error *error);

/* No more entries: judge the last, wait for all signatures. Where they were cut off by the end of a file, a list may
 * be incomplete. */
enum ledger_status replay_finish(struct replay *replay, bool is_cut_off, struct error *error);

/* Have a look at the book as it stood with exactly so many entries: before more are taken, `look` is called with the scratch
 * store's transaction, once. Never where the rules could not be followed so far, or a list was under way there. */
struct replay_look {
    uint32_t entries;
    enum ledger_status (*look)(void *context, struct store_txn *txn, struct error *error);
    void *context;
};
void replay_look_at(struct replay *replay, const struct replay_look *look);

/* The bytes of the newest entry taken, lent until the next. */
struct bytes replay_newest(const struct replay *replay);

/* After finish, once: does the book's own root at `size` entries stand under this signed root? If not, is there
 * exactly one way to read the links that gives it: then the entries at fault are named, and all others stand.
 * Where there is no signed root to decide, the links alone name what they can. One of the two must be called:
 * broken links are told of nowhere else. */
enum ledger_status replay_compare_root(struct replay *replay, uint64_t size, const struct digest *root, struct error *error);
void replay_without_root(struct replay *replay);

/* After finish: the seal that this book has or had with this key; NULL where there is none. */
const struct seal *replay_seal_with(const struct replay *replay, const uint8_t key[static KEY_ED25519_SIZE]);

/* After finish: read a checkpoint by the seal of its size, as far as the book was followed. Where that is CHECKPOINT_BY_ANOTHER,
 * ask whether a seal may have been put in that is not known: then it is found UNPROVEN, and what the note says may help to
 * name entries, and nothing stands by it. */
enum checkpoint_status replay_read_note(const struct replay *replay, struct bytes note, uint64_t *size, struct digest *root);
bool replay_lacks_seal(struct replay *replay, uint64_t size);

/* The scratch store as it is after finish, for reading; lent until replay_free. In the table of checkpoints it
 * has a row for each closing, whose note the book must have kept. */
struct store *replay_store(struct replay *replay);

#endif
