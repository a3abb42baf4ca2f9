// The 16 x 16 lowest coefficients of the cosine transform of 64 x 64 samples.
#include <string.h>

#include "fingerprint_kernels.h"

enum {
    SIDE = VESTIGE_REDUCED_SIDE,
    ORDER = VESTIGE_TRANSFORM_SIDE,
};

/// sqrt(2 / 64) cos(pi m / 128) for m = 1 ... 63: every magnitude in the matrix.
///
/// As the reference computes them: the root rounded to a float, times the cosine as a double, the
/// product rounded to a float. With the root as a double 112 entries of the matrix would differ.
/// They are written down because the last bit of `cos` is not the same in every C library.
static const float magnitudes[63] = {
    0x1.69edfcp-3f, 0x1.699a42p-3f, 0x1.690ec6p-3f, 0x1.684b9cp-3f, 0x1.6750e4p-3f,
    0x1.661ec2p-3f, 0x1.64b568p-3f, 0x1.63150ap-3f, 0x1.613decp-3f, 0x1.5f3056p-3f,
    0x1.5cec98p-3f, 0x1.5a730cp-3f, 0x1.57c414p-3f, 0x1.54e018p-3f, 0x1.51c78cp-3f,
    0x1.4e7ae8p-3f, 0x1.4afab2p-3f, 0x1.474772p-3f, 0x1.4361bap-3f, 0x1.3f4a24p-3f, 0x1.3b015p-3f,
    0x1.3687eap-3f, 0x1.31dea2p-3f, 0x1.2d062ep-3f, 0x1.27ff5p-3f, 0x1.22caccp-3f, 0x1.1d6972p-3f,
    0x1.17dc14p-3f, 0x1.12238ep-3f, 0x1.0c40c2p-3f, 0x1.063498p-3f, 0x1p-3f, 0x1.f347dap-4f,
    0x1.e642b8p-4f, 0x1.d8f29ap-4f, 0x1.cb598cp-4f, 0x1.bd79aap-4f, 0x1.af5516p-4f,
    0x1.a0edfep-4f, 0x1.92469cp-4f, 0x1.83613p-4f, 0x1.74400ap-4f, 0x1.64e57ap-4f, 0x1.5553e4p-4f,
    0x1.458daap-4f, 0x1.35953cp-4f, 0x1.256d12p-4f, 0x1.1517a8p-4f, 0x1.049782p-4f,
    0x1.e7de5ep-5f, 0x1.c6427ap-5f, 0x1.a4608ap-5f, 0x1.823dc8p-5f, 0x1.5fdf76p-5f, 0x1.3d4aep-5f,
    0x1.1a855ep-5f, 0x1.ef2894p-6f, 0x1.a8fa12p-6f, 0x1.628a08p-6f, 0x1.1be352p-6f,
    0x1.aa21a8p-7f, 0x1.1c3af6p-7f, 0x1.1c50e2p-8f,
};

void vestige_cosine_matrix(float *cosines) {
    for (size_t sample = 0; sample < SIDE; sample++) {
        for (size_t order = 0; order < ORDER; order++) {
            // cos(pi m / 128) has period 256, is even about 128, and odd about 64. Neither 0 nor 64
            // occurs: an odd number times at most 16 is no multiple of 64.
            size_t m = (order + 1) * (2 * sample + 1) % 256;
            m = m > 128 ? 256 - m : m;
            cosines[sample * ORDER + order] = m < 64 ? magnitudes[m - 1] : -magnitudes[127 - m];
        }
    }
}

typedef float lanes __attribute__((vector_size(ORDER * sizeof(float))));

/// 16 columns of the product by the columns, `block` orders at a time: as many sums as fit the
/// registers of the instruction set.
static inline __attribute__((always_inline)) void
transform(const float *reduced, const float *cosines, float *coefficients, const size_t block) {
    float half[ORDER * SIDE];
    for (size_t column = 0; column < SIDE; column += ORDER) {
        for (size_t first = 0; first < ORDER; first += block) {
            lanes sums[ORDER] = {0};
            for (size_t sample = 0; sample < SIDE; sample++) {
                lanes row;
                memcpy(&row, reduced + sample * SIDE + column, sizeof row);
                for (size_t order = 0; order < block; order++) {
                    sums[order] += row * cosines[sample * ORDER + first + order];
                }
            }
            for (size_t order = 0; order < block; order++) {
                memcpy(half + (first + order) * SIDE + column, &sums[order], sizeof(lanes));
            }
        }
    }
    for (size_t first = 0; first < ORDER; first += block) {
        lanes sums[ORDER] = {0};
        for (size_t sample = 0; sample < SIDE; sample++) {
            lanes row;
            memcpy(&row, cosines + sample * ORDER, sizeof row);
            for (size_t order = 0; order < block; order++) {
                sums[order] += row * half[(first + order) * SIDE + sample];
            }
        }
        for (size_t order = 0; order < block; order++) {
            memcpy(coefficients + (first + order) * ORDER, &sums[order], sizeof(lanes));
        }
    }
}

static void transform_portable(const float *reduced, const float *cosines, float *coefficients) {
    transform(reduced, cosines, coefficients, 2);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
transform_avx2(const float *reduced, const float *cosines, float *coefficients) {
    transform(reduced, cosines, coefficients, 4);
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) static void
transform_avx512(const float *reduced, const float *cosines, float *coefficients) {
    transform(reduced, cosines, coefficients, 16);
}
#endif

void vestige_transform(vestige_kernel_level level, const float *reduced, const float *cosines,
                       float *coefficients) {
#if defined(__x86_64__)
    if (level == VESTIGE_KERNEL_AVX512) {
        transform_avx512(reduced, cosines, coefficients);
        return;
    }
    if (level == VESTIGE_KERNEL_AVX2) {
        transform_avx2(reduced, cosines, coefficients);
        return;
    }
#endif
    (void)level;
    transform_portable(reduced, cosines, coefficients);
}
