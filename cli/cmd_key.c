/* phial key new, key recovery, key show, key check. */
#include "cli/commands.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/book.h"
#include "cli/keyfile.h"
#include "cli/terminal.h"
#include "cli/unlock.h"
#include "crypto/note.h"
#include "schema/ident.h"

const struct option key_new_options[] = {
    { "algorithm", 0, "NAME", false, "ed25519 (the default) or p256" },
    { .name = NULL },
};

const struct option key_show_options[] = {
    { "seal", 0, NULL, false, "the public key of the ledger's seal, for those who verify" },
    { "all", 0, NULL, false, "with --seal: every one the site has had, the newest first" },
    { .name = NULL },
};

static enum ledger_status read_algorithm(const struct call *call, enum key_algorithm *algorithm, struct error *error)
{
    const char *name = call_value(call, "algorithm");

    *algorithm = KEY_ED25519;
    if (name == NULL || strcmp(name, "ed25519") == 0)
        return LEDGER_OK;
    *algorithm = KEY_P256;
    if (strcmp(name, "p256") == 0)
        return LEDGER_OK;
    return error_set(error, REFUSAL_BAD_VALUE, "--algorithm is ed25519 or p256, not `%s`", name);
}

/* The only word, or who acts. */
static const char *subject_of(const struct call *call)
{
    size_t place = 0;
    const char *word = call_next(call, NULL, &place);

    if (word == NULL)
        word = call_value(call, "as");
    return word != NULL ? word : getenv("PHIAL_AS");
}

static enum ledger_status take_handle(const struct call *call, const char **handle, struct error *error)
{
    if (call_count(call, NULL) > 1)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS, "phial %s takes one handle", call->command->name);
    *handle = subject_of(call);
    if (*handle == NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "whose key? phial %s HANDLE", call->command->name);
    if (handle_is_valid(*handle))
        return LEDGER_OK;
    error_set(error, REFUSAL_BAD_VALUE, "`%s` cannot be a handle", *handle);
    error_next(error, "2 to 32 small letters, digits and hyphens, the first a letter");
    return error->status;
}

/* ---- a new key */

/* With fewer characters a stolen key file is opened by trying them all. */
enum { PASSPHRASE_LEAST = 8 };

static bool is_short(const char *secret)
{
    size_t characters = 0;

    for (; *secret != '\0'; secret++)
        characters += ((unsigned char)*secret & 0xC0) != 0x80;
    return characters < PASSPHRASE_LEAST;
}

/* Ask for a passphrase twice, until both are the same and it is long enough. */
static enum ledger_status choose_passphrase(const char *handle, char *secret, struct error *error)
{
    char prompt[KEY_NAME_SIZE + 48], *again = secret_alloc(SECRET_SIZE);
    enum ledger_status status = LEDGER_OK;
    bool is_chosen = false;

    if (again == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory for a passphrase");
    while (status == LEDGER_OK && !is_chosen) {
        /* Both are compared to their last byte, so nothing of an earlier round may be left in either. */
        secret_wipe(secret, SECRET_SIZE);
        secret_wipe(again, SECRET_SIZE);
        snprintf(prompt, sizeof prompt, " New passphrase for %s: ", handle);
        status = terminal_ask_secret(prompt, secret, error);
        if (status == LEDGER_OK && is_short(secret)) {
            remark(" It has fewer than %d characters, and could be found by trying them all.\n", PASSPHRASE_LEAST);
            continue;
        }
        if (status == LEDGER_OK)
            status = terminal_ask_secret(" The same again: ", again, error);
        is_chosen = status == LEDGER_OK && crypt_equal(secret, again, SECRET_SIZE);
        if (status == LEDGER_OK && !is_chosen)
            remark(" The two differ.\n");
    }
    secret_free(again, SECRET_SIZE);
    return status;
}

static enum ledger_status find_passphrase(const struct call *call, const char *handle, char *secret, struct error *error)
{
    struct ring ring = RING_NONE;
    const char *kept;
    enum ledger_status status;

