#include "building_kernels.h"

#include <string.h>

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { values = VESTIGE_DIRECTORY_ENTRIES - 1, digit_bits = 10, digits = 1 << digit_bits };

void vestige_count_word(const uint64_t *rows, uint32_t row_count, uint32_t word,
                        uint32_t *directories) {
    memset(directories, 0, 4 * sizeof *directories * VESTIGE_DIRECTORY_ENTRIES);
    uint32_t *first = directories + 1;
    uint32_t *second = first + VESTIGE_DIRECTORY_ENTRIES;
    uint32_t *third = second + VESTIGE_DIRECTORY_ENTRIES;
    uint32_t *fourth = third + VESTIGE_DIRECTORY_ENTRIES;
    for (size_t row = 0; row < row_count; row++) {
        const uint64_t bits = rows[4 * row + word];
        first[bits & 0xFFFF] += 1;
        second[bits >> 16 & 0xFFFF] += 1;
        third[bits >> 32 & 0xFFFF] += 1;
        fourth[bits >> 48] += 1;
    }
    for (size_t chunk = 0; chunk < 4; chunk++) {
        uint32_t *directory = directories + chunk * VESTIGE_DIRECTORY_ENTRIES;
        for (size_t value = 0; value < values; value++) {
            directory[value + 1] += directory[value];
        }
    }
}

void vestige_place_window(const uint64_t *rows, uint32_t row_count, uint32_t chunk, uint32_t *next,
                          uint32_t first, uint32_t end, uint64_t *postings) {
    const uint32_t size = end - first;
    for (uint32_t id = 0; id < row_count; id++) {
        const uint64_t *row = rows + 4 * (size_t)id;
        // Positions before the window wrap round to large numbers.
        const uint32_t place = next[row_chunk(row, chunk)]++ - first;
        if (place < size) {
            postings[place] = (uint64_t)id << 32 | row_extension(row, chunk);
        }
    }
}

void vestige_split_postings(const uint64_t *postings, size_t count, uint32_t *extensions,
                            uint32_t *row_ids) {
    for (size_t k = 0; k < count; k++) {
        extensions[k] = (uint32_t)postings[k];
        row_ids[k] = (uint32_t)(postings[k] >> 32);
    }
}

void vestige_make_permutation(const uint8_t source[256],
                              uint64_t tables[VESTIGE_PERMUTATION_WORDS]) {
    memset(tables, 0, sizeof *tables * VESTIGE_PERMUTATION_WORDS);
    for (uint32_t bit = 0; bit < 256; bit++) {
        const uint32_t nibble = source[bit] / 4;
        const uint32_t flag = 1u << (source[bit] % 4);
        for (uint32_t value = 0; value < 16; value++) {
            if ((value & flag) != 0) {
                tables[(16 * nibble + value) * 4 + bit / 64] |= (uint64_t)1 << (bit % 64);
            }
        }
    }
}

/// What a nibble of a word adds to the result.
VESTIGE_INLINE const uint64_t *nibble_part(const uint64_t *tables, const uint64_t *words,
                                           uint32_t nibble) {
    const uint32_t value = words[nibble / 16] >> (4 * (nibble % 16)) & 15;
    return tables + 4 * (16 * nibble + value);
}

static void permute_portable(const uint64_t *tables, const uint64_t *words, uint64_t *result) {
    uint64_t sum[4] = {0, 0, 0, 0};
    for (uint32_t nibble = 0; nibble < 64; nibble++) {
        const uint64_t *part = nibble_part(tables, words, nibble);
        sum[0] |= part[0];
        sum[1] |= part[1];
        sum[2] |= part[2];
        sum[3] |= part[3];
    }
    memcpy(result, sum, sizeof sum);
}

#if defined(__x86_64__)
VESTIGE_AVX2 static void permute_avx2(const uint64_t *tables, const uint64_t *words,
                                      uint64_t *result) {
    // Two sums, so that not every step waits for the one before.
    __m256i even = _mm256_setzero_si256();
    __m256i odd = even;
    for (uint32_t nibble = 0; nibble < 64; nibble += 2) {
        const uint64_t *first = nibble_part(tables, words, nibble);
        const uint64_t *second = nibble_part(tables, words, nibble + 1);
        even = _mm256_or_si256(even, _mm256_loadu_si256((const __m256i *)first));
        odd = _mm256_or_si256(odd, _mm256_loadu_si256((const __m256i *)second));
    }
    _mm256_storeu_si256((__m256i *)result, _mm256_or_si256(even, odd));
}
#endif

void vestige_permute_words(vestige_kernel_level level,
                           const uint64_t tables[VESTIGE_PERMUTATION_WORDS],
                           const uint64_t words[4], uint64_t result[4]) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX2) {
        permute_avx2(tables, words, result);
        return;
    }
#endif
    (void)level;
    permute_portable(tables, words, result);
}

void vestige_sort_keys(uint64_t *keys, uint64_t *scratch, size_t count) {
    uint64_t *from = keys;
    uint64_t *to = scratch;
    // Four digits of ten bits; an even number of passes, so that the last one ends in `keys`.
    for (uint32_t shift = 24; shift < 64; shift += digit_bits) {
        size_t next[digits];
        memset(next, 0, sizeof next);
        for (size_t k = 0; k < count; k++) {
            next[from[k] >> shift & (digits - 1)] += 1;
        }
        size_t start = 0;
        for (size_t digit = 0; digit < digits; digit++) {
            const size_t size = next[digit];
            next[digit] = start;
            start += size;
        }
        for (size_t k = 0; k < count; k++) {
            to[next[from[k] >> shift & (digits - 1)]++] = from[k];
        }
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
}
