/* One rule that an event breaks, with its particulars: what rules hand over and sentences are made of. */
#ifndef LEDGER_BROKEN_H
#define LEDGER_BROKEN_H

#include <stdint.h>

/* What `a`, `b` and `entry` mean stands in the sentence of the code in refusals.def; 0 is nothing. */
struct broken {
    uint16_t code;   /* enum refusal_code */
    uint8_t subject; /* enum subject, 0 for none */
    uint32_t id;
    int64_t a, b;
    uint32_t entry;  /* an earlier entry, or the entry a finding is about */
};

#endif
