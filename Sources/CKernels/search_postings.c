#include "search_kernels.h"

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// How many lists ahead of the one in hand memory is asked for, and how much of each: the hardware
// follows a list by itself once it has been met.
enum { lists_ahead = 4, lines_ahead = 10, postings_per_line = 16 };

uint64_t vestige_find_lists(const uint32_t *directory, const uint32_t *extensions,
                            uint32_t row_count, uint16_t value, const uint16_t *masks, size_t count,
                            vestige_list *lists) {
    uint64_t postings = 0;
    for (size_t k = 0; k < count; k++) {
        const uint32_t wanted = (uint32_t)(value ^ masks[k]);
        const uint32_t start = directory[wanted];
        const uint32_t end = directory[wanted + 1];
        if (start > end || end > row_count) {
            return UINT64_MAX;
        }
        __builtin_prefetch(extensions + start);
        lists[k] = (vestige_list){start, end};
        postings += end - start;
    }
    return postings;
}

/// Asks for the beginning of a list that is soon to be read. A prefetch never faults.
VESTIGE_INLINE void announce(const uint32_t *extensions, const vestige_list *lists, size_t count,
                             size_t list) {
    if (list >= count) {
        return;
    }
    const uint32_t end = lists[list].end;
    uint32_t position = lists[list].start;
    for (uint32_t line = 0; line < lines_ahead && position < end; line++) {
        __builtin_prefetch(extensions + position);
        position += postings_per_line;
    }
}

VESTIGE_INLINE bool passes(uint32_t extension, uint32_t query_extension, uint32_t limit16,
                           uint32_t limit32) {
    const uint32_t x = extension ^ query_extension;
    return (uint32_t)__builtin_popcount(x) <= limit32 &&
           (uint32_t)__builtin_popcount(x & 0xFFFF) <= limit16;
}

/// The postings `*position` ... `end` - 1 one by one, until the positions are full.
VESTIGE_INLINE size_t filter_single(const uint32_t *extensions, uint32_t *position, uint32_t end,
                                    uint32_t query_extension, uint32_t limit16, uint32_t limit32,
                                    uint32_t *positions, size_t capacity) {
    size_t found = 0;
    uint32_t at = *position;
    for (; at < end && found < capacity; at++) {
        if (passes(extensions[at], query_extension, limit16, limit32)) {
            positions[found] = at;
            found += 1;
        }
    }
    *position = at;
    return found;
}

// The walk over the lists is one text for all bodies; `BLOCK` takes as many postings as it can of
// `at` ... `end` - 1 while there is room, and moves `at` and `found`.
#define VESTIGE_FILTER_BODY(BLOCK)                                                                  \
    size_t found = 0;                                                                               \
    while (cursor->list < count) {                                                                  \
        announce(extensions, lists, count, cursor->list + lists_ahead);                             \
        const vestige_list list = lists[cursor->list];                                              \
        uint32_t at = cursor->position;                                                             \
        const uint32_t end = list.end;                                                              \
        if (at < list.start || at > end) {                                                          \
            at = list.start;                                                                        \
        }                                                                                           \
        BLOCK;                                                                                      \
        found += filter_single(extensions, &at, end, query_extension, limit16, limit32,             \
                               positions + found, capacity - found);                                \
        if (at < end) {                                                                             \
            cursor->position = at;                                                                  \
            return found;                                                                           \
        }                                                                                           \
        cursor->list += 1;                                                                          \
        cursor->position = 0;                                                                       \
    }                                                                                               \
    return found

static size_t filter_portable(const uint32_t *extensions, const vestige_list *lists, size_t count,
                              uint32_t query_extension, uint32_t limit16, uint32_t limit32,
                              vestige_cursor *cursor, uint32_t *positions, size_t capacity) {
    VESTIGE_FILTER_BODY((void)0);
}

