/* Numbers of the formulas, each derived in the Python file that is named; `tests/metrics/test_native_constants.py` checks them. */

/* T (equation 15) times 0.015 / 4 as polynomials in the cosine of the mean hue: qualitygate/core/colour/ciede2000_fast.py */
#define T_EVEN_0 -2.723942998e-03f
#define T_EVEN_1 4.773705098e-03f
#define T_EVEN_2 4.523942998e-03f
#define T_EVEN_3 -4.132370018e-03f
#define T_EVEN_4 2.509507125e-03f
#define T_ODD_0 -5.346039145e-03f
#define T_ODD_1 -5.017366237e-04f
#define T_ODD_2 2.673019573e-03f
#define T_ODD_3 -1.933158441e-04f

#define COS_275 8.715574275e-02f
#define SIN_275 -9.961946981e-01f

/* What follows agrees with a function at Chebyshev points, the highest power first. The test has the functions, and how far
 * the polynomials err.
 *
 * exp(-((h - 275) / 25)^2 / 8) in y = 1 - cos(h - 275), 0..1 */
#define BUMP_0 -8.958410439e-04f
#define BUMP_1 1.693746809e-02f
#define BUMP_2 -1.483026460e-01f
#define BUMP_3 6.432813821e-01f
#define BUMP_4 -1.313121663e+00f
#define BUMP_5 9.999999878e-01f

/* -2 sin(60 degrees b) / b in b^2, 0..1 */
#define TURN_0 5.315574316e-04f
#define TURN_1 -2.097875635e-02f
#define TURN_2 3.827914931e-01f
#define TURN_3 -2.094395038e+00f

/* ((1 + d)^(-1/2) - 1) / d for |d| <= 0.0705 */
#define INVERSE_ROOT_0 2.745629797e-01f
#define INVERSE_ROOT_1 -3.137276925e-01f
#define INVERSE_ROOT_2 3.749993004e-01f
#define INVERSE_ROOT_3 -4.999992369e-01f

/* ((1 + d)^(-1/3) - 1) / d for |d| <= 0.105 */
#define INVERSE_CUBE_ROOT_0 -1.262251133e-01f
#define INVERSE_CUBE_ROOT_1 1.455761795e-01f
#define INVERSE_CUBE_ROOT_2 -1.728356478e-01f
#define INVERSE_CUBE_ROOT_3 2.222179589e-01f
#define INVERSE_CUBE_ROOT_4 -3.333333333e-01f

/* Half of the Gaussian window of 11 weights, sigma 1.5: qualitygate/metrics/ssim_map.py */
static const float WEIGHT[6] = {
    1.028380084e-03f, 7.598758135e-03f, 3.600077213e-02f, 1.093606895e-01f, 2.130055377e-01f, 2.660117249e-01f,
};
