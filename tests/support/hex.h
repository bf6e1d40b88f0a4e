/* Bytes written in hexadecimal, for tests whose expected values come from documents. */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Read `hex` into `bytes`; returns how many there are. Fails the test if it is not hexadecimal or
 * does not fit.
 */
size_t hex_read(const char *hex, uint8_t *bytes, size_t capacity);

/* Fail the test unless the bytes are those that `hex` writes. */
void assert_hex(const char *hex, const uint8_t *bytes, size_t size);

#endif
