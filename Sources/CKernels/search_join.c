#include "join_kernels.h"

#include <string.h>

#include "search_bits.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Candidates point anywhere: memory is asked for so many of them before it is needed, and lists so
// many masks ahead.
enum { candidates_ahead = 12, lists_ahead = 3 };

// The postings in the lanes are taken in groups of as many as one output needs room for. Where a single
// has so many near lanes in its group, rows lie close together, and their chunks before are looked at.
enum { group = VESTIGE_JOIN_ROOM, crowd = 8 };

/// Two lists that are joined, and where what is found goes.
typedef struct list_pair {
    const uint32_t *lanes;
    const uint32_t *singles;
    uint32_t lane_count;
    uint32_t single_count;
    /// The position of the first posting of each list.
    uint32_t lane_base;
    uint32_t single_base;
    uint32_t limit16;
    uint32_t limit32;
    /// The lanes hold the left list, since it is the longer one.
    bool is_left_in_lanes;
    /// Both are the same list: a posting is joined with those after it.
    bool is_triangle;
    const vestige_table *lane_table;
    const vestige_table *single_table;
    /// The chunk before the one that is joined, and the bits that must at least differ in it for the
    /// joined one to be the first viable start; 0 if none must.
    uint32_t before;
    uint32_t least_before;
} list_pair;

VESTIGE_INLINE void put(const list_pair *lists, uint32_t single, uint32_t lane,
                        vestige_pair *pair) {
    const uint32_t first = lists->single_base + single;
    const uint32_t second = lists->lane_base + lane;
    *pair = lists->is_left_in_lanes ? (vestige_pair){second, first} : (vestige_pair){first, second};
}

/// The chunk before of a posting's row; `false` if there is no such row, which the verification says.
VESTIGE_INLINE bool chunk_before(const vestige_table *table, uint32_t position, uint32_t before,
                                 uint32_t *chunk) {
    const uint32_t id = table->row_ids[position];
    if (id >= table->row_count) {
        return false;
    }
    *chunk = row_chunk(table->rows + 4 * (size_t)id, before);
    return true;
}

/// How many singles a group of lanes is joined with: in a triangle those that have a lane after them.
VESTIGE_INLINE uint32_t singles_for(const list_pair *lists, uint32_t lane, uint32_t lanes) {
    if (!lists->is_triangle || lists->single_count < lane + lanes) {
        return lists->single_count;
    }
    return lane + lanes - 1;
}

/// Of the pairs of one single, those whose rows differ enough in the chunk before.
VESTIGE_INLINE size_t thin_out(const list_pair *lists, uint32_t single, vestige_pair *pairs,
                               size_t count) {
    uint32_t chunk;
    if (!chunk_before(lists->single_table, lists->single_base + single, lists->before, &chunk)) {
        return count;
    }
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        const uint32_t lane = lists->is_left_in_lanes ? pairs[k].left : pairs[k].right;
        uint32_t other;
        if (!chunk_before(lists->lane_table, lane, lists->before, &other) ||
            (uint32_t)__builtin_popcount(chunk ^ other) >= lists->least_before) {
            pairs[kept] = pairs[k];
            kept += 1;
        }
    }
    return kept;
}

/// One single against a group of lanes, one by one.
VESTIGE_INLINE size_t join_group(const list_pair *lists, uint32_t single, uint32_t lane,
                                 uint32_t lanes, vestige_pair *pairs) {
    size_t found = 0;
    const uint32_t query = lists->singles[single];
    for (uint32_t k = lane; k < lane + lanes; k++) {
        const uint32_t x = lists->lanes[k] ^ query;
        if ((uint32_t)__builtin_popcount(x) <= lists->limit32 &&
            (uint32_t)__builtin_popcount(x & 0xFFFF) <= lists->limit16 &&
            (!lists->is_triangle || k > single)) {
            put(lists, single, k, pairs + found);
            found += 1;
        }
    }
    return found >= crowd && lists->least_before > 0 ? thin_out(lists, single, pairs, found)
                                                     : found;
}

