/* What note.c and vkey.c share, and nobody else includes. */
#ifndef CRYPTO_NOTE_PARTS_H
#define CRYPTO_NOTE_PARTS_H

#include "crypto/note.h"

/* Not empty, and without spaces, plus signs and control characters. */
bool note_name_is_valid(const char *name, size_t size);

struct public_key vkey_public(const struct vkey *vkey);

/* vkey_make of a key that is known to be sound: finding that out costs as much as a third of a signature. */
enum crypt_status vkey_make_sound(const char *name, enum vkey_type type, const struct public_key *key,
                                  struct vkey *vkey);

#endif
