/* Our crypto/ against vectors that others published: Wycheproof (Ed25519, ECDSA P-256 as r || s), CCTV
 * (Ed25519 edge cases), the Merkle proofs of transparency-dev, and real checkpoints of Tessera and
 * Sunlight. Wycheproof's DER signatures and transparency-dev's subtree proofs are not tried: we read
 * and make neither.
 *
 * The vectors are used where they lie, PHIAL_VECTORS or ../shared/vectors. A group whose folder is
 * absent is skipped; one whose folder is there and gives no case has failed.
 *
 * Where our verdict differs from the published one, the test says so and why:
 *   - ECDSA with s > (n-1)/2 is valid to Wycheproof and refused by us, because from one signature
 *     anybody can make the other; brought to low s, each must be accepted.
 *   - CCTV publishes properties, not verdicts. We refuse a small-order A, an A or R that is not
 *     canonical, and whatever satisfies only the equation with cofactor.
 *   - A consistency proof between equal roots of twelve bytes ("don't care") is valid to
 *     transparency-dev. Our roots are SHA-256 digests, so such a proof cannot even be asked about.
 */
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "crypto/base64.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "crypto/signature.h"
#include "tests/support/hex.h"

#define FILE_MAX 1048576
#define MESSAGE_MAX 65536
#define P256_HALF "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8"

/* ---- finding and reading */

static const char *vectors(const char *name)
{
    static char path[PATH_MAX];
    const char *root = getenv("PHIAL_VECTORS");

    snprintf(path, sizeof path, "%s/%s", root != NULL ? root : "../shared/vectors", name);
    return path;
}

static void skip_if_absent(const char *folder)
{
    if (access(vectors(folder), F_OK) == 0)
        return;
    print_message("skipped: no %s\n", vectors(folder));
    skip();
}

/* Read a whole file and put a NUL behind it; false when there is none. */
static bool read_whole(const char *path, char *text, size_t *size)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL)
        return false;
    *size = fread(text, 1, FILE_MAX, file);
    text[*size] = '\0';
    fclose(file);
    assert_true(*size < FILE_MAX);
    return true;
}

