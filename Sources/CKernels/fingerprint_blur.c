// The definition of PDQ's blur: box filters as running sums, in the reference's order of additions.
//
// The reference runs four passes over whole planes: along the rows, along the columns, and both
// again. Here the rows stream through the four of them, since a running sum down a column only
// needs the rows of its window: the memory is a few windows of rows, which stay in the cache, in
// place of two planes. Each sum still takes the same additions in the same order. What the
// decimation drops is not divided, and the last pass only runs down the 64 columns that are kept.
#include <string.h>

#include "fingerprint_kernels.h"

enum {
    SIDE = VESTIGE_REDUCED_SIDE,
    /// Rows that pass the filter together: as many chains of dependent additions run side by side.
    BATCH = 8,
    /// Floats added to a row's distance to the next, so that the rows of a batch do not compete for
    /// the same lines of the cache when the width is a power of two.
    ROW_PADDING = 16,
};

size_t vestige_blur_window(size_t size) { return (size + 127) / 128; }

/// The samples of a window that lie at or before its centre, and one more.
static size_t half_window(size_t window) { return (window + 2) / 2; }

/// The sample that stands for place `index` of 64 along a dimension of `size` samples:
/// floor((index + 0.5) * size / 64).
static size_t decimated(size_t index, size_t size) { return (2 * index + 1) * size / 128; }

static size_t row_distance(size_t width) { return width + ROW_PADDING; }

/// Rows of a ring that holds a window and a batch; whole batches, so that none wraps around.
static size_t ring_capacity(size_t window) {
    return (window + 2 * BATCH - 1) / BATCH * BATCH;
}

size_t vestige_blur_scratch(size_t width, size_t height) {
    size_t ring = ring_capacity(vestige_blur_window(height));
    size_t rows = ring + 2 * BATCH + 1;
    return rows * row_distance(width) + (ring + 1) * SIDE;
}

// MARK: along the rows

/// Writes the running sums of `count` rows, not yet divided: `sums[o]` is the sum over the window
/// at sample o.
static inline __attribute__((always_inline)) void
sum_rows(const float *restrict rows, size_t in_distance, float *restrict sums, size_t out_distance,
         size_t width, size_t window, const size_t count) {
    size_t half = half_window(window);
    float sum[BATCH] = {0};
    size_t next = 0;
    for (; next < half - 1; next++) {
        for (size_t row = 0; row < count; row++) {
            sum[row] += rows[row * in_distance + next];
        }
    }
    float *out = sums;
    for (; next < window; next++, out++) {
        for (size_t row = 0; row < count; row++) {
            sum[row] += rows[row * in_distance + next];
            out[row * out_distance] = sum[row];
        }
    }
    for (; next < width; next++, out++) {
        for (size_t row = 0; row < count; row++) {
            sum[row] += rows[row * in_distance + next];
            sum[row] -= rows[row * in_distance + next - window];
            out[row * out_distance] = sum[row];
        }
    }
    for (; next < width + half - 1; next++, out++) {
        for (size_t row = 0; row < count; row++) {
            sum[row] -= rows[row * in_distance + next - window];
            out[row * out_distance] = sum[row];
        }
    }
}

static void sum_batch(const float *rows, size_t in_distance, float *sums, size_t out_distance,
                      size_t width, size_t window, size_t count) {
    if (count == BATCH) {
        sum_rows(rows, in_distance, sums, out_distance, width, window, BATCH);
        return;
    }
    for (size_t row = 0; row < count; row++) {
        sum_rows(rows + row * in_distance, in_distance, sums + row * out_distance, out_distance,
                 width, window, 1);
    }
}

/// The number of samples in the window at sample `index`.
static size_t samples_at(size_t index, size_t size, size_t window) {
    size_t half = half_window(window);
    size_t end = index + half < size ? index + half : size;
    size_t before = window - half;
    return end - (index > before ? index - before : 0);
}

