/* One row of a PNG, or two, freed of their filter (third edition, W3C 2025, section 9): plainly, and in vectors of SSE2. */

#ifndef QUALITYGATE_PNG_LINES_H
#define QUALITYGATE_PNG_LINES_H

#include "kernels.h"

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define VECTORS 1
#endif

#ifdef _MSC_VER
#define INLINED static __forceinline
#else
#define INLINED static inline __attribute__((always_inline))
#endif

enum { NONE, SUB, UP, AVERAGE, PAETH };

/* One row: `row` bytes as filtered, the row above as it is, and where it goes. `bytes` is the size of a pixel. */
struct line {
    const uint8_t *from, *above;
    uint8_t *out;
    Py_ssize_t row;
};

/* The neighbour nearest to left + up - corner; of equally near ones left before up before corner.
 *
 * Let lo and hi be the smaller and the larger of left and up, u = hi - corner, v = corner - lo. The distances to hi, lo
 * and corner are |v|, |u| and |u - v|. It is hi where u >= 2 v, which is 3 corner - left - up <= lo; likewise it is lo
 * where that sum is at least hi, and corner in between. Where both hold, hi and lo are equal. */
INLINED int nearest(int left, int up, int corner)
{
    int lo = left < up ? left : up, hi = left < up ? up : left, sum = 3 * corner - left - up;
    int inner = hi <= sum ? lo : corner;
    return sum <= lo ? hi : inner;
}

INLINED void plainly(struct line line, int filter, int bytes)
{
    const uint8_t *restrict from = line.from, *restrict above = line.above;
    uint8_t *restrict out = line.out;
    for (Py_ssize_t i = 0; i < line.row; i++) {
        int left = i < bytes ? 0 : out[i - bytes], corner = i < bytes ? 0 : above[i - bytes];
        int guess = filter == SUB ? left : filter == AVERAGE ? (left + above[i]) >> 1 : nearest(left, above[i], corner);
        out[i] = (uint8_t)(from[i] + guess);
    }
}

#ifdef VECTORS

/* The first `bytes` bytes of a register, from and to memory. */
INLINED __m128i fetch(const uint8_t *from, int bytes)
{
    uint64_t value = 0;
    if (bytes == 4) {
        int32_t four;
        memcpy(&four, from, 4);
        return _mm_cvtsi32_si128(four);
    }
    if (bytes == 8)
        return _mm_loadl_epi64((const __m128i *)from);
    memcpy(&value, from, (size_t)bytes);
    return _mm_loadl_epi64((const __m128i *)&value);
}

INLINED void put(uint8_t *out, __m128i pixel, int bytes)
{
    if (bytes == 8) {
        _mm_storel_epi64((__m128i *)out, pixel);
        return;
    }
    if (bytes <= 4) {
        int32_t four = _mm_cvtsi128_si32(pixel);
        memcpy(out, &four, (size_t)bytes);
        return;
    }
    uint64_t value;
    _mm_storel_epi64((__m128i *)&value, pixel);
    memcpy(out, &value, (size_t)bytes);
}

INLINED __m128i widened(__m128i pixel)
{
    return _mm_unpacklo_epi8(pixel, _mm_setzero_si128());
}

/* What the pixels of a row hand on: the pixel to the left (for the average its complement) and the corner. */
struct trail {
    __m128i left, corner;
};

INLINED void sub_pixel(struct line line, Py_ssize_t i, int bytes, struct trail *trail)
{
    trail->left = _mm_add_epi8(trail->left, fetch(line.from + i, bytes));
    put(line.out + i, trail->left, bytes);
}

/* SSE2 rounds averages up: of complements that is the complement of the average rounded down, which stays short. */
INLINED void average_pixel(struct line line, Py_ssize_t i, int bytes, struct trail *trail)
{
    __m128i ones = _mm_set1_epi8(-1), up = _mm_xor_si128(fetch(line.above + i, bytes), ones);
    trail->left = _mm_sub_epi8(_mm_avg_epu8(trail->left, up), fetch(line.from + i, bytes));
    put(line.out + i, _mm_xor_si128(trail->left, ones), bytes);
}

