/* SSIM of two pictures: the call and its checks; the loops are in ssim_loops.h. */

#include "kernels.h"

#ifdef WIDER
#include <immintrin.h>
#endif

#include "constants.h"

/* A tile of the map: as many rows as metrics/ssim_map.py has, and columns whose buffers fit a first cache of 32 KB. */
#define ROWS SSIM_ROWS
#define COLUMNS SSIM_COLUMNS
#define BLOCK 16
#define STRIDE (COLUMNS + BLOCK)

/* Rows of a large picture lie too far apart for the processor to foresee the next one. Where pictures come from memory, the
 * rows of the next tile are asked for together with those of this one: memory is faster the more is read in one go. */
#define AHEAD 4
#define LARGE ((Py_ssize_t)8 << 20) /* bytes of a picture */

/* Luma in thousandths is a whole number. */
#define RED 299
#define GREEN 587
#define BLUE 114
#define UNIT 0.001f

/* One call of ssim; a pixel is `wide` bytes, three samples or a float of luma. */
struct ssim {
    const char *one, *two;
    int samples, wide;
    Py_ssize_t width, rows;
    Py_ssize_t beyond; /* bytes of a row that are asked for beyond a tile */
    float c1, c2;
    float *out;
};

/* What a tile's rows pass through: the last eleven rows of the means and mean squares of sum and difference. */
struct buffers {
    float ring[11][4][STRIDE], sum[STRIDE], difference[STRIDE], spare[BLOCK];
};

/* About the mean luma of a tile. Any value near the middle will do: bright flat areas then lose nothing to cancellation.
 * Steps of 13 meet all phases of the blocks of 8 and 16 that pictures are compressed in. */
static float middle(const struct ssim *job, const char *tile, int rows, int columns)
{
    double total = 0.0;
    int count = 0;
    for (int row = 0; row < rows; row += 13)
        for (int column = 0; column < columns; column += 13, count++) {
            const char *pixel = tile + (row * job->width + column) * job->wide;
            if (job->samples) {
                const uint8_t *sample = (const uint8_t *)pixel;
                total += RED * sample[0] + GREEN * sample[1] + BLUE * sample[2];
            } else {
                total += *(const float *)pixel;
            }
        }
    return (float)(job->samples ? total / (1000.0 * count) : total / count);
}

/* Has bytes of both pictures brought near. */
static inline void fetch(const char *one, const char *two, Py_ssize_t bytes)
{
#if defined(__GNUC__) || defined(__clang__)
    for (Py_ssize_t i = 0; i < bytes; i += 64) {
        __builtin_prefetch(one + i);
        __builtin_prefetch(two + i);
    }
    __builtin_prefetch(one + bytes - 1);
    __builtin_prefetch(two + bytes - 1);
#else
    (void)one, (void)two, (void)bytes;
#endif
}

#define LOOPS "ssim_loops.h"
#include "levels.h"

static void run_tile(int level, const struct ssim *job, const char *one, const char *two, int rows, int columns, float *out,
                     struct buffers *buffers)
{
#ifdef WIDER
    if (level == 4) {
        ssim_tile_v4(job, one, two, rows, columns, out, buffers);
        return;
    }
    if (level == 3) {
        ssim_tile_v3(job, one, two, rows, columns, out, buffers);
        return;
    }
#endif
    (void)level;
    ssim_tile_base(job, one, two, rows, columns, out, buffers);
}

/* Tiles `first` to `end` of the map, numbered row by row. Where the pictures are equal it is 1. */
static void run_ssim(int level, const struct ssim *job, Py_ssize_t first, Py_ssize_t end, struct buffers *buffers)
{
    Py_ssize_t columns = job->width - 10, across = (columns + COLUMNS - 1) / COLUMNS;
    for (Py_ssize_t tile = first; tile < end; tile++) {
        Py_ssize_t top = tile / across * ROWS, left = tile % across * COLUMNS, start = (top * job->width + left) * job->wide;
        int h = (int)(job->rows - top < ROWS ? job->rows - top : ROWS);
        int w = (int)(columns - left < COLUMNS ? columns - left : COLUMNS);
        const char *one = job->one + start, *two = job->two + start;
        float *out = job->out + top * columns + left;
        Py_ssize_t stride = job->width * job->wide;
        int row = 0;
        while (row < h + 10 && memcmp(one + row * stride, two + row * stride, (size_t)(w + 10) * (size_t)job->wide) == 0)
            row++;
        if (row < h + 10) {
            run_tile(level, job, one, two, h, w, out, buffers);
            continue;
        }
        for (row = 0; row < h; row++)
            for (int column = 0; column < w; column++)
                out[row * columns + column] = 1.0f;
    }
}

/* Fills the job from its buffers; 0 where they do not fit each other. */
static int fit(struct ssim *job, const Py_buffer *views, Py_ssize_t first, Py_ssize_t end)
{
    Py_ssize_t columns = job->width - 10, floats = (Py_ssize_t)sizeof(float);
    if (columns <= 0 || views[0].len != views[1].len || views[2].len % (columns * floats) != 0)
        return 0;
    job->rows = views[2].len / (columns * floats);
    job->samples = views[0].len == (job->rows + 10) * job->width * 3;
    job->wide = job->samples ? 3 : (int)floats;
    job->one = views[0].buf;
    job->two = views[1].buf;
    job->out = views[2].buf;
    job->beyond = views[0].len < LARGE ? 0 : COLUMNS * job->wide;
    Py_ssize_t tiles = ((job->rows + ROWS - 1) / ROWS) * ((columns + COLUMNS - 1) / COLUMNS);
    return views[0].len == (job->rows + 10) * job->width * job->wide && first >= 0 && first <= end && end <= tiles;
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
    if (!fit(&job, views, first, end)) {
        give_back(views, 3);
        PyErr_SetString(PyExc_ValueError, "buffers do not fit each other");
        return NULL;
    }
    /* Not on the stack, which some systems give little of to a thread; whole lines of the cache. Zeroed, since vectors
     * reach beyond a tile's last column. */
    char *memory = PyMem_Calloc(1, sizeof(struct buffers) + 64);
    if (memory == NULL) {
        give_back(views, 3);
        return PyErr_NoMemory();
    }
    struct buffers *buffers = (struct buffers *)(memory + (64 - (uintptr_t)memory % 64));
    Py_BEGIN_ALLOW_THREADS;
    run_ssim(level, &job, first, end, buffers);
    Py_END_ALLOW_THREADS;
    PyMem_Free(memory);
    give_back(views, 3);
    Py_RETURN_NONE;
}
