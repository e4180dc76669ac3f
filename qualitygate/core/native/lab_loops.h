/* Samples to L*, a*, b* of runs of pixels, in float32; the readable reference is qualitygate/core/colour/lab_planes.py.
 *
 * Included once per instruction set. Loops are free of branches, since GCC gives up on a loop that has one, and short: a
 * processor overlaps pixels only as far as it can see ahead. */

/* Samples to linear light through tables. Bytes are taken from words and results stored by two, where the order of bytes
 * allows it: half of the time of the plain loop, which then only does the rest. */
static inline void NAME(linear8)(const uint8_t *restrict samples, const float *restrict table, float *restrict red,
                                 float *restrict green, float *restrict blue, int count)
{
    int i = 0;
#ifdef LITTLE_ENDIAN_WORDS
    for (; i + 8 <= count; i += 8) {
        uint64_t words[3];
        memcpy(words, samples + 3 * i, sizeof words);
        for (int k = 0; k < 8; k += 2) {
            uint64_t two[3];
            for (int channel = 0; channel < 3; channel++) {
                const float *curve = table + 256 * channel;
                int one = 3 * k + channel, other = one + 3;
                uint32_t low, high;
                memcpy(&low, curve + (words[one / 8] >> one % 8 * 8 & 255), sizeof low);
                memcpy(&high, curve + (words[other / 8] >> other % 8 * 8 & 255), sizeof high);
                two[channel] = low | (uint64_t)high << 32;
            }
            memcpy(red + i + k, &two[0], sizeof two[0]);
            memcpy(green + i + k, &two[1], sizeof two[1]);
            memcpy(blue + i + k, &two[2], sizeof two[2]);
        }
    }
#endif
    for (; i < count; i++) {
        red[i] = table[samples[3 * i]];
        green[i] = table[256 + samples[3 * i + 1]];
        blue[i] = table[512 + samples[3 * i + 2]];
    }
}

static inline void NAME(linear16)(const uint16_t *restrict samples, const float *restrict table, float *restrict red,
                                  float *restrict green, float *restrict blue, int count)
{
    for (int i = 0; i < count; i++) {
        red[i] = table[samples[3 * i]];
        green[i] = table[65536 + samples[3 * i + 1]];
        blue[i] = table[131072 + samples[3 * i + 2]];
    }
}

/* Red, green and blue to x - y, y, z - y, relative to white, in place, by way of differences to green: greys are then no
 * differences of rounded numbers. `m` is their matrix, row by row. Also x, y and z, as far as they lie above the break. */
static inline void NAME(opponents)(float *restrict red, float *restrict green, float *restrict blue, const float *restrict m,
                                   float *restrict x, float *restrict y, float *restrict z, int count)
{
    for (int i = 0; i < count; i++) {
        float g = green[i], r_g = red[i] - g, b_g = blue[i] - g;
        float x_y = FMA(m[0], r_g, FMA(m[1], g, m[2] * b_g));
        float luminance = FMA(m[3], r_g, FMA(m[4], g, m[5] * b_g));
        float z_y = FMA(m[6], r_g, FMA(m[7], g, m[8] * b_g));
        float all_x = x_y + luminance, all_z = z_y + luminance;
        red[i] = x_y;
        green[i] = luminance;
        blue[i] = z_y;
        x[i] = all_x < BREAK ? BREAK : all_x;
        y[i] = luminance < BREAK ? BREAK : luminance;
        z[i] = all_z < BREAK ? BREAK : all_z;
    }
}

static inline void NAME(cube_roots)(float *restrict plane, int count)
{
    for (int i = 0; i < count; i++)
        plane[i] = NAME(cube_root)(plane[i]);
}

/* L* + 16, a* and b* from x - y, y, z - y and the cube roots of y, x, z that are in their places. */
static inline void NAME(from_roots)(const float *restrict x_y, const float *restrict luminance, const float *restrict z_y,
                                    float *restrict l, float *restrict a, float *restrict b, int count)
{
    for (int i = 0; i < count; i++) {
        float y = luminance[i], x = x_y[i] + y, z = z_y[i] + y;
        /* What is missing to the break, and lies on the tangent there. */
        float rx = x < BREAK ? x - BREAK : 0.0f, ry = y < BREAK ? y - BREAK : 0.0f, rz = z < BREAK ? z - BREAK : 0.0f;
        float lx = rx - ry, lz = rz - ry;
        float cx = a[i], cy = l[i], cz = b[i], square = cy * cy;
        /* x^1/3 - y^1/3 = (x - y) / (x^2/3 + (x y)^1/3 + y^2/3), which loses nothing where x is close to y */
        a[i] = FMA(lx, 500.0f * SLOPE, 500.0f * (x_y[i] - lx) / FMA(cx, cx + cy, square));
        b[i] = FMA(lz, -200.0f * SLOPE, -200.0f * (z_y[i] - lz) / FMA(cz, cz + cy, square));
        l[i] = FMA(ry, 116.0f * SLOPE, 116.0f * cy);
    }
}

/* L* + 16, a* and b* from planes of linear light, which are overwritten. */
static inline void NAME(lab)(float *restrict red, float *restrict green, float *restrict blue, const float *restrict m,
                             float *restrict l, float *restrict a, float *restrict b, int count)
{
    NAME(opponents)(red, green, blue, m, a, l, b, count);
    NAME(cube_roots)(l, count);
    NAME(cube_roots)(a, count);
    NAME(cube_roots)(b, count);
    NAME(from_roots)(red, green, blue, l, a, b, count);
}
