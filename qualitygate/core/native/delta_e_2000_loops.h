/* CIEDE2000 of runs of pixels, in float32 and without calls of libm in the loops, so that compilers vectorise them.
 *
 * Included once per instruction set: NAME(x) is x with the set's suffix. The rearrangement of the formula is that of
 * qualitygate/core/colour/ciede2000_fast.py, which is the readable reference; this file follows it line by line.
 * Loops are free of branches, since GCC gives up on a loop that has one. */

/* Cube root of a number above zero: a guess from the exponent, two steps of Halley's method; relative error 2e-7. */
static inline float NAME(cube_root)(float x)
{
    union {
        float value;
        uint32_t bits;
    } guess = {x};
    guess.bits = guess.bits / 3 + 709921077u;
    float y = guess.value;
    for (int step = 0; step < 2; step++) {
        float cube = y * y * y;
        y *= (cube + 2.0f * x) / (2.0f * cube + x);
    }
    return y;
}

/* exp(x) for x <= 0: a power of two times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes, expf). */
static inline float NAME(exponential)(float x)
{
    x = 0.5f * (x - 80.0f + fabsf(x + 80.0f)); /* at least -80, where it is nothing anyway */
    int32_t power = (int32_t)(x * 1.44269504f - 0.5f);
    float rest = x - (float)power * 0.693359375f + (float)power * 2.12194440e-4f;
    float series = 1.9875691500e-4f;
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    union {
        int32_t bits;
        float value;
    } scale = {(power + 127) << 23};
    return (series * rest * rest + rest + 1.0f) * scale.value;
}

/* sqrt(C^7 / (C^7 + 25^7)) of the mean chroma, given the sum of both. */
static inline float NAME(sigmoid)(float sum)
{
    float square = sum * sum, seventh = square * square * square * sum;
    return sqrtf(seventh / (seventh + 781250000000.0f)); /* (2 * 25)^7 */
}

/* Samples to linear light through tables, as planes of r - g, g, b - g: greys are then no differences of rounded numbers. */
static inline void NAME(linear8)(const uint8_t *restrict samples, const float *restrict table, float *restrict red,
                                 float *restrict green, float *restrict blue, int count)
{
    for (int i = 0; i < count; i++) {
        float g = table[256 + samples[3 * i + 1]];
        green[i] = g;
        red[i] = table[samples[3 * i]] - g;
        blue[i] = table[512 + samples[3 * i + 2]] - g;
    }
}

static inline void NAME(linear16)(const uint16_t *restrict samples, const float *restrict table, float *restrict red,
                                  float *restrict green, float *restrict blue, int count)
{
    for (int i = 0; i < count; i++) {
        float g = table[65536 + samples[3 * i + 1]];
        green[i] = g;
        red[i] = table[samples[3 * i]] - g;
        blue[i] = table[131072 + samples[3 * i + 2]] - g;
    }
}

/* L* + 16, a* and b* from planes of linear light; `m` goes from (r - g, g, b - g) to (x - y, y, z - y), row by row. */
static inline void NAME(lab)(const float *restrict red, const float *restrict green, const float *restrict blue,
                             const float *restrict m, float *restrict l, float *restrict a, float *restrict b, int count)
{
    const float below = (float)(216.0 / 24389.0), slope = (float)(24389.0 / 27.0 / 116.0);
    for (int i = 0; i < count; i++) {
        float dx = m[0] * red[i] + m[1] * green[i] + m[2] * blue[i];
        float y = m[3] * red[i] + m[4] * green[i] + m[5] * blue[i];
        float dz = m[6] * red[i] + m[7] * green[i] + m[8] * blue[i];
        float x = dx + y, z = dz + y;
        /* Above the break as it is, below it the break; what is missing then lies on the tangent. */
        float bx = x < below ? below : x, by = y < below ? below : y, bz = z < below ? below : z;
        float rx = x < below ? x - below : 0.0f, ry = y < below ? y - below : 0.0f, rz = z < below ? z - below : 0.0f;
        float lx = rx - ry, lz = rz - ry;
        float cx = NAME(cube_root)(bx), cy = NAME(cube_root)(by), cz = NAME(cube_root)(bz);
        /* x^1/3 - y^1/3 = (x - y) / (x^2/3 + (x y)^1/3 + y^2/3), which loses nothing where x is close to y */
        a[i] = 500.0f * ((dx - lx) / (cx * cx + cx * cy + cy * cy) + lx * slope);
        b[i] = -200.0f * ((dz - lz) / (cz * cz + cz * cy + cy * cy) + lz * slope);
        l[i] = 116.0f * (cy + ry * slope);
    }
}