/// The two lists from `cursor` on; whether they are through.
VESTIGE_INLINE bool join_lists_portable(const list_pair *lists, vestige_join_cursor *cursor,
                                        vestige_pair *pairs, size_t capacity, size_t *found) {
    for (; cursor->lane < lists->lane_count; cursor->lane += group, cursor->single = 0) {
        const uint32_t left = lists->lane_count - cursor->lane;
        const uint32_t lanes = left < group ? left : group;
        const uint32_t singles = singles_for(lists, cursor->lane, lanes);
        while (cursor->single < singles) {
            if (capacity - *found < group) {
                return false;
            }
            *found += join_group(lists, cursor->single, cursor->lane, lanes, pairs + *found);
            cursor->single += 1;
        }
    }
    return true;
}

/// Asks for the beginning of a right list that is soon to be joined. A prefetch never faults, so the
/// offsets need not be looked at.
VESTIGE_INLINE void announce(const vestige_table *table, uint32_t value) {
    const uint32_t *list = table->extensions + table->directory[value];
    for (size_t line = 0; line < 4; line++) {
        __builtin_prefetch(list + 16 * line);
    }
}

// The walk over the lists is one text for all bodies; `JOIN` takes as much of two lists as it can.
#define VESTIGE_JOIN_BODY(JOIN)                                                                     \
    const uint32_t before = (terms->chunk + 15) % 16;                                               \
    const uint32_t least_before =                                                                   \
        terms->chunk > 0 ? (uint32_t)(terms->thresholds[before] + 1) : 0;                           \
    size_t found = 0;                                                                               \
    *damage = VESTIGE_JOIN_SOUND;                                                                   \
    for (; cursor->value < end_value; cursor->value += 1, cursor->mask = 0) {                       \
        const uint32_t value = cursor->value;                                                       \
        const uint32_t left_start = left->directory[value];                                         \
        const uint32_t left_end = left->directory[value + 1];                                       \
        if (left_start > left_end || left_end > left->row_count) {                                  \
            *damage = VESTIGE_JOIN_LEFT_DAMAGED;                                                    \
            return 0;                                                                               \
        }                                                                                           \
        if (left_start == left_end) {                                                               \
            continue;                                                                               \
        }                                                                                           \
        const uint32_t left_count = left_end - left_start;                                          \
        for (; cursor->mask < terms->mask_count; cursor->mask += 1, cursor->lane = 0, cursor->single = 0) {\
            const uint32_t other = value ^ terms->masks[cursor->mask];                              \
            if (cursor->mask + lists_ahead < terms->mask_count) {                                   \
                announce(right, value ^ terms->masks[cursor->mask + lists_ahead]);                  \
            }                                                                                       \
            if (terms->within && other < value) {                                                   \
                continue;                                                                           \
            }                                                                                       \
            const uint32_t right_start = right->directory[other];                                   \
            const uint32_t right_end = right->directory[other + 1];                                 \
            if (right_start > right_end || right_end > right->row_count) {                          \
                *damage = VESTIGE_JOIN_RIGHT_DAMAGED;                                               \
                return 0;                                                                           \
            }                                                                                       \
            const uint32_t right_count = right_end - right_start;                                   \
            if (right_count == 0) {                                                                 \
                continue;                                                                           \
            }                                                                                       \
            const bool is_left_in_lanes = left_count > right_count;                                 \
            const uint32_t flips = (uint32_t)__builtin_popcount(value ^ other);                     \
            const bool is_triangle = terms->within && other == value;                               \
            const uint32_t *first = left->extensions + left_start;                                  \
            const uint32_t *second = right->extensions + right_start;                               \
            const list_pair lists = {                                                               \
                .lanes = is_left_in_lanes ? first : second,                                         \
                .singles = is_left_in_lanes ? second : first,                                       \
                .lane_count = is_left_in_lanes ? left_count : right_count,                          \
                .single_count = is_left_in_lanes ? right_count : left_count,                        \
                .lane_base = is_left_in_lanes ? left_start : right_start,                           \
                .single_base = is_left_in_lanes ? right_start : left_start,                         \
                .limit16 = terms->limit16 - flips,                                                  \
                .limit32 = terms->limit32 - flips,                                                  \
                .is_left_in_lanes = is_left_in_lanes,                                               \
                .is_triangle = is_triangle,                                                         \
                .lane_table = is_left_in_lanes ? left : right,                                      \
                .single_table = is_left_in_lanes ? right : left,                                    \
                .before = before,                                                                   \
                .least_before = least_before,                                                       \
            };                                                                                      \
            if (!JOIN(&lists, cursor, pairs, capacity, &found)) {                                   \
                return found;                                                                       \
            }                                                                                       \
            const uint64_t all = (uint64_t)left_count * right_count;                                \
            counts->lists += 1;                                                                     \
            counts->extensions += is_triangle ? (all - left_count) / 2 : all;                       \
        }                                                                                           \
    }                                                                                               \
    return found

