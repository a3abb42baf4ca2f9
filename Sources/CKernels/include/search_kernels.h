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

/// Lists of one table that are filtered alike. The lists of all groups follow each other in one array.
typedef struct vestige_list_group {
    /// The table's 65,537 offsets and its two arrays.
    const uint32_t *directory;
    const uint32_t *extensions;
    const uint32_t *row_ids;
    /// One for each list: its chunk value differs from the query's in these bits.
    const uint16_t *masks;
    /// The place after the group's last list in the array of all; it begins where the one before ends.
    size_t end;
    /// The table.
    uint32_t chunk;
    /// The query's value of this chunk.
    uint16_t value;
    /// The extension that the query has.
    uint32_t query_extension;
    /// How many of its low 16 bits, and of all 32, may differ.
    uint32_t limit16;
    uint32_t limit32;
} vestige_list_group;

/// How far a filter has come. Begin with zeros.
typedef struct vestige_cursor {
    /// The group to go on with; the number of groups when the filter is through.
    size_t group;
    /// The list to go on with, counted over all groups.
    size_t list;
    /// The position to go on with, if it lies inside that list.
    uint32_t position;
} vestige_cursor;

/// A posting that passed the filter: a position in the table of a group.
typedef struct vestige_candidate {
    uint32_t group;
    uint32_t position;
} vestige_candidate;

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

/// Looks up the lists of all groups, and asks the memory for their first postings.
///
/// - row_count: the number of elements of each table's arrays.
/// - lists: room for as many lists as the last group ends with.
/// - postings: on success, the number of postings in all lists.
/// Returns -1, or the chunk whose directory is damaged: an offset is out of order or bounds.
int32_t vestige_find_lists(const vestige_list_group *groups, size_t group_count, uint32_t row_count,
                           vestige_list *lists, uint64_t *postings);

/// Reads the first extension of a list, 0 of an empty one: how long that takes tells where it was.
uint32_t vestige_first_extension(const uint32_t *extensions, vestige_list list);

/// Finds the postings whose extension keeps both limits of its group, until the lists are through or
/// `candidates` is full. Memory is asked for across the borders of lists and groups: one call for all.
///
/// - groups, lists: `group_count` groups, and each list inside its table's arrays.
/// - candidates: room for `capacity`, at least 1; the memory of their row ids has been asked for.
/// Returns the number of candidates written.
size_t vestige_filter_postings(vestige_kernel_level level, const vestige_list_group *groups,
                               size_t group_count, const vestige_list *lists,
                               vestige_cursor *cursor, vestige_candidate *candidates,
                               size_t capacity);

/// Compares the rows of candidates with the query, and keeps those within `radius` whose first viable
/// start is the chunk of the candidate's group.
///
/// - rows: `row_count` × 4 words.
/// - thresholds: T of each chunk, -1 where the chunk is not probed.
/// - groups: those that the candidates came from.
/// - hits: room for `count`.
/// Returns the number of hits, or -1 - c, if a row id in the table of chunk c is not under `row_count`:
/// that table is damaged.
ptrdiff_t vestige_verify_candidates(vestige_kernel_level level, const uint64_t *rows,
                                    uint32_t row_count, const uint64_t query[4],
                                    const int8_t thresholds[16], uint32_t radius,
                                    const vestige_list_group *groups,
                                    const vestige_candidate *candidates, size_t count,
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
