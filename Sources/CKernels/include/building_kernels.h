// What building a segment needs: permuting bits, sorting keys, and counting sorts into tables. A row is
// a permuted fingerprint: 4 words of 64 bits, lowest bits first; chunk c (0 ... 15) of a row is its bits
// 16 c ... 16 c + 15. The layout of a table is in Docs/Format.md.
#ifndef VESTIGE_BUILDING_KERNELS_H
#define VESTIGE_BUILDING_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel_level.h"

/// Offsets in a table's directory: one for each value of a chunk, and the end.
#define VESTIGE_DIRECTORY_ENTRIES 65537

/// Words of the tables that ``vestige_permute_words`` reads: 64 nibbles × 16 values × 4 words.
#define VESTIGE_PERMUTATION_WORDS 4096

/// Asks the memory for what lies at an address, which is soon to be read. Never faults.
static inline void vestige_prefetch(const void *address) {
    __builtin_prefetch(address);
}

/// Makes the tables of a permutation: bit n of a result is bit `source[n]` of what is permuted.
void vestige_make_permutation(const uint8_t source[256],
                              uint64_t tables[VESTIGE_PERMUTATION_WORDS]);

/// Permutes the bits of one fingerprint. `words` and `result` may be the same.
void vestige_permute_words(vestige_kernel_level level,
                           const uint64_t tables[VESTIGE_PERMUTATION_WORDS],
                           const uint64_t words[4], uint64_t result[4]);

/// Sorts keys by their upper 40 bits, ascending; equal ones keep their order.
///
/// - keys, scratch: `count` each; the result is in `keys`.
void vestige_sort_keys(uint64_t *keys, uint64_t *scratch, size_t count);

/// Writes the directories of four tables at once, those of the chunks 4 `word` ... 4 `word` + 3: for each
/// chunk the number of rows whose chunk is under v, for v = 0 ... 65,536.
///
/// - rows: `row_count` × 4 words.
/// - directories: room for 4 × ``VESTIGE_DIRECTORY_ENTRIES``.
void vestige_count_word(const uint64_t *rows, uint32_t row_count, uint32_t word,
                        uint32_t *directories);

/// Places the postings of a table that fall into a window of it, in the order of the table: each list's
/// rows ascend.
///
/// - next: 65,536 offsets, the directory's on entry; destroyed.
/// - first, end: the window, as positions in the table.
/// - postings: room for `end - first`: the row's number in the upper half of each, the 32 bits after its
///   chunk in the lower one. Side by side, since one cache line is dirtied for a posting then, not two.
void vestige_place_window(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                          uint32_t *next, uint32_t first, uint32_t end, uint64_t *postings);

/// Takes postings apart into the two arrays of a table.
void vestige_split_postings(const uint64_t *postings, size_t count, uint32_t *extensions,
                            uint32_t *row_ids);

#endif