static size_t join_portable(const vestige_table *left, const vestige_table *right,
                            const vestige_join_terms *terms, uint32_t end_value,
                            vestige_join_cursor *cursor, vestige_join_counts *counts,
                            vestige_pair *pairs, size_t capacity, vestige_join_damage *damage) {
    VESTIGE_JOIN_BODY(join_lists_portable);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static size_t join_popcnt(const vestige_table *left, const vestige_table *right,
                            const vestige_join_terms *terms, uint32_t end_value,
                            vestige_join_cursor *cursor, vestige_join_counts *counts,
                            vestige_pair *pairs, size_t capacity, vestige_join_damage *damage) {
    VESTIGE_JOIN_BODY(join_lists_portable);
}
#endif

#if defined(__x86_64__)
/// Which of 8 extensions are within the limit of the query: bit k for the extension k.
VESTIGE_INLINE VESTIGE_AVX2 uint32_t eight_near(const uint32_t *extensions, __m256i query,
                                                __m256i limit32) {
    const __m256i nibbles = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                             2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i x = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)extensions), query);
    const __m256i bytes = _mm256_add_epi8(
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(x, low)),
        _mm256_shuffle_epi8(nibbles, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
    const __m256i all = _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)),
                                          _mm256_set1_epi16(1));
    return ~(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(all, limit32))) &
           0xFF;
}

VESTIGE_INLINE VESTIGE_AVX2 bool join_lists_avx2(const list_pair *lists,
                                                 vestige_join_cursor *cursor, vestige_pair *pairs,
                                                 size_t capacity, size_t *found) {
    const __m256i limit = _mm256_set1_epi32((int)lists->limit32);
    for (; cursor->lane < lists->lane_count; cursor->lane += group, cursor->single = 0) {
        const uint32_t left = lists->lane_count - cursor->lane;
        const uint32_t lanes = left < group ? left : group;
        const uint32_t singles = singles_for(lists, cursor->lane, lanes);
        while (cursor->single < singles) {
            const __m256i query = _mm256_set1_epi32((int)lists->singles[cursor->single]);
            const uint32_t end = cursor->lane + lanes;
            uint32_t lane = cursor->lane;
            uint32_t near = 0;
            for (; lane + 8 <= end; lane += 8) {
                near |= eight_near(lists->lanes + lane, query, limit);
            }
            for (; lane < end; lane++) {
                near |= (uint32_t)__builtin_popcount(lists->lanes[lane] ^
                                                     lists->singles[cursor->single]) <=
                        lists->limit32;
            }
            if (__builtin_expect(near != 0, 0)) {
                if (capacity - *found < group) {
                    return false;
                }
                *found += join_group(lists, cursor->single, cursor->lane, lanes, pairs + *found);
            }
            cursor->single += 1;
        }
    }
    return true;
}

VESTIGE_AVX2 static size_t join_avx2(const vestige_table *left, const vestige_table *right,
                                     const vestige_join_terms *terms, uint32_t end_value,
                                     vestige_join_cursor *cursor, vestige_join_counts *counts,
                                     vestige_pair *pairs, size_t capacity,
                                     vestige_join_damage *damage) {
    VESTIGE_JOIN_BODY(join_lists_avx2);
}

