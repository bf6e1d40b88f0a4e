/* ledger/secrets: openings, their store and the site's secrets key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "ledger/secrets.h"
#include "ledger/store.h"
#include "tests/support/place.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define LEDGER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER_LEDGER "ffffffffffffffff0123456789abcdef0123456789abcdef0123456789abcdef"

/* ---- a site: a ledger's directory and a folder for configuration, both in a place of the test's own */

static char ledger[PATH_MAX], config[PATH_MAX], key_file[PATH_MAX];

static int site_make(void **state)
{
    assert_int_equal(0, place_make(state));
    place_path(*state, "ledger", ledger);
    place_path(*state, "config", config);
    place_path(config, "phial/secrets/" LEDGER ".key", key_file);
    assert_int_equal(0, mkdir(ledger, 0700));
    assert_int_equal(0, unsetenv("PHIAL_SECRETS_KEY"));
    assert_int_equal(0, setenv("XDG_CONFIG_HOME", config, 1));
    return 0;
}

#define at_a_site(test) cmocka_unit_test_setup_teardown(test, site_make, place_remove)

static struct secrets *create(void)
{
    struct secrets *secrets;
    struct error error;

    if (secrets_create(ledger, LEDGER, &secrets, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
    return secrets;
}

static struct secrets *reopen(struct secrets *secrets, bool to_record)
{
    struct error error;

    secrets_close(secrets);
    assert_int_equal(LEDGER_OK, secrets_open(ledger, LEDGER, to_record, &secrets, &error));
    return secrets;
}

/* The opening of the private field `key` of act `act`, about `about`, each named by one byte. */
static struct secret_opening opening_of(uint8_t about, uint8_t act, uint8_t key, const char *text)
{
    struct secret_opening opening = { .key = key, .opening = bytes_of_text(text) };

    memset(opening.about, about, ACT_SIZE);
    memset(opening.act, act, ACT_SIZE);
    return opening;
}

static void put(struct secrets *secrets, uint8_t about, uint8_t act, uint8_t key, const char *text)
{
    struct secret_opening opening = opening_of(about, act, key, text);
    struct error error;

    if (secrets_put(secrets, &opening, 1, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
}

static enum ledger_status get(struct secrets *secrets, uint8_t act, uint8_t key, char out[static OPENING_LIMIT + 1],
                              struct error *error)
{
    uint8_t name[ACT_SIZE], bytes[OPENING_LIMIT];
    size_t size = 0;
    enum ledger_status status;

    memset(name, act, sizeof name);
    status = secrets_get(secrets, name, key, bytes, &size, error);
    memcpy(out, bytes, status == LEDGER_OK ? size : 0);
    out[status == LEDGER_OK ? size : 0] = '\0';
    return status;
}

static void assert_kept(struct secrets *secrets, uint8_t act, uint8_t key, const char *text)
{
    char out[OPENING_LIMIT + 1];
    struct error error;

    if (get(secrets, act, key, out, &error) != LEDGER_OK)
        fail_msg("PH%04u %s", error.code, error.text);
    assert_string_equal(text, out);
}

static void assert_refused(struct secrets *secrets, uint8_t act, uint8_t key, enum ledger_status status,
                           const char *says)
{
    char out[OPENING_LIMIT + 1];
    struct error error = { .code = 0 };

    assert_int_equal(status, get(secrets, act, key, out, &error));
    assert_int_equal(REFUSAL_SECRETS, error.code);
    if (strstr(error.text, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, says);
}

/* ---- keeping and opening */

static void what_is_kept_can_be_opened_again(void **state)
{
    static char longest[OPENING_LIMIT + 1];
    struct secrets *secrets = create();
    struct secret_opening openings[4];
    struct error error;

    (void)state;
    memset(longest, 'x', OPENING_LIMIT);
    openings[0] = opening_of(1, 10, 40, "Mary Walker");
    openings[1] = opening_of(1, 10, 41, "1980-02-03");
    openings[2] = opening_of(0, 11, 63, "x"); /* about the site */
    openings[3] = opening_of(2, 12, 40, longest);
    assert_int_equal(LEDGER_OK, secrets_put(secrets, openings, COUNT(openings), &error));
    for (int i = 0; i < 3; i++) {
        assert_kept(secrets, 10, 40, "Mary Walker");
        assert_kept(secrets, 10, 41, "1980-02-03");
        assert_kept(secrets, 11, 63, "x");
        assert_kept(secrets, 12, 40, longest);
        secrets = reopen(secrets, i == 0);
    }
    secrets_close(secrets);
}

static void a_later_put_adds_to_what_is_kept_and_replaces_the_same(void **state)
{
    struct secrets *secrets = create();

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    secrets = reopen(secrets, true);
    put(secrets, 1, 11, 40, "Walker");
    put(secrets, 1, 10, 40, "Maria");
    assert_kept(secrets, 10, 40, "Maria");
    assert_kept(secrets, 11, 40, "Walker");
    secrets_close(secrets);
}

static void what_is_not_kept_is_unknown(void **state)
{
    struct secrets *secrets = create();

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    assert_refused(secrets, 10, 41, LEDGER_UNKNOWN, "private field 41 of this act is not kept here");
    assert_refused(secrets, 9, 40, LEDGER_UNKNOWN, "not kept here");
    secrets_close(secrets);
}

/* Whether the file holds the text somewhere. */
static bool file_holds(const char *path, const char *text)
{
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t size;

    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    assert_true(size > 0 && size < sizeof bytes);
    assert_int_equal(0, fclose(file));
    return memmem(bytes, size, text, strlen(text)) != NULL;
}

static void the_store_holds_no_name_and_not_the_key(void **state)
{
    struct secrets *secrets = create();
    char data[PATH_MAX], text[128] = "";
    FILE *file;

    (void)state;
    put(secrets, 1, 10, 40, "Mary Walker");
    secrets_close(secrets);
    place_path(ledger, "secrets/data.mdb", data);
    assert_true(file_holds(data, "looked-at") || file_holds(data, "check")); /* the file can be searched */
    assert_false(file_holds(data, "Mary"));
    assert_false(file_holds(data, "Walker"));
    file = fopen(key_file, "r");
    assert_non_null(file);
    assert_non_null(fgets(text, sizeof text, file));
    assert_string_equal("phial secrets key 1\n", text);
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(65, strlen(text));
    text[64] = '\0';
    assert_int_equal(64, strspn(text, "0123456789abcdef"));
    assert_int_equal(0, fclose(file));
    assert_false(file_holds(data, text));
}

/* ---- the key */

static void the_key_is_made_for_its_owner_alone_outside_the_ledger(void **state)
{
    mode_t mask = umask(0);
    struct secrets *secrets = create();
    struct stat facts;

    (void)state;
    (void)umask(mask);
    assert_int_equal(0, stat(key_file, &facts));
    assert_int_equal(S_IFREG | 0600, facts.st_mode);
    place_path(config, "phial/secrets", key_file);
    assert_int_equal(0, stat(key_file, &facts));
    assert_int_equal(S_IFDIR | 0700, facts.st_mode);
    secrets_close(secrets);
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void write_key(const char *text, mode_t mode)
{
    int file = open(key_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(file >= 0);
    assert_int_equal(strlen(text), write(file, text, strlen(text)));
    assert_int_equal(0, fchmod(file, mode));
    assert_int_equal(0, close(file));
}

static void a_key_that_is_away_is_asked_for_and_opens_when_it_is_back(void **state)
{
    struct secrets *secrets = create();
    char saved[PATH_MAX];

    put(secrets, 1, 10, 40, "Mary");
    secrets = reopen(secrets, false);
    place_path(*state, "elsewhere", saved);
    assert_int_equal(0, rename(key_file, saved));
    assert_refused(secrets, 10, 40, LEDGER_STORAGE, "the key of names and remarks is not there");
    write_key("phial secrets key 1\n" ZEROS "\n", 0600);
    assert_refused(secrets, 10, 40, LEDGER_STORAGE, "is not the key of this ledger's names and remarks");
    assert_int_equal(0, rename(saved, key_file));
    assert_kept(secrets, 10, 40, "Mary");
    secrets_close(secrets);
}

static void without_its_key_a_site_records_all_that_is_not_private(void **state)
{
    struct secrets *secrets = create();
    struct secret_opening opening = opening_of(1, 10, 40, "Mary");
    struct error error = { .code = 0 };

    (void)state;
    secrets_close(secrets);
    assert_int_equal(0, unlink(key_file));
    secrets = reopen(NULL, true);
    assert_int_equal(LEDGER_OK, secrets_put(secrets, NULL, 0, &error));
    assert_int_equal(LEDGER_STORAGE, secrets_put(secrets, &opening, 1, &error));
    assert_int_equal(REFUSAL_SECRETS, error.code);
    assert_refused(secrets, 10, 40, LEDGER_UNKNOWN, "not kept here"); /* and nothing was kept */
    secrets_close(secrets);
}

static void without_a_store_only_an_opening_is_missed(void **state)
{
    struct secrets *secrets = reopen(NULL, false);

    (void)state;
    assert_refused(secrets, 10, 40, LEDGER_STORAGE, "names and remarks");
    secrets_close(secrets);
}

static void a_store_of_another_ledger_is_refused(void **state)
{
    struct secrets *secrets = create();
    struct error error;

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    secrets_close(secrets);
    assert_int_equal(LEDGER_OK, secrets_open(ledger, OTHER_LEDGER, false, &secrets, &error));
    assert_refused(secrets, 10, 40, LEDGER_STORAGE, "another ledger's");
    secrets_close(secrets);
}

/* ---- damage: somebody changes what the store holds */

/* Put into `table` under `to` what is there under `from`, with one byte changed where `flip` is not -1. */
static void move_value(enum store_table table, struct bytes from, struct bytes to, int flip)
{
    char directory[PATH_MAX];
    struct store *store;
    struct store_txn *txn;
    struct bytes value;
    struct error error;
    uint8_t copy[OPENING_LIMIT + 100];
    bool found;

    place_path(ledger, "secrets", directory);
    assert_int_equal(LEDGER_OK, store_open(directory, STORE_WRITE, &store, &error));
    assert_int_equal(LEDGER_OK, store_begin_write(store, 1000, &txn, &error));
    assert_int_equal(LEDGER_OK, store_get(txn, table, from, &found, &value, &error));
    assert_true(found && value.size <= sizeof copy);
    memcpy(copy, value.data, value.size);
    if (flip >= 0)
        copy[(size_t)flip % value.size] ^= 1;
    assert_int_equal(LEDGER_OK, store_put(txn, table, to, bytes_of(copy, value.size), &error));
    assert_int_equal(LEDGER_OK, store_commit(txn, &error));
    store_close(store);
}

static void what_was_moved_or_changed_does_not_open(void **state)
{
    struct secrets *secrets = create();
    uint8_t first[ACT_SIZE + 1], second[ACT_SIZE + 1], about_first[ACT_SIZE], about_second[ACT_SIZE];

    (void)state;
    memset(first, 10, sizeof first);
    memset(second, 11, sizeof second);
    first[ACT_SIZE] = second[ACT_SIZE] = 40;
    memset(about_first, 1, sizeof about_first);
    memset(about_second, 2, sizeof about_second);
    put(secrets, 1, 10, 40, "Mary");
    put(secrets, 1, 11, 40, "Walker");
    put(secrets, 2, 12, 40, "other");
    secrets_close(secrets);

    move_value(STORE_LEAVES, bytes_of(first, sizeof first), bytes_of(second, sizeof second), -1);
    secrets = reopen(NULL, false);
    assert_kept(secrets, 10, 40, "Mary");
    assert_refused(secrets, 11, 40, LEDGER_STORAGE, "an opening was changed");
    secrets_close(secrets);
    for (int i = ACT_SIZE; i < ACT_SIZE + 32; i++) { /* "Mary" makes 32 bytes behind `about` */
        move_value(STORE_LEAVES, bytes_of(first, sizeof first), bytes_of(first, sizeof first), i);
        secrets = reopen(NULL, false);
        assert_refused(secrets, 10, 40, LEDGER_STORAGE, "an opening was changed");
        secrets_close(secrets);
        move_value(STORE_LEAVES, bytes_of(first, sizeof first), bytes_of(first, sizeof first), i);
    }
    move_value(STORE_LEAVES, bytes_of(first, sizeof first), bytes_of(first, sizeof first), 3);
    secrets = reopen(NULL, false);
    assert_refused(secrets, 10, 40, LEDGER_STORAGE, "a key is not there"); /* about somebody unknown */
    secrets_close(secrets);
    move_value(STORE_NAMES, bytes_of(about_first, ACT_SIZE), bytes_of(about_second, ACT_SIZE), -1);
    secrets = reopen(NULL, false);
    assert_refused(secrets, 12, 40, LEDGER_STORAGE, "a key was changed");
    secrets_close(secrets);
}

/* ---- orphans */

/* A book that holds the acts in `acts`, 0 being none, and counts how often it is asked. */
struct book {
    uint8_t acts[4];
    unsigned asked;
    bool fails;
};

static enum ledger_status is_in_book(void *context, const uint8_t act[static ACT_SIZE], bool *found,
                                     struct error *error)
{
    struct book *book = context;

    book->asked++;
    *found = memchr(book->acts, act[0], sizeof book->acts) != NULL;
    return book->fails ? error_set(error, REFUSAL_IO, "the book cannot be read") : LEDGER_OK;
}

static void openings_without_an_entry_are_dropped_once(void **state)
{
    struct secrets *secrets = create();
    struct book book = { .acts = { 10, 12 } };
    struct error error;

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    put(secrets, 1, 10, 41, "1980-02-03");
    put(secrets, 1, 11, 40, "orphan");
    put(secrets, 2, 12, 40, "John");
    secrets = reopen(secrets, true);
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(4, book.asked);
    assert_kept(secrets, 10, 40, "Mary");
    assert_kept(secrets, 10, 41, "1980-02-03");
    assert_kept(secrets, 12, 40, "John");
    assert_refused(secrets, 11, 40, LEDGER_UNKNOWN, "not kept here");

    put(secrets, 1, 11, 40, "again"); /* the same act, given again */
    book.acts[2] = 11;
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(5, book.asked);
    assert_kept(secrets, 11, 40, "again");
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(5, book.asked);
    secrets_close(secrets);
}

static void nothing_is_dropped_while_the_book_cannot_be_read(void **state)
{
    struct secrets *secrets = create();
    struct book book = { .fails = true };
    struct error error = { .code = 0 };

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    assert_int_equal(LEDGER_STORAGE, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(REFUSAL_IO, error.code);
    assert_kept(secrets, 10, 40, "Mary");
    book = (struct book){ .acts = { 10 } };
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(1, book.asked);
    assert_kept(secrets, 10, 40, "Mary");
    secrets_close(secrets);
}

static void dropping_needs_neither_key_nor_store(void **state)
{
    struct secrets *secrets = reopen(NULL, true);
    struct book book = { .asked = 0 };
    struct error error;

    (void)state;
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    secrets_close(secrets);
    secrets = create();
    put(secrets, 1, 10, 40, "orphan");
    assert_int_equal(0, unlink(key_file));
    secrets = reopen(secrets, true);
    assert_int_equal(LEDGER_OK, secrets_drop_orphans(secrets, is_in_book, &book, &error));
    assert_int_equal(1, book.asked);
    assert_refused(secrets, 10, 40, LEDGER_UNKNOWN, "not kept here");
    secrets_close(secrets);
}

/* ---- beginning */

static void what_was_created_can_be_taken_back(void **state)
{
    char directory[PATH_MAX];

    (void)state;
    place_path(ledger, "secrets", directory);
    for (int i = 0; i < 2; i++) {
        struct secrets *secrets = create();

        put(secrets, 1, 10, 40, "Mary");
        assert_int_equal(0, access(key_file, F_OK));
        secrets_discard(secrets);
        assert_int_not_equal(0, access(key_file, F_OK));
        assert_int_not_equal(0, access(directory, F_OK));
    }
}

static void a_key_that_was_there_is_used_and_never_deleted(void **state)
{
    struct secrets *secrets;
    char second_ledger[PATH_MAX];
    struct error error;

    place_path(*state, "medium", key_file);
    write_key("phial secrets key 1\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 0600);
    assert_int_equal(0, setenv("PHIAL_SECRETS_KEY", key_file, 1));
    secrets = create();
    put(secrets, 1, 10, 40, "Mary");
    assert_kept(secrets, 10, 40, "Mary");
    secrets_discard(secrets);
    assert_int_equal(0, access(key_file, F_OK));

    write_key("nonsense", 0600);
    place_path(*state, "second", second_ledger);
    assert_int_equal(0, mkdir(second_ledger, 0700));
    assert_int_equal(LEDGER_STORAGE, secrets_create(second_ledger, OTHER_LEDGER, &secrets, &error));
    assert_null(secrets);
    assert_int_equal(REFUSAL_SECRETS, error.code);
    assert_int_equal(0, access(key_file, F_OK));
    assert_int_equal(0, rmdir(second_ledger)); /* nothing was left behind in it */
}

static void a_store_that_is_there_is_not_overwritten(void **state)
{
    struct secrets *secrets = create(), *second;
    struct error error;

    (void)state;
    put(secrets, 1, 10, 40, "Mary");
    secrets_close(secrets);
    assert_int_equal(LEDGER_STORAGE, secrets_create(ledger, LEDGER, &second, &error));
    assert_int_equal(REFUSAL_EXISTS, error.code);
    assert_null(second);
    secrets = reopen(NULL, true);
    assert_kept(secrets, 10, 40, "Mary");
    secrets_close(secrets);
}

static void what_an_interrupted_beginning_left_is_in_nobodys_way(void **state)
{
    char left[PATH_MAX], empty[PATH_MAX];
    struct secrets *secrets;
    FILE *file;

    (void)state;
    place_path(ledger, "secrets.new", left);
    assert_int_equal(0, mkdir(left, 0700));
    place_path(ledger, "secrets.new/data.mdb", left);
    file = fopen(left, "w");
    assert_non_null(file);
    assert_int_equal(0, fclose(file));
    place_path(ledger, "secrets", empty);
    assert_int_equal(0, mkdir(empty, 0700));
    secrets = create();
    put(secrets, 1, 10, 40, "Mary");
    assert_kept(secrets, 10, 40, "Mary");
    secrets_close(secrets);
    place_path(ledger, "secrets.new", left);
    assert_int_not_equal(0, access(left, F_OK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        at_a_site(what_is_kept_can_be_opened_again),
        at_a_site(a_later_put_adds_to_what_is_kept_and_replaces_the_same),
        at_a_site(what_is_not_kept_is_unknown),
        at_a_site(the_store_holds_no_name_and_not_the_key),
        at_a_site(the_key_is_made_for_its_owner_alone_outside_the_ledger),
        at_a_site(a_key_that_is_away_is_asked_for_and_opens_when_it_is_back),
        at_a_site(without_its_key_a_site_records_all_that_is_not_private),
        at_a_site(without_a_store_only_an_opening_is_missed),
        at_a_site(a_store_of_another_ledger_is_refused),
        at_a_site(what_was_moved_or_changed_does_not_open),
        at_a_site(openings_without_an_entry_are_dropped_once),
        at_a_site(nothing_is_dropped_while_the_book_cannot_be_read),
        at_a_site(dropping_needs_neither_key_nor_store),
        at_a_site(what_was_created_can_be_taken_back),
        at_a_site(a_key_that_was_there_is_used_and_never_deleted),
        at_a_site(a_store_that_is_there_is_not_overwritten),
        at_a_site(what_an_interrupted_beginning_left_is_in_nobodys_way),
    };

    if (crypt_start() != CRYPT_OK)
        return 1;
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
