/* The files of crypto/key.h. Expected values: RFC 8410 section 7, and key files made by the openssl
 * program where a test says so.
 */
#include "crypto/key.h"
#include "crypto/key_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/fixed_keys.h"
#include "tests/support/hex.h"

/* ---- a directory for each test's files */

static char directory[PATH_MAX];

static int make_directory(void **state)
{
    const char *parent = getenv("TMPDIR");

    (void)state;
    snprintf(directory, sizeof directory, "%s/phial-keys-XXXXXX", parent != NULL ? parent : "/tmp");
    return mkdtemp(directory) != NULL ? 0 : -1;
}

static const char *const file_names[] = { "key", "link", "pipe", "linked/key" };

static int remove_directory(void **state)
{
    char path[PATH_MAX + 16];

    (void)state;
    for (size_t i = 0; i < sizeof file_names / sizeof file_names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, file_names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/linked", directory);
    unlink(path);
    return rmdir(directory);
}

static const char *in_directory(const char *name)
{
    static char path[2][PATH_MAX + 16];
    static unsigned turn;

    turn ^= 1;
    snprintf(path[turn], sizeof path[turn], "%s/%s", directory, name);
    return path[turn];
}

static void write_file(const char *path, const void *data, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(file >= 0);
    assert_int_equal(size, write(file, data, size));
    assert_int_equal(0, close(file));
}

static size_t read_file(const char *path, char *data, size_t capacity)
{
    int file = open(path, O_RDONLY);
    ssize_t size = read(file, data, capacity - 1);

    assert_true(size >= 0);
    data[size] = '\0';
    close(file);
    return (size_t)size;
}

static void assert_load(enum crypt_status expected, const char *path, const char *passphrase)
{
    struct private_key *key = (struct private_key *)&directory;
    bool encrypted = false;

    assert_int_equal(expected, private_key_load(path, passphrase, &key));
    if (expected == CRYPT_OK) {
        assert_non_null(key);
        private_key_release(key);
        return;
    }
    assert_null(key);
    if (expected != CRYPT_WRONG_PASSPHRASE && expected != CRYPT_BAD_KEY)
        assert_int_equal(expected, key_file_is_encrypted(path, &encrypted));
}

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

/* ---- keys to compare with */

static const enum key_algorithm algorithms[] = { KEY_ED25519, KEY_P256 };

static struct public_key public_of(enum key_algorithm algorithm, const char *hex)
{
    struct public_key key = { .algorithm = algorithm };

    hex_read(hex, key.bytes, sizeof key.bytes);
    return key;
}

/* ---- saving and loading */

static void a_saved_key_comes_back_with_its_passphrase_or_without_one(void **state)
{
    static const char *const passphrases[] = { NULL, "x", "correct horse battery staple \xc3\xa9" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < sizeof passphrases / sizeof passphrases[0]; j++) {
            const char *path = in_directory("key");
            struct private_key *saved, *loaded;
            struct public_key before, after;
            bool encrypted;

            assert_int_equal(CRYPT_OK, private_key_generate(algorithms[i], &saved));
            assert_int_equal(CRYPT_OK, private_key_save(saved, path, passphrases[j]));
            assert_int_equal(CRYPT_OK, key_file_is_encrypted(path, &encrypted));
            assert_int_equal(passphrases[j] != NULL, encrypted);
            assert_int_equal(CRYPT_OK, private_key_load(path, passphrases[j], &loaded));
            before = private_key_public(saved);
            after = private_key_public(loaded);
            assert_true(public_key_equal(&before, &after));
            private_key_release(saved);
            private_key_release(loaded);
            assert_int_equal(0, unlink(path));
        }
    }
}

static void a_wrong_or_missing_passphrase_is_told_from_a_bad_file(void **state)
{
    const char *path = in_directory("key");
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_OK, private_key_save(key, path, "right"));
    assert_load(CRYPT_WRONG_PASSPHRASE, path, NULL);
    assert_load(CRYPT_WRONG_PASSPHRASE, path, "");
    assert_load(CRYPT_WRONG_PASSPHRASE, path, "Right");
    assert_load(CRYPT_WRONG_PASSPHRASE, path, "right ");
    assert_load(CRYPT_OK, path, "right");
    private_key_release(key);
}

