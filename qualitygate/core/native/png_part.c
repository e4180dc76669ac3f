/* Pixels of a PNG with alpha, parted. */

#include "kernels.h"

#ifdef _MSC_VER
#define INLINED static __forceinline
#else
#define INLINED static inline __attribute__((always_inline))
#endif

/* Pixels of `bytes` bytes in two: the first `kept` bytes of each, and the rest. */
INLINED void parted(const uint8_t *restrict from, Py_ssize_t pixels, int bytes, int kept, uint8_t *restrict first,
                    uint8_t *restrict rest)
{
    for (Py_ssize_t i = 0; i < pixels; i++) {
        memcpy(first + i * kept, from + i * bytes, (size_t)kept);
        memcpy(rest + i * (bytes - kept), from + i * bytes + kept, (size_t)(bytes - kept));
    }
}

PyObject *png_part(PyObject *module, PyObject *arguments)
{
    PyObject *objects[3];
    int bytes, kept;
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OiiOO", &objects[0], &bytes, &kept, &objects[1], &objects[2]))
        return NULL;
    Py_buffer views[3];
    if (take(objects, views, 3) < 0)
        return NULL;
    int known = (bytes == 2 && kept == 1) || (bytes == 4 && (kept == 2 || kept == 3)) || (bytes == 8 && kept == 6);
    Py_ssize_t pixels = known ? views[0].len / bytes : 0;
    int fits = known && views[0].len == pixels * bytes && !views[1].readonly && views[1].len == pixels * kept &&
               views[2].len == pixels * (bytes - kept);
    if (fits) {
        const uint8_t *from = views[0].buf;
        uint8_t *first = views[1].buf, *rest = views[2].buf;
        Py_BEGIN_ALLOW_THREADS;
        if (bytes == 2)
            parted(from, pixels, 2, 1, first, rest);
        else if (kept == 3)
            parted(from, pixels, 4, 3, first, rest);
        else if (bytes == 4)
            parted(from, pixels, 4, 2, first, rest);
        else
            parted(from, pixels, 8, 6, first, rest);
        Py_END_ALLOW_THREADS;
    }
    give_back(views, 3);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    Py_RETURN_NONE;
}
