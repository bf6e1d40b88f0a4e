/* Files and their names, made durable. Where a function answers false, errno tells why. */
#ifndef LEDGER_FILES_H
#define LEDGER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Write all the bytes, however many calls it takes. */
bool file_write_all(int file, const void *data, size_t size);

/* Write a new file, readable by `mode`, and make it and its name durable; EEXIST where something is there. What could not
 * be written whole is removed again. */
bool file_write_new(const char *path, mode_t mode, const void *data, size_t size);

/* Make the directories that the file lies in, as far as they are missing: for their owner alone, and durable. */
bool file_make_directories(const char *path);

/* Make the name of a new file or directory durable: it is an entry of the directory it lies in. */
bool file_sync_name(const char *path);

#endif
