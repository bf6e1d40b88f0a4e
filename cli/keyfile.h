/* Key files: where they lie, how a public key is written on one line, and what can be wrong with them.
 *
 *     phial-key ed25519:HEX NAME
 *
 * is the form in which a public key is handed over for enrolment: 32 bytes of an Ed25519 point, or 64 of
 * P-256 (`p256:`), and the handle it was made for. The middle word is what an option takes for a key.
 * Private keys are PKCS#8 files, HANDLE.pem, and the line stands beside them in HANDLE.pub. */
#ifndef CLI_KEYFILE_H
#define CLI_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "crypto/key.h"
#include "ledger/error.h"

enum { KEY_PATH_SIZE = 4096, KEY_NAME_SIZE = 33, KEY_LINE_SIZE = 256 };

struct key_line {
    struct public_key key;
    char name[KEY_NAME_SIZE];
};

/* The line, without a newline. Returns `out`. */
const char *key_line_format(const struct key_line *line, char out[static KEY_LINE_SIZE]);

/* Read a line, a newline at its end or not. Weak keys are refused. */
bool key_line_parse(const char *text, struct key_line *line);

/* Read and write a file of one such line; a file that is there is not overwritten. PH0801, PH0807, PH0808. */
enum ledger_status key_line_read(const char *path, struct key_line *line, struct error *error);
enum ledger_status key_line_write(const char *path, const struct key_line *line, struct error *error);

/* Where the private key of this handle is: what --key HANDLE=FILE says, or --key FILE when `alone`, else
 * $XDG_CONFIG_HOME/phial/keys/HANDLE.pem. PH1011 when that is too long, PH0801 when nobody has a home. */
enum ledger_status key_path(const struct call *call, const char *handle, bool alone, char out[static KEY_PATH_SIZE],
                            struct error *error);

/* The same name with .pub at its end in place of .pem. */
enum ledger_status key_public_path(const char *path, char out[static KEY_PATH_SIZE], struct error *error);

/* Make the folders above a file in the account's configuration, private to it. */
enum ledger_status key_make_folder(const char *path, struct error *error);

/* Open a private key; `passphrase` may be NULL. PH0801 to PH0804, PH0807. `*key` is the caller's to release. */
enum ledger_status key_load(const char *path, const char *handle, const char *passphrase, struct private_key **key,
                            struct error *error);

/* Whether the file needs a passphrase. The same refusals. */
enum ledger_status key_look(const char *path, const char *handle, bool *needs_passphrase, struct error *error);

/* The first eight hex digits of a key's thumbprint, by which people tell keys apart. */
enum { KEY_MARK_SIZE = 9 };
const char *key_mark(const struct public_key *key, char out[static KEY_MARK_SIZE]);

#endif
