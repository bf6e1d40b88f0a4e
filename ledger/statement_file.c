#include "ledger/statement_file.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/export_format.h"
#include "ledger/signed.h"
#include "schema/event.h"

void statement_find(struct statement_report *report, enum judgement judgement, enum refusal_code code, unsigned line,
                    const char *format, ...)
{
    va_list arguments;

    if (report->finding.code != 0 && report->finding.judgement >= judgement)
        return;
    report->finding = (struct finding){ .judgement = judgement, .code = (uint16_t)code };
    report->line = line;
    va_start(arguments, format);
    (void)vsnprintf(report->finding.text, sizeof report->finding.text, format, arguments);
    va_end(arguments);
}

/* ---- frame */

/* The two items of the file: a message and a checkpoint, and nothing behind them. */
static bool take_apart(struct bytes file, struct bytes *message, struct bytes *note)
{
    struct reader reader;
    struct bytes item;
    uint64_t sort = 0;

    reader_init(&reader, file, READ_DEPTH_LIMIT);
    if (!read_tag(&reader, COSE_TAG_SIGN) || !read_item(&reader, &item))
        return false;
    *message = bytes_of(file.data, (size_t)(reader.at - file.data));
    return read_array(&reader, 2, 2, NULL) && read_uint(&reader, ITEM_CHECKPOINT, &sort) && sort == ITEM_CHECKPOINT &&
           read_text(&reader, REPORT_NOTE_LIMIT, note) && read_array_end(&reader) && reader_end(&reader) == READ_OK;
}

static void find_message(struct statement_report *report, enum cose_status status)
{
    if (status == COSE_ALGORITHM)
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM, 0,
                       "it is signed by a key of an algorithm this program does not know");
    else
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_FORM, 0, "it is not the encoding of a statement");
}

static void find_payload(struct statement_report *report, enum statement_status status)
{
    switch (status) {
    case STATEMENT_OK:
        report->is_read = true;
        return;
    case STATEMENT_VERSION_UNKNOWN:
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_KIND, 0, "it is of a version this program does not know");
        return;
    case STATEMENT_ALGORITHM:
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_ALGORITHM, 0,
                       "it names a key of an algorithm this program does not know");
        return;
    case STATEMENT_CHARACTER:
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_UNKNOWN_CHARACTER, 0,
                       "it holds a character that this program's Unicode does not know");
        return;
    default:
        find_message(report, COSE_MALFORMED);
    }
}

void statement_file_read(struct statement_report *report)
{
    struct cose_message message;
    struct bytes bytes, note;
    enum cose_status status;

    report->is_read = false;
    if (!take_apart(bytes_of(report->file, report->file_size), &bytes, &note)) {
        find_message(report, COSE_MALFORMED);
        return;
    }
    status = cose_decode(bytes, COSE_STATEMENT, &message);
    if (status != COSE_OK) {
        find_message(report, status);
        return;
    }
    find_payload(report, statement_decode(message.payload, &report->statement));
    if (!report->is_read)
        return;
    if (message.signer_count != (report->statement.officer.person != 0 ? 2u : 1u))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_SIGNED, 0, "a signature is missing from it, or one too many is there");
    for (size_t i = 0; i < message.signer_count && i < 2; i++)
        report->signed_ms[i] = message.signers[i].signed_at_ms;
}

/* ---- signatures */

static void judge_officer(struct statement_report *report, const struct cose_message *message)
{
    const struct statement_officer *officer = &report->statement.officer;
    struct public_key key = { .algorithm = (enum key_algorithm)officer->algorithm };

    memcpy(key.bytes, officer->key, officer->key_size);
    if (public_key_check(&key) != CRYPT_OK || !signed_by(message, 1, officer->person, &key))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_SIGNED, 0, "the second signature is not by the key it names of %s",
                       officer->handle);
}

static void judge_checkpoint(struct statement_report *report, struct bytes note, const struct public_key *seal)
{
    const struct statement *statement = &report->statement;
    struct digest ledger, root;
    enum checkpoint_status status;
    uint64_t size = 0;

    memcpy(ledger.bytes, statement->ledger, DIGEST_SIZE);
    status = checkpoint_read(note, &ledger, seal, &size, &root);
    if (status != CHECKPOINT_OK)
        statement_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0, "%s", checkpoint_problem(status));
    else if (size != statement->size || memcmp(root.bytes, statement->root, DIGEST_SIZE) != 0)
        statement_find(report, JUDGED_FAIL, REFUSAL_CHECKPOINT, 0,
                       "its checkpoint is of another book than the %" PRIu32 " entries it speaks of", statement->size);
}

/* Whether it claims to be signed by this seal, or by another, which may be an earlier or a later one of the site. */
static bool names_seal(const struct cose_message *message, const struct public_key *seal)
{
    struct digest kid = key_thumbprint(seal);

    return memcmp(kid.bytes, message->signers[0].kid, DIGEST_SIZE) == 0;
}

void statement_file_judge(struct statement_report *report, const struct public_key *seal, bool is_of_its_place)
{
    struct cose_message message;
    struct bytes bytes, note;

    if (!report->is_read || !take_apart(bytes_of(report->file, report->file_size), &bytes, &note) ||
        cose_decode(bytes, COSE_STATEMENT, &message) != COSE_OK)
        return;
    report->key_is_given = true;
    if (!is_of_its_place && !names_seal(&message, seal)) {
        statement_find(report, JUDGED_UNPROVEN, REFUSAL_NO_KEY, 0,
                       "it is signed by another seal than the one whose key was given: by an earlier or a later one of this site, or "
                       "by somebody else. --against its book tells");
        return;
    }
    if (!signed_by(&message, 0, PERSON_SEAL, seal))
        statement_find(report, JUDGED_FAIL, REFUSAL_STATEMENT_SIGNED, 0, "the first signature is not by the seal of this site");
    if (report->statement.officer.person != 0 && message.signer_count == 2)
        judge_officer(report, &message);
    judge_checkpoint(report, note, seal);
}

/* ---- */

static bool ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

bool statement_report_is_possible(const struct statement_report *report)
{
    const struct statement *statement = &report->statement;
    bool good = report->finding.judgement <= JUDGED_FAIL && ends(report->finding.text, sizeof report->finding.text) &&
                report->line <= STATEMENT_LINES && report->file_size <= sizeof report->file &&
                ends(statement->program, sizeof statement->program) && ends(statement->head, sizeof statement->head) &&
                ends(statement->officer.handle, sizeof statement->officer.handle) &&
                statement->officer.key_size <= STATEMENT_KEY_LIMIT && statement->total_count <= PRODUCT_LIMIT;

    for (unsigned i = 0; i < STATEMENT_LINES && good; i++)
        good = statement->lines[i].verdict <= VERDICT_CONTRADICTED && ends(statement->lines[i].text, sizeof statement->lines[i].text) &&
               statement->lines[i].entry_count <= STATEMENT_ENTRIES_LIMIT;
    return good;
}
