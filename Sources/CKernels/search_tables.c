#include "search_kernels.h"

#include <string.h>

#include "search_bits.h"

void vestige_count_postings(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                            uint32_t directory[65537]) {
    memset(directory, 0, 65537 * sizeof *directory);
    for (size_t row = 0; row < row_count; row++) {
        directory[row_chunk(rows + 4 * row, chunk) + 1] += 1;
    }
    for (size_t value = 0; value < 65536; value++) {
        directory[value + 1] += directory[value];
    }
}

void vestige_place_postings(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                            uint32_t next[65536], uint32_t *extensions, uint32_t *row_ids) {
    for (uint32_t id = 0; id < row_count; id++) {
        const uint64_t *row = rows + 4 * (size_t)id;
        const uint32_t position = next[row_chunk(row, chunk)]++;
        extensions[position] = row_extension(row, chunk);
        row_ids[position] = id;
    }
}

bool vestige_check_table(const uint64_t *rows, uint32_t row_count, uint32_t chunk,
                         const uint32_t directory[65537], const uint32_t *extensions,
                         const uint32_t *row_ids) {
    if (directory[0] != 0 || directory[65536] != row_count) {
        return false;
    }
    for (uint32_t value = 0; value < 65536; value++) {
        if (directory[value] > directory[value + 1] || directory[value + 1] > row_count) {
            return false;
        }
        // Ids that ascend within each list and belong to it are all different, so that as many
        // postings as rows are all the rows.
        for (uint32_t position = directory[value]; position < directory[value + 1]; position++) {
            const uint32_t id = row_ids[position];
            if (id >= row_count || (position > directory[value] && id <= row_ids[position - 1])) {
                return false;
            }
            const uint64_t *row = rows + 4 * (size_t)id;
            if (row_chunk(row, chunk) != value || row_extension(row, chunk) != extensions[position]) {
                return false;
            }
        }
    }
    return true;
}