/// The chunks before of a group of lanes, once they have been needed.
typedef struct group_before {
    bool is_filled;
    /// The lanes whose rows are not there.
    uint64_t missing;
    uint32_t chunks[group];
} group_before;

/// Of the near lanes of a single, those whose rows differ enough in the chunk before.
VESTIGE_INLINE VESTIGE_AVX512 uint64_t thin_out_lanes(const list_pair *lists, uint32_t single,
                                                      uint32_t lane, uint64_t valid, uint64_t near,
                                                      group_before *before) {
    if (!before->is_filled) {
        before->is_filled = true;
        before->missing = 0;
        memset(before->chunks, 0, sizeof before->chunks);
        for (uint64_t left = valid; left != 0; left &= left - 1) {
            const uint32_t k = (uint32_t)__builtin_ctzll(left);
            if (!chunk_before(lists->lane_table, lists->lane_base + lane + k, lists->before,
                              before->chunks + k)) {
                before->missing |= UINT64_C(1) << k;
            }
        }
    }
    uint32_t chunk;
    if (!chunk_before(lists->single_table, lists->single_base + single, lists->before, &chunk)) {
        return near;
    }
    const __m512i query = _mm512_set1_epi32((int)chunk);
    const __m512i least = _mm512_set1_epi32((int)lists->least_before);
    uint64_t kept = before->missing;
    for (size_t k = 0; k < group / 16; k++) {
        const __m512i x = _mm512_xor_si512(_mm512_loadu_si512(before->chunks + 16 * k), query);
        kept |= (uint64_t)_mm512_cmpge_epu32_mask(_mm512_popcnt_epi32(x), least) << (16 * k);
    }
    return near & kept;
}

/// One single against `vectors` × 16 lanes, of which `valid` are there.
VESTIGE_INLINE VESTIGE_AVX512 size_t take_avx512(const list_pair *lists, uint32_t single,
                                                 uint32_t lane, uint64_t valid, size_t vectors,
                                                 const __m512i *extensions, group_before *before,
                                                 vestige_pair *pairs) {
    const __m512i query = _mm512_set1_epi32((int)lists->singles[single]);
    const __m512i limit16 = _mm512_set1_epi32((int)lists->limit16);
    const __m512i limit32 = _mm512_set1_epi32((int)lists->limit32);
    uint64_t near = 0;
    for (size_t k = 0; k < vectors; k++) {
        const __m512i x = _mm512_xor_si512(extensions[k], query);
        const __m512i low = _mm512_and_si512(x, _mm512_set1_epi32(0xFFFF));
        const __mmask16 mask = _mm512_cmple_epu32_mask(_mm512_popcnt_epi32(x), limit32) &
                               _mm512_cmple_epu32_mask(_mm512_popcnt_epi32(low), limit16);
        near |= (uint64_t)mask << (16 * k);
    }
    near &= valid;
    if (lists->is_triangle && single >= lane) {
        // Only the lanes after the single: it is one of this group.
        near &= single - lane >= 63 ? 0 : ~UINT64_C(0) << (single - lane + 1);
    }
    if (__builtin_popcountll(near) >= crowd && lists->least_before > 0) {
        near = thin_out_lanes(lists, single, lane, valid, near, before);
    }
    size_t found = 0;
    for (; near != 0; near &= near - 1) {
        put(lists, single, lane + (uint32_t)__builtin_ctzll(near), pairs + found);
        found += 1;
    }
    return found;
}

