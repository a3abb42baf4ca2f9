#include "search_kernels.h"

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// How many lines of memory are asked for before they are needed, and how many postings a line holds.
// A list ends soon, and what comes after it in memory is not what comes next: the hardware's own
// looking ahead is of little use. From 32 to 256 lines make no difference.
enum { lines_ahead = 64, postings_per_line = 16 };

/// Asks for a line, into the second cache, which can wait for far more lines at once than the first one:
/// at 10^8 rows a query takes 107 us with this, 168 with a prefetch into the first. It never faults.
VESTIGE_INLINE void ask_for(const uint32_t *line) {
    __builtin_prefetch(line, 0, 2);
}

/// Asks for the directory's entries of a group, before its lists are looked up.
VESTIGE_INLINE void announce_entries(const vestige_list_group *group, size_t count) {
    for (size_t k = 0; k < count; k++) {
        __builtin_prefetch(group->directory + (uint16_t)(group->value ^ group->masks[k]));
    }
}

int32_t vestige_find_lists(const vestige_list_group *groups, size_t group_count, uint32_t row_count,
                           vestige_list *lists, uint64_t *postings) {
    uint64_t sum = 0;
    size_t first = 0;
    for (size_t g = 0; g < group_count; g++) {
        const vestige_list_group *group = groups + g;
        const size_t end = group->end;
        if (g + 1 < group_count) {
            announce_entries(groups + g + 1, groups[g + 1].end - end);
        }
        for (size_t k = first; k < end; k++) {
            const uint32_t wanted = (uint16_t)(group->value ^ group->masks[k - first]);
            const uint32_t start = group->directory[wanted];
            const uint32_t stop = group->directory[wanted + 1];
            if (start > stop || stop > row_count) {
                return (int32_t)group->chunk;
            }
            // The beginning of every list: with it, its place in the tables of pages.
            ask_for(group->extensions + start);
            lists[k] = (vestige_list){start, stop};
            sum += stop - start;
        }
        first = end;
    }
    *postings = sum;
    return -1;
}

uint32_t vestige_first_extension(const uint32_t *extensions, vestige_list list) {
    return list.start < list.end ? extensions[list.start] : 0;
}

/// Walks over the lists some lines before the filter does, and asks for the memory.
typedef struct scout {
    const vestige_list_group *groups;
    const vestige_list *lists;
    size_t group_count;
    size_t group;
    /// The list after the one in hand, and the number of them in the group.
    size_t list;
    const uint32_t *extensions;
    uint32_t position;
    uint32_t end;
} scout;

/// One line further.
VESTIGE_INLINE void scout_step(scout *scout) {
    while (scout->position >= scout->end) {
        while (scout->group < scout->group_count &&
               scout->list >= scout->groups[scout->group].end) {
            scout->group += 1;
        }
        if (scout->group >= scout->group_count) {
            return;
        }
        const vestige_list list = scout->lists[scout->list];
        scout->list += 1;
        scout->extensions = scout->groups[scout->group].extensions;
        scout->position = list.start / postings_per_line * postings_per_line;
        scout->end = list.end;
    }
    ask_for(scout->extensions + scout->position);
    scout->position += postings_per_line;
}

VESTIGE_INLINE bool passes(uint32_t extension, const vestige_list_group *group) {
    const uint32_t x = extension ^ group->query_extension;
    return (uint32_t)__builtin_popcount(x) <= group->limit32 &&
           (uint32_t)__builtin_popcount(x & 0xFFFF) <= group->limit16;
}

/// Writes down a posting, and asks for its row's number.
VESTIGE_INLINE void take_posting(const vestige_list_group *groups, size_t group, uint32_t position,
                                 vestige_candidate *candidate) {
    __builtin_prefetch(groups[group].row_ids + position);
    *candidate = (vestige_candidate){(uint32_t)group, position};
}

/// The postings `*position` ... `end` - 1 one by one, until the candidates are full.
VESTIGE_INLINE size_t filter_single(const vestige_list_group *groups, size_t group,
                                    uint32_t *position, uint32_t end,
                                    vestige_candidate *candidates, size_t capacity) {
    size_t found = 0;
    uint32_t at = *position;
    for (; at < end && found < capacity; at++) {
        if (passes(groups[group].extensions[at], groups + group)) {
            take_posting(groups, group, at, candidates + found);
            found += 1;
        }
    }
    *position = at;
    return found;
}

