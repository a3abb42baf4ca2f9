// The definition of a search, written for nothing but this: every pair is compared, and what lies within
// a distance is written down. It shares no code with what it is compared with.
#ifndef VESTIGE_BRUTE_FORCE_H
#define VESTIGE_BRUTE_FORCE_H

#include <stddef.h>
#include <stdint.h>

/// A stored code near a query.
typedef struct brute_force_pair {
    uint32_t query;
    uint32_t row;
    uint32_t distance;
} brute_force_pair;

/// Compares rows `*next` ... with all queries, until `rows` are compared or there may be too little room.
///
/// - codes, queries: four words each.
/// - pairs: room for `capacity`, at least 1,024 x `query_count`.
/// Returns the number of pairs written; `*next` moves on.
size_t brute_force(const uint64_t *codes, size_t rows, const uint64_t *queries, size_t query_count,
                   uint32_t distance, size_t *next, brute_force_pair *pairs, size_t capacity);

#endif
