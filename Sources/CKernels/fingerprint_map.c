// The fast form of PDQ's blur and decimation: one banded, separable, linear map.
//
// One body, written with the compiler's vectors of 16 lanes, is compiled for each instruction set.
// Lanes never meet before the fold at the end, and nothing is fused, so every level adds the same
// floats in the same order.
#include <string.h>

#include "fingerprint_kernels.h"

#if defined(__x86_64__)
#define FOR_AVX2 __attribute__((target("avx2")))
#define FOR_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#endif

enum {
    SIDE = VESTIGE_REDUCED_SIDE,
    LANES = VESTIGE_MAP_LANES,
    /// Rows that are added in one go over the columns: the sums are loaded and stored once.
    BATCH = 8,
};

typedef float float_lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef uint8_t byte_lanes __attribute__((vector_size(LANES)));

/// The columns' sums are padded to whole lanes, and by as much again: a band's padding reads there.
size_t vestige_map_scratch(size_t width) {
    return (width + LANES - 1) / LANES * LANES + LANES;
}

/// Adds `count` rows, each times its weight, to the sums of LANES columns.
static inline __attribute__((always_inline)) void
add_lanes(const uint8_t *columns, size_t stride, const float *weights, const size_t count,
          float *sums, int isFirst, size_t width) {
    float_lanes sum = {0};
    if (!isFirst) {
        memcpy(&sum, sums, sizeof sum);
    }
    for (size_t row = 0; row < count; row++) {
        byte_lanes bytes = {0};
        memcpy(&bytes, columns + row * stride, width);
        sum += __builtin_convertvector(bytes, float_lanes) * weights[row];
    }
    memcpy(sums, &sum, sizeof sum);
}

/// Adds `count` rows, each times its weight, to the sums of all columns.
static inline __attribute__((always_inline)) void
add_rows(const uint8_t *rows, size_t stride, size_t width, const float *weights,
         const size_t count, float *sums, int isFirst) {
    size_t whole = width / LANES * LANES;
    for (size_t column = 0; column < whole; column += LANES) {
        add_lanes(rows + column, stride, weights, count, sums + column, isFirst, LANES);
    }
    if (whole < width) {
        add_lanes(rows + whole, stride, weights, count, sums + whole, isFirst, width - whole);
    }
}

static inline __attribute__((always_inline)) void
sum_band(const uint8_t *plane, size_t stride, size_t width, const vestige_bands *bands,
         size_t band, float *sums) {
    const uint8_t *rows = plane + bands->starts[band] * stride;
    const float *weights = bands->weights + bands->offsets[band];
    size_t count = bands->counts[band];
    size_t row = 0;
    for (; row + BATCH <= count; row += BATCH) {
        add_rows(rows + row * stride, stride, width, weights + row, BATCH, sums, row == 0);
    }
    for (; row < count; row++) {
        add_rows(rows + row * stride, stride, width, weights + row, 1, sums, row == 0);
    }
}

/// The weighted sum of one band along the columns' sums.
static inline __attribute__((always_inline)) float
fold_band(const float *samples, const float *weights, size_t count) {
    float_lanes sum = {0};
    for (size_t index = 0; index < count; index += LANES) {
        float_lanes some;
        float_lanes factors;
        memcpy(&some, samples + index, sizeof some);
        memcpy(&factors, weights + index, sizeof factors);
        sum += some * factors;
    }
    float lanes[LANES];
    memcpy(lanes, &sum, sizeof lanes);
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t lane = 0; lane < half; lane++) {
            lanes[lane] += lanes[lane + half];
        }
    }
    return lanes[0];
}

static inline __attribute__((always_inline)) void
map_bytes(const uint8_t *plane, size_t stride, size_t width, const vestige_bands *rows,
          const vestige_bands *columns, float *sums, float *reduced) {
    // Zero times whatever stood there could be a NaN.
    memset(sums + width, 0, (vestige_map_scratch(width) - width) * sizeof(float));
    for (size_t row = 0; row < SIDE; row++) {
        sum_band(plane, stride, width, rows, row, sums);
        for (size_t column = 0; column < SIDE; column++) {
            reduced[row * SIDE + column] =
                fold_band(sums + columns->starts[column],
                          columns->weights + columns->offsets[column], columns->counts[column]);
        }
    }
}

static void map_bytes_portable(const uint8_t *plane, size_t stride, size_t width,
                               const vestige_bands *rows, const vestige_bands *columns,
                               float *sums, float *reduced) {
    map_bytes(plane, stride, width, rows, columns, sums, reduced);
}

#if defined(__x86_64__)
FOR_AVX2 static void map_bytes_avx2(const uint8_t *plane, size_t stride, size_t width,
                                    const vestige_bands *rows, const vestige_bands *columns,
                                    float *sums, float *reduced) {
    map_bytes(plane, stride, width, rows, columns, sums, reduced);
}

FOR_AVX512 static void map_bytes_avx512(const uint8_t *plane, size_t stride, size_t width,
                                        const vestige_bands *rows, const vestige_bands *columns,
                                        float *sums, float *reduced) {
    map_bytes(plane, stride, width, rows, columns, sums, reduced);
}
#endif

void vestige_map_bytes(vestige_kernel_level level, const uint8_t *plane, size_t stride,
                       size_t width, const vestige_bands *rows, const vestige_bands *columns,
                       float *scratch, float *reduced) {
#if defined(__x86_64__)
    if (level == VESTIGE_KERNEL_AVX512) {
        map_bytes_avx512(plane, stride, width, rows, columns, scratch, reduced);
        return;
    }
    if (level == VESTIGE_KERNEL_AVX2) {
        map_bytes_avx2(plane, stride, width, rows, columns, scratch, reduced);
        return;
    }
#endif
    (void)level;
    map_bytes_portable(plane, stride, width, rows, columns, scratch, reduced);
}