    if (call_value(call, "secrets") == NULL)
        return choose_passphrase(handle, secret, error);
    /* Making a key makes nobody sign, so a file for several people is as good as one for each. */
    status = ring_begin(&ring, call, true, error);
    kept = status == LEDGER_OK ? passfile_find(&ring.passfile, handle) : NULL;
    if (status == LEDGER_OK && kept == NULL)
        status = error_set(error, REFUSAL_SECRETS_FILE, "the secrets file has no passphrase for %s", handle);
    else if (status == LEDGER_OK && strlen(kept) >= SECRET_SIZE)
        status = error_set(error, REFUSAL_TOO_LONG, "the passphrase of %s has more than %d bytes", handle, SECRET_SIZE - 1);
    else if (status == LEDGER_OK && is_short(kept))
        status = error_set(error, REFUSAL_SECRETS_FILE,
                           "the passphrase of %s has fewer than %d characters, and could be found by trying them all", handle,
                           PASSPHRASE_LEAST);
    else if (status == LEDGER_OK)
        memcpy(secret, kept, strlen(kept) + 1);
    ring_release(&ring);
    return status;
}

static enum ledger_status refuse_save(enum crypt_status status, const char *path, struct error *error)
{
    switch (status) {
    case CRYPT_OK:
        return LEDGER_OK;
    case CRYPT_FILE_EXISTS:
        return error_set(error, REFUSAL_KEY_EXISTS, "there is a key in %s already, and it is not overwritten", path);
    case CRYPT_FAILED:
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "a key could not be made");
    case CRYPT_NO_FILE:
        return error_set(error, REFUSAL_IO, "there is no folder for %s", path);
    default:
        return error_set(error, REFUSAL_IO, "%s could not be written", path);
    }
}

/* Both files or none: a key whose public line is lost could not be enrolled. */
static enum ledger_status save_key(const struct private_key *key, const char *path, const char *passphrase,
                                   const struct key_line *line, struct error *error)
{
    char public_path[KEY_PATH_SIZE];
    enum ledger_status status = key_public_path(path, public_path, error);

    if (status == LEDGER_OK)
        status = refuse_save(private_key_save(key, path, passphrase), path, error);
    if (status != LEDGER_OK)
        return status;
    status = key_line_write(public_path, line, error);
    if (status != LEDGER_OK)
        unlink(path);
    return status;
}

static enum ledger_status print_key(const struct call *call, const char *path, const struct key_line *line,
                                    struct error *error)
{
    char text[KEY_LINE_SIZE], mark[KEY_MARK_SIZE];
    struct answer *answer;

    key_line_format(line, text);
    if (!call_flag(call, "json")) {
        say("%s\n", text);
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "handle", line->name);
    answer_text(answer, "file", path);
    answer_text(answer, "mark", key_mark(&line->key, mark));
    answer_text(answer, "public", text);
    return answer_print(answer, stdout, error);
}

static enum ledger_status make_key(struct call *call, const char *handle, const char *path, struct error *error)
{
    struct key_line line = { .name = "" };
    struct private_key *key = NULL;
    char mark[KEY_MARK_SIZE], *secret = secret_alloc(SECRET_SIZE);
    enum key_algorithm algorithm = KEY_ED25519;
    enum ledger_status status = read_algorithm(call, &algorithm, error);

    if (secret == NULL)
        return error_set(error, REFUSAL_OUT_OF_MEMORY, "there is no memory for a passphrase");
    if (status == LEDGER_OK && access(path, F_OK) == 0)
        status = refuse_save(CRYPT_FILE_EXISTS, path, error);
    if (status == LEDGER_OK)
        status = find_passphrase(call, handle, secret, error);
    if (status == LEDGER_OK)
        status = refuse_save(private_key_generate(algorithm, &key), path, error);
    if (status == LEDGER_OK) {
        line.key = private_key_public(key);
        snprintf(line.name, sizeof line.name, "%s", handle);
        status = save_key(key, path, secret, &line, error);
    }
    if (status == LEDGER_OK)
        status = print_key(call, path, &line, error);
    if (status == LEDGER_OK)
        remark("The key of %s, %s, is in %s; its public line is beside it.\n", handle, key_mark(&line.key, mark), path);
    private_key_release(key);
    secret_free(secret, SECRET_SIZE);
    return status;
}

enum ledger_status cmd_key_new(struct call *call, struct error *error)
{
    char path[KEY_PATH_SIZE];
    const char *handle = NULL;
    enum ledger_status status = take_handle(call, &handle, error);

    if (status == LEDGER_OK)
        status = key_path(call, handle, true, path, error);
    if (status == LEDGER_OK && call_value(call, "key") == NULL)
        status = key_make_folder(path, error);
    return status == LEDGER_OK ? make_key(call, handle, path, error) : status;
}

/* A recovery key is carried away to a safe: it is made here, not among the keys of the account. */
enum ledger_status cmd_key_recovery(struct call *call, struct error *error)
{
    char path[KEY_PATH_SIZE];
    const char *handle = NULL;
    enum ledger_status status = take_handle(call, &handle, error);

