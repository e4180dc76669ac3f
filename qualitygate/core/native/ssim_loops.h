/* SSIM of tiles, in float32; included once per instruction set, as delta_e_2000.h is.
 *
 * What is computed, and why from sum and difference: qualitygate/metrics/ssim_map.py, the readable reference. */

static inline void NAME(moments)(const float *restrict x, const float *restrict y, float centre_x, float centre_y,
                                 float *restrict sum, float *restrict difference, float *restrict sum2,
                                 float *restrict difference2, int count)
{
    for (int i = 0; i < count; i++) {
        float p = x[i] - centre_x, q = y[i] - centre_y;
        float s = p + q, d = p - q;
        sum[i] = s;
        difference[i] = d;
        sum2[i] = s * s;
        difference2[i] = d * d;
    }
}

static inline void NAME(along)(const float *restrict p, float *restrict out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = WEIGHT[5] * p[i + 5] + WEIGHT[4] * (p[i + 4] + p[i + 6]) + WEIGHT[3] * (p[i + 3] + p[i + 7]) +
                 WEIGHT[2] * (p[i + 2] + p[i + 8]) + WEIGHT[1] * (p[i + 1] + p[i + 9]) + WEIGHT[0] * (p[i] + p[i + 10]);
}

/* Over eleven rows, of which `ring` holds the pointers, the oldest at `first`. */
static inline void NAME(across)(float rows[11][COLUMNS], int first, float *restrict out, int count)
{
    const float *restrict r[11];
    for (int k = 0; k < 11; k++)
        r[k] = rows[(first + k) % 11];
    const float *restrict r0 = r[0], *restrict r1 = r[1], *restrict r2 = r[2], *restrict r3 = r[3], *restrict r4 = r[4];
    const float *restrict r5 = r[5], *restrict r6 = r[6], *restrict r7 = r[7], *restrict r8 = r[8], *restrict r9 = r[9];
    const float *restrict r10 = r[10];
    for (int i = 0; i < count; i++)
        out[i] = WEIGHT[5] * r5[i] + WEIGHT[4] * (r4[i] + r6[i]) + WEIGHT[3] * (r3[i] + r7[i]) +
                 WEIGHT[2] * (r2[i] + r8[i]) + WEIGHT[1] * (r1[i] + r9[i]) + WEIGHT[0] * (r0[i] + r10[i]);
}

static inline void NAME(similarity)(const float *restrict sum, const float *restrict difference,
                                    const float *restrict sum2, const float *restrict difference2, float centre_sum,
                                    float centre_difference, float c1, float c2, float *restrict out, int count)
{
    for (int i = 0; i < count; i++) {
        float variance_s = sum2[i] - sum[i] * sum[i], variance_d = difference2[i] - difference[i] * difference[i];
        float mean_s = sum[i] + centre_sum, mean_d = difference[i] + centre_difference;
        mean_s *= mean_s;
        mean_d *= mean_d;
        out[i] = ((mean_s - mean_d + c1) * (variance_s - variance_d + c2)) /
                 ((mean_s + mean_d + c1) * (variance_s + variance_d + c2));
    }
}

/* One tile of the map, `rows` by `columns`, from luma with ten rows and columns more; `stride` is that of the luma. */
static void NAME(ssim_tile)(const float *x, const float *y, Py_ssize_t stride, int rows, int columns, float c1, float c2,
                            float *out, Py_ssize_t out_stride)
{
    /* Any value near the middle will do: bright flat areas then lose nothing to cancellation. */
    double total_x = 0.0, total_y = 0.0;
    int samples = 0;
    for (int row = 0; row < rows + 10; row += 4)
        for (int column = 0; column < columns + 10; column += 4, samples++) {
            total_x += x[row * stride + column];
            total_y += y[row * stride + column];
        }
    float centre_x = (float)(total_x / samples), centre_y = (float)(total_y / samples);
    float moment[4][COLUMNS + 10], ring[4][11][COLUMNS], window[4][COLUMNS];
    for (int row = 0; row < rows + 10; row++) {
        NAME(moments)(x + row * stride, y + row * stride, centre_x, centre_y, moment[0], moment[1], moment[2], moment[3],
                      columns + 10);
        for (int k = 0; k < 4; k++)
            NAME(along)(moment[k], ring[k][row % 11], columns);
        if (row < 10)
            continue;
        for (int k = 0; k < 4; k++)
            NAME(across)(ring[k], (row + 1) % 11, window[k], columns);
        NAME(similarity)(window[0], window[1], window[2], window[3], centre_x + centre_y, centre_x - centre_y, c1, c2,
                         out + (row - 10) * out_stride, columns);
    }
}

/* Luma of 8-bit sRGB samples, Rec. ITU-R BT.601-7, unrounded. */
static inline void NAME(luma)(const uint8_t *restrict samples, float *restrict out, int count)
{
    for (int i = 0; i < count; i++)
        out[i] = 0.299f * samples[3 * i] + 0.587f * samples[3 * i + 1] + 0.114f * samples[3 * i + 2];
}

/* Rows `first` to `end` of the map, from luma planes or from 8-bit sRGB samples. Tiles that are equal are 1. */
static void NAME(ssim_run)(const struct ssim *job, Py_ssize_t first, Py_ssize_t end)
{
    Py_ssize_t width = job->width, columns = width - 10;
    size_t wide = job->samples ? 3 : sizeof(float);
    for (Py_ssize_t top = first; top < end; top += ROWS)
        for (Py_ssize_t left = 0; left < columns; left += COLUMNS) {
            int h = (int)(end - top < ROWS ? end - top : ROWS), w = (int)(columns - left < COLUMNS ? columns - left : COLUMNS);
            const char *one = job->one + (size_t)(top * width + left) * wide;
            const char *two = job->two + (size_t)(top * width + left) * wide;
            float *out = job->out + top * columns + left;
            int equal = 1;
            for (int row = 0; row < h + 10 && equal; row++)
                equal = !memcmp(one + (size_t)(row * width) * wide, two + (size_t)(row * width) * wide, (size_t)(w + 10) * wide);
            if (equal) {
                for (int row = 0; row < h; row++)
                    for (int column = 0; column < w; column++)
                        out[row * columns + column] = 1.0f;
                continue;
            }
            if (!job->samples) {
                NAME(ssim_tile)((const float *)one, (const float *)two, width, h, w, job->c1, job->c2, out, columns);
                continue;
            }
            float *x = job->scratch, *y = x + (ROWS + 10) * (COLUMNS + 10);
            for (int row = 0; row < h + 10; row++) {
                NAME(luma)((const uint8_t *)one + (size_t)(row * width) * 3, x + row * (w + 10), w + 10);
                NAME(luma)((const uint8_t *)two + (size_t)(row * width) * 3, y + row * (w + 10), w + 10);
            }
            NAME(ssim_tile)(x, y, w + 10, h, w, job->c1, job->c2, out, columns);
        }
}
