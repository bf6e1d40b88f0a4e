#include "ledger/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct finding *add(struct report *report, enum judgement judgement, unsigned code, uint32_t entry)
{
    static struct finding spare;
    struct finding *finding = &spare;

    if (judgement > report->judgement)
        report->judgement = judgement;
    report->finding_total++;
    if (report->finding_count < REPORT_FINDINGS_LIMIT)
        finding = &report->findings[report->finding_count++];
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