    if (status == LEDGER_OK && call_value(call, "key") != NULL)
        status = key_path(call, handle, true, path, error);
    else if (status == LEDGER_OK)
        snprintf(path, sizeof path, "%s.pem", handle);
    if (status == LEDGER_OK)
        status = make_key(call, handle, path, error);
    if (status == LEDGER_OK)
        remark("Put %s and its passphrase away, apart from each other and from the clinic's computers.\n", path);
    return status;
}

/* ---- looking at keys */

/* The public key by its own file, or else by opening the private one. */
static enum ledger_status read_public(struct call *call, const char *handle, const char *path, struct key_line *line,
                                      struct error *error)
{
    char public_path[KEY_PATH_SIZE];
    struct ring ring = RING_NONE;
    struct ring_key *key = NULL;
    enum ledger_status status = key_public_path(path, public_path, error);

    if (status == LEDGER_OK && access(public_path, F_OK) == 0)
        return key_line_read(public_path, line, error);
    if (status == LEDGER_OK)
        status = ring_begin(&ring, call, true, error);
    if (status == LEDGER_OK)
        status = ring_add(&ring, call, 0, handle, true, path, &key, error);
    if (status == LEDGER_OK)
        status = ring_unlock(&ring, key, error);
    if (status == LEDGER_OK) {
        line->key = private_key_public(key->key);
        snprintf(line->name, sizeof line->name, "%s", handle);
    }
    ring_release(&ring);
    return status;
}

static enum ledger_status print_listed(const struct call *call, const char *path, const struct key_line *line,
                                       struct error *error)
{
    char mark[KEY_MARK_SIZE];

    if (call_flag(call, "json"))
        return print_key(call, path, line, error);
    say("%-20s %s\n", line->name, key_mark(&line->key, mark));
    return LEDGER_OK;
}

/* Print the keys of the account's folder, by their public lines. */
static enum ledger_status list_keys(const struct call *call, struct error *error)
{
    char path[KEY_PATH_SIZE];
    enum ledger_status status = key_path(call, "*", false, path, error);
    struct key_line line;
    struct dirent *entry;
    size_t count = 0;
    DIR *folder;

    if (status != LEDGER_OK)
        return status;
    *strrchr(path, '/') = '\0';
    folder = opendir(path);
    while (folder != NULL && status == LEDGER_OK && (entry = readdir(folder)) != NULL) {
        size_t size = strlen(entry->d_name);
        char file[KEY_PATH_SIZE + 256];

        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (size < 5 || strcmp(entry->d_name + size - 4, ".pub") != 0 || key_line_read(file, &line, error) != LEDGER_OK)
            continue;
        status = print_listed(call, file, &line, error);
        count++;
    }
    if (folder != NULL)
        closedir(folder);
    remark("Keys are looked for in %s; there %s %zu.\n", path, count == 1 ? "is" : "are", count);
    return status;
}

/* The one-line public key of the site: what an auditor keeps, and verifies by. */
static enum ledger_status seal_line(const struct book *book, const struct public_key *seal, char text[static VKEY_TEXT_MAX + 1],
                                    struct error *error)
{
    char name[NOTE_NAME_MAX + 1];
    struct vkey vkey;

    snprintf(name, sizeof name, "phial/%s", ledger_id_hex(book->ledger));
    if (vkey_make(name, VKEY_ED25519, seal, &vkey) != CRYPT_OK)
        return error_set(error, REFUSAL_SEAL_KEY, "the key of the seal is not one");
    vkey_format(&vkey, text);
    return LEDGER_OK;
}

/* The seal in force and, with --all, those before it. */
static enum ledger_status print_seals(struct call *call, struct book *book, struct answer *rows, struct error *error)
{
    char text[VKEY_TEXT_MAX + 1];
    struct seal seal = { .entry = 0 };
    uint32_t number = UINT32_MAX;
    enum ledger_status status = LEDGER_OK;

    while (status == LEDGER_OK && view_seal_at(book->reading.view, number, &seal)) {
        status = seal_line(book, &seal.key, text, error);
        if (status == LEDGER_OK && rows != NULL) {
            struct answer *row = answer_object(rows, NULL);

            answer_text(row, "site_key", text);
            answer_number(row, "since", seal.entry);
        } else if (status == LEDGER_OK) {
            say("%s\n", text);
        }
        number = seal.entry - 1;
        if (!call_flag(call, "all"))
            break;
    }
    if (status == LEDGER_OK)
        status = view_status(book->reading.view, error);
    return status;
}

