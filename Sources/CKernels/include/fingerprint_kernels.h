// The arithmetic of the PDQ fingerprint: plane of luma -> 64 x 64 -> 16 x 16 -> 256 bits.
//
// The same bits on every machine is the point of this file: additions of one sum are never
// reordered, no multiply and add is fused, and every body of a kernel gives equal floats.
#ifndef VESTIGE_FINGERPRINT_KERNELS_H
#define VESTIGE_FINGERPRINT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernel_level.h"

#pragma clang assume_nonnull begin

enum {
    /// Samples along a side of the reduced plane.
    VESTIGE_REDUCED_SIDE = 64,
    /// Coefficients along a side of the transform.
    VESTIGE_TRANSFORM_SIDE = 16,
    /// Lanes of the map's sums: the padding of its weights and of its scratch memory, in floats.
    VESTIGE_MAP_LANES = 16,
};

// ---- The definition: running sums (fingerprint_blur.c)

/// The window of the box filter along a dimension of `size` samples: ceil(size / 128).
size_t vestige_blur_window(size_t size);

/// The floats of scratch memory that `vestige_blur_floats` and `vestige_blur_bytes` need.
size_t vestige_blur_scratch(size_t width, size_t height);

/// Blurs a plane with two passes of the box filter and keeps 64 x 64 samples of it, with the
/// reference's order of additions.
///
/// - `plane`: `height` x `width` samples, row-major; both sides at least 1.
/// - `scratch`: `vestige_blur_scratch(width, height)` floats, contents undefined before and after.
/// - `reduced`: 64 x 64 floats, row-major.
void vestige_blur_floats(const float *plane, size_t width, size_t height, float *scratch,
                         float *reduced);

/// The same for a plane of bytes.
void vestige_blur_bytes(const uint8_t *plane, size_t width, size_t height, float *scratch,
                        float *reduced);

/// Shrinks or stretches a plane to `side` x `side` samples by nearest neighbour: the sample (x, y)
/// is the plane's at column floor(x * width / side), row floor(y * height / side).
void vestige_nearest_floats(const float *plane, size_t width, size_t height, size_t side,
                            float *nearest);

/// The same for a plane of bytes.
void vestige_nearest_bytes(const uint8_t *plane, size_t width, size_t height, size_t side,
                           uint8_t *nearest);

// ---- The fast form: a banded linear map (fingerprint_map.c)

/// One axis of the map: 64 bands, each a weighted sum of neighbouring samples.
typedef struct vestige_bands {
    /// 64 indices: the first sample of each band.
    const uint32_t *starts;
    /// 64 counts: the samples of each band, at least 1.
    const uint32_t *counts;
    /// 64 offsets into `weights`, in floats.
    const uint32_t *offsets;
    /// The weights, each band's padded with zeros to a multiple of `VESTIGE_MAP_LANES`.
    const float *weights;
} vestige_bands;

/// The floats of scratch memory that `vestige_map_bytes` needs for rows of `width` samples.
size_t vestige_map_scratch(size_t width);

/// Takes a plane of bytes to 64 x 64 weighted sums: `rows` down the columns first, then `columns`
/// along the rows.
///
/// The order of additions, equal at every level: a column's sum runs from the band's first row to
/// its last; a row's sum is kept in 16 lanes, sample k of the band in lane k % 16 in ascending
/// order, and the lanes are then folded in halves, 8, 4, 2, 1.
///
/// - `plane`: rows of `width` bytes, `stride` bytes apart.
/// - `scratch`: `vestige_map_scratch(width)` floats, contents undefined before and after.
/// - `reduced`: 64 x 64 floats, row-major.
void vestige_map_bytes(vestige_kernel_level level, const uint8_t *plane, size_t stride,
                       size_t width, const vestige_bands *rows, const vestige_bands *columns,
                       float *scratch, float *reduced);

// ---- From 64 x 64 samples to bits (fingerprint_transform.c, fingerprint_bits.c)

/// Writes the cosine matrix of the transform, transposed: 64 x 16 floats, row-major.
void vestige_cosine_matrix(float *cosines);

/// The 16 x 16 lowest coefficients of the cosine transform, without the constant terms.
///
/// Each sum runs from sample 0 to 63, down the columns first.
///
/// - `reduced`: 64 x 64 floats, row-major.
/// - `cosines`: the matrix of `vestige_cosine_matrix`.
/// - `coefficients`: 16 x 16 floats, row-major.
void vestige_transform(vestige_kernel_level level, const float *reduced, const float *cosines,
                       float *coefficients);

/// The quality of a 64 x 64 plane, 0 ... 100: how much gradient there is in it.
uint8_t vestige_quality(const float *reduced);

/// The lower median, the 128th smallest, of 256 floats.
float vestige_lower_median(vestige_kernel_level level, const float *coefficients);

/// The fingerprint of 16 x 16 coefficients: 4 words, lowest bits first.
void vestige_fingerprint_bits(vestige_kernel_level level, const float *coefficients,
                              uint64_t *words);

/// The fingerprints of the eight turned and mirrored pictures: 8 x 4 words, in the order unturned,
/// rotated by 90, 180, 270 degrees, flip X, flip Y, flip plus 1, flip minus 1.
void vestige_turned_bits(vestige_kernel_level level, const float *coefficients, uint64_t *words);

#pragma clang assume_nonnull end

#endif
