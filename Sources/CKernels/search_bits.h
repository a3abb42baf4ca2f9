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

#endif
