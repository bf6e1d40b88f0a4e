/* Names, remarks and other private values: the openings, kept apart from the book.
 *
 * The book holds only SHA-256 of an opening. The opening itself lies in a second small store, `secrets/` in
 * the ledger's directory, encrypted under the data key of the patient or person it is about, and those keys
 * under the site's secrets key: a file of mode 0600 outside the ledger's directory, on another medium where
 * there is one, so that whoever takes the disk or a backup of the ledger has no names. Recording without
 * private fields, reading and verifying never need any of this: a missing store or key is an error only
 * when an opening is asked for or is to be kept.
 *
 * The key is the file that PHIAL_SECRETS_KEY names, else phial/secrets/LEDGER-ID.key in $XDG_CONFIG_HOME
 * or ~/.config. It has two lines: `phial secrets key 1`, and 64 hexadecimal digits.
 *
 * What lies in the tables of the store (ledger/store.h):
 *
 *   META     "ledger"        → the ledger id
 *            "check"         → nothing, encrypted under the secrets key: tells the right key from another
 *            "looked-at"     → how many rows of ENTRIES have been looked at for orphans, 8 bytes
 *            "erased"        → how many erasures of the book have been carried out here, 8 bytes
 *   NAMES    about           → a data key, encrypted under the secrets key
 *   LEAVES   act, key        → about, and the opening encrypted under its data key; empty when dropped,
 *                              since a store takes nothing out
 *   ENTRIES  sequence        → act, key: what was kept, in order
 *
 * Encryption is that of crypto/cipher.h and bound to ledger, about, act and key, so that nothing can be
 * moved. Keys in memory are locked and wiped. One thread at a time uses a `struct secrets`. */
#ifndef LEDGER_SECRETS_H
#define LEDGER_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/error.h"
#include "schema/event.h"

struct secrets;

enum { SECRETS_PATH_SIZE = 4096 };

/* Where the site's secrets key is looked for. PH0714 when nothing says where, or that is too long. */
enum ledger_status secrets_key_path(const char *ledger_hex, char path[static SECRETS_PATH_SIZE], struct error *error);

/* Make `secrets/` in the ledger's directory, and the key unless its file is there already. The ledger id
 * is 64 hexadecimal digits. Nothing is left behind on failure; `*secrets` is then NULL. */
enum ledger_status secrets_create(const char *directory, const char *ledger_hex, struct secrets **secrets,
                                  struct error *error);

/* Take back a secrets_create: close, and delete the store and a key file that it made. Safe on NULL. */
void secrets_discard(struct secrets *secrets);

/* Get ready; store and key are opened when something first needs them. Fails for want of memory (PH0715)
 * and for a path too long (PH0714) alone. A reader leaves `to_record` false: he gets, and changes nothing. */
enum ledger_status secrets_open(const char *directory, const char *ledger_hex, bool to_record,
                                struct secrets **secrets, struct error *error);

/* Safe on NULL. */
void secrets_close(struct secrets *secrets);

/* One opening: of which private field of which act, and about whom. A patient or person is named by the
 * act of the event that gave birth to it; the site by 16 zero bytes. */
struct secret_opening {
    uint8_t about[ACT_SIZE];
    uint8_t act[ACT_SIZE];
    uint8_t key;
    struct bytes opening; /* as encoded: 1 to OPENING_LIMIT bytes, borrowed for the call */
};

/* Keep openings: LEDGER_OK means that all of them are durable, any other status that none is promised.
 * Call it before the entry is committed and within the ledger's writing transaction, and only for acts
 * that the book does not hold yet: an opening kept before for the same act and key is replaced. */
enum ledger_status secrets_put(struct secrets *secrets, const struct secret_opening *openings, size_t count,
                               struct error *error);

/* One opening. PH0714 with LEDGER_UNKNOWN when none is kept here (never, no longer, or dropped), with
 * LEDGER_STORAGE when store or key are missing, exposed, damaged, or another ledger's. */
enum ledger_status secrets_get(struct secrets *secrets, const uint8_t act[static ACT_SIZE], uint8_t key,
                               uint8_t out[static OPENING_LIMIT], size_t *size, struct error *error);

/* Whether the book has this act: its caller's way of asking. */
typedef enum ledger_status secrets_in_book(void *context, const uint8_t act[static ACT_SIZE], bool *found,
                                           struct error *error);

/* Drop openings whose act never became an entry, among those kept since the last time. Call it within the
 * ledger's writing transaction and before anything new is judged: else an opening would be dropped that
 * another process keeps for an entry it is about to commit, or passed over that is left by this one. When
 * `in_book` fails nothing is dropped and its status handed on. Needs no key; without a store there is
 * nothing to drop. */
enum ledger_status secrets_drop_orphans(struct secrets *secrets, secrets_in_book *in_book, void *context,
                                        struct error *error);

/* Act and key of the nth erasure of the book, counted from 1: its caller's way of telling. */
typedef enum ledger_status secrets_erasure(void *context, uint32_t nth, uint8_t act[static ACT_SIZE], uint8_t *key,
                                           struct error *error);

/* Drop what the book's erasures have ended, those that were not carried out yet. When `erasure` fails nothing is dropped
 * and its status handed on. Needs no key. The store takes the opening's bytes out of use; until it writes there again they
 * lie, encrypted, among its free pages. */
enum ledger_status secrets_drop_erased(struct secrets *secrets, uint32_t erasures, secrets_erasure *erasure, void *context,
                                       struct error *error);

#endif
