/* Rows of a PNG, freed of their filters while their inflated bytes come in, block by block. */

#include "png_lines.h"

/* One row of pixels of a fixed size, by the filter it says. */
#define UNFILTERED(bytes)                                                                                                \
    static void unfiltered_##bytes(struct line line, int filter, int plain)                                              \
    {                                                                                                                    \
        VECTORED(bytes)                                                                                                  \
        if (filter == SUB)                                                                                               \
            plainly(line, SUB, bytes);                                                                                   \
        else if (filter == AVERAGE)                                                                                      \
            plainly(line, AVERAGE, bytes);                                                                               \
        else                                                                                                             \
            plainly(line, PAETH, bytes);                                                                                 \
    }

#ifdef VECTORS
#define VECTORED(bytes)                                                                                                  \
    if (!plain) {                                                                                                        \
        if (filter == SUB)                                                                                               \
            sub_row(line, bytes);                                                                                        \
        else if (filter == AVERAGE)                                                                                      \
            average_row(line, bytes);                                                                                    \
        else                                                                                                             \
            paeth_row(line, bytes);                                                                                      \
        return;                                                                                                          \
    }
#else
#define VECTORED(bytes) (void)plain;
#endif

UNFILTERED(1)
UNFILTERED(2)
UNFILTERED(3)
UNFILTERED(4)
UNFILTERED(6)
UNFILTERED(8)

static void unfilter(struct line line, int filter, int bytes, int plain)
{
    if (filter == NONE) {
        memcpy(line.out, line.from, (size_t)line.row);
        return;
    }
    if (filter == UP) {
        const uint8_t *restrict from = line.from, *restrict above = line.above;
        uint8_t *restrict out = line.out;
        for (Py_ssize_t i = 0; i < line.row; i++)
            out[i] = (uint8_t)(from[i] + above[i]);
        return;
    }
    switch (bytes) {
    case 1: unfiltered_1(line, filter, plain); break;
    case 2: unfiltered_2(line, filter, plain); break;
    case 3: unfiltered_3(line, filter, plain); break;
    case 4: unfiltered_4(line, filter, plain); break;
    case 6: unfiltered_6(line, filter, plain); break;
    default: unfiltered_8(line, filter, plain); break;
    }
}

#ifdef VECTORS
/* Whether two rows were undone together. */
static int paired(struct line one, struct line two, int bytes)
{
    switch (bytes) {
    case 1: paeth_rows(one, two, 1); return 1;
    case 2: paeth_rows(one, two, 2); return 1;
    case 3: paeth_rows(one, two, 3); return 1;
    case 4: paeth_rows(one, two, 4); return 1;
    default: return 0;
    }
}
#endif

/* Rows of `row` bytes with pixels of `pixel` bytes, `size` bytes in all. `pending` holds one that is not whole yet, and
 * zeros for the row above the first. `place` is how many of their bytes, filters included, came before. `plain` leaves
 * the vectors of SSE2 out, as elsewhere. */
struct rows {
    int pixel, plain;
    Py_ssize_t place, row, size;
    uint8_t *pending, *out;
};

/* Rows that lie whole in the block are unfiltered from there; one that is cut is gathered in `pending` first.
 * Returns how many bytes of all rows were taken so far, -1 for a filter that does not exist. */
static Py_ssize_t taken(const struct rows *rows, const uint8_t *block, Py_ssize_t length)
{
    Py_ssize_t row = rows->row, whole = row + 1, y = rows->place / whole, x = rows->place % whole;
    const uint8_t *end = block + length, *nothing = rows->pending + whole;
    while (block < end && y * row < rows->size) {
        const uint8_t *from = block;
        if (x != 0 || end - block < whole) {
            Py_ssize_t part = end - block < whole - x ? end - block : whole - x;
            memcpy(rows->pending + x, block, (size_t)part);
            block += part;
            x += part;
            if (x < whole)
                break;
            from = rows->pending;
            x = 0;
        } else {
            block += whole;
        }
        if (from[0] > PAETH)
            return -1;
        uint8_t *out = rows->out + y * row;
        struct line line = {from + 1, y ? out - row : nothing, out, row};
#ifdef VECTORS
        if (!rows->plain && from[0] == PAETH && end - block >= whole && block[0] == PAETH && (y + 1) * row < rows->size) {
            struct line below = {block + 1, out, out + row, row};
            if (paired(line, below, rows->pixel)) {
                block += whole;
                y += 2;
                continue;
            }
        }
#endif
        unfilter(line, from[0], rows->pixel, rows->plain);
        y++;
    }
    return y * whole + x;
}

/* Fills in what the buffers say; 0 where they do not fit. */
static int fit(struct rows *rows, const Py_buffer *pending, const Py_buffer *out)
{
    int pixel = rows->pixel;
    rows->row = (pending->len - 1) / 2;
    rows->size = out->len;
    rows->pending = pending->buf;
    rows->out = out->buf;
    return (pixel == 1 || pixel == 2 || pixel == 3 || pixel == 4 || pixel == 6 || pixel == 8) && !pending->readonly &&
           pending->len % 2 == 1 && rows->row > 0 && rows->row % pixel == 0 && rows->size % rows->row == 0 &&
           rows->place >= 0 && rows->place <= rows->size + rows->size / rows->row;
}

PyObject *png_rows(PyObject *module, PyObject *arguments)
{
    PyObject *objects[3];
    struct rows rows = {0};
    (void)module;
    if (!PyArg_ParseTuple(arguments, "OnipOO", &objects[0], &rows.place, &rows.pixel, &rows.plain, &objects[1],
                          &objects[2]))
        return NULL;
    Py_buffer views[3];
    if (take(objects, views, 3) < 0)
        return NULL;
    Py_ssize_t found = -1;
    int fits = fit(&rows, &views[1], &views[2]);
    if (fits) {
        Py_BEGIN_ALLOW_THREADS;
        found = taken(&rows, views[0].buf, views[0].len);
        Py_END_ALLOW_THREADS;
    }
    give_back(views, 3);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    return PyLong_FromSsize_t(found);
}
