/* The private key of the site's seal, in the ledger's directory.
 *
 * The one in force lies in seal.key: mode 0600 and without a passphrase, since it signs with nobody there. A new one is made
 * beside it, under a name made of its public key, before anybody signs that it is to be the seal. Once that entry stands it
 * takes the place of the old one, by rename. Whoever opens the ledger in between, after a power cut, finds it beside and puts
 * it in its place. Two who make a key at the same time have each a file of their own; one that is left over, since its act
 * was never recorded, is a key that nothing trusts. */
#ifndef LEDGER_SEAL_KEY_H
#define LEDGER_SEAL_KEY_H

#include <stdbool.h>

#include "crypto/key.h"
#include "ledger/error.h"

/* Make the first one, of a new ledger. PH0713. `*key` is the caller's to release. */
enum ledger_status seal_key_make(const char *directory, struct private_key **key, struct error *error);

/* Make one beside that in force, durable; `*seal` is its public half. PH0713. And delete it again. */
enum ledger_status seal_key_make_beside(const char *directory, struct public_key *seal, struct error *error);
void seal_key_drop_beside(const char *directory, const struct public_key *seal);

/* Load the private half of `seal`, from its place or from beside it. PH0713. `*key` is the caller's to release, NULL on
 * failure. */
enum ledger_status seal_key_load(const char *directory, const struct public_key *seal, struct private_key **key,
                                 bool *is_beside, struct error *error);

/* Put the one beside in its place, over the old one: the book says that it is the seal. Where that fails, it is found beside
 * and put there the next time. */
void seal_key_settle(const char *directory, const struct public_key *seal);

#endif
