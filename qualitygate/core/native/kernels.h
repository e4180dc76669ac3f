/* What the files of the extension share: the limited API, the levels of instruction sets, buffers. */

#ifndef QUALITYGATE_KERNELS_H
#define QUALITYGATE_KERNELS_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef _MSC_VER
#define restrict __restrict
#endif

/* GCC and clang on x86-64 compile the same loops for wider vectors; elsewhere the base is all there is (NEON has 128 bits). */
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WIDER 1
#endif

/* What the Python files expect, which compare it with their own: `CONTRACT` in __init__.py says when to raise it. */
#define CONTRACT 1

#define GLUE(name, set) name##_##set
#define NAMED(name, set) GLUE(name, set)
#define NAME(name) NAMED(name, SET)

/* 1 for any machine, 3 and 4 for x86-64-v3 and -v4. */
int best_level(void);

/* Whether this machine has that level; an exception is set where not. */
int known_level(int level);

/* Contiguous buffers of several objects; the last one is written to. Returns 0, or -1 with an exception set. */
int take(PyObject **objects, Py_buffer *views, int count);

void give_back(Py_buffer *views, int count);

/* The tile of the map of SSIM, which `first` and `end` of its call count. */
#define SSIM_ROWS 96
#define SSIM_COLUMNS 160

/* How `tally` and `tally_pick` count values: blocks of so many, by so many of the bits of their patterns. */
#define TALLY_BLOCK 4096
#define TALLY_SHIFT 17 /* 64 bins per power of two */
#define TALLY_BINS (0x7f800000 >> TALLY_SHIFT)

PyObject *cell_sums(PyObject *module, PyObject *arguments);
PyObject *delta_e_2000(PyObject *module, PyObject *arguments);
PyObject *ssim(PyObject *module, PyObject *arguments);
PyObject *tally(PyObject *module, PyObject *arguments);
PyObject *tally_pick(PyObject *module, PyObject *arguments);
PyObject *png_rows(PyObject *module, PyObject *arguments);
PyObject *png_part(PyObject *module, PyObject *arguments);

#endif
