/* Sums over the cells of a map; included once per instruction set, as delta_e_2000_loops.h is. */

static inline void NAME(add_rows)(const float *restrict a, const float *restrict b, const float *restrict c,
                                  const float *restrict d, double *restrict sums, Py_ssize_t width)
{
    for (Py_ssize_t i = 0; i < width; i++)
        sums[i] += ((double)a[i] + (double)b[i]) + ((double)c[i] + (double)d[i]);
}

static inline void NAME(add_row)(const float *restrict row, double *restrict sums, Py_ssize_t width)
{
    for (Py_ssize_t i = 0; i < width; i++)
        sums[i] += (double)row[i];
}

/* Bits and not a product, since what is masked may be anything, NaN included; and no branch, of which no vectors come. */
static inline void NAME(add_counted)(const float *restrict row, const uint8_t *restrict mask, double *restrict sums,
                                     uint8_t *restrict counts, Py_ssize_t width)
{
    for (Py_ssize_t i = 0; i < width; i++) {
        uint32_t bits;
        float value;
        memcpy(&bits, row + i, sizeof bits);
        bits &= (uint32_t)0 - (uint32_t)mask[i];
        memcpy(&value, &bits, sizeof value);
        sums[i] += (double)value;
    }
    for (Py_ssize_t i = 0; i < width; i++)
        counts[i] = (uint8_t)(counts[i] + mask[i]);
}

/* Rows `row` to `end` into the sums and counts of every column, which are zero. */
static void NAME(add_columns)(const struct cells *job, Py_ssize_t row, Py_ssize_t end, double *sums, uint8_t *counts)
{
    Py_ssize_t width = job->width;
    const float *values = job->values + row * width;
    if (job->mask != NULL) {
        for (; row < end; row++, values += width)
            NAME(add_counted)(values, job->mask + row * width, sums, counts, width);
        return;
    }
    for (; row + 4 <= end; row += 4, values += 4 * width)
        NAME(add_rows)(values, values + width, values + 2 * width, values + 3 * width, sums, width);
    for (; row < end; row++, values += width)
        NAME(add_row)(values, sums, width);
}
