#include "search_kernels.h"

#include "search_bits.h"

// Postings point anywhere: memory is asked for so many candidates before it is needed.
enum { candidates_ahead = 8 };

#define VESTIGE_VERIFY_PARAMETERS                                                                   \
    const uint64_t *rows, uint32_t row_count, const uint64_t *query, const int8_t *thresholds,      \
        uint32_t radius, const vestige_list_group *groups, const vestige_candidate *candidates,     \
        size_t count, vestige_hit *hits

VESTIGE_INLINE uint32_t row_id(const vestige_list_group *groups, vestige_candidate candidate) {
    return groups[candidate.group].row_ids[candidate.position];
}

VESTIGE_INLINE ptrdiff_t verify_body(VESTIGE_VERIFY_PARAMETERS) {
    ptrdiff_t found = 0;
    for (size_t k = 0; k < count && k < candidates_ahead; k++) {
        __builtin_prefetch(rows + 4 * (size_t)row_id(groups, candidates[k]));
    }
    for (size_t k = 0; k < count; k++) {
        if (k + candidates_ahead < count) {
            const uint32_t next = row_id(groups, candidates[k + candidates_ahead]);
            __builtin_prefetch(rows + 4 * (size_t)next);
        }
        const uint32_t id = row_id(groups, candidates[k]);
        if (id >= row_count) {
            return -1 - (ptrdiff_t)groups[candidates[k].group].chunk;
        }
        const uint64_t *row = rows + 4 * (size_t)id;
        const uint32_t distance = row_distance(row, query);
        if (distance <= radius &&
            first_viable_start(row, query, thresholds) == groups[candidates[k].group].chunk) {
            hits[found] = (vestige_hit){id, distance};
            found += 1;
        }
    }
    return found;
}

static ptrdiff_t verify_portable(VESTIGE_VERIFY_PARAMETERS) {
    return verify_body(rows, row_count, query, thresholds, radius, groups, candidates, count, hits);
}

#if defined(__x86_64__)
VESTIGE_POPCNT static ptrdiff_t verify_popcnt(VESTIGE_VERIFY_PARAMETERS) {
    return verify_body(rows, row_count, query, thresholds, radius, groups, candidates, count, hits);
}
#endif

ptrdiff_t vestige_verify_candidates(vestige_kernel_level level, const uint64_t *rows,
                                    uint32_t row_count, const uint64_t query[4],
                                    const int8_t thresholds[16], uint32_t radius,
                                    const vestige_list_group *groups,
                                    const vestige_candidate *candidates, size_t count,
                                    vestige_hit *hits) {
#if defined(__x86_64__)
    if (level >= VESTIGE_KERNEL_POPCNT) {
        return verify_popcnt(rows, row_count, query, thresholds, radius, groups, candidates, count,
                             hits);
    }
#endif
    (void)level;
    return verify_portable(rows, row_count, query, thresholds, radius, groups, candidates, count,
                           hits);
}