/* dE00 of planes of L* + 16, a*, b*. `margin` is negative where hues are within about a degree of opposite ones. */
static inline void NAME(difference)(const float *restrict l1, const float *restrict a1, const float *restrict b1,
                                    const float *restrict l2, const float *restrict a2, const float *restrict b2,
                                    float *restrict out, float *restrict margin, int count)
{
    for (int i = 0; i < count; i++) {
        float square1 = b1[i] * b1[i], square2 = b2[i] * b2[i];
        float sum = sqrtf(a1[i] * a1[i] + square1) + sqrtf(a2[i] * a2[i] + square2);
        float stretch = 1.5f - 0.5f * NAME(sigmoid)(sum);
        float p1 = a1[i] * stretch, p2 = a2[i] * stretch;
        float c1 = sqrtf(p1 * p1 + square1), c2 = sqrtf(p2 * p2 + square2);
        float product = c1 * c2, chroma = c1 + c2;

        float cosine = p1 * c2 + p2 * c1, sine = b1[i] * c2 + b2[i] * c1;
        float length = sqrtf(cosine * cosine + sine * sine); /* 2 C1 C2 cos(dh / 2) */
        margin[i] = length - product * 0.02f;
        float inverse = 1.0f / (length + 1e-12f);
        cosine *= inverse;
        sine *= inverse;

        float odd = ((T_ODD_0 * cosine + T_ODD_1) * cosine + T_ODD_2) * cosine + T_ODD_3;
        float even = (((T_EVEN_0 * cosine + T_EVEN_1) * cosine + T_EVEN_2) * cosine + T_EVEN_3) * cosine + T_EVEN_4;
        /* Both products are rounded, never fused (see hatch_build.py): for equal colours this is exactly zero. */
        float hue = (p1 * b2[i] - p2 * b1[i]) * sqrtf(product) * inverse / (0.5f + chroma * (odd * sine + even));
        float saturation = (c2 - c1) / (1.0f + 0.0225f * chroma);
        float level = l1[i] + l2[i] - 132.0f;
        level *= level;
        float lightness = (l2[i] - l1[i]) / (1.0f + 0.0075f * level / sqrtf(80.0f + level));

        float y = 1.0f - COS_275 * cosine - SIN_275 * sine;
        float bump = ((((BUMP_0 * y + BUMP_1) * y + BUMP_2) * y + BUMP_3) * y + BUMP_4) * y + BUMP_5;
        float angle = 1.04719755f * NAME(exponential)(bump * y), q = angle * angle;
        /* sine on 0..60 degrees, to the eleventh power: error below 1e-8 */
        float turn = -2.50521084e-8f;
        turn = turn * q + 2.75573192e-6f;
        turn = turn * q - 1.98412698e-4f;
        turn = turn * q + 8.33333333e-3f;
        turn = turn * q - 1.66666667e-1f;
        turn = (turn * q + 1.0f) * angle;
        float rotation = -2.0f * turn * NAME(sigmoid)(chroma);

        float total = lightness * lightness + saturation * (saturation + rotation * hue) + hue * hue;
        out[i] = sqrtf(0.5f * (total + fabsf(total))); /* below zero it is rounding */
    }
}

/* Returns how many pixels are marked with -1, for hues too close to opposite ones. */
static Py_ssize_t NAME(delta_e_run)(const struct delta_e *job, Py_ssize_t first, Py_ssize_t end)
{
    float plane[12][BLOCK];
    Py_ssize_t marked = 0;
    size_t wide1 = job->deep1 ? 6 : 3, wide2 = job->deep2 ? 6 : 3;
    for (Py_ssize_t start = first; start < end; start += BLOCK) {
        int count = (int)(end - start < BLOCK ? end - start : BLOCK);
        const char *one = job->pixels1 + (size_t)start * wide1, *two = job->pixels2 + (size_t)start * wide2;
        float *out = job->out + start;
        if (job->comparable && memcmp(one, two, (size_t)count * wide1) == 0) {
            memset(out, 0, (size_t)count * sizeof(float));
            continue;
        }
        if (job->deep1)
            NAME(linear16)((const uint16_t *)one, job->table1, plane[0], plane[1], plane[2], count);
        else
            NAME(linear8)((const uint8_t *)one, job->table1, plane[0], plane[1], plane[2], count);
        if (job->deep2)
            NAME(linear16)((const uint16_t *)two, job->table2, plane[3], plane[4], plane[5], count);
        else
            NAME(linear8)((const uint8_t *)two, job->table2, plane[3], plane[4], plane[5], count);
        NAME(lab)(plane[0], plane[1], plane[2], job->matrix1, plane[6], plane[7], plane[8], count);
        NAME(lab)(plane[3], plane[4], plane[5], job->matrix2, plane[9], plane[10], plane[11], count);
        NAME(difference)(plane[6], plane[7], plane[8], plane[9], plane[10], plane[11], out, plane[0], count);
        for (int i = 0; i < count; i++)
            if (plane[0][i] < 0.0f) {
                out[i] = -1.0f;
                marked++;
            }
    }
    return marked;
}
