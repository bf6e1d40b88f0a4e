/* A place of its own for a test: a new directory, gone with all it holds when the test ends; and children
 * that do things there which would end a test. */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* For cmocka's setup and teardown: `*state` is the path of the directory, a char *. */
int place_make(void **state);
int place_remove(void **state);
#define in_a_place(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

/* Write "directory/name" into `path`. */
void place_path(const char *directory, const char *name, char path[static PATH_MAX]);

/* Run `body` in a child, which ends with what it returns (or as it pleases). */
pid_t child_start(int (*body)(void *context), void *context);

/* How a child ended: its exit status, or 1000 and the signal that ended it. */
int child_wait(pid_t child);
int child_do(int (*body)(void *context), void *context);

/* In a child: end it with status 99, saying where, unless the claim is true. */
#define must(claim) \
    do { \
        if (!(claim)) \
            must_fail(__FILE__, __LINE__, #claim); \
    } while (0)
_Noreturn void must_fail(const char *file, int line, const char *claim);

int64_t clock_ms(void);
void sleep_ms(int64_t ms);

#endif
