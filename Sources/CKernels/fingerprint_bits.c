// Quality, median and bits: the last steps from coefficients to fingerprints.
#include <string.h>

#include "fingerprint_kernels.h"

enum {
    SIDE = VESTIGE_REDUCED_SIDE,
    ORDER = VESTIGE_TRANSFORM_SIDE,
    BITS = ORDER * ORDER,
    WORDS = BITS / 64,
};

uint8_t vestige_quality(const float *reduced) {
    int32_t gradient = 0;
    for (size_t row = 0; row + 1 < SIDE; row++) {
        for (size_t column = 0; column < SIDE; column++) {
            const float *sample = reduced + row * SIDE + column;
            int32_t step = (int32_t)((sample[0] - sample[SIDE]) * 100 / 255);
            gradient += step < 0 ? -step : step;
        }
    }
    for (size_t row = 0; row < SIDE; row++) {
        for (size_t column = 0; column + 1 < SIDE; column++) {
            const float *sample = reduced + row * SIDE + column;
            int32_t step = (int32_t)((sample[0] - sample[1]) * 100 / 255);
            gradient += step < 0 ? -step : step;
        }
    }
    // The divisor and the cap are the reference's.
    int32_t quality = gradient / 90;
    return (uint8_t)(quality > 100 ? 100 : quality);
}

// MARK: median

/// An integer that orders floats as the floats are ordered.
static inline __attribute__((always_inline)) uint32_t ordinal(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t mask = (uint32_t)((int32_t)bits >> 31) | 0x80000000u;
    return bits ^ mask;
}

/// Finds the 128th smallest bit by bit, from the top: a bit is set if fewer than 128 values lie
/// below the result with it. 32 counts over 256 values in vectors beat a selection that branches.
static inline __attribute__((always_inline)) float lower_median(const float *coefficients) {
    uint32_t ordinals[BITS];
    for (size_t index = 0; index < BITS; index++) {
        ordinals[index] = ordinal(coefficients[index]);
    }
    uint32_t found = 0;
    for (int bit = 31; bit >= 0; bit--) {
        uint32_t candidate = found | 1u << bit;
        uint32_t below = 0;
        for (size_t index = 0; index < BITS; index++) {
            below += ordinals[index] < candidate;
        }
        found = below < BITS / 2 ? candidate : found;
    }
    uint32_t bits = found & 0x80000000u ? found ^ 0x80000000u : ~found;
    float median;
    memcpy(&median, &bits, sizeof median);
    return median;
}

static float lower_median_portable(const float *coefficients) {
    return lower_median(coefficients);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static float lower_median_avx2(const float *coefficients) {
    return lower_median(coefficients);
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) static float
lower_median_avx512(const float *coefficients) {
    return lower_median(coefficients);
}
#endif

float vestige_lower_median(vestige_kernel_level level, const float *coefficients) {
#if defined(__x86_64__)
    if (level == VESTIGE_KERNEL_AVX512) {
        return lower_median_avx512(coefficients);
    }
    if (level == VESTIGE_KERNEL_AVX2) {
        return lower_median_avx2(coefficients);
    }
#endif
    (void)level;
    return lower_median_portable(coefficients);
}

// MARK: bits

void vestige_fingerprint_bits(vestige_kernel_level level, const float *coefficients,
                              uint64_t *words) {
    float median = vestige_lower_median(level, coefficients);
    for (size_t word = 0; word < WORDS; word++) {
        uint64_t bits = 0;
        for (size_t index = 0; index < 64; index++) {
            bits |= (uint64_t)(coefficients[word * 64 + index] > median) << index;
        }
        words[word] = bits;
    }
}

/// The fingerprint of the transposed coefficients. They are the same numbers, so their median is
/// the same too, and only the bits change places.
static void transpose_bits(const uint64_t *words, uint64_t *transposed) {
    memset(transposed, 0, WORDS * sizeof(uint64_t));
    for (size_t row = 0; row < ORDER; row++) {
        uint64_t bits = words[row / 4] >> (row % 4 * ORDER);
        for (size_t column = 0; column < ORDER; column++) {
            transposed[column / 4] |= (bits >> column & 1) << (column % 4 * ORDER + row);
        }
    }
}

/// Negates every other row, every other column, or both, from the first on: the rows and columns
/// of odd orders, for the constant term is left out.
static void negate(const float *coefficients, int rows, int columns, float *negated) {
    for (size_t row = 0; row < ORDER; row++) {
        for (size_t column = 0; column < ORDER; column++) {
            int isNegated = (rows && row % 2 == 0) ^ (columns && column % 2 == 0);
            float value = coefficients[row * ORDER + column];
            negated[row * ORDER + column] = isNegated ? -value : value;
        }
    }
}

void vestige_turned_bits(vestige_kernel_level level, const float *coefficients, uint64_t *words) {
    // Each picture, and the one that is transposed after the same mirroring, by their places in the
    // result.
    static const struct {
        int rows;
        int columns;
        size_t place;
        size_t transposedPlace;
    } turns[4] = {{0, 0, 0, 6}, {0, 1, 5, 1}, {1, 1, 2, 7}, {1, 0, 4, 3}};
    float negated[BITS];
    for (size_t turn = 0; turn < 4; turn++) {
        negate(coefficients, turns[turn].rows, turns[turn].columns, negated);
        uint64_t *straight = words + turns[turn].place * WORDS;
        vestige_fingerprint_bits(level, negated, straight);
        transpose_bits(straight, words + turns[turn].transposedPlace * WORDS);
    }
}