/// A group of `vectors` × 16 lanes against the singles, 4 vectors of comparisons at a time: their
/// smallest counts are found first, so that one test serves all four.
VESTIGE_INLINE VESTIGE_AVX512 bool join_vectors(const list_pair *lists, uint32_t lanes,
                                                uint32_t singles, const size_t vectors,
                                                vestige_join_cursor *cursor, vestige_pair *pairs,
                                                size_t capacity, size_t *found) {
    const uint32_t together = vectors == 1 ? 4 : vectors == 2 ? 2 : 1;
    const uint32_t lane = cursor->lane;
    const uint64_t valid = lanes >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << lanes) - 1;
    const __m512i limit = _mm512_set1_epi32((int)lists->limit32);
    __m512i extensions[4];
    for (size_t k = 0; k < vectors; k++) {
        // Loaded under a mask: nothing past the list's end is read.
        extensions[k] = _mm512_maskz_loadu_epi32((__mmask16)(valid >> (16 * k)),
                                                 lists->lanes + lane + 16 * k);
    }
    group_before before;
    before.is_filled = false;
    uint32_t single = cursor->single;
    while (single < singles) {
        uint32_t step = together;
        __m512i least = _mm512_set1_epi32(32);
        if (singles - single >= together) {
            __m512i counts[4];
            for (size_t k = 0; k < together * vectors; k++) {
                const __m512i query =
                    _mm512_set1_epi32((int)lists->singles[single + k / vectors]);
                counts[k] = _mm512_popcnt_epi32(_mm512_xor_si512(extensions[k % vectors], query));
            }
            if (together * vectors == 4) {
                least = _mm512_min_epu32(_mm512_min_epu32(counts[0], counts[1]),
                                         _mm512_min_epu32(counts[2], counts[3]));
            } else {
                least = _mm512_min_epu32(_mm512_min_epu32(counts[0], counts[1]), counts[2]);
            }
        } else {
            step = 1;
            const __m512i query = _mm512_set1_epi32((int)lists->singles[single]);
            least = _mm512_popcnt_epi32(_mm512_xor_si512(extensions[0], query));
            for (size_t k = 1; k < vectors; k++) {
                least = _mm512_min_epu32(
                    least, _mm512_popcnt_epi32(_mm512_xor_si512(extensions[k], query)));
            }
        }
        if (__builtin_expect(_mm512_cmple_epu32_mask(least, limit) != 0, 0)) {
            if (capacity - *found < group) {
                cursor->single = single;
                return false;
            }
            for (uint32_t k = 0; k < step; k++) {
                *found += take_avx512(lists, single + k, lane, valid, vectors, extensions,
                                      &before, pairs + *found);
            }
        }
        single += step;
    }
    cursor->single = single;
    return true;
}

VESTIGE_INLINE VESTIGE_AVX512 bool join_lists_avx512(const list_pair *lists,
                                                     vestige_join_cursor *cursor,
                                                     vestige_pair *pairs, size_t capacity,
                                                     size_t *found) {
    for (; cursor->lane < lists->lane_count; cursor->lane += group, cursor->single = 0) {
        const uint32_t left = lists->lane_count - cursor->lane;
        const uint32_t lanes = left < group ? left : group;
        const uint32_t singles = singles_for(lists, cursor->lane, lanes);
        bool is_through;
        if (lanes > 48) {
            is_through = join_vectors(lists, lanes, singles, 4, cursor, pairs, capacity, found);
        } else if (lanes > 32) {
            is_through = join_vectors(lists, lanes, singles, 3, cursor, pairs, capacity, found);
        } else if (lanes > 16) {
            is_through = join_vectors(lists, lanes, singles, 2, cursor, pairs, capacity, found);
        } else {
            is_through = join_vectors(lists, lanes, singles, 1, cursor, pairs, capacity, found);
        }
        if (!is_through) {
            return false;
        }
    }
    return true;
}

VESTIGE_AVX512 static size_t join_avx512(const vestige_table *left, const vestige_table *right,
                                         const vestige_join_terms *terms, uint32_t end_value,
                                         vestige_join_cursor *cursor, vestige_join_counts *counts,
                                         vestige_pair *pairs, size_t capacity,
                                         vestige_join_damage *damage) {
    VESTIGE_JOIN_BODY(join_lists_avx512);
}
#endif

