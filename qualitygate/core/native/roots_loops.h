/* Roots without divisions and without calls of libm, so that compilers vectorise the loops that they are in: the exponent,
 * divided as an integer, is a guess that errs by 3.5 %, and a polynomial in d = x y^n - 1 makes it good at once.
 *
 * Included once per instruction set: NAME(x) is x with the set's suffix. */

/* 1 / sqrt(x), relative error 2e-7; some finite number for 0, so that x / sqrt(x) is 0 there. */
static inline float NAME(inverse_root)(float x)
{
    union {
        float value;
        uint32_t bits;
    } guess = {x};
    guess.bits = 0x5f3747c8u - (guess.bits >> 1);
    float y = guess.value, d = FMA(x * y, y, -1.0f);
    float low = FMA(d, INVERSE_ROOT_2, INVERSE_ROOT_3), high = FMA(d, INVERSE_ROOT_0, INVERSE_ROOT_1);
    return FMA(y * d, FMA(d * d, high, low), y);
}

static inline float NAME(root)(float x)
{
    return x * NAME(inverse_root)(x);
}

/* cbrt(x) for x above zero, relative error 3e-7. */
static inline float NAME(cube_root)(float x)
{
    union {
        float value;
        int32_t bits;
    } guess = {x};
    guess.bits = (int32_t)FMA((float)guess.bits, -1.0f / 3.0f, 1419900430.0f);
    float y = guess.value, d = FMA(x * y, y * y, -1.0f);
    float series = FMA(d, FMA(d, INVERSE_CUBE_ROOT_0, INVERSE_CUBE_ROOT_1), INVERSE_CUBE_ROOT_2);
    series = FMA(d, FMA(d, series, INVERSE_CUBE_ROOT_3), INVERSE_CUBE_ROOT_4);
    y = FMA(y * d, series, y);
    return x * (y * y);
}