/* nearest() in lanes of 16 bits. The chain from pixel to pixel is what takes time: GCC must not sum up in another order. */
INLINED __m128i paeth(struct trail *trail, __m128i up, __m128i from)
{
    __m128i left = trail->left, corner = trail->corner;
    __m128i lo = _mm_min_epi16(left, up), hi = _mm_max_epi16(left, up);
    __m128i rest = _mm_sub_epi16(_mm_add_epi16(corner, _mm_add_epi16(corner, corner)), up);
#ifdef __GNUC__
    __asm__("" : "+x"(rest));
#endif
    __m128i sum = _mm_sub_epi16(rest, left);
    __m128i not_lo = _mm_cmpgt_epi16(hi, sum), not_hi = _mm_cmpgt_epi16(sum, lo);
    __m128i outer = _mm_or_si128(_mm_andnot_si128(not_lo, lo), _mm_andnot_si128(not_hi, hi));
    __m128i guess = _mm_or_si128(outer, _mm_and_si128(_mm_and_si128(not_lo, not_hi), corner));
    trail->corner = up;
    trail->left = _mm_add_epi8(guess, from);
    return _mm_packus_epi16(trail->left, trail->left);
}

INLINED void paeth_pixel(struct line line, Py_ssize_t i, int bytes, struct trail *trail)
{
    __m128i up = widened(fetch(line.above + i, bytes));
    put(line.out + i, paeth(trail, up, widened(fetch(line.from + i, bytes))), bytes);
}

/* A pixel of one row and, in the upper half, the pixel below and to the left of it: two chains for the price of one.
 * At either end there is only one of them, and the other has no bytes. */
INLINED void paeth_pixels(struct line one, struct line two, Py_ssize_t i, int bytes, int first, int second,
                          struct trail *trail)
{
    __m128i none = _mm_setzero_si128();
    __m128i from = _mm_unpacklo_epi32(first ? fetch(one.from + i, first) : none,
                                      second ? fetch(two.from + i - bytes, second) : none);
    __m128i up = _mm_unpacklo_epi64(first ? widened(fetch(one.above + i, first)) : none, trail->left);
    __m128i both = paeth(trail, up, widened(from));
    if (first)
        put(one.out + i, both, first);
    if (second)
        put(two.out + i - bytes, _mm_srli_epi64(both, 32), second);
}

INLINED void paeth_rows(struct line one, struct line two, int bytes)
{
    int wide = bytes == 3 ? 4 : bytes;
    struct trail trail = {_mm_setzero_si128(), _mm_setzero_si128()};
    Py_ssize_t i = bytes;
    paeth_pixels(one, two, 0, bytes, bytes, 0, &trail);
    for (; i < one.row - bytes; i += bytes)
        paeth_pixels(one, two, i, bytes, wide, wide, &trail);
    if (one.row > bytes) {
        paeth_pixels(one, two, i, bytes, bytes, wide, &trail);
        i += bytes;
    }
    paeth_pixels(one, two, i, bytes, 0, bytes, &trail);
}

/* All pixels but the last may be read and written with bytes of the next, which come later. */
#define ALONG(name, first)                                                                                               \
    INLINED void name##_row(struct line line, int bytes)                                                                 \
    {                                                                                                                    \
        int wide = bytes == 3 ? 4 : bytes == 6 ? 8 : bytes;                                                              \
        struct trail trail = {first, _mm_setzero_si128()};                                                               \
        Py_ssize_t i = 0;                                                                                                \
        for (; i < line.row - bytes; i += bytes)                                                                         \
            name##_pixel(line, i, wide, &trail);                                                                         \
        name##_pixel(line, i, bytes, &trail);                                                                            \
    }

ALONG(sub, _mm_setzero_si128())
ALONG(average, _mm_set1_epi8(-1))
ALONG(paeth, _mm_setzero_si128())

#endif

#endif
