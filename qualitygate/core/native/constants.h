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

/* -((h - 275) / 25)^2 as a power series in 1 - cos(h - 275), the highest power first: the same file */
#define BUMP_0 -2.021160235e-02f
#define BUMP_1 -5.335863020e-02f
#define BUMP_2 -1.500711474e-01f
#define BUMP_3 -4.668880142e-01f
#define BUMP_4 -1.750830053e+00f
#define BUMP_5 -1.050498032e+01f
#define COS_275 8.715574275e-02f
#define SIN_275 -9.961946981e-01f

/* Half of the Gaussian window of 11 weights, sigma 1.5: qualitygate/metrics/ssim_map.py */
static const float WEIGHT[6] = {
    1.028380084e-03f, 7.598758135e-03f, 3.600077213e-02f, 1.093606895e-01f, 2.130055377e-01f, 2.660117249e-01f,
};
