/* SSIM of tiles, in float32; included once per instruction set, as delta_e_2000_loops.h is.
 *
 * What is computed, and why from sum and difference: qualitygate/metrics/ssim_map.py, the readable reference. Rows pass
 * through buffers that stay in the first cache: luma of both, then the window along the row, which leaves four moments
 * per column, then the window across the last eleven rows. Inner loops have BLOCK turns, of which compilers make whole
 * vectors without a remainder; what lies beyond the tile's last column is computed and not stored. */

#if LANES == 16

/* Luma of up to 16 samples, Rec. ITU-R BT.601-7, unrounded, less the centre; `bytes` says which bytes to read. */
static inline __m512 NAME(luma)(const uint8_t *samples, __mmask64 bytes, __m512 less)
{
    const __m512i fours = _mm512_setr_epi32(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11);
    const __m512i red_green = _mm512_broadcast_i32x4(_mm_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1));
    const __m512i blue = _mm512_broadcast_i32x4(_mm_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1));
    __m512i four = _mm512_permutexvar_epi32(fours, _mm512_maskz_loadu_epi8(bytes, samples));
    __m512i sum = _mm512_add_epi32(_mm512_madd_epi16(_mm512_shuffle_epi8(four, red_green), _mm512_set1_epi32(RED | GREEN << 16)),
                                   _mm512_madd_epi16(_mm512_shuffle_epi8(four, blue), _mm512_set1_epi32(BLUE)));
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_set1_ps(UNIT), less);
}

/* Sum and difference of two pictures' luma, from 8-bit sRGB samples. */
static inline void NAME(enter_samples)(const uint8_t *one, const uint8_t *two, float centre_one, float centre_two,
                                       float *restrict sum, float *restrict difference, int count)
{
    const __m512 less_one = _mm512_set1_ps(-centre_one), less_two = _mm512_set1_ps(-centre_two);
    for (int i = 0; i < count; i += 16) {
        __mmask64 bytes = ((uint64_t)1 << 3 * (count - i < 16 ? count - i : 16)) - 1;
        __m512 x = NAME(luma)(one + 3 * i, bytes, less_one), y = NAME(luma)(two + 3 * i, bytes, less_two);
        _mm512_storeu_ps(sum + i, _mm512_add_ps(x, y));
        _mm512_storeu_ps(difference + i, _mm512_sub_ps(x, y));
    }
}
#elif LANES == 8
/* Luma of 8 samples, Rec. ITU-R BT.601-7, unrounded, less the centre. */
static inline __m256 NAME(luma)(const uint8_t *samples, __m256 less)
{
    /* The upper half is loaded from byte 8, so that no byte beyond the 24 is read: its samples begin at byte 4 of it. */
    const __m256i red_green = _mm256_setr_epi8(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1, 4, -1, 5, -1, 7, -1, 8,
                                               -1, 10, -1, 11, -1, 13, -1, 14, -1);
    const __m256i blue = _mm256_setr_epi8(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1,
                                          -1, 12, -1, -1, -1, 15, -1, -1, -1);
    __m256i four = _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)samples)),
                                           _mm_loadu_si128((const __m128i *)(samples + 8)), 1);
    __m256i sum = _mm256_add_epi32(_mm256_madd_epi16(_mm256_shuffle_epi8(four, red_green), _mm256_set1_epi32(RED | GREEN << 16)),
                                   _mm256_madd_epi16(_mm256_shuffle_epi8(four, blue), _mm256_set1_epi32(BLUE)));
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(sum), _mm256_set1_ps(UNIT), less);
}

static inline void NAME(enter_samples)(const uint8_t *one, const uint8_t *two, float centre_one, float centre_two,
                                       float *restrict sum, float *restrict difference, int count)
{
    const __m256 less_one = _mm256_set1_ps(-centre_one), less_two = _mm256_set1_ps(-centre_two);
    uint8_t last_one[24] = {0}, last_two[24] = {0};
    for (int i = 0; i < count; i += 8) {
        const uint8_t *p = one + 3 * i, *q = two + 3 * i;
        if (count - i < 8) {
            p = memcpy(last_one, p, (size_t)(count - i) * 3);
            q = memcpy(last_two, q, (size_t)(count - i) * 3);
        }
        __m256 x = NAME(luma)(p, less_one), y = NAME(luma)(q, less_two);
        _mm256_storeu_ps(sum + i, _mm256_add_ps(x, y));
        _mm256_storeu_ps(difference + i, _mm256_sub_ps(x, y));
    }
}
#else
/* Sum and difference of two pictures' luma, Rec. ITU-R BT.601-7, unrounded, from 8-bit sRGB samples. */
static inline void NAME(enter_samples)(const uint8_t *restrict one, const uint8_t *restrict two, float centre_one,
                                       float centre_two, float *restrict sum, float *restrict difference, int count)
{
    for (int i = 0; i < count; i++) {
        int x = RED * one[3 * i] + GREEN * one[3 * i + 1] + BLUE * one[3 * i + 2];
        int y = RED * two[3 * i] + GREEN * two[3 * i + 1] + BLUE * two[3 * i + 2];
        float p = FMA((float)x, UNIT, -centre_one), q = FMA((float)y, UNIT, -centre_two);
        sum[i] = p + q;
        difference[i] = p - q;
    }
}
#endif

