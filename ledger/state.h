/* The book as it stands: what rules read and change.
 *
 * A view is a read of the store with the effects of the earlier events of a list laid over it. Leaves
 * asked for are kept in the view; changed ones are written back by view_flush, or forgotten with the
 * view. The same type serves prepare, commit and replay. One view serves one list of events.
 *
 * A failing store does not interrupt the rules: what could not be read is taken for absent, the view
 * remembers why, and its owner asks view_status before he believes any verdict. */
#ifndef LEDGER_STATE_H
#define LEDGER_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/digest.h"
#include "crypto/key.h"
#include "crypto/merkle.h"
#include "ledger/error.h"
#include "ledger/store.h"
#include "schema/event.h"
#include "schema/leaf.h"

/* Names that mean one thing for ever, and what they mean. */
enum name_class {
    NAME_ACT = 1,   /* 16 bytes → the entry */
    NAME_KEY,       /* a key's thumbprint → the person who has or had it, 0 the seal */
    NAME_KEY_OF,    /* a person's number, 4 bytes → the present key, in `data` */
    NAME_HANDLE,    /* → person */
    NAME_PRODUCT, NAME_PLACE, NAME_PARTY, /* short names */
    NAME_NDC, NAME_GTIN,                  /* → product; of a GTIN `data` is how many containers, 4 bytes */
    NAME_SERIAL,    /* GTIN and serial → the vial, and the entry it came by */
    NAME_SLUG_OF,   /* subject (1 byte) and id (4): → its short name, in `data` */
    NAME_LEDGER,    /* no bytes → the ledger id, in `data` */
    NAME_RECENT,    /* kind and digest of the facts → the newest entry with them; `data` when, 8 bytes */
    NAME_OVERRIDE,  /* rule, 2 bytes, and patient, 4 → the newest entry that set it aside */
    NAME_ERASED,    /* entry, 4 bytes, and private field, 1 → the entry that erased it */
    NAME_ERASURE,   /* its rank among the erasures, 4 bytes → that entry */
    NAME_SEAL,      /* the entry that brought a seal, 4 bytes → its key, in `data`; `id` the entry of the one before, or 0 */
};

enum { NAME_DATA_SIZE = 72 };

struct name {
    uint32_t id;
    uint32_t entry;
    size_t data_size;
    uint8_t data[NAME_DATA_SIZE];
};

struct view;

/* A view over a transaction, which it borrows; NULL when there is no memory. With `txn` NULL the book
 * is empty: that is how a ledger begins. */
struct view *view_new(struct store_txn *txn);
void view_free(struct view *view);

/* LEDGER_OK, or why the store could not be read. */
enum ledger_status view_status(const struct view *view, struct error *error);

/* There is no memory for what a rule needs: the view has failed. */
void view_no_memory(struct view *view);

/* A leaf that exists, or NULL. It stays where it is for the life of the view. */
const struct leaf *view_leaf(struct view *view, unsigned table, uint32_t id);

/* The same, to be changed. The leaf exists, or the caller wants it made: `view_make` makes it. */
struct leaf *view_edit(struct view *view, unsigned table, uint32_t id);
struct leaf *view_make(struct view *view, unsigned table, uint32_t id);

/* The next of its kind, with its named places zero. `act` is the event that gives birth to it. */
struct leaf *view_birth(struct view *view, enum subject subject, const uint8_t act[static ACT_SIZE]);

/* How many there are, newborn ones included. */
uint32_t view_count(struct view *view, enum subject subject);

/* One number of a leaf, 0 when it does not exist. */
int64_t view_number(struct view *view, unsigned table, uint32_t id, unsigned place);

/* A number of the site, and of the policy in force. */
int64_t view_site(struct view *view, enum site_place place);
int64_t view_policy(struct view *view, enum policy_key key);

/* The numbers of one of its lists (offsets, holidays, the rows of protocols one after the other), as long as the
 * view lives; `count` is how many numbers. NULL where there are none. */
const int64_t *view_policy_list(struct view *view, enum policy_key key, size_t *count);

/* The id a reference means: a plain one that of a thing that was there before this list, the other form that of a
 * newborn of this list. 0 when there is none. */
uint32_t view_resolve(struct view *view, enum subject subject, const struct value *ref);

/* While this is set a reference of the other form may also mean what an act of an earlier list gave birth to: in the facts
 * of an earlier entry it does. */
void view_resolve_earlier(struct view *view, bool is_earlier);

/* What the leaf was before this list: its newest entry, and for a person's acts the newest signed. */
uint32_t view_last_before(struct view *view, unsigned table, uint32_t id);
uint32_t view_signed_before(struct view *view, uint32_t person);

