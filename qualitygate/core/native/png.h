/* Rows of a PNG that are unfiltered as their bytes come in. */

#ifndef QUALITYGATE_PNG_H
#define QUALITYGATE_PNG_H

#include "kernels.h"

/* Rows of `row` bytes with pixels of `pixel` bytes, `size` bytes in all; `pending` holds one that is not whole yet, and
 * zeros for the row above the first. `place` is how many of their bytes, filters included, have come. `plain` leaves
 * the vectors of SSE2 out, as elsewhere. */
struct rows {
    int pixel, plain;
    Py_ssize_t place, row, size;
    uint8_t *pending, *out;
};

/* Fills in what the buffers say; 0 where they do not fit. */
int png_fit(struct rows *rows, const Py_buffer *pending, const Py_buffer *out);

/* Takes bytes up to the last row; 0 for a filter that does not exist, or if some are left over. */
int png_take(struct rows *rows, const uint8_t *block, Py_ssize_t length);

/* Whether every row is there. */
int png_complete(const struct rows *rows);

#endif
