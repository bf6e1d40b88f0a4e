/* phial verify: is the book what it was, and did everybody keep the rules? */
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/check.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "ledger/export.h"
#include "ledger/sentence.h"
#include "ledger/verify.h"

const struct option verify_options[] = {
    { "against", 0, "PATH", false, "a ledger's directory or an export, to hold a statement against" },
    { .name = NULL },
};

enum { LABEL_COLUMNS = 8, FINDING_LINE_SIZE = 640, SNIFFED = 64 };

/* ---- the reader's own key of the site */

static enum ledger_status read_vkey(const char *path, struct vkey *vkey, struct error *error)
{
    char text[VKEY_TEXT_MAX + 4];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = file >= 0 ? read(file, text, sizeof text) : -1;
    int reason = errno;

    if (file >= 0)
        close(file);
    if (size < 0) {
        error_set(error, REFUSAL_IO, "%s: %s", path, strerror(reason));
        error_next(error, "--key FILE with the public key of the site, as phial key show --seal prints it there");
        return error->status;
    }
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    if (vkey_parse(text, (size_t)size, vkey) == CRYPT_OK)
        return LEDGER_OK;
    error_set(error, REFUSAL_KEY_MALFORMED, "%s does not hold the public key of a site", path);
    error_next(error, "one line phial/…+…+…, as phial key show --seal prints it at the site");
    return error->status;
}

/* ---- in words */

/* A finding in a sentence; that of a rule comes with its entry. */
static const char *finding_text(const struct finding *finding, char *out, size_t size)
{
    char sentence[512];

    if (finding->text[0] != '\0') {
        snprintf(out, size, "%s", finding->text);
    } else {
        refusal_sentence(&finding->broken, NULL, sentence, sizeof sentence);
        snprintf(out, size, "entry %" PRIu32 ": %s", finding->entry, sentence);
    }
    if (out[0] >= 'a' && out[0] <= 'z')
        out[0] = (char)(out[0] - 'a' + 'A');
    return out;
}

static void print_part(const char *label, const char *text)
{
    say("       %-*s %s\n", LABEL_COLUMNS, label, text);
}

/* All findings of one severity but the first, which is the headline. */
static void print_others(const struct report *report, const struct finding *first)
{
    char text[FINDING_LINE_SIZE], line[FINDING_LINE_SIZE + 8];

    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];

        if (finding == first || finding->judgement != first->judgement)
            continue;
        snprintf(line, sizeof line, "PH%04u %s", finding->code, finding_text(finding, text, sizeof text));
        print_part("also", line);
    }
    if (report->finding_total > report->finding_count) {
        snprintf(line, sizeof line, "%" PRIu64 " more", report->finding_total - report->finding_count);
        print_part("and", line);
    }
}

/* The worst finding, which there is in every report that is no PASS. */
static const struct finding *worst_finding(const struct report *report)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].judgement == report->judgement)
            return &report->findings[i];
    return NULL;
}

/* What can be relied on all the same. */
static void print_stands(const struct report *report, const struct finding *worst)
{
    char line[160];

    if (report->others_stand)
        snprintf(line, sizeof line, "all %sentries, unchanged and in order: they give the root signed for %" PRIu32 " entries",
                 worst != NULL && worst->entry != 0 ? "other " : "", report->size);
    else if (report->sound > 0)
        snprintf(line, sizeof line, "entries 1\u2013%" PRIu32 ", unchanged and in order", report->sound);
    else
        snprintf(line, sizeof line, "nothing that could be shown");
    print_part("stands", line);
}

/* What cannot: told where it is known that the rest can. */
static void print_lost(const struct report *report, const struct finding *worst)
{
    char line[96];
    bool others = false;

    if (!report->others_stand || worst->entry == 0)
        return;
    for (size_t i = 0; i < report->finding_count; i++)
        others = others || (report->findings[i].judgement == worst->judgement && report->findings[i].entry != 0 &&
                            report->findings[i].entry != worst->entry);
    snprintf(line, sizeof line, "the content of entry %" PRIu32 "%s", worst->entry,
             others ? ", and of those named above" : " alone");
    print_part("lost", line);
}