// The walk over the lists is one text for all bodies. `PREPARE` is done for each group; `BLOCK` takes as
// many postings as it can of `at` ... `end` - 1 while there is room, and moves `at` and `found`.
#define VESTIGE_FILTER_BODY(PREPARE, BLOCK)                                                         \
    size_t found = 0;                                                                               \
    scout ahead = {groups, lists, group_count, cursor->group, cursor->list, 0, 0, 0};               \
    for (uint32_t line = 0; line < lines_ahead; line++) {                                           \
        scout_step(&ahead);                                                                         \
    }                                                                                               \
    for (; cursor->group < group_count; cursor->group++) {                                          \
        const vestige_list_group *group = groups + cursor->group;                                   \
        const uint32_t *extensions = group->extensions;                                             \
        PREPARE;                                                                                    \
        while (cursor->list < group->end) {                                                         \
            const vestige_list list = lists[cursor->list];                                          \
            uint32_t at = cursor->position;                                                         \
            const uint32_t end = list.end;                                                          \
            if (at < list.start || at > end) {                                                      \
                at = list.start;                                                                    \
            }                                                                                       \
            scout_step(&ahead);                                                                     \
            BLOCK;                                                                                  \
            found += filter_single(groups, cursor->group, &at, end, candidates + found, capacity - found);          \
            if (at < end) {                                                                         \
                cursor->position = at;                                                              \
                return found;                                                                       \
            }                                                                                       \
            cursor->list += 1;                                                                      \
            cursor->position = 0;                                                                   \
        }                                                                                           \
    }                                                                                               \
    return found

#define VESTIGE_FILTER_PARAMETERS                                                                   \
    const vestige_list_group *groups, size_t group_count, const vestige_list *lists,                \
        vestige_cursor *cursor, vestige_candidate *candidates, size_t capacity

static size_t filter_portable(VESTIGE_FILTER_PARAMETERS) {
    VESTIGE_FILTER_BODY((void)extensions, for (; end - at >= 16 && found + 16 <= capacity;) {
        const uint32_t stop = at + 16;
        found += filter_single(groups, cursor->group, &at, stop, candidates + found, capacity - found);
        scout_step(&ahead);
    });
}

#if defined(__x86_64__)
VESTIGE_POPCNT static size_t filter_popcnt(VESTIGE_FILTER_PARAMETERS) {
    VESTIGE_FILTER_BODY((void)extensions, for (; end - at >= 16 && found + 16 <= capacity;) {
        const uint32_t stop = at + 16;
        found += filter_single(groups, cursor->group, &at, stop, candidates + found, capacity - found);
        scout_step(&ahead);
    });
}
#endif

#if defined(__x86_64__)
/// Takes those of the postings from `position` on that `mask` names: few, so one by one.
VESTIGE_INLINE size_t take_postings(const vestige_list_group *groups, size_t group, uint32_t mask,
                                    uint32_t position, vestige_candidate *candidates) {
    size_t found = 0;
    for (; mask != 0; mask &= mask - 1) {
        const uint32_t at = position + (uint32_t)__builtin_ctz(mask);
        if (passes(groups[group].extensions[at], groups + group)) {
            take_posting(groups, group, at, candidates + found);
            found += 1;
        }
    }
    return found;
}

/// The bits in which 8 postings differ from the query's.
VESTIGE_INLINE VESTIGE_AVX2 __m256i eight_counts(__m256i extensions, __m256i query) {
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                             2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i x = _mm256_xor_si256(extensions, query);
    const __m256i bytes = _mm256_add_epi8(
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)),
                             _mm256_set1_epi16(1));
}

VESTIGE_INLINE VESTIGE_AVX2 __m256i load_eight(const uint32_t *extensions) {
    return _mm256_loadu_si256((const __m256i *)extensions);
}

VESTIGE_INLINE VESTIGE_AVX2 uint32_t eight_lanes(__m256i lanes) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(lanes));
}

