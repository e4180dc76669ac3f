/* CIEDE2000 of runs of pixels, in float32. The rearrangement of the formula is that of
 * qualitygate/core/colour/ciede2000_fast.py, which is the readable reference; this file follows it line by line, in short
 * loops over planes (see lab_loops.h). C, a, b are the primed quantities, the mean hue is a unit vector.
 *
 * Included once per instruction set: NAME(x) is x with the set's suffix. */

#include "roots_loops.h"

#include "lab_loops.h"

/* sqrt(C^7 / (C^7 + 25^7)) of the mean chroma, given the sum of both: with w = (C / 25)^7 it is w / sqrt(w^2 + w). */
static inline float NAME(sigmoid)(float sum)
{
    float part = sum * 0.02f, square = part * part, seventh = square * square * (square * part);
    return seventh * NAME(inverse_root)(FMA(seventh, seventh, seventh));
}

/* Sums of the chromas of both, before a* is stretched. */
static inline void NAME(chromas)(const float *restrict a1, const float *restrict b1, const float *restrict a2,
                                 const float *restrict b2, float *restrict sum, int count)
{
    for (int i = 0; i < count; i++)
        sum[i] = NAME(root)(FMA(a1[i], a1[i], b1[i] * b1[i])) + NAME(root)(FMA(a2[i], a2[i], b2[i] * b2[i]));
}

/* Stretches a* of both, and gives their chromas. */
static inline void NAME(stretch)(const float *restrict sum, float *restrict a1, const float *restrict b1, float *restrict a2,
                                 const float *restrict b2, float *restrict c1, float *restrict c2, int count)
{
    for (int i = 0; i < count; i++) {
        float factor = FMA(-0.5f, NAME(sigmoid)(sum[i]), 1.5f); /* 1 + G */
        float p1 = a1[i] * factor, p2 = a2[i] * factor;
        a1[i] = p1;
        a2[i] = p2;
        c1[i] = sqrtf(FMA(p1, p1, b1[i] * b1[i]));
        c2[i] = sqrtf(FMA(p2, p2, b2[i] * b2[i]));
    }
}

/* Mean hue, dH / 2, and a margin that is negative where hues are within about a degree of opposite ones. */
static inline void NAME(hues)(const float *restrict a1, const float *restrict b1, const float *restrict c1,
                              const float *restrict a2, const float *restrict b2, const float *restrict c2,
                              float *restrict cosine, float *restrict sine, float *restrict hue, float *restrict margin,
                              int count)
{
    for (int i = 0; i < count; i++) {
        float product = c1[i] * c2[i];
        float along = FMA(a1[i], c2[i], a2[i] * c1[i]), across = FMA(b1[i], c2[i], b2[i] * c1[i]);
        float square = FMA(along, along, across * across), inverse = NAME(inverse_root)(square);
        /* Both products are rounded, never fused (see hatch_build.py): for equal colours this is exactly zero. */
        float cross = a1[i] * b2[i] - a2[i] * b1[i];
        cosine[i] = along * inverse;
        sine[i] = across * inverse;
        hue[i] = cross * NAME(root)(product) * inverse;
        margin[i] = FMA(square, inverse, -0.02f * product); /* the length is 2 C1 C2 cos(dh / 2) */
    }
}

/* Divides the differences by their weights: hue in place, saturation, and the sum of the squares of hue and lightness. */
static inline void NAME(weigh)(const float *restrict l1, const float *restrict c1, const float *restrict l2,
                               const float *restrict c2, const float *restrict mean_cosine, const float *restrict mean_sine,
                               float *restrict hue, float *restrict saturation, float *restrict squares, int count)
{
    for (int i = 0; i < count; i++) {
        float cosine = mean_cosine[i], square = cosine * cosine, chroma = c1[i] + c2[i];
        float odd = FMA(square, FMA(T_ODD_0, cosine, T_ODD_1), FMA(T_ODD_2, cosine, T_ODD_3));
        float even = FMA(square, T_EVEN_0, FMA(T_EVEN_1, cosine, T_EVEN_2));
        even = FMA(square, even, FMA(T_EVEN_3, cosine, T_EVEN_4));
        float weighed = hue[i] / FMA(chroma, FMA(odd, mean_sine[i], even), 0.5f);
        float level = l1[i] + l2[i] - 132.0f;
        level *= level;
        float lightness = (l2[i] - l1[i]) / FMA(0.0075f * level, NAME(inverse_root)(80.0f + level), 1.0f);
        saturation[i] = (c2[i] - c1[i]) / FMA(0.0225f, chroma, 1.0f);
        hue[i] = weighed;
        squares[i] = FMA(lightness, lightness, weighed * weighed);
    }
}

