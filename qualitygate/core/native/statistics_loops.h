/* What can be said of a block of values without sorting it; included once per instruction set.
 *
 * The sum is taken in LANES_OF_SUM parts whatever the width of vectors is, so that every machine rounds alike. */

static inline double NAME(survey)(const float *restrict values, int count, uint32_t *highest, Py_ssize_t *zeros)
{
    double sums[LANES_OF_SUM] = {0.0};
    int whole = count / LANES_OF_SUM * LANES_OF_SUM;
    for (int i = 0; i < whole; i += LANES_OF_SUM)
        for (int k = 0; k < LANES_OF_SUM; k++)
            sums[k] += values[i + k];
    for (int i = whole; i < count; i++)
        sums[i - whole] += values[i];

    uint32_t most = *highest, none = 0;
    for (int i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, values + i, sizeof bits);
        most = bits > most ? bits : most;
        none += bits == 0;
    }
    *highest = most;
    *zeros += none;

    double sum = 0.0;
    for (int k = 0; k < LANES_OF_SUM; k++)
        sum += sums[k];
    return sum;
}

/* Flags values other than zero that fall into one of the bins; there are always PICKED_BINS of these, some of them twice. */
static inline void NAME(mark)(const float *restrict values, int count, const uint32_t *restrict bins, uint8_t *restrict flags)
{
    for (int i = 0; i < count; i++) {
        uint32_t bits, hit = 0;
        memcpy(&bits, values + i, sizeof bits);
        for (int k = 0; k < PICKED_BINS; k++)
            hit |= (bits >> TALLY_SHIFT) == bins[k];
        flags[i] = (uint8_t)(hit & (bits != 0));
    }
}