static json_t *load_json(const char *path, char *text)
{
    json_error_t error;
    json_t *json;
    size_t size;

    assert_true(read_whole(path, text, &size));
    /* Indexes up to 2^64 - 1 occur, which only this flag lets pass; they are read by number_in. */
    json = json_loadb(text, size, JSON_DECODE_INT_AS_REAL, &error);
    if (json == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return json;
}

static uint64_t number_in(const char *text, const char *name)
{
    char label[64];
    const char *found;

    snprintf(label, sizeof label, "\"%s\":", name);
    found = strstr(text, label);
    assert_non_null(found);
    return strtoull(found + strlen(label), NULL, 10);
}

static const char *string_in(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    assert_non_null(value);
    return value;
}

static char text[FILE_MAX + 1];

static void report(const char *group, size_t count)
{
    print_message("%s: %zu cases\n", group, count);
    assert_true(count > 0);
}

static int start(void **state)
{
    (void)state;
    return crypt_start() == CRYPT_OK ? 0 : -1;
}

/* ---- signatures */

/* Judge a signature by a key, both as hexadecimal. One that is not 64 bytes has no place in our types:
 * it is refused by its shape, where COSE or a note is read.
 */
static enum crypt_status judge(enum key_algorithm algorithm, const char *key_hex, const char *message_hex,
                               const char *signature_hex, bool normalise)
{
    static uint8_t message[MESSAGE_MAX];
    struct public_key key = { .algorithm = algorithm };
    uint8_t signature[SIGNATURE_SIZE];
    size_t size = hex_read(message_hex, message, sizeof message);
    struct verifier *verifier;
    enum crypt_status status;

    if (strlen(signature_hex) != 2 * SIGNATURE_SIZE)
        return CRYPT_BAD_SIGNATURE;
    hex_read(signature_hex, signature, sizeof signature);
    assert_int_equal(key_public_size(algorithm), hex_read(key_hex, key.bytes, sizeof key.bytes));
    status = verifier_new(&key, &verifier);
    if (status != CRYPT_OK)
        return status;
    if (normalise)
        assert_int_equal(CRYPT_OK, signature_normalise_p256(signature));
    status = verifier_check(verifier, message, size, signature);
    verifier_free(verifier);
    return status;
}

static void wycheproof_ed25519_verdicts_are_ours(void **state)
{
    json_t *json, *group, *test;
    size_t i, j, count = 0;

    (void)state;
    skip_if_absent("wycheproof");
    json = load_json(vectors("wycheproof/ed25519_test.shared.json"), text);
    json_array_foreach(json_object_get(json, "testGroups"), i, group) {
        const char *key = string_in(json_object_get(group, "publicKey"), "pk");

        json_array_foreach(json_object_get(group, "tests"), j, test) {
            bool is_valid = strcmp(string_in(test, "result"), "valid") == 0;
            enum crypt_status status = judge(KEY_ED25519, key, string_in(test, "msg"),
                                             string_in(test, "sig"), false);

            if (status != (is_valid ? CRYPT_OK : CRYPT_BAD_SIGNATURE))
                fail_msg("%s %s: status %d", key, string_in(test, "sig"), (int)status);
            count++;
        }
    }
    json_decref(json);
    report("wycheproof ed25519", count);
}

static void wycheproof_p_256_verdicts_are_ours_but_for_high_s(void **state)
{
    json_t *json, *group, *test;
    size_t i, j, count = 0, high_count = 0;

    (void)state;
    skip_if_absent("wycheproof");
    json = load_json(vectors("wycheproof/ecdsa_secp256r1_sha256_p1363_test.shared.json"), text);
    json_array_foreach(json_object_get(json, "testGroups"), i, group) {
        /* 04 || x || y */
        const char *key = string_in(json_object_get(group, "publicKey"), "uncompressed") + 2;

        json_array_foreach(json_object_get(group, "tests"), j, test) {
            bool is_valid = strcmp(string_in(test, "result"), "valid") == 0;
            const char *message = string_in(test, "msg");
            const char *signature = string_in(test, "sig");
            bool is_high = is_valid && strcmp(signature + SIGNATURE_SIZE, P256_HALF) > 0;
            enum crypt_status expected = is_valid && !is_high ? CRYPT_OK : CRYPT_BAD_SIGNATURE;
            enum crypt_status status = judge(KEY_P256, key, message, signature, false);

            if (status != expected)
                fail_msg("%s: status %d", string_in(test, "comment"), (int)status);
            if (is_high)
                assert_int_equal(CRYPT_OK, judge(KEY_P256, key, message, signature, true));
            high_count += is_high;
            count++;
        }
    }
    json_decref(json);
    report("wycheproof ecdsa p1363", count);
    print_message("of these valid with high s, refused by us until normalised: %zu\n", high_count);
    assert_true(high_count > 0);
}

static bool has_flag(const json_t *test, const char *name)
{
    const json_t *flag;
    size_t i;

    json_array_foreach(json_object_get(test, "flags"), i, flag)
        if (strcmp(json_string_value(flag), name) == 0)
            return true;
    return false;
}

static void cctv_edge_cases_are_judged_strictly(void **state)
{
    json_t *json, *test;
    size_t i, accepted_count = 0;

    (void)state;
    skip_if_absent("cctv");
    json = load_json(vectors("cctv/ed25519vectors.shared.json"), text);
    json_array_foreach(json, i, test) {
        const char *message = string_in(test, "msg");
        char message_hex[256] = "";
        enum crypt_status expected = CRYPT_OK;
        enum crypt_status status;

        if (has_flag(test, "low_order_A") || has_flag(test, "non_canonical_A"))
            expected = CRYPT_BAD_KEY;
        else if (has_flag(test, "non_canonical_R") || has_flag(test, "low_order_residue"))
            expected = CRYPT_BAD_SIGNATURE;
        for (size_t j = 0; message[j] != '\0'; j++)     /* here messages are text */
            snprintf(message_hex + 2 * j, sizeof message_hex - 2 * j, "%02x", (unsigned char)message[j]);
        status = judge(KEY_ED25519, string_in(test, "key"), message_hex, string_in(test, "sig"), false);
        if (status != expected)
            fail_msg("key %s sig %s: status %d instead of %d", string_in(test, "key"),
                     string_in(test, "sig"), (int)status, (int)expected);
        accepted_count += status == CRYPT_OK;
    }
    report("cctv ed25519", json_array_size(json));
    print_message("of these accepted: %zu\n", accepted_count);
    assert_true(accepted_count > 0);
    json_decref(json);
}

/* ---- proofs */

/* Read a base64 hash; false when it is not 32 bytes, which our types cannot even hold. */
static bool read_digest(const json_t *value, struct digest *digest)
{
    const char *encoded = json_string_value(value);
    size_t size;

    return encoded != NULL
        && base64_decode(encoded, strlen(encoded), digest->bytes, sizeof digest->bytes, &size)
        && size == sizeof digest->bytes;
}

static bool read_path(const json_t *array, struct digest path[static MERKLE_PATH_MAX], size_t *count)
{
    const json_t *value;
    size_t i;

    *count = json_array_size(array);    /* null, for no path, has no elements */
    assert_true(*count <= MERKLE_PATH_MAX);
    json_array_foreach(array, i, value)
        if (!read_digest(value, &path[i]))
            return false;
    return true;
}

static bool inclusion_holds(const json_t *test)
{
    struct digest path[MERKLE_PATH_MAX], leaf, root;
    size_t count;

    return read_digest(json_object_get(test, "leafHash"), &leaf)
        && read_digest(json_object_get(test, "root"), &root)
        && read_path(json_object_get(test, "proof"), path, &count)
        && merkle_verify_inclusion(&leaf, number_in(text, "leafIdx"), number_in(text, "treeSize"), path,
                                   count, &root);
}

static bool consistency_holds(const json_t *test)
{
    struct digest path[MERKLE_PATH_MAX], old_root, new_root;
    size_t count;

    return read_digest(json_object_get(test, "root1"), &old_root)
        && read_digest(json_object_get(test, "root2"), &new_root)
        && read_path(json_object_get(test, "proof"), path, &count)
        && merkle_verify_consistency(number_in(text, "size1"), &old_root, number_in(text, "size2"),
                                     &new_root, path, count);
}

/* Are all the hashes that a test names outside its path of 32 bytes? */
static bool has_only_digests(const json_t *test)
{
    static const char *const names[] = { "leafHash", "root", "root1", "root2" };
    struct digest digest;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (json_object_get(test, names[i]) != NULL
            && !read_digest(json_object_get(test, names[i]), &digest))
            return false;
    return true;
}

static void judge_proofs(const char *pattern, bool (*holds)(const json_t *test), size_t *count,
                         size_t *held_count)
{
    glob_t found;

    if (glob(vectors(pattern), 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        json_t *test = load_json(found.gl_pathv[i], text);
        bool is_wanted = json_is_false(json_object_get(test, "wantErr")) && has_only_digests(test);

        if (holds(test) != is_wanted)
            fail_msg("%s: %s", found.gl_pathv[i], string_in(test, "desc"));
        ++*count;
        *held_count += is_wanted;
        json_decref(test);
    }
    globfree(&found);
}

static void published_inclusion_proofs_hold_or_fail_as_published(void **state)
{
    size_t count = 0, held_count = 0;

    (void)state;
    skip_if_absent("merkle/inclusion");
    judge_proofs("merkle/inclusion/*/*.json", inclusion_holds, &count, &held_count);
    judge_proofs("merkle/inclusion/*/*/*.json", inclusion_holds, &count, &held_count);
    report("merkle inclusion", count);
    assert_true(held_count > 0);
}

static void published_consistency_proofs_hold_or_fail_as_published(void **state)
{
    size_t count = 0, held_count = 0;

    (void)state;
    skip_if_absent("merkle/consistency");
    judge_proofs("merkle/consistency/*/*.json", consistency_holds, &count, &held_count);
    judge_proofs("merkle/consistency/*/*/*.json", consistency_holds, &count, &held_count);
    report("merkle consistency", count);
    assert_true(held_count > 0);
}

/* ---- checkpoints */

#define TESSERA_VKEY "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
#define TESSERA_ORIGIN "example.com/log/testdata"

/* Recompute the root from the entries themselves, each behind its size in two bytes, and compare its
 * leaves with those of the tile. False when the tile of this size is not among the vectors.
 */
static bool root_of_tile(uint64_t size, struct digest *root)
{
    static char tile[FILE_MAX + 1], entries[FILE_MAX + 1];
    struct merkle_frontier frontier = MERKLE_FRONTIER_EMPTY;
    char name[64];
    size_t tile_size, entries_size, used = 0;

    snprintf(name, sizeof name, "tessera-log/tile/0/000.p/%" PRIu64, size);
    if (!read_whole(vectors(name), tile, &tile_size))
        return false;
    snprintf(name, sizeof name, "tessera-log/tile/entries/000.p/%" PRIu64, size);
    assert_true(read_whole(vectors(name), entries, &entries_size));
    assert_int_equal(size * DIGEST_SIZE, tile_size);
    for (uint64_t i = 0; i < size; i++) {
        const uint8_t *entry = (const uint8_t *)entries + used;
        size_t entry_size = (size_t)entry[0] << 8 | entry[1];
        struct digest leaf = merkle_leaf(entry + 2, entry_size);

        used += 2 + entry_size;
        assert_true(used <= entries_size);
        assert_memory_equal(tile + i * DIGEST_SIZE, leaf.bytes, DIGEST_SIZE);
        merkle_frontier_push(&frontier, &leaf);
    }
    assert_int_equal(entries_size, used);
    *root = merkle_frontier_root(&frontier);
    return true;
}

/* Is this checkpoint, whose file name tells its size, genuine? Counts it if its root was recomputed. */
static void judge_tessera(const char *path, const struct vkey *vkey, size_t *recomputed_count)
{
    const char *suffix = strstr(path, "checkpoint") + strlen("checkpoint");
    struct note_result result;
    const uint8_t *origin;
    struct digest root, recomputed;
    size_t size, origin_size;
    uint64_t tree_size;

    assert_true(read_whole(path, text, &size));
    assert_int_equal(CRYPT_OK, note_open((const uint8_t *)text, size, vkey, 1, &result));
    assert_int_equal(CRYPT_OK, checkpoint_parse(result.text, result.text_size, &origin, &origin_size,
                                                &tree_size, &root));
    assert_int_equal(strlen(TESSERA_ORIGIN), origin_size);
    assert_memory_equal(TESSERA_ORIGIN, origin, origin_size);
    assert_int_equal(*suffix == '.' ? strtoull(suffix + 1, NULL, 10) : 15, tree_size);
    recomputed = merkle_empty_root();
    if (tree_size == 0 || root_of_tile(tree_size, &recomputed)) {
        assert_true(digest_equal(&recomputed, &root));
        ++*recomputed_count;
    }
    text[0] ^= 1;
    assert_int_equal(CRYPT_BAD_SIGNATURE, note_open((const uint8_t *)text, size, vkey, 1, &result));
}

static void the_checkpoints_of_a_tessera_log_are_genuine(void **state)
{
    struct vkey vkey;
    glob_t found;
    size_t recomputed_count = 0;

    (void)state;
    skip_if_absent("tessera-log");
    assert_int_equal(CRYPT_OK, vkey_parse(TESSERA_VKEY, strlen(TESSERA_VKEY), &vkey));
    assert_int_equal(0, glob(vectors("tessera-log/checkpoint*"), 0, NULL, &found));
    for (size_t i = 0; i < found.gl_pathc; i++)
        judge_tessera(found.gl_pathv[i], &vkey, &recomputed_count);
    report("tessera checkpoints", found.gl_pathc);
    report("of these with roots recomputed from the entries", recomputed_count);
    globfree(&found);
}

static struct vkey sunlight_witness(void)
{
    json_t *json = load_json(vectors("sunlight-witness/witness/witness.v0.json"), text);
    const char *line = json_string_value(json_array_get(json_object_get(json, "verifier_keys"), 0));
    struct vkey vkey;

    assert_non_null(line);
    assert_int_equal(CRYPT_OK, vkey_parse(line, strlen(line), &vkey));
    json_decref(json);
    return vkey;
}

/* The log's own line is of a kind we do not know (RFC 6962 tree heads) and is passed over. */
static void a_checkpoint_cosigned_by_a_sunlight_witness_is_genuine(void **state)
{
    struct note_result result;
    struct vkey vkey;
    glob_t found;
    size_t count;

    (void)state;
    skip_if_absent("sunlight-witness");
    vkey = sunlight_witness();
    assert_int_equal(VKEY_COSIGNATURE, vkey.type);
    assert_int_equal(0, glob(vectors("sunlight-witness/witness/*/checkpoint"), 0, NULL, &found));
    count = found.gl_pathc;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *origin;
        struct digest root;
        size_t size, origin_size;
        uint64_t tree_size;

        assert_true(read_whole(found.gl_pathv[i], text, &size));
        assert_int_equal(CRYPT_OK, note_open((const uint8_t *)text, size, &vkey, 1, &result));
        assert_int_equal(2, result.line_count);
        assert_int_equal(1767139200, result.cosigned_at_s[0]);
        assert_int_equal(CRYPT_OK, checkpoint_parse(result.text, result.text_size, &origin, &origin_size,
                                                    &tree_size, &root));
        assert_int_equal(300, tree_size);
    }
    globfree(&found);
    report("sunlight cosignatures", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wycheproof_ed25519_verdicts_are_ours),
        cmocka_unit_test(wycheproof_p_256_verdicts_are_ours_but_for_high_s),
        cmocka_unit_test(cctv_edge_cases_are_judged_strictly),
        cmocka_unit_test(published_inclusion_proofs_hold_or_fail_as_published),
        cmocka_unit_test(published_consistency_proofs_hold_or_fail_as_published),
        cmocka_unit_test(the_checkpoints_of_a_tessera_log_are_genuine),
        cmocka_unit_test(a_checkpoint_cosigned_by_a_sunlight_witness_is_genuine),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