#if defined(__x86_64__)
VESTIGE_INLINE size_t take_positions(uint32_t mask, uint32_t position, uint32_t *positions) {
    size_t found = 0;
    while (mask != 0) {
        positions[found] = position + (uint32_t)__builtin_ctz(mask);
        found += 1;
        mask &= mask - 1;
    }
    return found;
}

/// Which of 8 postings pass: bit k for posting k.
VESTIGE_INLINE VESTIGE_AVX2 uint32_t eight_pass(const uint32_t *extensions, __m256i query,
                                                __m256i limit16, __m256i limit32) {
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                             2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)extensions), query);
    const __m256i bytes = _mm256_add_epi8(
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    const __m256i halves = _mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1));
    const __m256i all = _mm256_madd_epi16(halves, _mm256_set1_epi16(1));
    const __m256i first = _mm256_and_si256(halves, _mm256_set1_epi32(0xFFFF));
    const __m256i far =
        _mm256_or_si256(_mm256_cmpgt_epi32(first, limit16), _mm256_cmpgt_epi32(all, limit32));
    return ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(far)) & 0xFF;
}

VESTIGE_AVX2 static size_t filter_avx2(const uint32_t *extensions, const vestige_list *lists,
                                       size_t count, uint32_t query_extension, uint32_t limit16,
                                       uint32_t limit32, vestige_cursor *cursor,
                                       uint32_t *positions, size_t capacity) {
    const __m256i query = _mm256_set1_epi32((int)query_extension);
    const __m256i first = _mm256_set1_epi32((int)limit16);
    const __m256i all = _mm256_set1_epi32((int)limit32);
    VESTIGE_FILTER_BODY(for (; end - at >= 8 && found + 8 <= capacity; at += 8) {
        const uint32_t mask = eight_pass(extensions + at, query, first, all);
        if (__builtin_expect(mask != 0, 0)) {
            found += take_positions(mask, at, positions + found);
        }
    });
}

VESTIGE_AVX512 static size_t filter_avx512(const uint32_t *extensions, const vestige_list *lists,
                                           size_t count, uint32_t query_extension, uint32_t limit16,
                                           uint32_t limit32, vestige_cursor *cursor,
                                           uint32_t *positions, size_t capacity) {
    const __m512i query = _mm512_set1_epi32((int)query_extension);
    const __m512i first = _mm512_set1_epi32((int)limit16);
    const __m512i all = _mm512_set1_epi32((int)limit32);
    const __m512i low = _mm512_set1_epi32(0xFFFF);
    VESTIGE_FILTER_BODY(for (; at < end && found + 16 <= capacity;) {
        // The last postings of a list are loaded under a mask: nothing past its end is read.
        const uint32_t left = end - at;
        const __mmask16 lanes = left >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1u << left) - 1);
        const __m512i x =
            _mm512_xor_si512(_mm512_maskz_loadu_epi32(lanes, extensions + at), query);
        const __mmask16 near =
            _mm512_mask_cmple_epu32_mask(lanes, _mm512_popcnt_epi32(x), all);
        const uint32_t mask = _mm512_mask_cmple_epu32_mask(
            near, _mm512_popcnt_epi32(_mm512_and_si512(x, low)), first);
        if (__builtin_expect(mask != 0, 0)) {
            found += take_positions(mask, at, positions + found);
        }
        at += left >= 16 ? 16 : left;
    });
}
#endif

size_t vestige_filter_postings(vestige_kernel_level level, const uint32_t *extensions,
                               const vestige_list *lists, size_t count, uint32_t query_extension,
                               uint32_t limit16, uint32_t limit32, vestige_cursor *cursor,
                               uint32_t *positions, size_t capacity) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX512) {
        return filter_avx512(extensions, lists, count, query_extension, limit16, limit32, cursor,
                             positions, capacity);
    }
    if (level >= VESTIGE_KERNEL_AVX2) {
        return filter_avx2(extensions, lists, count, query_extension, limit16, limit32, cursor,
                           positions, capacity);
    }
#endif
    (void)level;
    return filter_portable(extensions, lists, count, query_extension, limit16, limit32, cursor,
                           positions, capacity);
}
