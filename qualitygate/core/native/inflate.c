/* Inflate (RFC 1950 and 1951) of the pixels of a PNG, into rows that are unfiltered while they are in the cache.
 *
 * Made for streams as encoders write them. Whatever is not sound, or merely unusual, is not told apart here: the caller
 * is told no, and asks zlib, which decides and says why. */

#include "inflate.h"

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define VECTORS 1
#endif

#define HISTORY 32768
#define ROOM 131072 /* inflated before rows are undone */
#define SLACK 320   /* beyond it a round may write: eight literals, a match of 258, and what is copied too far */

/* The window and where its bytes go. */
struct output {
    uint8_t *window, *next, *oldest;
    uint32_t one, two; /* Adler-32 */
    struct rows *rows;
};

struct job {
    struct tables tables;
    uint8_t window[HISTORY + ROOM + SLACK];
};

#ifdef VECTORS
/* The two sums of Adler-32 in four lanes each, without remainders, of blocks of sixteen bytes. */
struct sums {
    __m128i one, two;
};

static inline struct sums summed(const uint8_t *from, Py_ssize_t blocks, uint32_t before)
{
    const __m128i none = _mm_setzero_si128();
    const __m128i first = _mm_setr_epi16(16, 15, 14, 13, 12, 11, 10, 9), rest = _mm_setr_epi16(8, 7, 6, 5, 4, 3, 2, 1);
    __m128i sum = _mm_cvtsi32_si128((int)before), earlier = none, weighted = none;
    for (; blocks > 0; blocks--, from += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)from);
        earlier = _mm_add_epi32(earlier, sum);
        sum = _mm_add_epi32(sum, _mm_sad_epu8(bytes, none));
        weighted = _mm_add_epi32(weighted, _mm_madd_epi16(_mm_unpacklo_epi8(bytes, none), first));
        weighted = _mm_add_epi32(weighted, _mm_madd_epi16(_mm_unpackhi_epi8(bytes, none), rest));
    }
    return (struct sums){sum, _mm_add_epi32(weighted, _mm_slli_epi32(earlier, 4))};
}

