// The arithmetic of the join: two sets of rows against each other. Rows, chunks and extensions are
// those of search_kernels.h; the method, and why it finds each pair once, is in Docs/Matching.md.
#ifndef VESTIGE_JOIN_KERNELS_H
#define VESTIGE_JOIN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_level.h"

/// The least room that the kernels below need for what they write: they go on only while there is
/// room for this many more.
enum { VESTIGE_JOIN_ROOM = 64 };

/// A row or a posting of each side.
typedef struct vestige_pair {
    uint32_t left;
    uint32_t right;
} vestige_pair;

/// Two rows, and the number of bits in which they differ.
typedef struct vestige_row_pair {
    uint32_t left;
    uint32_t right;
    uint32_t distance;
} vestige_row_pair;

/// One side of a join of postings: a table, whose values are not trusted.
typedef struct vestige_table {
    /// 65,537 offsets.
    const uint32_t *directory;
    /// The 32 bits after the chunk, `row_count` times.
    const uint32_t *extensions;
    /// The row of each posting, `row_count` times.
    const uint32_t *row_ids;
    /// The rows themselves: `row_count` × 4 words.
    const uint64_t *rows;
    uint32_t row_count;
} vestige_table;

/// How far a join of postings has come. Begin with the first value and zeros.
typedef struct vestige_join_cursor {
    /// The left chunk value in hand.
    uint32_t value;
    /// The mask in hand.
    uint32_t mask;
    /// Where to go on inside the two lists: in the one in the lanes, and in the other.
    uint32_t lane;
    uint32_t single;
} vestige_join_cursor;

/// What a join of postings did; it is added to.
typedef struct vestige_join_counts {
    /// Pairs of lists, neither of them empty.
    uint64_t lists;
    /// Pairs of extensions.
    uint64_t extensions;
} vestige_join_counts;

/// Which side of a join has been found to be damaged.
typedef enum __attribute__((enum_extensibility(closed))) vestige_join_damage {
    VESTIGE_JOIN_SOUND = 0,
    VESTIGE_JOIN_LEFT_DAMAGED = 1,
    VESTIGE_JOIN_RIGHT_DAMAGED = 2,
} vestige_join_damage;

/// What is joined, and what passes.
typedef struct vestige_join_terms {
    /// The tables' chunk.
    uint32_t chunk;
    /// `mask_count` masks, all different: which right lists a left one is joined with.
    const uint16_t *masks;
    size_t mask_count;
    /// Bits that may differ in the chunk and the next one together, and in these and the one after: at
    /// least as many as any mask has.
    uint32_t limit16;
    uint32_t limit32;
    /// T of each of the 16 chunks, -1 where one is not joined.
    const int8_t *thresholds;
    uint32_t radius;
    /// Left and right are the same table, which is joined with itself.
    bool within;
} vestige_join_terms;

/// Joins the left list of each value v, `cursor->value` ≤ v < `end_value`, with the right lists of
/// v ^ masks[k], until the values are through (`cursor->value` is `end_value`) or there is no room.
/// Where a mask has n bits, finds the postings whose extensions differ in at most `limit16` - n of the
/// low 16 bits, and in at most `limit32` - n of all 32.
///
/// Within a table each unordered pair of postings is met once: the lists of v and w > v, and of the list
/// of v itself each posting with those after it. Where 8 or more of 64 neighbouring postings pass, rows
/// lie close together; then of those only the ones are written for which `chunk` can be the first viable
/// start: if it is not 0, more bits than T differ in the chunk before.
///
/// - end_value: at most 65,536.
/// - pairs: positions in the two tables; room for `capacity`, at least VESTIGE_JOIN_ROOM.
/// - damage: which side has offsets that are out of order or bounds; then nothing counts.
/// Returns the number of pairs written. All bodies write the same pairs in the same order.
size_t vestige_join_postings(vestige_kernel_level level, const vestige_table *left,
                             const vestige_table *right, const vestige_join_terms *terms,
                             uint32_t end_value, vestige_join_cursor *cursor,
                             vestige_join_counts *counts, vestige_pair *pairs, size_t capacity,
                             vestige_join_damage *damage);

/// Compares the whole rows of pairs of postings, and keeps those within the radius whose first viable
/// start is the chunk.
///
/// - positions: `count` pairs of positions, each under its side's `row_count`.
/// - pairs: room for `count`; within a table they are written with `left` < `right`.
/// - damage: which side has a row id that is not under its `row_count`, or, within a table, the same
///   one twice; then nothing counts.
/// Returns the number of pairs written.
size_t vestige_verify_pairs(vestige_kernel_level level, const vestige_table *left,
                            const vestige_table *right, const vestige_join_terms *terms,
                            const vestige_pair *positions, size_t count, vestige_row_pair *pairs,
                            vestige_join_damage *damage);

/// How far a comparison of all rows has come. Begin with both sides' first rows.
typedef struct vestige_block_cursor {
    size_t left;
    size_t right;
} vestige_block_cursor;

/// Compares the left rows `left_start` ... `left_end` - 1 with the right rows from `cursor->right` to
/// `right_end` - 1, until all are compared (`cursor->right` is `right_end`) or there is no room.
///
/// The left rows should fit a cache near the core: they are read once for each 64 right ones.
/// - left, right: 4 words for each row, and at most 2³² - 1 rows.
/// - ascending: only pairs whose right row has the higher number: for a set against itself.
/// - cursor: begins with `left_start` and the first right row.
/// - pairs: room for `capacity`, at least VESTIGE_JOIN_ROOM.
/// Returns the number of pairs written. All bodies write the same pairs in the same order.
size_t vestige_join_rows(vestige_kernel_level level, const uint64_t *left, size_t left_start,
                         size_t left_end, const uint64_t *right, size_t right_end, uint32_t radius,
                         bool ascending, vestige_block_cursor *cursor, vestige_row_pair *pairs,
                         size_t capacity);

#endif
