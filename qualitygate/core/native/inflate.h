/* Inflate (RFC 1950 and 1951): the bits that come in, and the tables that say what they mean. */

#ifndef QUALITYGATE_INFLATE_H
#define QUALITYGATE_INFLATE_H

#include "png.h"

#define PADDING 32 /* readable bytes behind the stream, so that eight can be loaded anywhere, twice between checks */
#define AHEAD 8    /* how far beyond the end loading may have come while bits before it are still to be read */

#define LITERAL_BITS 11 /* of codes that one look into the table decodes; longer ones take a second look */
#define DISTANCE_BITS 9
#define LONGEST 15
#define SECOND(bits) (1 << (LONGEST - (bits)))
/* Of a complete code at least two words share the beginning that leads to a second look. */
#define TABLE(bits, symbols) ((1 << (bits)) + (symbols) / 2 * SECOND(bits))

/* An entry: in its lowest six bits how many the code word has (both words of two literals), as shifts take it. Then
 * a literal: 6..7 how many of them, 8..15 the first, 16..23 the second;
 * a length: 6..8 extra bits, 9..17 the base; a distance: 6..9 extra bits, 10..25 the base;
 * a second look: 8..23 where it is. */
#define LITERAL 0x80000000u
#define SPECIAL 0x40000000u
#define LOOK (SPECIAL | 0x20000000u)
#define END (SPECIAL | 0x10000000u)
#define INVALID SPECIAL

struct tables {
    uint32_t literal[TABLE(LITERAL_BITS, 288)], distance[TABLE(DISTANCE_BITS, 32)];
};

struct input {
    const uint8_t *next, *end;
    uint64_t hold;
    unsigned count;
};

/* Eight bytes, the first of them lowest. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static inline uint64_t loaded(const uint8_t *from)
{
    uint64_t value = 0;
    for (int i = 7; i >= 0; i--)
        value = value << 8 | from[i];
    return value;
}
#else
static inline uint64_t loaded(const uint8_t *from)
{
    uint64_t value;
    memcpy(&value, from, 8);
    return value;
}
#endif

/* Fifty-six bits at least; beyond the end those of the padding. */
static inline void refill(struct input *in)
{
    in->hold |= loaded(in->next) << in->count;
    in->next += (63 - in->count) >> 3;
    in->count |= 56;
}

static inline void drop(struct input *in, unsigned bits)
{
    in->hold >>= bits;
    in->count -= bits;
}

/* Up to sixteen bits, slowly: outside of the loop over pixels. */
static inline unsigned bits(struct input *in, unsigned number)
{
    if (in->count < number)
        refill(in);
    unsigned value = (unsigned)(in->hold & ((1u << number) - 1));
    drop(in, number);
    return value;
}

/* The tables of a block with the codes of the standard, and of one with codes of its own; 0 where something is wrong. */
int fixed_tables(struct tables *tables);
int own_tables(struct input *in, struct tables *tables);

/* Inflates a whole stream with its header and its checksum, which has to hold exactly the rows; 0 where it does not. */
int inflated(const uint8_t *stream, Py_ssize_t length, struct rows *rows, void *scratch);

/* Bytes of scratch. */
extern const size_t INFLATE_SCRATCH;

#endif
