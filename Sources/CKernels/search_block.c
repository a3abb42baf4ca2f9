#include "join_kernels.h"

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// The right rows are taken in groups of as many as one output needs room for.
enum { group = VESTIGE_JOIN_ROOM };

/// The first right row of a group that a left row is compared with.
VESTIGE_INLINE size_t group_start(size_t start, size_t first, bool ascending) {
    return ascending && first >= start ? first + 1 : start;
}

VESTIGE_INLINE size_t join_single(const uint64_t *left, size_t left_start, size_t left_end,
                                  const uint64_t *right, size_t right_end, uint32_t radius,
                                  bool ascending, vestige_block_cursor *cursor,
                                  vestige_row_pair *pairs, size_t capacity) {
    size_t found = 0;
    while (cursor->right < right_end) {
        const size_t start = cursor->right;
        const size_t end = right_end - start < group ? right_end : start + group;
        for (; cursor->left < left_end; cursor->left += 1) {
            const size_t first = cursor->left;
            if (ascending && first + 1 >= end) {
                break;
            }
            if (capacity - found < group) {
                return found;
            }
            for (size_t row = group_start(start, first, ascending); row < end; row++) {
                const uint32_t distance = row_distance(left + 4 * first, right + 4 * row);
                if (distance <= radius) {
                    pairs[found] = (vestige_row_pair){(uint32_t)first, (uint32_t)row, distance};
                    found += 1;
                }
            }
        }
        *cursor = (vestige_block_cursor){left_start, end};
    }
    return found;
}

