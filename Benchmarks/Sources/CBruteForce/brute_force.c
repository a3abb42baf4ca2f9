#include "brute_force.h"

// A piece of the rows stays in the first cache while all queries pass over it.
enum { piece_rows = 1024 };

// Compiled for plain x86-64 as well, and chosen when the program starts: without the instruction for
// counting bits this takes five times as long.
#if defined(__x86_64__)
__attribute__((target_clones("default,popcnt,avx512vpopcntdq")))
#endif
size_t brute_force(const uint64_t *codes, size_t rows, const uint64_t *queries, size_t query_count,
                   uint32_t distance, size_t *next, brute_force_pair *pairs, size_t capacity) {
    size_t found = 0;
    while (*next < rows && capacity - found >= piece_rows * query_count) {
        const size_t start = *next;
        const size_t end = rows - start < piece_rows ? rows : start + piece_rows;
        for (size_t query = 0; query < query_count; query++) {
            const uint64_t a = queries[4 * query], b = queries[4 * query + 1];
            const uint64_t c = queries[4 * query + 2], d = queries[4 * query + 3];
            uint32_t far[piece_rows];
            for (size_t row = start; row < end; row++) {
                far[row - start] = (uint32_t)(__builtin_popcountll(codes[4 * row] ^ a) +
                                              __builtin_popcountll(codes[4 * row + 1] ^ b) +
                                              __builtin_popcountll(codes[4 * row + 2] ^ c) +
                                              __builtin_popcountll(codes[4 * row + 3] ^ d));
            }
            uint32_t near = 0;
            for (size_t row = 0; row < end - start; row++) {
                near |= far[row] <= distance;
            }
            if (!near) {
                continue;
            }
            for (size_t row = 0; row < end - start; row++) {
                if (far[row] <= distance) {
                    pairs[found] = (brute_force_pair){(uint32_t)query, (uint32_t)(start + row),
                                                      far[row]};
                    found += 1;
                }
            }
        }
        *next = end;
    }
    return found;
}
