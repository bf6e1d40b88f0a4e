/* The file of the site's secrets key; for secrets_open.c alone. Every refusal is PH0714 but for want of
 * memory (PH0715). */
#ifndef LEDGER_SECRETS_KEY_H
#define LEDGER_SECRETS_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "crypto/cipher.h"
#include "ledger/error.h"

/* Make a new file with a fresh key, and the directories it lies in, unless a file is there already, which is
 * left as it is. OK means that the name is durable; `*is_new` tells which. */
enum ledger_status secrets_key_make(const char *path, bool *is_new, struct error *error);

/* Read the key into `key`, which lies in locked memory. Refused: a file that is not there, another
 * account's, open to others, or anything but the two lines. */
enum ledger_status secrets_key_load(const char *path, uint8_t key[static CIPHER_KEY_SIZE], struct error *error);

#endif