static size_t join_portable(const uint64_t *left, size_t left_start, size_t left_end,
                            const uint64_t *right, size_t right_end, uint32_t radius,
                            bool ascending, vestige_block_cursor *cursor, vestige_row_pair *pairs,
                            size_t capacity) {
    return join_single(left, left_start, left_end, right, right_end, radius, ascending, cursor,
                       pairs, capacity);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static size_t join_popcnt(const uint64_t *left, size_t left_start, size_t left_end,
                                         const uint64_t *right, size_t right_end, uint32_t radius,
                                         bool ascending, vestige_block_cursor *cursor,
                                         vestige_row_pair *pairs, size_t capacity) {
    return join_single(left, left_start, left_end, right, right_end, radius, ascending, cursor,
                       pairs, capacity);
}

// How many 32-bit words are compared first: for a radius up to the k-th of these, k + 1 words, so that
// of random pairs fewer than 1 in 1,000 are looked at twice. The k-th is the largest r for which
// 32 (k + 1) fair coins show at most r heads less often than that.
static const uint32_t prefix_radii[7] = {6, 19, 32, 46, 60, 74, 88};

VESTIGE_INLINE size_t prefix_words(uint32_t radius) {
    size_t words = 1;
    while (words < 8 && radius > prefix_radii[words - 1]) {
        words += 1;
    }
    return words;
}

/// The lanes of a group: word w of its 64 rows lies at `lanes[w]`. Rows that are not there are as the
/// group's first.
VESTIGE_INLINE void transpose(const uint64_t *right, size_t start, size_t end, size_t words,
                              uint32_t lanes[8][group]) {
    for (size_t k = 0; k < group; k++) {
        const uint64_t *row = right + 4 * (start + k < end ? start + k : start);
        for (size_t word = 0; word < words; word++) {
            lanes[word][k] = (uint32_t)(row[word / 2] >> (32 * (word % 2)));
        }
    }
}

/// The rows of a group that are near on the words compared first, on all of them.
VESTIGE_INLINE size_t take_near(const uint64_t *left, size_t first, const uint64_t *right,
                                size_t start, size_t end, uint32_t radius, bool ascending,
                                uint64_t near, vestige_row_pair *pairs) {
    // Lanes past the end hold a row that is there already.
    if (end - start < group) {
        near &= (UINT64_C(1) << (end - start)) - 1;
    }
    near &= ~UINT64_C(0) << (group_start(start, first, ascending) - start);
    size_t found = 0;
    for (; near != 0; near &= near - 1) {
        const size_t row = start + (size_t)__builtin_ctzll(near);
        const uint32_t distance = row_distance(left + 4 * first, right + 4 * row);
        if (distance <= radius) {
            pairs[found] = (vestige_row_pair){(uint32_t)first, (uint32_t)row, distance};
            found += 1;
        }
    }
    return found;
}

/// The numbers of bits, byte by byte, in which 8 lanes differ from a query.
VESTIGE_INLINE VESTIGE_AVX2 __m256i byte_counts(const uint32_t *lanes, __m256i query) {
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                             2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i x = _mm256_xor_si256(_mm256_load_si256((const __m256i *)lanes), query);
    return _mm256_add_epi8(
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

/// Compares the first `words` of left rows with a group of 64. The counts of 8 words fit a byte.
VESTIGE_INLINE VESTIGE_AVX2 size_t join_bytes(const uint64_t *left, size_t left_start,
                                              size_t left_end, const uint64_t *right,
                                              size_t right_end, uint32_t radius,
                                              const size_t words, bool ascending,
                                              vestige_block_cursor *cursor,
                                              vestige_row_pair *pairs, size_t capacity) {
    const __m256i limit = _mm256_set1_epi32((int)radius);
    size_t found = 0;
    while (cursor->right < right_end) {
        const size_t start = cursor->right;
        const size_t end = right_end - start < group ? right_end : start + group;
        _Alignas(64) uint32_t lanes[8][group];
        transpose(right, start, end, words, lanes);
        // Within a set, the left rows that have a right one after them.
        const size_t last = ascending && left_end + 1 > end ? end - 1 : left_end;
        for (size_t first = cursor->left; first < last; first++) {
            const uint32_t *query = (const uint32_t *)(left + 4 * first);
            uint64_t near = 0;
            for (size_t lane = 0; lane < group; lane += 8) {
                __m256i bytes =
                    byte_counts(lanes[0] + lane, _mm256_set1_epi32((int)query[0]));
                for (size_t word = 1; word < words; word++) {
                    bytes = _mm256_add_epi8(
                        bytes,
                        byte_counts(lanes[word] + lane, _mm256_set1_epi32((int)query[word])));
                }
                const __m256i sums = _mm256_madd_epi16(
                    _mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
                const __m256i far = _mm256_cmpgt_epi32(sums, limit);
                near |= (uint64_t)(~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(far)) & 0xFF)
                        << lane;
            }
            if (__builtin_expect(near == 0, 1)) {
                continue;
            }
            if (capacity - found < group) {
                cursor->left = first;
                return found;
            }
            found += take_near(left, first, right, start, end, radius, ascending, near,
                               pairs + found);
        }
        *cursor = (vestige_block_cursor){left_start, end};
    }
    return found;
}

/// Compares the first `words` of left rows with a group of 64. The least of four vectors of counts is
/// tested, so that one test serves all four.
VESTIGE_INLINE VESTIGE_AVX512 size_t join_words(const uint64_t *left, size_t left_start,
                                                size_t left_end, const uint64_t *right,
                                                size_t right_end, uint32_t radius,
                                                const size_t words, bool ascending,
                                                vestige_block_cursor *cursor,
                                                vestige_row_pair *pairs, size_t capacity) {
    const __m512i limit = _mm512_set1_epi32((int)radius);
    size_t found = 0;
    while (cursor->right < right_end) {
        const size_t start = cursor->right;
        const size_t end = right_end - start < group ? right_end : start + group;
        _Alignas(64) uint32_t lanes[8][group];
        transpose(right, start, end, words, lanes);
        // Within a set, the left rows that have a right one after them.
        const size_t last = ascending && left_end + 1 > end ? end - 1 : left_end;
        size_t first = cursor->left;
        for (; first < last; first++) {
            const uint32_t *query = (const uint32_t *)(left + 4 * first);
            __m512i sums[4];
            for (size_t v = 0; v < 4; v++) {
                sums[v] = _mm512_popcnt_epi32(_mm512_xor_si512(
                    _mm512_load_si512(lanes[0] + 16 * v), _mm512_set1_epi32((int)query[0])));
                for (size_t word = 1; word < words; word++) {
                    sums[v] = _mm512_add_epi32(
                        sums[v],
                        _mm512_popcnt_epi32(
                            _mm512_xor_si512(_mm512_load_si512(lanes[word] + 16 * v),
                                             _mm512_set1_epi32((int)query[word]))));
                }
            }
            const __m512i least = _mm512_min_epu32(_mm512_min_epu32(sums[0], sums[1]),
                                                   _mm512_min_epu32(sums[2], sums[3]));
            if (__builtin_expect(_mm512_cmple_epu32_mask(least, limit) == 0, 1)) {
                continue;
            }
            if (capacity - found < group) {
                cursor->left = first;
                return found;
            }
            uint64_t near = 0;
            for (size_t v = 0; v < 4; v++) {
                near |= (uint64_t)_mm512_cmple_epu32_mask(sums[v], limit) << (16 * v);
            }
            found += take_near(left, first, right, start, end, radius, ascending, near,
                               pairs + found);
        }
        *cursor = (vestige_block_cursor){left_start, end};
    }
    return found;
}

// One body for each number of words, so that the loops over words are unrolled.
#define VESTIGE_WORDS(BODY, WORDS)                                                                  \
    case WORDS:                                                                                     \
        return BODY(left, left_start, left_end, right, right_end, radius, WORDS, ascending, cursor, \
                    pairs, capacity)
#define VESTIGE_EACH_WORDS(BODY)                                                                    \
    switch (prefix_words(radius)) {                                                                 \
        VESTIGE_WORDS(BODY, 1);                                                                     \
        VESTIGE_WORDS(BODY, 2);                                                                     \
        VESTIGE_WORDS(BODY, 3);                                                                     \
        VESTIGE_WORDS(BODY, 4);                                                                     \
        VESTIGE_WORDS(BODY, 5);                                                                     \
        VESTIGE_WORDS(BODY, 6);                                                                     \
        VESTIGE_WORDS(BODY, 7);                                                                     \
    default:                                                                                        \
        return BODY(left, left_start, left_end, right, right_end, radius, 8, ascending, cursor,     \
                    pairs, capacity);                                                               \
    }

VESTIGE_AVX2 static size_t join_avx2(const uint64_t *left, size_t left_start, size_t left_end,
                                     const uint64_t *right, size_t right_end, uint32_t radius,
                                     bool ascending, vestige_block_cursor *cursor,
                                     vestige_row_pair *pairs, size_t capacity) {
    VESTIGE_EACH_WORDS(join_bytes);
}

VESTIGE_AVX512 static size_t join_avx512(const uint64_t *left, size_t left_start, size_t left_end,
                                         const uint64_t *right, size_t right_end, uint32_t radius,
                                         bool ascending, vestige_block_cursor *cursor,
                                         vestige_row_pair *pairs, size_t capacity) {
    VESTIGE_EACH_WORDS(join_words);
}
#endif

size_t vestige_join_rows(vestige_kernel_level level, const uint64_t *left, size_t left_start,
                         size_t left_end, const uint64_t *right, size_t right_end, uint32_t radius,
                         bool ascending, vestige_block_cursor *cursor, vestige_row_pair *pairs,
                         size_t capacity) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX512) {
        return join_avx512(left, left_start, left_end, right, right_end, radius, ascending, cursor,
                           pairs, capacity);
    }
    if (level >= VESTIGE_KERNEL_AVX2) {
        return join_avx2(left, left_start, left_end, right, right_end, radius, ascending, cursor, pairs,
                         capacity);
    }
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return join_popcnt(left, left_start, left_end, right, right_end, radius, ascending, cursor,
                           pairs, capacity);
    }
#endif
    (void)level;
    return join_portable(left, left_start, left_end, right, right_end, radius, ascending, cursor,
                         pairs, capacity);
}