/* How many entries the book had before this list. */
uint32_t view_entries_before(const struct view *view);

bool view_name(struct view *view, enum name_class name_class, struct bytes bytes, struct name *name);
void view_name_put(struct view *view, enum name_class name_class, struct bytes bytes, const struct name *name);

/* The entry that erased a private field of another, or 0. And its name for that: entry and field. */
uint32_t view_erased(struct view *view, uint32_t entry, uint8_t field);
void erased_name(uint32_t entry, uint8_t field, uint8_t out[static 5]);

/* The present public key of a person; of the seal for 0. */
bool view_key_of(struct view *view, int64_t person, struct public_key *key);

/* A key of the site's seal, and the entry that brought it: genesis or a seal-change. */
struct seal {
    uint32_t entry;
    struct public_key key;
};

/* The seal in force after entry `number`: that which signs the checkpoint of so many entries. With UINT32_MAX the
 * present one; with the number before a seal's own entry the one it replaced. False where there was none yet. */
bool view_seal_at(struct view *view, uint32_t number, struct seal *seal);

/* The hash of an entry placed before this list; false when there is no such entry. */
bool view_entry_hash(struct view *view, uint32_t number, struct digest *hash);

/* The entry, placed before this list, that touched the subject as its n-th. */
bool view_touched_by(struct view *view, enum subject subject, uint32_t id, uint32_t n, uint32_t *entry);

/* ---- what an event changes (ledger/effect.h makes it an effect)
 *
 * From view_scope_begin on each leaf that effects are about is kept as it was when view_edit, view_make or view_birth
 * gave it out to be changed for the first time. Beginning a scope ends what is known of the one of its sort before:
 * that of the event, and that of an entry posted anew within a correction, which ends by view_scope_end. */
enum view_scope { SCOPE_EVENT, SCOPE_POSTING, SCOPE_COUNT };
void view_scope_begin(struct view *view, enum view_scope scope);
void view_scope_end(struct view *view, enum view_scope scope);

/* Order the leaves given out since by table and id, and how many they are; then one of them as it is, and as it was
 * (`count` 0 where it was not there). Both are the view's, and the one before ends with the scope. */
size_t view_scope_sort(struct view *view, enum view_scope scope);
const struct leaf *view_scope_leaf(const struct view *view, enum view_scope scope, size_t index, struct leaf *before);

/* A number of a leaf as it was before the event, 0 when it did not exist; of leaves that effects are about. */
int64_t view_number_before(struct view *view, unsigned table, uint32_t id, unsigned place);

/* The effect of an entry as it is kept, and keeping one, of this list's entries or of any before it. The bytes are
 * borrowed until the next of either. */
bool view_effect(struct view *view, uint32_t entry, struct bytes *bytes);
void view_effect_put(struct view *view, uint32_t entry, struct bytes bytes);

/* The bytes of an entry, borrowed as store_get's; false when there is no such entry. One whose bytes do not give the hash
 * they were placed with is never given out: false, and the view has failed (PH0706). */
bool view_entry(struct view *view, uint32_t number, struct bytes *bytes);

/* Write every change to the transaction, which writes. */
enum ledger_status view_flush(struct view *view, struct store_txn *txn, struct error *error);

/* ---- the stored tree of entries, and of the leaves of each subject (crypto/merkle.h) */

enum { TREE_ENTRIES = 0 }; /* the trees of leaves are numbered by their subjects */

struct tree {
    struct store_txn *txn;
    uint8_t number;
    enum ledger_status status; /* why it could not be read or written */
    struct error error;
};

/* `tree` is filled and lent to the merkle_store. */
struct merkle_store tree_open(struct tree *tree, struct store_txn *txn, uint8_t number);

/* ---- keys of the tables of the store */

struct store_key {
    uint8_t bytes[STORE_KEY_LIMIT];
    size_t size;
};
struct bytes key_of_entry(struct store_key *key, uint32_t number);
struct bytes key_of_leaf(struct store_key *key, unsigned table, uint32_t id);
struct bytes key_of_touch(struct store_key *key, unsigned subject, uint32_t id, uint32_t n);
struct bytes key_of_checkpoint(struct store_key *key, uint32_t size);
struct bytes key_of_name(struct store_key *key, enum name_class name_class, struct bytes bytes);

/* Numbers as the keys and values hold them: big endian. */
void put_u32(uint8_t out[static 4], uint32_t number);
uint32_t get_u32(const uint8_t in[static 4]);
void put_u64(uint8_t out[static 8], uint64_t number);
uint64_t get_u64(const uint8_t in[static 8]);

#endif