static void a_passphrase_for_a_plain_file_is_ignored(void **state)
{
    const char *path = in_directory("key");
    struct private_key *key = fixed_key(KEY_P256, 1);

    (void)state;
    assert_int_equal(CRYPT_OK, private_key_save(key, path, NULL));
    assert_load(CRYPT_OK, path, "not needed");
    private_key_release(key);
}

static void an_empty_passphrase_is_not_one_to_save_with(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_BAD_DATA, private_key_save(key, in_directory("key"), ""));
    assert_int_equal(-1, access(in_directory("key"), F_OK));
    private_key_release(key);
}

static void a_key_file_is_pkcs_8_and_the_owners_alone_whatever_the_mask(void **state)
{
    static const mode_t masks[] = { 0, 022, 0777 };
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        const char *path = in_directory("key");
        mode_t before = umask(masks[i]);
        enum crypt_status status = private_key_save(key, path, i == 0 ? "secret" : NULL);
        struct stat facts;
        char text[1024];

        umask(before);
        assert_int_equal(CRYPT_OK, status);
        assert_int_equal(0, stat(path, &facts));
        assert_int_equal(0600, facts.st_mode & 07777);
        read_file(path, text, sizeof text);
        assert_ptr_equal(text, strstr(text, i == 0 ? "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                                   : "-----BEGIN PRIVATE KEY-----\n"));
        assert_int_equal(0, unlink(path));
    }
    private_key_release(key);
}

static void a_file_is_never_written_over(void **state)
{
    const char *path = in_directory("key");
    struct private_key *key = fixed_key(KEY_ED25519, 1);
    char text[64];

    (void)state;
    write_file(path, "precious", 8);
    assert_int_equal(CRYPT_FILE_EXISTS, private_key_save(key, path, NULL));
    read_file(path, text, sizeof text);
    assert_string_equal("precious", text);
    /* nor through a link that leads nowhere yet */
    assert_int_equal(0, symlink(in_directory("elsewhere"), in_directory("link")));
    assert_int_equal(CRYPT_FILE_EXISTS, private_key_save(key, in_directory("link"), NULL));
    private_key_release(key);
}

static void saving_where_there_is_no_directory_says_so(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_NO_FILE, private_key_save(key, in_directory("absent/key"), NULL));
    write_file(in_directory("key"), "a file", 6);
    assert_int_equal(CRYPT_NO_FILE, private_key_save(key, in_directory("key/key"), NULL));
    private_key_release(key);
}

static void a_file_that_cannot_be_written_whole_is_not_left_behind(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);
    struct rlimit before, small;
    enum crypt_status status;
    int error;

    (void)state;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &before));
    small = before;
    small.rlim_cur = 50;
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &small));
    status = private_key_save(key, in_directory("key"), NULL);
    error = errno;
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &before));
    assert_int_equal(CRYPT_IO, status);
    assert_int_equal(EFBIG, error);
    assert_int_equal(-1, access(in_directory("key"), F_OK));
    private_key_release(key);
}

static void a_missing_file_is_missing_and_a_directory_is_no_key(void **state)
{
    (void)state;
    assert_load(CRYPT_NO_FILE, in_directory("absent"), NULL);
    assert_load(CRYPT_NO_FILE, in_directory("absent/key"), NULL);
    assert_load(CRYPT_BAD_KEY, directory, NULL);
    assert_int_equal(0, mkfifo(in_directory("pipe"), 0600));
    assert_load(CRYPT_BAD_KEY, in_directory("pipe"), NULL);
    assert_load(CRYPT_BAD_KEY, "/dev/null", NULL);
}

static void a_file_others_may_use_is_refused(void **state)
{
    static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0601, 0644, 0660, 0666, 0777 };
    const char *path = in_directory("key");
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_OK, private_key_save(key, path, NULL));
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(0, chmod(path, modes[i]));
        assert_load(CRYPT_FILE_EXPOSED, path, NULL);
    }
    assert_int_equal(0, chmod(path, 0400));
    assert_load(CRYPT_OK, path, NULL);
    private_key_release(key);
}

static void a_file_of_another_account_is_refused(void **state)
{
    const char *path = in_directory("key");
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_OK, private_key_save(key, path, NULL));
    private_key_release(key);
    /* Only root can give a file away, and only root is let in to see whose it is. */
    if (geteuid() != 0) {
        print_message("skipped: only root can give a file away\n");
        skip();
    }
    assert_int_equal(0, chown(path, 65534, 65534));
    assert_load(CRYPT_FILE_NOT_OURS, path, NULL);
}

