/* Compiled kernels of DeltaE00 and SSIM: one small extension with the limited API, without warm-up.
 *
 * The NumPy paths (core/colour/ciede2000_fast.py, metrics/ssim_map.py) are the readable reference, and serve where this
 * was not compiled. The inner loops are compiled once per instruction set and chosen when the module is loaded. */

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "constants.h"

#ifdef _MSC_VER
#define restrict __restrict
#endif

#define BLOCK 512   /* pixels: twelve planes of them stay in the first-level cache */
#define ROWS 96     /* of a tile of the map of SSIM */
#define COLUMNS 512

/* One call of delta_e_2000: all pointers are to contiguous memory of the lengths that were checked. */
struct delta_e {
    const char *pixels1, *pixels2;
    int deep1, deep2, comparable;
    const float *table1, *table2, *matrix1, *matrix2;
    float *out;
};

/* One call of ssim. */
struct ssim {
    const char *one, *two;
    int samples;
    Py_ssize_t width;
    float c1, c2;
    float *out, *scratch;
};

#define GLUE(name, set) name##_##set
#define NAMED(name, set) GLUE(name, set)
#define NAME(name) NAMED(name, SET)

#define SET base
#include "delta_e_2000.h"
#include "ssim.h"
#undef SET

/* GCC and clang on x86-64 compile the same loops for wider vectors; elsewhere the base is all there is (NEON has 128 bits). */
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WIDER 1
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi2")
#endif
#define SET v3
#include "delta_e_2000.h"
#include "ssim.h"
#undef SET
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,prefer-vector-width=512")
#endif
#define SET v4
#include "delta_e_2000.h"
#include "ssim.h"
#undef SET
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

/* 1 for any machine, 3 and 4 for x86-64-v3 and -v4. */
static int best_level(void)
{
#ifdef WIDER
    __builtin_cpu_init();
    int v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return 4;
    if (v3)
        return 3;
#endif
    return 1;
}

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

/* Contiguous buffers of several objects; the last one is written to. Returns 0, or -1 with an exception set. */
static int take(PyObject **objects, Py_buffer *views, int count)
{
    for (int i = 0; i < count; i++)
        if (PyObject_GetBuffer(objects[i], &views[i], i == count - 1 ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) {
            while (i-- > 0)
                PyBuffer_Release(&views[i]);
            return -1;
        }
    return 0;
}

static void give_back(Py_buffer *views, int count)
{
    for (int i = 0; i < count; i++)
        PyBuffer_Release(&views[i]);
}

static int known_level(int level)
{
    if (level == 1 || ((level == 3 || level == 4) && level <= best_level()))
        return 1;
    PyErr_Format(PyExc_ValueError, "this machine has no level %d", level);
    return 0;
}

PyDoc_STRVAR(delta_e_doc, "delta_e_2000(pixels1, pixels2, table1, table2, matrix1, matrix2, comparable, level, first, end, out)\n\n"
                          "Fill out[first:end] with CIEDE2000; returns how many pixels are marked with -1.");

static PyObject *delta_e_2000(PyObject *module, PyObject *arguments)
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

PyDoc_STRVAR(ssim_doc, "ssim(one, two, width, c1, c2, level, first, end, out)\n\n"
                       "Fill rows first:end of the map from 8-bit sRGB samples, or from float32 luma of 0..255.");

static PyObject *ssim(PyObject *module, PyObject *arguments)
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

static PyMethodDef METHODS[] = {
    {"delta_e_2000", delta_e_2000, METH_VARARGS, delta_e_doc},
    {"ssim", ssim, METH_VARARGS, ssim_doc},
    {NULL, NULL, 0, NULL},
};

static int add_level(PyObject *module)
{
    return PyModule_AddIntConstant(module, "LEVEL", best_level());
}

static PyModuleDef_Slot SLOTS[] = {
    {Py_mod_exec, add_level},
    {0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_kernels", "Compiled loops of DeltaE00 and SSIM.", 0, METHODS, SLOTS, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernels(void)
{
    return PyModuleDef_Init(&MODULE);
}
