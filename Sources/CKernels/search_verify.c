#include "search_kernels.h"

#include "search_bits.h"

// Postings point anywhere: memory is asked for so many candidates before it is needed.
enum { candidates_ahead = 8 };

VESTIGE_INLINE ptrdiff_t verify_body(const uint64_t *rows, uint32_t row_count, const uint64_t *query,
                                  const int8_t *thresholds, uint32_t radius, uint32_t chunk,
                                  const uint32_t *row_ids, const uint32_t *positions, size_t count,
                                  vestige_hit *hits) {
    ptrdiff_t found = 0;
    for (size_t k = 0; k < count; k++) {
        if (k + 2 * candidates_ahead < count) {
            __builtin_prefetch(row_ids + positions[k + 2 * candidates_ahead]);
        }
        if (k + candidates_ahead < count) {
            __builtin_prefetch(rows + 4 * (size_t)row_ids[positions[k + candidates_ahead]]);
        }
        const uint32_t id = row_ids[positions[k]];
        if (id >= row_count) {
            return -1;
        }
        const uint64_t *row = rows + 4 * (size_t)id;
        const uint32_t distance = row_distance(row, query);
        if (distance <= radius && first_viable_start(row, query, thresholds) == chunk) {
            hits[found] = (vestige_hit){id, distance};
            found += 1;
        }
    }
    return found;
}

static ptrdiff_t verify_portable(const uint64_t *rows, uint32_t row_count, const uint64_t *query,
                              const int8_t *thresholds, uint32_t radius, uint32_t chunk,
                              const uint32_t *row_ids, const uint32_t *positions, size_t count,
                              vestige_hit *hits) {
    return verify_body(rows, row_count, query, thresholds, radius, chunk, row_ids, positions, count,
                       hits);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static ptrdiff_t verify_popcnt(const uint64_t *rows, uint32_t row_count,
                                           const uint64_t *query, const int8_t *thresholds,
                                           uint32_t radius, uint32_t chunk, const uint32_t *row_ids,
                                           const uint32_t *positions, size_t count,
                                           vestige_hit *hits) {
    return verify_body(rows, row_count, query, thresholds, radius, chunk, row_ids, positions, count,
                       hits);
}
#endif

ptrdiff_t vestige_verify_postings(vestige_kernel_level level, const uint64_t *rows, uint32_t row_count,
                               const uint64_t query[4], const int8_t thresholds[16],
                               uint32_t radius, uint32_t chunk, const uint32_t *row_ids,
                               const uint32_t *positions, size_t count, vestige_hit *hits) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_AVX2) {
        return verify_popcnt(rows, row_count, query, thresholds, radius, chunk, row_ids, positions,
                             count, hits);
    }
#endif
    (void)level;
    return verify_portable(rows, row_count, query, thresholds, radius, chunk, row_ids, positions,
                           count, hits);
}
