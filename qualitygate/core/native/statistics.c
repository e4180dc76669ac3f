/* Order statistics of many float32 values without sorting them: counted by the upper bits of their patterns, which rise
 * with the values where none is negative; then those of few bins are picked, and sorted by who asked. */

#include "kernels.h"

#define LANES_OF_SUM 16
#define PICKED_BINS 8
#define NOT_FINITE 0x7f800000u
#define COUNTERS 4 /* per bin, since equal neighbours would wait for each other */

#define LOOPS "statistics_loops.h"
#include "levels.h"

static double survey(int level, const float *values, int count, uint32_t *highest, Py_ssize_t *zeros)
{
#ifdef WIDER
    if (level == 4)
        return survey_v4(values, count, highest, zeros);
    if (level == 3)
        return survey_v3(values, count, highest, zeros);
#endif
    (void)level;
    return survey_base(values, count, highest, zeros);
}

static inline uint32_t bits_of(const float *value)
{
    uint32_t bits;
    memcpy(&bits, value, sizeof bits);
    return bits;
}

static void count_bins(const float *values, int count, uint32_t *counters)
{
    int i = 0;
    for (; i + COUNTERS <= count; i += COUNTERS)
        for (int k = 0; k < COUNTERS; k++)
            counters[(bits_of(values + i + k) >> TALLY_SHIFT) * COUNTERS + k]++;
    for (; i < count; i++)
        counters[(bits_of(values + i) >> TALLY_SHIFT) * COUNTERS]++;
}

/* Blocks `first` to `end`: their sums, and the counts of bins. Returns how many values are zero, or -1 as soon as one is
 * negative or not finite. */
static Py_ssize_t run_tally(int level, const float *values, Py_ssize_t length, Py_ssize_t first, Py_ssize_t end, double *sums,
                            uint32_t *counters, uint32_t *counts)
{
    Py_ssize_t zeros = 0;
    uint32_t highest = 0;
    memset(counters, 0, COUNTERS * TALLY_BINS * sizeof *counters);
    for (Py_ssize_t block = first; block < end; block++) {
        const float *part = values + block * TALLY_BLOCK;
        int count = (int)(length - block * TALLY_BLOCK < TALLY_BLOCK ? length - block * TALLY_BLOCK : TALLY_BLOCK);
        sums[block] = survey(level, part, count, &highest, &zeros);
        if (highest >= NOT_FINITE)
            return -1;
        count_bins(part, count, counters);
    }
    for (Py_ssize_t bin = 0; bin < (Py_ssize_t)TALLY_BINS; bin++) {
        uint32_t all = 0;
        for (int k = 0; k < COUNTERS; k++)
            all += counters[bin * COUNTERS + k];
        counts[bin] = all;
    }
    return zeros;
}

/* Whether blocks `first` to `end` are some of those of so many values. */
static int fit_blocks(Py_ssize_t length, Py_ssize_t first, Py_ssize_t end)
{
    return first >= 0 && first <= end && end <= length / TALLY_BLOCK + (length % TALLY_BLOCK != 0);
}

PyObject *tally(PyObject *module, PyObject *arguments)
{
    PyObject *objects[2], *table;
    int level;
    Py_ssize_t first, end, zeros = -1;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OinnOO", &objects[0], &level, &first, &end, &objects[1], &table) || !known_level(level))
        return NULL;
    Py_buffer views[2], counts;
    if (take(&table, &counts, 1) < 0)
        return NULL;
    if (take(objects, views, 2) < 0) {
        give_back(&counts, 1);
        return NULL;
    }
    Py_ssize_t length = views[0].len / (Py_ssize_t)sizeof(float);
    int fits = fit_blocks(length, first, end) && views[1].len / (Py_ssize_t)sizeof(double) >= end &&
               counts.len == (Py_ssize_t)(TALLY_BINS * sizeof(uint32_t));
    uint32_t *counters = fits ? PyMem_Malloc(COUNTERS * TALLY_BINS * sizeof *counters) : NULL;
    if (counters != NULL) {
        Py_BEGIN_ALLOW_THREADS;
        zeros = run_tally(level, views[0].buf, length, first, end, views[1].buf, counters, counts.buf);
        Py_END_ALLOW_THREADS;
        PyMem_Free(counters);
    }
    give_back(views, 2);
    give_back(&counts, 1);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    return counters == NULL ? PyErr_NoMemory() : PyLong_FromSsize_t(zeros);
}

static void mark(int level, const float *values, int count, const uint32_t *bins, uint8_t *flags)
{
#ifdef WIDER
    if (level == 4) {
        mark_v4(values, count, bins, flags);
        return;
    }
    if (level == 3) {
        mark_v3(values, count, bins, flags);
        return;
    }
#endif
    (void)level;
    mark_base(values, count, bins, flags);
}

/* Copies values other than zero that fall into the bins. Returns how many, or -1 where there is no room. */
static Py_ssize_t run_pick(int level, const float *values, Py_ssize_t length, Py_ssize_t first, Py_ssize_t end,
                           const uint32_t *bins, float *out, Py_ssize_t room)
{
    uint8_t flags[TALLY_BLOCK + 8];
    Py_ssize_t found = 0;
    for (Py_ssize_t block = first; block < end; block++) {
        const float *part = values + block * TALLY_BLOCK;
        int count = (int)(length - block * TALLY_BLOCK < TALLY_BLOCK ? length - block * TALLY_BLOCK : TALLY_BLOCK);
        mark(level, part, count, bins, flags);
        memset(flags + count, 0, 8);
        for (int i = 0; i < count; i += 8) {
            uint64_t eight;
            memcpy(&eight, flags + i, sizeof eight);
            if (eight == 0) /* most are */
                continue;
            if (found > room - 8)
                return -1;
            for (int k = i; k < i + 8; k++) { /* without a branch: what is not wanted is overwritten */
                out[found] = part[k < count ? k : i];
                found += flags[k];
            }
        }
    }
    return found;
}

PyObject *tally_pick(PyObject *module, PyObject *arguments)
{
    PyObject *objects[3];
    int level;
    Py_ssize_t first, end, found = -1;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OOinnO", &objects[0], &objects[1], &level, &first, &end, &objects[2]) ||
        !known_level(level))
        return NULL;
    Py_buffer views[3];
    if (take(objects, views, 3) < 0)
        return NULL;
    Py_ssize_t length = views[0].len / (Py_ssize_t)sizeof(float), wanted = views[1].len / (Py_ssize_t)sizeof(uint32_t);
    if (fit_blocks(length, first, end) && wanted >= 1 && wanted <= PICKED_BINS) {
        uint32_t bins[PICKED_BINS];
        for (Py_ssize_t k = 0; k < PICKED_BINS; k++)
            bins[k] = ((const uint32_t *)views[1].buf)[k < wanted ? k : 0];
        Py_BEGIN_ALLOW_THREADS;
        found = run_pick(level, views[0].buf, length, first, end, bins, views[2].buf,
                         views[2].len / (Py_ssize_t)sizeof(float));
        Py_END_ALLOW_THREADS;
    }
    give_back(views, 3);
    if (found < 0) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    return PyLong_FromSsize_t(found);
}