/* What a rule says to do next is for whoever records; whoever reads a book that breaks one keeps it as it is. */
static void print_next(const struct finding *finding)
{
    const struct refusal *refusal = refusal_find(finding->code);
    char line[ERROR_TEXT_SIZE];

    if (refusal == NULL)
        return;
    snprintf(line, sizeof line, "phial explain PH%04u", finding->code);
    print_part("why", line);
    if (refusal->class_ != CLASS_FINDING && refusal->class_ != CLASS_SYSTEM)
        refusal = refusal_find(REFUSAL_TOUCHES_DIFFER);
    snprintf(line, sizeof line, "%.*s", (int)strcspn(refusal->next, "\n"), refusal->next);
    print_part("next", line);
}

static void print_bad(const struct report *report)
{
    const struct finding *worst = worst_finding(report);
    char text[FINDING_LINE_SIZE];

    say("%s%s%s  %s\n", style_out(STYLE_BAD), report->judgement == JUDGED_FAIL ? "FAIL" : "UNPROVEN", style_out(STYLE_PLAIN),
        worst != NULL ? finding_text(worst, text, sizeof text) : "It could not be judged.");
    if (report->is_training)
        print_part("of", "a TRAINING LEDGER");
    if (worst != NULL)
        print_others(report, worst);
    print_stands(report, worst);
    if (worst != NULL) {
        print_lost(report, worst);
        print_next(worst);
    }
}

static const char *plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

/* "seal's word", or "word of the seal of #41" where it is not the first. */
enum { WHOSE_SIZE = 48 };
static const char *whose_word(const struct report *report, char out[static WHOSE_SIZE])
{
    if (report->seal.entry <= 1)
        return "seal's word";
    snprintf(out, WHOSE_SIZE, "word of the seal of #%" PRIu32, report->seal.entry);
    return out;
}

static void print_pass(const struct report *report)
{
    char when[CIVIL_TEXT_SIZE], whose[WHOSE_SIZE];

    say("%sPASS%s whole   entries 1\u2013%" PRIu32 " are unchanged, signed and in order; the book's sums agree.%s\n",
        style_out(STYLE_GOOD), style_out(STYLE_PLAIN), report->entries, report->is_training ? "  TRAINING LEDGER." : "");
    say("       Complete to #%" PRIu32 " by the %s%s. Times are stated by the site's clock; the newest is %s.\n", report->size,
        whose_word(report, whose), report->key_is_given ? "" : " alone", civil_format_utc(report->newest_ms, when));
    if (report->key_entry != 0 && report->key_entry != report->seal.entry)
        say("       The key that was given is the seal of #%" PRIu32 "; the book itself puts in those after it.\n", report->key_entry);
    say("       %" PRId64 " open dose%s, %" PRId64 " open case%s, %" PRId64 " to countersign, %" PRId64 " late, %" PRId64
        " stale, %" PRId64 " rule%s set aside, %" PRId64 " clock change%s; %" PRIu32 " signature%s checked.\n",
        report->open_doses, plural(report->open_doses), report->open_cases, plural(report->open_cases), report->dues,
        report->late, report->stale, report->overrides, plural(report->overrides), report->clocks, plural(report->clocks), report->signatures, plural(report->signatures));
}

/* ---- in JSON */

static void answer_findings(struct answer *answer, const struct report *report)
{
    static const char *const names[] = { "", "mark", "unproven", "fail" };
    struct answer *list = answer_list(answer, "findings");
    char text[FINDING_LINE_SIZE], code[8];

    for (size_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        struct answer *row = answer_object(list, NULL);

        snprintf(code, sizeof code, "PH%04u", finding->code % 10000u);
        answer_text(row, "code", code);
        answer_text(row, "severity", names[finding->judgement]);
        answer_number(row, "entry", finding->entry);
        answer_text(row, "text", finding_text(finding, text, sizeof text));
    }
}