/// Turns the sums of one row into means.
static void divide_row(float *row, size_t width, size_t window) {
    size_t half = half_window(window);
    // Where the window is whole: from its first full place to its last.
    size_t first = window - half;
    size_t last = width - half;
    for (size_t index = 0; index < first; index++) {
        row[index] /= (float)samples_at(index, width, window);
    }
    for (size_t index = first; index <= last; index++) {
        row[index] /= (float)window;
    }
    for (size_t index = last + 1; index < width; index++) {
        row[index] /= (float)samples_at(index, width, window);
    }
}

// MARK: down the columns

/// A box filter down the columns that takes one row at a time.
struct column_filter {
    size_t width;
    size_t height;
    size_t window;
    size_t half;
    /// Rows of the ring, and the floats from one to the next.
    size_t capacity;
    size_t distance;
    /// The rows that are still in some window: row r stands at place r % capacity.
    float *ring;
    /// One running sum per column.
    float *sums;
    /// The step: the row that enters, or `height` and more while the last windows run empty.
    size_t step;
};

static struct column_filter column_filter_at(float *memory, size_t width, size_t distance,
                                             size_t height) {
    size_t window = vestige_blur_window(height);
    size_t capacity = ring_capacity(window);
    struct column_filter filter = {
        .width = width,
        .height = height,
        .window = window,
        .half = half_window(window),
        .capacity = capacity,
        .distance = distance,
        .ring = memory,
        .sums = memory + capacity * distance,
        .step = 0,
    };
    memset(filter.sums, 0, width * sizeof(float));
    return filter;
}

static float *ring_row(const struct column_filter *filter, size_t row) {
    return filter->ring + row % filter->capacity * filter->distance;
}

/// Takes one step; its row, if there is one, stands in the ring already.
///
/// - Returns: 1 if a row came out, else 0; it is written to `out` unless that is null.
static size_t take_step(struct column_filter *filter, float *restrict out) {
    size_t step = filter->step++;
    size_t width = filter->width;
    float *restrict sums = filter->sums;
    if (step < filter->height) {
        const float *restrict entering = ring_row(filter, step);
        if (step >= filter->window) {
            const float *restrict leaving = ring_row(filter, step - filter->window);
            for (size_t column = 0; column < width; column++) {
                sums[column] = (sums[column] + entering[column]) - leaving[column];
            }
        } else {
            for (size_t column = 0; column < width; column++) {
                sums[column] += entering[column];
            }
        }
    } else {
        const float *restrict leaving = ring_row(filter, step - filter->window);
        for (size_t column = 0; column < width; column++) {
            sums[column] -= leaving[column];
        }
    }
    if (step + 1 < filter->half) {
        return 0;
    }
    if (out) {
        size_t row = step + 1 - filter->half;
        float samples = (float)samples_at(row, filter->height, filter->window);
        for (size_t column = 0; column < width; column++) {
            out[column] = sums[column] / samples;
        }
    }
    return 1;
}

// MARK: the four passes

/// The four passes, fed from the top of the picture to its bottom.
struct blur {
    size_t width;
    size_t height;
    /// The window along the rows.
    size_t window;
    size_t distance;
    struct column_filter first;
    struct column_filter second;
    /// BATCH rows as they leave the first two passes, and their sums in the third.
    float *smoothed;
    float *sums;
    size_t smoothed_count;
    /// The next of the 64 rows to be kept.
    size_t kept;
    float *reduced;
};

/// The last pass: rows go in, and of those that come out the decimation keeps 64.
static void finish_steps(struct blur *blur, size_t count) {
    float row[SIDE];
    for (size_t index = 0; index < count; index++) {
        size_t step = blur->second.step;
        size_t half = blur->second.half;
        int isKept = step + 1 >= half && blur->kept < SIDE &&
                     decimated(blur->kept, blur->height) == step + 1 - half;
        take_step(&blur->second, isKept ? row : NULL);
        // In a picture of fewer than 64 rows one row stands for several.
        while (isKept && blur->kept < SIDE &&
               decimated(blur->kept, blur->height) == step + 1 - half) {
            memcpy(blur->reduced + blur->kept * SIDE, row, sizeof row);
            blur->kept++;
        }
    }
}

