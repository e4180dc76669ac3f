/* Sums over the cells of a map, of which its windows are made: the call and its checks; the loops are in
 * windows_loops.h. */

#include "kernels.h"

#define MOST_ROWS 255 /* of a cell, so that a column's count is a byte */

/* One call of cell_sums; `mask` and `counts` are NULL where every value counts. */
struct cells {
    const float *values;
    const uint8_t *mask;
    Py_ssize_t width, bands, across;
    const int64_t *row_cuts, *column_cuts;
    double *sums, *counts;
};

#define LOOPS "windows_loops.h"
#include "levels.h"

static void add_columns(int level, const struct cells *job, Py_ssize_t row, Py_ssize_t end, double *sums, uint8_t *counts)
{
#ifdef WIDER
    if (level == 4) {
        add_columns_v4(job, row, end, sums, counts);
        return;
    }
    if (level == 3) {
        add_columns_v3(job, row, end, sums, counts);
        return;
    }
#endif
    (void)level;
    add_columns_base(job, row, end, sums, counts);
}

/* Bands `first` to `end` of cells, each by itself, so that it does not matter how they are shared out. Sums in float64 of
 * the float32 values of an ordinary map are exact. */
static void run_cells(int level, const struct cells *job, Py_ssize_t first, Py_ssize_t end, double *sums, uint8_t *counts)
{
    for (Py_ssize_t band = first; band < end; band++) {
        memset(sums, 0, (size_t)job->width * sizeof(double));
        memset(counts, 0, (size_t)job->width);
        add_columns(level, job, job->row_cuts[band], job->row_cuts[band + 1], sums, counts);
        for (Py_ssize_t cell = 0; cell < job->across; cell++) {
            double sum = 0.0;
            int count = 0;
            for (Py_ssize_t i = job->column_cuts[cell]; i < job->column_cuts[cell + 1]; i++) {
                sum += sums[i];
                count += counts[i];
            }
            job->sums[band * job->across + cell] = sum;
            if (job->counts != NULL)
                job->counts[band * job->across + cell] = count;
        }
    }
}

/* Whether cuts rise from 0 by at most `most`, whatever they end at. */
static int rising(const int64_t *cuts, Py_ssize_t cells, int64_t most)
{
    if (cells < 1 || cuts[0] != 0)
        return 0;
    for (Py_ssize_t i = 0; i < cells; i++)
        if (cuts[i + 1] <= cuts[i] || cuts[i + 1] - cuts[i] > most)
            return 0;
    return 1;
}

/* Fills the job from its buffers: values, cuts of rows and of columns, the mask if there is one, and what is written to.
 * 0 where they do not fit each other. */
static int fit(struct cells *job, const Py_buffer *views, int masked, Py_ssize_t first, Py_ssize_t end)
{
    Py_ssize_t wide = (Py_ssize_t)sizeof(int64_t);
    job->bands = views[1].len / wide - 1;
    job->across = views[2].len / wide - 1;
    job->values = views[0].buf;
    job->row_cuts = views[1].buf;
    job->column_cuts = views[2].buf;
    if (!rising(job->row_cuts, job->bands, MOST_ROWS) || !rising(job->column_cuts, job->across, PY_SSIZE_T_MAX))
        return 0;
    job->width = (Py_ssize_t)job->column_cuts[job->across];
    Py_ssize_t count = views[0].len / (Py_ssize_t)sizeof(float), cells = job->bands * job->across;
    const Py_buffer *out = &views[masked ? 4 : 3];
    job->mask = masked ? views[3].buf : NULL;
    job->sums = out->buf;
    job->counts = masked ? job->sums + cells : NULL;
    return count % job->width == 0 && count / job->width == job->row_cuts[job->bands] && (!masked || views[3].len == count) &&
           out->len == cells * (masked ? 2 : 1) * (Py_ssize_t)sizeof(double) && first >= 0 && first <= end && end <= job->bands;
}

PyObject *cell_sums(PyObject *module, PyObject *arguments)
{
    PyObject *objects[5], *mask, *out;
    int level;
    Py_ssize_t first, end;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OOOOinnO", &objects[0], &objects[1], &objects[2], &mask, &level, &first, &end, &out) ||
        !known_level(level))
        return NULL;
    int masked = mask != Py_None, taken = masked ? 5 : 4;
    objects[3] = masked ? mask : out;
    objects[4] = out;
    Py_buffer views[5];
    if (take(objects, views, taken) < 0)
        return NULL;
    struct cells job;
    if (!fit(&job, views, masked, first, end)) {
        give_back(views, taken);
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    double *sums = PyMem_Malloc((size_t)job.width * (sizeof(double) + 1));
    if (sums == NULL) {
        give_back(views, taken);
        return PyErr_NoMemory();
    }
    Py_BEGIN_ALLOW_THREADS;
    run_cells(level, &job, first, end, sums, (uint8_t *)(sums + job.width));
    Py_END_ALLOW_THREADS;
    PyMem_Free(sums);
    give_back(views, taken);
    Py_RETURN_NONE;
}
