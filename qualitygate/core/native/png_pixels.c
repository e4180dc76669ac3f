/* The pixels of a PNG, from its compressed stream to samples: the call and its checks. */

#include "inflate.h"

PyObject *png_pixels(PyObject *module, PyObject *arguments)
{
    PyObject *objects[3];
    struct rows rows = {0};
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OipOO", &objects[0], &rows.pixel, &rows.plain, &objects[1], &objects[2]))
        return NULL;
    Py_buffer views[3];
    if (take(objects, views, 3) < 0)
        return NULL;
    int done = 0, fits = views[0].len >= PADDING && png_fit(&rows, &views[1], &views[2]);
    void *scratch = fits ? PyMem_Malloc(INFLATE_SCRATCH) : NULL;
    if (scratch != NULL) {
        Py_BEGIN_ALLOW_THREADS;
        done = inflated(views[0].buf, views[0].len - PADDING, &rows, scratch);
        Py_END_ALLOW_THREADS;
        PyMem_Free(scratch);
    }
    give_back(views, 3);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    return scratch == NULL ? PyErr_NoMemory() : PyBool_FromLong(done);
}