/// The third pass along the gathered rows, of which 64 columns go on to the last.
static void pass_smoothed(struct blur *blur) {
    size_t count = blur->smoothed_count;
    sum_batch(blur->smoothed, blur->distance, blur->sums, blur->distance, blur->width,
              blur->window, count);
    for (size_t index = 0; index < count; index++) {
        const float *sums = blur->sums + index * blur->distance;
        float *row = ring_row(&blur->second, blur->second.step + index);
        for (size_t column = 0; column < SIDE; column++) {
            size_t place = decimated(column, blur->width);
            row[column] = sums[place] / (float)samples_at(place, blur->width, blur->window);
        }
    }
    finish_steps(blur, count);
    blur->smoothed_count = 0;
}

static void smooth_steps(struct blur *blur, size_t count) {
    for (size_t index = 0; index < count; index++) {
        float *out = blur->smoothed + blur->smoothed_count * blur->distance;
        blur->smoothed_count += take_step(&blur->first, out);
        if (blur->smoothed_count == BATCH) {
            pass_smoothed(blur);
        }
    }
}

/// Feeds the next rows, `distance` floats apart: BATCH of them, or fewer if they are the last.
static void pass_rows(struct blur *blur, const float *rows, size_t distance, size_t count) {
    float *sums = ring_row(&blur->first, blur->first.step);
    sum_batch(rows, distance, sums, blur->distance, blur->width, blur->window, count);
    for (size_t index = 0; index < count; index++) {
        divide_row(sums + index * blur->distance, blur->width, blur->window);
    }
    smooth_steps(blur, count);
}

static struct blur blur_at(size_t width, size_t height, float *scratch, float *reduced) {
    size_t distance = row_distance(width);
    size_t capacity = ring_capacity(vestige_blur_window(height));
    float *smoothed = scratch + (capacity + 1) * distance;
    float *sums = smoothed + BATCH * distance;
    float *narrow = sums + BATCH * distance;
    return (struct blur){
        .width = width,
        .height = height,
        .window = vestige_blur_window(width),
        .distance = distance,
        .first = column_filter_at(scratch, width, distance, height),
        .second = column_filter_at(narrow, SIDE, SIDE, height),
        .smoothed = smoothed,
        .sums = sums,
        .reduced = reduced,
    };
}

/// Runs the last windows empty.
static void drain(struct blur *blur) {
    smooth_steps(blur, blur->first.half - 1);
    if (blur->smoothed_count > 0) {
        pass_smoothed(blur);
    }
    finish_steps(blur, blur->second.half - 1);
}

void vestige_blur_floats(const float *plane, size_t width, size_t height, float *scratch,
                         float *reduced) {
    struct blur blur = blur_at(width, height, scratch, reduced);
    for (size_t row = 0; row < height; row += BATCH) {
        size_t count = height - row < BATCH ? height - row : BATCH;
        pass_rows(&blur, plane + row * width, width, count);
    }
    drain(&blur);
}

void vestige_blur_bytes(const uint8_t *plane, size_t width, size_t height, float *scratch,
                        float *reduced) {
    struct blur blur = blur_at(width, height, scratch, reduced);
    for (size_t row = 0; row < height; row += BATCH) {
        size_t count = height - row < BATCH ? height - row : BATCH;
        // The third pass has no sums to keep yet: its memory holds the rows as floats.
        for (size_t index = 0; index < count; index++) {
            const uint8_t *restrict bytes = plane + (row + index) * width;
            float *restrict floats = blur.sums + index * blur.distance;
            for (size_t column = 0; column < width; column++) {
                floats[column] = bytes[column];
            }
        }
        pass_rows(&blur, blur.sums, blur.distance, count);
    }
    drain(&blur);
}
