/* Compiled kernels: one small extension with the limited API, without warm-up.
 *
 * The NumPy paths (core/colour/ciede2000_fast.py, metrics/ssim_map.py) are the readable reference, and serve where this
 * was not compiled. The inner loops are compiled once per instruction set and chosen when the module is loaded. */

#include "kernels.h"

int best_level(void)
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

int known_level(int level)
{
    if (level == 1 || ((level == 3 || level == 4) && level <= best_level()))
        return 1;
    PyErr_Format(PyExc_ValueError, "this machine has no level %d", level);
    return 0;
}

int take(PyObject **objects, Py_buffer *views, int count)
{
    for (int i = 0; i < count; i++)
        if (PyObject_GetBuffer(objects[i], &views[i], i == count - 1 ? PyBUF_WRITABLE : PyBUF_SIMPLE) < 0) {
            while (i-- > 0)
                PyBuffer_Release(&views[i]);
            return -1;
        }
    return 0;
}

void give_back(Py_buffer *views, int count)
{
    for (int i = 0; i < count; i++)
        PyBuffer_Release(&views[i]);
}

PyDoc_STRVAR(cell_sums_doc, "cell_sums(values, row_cuts, column_cuts, mask, level, first, end, out)\n\n"
                            "Fill rows first:end of out, float64, with sums over the cells of a float32 map; with a mask of bool,\n"
                            "which may be None, a second plane of out tells how many values counted.");

PyDoc_STRVAR(delta_e_doc, "delta_e_2000(pixels1, pixels2, table1, table2, matrix1, matrix2, comparable, level, first, end, out)\n\n"
                          "Fill out[first:end] with CIEDE2000; returns how many pixels are marked with -1.");

PyDoc_STRVAR(ssim_doc, "ssim(one, two, width, c1, c2, level, first, end, out)\n\n"
                       "Fill tiles first:end of the map, row by row of tiles, from 8-bit sRGB samples, or from float32 luma of 0..255.");

PyDoc_STRVAR(tally_doc, "tally(values, level, first, end, sums, counts)\n\n"
                        "Sums of blocks first:end of float32 values, and how many values fall into each bin; returns how many are\n"
                        "zero, or -1 when a value is negative or not finite.");

PyDoc_STRVAR(pick_doc, "tally_pick(values, bins, level, first, end, out)\n\n"
                       "Copy values of blocks first:end that are not zero and fall into one of at most eight bins, uint32; returns\n"
                       "how many. There must be room for eight more.");

PyDoc_STRVAR(rows_doc, "png_rows(block, place, pixel, plain, pending, out)\n\n"
                       "Undo the filters of rows whose inflated bytes come in blocks; returns how many bytes were taken,\n"
                       "or -1 for a filter that does not exist.");

PyDoc_STRVAR(part_doc, "png_part(pixels, size, kept, first, rest)\n\n"
                       "The first bytes of each pixel, and the rest.");

static PyMethodDef METHODS[] = {
    {"cell_sums", cell_sums, METH_VARARGS, cell_sums_doc},
    {"delta_e_2000", delta_e_2000, METH_VARARGS, delta_e_doc},
    {"ssim", ssim, METH_VARARGS, ssim_doc},
    {"tally", tally, METH_VARARGS, tally_doc},
    {"tally_pick", tally_pick, METH_VARARGS, pick_doc},
    {"png_rows", png_rows, METH_VARARGS, rows_doc},
    {"png_part", png_part, METH_VARARGS, part_doc},
    {NULL, NULL, 0, NULL},
};

static int add_constants(PyObject *module)
{
    if (PyModule_AddIntConstant(module, "CONTRACT", CONTRACT) < 0 ||
        PyModule_AddIntConstant(module, "SSIM_ROWS", SSIM_ROWS) < 0 ||
        PyModule_AddIntConstant(module, "SSIM_COLUMNS", SSIM_COLUMNS) < 0 ||
        PyModule_AddIntConstant(module, "TALLY_BLOCK", TALLY_BLOCK) < 0 ||
        PyModule_AddIntConstant(module, "TALLY_BINS", TALLY_BINS) < 0)
        return -1;
    return PyModule_AddIntConstant(module, "LEVEL", best_level());
}

static PyModuleDef_Slot SLOTS[] = {
    {Py_mod_exec, add_constants},
    {0, NULL},
};

static struct PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "_kernels", "Compiled loops of DeltaE00, SSIM and PNG.", 0, METHODS, SLOTS, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernels(void)
{
    return PyModuleDef_Init(&MODULE);
}