static enum ledger_status print_in_json(const struct report *report, struct error *error)
{
    static const char *const names[] = { "", "PASS", "UNPROVEN", "FAIL" };
    struct answer *answer = answer_new();

    answer_text(answer, "verdict", names[report->judgement]);
    answer_text(answer, "scope", "whole");
    answer_hex(answer, "ledger", bytes_of(report->ledger.bytes, DIGEST_SIZE));
    answer_yes(answer, "training", report->is_training);
    answer_yes(answer, "key_is_given", report->key_is_given);
    answer_number(answer, "seal_entry", report->seal.entry);
    answer_number(answer, "key_entry", report->key_entry);
    answer_number(answer, "entries", report->entries);
    answer_number(answer, "sound", report->sound);
    answer_yes(answer, "others_stand", report->others_stand);
    answer_number(answer, "size", report->size);
    answer_hex(answer, "root", bytes_of(report->root.bytes, DIGEST_SIZE));
    answer_number(answer, "signatures", report->signatures);
    answer_number(answer, "newest_ms", report->newest_ms);
    answer_number(answer, "late", report->late);
    answer_number(answer, "stale", report->stale);
    answer_number(answer, "overrides", report->overrides);
    answer_number(answer, "open_doses", report->open_doses);
    answer_number(answer, "open_cases", report->open_cases);
    answer_number(answer, "dues", report->dues);
    answer_number(answer, "finding_total", (int64_t)report->finding_total);
    answer_findings(answer, report);
    return answer_print(answer, stdout, error);
}

/* ---- */

static bool is_statement(const char *path)
{
    uint8_t bytes[SNIFFED];
    int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    ssize_t size = file >= 0 ? read(file, bytes, sizeof bytes) : -1;

    if (file >= 0)
        close(file);
    return size > 0 && export_sniff(bytes, (size_t)size) == FILE_STATEMENT;
}

static enum ledger_status run(const struct call *call, const char *path, const struct verify_options *options,
                              struct report *report, struct error *error)
{
    struct stat about;

    if (path != NULL && (stat(path, &about) != 0 || !S_ISDIR(about.st_mode)))
        return verify_file(path, options, report, error);
    if (path == NULL && book_directory(call, &path, error) != LEDGER_OK)
        return error->status;
    return verify_directory(path, options, report, error);
}

enum ledger_status cmd_verify(struct call *call, struct error *error)
{
    static struct report report;
    struct progress progress;
    struct verify_options options = { .progress = progress_step, .progress_context = &progress };
    struct vkey vkey;
    const char *key = call_value(call, "key"), *against = call_value(call, "against"), *path;
    size_t place = 0;
    enum ledger_status status = LEDGER_OK;

    if (key != NULL) {
        status = read_vkey(key, &vkey, error);
        options.key = &vkey;
    }
    if (status != LEDGER_OK)
        return status;
    path = call_next(call, NULL, &place);
    if (is_statement(path))
        return check_statement(call, path, options.key, error);
    if (against != NULL)
        return error_set(error, REFUSAL_BAD_VALUE, "--against is for a statement, and %s is none", path != NULL ? path : "this ledger");
    progress_begin(&progress, call, "verifying");
    status = run(call, path, &options, &report, error);
    progress_end(&progress);
    if (status != LEDGER_OK)
        return status;
    if (call_flag(call, "json"))
        status = print_in_json(&report, error);
    else if (report.judgement == JUDGED_PASS)
        print_pass(&report);
    else
        print_bad(&report);
    if (status != LEDGER_OK || report.judgement == JUDGED_PASS)
        return status;
    return report.judgement == JUDGED_FAIL ? LEDGER_NO : LEDGER_UNPROVEN;
}
