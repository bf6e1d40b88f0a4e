#include "crypto/note.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/base64.h"
#include "crypto/note_parts.h"
#include "crypto/signature.h"

#define DASH "\xe2\x80\x94 "        /* U+2014 and a space: a signature line begins so */
#define DASH_SIZE (sizeof DASH - 1)

#define HASH_SIZE 4
#define TIME_SIZE 8
#define COSIGNATURE_SIZE (TIME_SIZE + SIGNATURE_SIZE)
#define LINE_BYTES_MAX (HASH_SIZE + COSIGNATURE_SIZE)   /* of the kinds of line we can verify */
#define LINE_BYTES_MIN (HASH_SIZE + 1)

/* What a witness signs in front of the text; 20 digits are enough for any time. */
#define COSIGNATURE_HEAD "cosignature/v1\ntime %" PRIu64 "\n"
#define COSIGNED_MAX (sizeof COSIGNATURE_HEAD + 20 + NOTE_TEXT_MAX)

static_assert(DASH_SIZE + NOTE_NAME_MAX + 1 + BASE64_SIZE(LINE_BYTES_MAX) + 1 <= NOTE_LINE_SIZE_MAX,
              "every line we write fits its limit");

static void put_big_endian(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = size; i-- > 0; value >>= 8)
        bytes[i] = (uint8_t)value;
}

static uint64_t get_big_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static bool has_control(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (text[i] < ' ' && text[i] != '\n')
            return true;
    return false;
}

static bool text_is_valid(const uint8_t *text, size_t size)
{
    return size > 0 && size <= NOTE_TEXT_MAX && text[size - 1] == '\n' && !has_control(text, size);
}

/* The bytes a cosignature is over; returns how many. */
static size_t cosigned_message(uint64_t time_s, const uint8_t *text, size_t text_size,
                               uint8_t message[static COSIGNED_MAX])
{
    int head_size = snprintf((char *)message, COSIGNED_MAX, COSIGNATURE_HEAD, time_s);

    assert(head_size > 0 && (size_t)head_size + text_size <= COSIGNED_MAX);
    memcpy(message + head_size, text, text_size);
    return (size_t)head_size + text_size;
}

/* ---- signing */

/* Write "U+2014 name base64(hash || signature)" and a newline. */
static enum crypt_status put_line(const struct vkey *signer, const uint8_t *signature, size_t size,
                                  uint8_t *line, size_t capacity, size_t *line_size)
{
    uint8_t bytes[LINE_BYTES_MAX];
    size_t name_size = strlen(signer->name);
    size_t bytes_size = HASH_SIZE + size;
    char *out = (char *)line;

    assert(bytes_size <= sizeof bytes);
    *line_size = DASH_SIZE + name_size + 1 + BASE64_SIZE(bytes_size) + 1;
    if (*line_size > capacity)
        return CRYPT_BAD_DATA;
    put_big_endian(bytes, HASH_SIZE, signer->hash);
    memcpy(bytes + HASH_SIZE, signature, size);

    memcpy(out, DASH, DASH_SIZE);
    out += DASH_SIZE;
    memcpy(out, signer->name, name_size);
    out += name_size;
    *out++ = ' ';
    out += base64_encode(bytes, bytes_size, out);
    *out = '\n';
    return CRYPT_OK;
}

/* Refuse what may not be signed, and name the signer as his line will. */
static enum crypt_status prepare(const uint8_t *text, size_t text_size, const char *name,
                                 enum vkey_type type, const struct private_key *key,
                                 struct vkey *signer)
{
    struct public_key public = private_key_public(key);

    if (!text_is_valid(text, text_size))
        return CRYPT_BAD_DATA;
    /* A private key's public half was made from it, or held against it when it was loaded. */
    return vkey_make_sound(name, type, &public, signer);
}