VESTIGE_AVX2 static size_t filter_avx2(VESTIGE_FILTER_PARAMETERS) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    VESTIGE_FILTER_BODY(
        const __m256i query = _mm256_set1_epi32((int)group->query_extension);
        const __m256i limit = _mm256_set1_epi32((int)group->limit32 + 1),
        for (; end - at >= 16 && found + 16 <= capacity; at += 16) {
            const __m256i near =
                _mm256_cmpgt_epi32(limit, eight_counts(load_eight(extensions + at), query));
            const __m256i nearer =
                _mm256_cmpgt_epi32(limit, eight_counts(load_eight(extensions + at + 8), query));
            scout_step(&ahead);
            const uint32_t mask = eight_lanes(near) | eight_lanes(nearer) << 8;
            if (__builtin_expect(mask != 0, 0)) {
                found += take_postings(groups, cursor->group, mask, at, candidates + found);
            }
        }
        for (; at < end && found + 8 <= capacity;) {
            // The last postings of a list are loaded under a mask: nothing past its end is read.
            const uint32_t left = end - at < 8 ? end - at : 8;
            const __m256i lanes = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)left), places);
            const __m256i counts =
                eight_counts(_mm256_maskload_epi32((const int *)extensions + at, lanes), query);
            const uint32_t mask =
                eight_lanes(_mm256_and_si256(lanes, _mm256_cmpgt_epi32(limit, counts)));
            if (__builtin_expect(mask != 0, 0)) {
                found += take_postings(groups, cursor->group, mask, at, candidates + found);
            }
            at += left;
        });
}

/// Which of 16 postings differ from the query's in at most `limit` of all 32 bits.
VESTIGE_INLINE VESTIGE_AVX512 __mmask16 sixteen_near(const uint32_t *extensions, __m512i query,
                                                     __m512i limit) {
    const __m512i x = _mm512_xor_si512(_mm512_loadu_si512(extensions), query);
    return _mm512_cmple_epu32_mask(_mm512_popcnt_epi32(x), limit);
}

VESTIGE_AVX512 static size_t filter_avx512(VESTIGE_FILTER_PARAMETERS) {
    VESTIGE_FILTER_BODY(
        const __m512i query = _mm512_set1_epi32((int)group->query_extension);
        const __m512i limit = _mm512_set1_epi32((int)group->limit32),
        // The second limit is looked at only where the first one is kept, which is seldom.
        for (; end - at >= 32 && found + 32 <= capacity; at += 32) {
            const uint32_t mask =
                _mm512_kunpackw(sixteen_near(extensions + at + 16, query, limit),
                                sixteen_near(extensions + at, query, limit));
            scout_step(&ahead);
            scout_step(&ahead);
            if (__builtin_expect(mask != 0, 0)) {
                found += take_postings(groups, cursor->group, mask, at, candidates + found);
            }
        }
        for (; at < end && found + 16 <= capacity;) {
            // The last postings of a list are loaded under a mask: nothing past its end is read.
            const uint32_t left = end - at;
            const __mmask16 lanes = left >= 16 ? (__mmask16)0xFFFF : (__mmask16)((1u << left) - 1);
            const __m512i x =
                _mm512_xor_si512(_mm512_maskz_loadu_epi32(lanes, extensions + at), query);
            const uint32_t mask =
                _mm512_mask_cmple_epu32_mask(lanes, _mm512_popcnt_epi32(x), limit);
            scout_step(&ahead);
            if (__builtin_expect(mask != 0, 0)) {
                found += take_postings(groups, cursor->group, mask, at, candidates + found);
            }
            at += left >= 16 ? 16 : left;
        });
}
#endif

size_t vestige_filter_postings(vestige_kernel_level level, const vestige_list_group *groups,
                               size_t group_count, const vestige_list *lists,
                               vestige_cursor *cursor, vestige_candidate *candidates,
                               size_t capacity) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX512) {
        return filter_avx512(groups, group_count, lists, cursor, candidates, capacity);
    }
    if (level >= VESTIGE_KERNEL_AVX2) {
        return filter_avx2(groups, group_count, lists, cursor, candidates, capacity);
    }
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return filter_popcnt(groups, group_count, lists, cursor, candidates, capacity);
    }
#endif
    (void)level;
    return filter_portable(groups, group_count, lists, cursor, candidates, capacity);
}