static inline uint32_t across(__m128i lanes)
{
    lanes = _mm_add_epi32(lanes, _mm_shuffle_epi32(lanes, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(lanes, _mm_shuffle_epi32(lanes, 0xb1)));
}
#endif

/* Adler-32 of further bytes. At most 5,552 fit 32 bits before the remainder has to be taken. */
static void checked(struct output *out, const uint8_t *from, const uint8_t *end)
{
    while (from < end) {
        Py_ssize_t number = end - from < 5552 ? end - from : 5552, i = 0;
        uint32_t one = out->one, two = out->two;
#ifdef VECTORS
        struct sums sums = summed(from, number / 16, one);
        one = across(sums.one);
        two += across(sums.two);
        i = number / 16 * 16;
#endif
        for (; i < number; i++)
            two += one += from[i];
        out->one = one % 65521;
        out->two = two % 65521;
        from += number;
    }
}

/* Hands on what the window holds, but for the history. 0 for a filter that does not exist, and for more than all rows. */
static int handed_on(struct output *out)
{
    uint8_t *start = out->window + HISTORY;
    Py_ssize_t kept = out->next - out->oldest < HISTORY ? out->next - out->oldest : HISTORY;
    checked(out, start, out->next);
    if (!png_take(out->rows, start, out->next - start))
        return 0;
    memmove(start - kept, out->next - kept, (size_t)kept);
    out->oldest = start - kept;
    out->next = start;
    return 1;
}

static int stored(struct input *in, struct output *out)
{
    drop(in, in->count & 7);
    unsigned length = bits(in, 16), inverse = bits(in, 16);
    in->next -= in->count >> 3;
    in->hold = in->count = 0;
    if (length != (inverse ^ 0xffff) || in->end - in->next < (Py_ssize_t)length)
        return 0;
    while (length > 0) {
        if (out->next >= out->window + HISTORY + ROOM && !handed_on(out))
            return 0;
        Py_ssize_t room = out->window + HISTORY + ROOM - out->next, part = (Py_ssize_t)length < room ? (Py_ssize_t)length : room;
        memcpy(out->next, in->next, (size_t)part);
        out->next += part;
        in->next += part;
        length -= (unsigned)part;
    }
    return 1;
}

/* A match; writes up to fifteen bytes too many. */
static inline void copied(uint8_t *to, unsigned length, unsigned distance)
{
    const uint8_t *from = to - distance, *end = from + length;
    if (distance >= 16) {
        for (; from < end; from += 16, to += 16)
            memcpy(to, from, 16);
    } else if (distance == 1) {
        memset(to, *from, length);
    } else if (distance >= 8) {
        for (; from < end; from += 8, to += 8)
            memcpy(to, from, 8);
    } else {
        for (; from < end; from++, to++)
            *to = *from;
    }
}

/* Literals and matches up to the end of the block; 0 where something is wrong. */
static int decoded(struct input *input, struct output *output, const struct tables *tables)
{
    struct input in = *input;
    uint8_t *next = output->next, *limit = output->window + HISTORY + ROOM;
    const uint32_t *literal = tables->literal, *distance = tables->distance;
    for (;;) {
        if (next >= limit) {
            output->next = next;
            if (!handed_on(output))
                return 0;
            next = output->next;
        }
        if (in.next > in.end + AHEAD)
            return 0;
        refill(&in);
        uint32_t entry = literal[in.hold & ((1 << LITERAL_BITS) - 1)];
#define LITERALS                                                                                                         \
    {                                                                                                                    \
        next[0] = (uint8_t)(entry >> 8);                                                                                 \
        next[1] = (uint8_t)(entry >> 16);                                                                                \
        next += entry >> 6 & 3;                                                                                          \
        drop(&in, entry & 63);                                                                                           \
        entry = literal[in.hold & ((1 << LITERAL_BITS) - 1)];                                                            \
    }
        if (entry & LITERAL) {
            LITERALS
            if (entry & LITERAL) {
                LITERALS
                if (entry & LITERAL) {
                    LITERALS
                    if (entry & LITERAL) {
                        LITERALS
                        continue;
                    }
                }
            }
            refill(&in);
        }
#undef LITERALS
        if ((entry & LOOK) == LOOK) {
            entry = literal[(entry >> 8 & 0xffff) + (in.hold >> LITERAL_BITS & (SECOND(LITERAL_BITS) - 1))];
            if (entry & LITERAL) {
                *next++ = (uint8_t)(entry >> 8);
                drop(&in, entry & 63);
                continue;
            }
        }
        drop(&in, entry & 63);
        if (entry & SPECIAL) {
            if ((entry & END) != END)
                return 0;
            break;
        }
        unsigned extra = entry >> 6 & 7, length = (entry >> 9 & 511) + (unsigned)(in.hold & ((1u << extra) - 1));
        drop(&in, extra);
        entry = distance[in.hold & ((1 << DISTANCE_BITS) - 1)];
        if ((entry & LOOK) == LOOK)
            entry = distance[(entry >> 8 & 0xffff) + (in.hold >> DISTANCE_BITS & (SECOND(DISTANCE_BITS) - 1))];
        if (entry & SPECIAL)
            return 0;
        drop(&in, entry & 63);
        extra = entry >> 6 & 15;
        unsigned far = (entry >> 10 & 0xffff) + (unsigned)(in.hold & ((1u << extra) - 1));
        drop(&in, extra);
        if ((Py_ssize_t)far > next - output->oldest)
            return 0;
        copied(next, length, far);
        next += length;
    }
    *input = in;
    output->next = next;
    return 1;
}

/* The whole stream with its header and its checksum (RFC 1950), which has to hold exactly the rows. */
static int whole(struct input *in, struct output *out, struct tables *tables)
{
    unsigned method = bits(in, 8), flags = bits(in, 8), last = 0;
    if ((method & 15) != 8 || method >> 4 > 7 || (method << 8 | flags) % 31 != 0 || flags & 32)
        return 0;
    while (!last) {
        if (in->next > in->end + AHEAD)
            return 0;
        last = bits(in, 1);
        unsigned kind = bits(in, 2);
        if (kind == 0 ? !stored(in, out)
                      : kind == 3 || !(kind == 1 ? fixed_tables(tables) : own_tables(in, tables)) || !decoded(in, out, tables))
            return 0;
    }
    in->next -= in->count >> 3;
    if (in->end - in->next < 4 || !handed_on(out) || !png_complete(out->rows))
        return 0;
    const uint8_t *sum = in->next;
    return (uint32_t)(sum[0] << 8 | sum[1]) == out->two && (uint32_t)(sum[2] << 8 | sum[3]) == out->one;
}

const size_t INFLATE_SCRATCH = sizeof(struct job);

int inflated(const uint8_t *stream, Py_ssize_t length, struct rows *rows, void *scratch)
{
    struct job *job = scratch;
    uint8_t *start = job->window + HISTORY;
    struct input in = {stream, stream + length, 0, 0};
    struct output out = {job->window, start, start, 1, 0, rows};
    return whole(&in, &out, &job->tables);
}