enum crypt_status note_sign(const uint8_t *text, size_t text_size, const char *name,
                            const struct private_key *key, uint8_t *note, size_t capacity,
                            size_t *note_size)
{
    uint8_t signature[SIGNATURE_SIZE];
    struct vkey signer;
    size_t line_size;
    enum crypt_status status = prepare(text, text_size, name, VKEY_ED25519, key, &signer);

    if (status != CRYPT_OK)
        return status;
    if (capacity < text_size + 1)
        return CRYPT_BAD_DATA;
    status = private_key_sign(key, text, text_size, signature);
    if (status != CRYPT_OK)
        return status;
    status = put_line(&signer, signature, sizeof signature, note + text_size + 1,
                      capacity - text_size - 1, &line_size);
    if (status != CRYPT_OK)
        return status;
    memcpy(note, text, text_size);
    note[text_size] = '\n';
    *note_size = text_size + 1 + line_size;
    return CRYPT_OK;
}

enum crypt_status note_cosign(const uint8_t *text, size_t text_size, const char *name,
                              const struct private_key *key, uint64_t time_s, uint8_t *line,
                              size_t capacity, size_t *line_size)
{
    uint8_t message[COSIGNED_MAX];
    uint8_t signature[COSIGNATURE_SIZE];
    struct vkey signer;
    size_t message_size;
    enum crypt_status status = prepare(text, text_size, name, VKEY_COSIGNATURE, key, &signer);

    if (status != CRYPT_OK)
        return status;
    if (time_s > INT64_MAX)
        return CRYPT_BAD_DATA;
    message_size = cosigned_message(time_s, text, text_size, message);
    put_big_endian(signature, TIME_SIZE, time_s);
    status = private_key_sign(key, message, message_size, signature + TIME_SIZE);
    if (status != CRYPT_OK)
        return status;
    return put_line(&signer, signature, sizeof signature, line, capacity, line_size);
}

/* ---- opening */

/* A signature line taken apart. Lines of kinds we do not know may be longer than `bytes`. */
struct line {
    const char *name;
    size_t name_size;
    uint8_t bytes[LINE_BYTES_MAX];
    size_t size;
};

static bool read_line(const char *text, size_t size, struct line *line)
{
    const char *space;

    if (size < DASH_SIZE || memcmp(text, DASH, DASH_SIZE) != 0)
        return false;
    line->name = text + DASH_SIZE;
    space = memchr(line->name, ' ', size - DASH_SIZE);
    if (space == NULL)
        return false;
    line->name_size = (size_t)(space - line->name);
    return note_name_is_valid(line->name, line->name_size)
        && base64_decode(space + 1, (size_t)(text + size - (space + 1)), line->bytes,
                         sizeof line->bytes, &line->size)
        && line->size >= LINE_BYTES_MIN;
}

static bool line_claims(const struct line *line, const struct vkey *vkey)
{
    return line->name_size == strlen(vkey->name)
        && memcmp(line->name, vkey->name, line->name_size) == 0
        && get_big_endian(line->bytes, HASH_SIZE) == vkey->hash;
}

/* Judge a line that claims to be of `vkey`; `*time_s` is 0 for keys that sign no time. */
static enum crypt_status check_line(const struct line *line, const struct vkey *vkey,
                                    const uint8_t *text, size_t text_size, uint64_t *time_s)
{
    uint8_t message[COSIGNED_MAX];
    const uint8_t *signature = line->bytes + HASH_SIZE;
    struct public_key key = vkey_public(vkey);
    struct verifier *verifier;
    enum crypt_status status;
    bool is_cosignature = vkey->type == VKEY_COSIGNATURE;

    *time_s = 0;
    if (line->size != HASH_SIZE + (is_cosignature ? COSIGNATURE_SIZE : SIGNATURE_SIZE))
        return CRYPT_BAD_SIGNATURE;
    if (is_cosignature) {
        *time_s = get_big_endian(signature, TIME_SIZE);
        if (*time_s > INT64_MAX)
            return CRYPT_BAD_SIGNATURE;
        signature += TIME_SIZE;
        text_size = cosigned_message(*time_s, text, text_size, message);
        text = message;
    }
    status = verifier_new(&key, &verifier);
    if (status != CRYPT_OK)
        return status;
    status = verifier_check(verifier, text, text_size, signature);
    verifier_free(verifier);
    return status;
}