static enum ledger_status show_seal_in_json(struct call *call, struct book *book, struct error *error)
{
    char text[VKEY_TEXT_MAX + 1];
    struct answer *answer = answer_new();
    struct public_key seal = ledger_seal(book->ledger);
    enum ledger_status status = seal_line(book, &seal, text, error);

    if (status == LEDGER_OK)
        answer_text(answer, "site_key", text);
    if (status == LEDGER_OK && call_flag(call, "all"))
        status = print_seals(call, book, answer_list(answer, "seals"), error);
    return status == LEDGER_OK ? answer_print(answer, stdout, error) : status;
}

static enum ledger_status show_seal(struct call *call, struct error *error)
{
    struct book book = BOOK_NONE;
    enum ledger_status status = book_open(&book, call, LEDGER_READ, error);

    if (status == LEDGER_OK && call_flag(call, "json"))
        status = show_seal_in_json(call, &book, error);
    else if (status == LEDGER_OK)
        status = print_seals(call, &book, NULL, error);
    if (status == LEDGER_OK && !call_flag(call, "json"))
        remark("%s public key of the site%s; give it to those who verify.\n",
               call_flag(call, "all") ? "The first line is the" : "This is the", book.is_training ? ", of a TRAINING ledger" : "");
    book_close(&book);
    return status;
}

enum ledger_status cmd_key_show(struct call *call, struct error *error)
{
    char path[KEY_PATH_SIZE], mark[KEY_MARK_SIZE];
    struct key_line line;
    const char *handle = NULL;
    enum ledger_status status;

    if (call_flag(call, "seal"))
        return show_seal(call, error);
    if (subject_of(call) == NULL)
        return list_keys(call, error);
    status = take_handle(call, &handle, error);
    if (status == LEDGER_OK)
        status = key_path(call, handle, true, path, error);
    if (status == LEDGER_OK)
        status = read_public(call, handle, path, &line, error);
    if (status == LEDGER_OK)
        status = print_key(call, path, &line, error);
    if (status == LEDGER_OK)
        remark("The key of %s, %s, is looked for in %s.\n", line.name, key_mark(&line.key, mark), path);
    return status;
}

/* The key the book holds for this handle, where a ledger is named. */
static enum ledger_status expect_from_book(struct call *call, struct ring_key *key, struct error *error)
{
    struct book book = BOOK_NONE;
    uint8_t room[256];
    int64_t person = 0;
    enum ledger_status status;

    if (call_value(call, "ledger") == NULL && getenv("PHIAL_LEDGER") == NULL)
        return LEDGER_OK;
    status = book_open(&book, call, LEDGER_READ, error);
    if (status == LEDGER_OK) {
        struct words words = book_words(&book, room, sizeof room);

        status = words_read_person(&words, key->handle, &person, error);
    }
    if (status == LEDGER_OK)
        key->is_expected = view_key_of(book.reading.view, person, &key->expected);
    book_close(&book);
    return status;
}

static enum ledger_status print_checked(const struct call *call, const struct ring_key *key, struct error *error)
{
    struct public_key public_key = private_key_public(key->key);
    char mark[KEY_MARK_SIZE];
    struct answer *answer;

    key_mark(&public_key, mark);
    if (!call_flag(call, "json")) {
        say("The key of %s opens: %s%s.\n", key->handle, mark, key->is_expected ? ", the one the book holds" : "");
        return LEDGER_OK;
    }
    answer = answer_new();
    answer_text(answer, "handle", key->handle);
    answer_text(answer, "file", key->path);
    answer_text(answer, "mark", mark);
    answer_yes(answer, "opens", true);
    answer_yes(answer, "held_by_the_book", key->is_expected);
    return answer_print(answer, stdout, error);
}

enum ledger_status cmd_key_check(struct call *call, struct error *error)
{
    struct ring ring = RING_NONE;
    struct ring_key *key = NULL;
    const char *handle = NULL;
    enum ledger_status status = take_handle(call, &handle, error);

    if (status == LEDGER_OK)
        status = ring_begin(&ring, call, true, error);
    if (status == LEDGER_OK)
        status = ring_add(&ring, call, 0, handle, true, NULL, &key, error);
    if (status == LEDGER_OK)
        status = expect_from_book(call, key, error);
    if (status == LEDGER_OK)
        status = ring_unlock(&ring, key, error);
    if (status == LEDGER_OK)
        status = print_checked(call, key, error);
    ring_release(&ring);
    return status;
}