static void a_link_is_followed_and_what_it_leads_to_is_judged(void **state)
{
    struct private_key *key = fixed_key(KEY_ED25519, 1);

    (void)state;
    assert_int_equal(CRYPT_OK, private_key_save(key, in_directory("key"), NULL));
    assert_int_equal(0, symlink("key", in_directory("link")));
    assert_int_equal(0, symlink(".", in_directory("linked")));
    assert_load(CRYPT_OK, in_directory("link"), NULL);
    assert_load(CRYPT_OK, in_directory("linked/key"), NULL);
    assert_int_equal(0, chmod(in_directory("key"), 0644));
    assert_load(CRYPT_FILE_EXPOSED, in_directory("link"), NULL);
    private_key_release(key);
}

/* Written by OpenSSL 3.0's program from the key of RFC 8410 section 7, passphrase "correct":
 * openssl pkcs8 -topk8 -scrypt, and -v2 aes-256-cbc -iter 1, which is quick to try.
 */
#define RFC_8410_PUBLIC "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
#define RFC_8410_FILE \
    "-----BEGIN PRIVATE KEY-----\n" \
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n" \
    "-----END PRIVATE KEY-----\n"
#define SCRYPT_FILE \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" \
    "MIGTME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAg/Q00DoyfHcgICQAAC\n" \
    "AQgCAQEwHQYJYIZIAWUDBAEqBBD2BXmqtSnvF+K7nA6Y+5OFBEDI+22nukn9E97M\n" \
    "q2yvv1ZPM4UuRO/MeVAqcrL1LF+Fg833lAg9zVx3FXxTw41iwziY2EVg9KFrwq8J\n" \
    "XjWqHH35\n" \
    "-----END ENCRYPTED PRIVATE KEY-----\n"
#define PBKDF2_FILE \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" \
    "MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAjKyXERtsiuHAIBATAM\n" \
    "BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQ8dgYmvo3gFL14gyfuC2HnQRAtTmO\n" \
    "4EFJrnfyH0tDbKxkjG75XsE/x6xugOxXJRgGeq7i/701EcK3jAXBoBO4x1z4ryZd\n" \
    "+5JCl6f5SJFKv6pGsA==\n" \
    "-----END ENCRYPTED PRIVATE KEY-----\n"

static void files_of_the_openssl_program_are_read(void **state)
{
    static const char *const files[] = { RFC_8410_FILE, SCRYPT_FILE, PBKDF2_FILE };
    struct public_key expected = public_of(KEY_ED25519, RFC_8410_PUBLIC);

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct private_key *key;
        struct public_key public;

        write_file(in_directory("key"), files[i], strlen(files[i]));
        assert_int_equal(CRYPT_OK, private_key_load(in_directory("key"), "correct", &key));
        public = private_key_public(key);
        assert_true(public_key_equal(&expected, &public));
        private_key_release(key);
    }
}

/* One wrong key in 256 leaves padding that looks right; this many tries meet several. */
static void every_wrong_passphrase_is_a_wrong_passphrase(void **state)
{
    char passphrase[16];

    (void)state;
    write_file(in_directory("key"), PBKDF2_FILE, strlen(PBKDF2_FILE));
    for (int i = 0; i < 1500; i++) {
        snprintf(passphrase, sizeof passphrase, "wrong %d", i);
        assert_load(CRYPT_WRONG_PASSPHRASE, in_directory("key"), passphrase);
    }
}

