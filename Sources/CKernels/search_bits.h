// What the search kernels share. Functions here are always inlined, so that each is compiled with the
// instructions of the body that it stands in.
#ifndef VESTIGE_SEARCH_BITS_H
#define VESTIGE_SEARCH_BITS_H

#include <stdint.h>

#define VESTIGE_INLINE static inline __attribute__((always_inline))
#define VESTIGE_POPCNT __attribute__((target("popcnt")))
#define VESTIGE_AVX2 __attribute__((target("avx2,popcnt")))
#define VESTIGE_AVX512                                                                              \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx2,popcnt,bmi")))

/// Bits in which two rows differ.
VESTIGE_INLINE uint32_t row_distance(const uint64_t *row, const uint64_t *query) {
    return (uint32_t)(__builtin_popcountll(row[0] ^ query[0]) +
                      __builtin_popcountll(row[1] ^ query[1]) +
                      __builtin_popcountll(row[2] ^ query[2]) +
                      __builtin_popcountll(row[3] ^ query[3]));
}

/// Chunk 0 ... 15 of a row.
VESTIGE_INLINE uint32_t row_chunk(const uint64_t *row, uint32_t chunk) {
    return (uint32_t)(row[chunk / 4] >> (16 * (chunk % 4))) & 0xFFFF;
}

/// The 32 bits after a chunk, cyclically: the next chunk below the one after it.
VESTIGE_INLINE uint32_t row_extension(const uint64_t *row, uint32_t chunk) {
    return row_chunk(row, (chunk + 1) % 16) | row_chunk(row, (chunk + 2) % 16) << 16;
}

/// The first chunk i from which every run of chunks stays under its budget:
/// d_i + ... + d_j < sum of (T + 1) over the same chunks, for all 16 lengths, cyclically; 16 if none.
VESTIGE_INLINE uint32_t first_viable_start(const uint64_t *row, const uint64_t *query,
                                           const int8_t *thresholds) {
    int excess[16];
    for (uint32_t chunk = 0; chunk < 16; chunk++) {
        excess[chunk] =
            __builtin_popcount(row_chunk(row, chunk) ^ row_chunk(query, chunk)) - thresholds[chunk] - 1;
    }
    for (uint32_t start = 0; start < 16; start++) {
        int sum = 0;
        uint32_t length = 0;
        for (; length < 16; length++) {
            sum += excess[(start + length) % 16];
            if (sum >= 0) {
                break;
            }
        }
        if (length == 16) {
            return start;
        }
    }
    return 16;
}

#endif