size_t vestige_join_postings(vestige_kernel_level level, const vestige_table *left,
                             const vestige_table *right, const vestige_join_terms *terms,
                             uint32_t end_value, vestige_join_cursor *cursor,
                             vestige_join_counts *counts, vestige_pair *pairs, size_t capacity,
                             vestige_join_damage *damage) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX512) {
        return join_avx512(left, right, terms, end_value, cursor, counts, pairs, capacity, damage);
    }
    if (level >= VESTIGE_KERNEL_AVX2) {
        return join_avx2(left, right, terms, end_value, cursor, counts, pairs, capacity, damage);
    }
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return join_popcnt(left, right, terms, end_value, cursor, counts, pairs, capacity, damage);
    }
#endif
    (void)level;
    return join_portable(left, right, terms, end_value, cursor, counts, pairs, capacity, damage);
}

VESTIGE_INLINE size_t verify_body(const vestige_table *left, const vestige_table *right,
                                  const vestige_join_terms *terms, const vestige_pair *positions,
                                  size_t count, vestige_row_pair *pairs,
                                  vestige_join_damage *damage) {
    size_t found = 0;
    const uint32_t before = (terms->chunk + 15) % 16;
    *damage = VESTIGE_JOIN_SOUND;
    for (size_t k = 0; k < count; k++) {
        if (k + 2 * candidates_ahead < count) {
            const vestige_pair ahead = positions[k + 2 * candidates_ahead];
            __builtin_prefetch(left->row_ids + ahead.left);
            __builtin_prefetch(right->row_ids + ahead.right);
        }
        if (k + candidates_ahead < count) {
            const vestige_pair ahead = positions[k + candidates_ahead];
            __builtin_prefetch(left->rows + 4 * (size_t)left->row_ids[ahead.left]);
            __builtin_prefetch(right->rows + 4 * (size_t)right->row_ids[ahead.right]);
        }
        const uint32_t first = left->row_ids[positions[k].left];
        const uint32_t second = right->row_ids[positions[k].right];
        if (first >= left->row_count || (terms->within && first == second)) {
            *damage = VESTIGE_JOIN_LEFT_DAMAGED;
            return 0;
        }
        if (second >= right->row_count) {
            *damage = VESTIGE_JOIN_RIGHT_DAMAGED;
            return 0;
        }
        const uint64_t *a = left->rows + 4 * (size_t)first;
        const uint64_t *b = right->rows + 4 * (size_t)second;
        // Were the chunk a viable start, then the one before it too, and the chunk not the first: where rows
        // are close together this saves most of the work, as each pair is a candidate of nearly every
        // chunk.
        if (terms->chunk > 0 && __builtin_popcount(row_chunk(a, before) ^ row_chunk(b, before)) <=
                             terms->thresholds[before]) {
            continue;
        }
        const uint32_t distance = row_distance(a, b);
        if (distance <= terms->radius && first_viable_start(a, b, terms->thresholds) == terms->chunk) {
            const bool is_turned = terms->within && first > second;
            pairs[found] = is_turned ? (vestige_row_pair){second, first, distance}
                                     : (vestige_row_pair){first, second, distance};
            found += 1;
        }
    }
    return found;
}

static size_t verify_portable(const vestige_table *left, const vestige_table *right,
                              const vestige_join_terms *terms, const vestige_pair *positions,
                              size_t count, vestige_row_pair *pairs, vestige_join_damage *damage) {
    return verify_body(left, right, terms, positions, count, pairs, damage);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static size_t verify_popcnt(const vestige_table *left, const vestige_table *right,
                                           const vestige_join_terms *terms,
                                           const vestige_pair *positions, size_t count,
                                           vestige_row_pair *pairs, vestige_join_damage *damage) {
    return verify_body(left, right, terms, positions, count, pairs, damage);
}
#endif

size_t vestige_verify_pairs(vestige_kernel_level level, const vestige_table *left,
                            const vestige_table *right, const vestige_join_terms *terms,
                            const vestige_pair *positions, size_t count, vestige_row_pair *pairs,
                            vestige_join_damage *damage) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return verify_popcnt(left, right, terms, positions, count, pairs, damage);
    }
#endif
    (void)level;
    return verify_portable(left, right, terms, positions, count, pairs, damage);
}
