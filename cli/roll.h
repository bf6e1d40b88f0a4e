/* Memory that is given out piece by piece and taken back all at once: the texts and values of a long list of acts. */
#ifndef CLI_ROLL_H
#define CLI_ROLL_H

#include <stddef.h>
#include <stdint.h>

struct roll_block;

struct roll {
    struct roll_block *newest; /* NULL while nothing was given out */
};

#define ROLL_NONE ((struct roll){ NULL })

/* Room for `size` bytes at least, aligned for any type, which are given out once roll_use says how many of them; NULL without memory. */
uint8_t *roll_room(struct roll *roll, size_t size);
void roll_use(struct roll *roll, size_t size);

/* A copy of a text; NULL without memory. */
const char *roll_text(struct roll *roll, const char *text);

/* Take all of it back: to give it out anew, or for good. Safe on ROLL_NONE. */
void roll_clear(struct roll *roll);
void roll_release(struct roll *roll);

#endif
