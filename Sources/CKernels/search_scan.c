#include "search_kernels.h"

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Row by row, until `end` or the hits are full.
VESTIGE_INLINE size_t scan_single(const uint64_t *rows, size_t end, const uint64_t *query,
                                  uint32_t radius, size_t *next, vestige_hit *hits,
                                  size_t capacity) {
    size_t found = 0;
    size_t row = *next;
    for (; row < end && found < capacity; row++) {
        const uint32_t distance = row_distance(rows + 4 * row, query);
        if (distance <= radius) {
            hits[found] = (vestige_hit){(uint32_t)row, distance};
            found += 1;
        }
    }
    *next = row;
    return found;
}

static size_t scan_portable(const uint64_t *rows, size_t count, const uint64_t *query,
                            uint32_t radius, size_t *next, vestige_hit *hits, size_t capacity) {
    return scan_single(rows, count, query, radius, next, hits, capacity);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static size_t scan_popcnt(const uint64_t *rows, size_t count, const uint64_t *query,
                                         uint32_t radius, size_t *next, vestige_hit *hits,
                                         size_t capacity) {
    return scan_single(rows, count, query, radius, next, hits, capacity);
}

/// Adds what `mask` names of 8 rows, recomputing the distance: hits are few.
VESTIGE_INLINE size_t take_rows(uint32_t mask, const uint64_t *rows, size_t row,
                                const uint64_t *query, vestige_hit *hits) {
    size_t found = 0;
    while (mask != 0) {
        const size_t hit = row + (size_t)__builtin_ctz(mask);
        hits[found] = (vestige_hit){(uint32_t)hit, row_distance(rows + 4 * hit, query)};
        found += 1;
        mask &= mask - 1;
    }
    return found;
}

/// The four counts of bits, as 64-bit sums, in which one row differs from the query.
VESTIGE_INLINE VESTIGE_AVX2 __m256i word_counts(const uint64_t *row, __m256i query) {
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                             2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)row), query);
    const __m256i bytes = _mm256_add_epi8(
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    return _mm256_sad_epu8(bytes, _mm256_setzero_si256());
}

/// Four rows' counts side by side in 16-bit lanes of each word, summed over a row's four words.
VESTIGE_INLINE VESTIGE_AVX2 __m256i four_distances(const uint64_t *row, __m256i query) {
    __m256i sums = word_counts(row, query);
    sums = _mm256_or_si256(sums, _mm256_slli_epi64(word_counts(row + 4, query), 16));
    sums = _mm256_or_si256(sums, _mm256_slli_epi64(word_counts(row + 8, query), 32));
    sums = _mm256_or_si256(sums, _mm256_slli_epi64(word_counts(row + 12, query), 48));
    sums = _mm256_add_epi16(sums, _mm256_shuffle_epi32(sums, 0x4E));
    return _mm256_add_epi16(sums, _mm256_permute4x64_epi64(sums, 0x4E));
}

VESTIGE_AVX2 static size_t scan_avx2(const uint64_t *rows, size_t count, const uint64_t *query,
                                     uint32_t radius, size_t *next, vestige_hit *hits,
                                     size_t capacity) {
    const __m256i wanted = _mm256_loadu_si256((const __m256i *)query);
    const __m256i limit = _mm256_set1_epi16((short)(radius < 256 ? radius : 256));
    size_t found = 0;
    size_t row = *next;
    for (; row + 8 <= count && found + 8 <= capacity; row += 8) {
        const __m256i first = four_distances(rows + 4 * row, wanted);
        const __m256i second = four_distances(rows + 4 * row + 16, wanted);
        const __m256i far = _mm256_packs_epi16(_mm256_cmpgt_epi16(first, limit),
                                               _mm256_cmpgt_epi16(second, limit));
        // After the packing the first 4 bytes are the first four rows, and the 4 from byte 8 the others.
        const uint32_t bytes = ~(uint32_t)_mm256_movemask_epi8(far);
        const uint32_t mask = (bytes & 0xF) | ((bytes >> 4) & 0xF0);
        if (mask != 0) {
            found += take_rows(mask, rows, row, query, hits + found);
        }
    }
    *next = row;
    return found + scan_single(rows, count, query, radius, next, hits + found, capacity - found);
}

VESTIGE_AVX512 static size_t scan_avx512(const uint64_t *rows, size_t count, const uint64_t *query,
                                         uint32_t radius, size_t *next, vestige_hit *hits,
                                         size_t capacity) {
    const __m512i wanted =
        _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *)query));
    const __m512i limit = _mm512_set1_epi16((short)(radius < 256 ? radius : 256));
    size_t found = 0;
    size_t row = *next;
    for (; row + 8 <= count && found + 8 <= capacity; row += 8) {
        const uint64_t *block = rows + 4 * row;
        const __m512i a = _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(block), wanted));
        const __m512i b =
            _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(block + 8), wanted));
        const __m512i c =
            _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(block + 16), wanted));
        const __m512i d =
            _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(block + 24), wanted));
        // Each vector holds two rows. Their counts go side by side into 16-bit lanes: the lower half
        // then sums rows 0, 2, 4 and 6, the upper one rows 1, 3, 5 and 7.
        __m512i sums = _mm512_or_si512(_mm512_or_si512(a, _mm512_slli_epi64(b, 16)),
                                       _mm512_or_si512(_mm512_slli_epi64(c, 32),
                                                       _mm512_slli_epi64(d, 48)));
        sums = _mm512_add_epi16(sums, _mm512_shuffle_epi32(sums, _MM_PERM_BADC));
        sums = _mm512_add_epi16(sums, _mm512_permutex_epi64(sums, 0x4E));
        const uint32_t near = _mm512_cmple_epu16_mask(sums, limit);
        uint32_t even = near & 0xF;
        uint32_t odd = (near >> 16) & 0xF;
        if ((even | odd) != 0) {
            // Interleave the two groups of four bits: rows in order.
            even = (even | even << 2) & 0x33;
            even = (even | even << 1) & 0x55;
            odd = (odd | odd << 2) & 0x33;
            odd = (odd | odd << 1) & 0x55;
            found += take_rows(even | odd << 1, rows, row, query, hits + found);
        }
    }
    *next = row;
    return found + scan_single(rows, count, query, radius, next, hits + found, capacity - found);
}
#endif

size_t vestige_scan_rows(vestige_kernel_level level, const uint64_t *rows, size_t count,
                         const uint64_t query[4], uint32_t radius, size_t *next, vestige_hit *hits,
                         size_t capacity) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX512) {
        return scan_avx512(rows, count, query, radius, next, hits, capacity);
    }
    if (level >= VESTIGE_KERNEL_AVX2) {
        return scan_avx2(rows, count, query, radius, next, hits, capacity);
    }
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return scan_popcnt(rows, count, query, radius, next, hits, capacity);
    }
#endif
    (void)level;
    return scan_portable(rows, count, query, radius, next, hits, capacity);
}