/* Made by the openssl program, but for the first, which is no key at all. */
static const char *const foreign_files[] = {
    "not a key\n",
    "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    /* encrypted the old way, in the PEM frame */
    "-----BEGIN PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n",
    /* SEC 1 instead of PKCS#8 */
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIBIUncRUQwmpEynqRqhZvZbhGAAIodJap9ndhBlzHUXPoAoGCCqGSM49\n"
    "AwEHoUQDQgAEe+05v8iuOyrkDlS79owRPOj7MGt6zzhU3M6CKBo9s7YsY83ZVXYY\n"
    "DBMYnSWBJRMLwQUSR1HTewouQWW73+iNwg==\n"
    "-----END EC PRIVATE KEY-----\n",
    /* P-384 */
    "-----BEGIN PRIVATE KEY-----\n"
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDD/YVVO0hGkJBl6q1Us\n"
    "2BrNLOHzCAtHdPh321OhtHhDIj/+zM5TzyS/tRQsqeTxIfWhZANiAASHx3XnAb7I\n"
    "pZk0U8IDwIJoTzZqulU3Wfmhof+CwwmPk6ri1zBM2urMHDborsqOCzVwL1dPJw3q\n"
    "JcilczgWdx4ukMo5BWHsCQ8yHGWnvutcWrqXK6ztw42bfo9W7sprZWY=\n"
    "-----END PRIVATE KEY-----\n",
    /* X25519 */
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VuBCIEICgoWuHYehNUftDX/OIUw+rqsmDPSzNsJQOqdNu02opg\n"
    "-----END PRIVATE KEY-----\n",
    /* a public key where a private one should be */
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n",
    "",
};

static void files_that_are_not_our_kind_of_key_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof foreign_files / sizeof foreign_files[0]; i++) {
        write_file(in_directory("key"), foreign_files[i], strlen(foreign_files[i]));
        assert_load(CRYPT_BAD_KEY, in_directory("key"), "correct");
    }
}

/* The points of the scalars 0x0101..01 and 0x0202..02. */
#define POINT_OF_ONES "6ff03b949241ce1dadd43519e6960e0a85b41a69a05c328103aa2bce1594ca16" \
                      "3c4f753a55bf01dc53f6c0b0c7eee78b40c6ff7d25a96e2282b989cef71c144a"
#define POINT_OF_TWOS "550f471003f3df97c3df506ac797f6721fb1a1fb7b8f6f83d224498a65c88e24" \
                      "136093d7012e509a73715cbd0b00a3cc0ff4b5c01b3ffa196ab1fb327036b8e6"

/* The text of a key file with scalar 0x0101..01 and a public half of our choosing (RFC 5915). */
static void both_halves(const char *point, char *text, size_t capacity)
{
    char hex[512];
    uint8_t der[256];

    snprintf(hex, sizeof hex,
             "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"
             "0101010101010101010101010101010101010101010101010101010101010101"
             "a14403420004%s", point);
    pem_frame("PRIVATE KEY", der, hex_read(hex, der, sizeof der), text, capacity);
}

static void a_public_half_that_does_not_belong_is_refused(void **state)
{
    char text[1024];

    (void)state;
    both_halves(POINT_OF_ONES, text, sizeof text);
    write_file(in_directory("key"), text, strlen(text));
    assert_load(CRYPT_OK, in_directory("key"), NULL);
    both_halves(POINT_OF_TWOS, text, sizeof text);
    write_file(in_directory("key"), text, strlen(text));
    assert_load(CRYPT_BAD_KEY, in_directory("key"), NULL);
}

/* RFC 8410 prints its file; the other is RFC 5915 with both halves, which openssl pkey -check accepts. */
static void a_plain_file_is_written_as_the_standards_write_it(void **state)
{
    uint8_t secret[32];
    char expected[1024], text[1024];
    struct private_key *ed25519, *p256 = fixed_key(KEY_P256, 1);

    (void)state;
    hex_read("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842", secret, sizeof secret);
    ed25519 = fixed_key_of(KEY_ED25519, secret);
    assert_int_equal(CRYPT_OK, private_key_save(ed25519, in_directory("key"), NULL));
    read_file(in_directory("key"), text, sizeof text);
    assert_string_equal(RFC_8410_FILE, text);
    assert_int_equal(0, unlink(in_directory("key")));

    both_halves(POINT_OF_ONES, expected, sizeof expected);
    assert_int_equal(CRYPT_OK, private_key_save(p256, in_directory("key"), NULL));
    read_file(in_directory("key"), text, sizeof text);
    assert_string_equal(expected, text);
    private_key_release(ed25519);
    private_key_release(p256);
}

static void a_scalar_of_zero_or_the_order_is_refused(void **state)
{
    static const char *const scalars[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char hex[256], text[512];
        uint8_t der[128];
        size_t size;

        snprintf(hex, sizeof hex, "3041020100301306072a8648ce3d020106082a8648ce3d0301070427"
                                  "30250201010420%s", scalars[i]);
        size = hex_read(hex, der, sizeof der);
        pem_frame("PRIVATE KEY", der, size, text, sizeof text);
        write_file(in_directory("key"), text, strlen(text));
        assert_load(CRYPT_BAD_KEY, in_directory("key"), NULL);
    }
}