static void count_signer(struct note_result *result, size_t index, uint64_t time_s)
{
    if (!result->signed_by[index])
        result->signed_count++;
    result->signed_by[index] = true;
    if (time_s > result->cosigned_at_s[index])
        result->cosigned_at_s[index] = time_s;
}

/* Names and hashes are short enough to collide, so a line is good when any key it may be of says so. */
static enum crypt_status judge_line(const struct line *line, const struct vkey *known,
                                    size_t known_count, const uint8_t *text, size_t text_size,
                                    struct note_result *result)
{
    bool is_claimed = false;
    bool is_good = false;

    for (size_t i = 0; i < known_count; i++) {
        enum crypt_status status;
        uint64_t time_s;

        if (!line_claims(line, &known[i]))
            continue;
        is_claimed = true;
        status = check_line(line, &known[i], text, text_size, &time_s);
        if (status == CRYPT_OK) {
            is_good = true;
            count_signer(result, i, time_s);
        } else if (status != CRYPT_BAD_SIGNATURE) {
            return status;
        }
    }
    result->claimed_count += is_claimed;
    return is_claimed && !is_good ? CRYPT_BAD_SIGNATURE : CRYPT_OK;
}

/* Find the end of the text: the first newline of the last empty line. */
static bool split(const uint8_t *note, size_t note_size, size_t *text_size)
{
    if (note_size > NOTE_SIZE_MAX || note_size < 2 || note[note_size - 1] != '\n'
        || has_control(note, note_size))
        return false;
    for (size_t i = note_size - 1; i-- > 0;) {
        if (note[i] == '\n' && note[i + 1] == '\n') {
            *text_size = i + 1;
            return *text_size <= NOTE_TEXT_MAX && i + 2 < note_size;
        }
    }
    return false;
}

/* Read every line, of known and of unknown keys, before any is judged: a note is one or it is not. */
static bool lines_are_valid(const char *lines, size_t size, size_t *line_count)
{
    struct line line;

    *line_count = 0;
    while (size > 0) {
        const char *newline = memchr(lines, '\n', size);
        size_t length = (size_t)(newline - lines);

        if (++*line_count > NOTE_LINES_MAX || !read_line(lines, length, &line))
            return false;
        lines += length + 1;
        size -= length + 1;
    }
    return true;
}

static enum crypt_status judge_lines(const char *lines, size_t size, const struct vkey *known,
                                     size_t known_count, const uint8_t *text, size_t text_size,
                                     struct note_result *result)
{
    while (size > 0) {
        const char *newline = memchr(lines, '\n', size);
        size_t length = (size_t)(newline - lines);
        struct line line;
        bool is_line = read_line(lines, length, &line);
        enum crypt_status status;

        assert(is_line);
        status = judge_line(&line, known, known_count, text, text_size, result);
        if (status != CRYPT_OK)
            return status;
        lines += length + 1;
        size -= length + 1;
    }
    return result->signed_count > 0 ? CRYPT_OK : CRYPT_BAD_SIGNATURE;
}

enum crypt_status note_open(const uint8_t *note, size_t note_size, const struct vkey *known,
                            size_t known_count, struct note_result *result)
{
    const char *lines;
    size_t text_size, lines_size;
    enum crypt_status status;

    assert(known_count <= NOTE_KNOWN_MAX);
    *result = (struct note_result){ .text = NULL };
    if (!split(note, note_size, &text_size))
        return CRYPT_BAD_DATA;
    lines = (const char *)note + text_size + 1;
    lines_size = note_size - text_size - 1;
    if (!lines_are_valid(lines, lines_size, &result->line_count))
        return CRYPT_BAD_DATA;
    status = judge_lines(lines, lines_size, known, known_count, note, text_size, result);
    if (status != CRYPT_OK)
        return status;
    /* Only now may anybody read it. */
    result->text = note;
    result->text_size = text_size;
    return CRYPT_OK;
}
