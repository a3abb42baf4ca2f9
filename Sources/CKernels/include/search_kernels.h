// The arithmetic of the search. A row is a permuted fingerprint: 4 words of 64 bits, lowest bits
// first. Chunk c (0 ... 15) of a row is its bits 16 c ... 16 c + 15. How the pieces make an exact
// search, and why, is in Docs/Matching.md.
#ifndef VESTIGE_SEARCH_KERNELS_H
#define VESTIGE_SEARCH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_level.h"

/// A row that was found, and the number of bits in which it differs from the query.
typedef struct vestige_hit {
    uint32_t row;
    uint32_t distance;
} vestige_hit;

/// One list of postings: positions `start` ... `end` - 1 of a table's two arrays.
typedef struct vestige_list {
    uint32_t start;
    uint32_t end;
} vestige_list;

/// How far a filter has come. Begin with zeros.
typedef struct vestige_cursor {
    /// The list to go on with; the number of lists when the filter is through.
    size_t list;
    /// The position to go on with, if it lies inside that list.
    uint32_t position;
} vestige_cursor;

/// Compares rows with a query, from row `*next` on, until all are compared or `hits` is full.
///
/// - rows: `count` × 4 words.
/// - radius: rows in which at most this many bits differ are found.
/// - next: the first row to compare; on return, the first that was not: `count` at the end.
/// - hits: room for `capacity`, at least 1; written in the order of the rows.
/// Returns the number of hits written.
size_t vestige_scan_rows(vestige_kernel_level level, const uint64_t *rows, size_t count,
                         const uint64_t query[4], uint32_t radius, size_t *next, vestige_hit *hits,
                         size_t capacity);

/// Looks up the lists of the chunk values `value ^ masks[k]` for all k < `count`, and asks the memory
/// for their first postings.
///
/// - directory: 65,537 offsets of a table.
/// - extensions: the table's first array, of `row_count` elements.
/// - lists: room for `count`.
/// Returns the number of postings in all lists, or UINT64_MAX if an offset is out of order or bounds:
/// the directory is damaged.
uint64_t vestige_find_lists(const uint32_t *directory, const uint32_t *extensions,
                            uint32_t row_count, uint16_t value, const uint16_t *masks, size_t count,
                            vestige_list *lists);

/// Finds the postings whose extension differs from the query's in at most `limit16` of the low 16 bits
/// and in at most `limit32` of all 32, until the lists are through or `positions` is full.
///
/// - lists: `count` lists, each inside `extensions`.
/// - positions: room for `capacity`, at least 1.
/// Returns the number of positions written.
size_t vestige_filter_postings(vestige_kernel_level level, const uint32_t *extensions,
                               const vestige_list *lists, size_t count, uint32_t query_extension,
                               uint32_t limit16, uint32_t limit32, vestige_cursor *cursor,
                               uint32_t *positions, size_t capacity);

/// Compares whole rows with the query, and keeps those within `radius` whose first viable start is
/// `chunk`.
///
/// - rows: `row_count` × 4 words.
/// - thresholds: T of each chunk, -1 where the chunk is not probed.
/// - row_ids: the table's second array; `positions` are `count` positions in it.
/// - hits: room for `count`.
/// Returns the number of hits, or -1 if a row id is not under `row_count`: the table is damaged.
ptrdiff_t vestige_verify_postings(vestige_kernel_level level, const uint64_t *rows,
                                  uint32_t row_count, const uint64_t query[4],
                                  const int8_t thresholds[16], uint32_t radius, uint32_t chunk,
                                  const uint32_t *row_ids, const uint32_t *positions, size_t count,
                                  vestige_hit *hits);

/// Writes a table's directory: the number of rows whose chunk is under v, for v = 0 ... 65,536.
void vestige_count_postings(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                            uint32_t directory[65537]);

/// Writes a table's two arrays, each list in the order of the rows.
///
/// - next: 65,536 offsets, the directory's on entry; destroyed.
/// - extensions, row_ids: room for `row_count` each.
void vestige_place_postings(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                            uint32_t next[65536], uint32_t *extensions, uint32_t *row_ids);

/// Whether a table is exactly what the two functions above make of the rows.
bool vestige_check_table(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                         const uint32_t directory[65537], const uint32_t *extensions,
                         const uint32_t *row_ids);

#endif