/* The difference by way of the rotation, -1 where the margin is negative. Returns how many these are. */
static inline int NAME(rotate)(const float *restrict c1, const float *restrict c2, const float *restrict cosine,
                               const float *restrict sine, const float *restrict hue, const float *restrict saturation,
                               const float *restrict squares, const float *restrict margin, float *restrict out, int count)
{
    int marked = 0;
    for (int i = 0; i < count; i++) {
        float y = FMA(-COS_275, cosine[i], FMA(-SIN_275, sine[i], 1.0f));
        y = y > 1.0f ? 1.0f : y; /* more than 90 degrees off: below 3e-6 */
        float square = y * y;
        float bump = FMA(square, FMA(BUMP_2, y, BUMP_3), FMA(BUMP_4, y, BUMP_5));
        bump = FMA(square * square, FMA(BUMP_0, y, BUMP_1), bump);
        bump *= bump;
        bump *= bump;
        bump *= bump;
        float q = bump * bump;
        float turn = bump * FMA(q * q, FMA(TURN_0, q, TURN_1), FMA(TURN_2, q, TURN_3));
        float rotation = turn * NAME(sigmoid)(c1[i] + c2[i]);
        float total = FMA(saturation[i], FMA(rotation, hue[i], saturation[i]), squares[i]);
        float found = sqrtf(0.5f * (total + fabsf(total))); /* below zero it is rounding */
        int opposite = margin[i] < 0.0f;
        marked += opposite;
        out[i] = opposite ? -1.0f : found;
    }
    return marked;
}

/* Returns how many pixels are marked with -1, for hues too close to opposite ones. */
static Py_ssize_t NAME(delta_e_run)(const struct delta_e *job, Py_ssize_t first, Py_ssize_t end)
{
    float one[6][BLOCK], two[6][BLOCK]; /* linear light of each, and L* + 16, a*, b* */
    Py_ssize_t marked = 0;
    size_t wide1 = job->deep1 ? 6 : 3, wide2 = job->deep2 ? 6 : 3;
    for (Py_ssize_t start = first; start < end; start += BLOCK) {
        int count = (int)(end - start < BLOCK ? end - start : BLOCK);
        const char *samples1 = job->pixels1 + (size_t)start * wide1, *samples2 = job->pixels2 + (size_t)start * wide2;
        float *out = job->out + start;
        if (job->comparable && memcmp(samples1, samples2, (size_t)count * wide1) == 0) {
            memset(out, 0, (size_t)count * sizeof(float));
            continue;
        }
        if (job->deep1)
            NAME(linear16)((const uint16_t *)samples1, job->table1, one[0], one[1], one[2], count);
        else
            NAME(linear8)((const uint8_t *)samples1, job->table1, one[0], one[1], one[2], count);
        if (job->deep2)
            NAME(linear16)((const uint16_t *)samples2, job->table2, two[0], two[1], two[2], count);
        else
            NAME(linear8)((const uint8_t *)samples2, job->table2, two[0], two[1], two[2], count);
        NAME(lab)(one[0], one[1], one[2], job->matrix1, one[3], one[4], one[5], count);
        NAME(lab)(two[0], two[1], two[2], job->matrix2, two[3], two[4], two[5], count);

        float *c1 = one[0], *c2 = two[0], *sum = one[1], *cosine = one[1], *sine = two[1], *hue = one[2], *margin = two[2];
        float *saturation = one[4], *squares = one[5];
        NAME(chromas)(one[4], one[5], two[4], two[5], sum, count);
        NAME(stretch)(sum, one[4], one[5], two[4], two[5], c1, c2, count);
        NAME(hues)(one[4], one[5], c1, two[4], two[5], c2, cosine, sine, hue, margin, count);
        NAME(weigh)(one[3], c1, two[3], c2, cosine, sine, hue, saturation, squares, count);
        marked += NAME(rotate)(c1, c2, cosine, sine, hue, saturation, squares, margin, out, count);
    }
    return marked;
}