/* Whatever byte is changed, the key does not come back, or comes back as it was. (A plain Ed25519 file
 * is nothing but a seed, and another seed is another key.)
 */
static void a_damaged_file_with_both_halves_gives_no_other_key(void **state)
{
    struct public_key expected = public_of(KEY_P256, POINT_OF_ONES);
    char text[1024];

    (void)state;
    both_halves(POINT_OF_ONES, text, sizeof text);
    for (size_t i = 0; i < strlen(text); i++) {
        struct private_key *key;
        enum crypt_status status;

        text[i] ^= 0x01;
        write_file(in_directory("key"), text, strlen(text));
        text[i] ^= 0x01;
        status = private_key_load(in_directory("key"), NULL, &key);
        if (status == CRYPT_OK) {
            struct public_key public = private_key_public(key);

            assert_true(public_key_equal(&expected, &public));
            private_key_release(key);
        } else {
            assert_int_equal(CRYPT_BAD_KEY, status);
        }
    }
}

static void a_file_over_the_limit_is_refused_and_one_at_it_is_read(void **state)
{
    static char text[KEY_FILE_MAX + 2];

    (void)state;
    memset(text, '\n', sizeof text);
    memcpy(text, RFC_8410_FILE, strlen(RFC_8410_FILE));
    write_file(in_directory("key"), text, KEY_FILE_MAX);
    assert_load(CRYPT_OK, in_directory("key"), NULL);
    write_file(in_directory("key"), text, KEY_FILE_MAX + 1);
    assert_load(CRYPT_BAD_KEY, in_directory("key"), NULL);
}

/* As long as allowed, in a good frame, and all of it base64 that means nothing. */
static void a_long_file_of_nonsense_is_a_bad_key_and_no_want_of_memory(void **state)
{
    static char text[KEY_FILE_MAX];
    const char head[] = "-----BEGIN PRIVATE KEY-----\n";
    const char tail[] = "-----END PRIVATE KEY-----\n";
    size_t size = strlen(head);

    (void)state;
    memcpy(text, head, size);
    while (size + 65 + strlen(tail) <= sizeof text) {
        memset(text + size, 'A', 64);
        text[size + 64] = '\n';
        size += 65;
    }
    memcpy(text + size, tail, strlen(tail));
    write_file(in_directory("key"), text, size + strlen(tail));
    assert_load(CRYPT_BAD_KEY, in_directory("key"), NULL);
    assert_load(CRYPT_BAD_KEY, in_directory("key"), "correct");
}

#define with_directory(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_directory(a_saved_key_comes_back_with_its_passphrase_or_without_one),
        with_directory(a_wrong_or_missing_passphrase_is_told_from_a_bad_file),
        with_directory(a_passphrase_for_a_plain_file_is_ignored),
        with_directory(an_empty_passphrase_is_not_one_to_save_with),
        with_directory(a_key_file_is_pkcs_8_and_the_owners_alone_whatever_the_mask),
        with_directory(a_file_is_never_written_over),
        with_directory(saving_where_there_is_no_directory_says_so),
        with_directory(a_file_that_cannot_be_written_whole_is_not_left_behind),
        with_directory(a_missing_file_is_missing_and_a_directory_is_no_key),
        with_directory(a_file_others_may_use_is_refused),
        with_directory(a_file_of_another_account_is_refused),
        with_directory(a_link_is_followed_and_what_it_leads_to_is_judged),
        with_directory(files_of_the_openssl_program_are_read),
        with_directory(every_wrong_passphrase_is_a_wrong_passphrase),
        with_directory(files_that_are_not_our_kind_of_key_are_refused),
        with_directory(a_public_half_that_does_not_belong_is_refused),
        with_directory(a_plain_file_is_written_as_the_standards_write_it),
        with_directory(a_scalar_of_zero_or_the_order_is_refused),
        with_directory(a_damaged_file_with_both_halves_gives_no_other_key),
        with_directory(a_file_over_the_limit_is_refused_and_one_at_it_is_read),
        with_directory(a_long_file_of_nonsense_is_a_bad_key_and_no_want_of_memory),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
