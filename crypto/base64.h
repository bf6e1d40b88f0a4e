/* Base64 as RFC 4648 section 4 writes it, read strictly: OpenSSL's reader forgives white space and
 * stray bits, and two spellings of one signature would be two notes.
 */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many characters stand for `size` bytes, padding included. */
#define BASE64_SIZE(size) (((size) + 2) / 3 * 4)

/* Write BASE64_SIZE(size) characters, without a NUL; returns how many. */
size_t base64_encode(const uint8_t *data, size_t size, char *text);

/* Read padded base64. Only the first `capacity` bytes are stored, but all of the text is checked and
 * `*size` counts what it stands for, so a caller can judge a line too long for it to hold. `data` may
 * be `text` itself. False: a character that does not belong, a length not a multiple of four, or stray
 * bits in the last digit.
 */
bool base64_decode(const char *text, size_t text_size, uint8_t *data, size_t capacity, size_t *size);

#endif
