/* DeltaE00 of two pictures: the call and its checks; the loops are in delta_e_2000_loops.h and what that includes. */

#include "kernels.h"

#include "constants.h"

#define BLOCK 512 /* pixels: twelve planes of them stay in the first-level cache */
#define BREAK (float)(216.0 / 24389.0) /* of L*, below which it is linear, and its slope there */
#define SLOPE (float)(24389.0 / 27.0 / 116.0)

#if defined(_MSC_VER) || (defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define LITTLE_ENDIAN_WORDS
#endif

/* One call of delta_e_2000: all pointers are to contiguous memory of the lengths that were checked. */
struct delta_e {
    const char *pixels1, *pixels2;
    int deep1, deep2, comparable;
    const float *table1, *table2, *matrix1, *matrix2;
    float *out;
};

#define LOOPS "delta_e_2000_loops.h"
#include "levels.h"

static Py_ssize_t run_delta_e(int level, const struct delta_e *job, Py_ssize_t first, Py_ssize_t end)
{
#ifdef WIDER
    if (level == 4)
        return delta_e_run_v4(job, first, end);
    if (level == 3)
        return delta_e_run_v3(job, first, end);
#endif
    (void)level;
    return delta_e_run_base(job, first, end);
}

PyObject *delta_e_2000(PyObject *module, PyObject *arguments)
{
    PyObject *objects[7];
    struct delta_e job;
    int level;
    Py_ssize_t first, end;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OOOOOOiinnO", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &job.comparable, &level, &first, &end, &objects[6]) ||
        !known_level(level))
        return NULL;
    Py_buffer views[7];
    if (take(objects, views, 7) < 0)
        return NULL;
    Py_ssize_t pixels = views[6].len / (Py_ssize_t)sizeof(float), marked = -1;
    job.deep1 = views[0].len == 6 * pixels;
    job.deep2 = views[1].len == 6 * pixels;
    Py_ssize_t floats = (Py_ssize_t)sizeof(float);
    if ((job.deep1 || views[0].len == 3 * pixels) && (job.deep2 || views[1].len == 3 * pixels) &&
        views[2].len == 3 * floats * (job.deep1 ? 65536 : 256) && views[3].len == 3 * floats * (job.deep2 ? 65536 : 256) &&
        views[4].len == 9 * floats && views[5].len == 9 * floats && first >= 0 && first <= end && end <= pixels &&
        (!job.comparable || job.deep1 == job.deep2)) {
        job.pixels1 = views[0].buf;
        job.pixels2 = views[1].buf;
        job.table1 = views[2].buf;
        job.table2 = views[3].buf;
        job.matrix1 = views[4].buf;
        job.matrix2 = views[5].buf;
        job.out = views[6].buf;
        Py_BEGIN_ALLOW_THREADS;
        marked = run_delta_e(level, &job, first, end);
        Py_END_ALLOW_THREADS;
    }
    give_back(views, 7);
    if (marked < 0) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    return PyLong_FromSsize_t(marked);
}
