/* Includes LOOPS, a header of loops, once per instruction set: every name in it carries the set's suffix. LANES is how
 * many floats a vector of the set holds; FMA(a, b, c) is a * b + c, rounded once where the set has an instruction for it
 * (the compiler is told never to contract by itself, since then equal colours would differ). */

#define SET base
#define LANES 4
#if defined(__aarch64__) || defined(__FMA__)
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#else
#define FMA(a, b, c) ((a) * (b) + (c))
#endif
#include LOOPS
#undef SET
#undef LANES
#undef FMA

#ifdef WIDER
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,bmi2")
#endif
#define SET v3
#define LANES 8
#include LOOPS
#undef SET
#undef LANES
#ifdef __clang__
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2,prefer-vector-width=512")
#endif
#define SET v4
#define LANES 16
#include LOOPS
#undef SET
#undef LANES
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#undef FMA
#endif