static inline void NAME(enter_luma)(const float *restrict one, const float *restrict two, float centre_one, float centre_two,
                                    float *restrict sum, float *restrict difference, int count)
{
    for (int i = 0; i < count; i++) {
        float x = one[i] - centre_one, y = two[i] - centre_two;
        sum[i] = x + y;
        difference[i] = x - y;
    }
}

/* The window along a row, over values and over their squares. */
static inline void NAME(along)(const float *restrict p, float *restrict values, float *restrict squares, int blocks)
{
    for (int block = 0; block < blocks; block++, p += BLOCK, values += BLOCK, squares += BLOCK)
        for (int i = 0; i < BLOCK; i++) {
            float value = WEIGHT[5] * p[i + 5], square = p[i + 5] * value;
#define PAIR(k)                                                                                                              \
    value = FMA(WEIGHT[k], p[i + k] + p[i + 10 - k], value);                                                                 \
    square = FMA(WEIGHT[k], FMA(p[i + k], p[i + k], p[i + 10 - k] * p[i + 10 - k]), square);
            PAIR(4) PAIR(3) PAIR(2) PAIR(1) PAIR(0)
#undef PAIR
            values[i] = value;
            squares[i] = square;
        }
}

/* The window across eleven rows of moments, the first of them at `oldest` of the ring, and the SSIM that comes of it. */
static inline void NAME(across)(const float *restrict ring, int oldest, float centre_sum, float centre_difference, float c1,
                                float c2, float *restrict out, int blocks)
{
#define AT(k) at##k = ((oldest + k) % 11) * 4 * STRIDE
    const int AT(0), AT(1), AT(2), AT(3), AT(4), AT(5), AT(6), AT(7), AT(8), AT(9), AT(10);
#undef AT
    for (int block = 0; block < blocks; block++, ring += BLOCK, out += BLOCK)
        for (int i = 0; i < BLOCK; i++) {
#define ROW(k) ring[at##k + offset + i]
#define MOMENT(name, plane)                                                                                                  \
    float name;                                                                                                              \
    {                                                                                                                        \
        enum { offset = plane * STRIDE };                                                                                    \
        name = WEIGHT[5] * ROW(5);                                                                                           \
        name = FMA(WEIGHT[4], ROW(4) + ROW(6), name);                                                                        \
        name = FMA(WEIGHT[3], ROW(3) + ROW(7), name);                                                                        \
        name = FMA(WEIGHT[2], ROW(2) + ROW(8), name);                                                                        \
        name = FMA(WEIGHT[1], ROW(1) + ROW(9), name);                                                                        \
        name = FMA(WEIGHT[0], ROW(0) + ROW(10), name);                                                                       \
    }
            MOMENT(sum, 0)
            MOMENT(difference, 1)
            MOMENT(sum2, 2)
            MOMENT(difference2, 3)
#undef MOMENT
#undef ROW
            float variance_s = FMA(-sum, sum, sum2), variance_d = FMA(-difference, difference, difference2);
            sum += centre_sum;
            difference += centre_difference;
            float mean_s = sum * sum, mean_d = difference * difference;
            out[i] = ((mean_s - mean_d + c1) * (variance_s - variance_d + c2)) /
                     ((mean_s + mean_d + c1) * (variance_s + variance_d + c2));
        }
}

/* One tile of the map, `rows` by `columns`, from pictures with ten rows and columns more. */
static void NAME(ssim_tile)(const struct ssim *job, const char *one, const char *two, int rows, int columns, float *out,
                            struct buffers *at)
{
    Py_ssize_t stride = job->width * job->wide;
    float centre_one = middle(job, one, rows + 10, columns + 10), centre_two = middle(job, two, rows + 10, columns + 10);
    Py_ssize_t asked = (columns + 10) * job->wide + job->beyond, rest = stride - (one - job->one) % stride;
    asked = asked < rest ? asked : rest;
    int full = columns / BLOCK, left = columns % BLOCK, blocks = full + (left > 0);
    for (int row = 0; row < rows + 10; row++, one += stride, two += stride) {
        if (row + AHEAD < rows + 10)
            fetch(one + AHEAD * stride, two + AHEAD * stride, asked);
        if (job->samples)
            NAME(enter_samples)((const uint8_t *)one, (const uint8_t *)two, centre_one, centre_two, at->sum, at->difference,
                                columns + 10);
        else
            NAME(enter_luma)((const float *)one, (const float *)two, centre_one, centre_two, at->sum, at->difference,
                             columns + 10);
        float(*moments)[STRIDE] = at->ring[row % 11];
        NAME(along)(at->sum, moments[0], moments[2], blocks);
        NAME(along)(at->difference, moments[1], moments[3], blocks);
        if (row < 10)
            continue;
        float *ring = &at->ring[0][0][0], plus = centre_one + centre_two, minus = centre_one - centre_two;
        NAME(across)(ring, (row + 1) % 11, plus, minus, job->c1, job->c2, out, full);
        if (left > 0) {
            NAME(across)(ring + full * BLOCK, (row + 1) % 11, plus, minus, job->c1, job->c2, at->spare, 1);
            memcpy(out + full * BLOCK, at->spare, (size_t)left * sizeof(float));
        }
        out += job->width - 10;
    }
}
