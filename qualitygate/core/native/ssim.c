/* SSIM of two pictures: the call and its checks; the loops are in ssim_loops.h. */

#include "kernels.h"

#include "constants.h"

#define ROWS 96 /* of a tile of the map */
#define COLUMNS 512

/* One call of ssim. */
struct ssim {
    const char *one, *two;
    int samples;
    Py_ssize_t width;
    float c1, c2;
    float *out, *scratch;
};

#define LOOPS "ssim_loops.h"
#include "levels.h"

static void run_ssim(int level, const struct ssim *job, Py_ssize_t first, Py_ssize_t end)
{
#ifdef WIDER
    if (level == 4) {
        ssim_run_v4(job, first, end);
        return;
    }
    if (level == 3) {
        ssim_run_v3(job, first, end);
        return;
    }
#endif
    (void)level;
    ssim_run_base(job, first, end);
}

PyObject *ssim(PyObject *module, PyObject *arguments)
{
    PyObject *objects[3];
    struct ssim job;
    int level;
    Py_ssize_t first, end;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OOnffinnO", &objects[0], &objects[1], &job.width, &job.c1, &job.c2, &level, &first,
                          &end, &objects[2]) ||
        !known_level(level))
        return NULL;
    Py_buffer views[3];
    if (take(objects, views, 3) < 0)
        return NULL;
    int done = 0;
    Py_ssize_t columns = job.width - 10, floats = (Py_ssize_t)sizeof(float);
    if (columns > 0 && views[0].len == views[1].len && views[2].len % (columns * floats) == 0) {
        Py_ssize_t rows = views[2].len / (columns * floats);
        job.samples = views[0].len == (rows + 10) * job.width * 3;
        if ((job.samples || views[0].len == (rows + 10) * job.width * floats) && first >= 0 && first <= end && end <= rows) {
            job.one = views[0].buf;
            job.two = views[1].buf;
            job.out = views[2].buf;
            job.scratch = job.samples ? PyMem_Malloc(2 * (ROWS + 10) * (COLUMNS + 10) * sizeof(float)) : NULL;
            if (job.samples && job.scratch == NULL) {
                give_back(views, 3);
                return PyErr_NoMemory();
            }
            Py_BEGIN_ALLOW_THREADS;
            run_ssim(level, &job, first, end);
            Py_END_ALLOW_THREADS;
            PyMem_Free(job.scratch);
            done = 1;
        }
    }
    give_back(views, 3);
    if (!done) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    Py_RETURN_NONE;
}
