#include "ledger/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more: where there is none, the newest of those that make least of the whole gives way. */
static struct finding *room_for(struct report *report, enum judgement judgement)
{
    static struct finding spare;
    struct finding *least = &report->findings[0];

    if (report->finding_count < REPORT_FINDINGS_LIMIT)
        return &report->findings[report->finding_count++];
    for (size_t i = 1; i < REPORT_FINDINGS_LIMIT; i++)
        if (report->findings[i].judgement <= least->judgement)
            least = &report->findings[i];
    return least->judgement < judgement ? least : &spare;
}

static struct finding *add(struct report *report, enum judgement judgement, unsigned code, uint32_t entry)
{
    struct finding *finding = room_for(report, judgement);

    if (judgement > report->judgement)
        report->judgement = judgement;
    report->finding_total++;
    *finding = (struct finding){ .judgement = judgement, .code = (uint16_t)code, .entry = entry };
    return finding;
}

void report_find(struct report *report, enum judgement judgement, enum refusal_code code, uint32_t entry,
                 const char *format, ...)
{
    struct finding *finding = add(report, judgement, code, entry);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
}

void report_rule(struct report *report, uint32_t entry, const struct broken *broken)
{
    enum judgement judgement = refusal_find(broken->code)->class_ == CLASS_NOTE ? JUDGED_PASS : JUDGED_FAIL;

    add(report, judgement, broken->code, entry)->broken = *broken;
}

/* ---- order */

static int ground_of(const struct finding *finding)
{
    if (finding->entry == 0)
        return 2;
    return finding->code == REFUSAL_ENTRY_CHANGED || finding->code == REFUSAL_LINK || finding->code == REFUSAL_ROOT;
}

static int compare_findings(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;

    if (a->judgement != b->judgement)
        return a->judgement > b->judgement ? -1 : 1;
    if (ground_of(a) != ground_of(b))
        return ground_of(a) - ground_of(b);
    if (a->entry != b->entry)
        return a->entry < b->entry ? -1 : 1;
    return a->code < b->code ? -1 : a->code > b->code;
}

void report_sort(struct report *report)
{
    qsort(report->findings, report->finding_count, sizeof report->findings[0], compare_findings);
}

/* ---- from the other side of a pipe */

static bool is_judgement(enum judgement judgement)
{
    return judgement == JUDGED_PASS || judgement == JUDGED_UNPROVEN || judgement == JUDGED_FAIL;
}

/* A bool whose byte is neither 0 nor 1 must not even be read as one. */
static bool is_bool(const bool *flag)
{
    unsigned char byte;

    memcpy(&byte, flag, 1);
    return byte <= 1;
}

static bool finding_is_possible(const struct finding *finding)
{
    return is_judgement(finding->judgement) && refusal_find(finding->code) != NULL &&
           memchr(finding->text, '\0', sizeof finding->text) != NULL;
}

bool report_is_possible(const struct report *report)
{
    const bool *const flags[] = { &report->is_export,    &report->is_finished,  &report->is_training,
                                  &report->key_is_given, &report->others_stand, &report->rules_replayed };
    bool is_possible = is_judgement(report->judgement) && report->finding_count <= REPORT_FINDINGS_LIMIT &&
                       report->finding_count <= report->finding_total && report->note_size <= REPORT_NOTE_LIMIT;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        is_possible = is_possible && is_bool(flags[i]);
    for (size_t i = 0; is_possible && i < report->finding_count; i++)
        is_possible = finding_is_possible(&report->findings[i]) && report->findings[i].judgement <= report->judgement;
    return is_possible;
}
