/* What an act of any kind may carry beside its facts: a reason, the paper it was copied from, and the owning up
 * that it went against a rule. */
#include "cli/record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "schema/text.h"


/* ---- reason */

static enum ledger_status put_remark(struct recording *recording, const char *text, struct error *error)
{
    const struct field *remark_field = field_with_key(kind_common_private, FACT_REMARK);

    if (call_value(recording->call, remark_field->name) != NULL)
        return error_set(error, REFUSAL_TOO_MANY_ARGUMENTS,
                         "--reason in words is the remark: give --reason NAME with --%s", remark_field->name);
    return gather_put(recording, remark_field, &text, 1, error);
}

/* The name of a reason; or its name, a colon and words; or words, which are another reason than those named. */
static enum ledger_status take_reason(struct recording *recording, struct error *error)
{
    const char *text = call_value(recording->call, "reason");
    size_t size;

    if (text == NULL)
        return LEDGER_OK;
    size = strcspn(text, ":");
    recording->act->event.reason = choice_number(choices_reason, text, size);
    if (recording->act->event.reason == 0) {
        recording->act->event.reason = REASON_OTHER;
        return put_remark(recording, text, error);
    }
    if (text[size] == '\0')
        return LEDGER_OK;
    return put_remark(recording, text + size + 1 + strspn(text + size + 1, " "), error);
}

/* ---- source */

static enum ledger_status hash_file(const char *path, uint8_t hash[static EVENT_HASH_SIZE], struct error *error)
{
    struct hasher hasher = HASHER_NONE;
    struct digest digest;
    uint8_t part[16384];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = -1;

    if (file < 0)
        return error_set(error, REFUSAL_IO, "%s: %s", path, strerror(errno));
    if (hasher_init(&hasher) == CRYPT_OK)
        while ((got = read(file, part, sizeof part)) > 0 || (got < 0 && errno == EINTR))
            if (got > 0)
                hasher_update(&hasher, part, (size_t)got);
    if (got == 0) {
        digest = hasher_finish(&hasher);
        memcpy(hash, digest.bytes, EVENT_HASH_SIZE);
    } else {
        error_set(error, REFUSAL_IO, "%s: %s", path, strerror(errno));
    }
    hasher_release(&hasher);
    close(file);
    return got == 0 ? LEDGER_OK : error->status;
}

static enum ledger_status take_source(struct recording *recording, struct error *error)
{
    const char *text = call_value(recording->call, "source"), *number = call_value(recording->call, "source-number");
    struct event *event = &recording->act->event;
    size_t size;

    if (text == NULL && number != NULL)
        return error_set(error, REFUSAL_MISSING_ARGUMENT, "--source-number is the number of a paper: give --source too");
    if (text == NULL)
        return LEDGER_OK;
    size = strcspn(text, ":");
    event->source_kind = choice_number(choices_source, text, size);
    if (event->source_kind == 0 || text[size] == '\0') {
        error_set(error, REFUSAL_BAD_VALUE, "--source is KIND:FILE, not `%s`", text);
        error_next(error, "the kinds are paper-form, chart, invoice, letter, other");
        return error->status;
    }
    event->source_number = bytes_of_text(number != NULL ? number : "unnumbered");
    if (text_check(event->source_number, 256) != TEXT_OK)
        return error_set(error, REFUSAL_TEXT, "the number of a paper has 1 to 256 plain characters");
    return hash_file(text + size + 1, event->source_hash, error);
}

enum ledger_status envelope_take(struct recording *recording, struct error *error)
{
    enum ledger_status status = take_reason(recording, error);

    recording->act->as_irregular = call_flag(recording->call, "irregular");
    if (status == LEDGER_OK && recording->act->as_irregular && recording->act->event.reason == 0)
        status = error_set(error, REFUSAL_MISSING_ARGUMENT, "--irregular needs --reason TEXT: why it happened");
    return status == LEDGER_OK ? take_source(recording, error) : status;
}
