// Rows of pixels to rows of brightness. Pure functions of the caller's buffers; counts in pixels.
#ifndef VESTIGE_LUMA_ROWS_H
#define VESTIGE_LUMA_ROWS_H

#include <stddef.h>
#include <stdint.h>

/// How the bytes of a row are laid out, one byte a sample.
typedef enum vestige_row_layout {
    /// gray
    VESTIGE_ROW_GRAY = 0,
    /// gray, alpha
    VESTIGE_ROW_GRAY_ALPHA = 1,
    /// red, green, blue
    VESTIGE_ROW_RGB = 2,
    /// red, green, blue, alpha (not premultiplied)
    VESTIGE_ROW_RGBA = 3,
    /// cyan, magenta, yellow, black, each stored inverted: 255 is no ink
    VESTIGE_ROW_CMYK_INVERTED = 4,
} vestige_row_layout;

/// The bytes of one pixel in a layout.
static inline size_t vestige_pixel_bytes(vestige_row_layout layout) {
    static const uint8_t bytes[5] = {1, 2, 3, 4, 4};
    return bytes[layout];
}

/// Whether a layout's last byte of each pixel is alpha.
static inline int vestige_layout_has_alpha(vestige_row_layout layout) {
    return layout == VESTIGE_ROW_GRAY_ALPHA || layout == VESTIGE_ROW_RGBA;
}

/// Brightness rounded to bytes: (19595 R + 38470 G + 7471 B + 2^15) / 2^16, BT.601's weights.
/// Alpha is ignored. `luma`: count bytes.
void vestige_luma_bytes(vestige_row_layout layout, const uint8_t *row, size_t count, uint8_t *luma);

/// The reference's luma: 0.299 R + 0.587 G + 0.114 B in float, added in that order, nothing fused
/// or rounded; a gray picture's is its value. Alpha is ignored. `luma`: count floats.
void vestige_luma_floats(vestige_row_layout layout, const uint8_t *row, size_t count, float *luma);

/// Whether all of `count` alpha bytes, `step` apart, are 255.
int vestige_alpha_is_opaque(const uint8_t *alpha, size_t step, size_t count);

/// Lays brightness over white of the given level: Y a + white (1 - a), rounded. `alpha` is
/// `alpha_step` bytes from pixel to pixel. `luma` and `over` may be the same.
void vestige_over_white_bytes(const uint8_t *alpha, size_t alpha_step, size_t count, uint8_t white,
                              const uint8_t *luma, uint8_t *over);

/// The same in float, over 255.
void vestige_over_white_floats(const uint8_t *alpha, size_t alpha_step, size_t count,
                               const float *luma, float *over);

/// Byte samples that stand `step` bytes apart, packed together.
void vestige_pack_bytes(const uint8_t *row, size_t step, size_t count, uint8_t *packed);

/// Samples of `depth` bits (9 ... 16), in 16-bit words `step` bytes apart, shifted up by `shift`,
/// rounded to 8 bits. `swapped`: the words are big-endian.
void vestige_pack_words(const uint8_t *row, size_t step, int shift, int depth, int swapped,
                        size_t count, uint8_t *packed);

/// Bytes to floats of the same value.
void vestige_widen_bytes(const uint8_t *row, size_t count, float *luma);

/// Writes each sample of one row of an interlaced picture's pass as the block of the full picture
/// that it stands for until a later pass refines it. `plane` is `width` x `height` samples of
/// `sample_bytes` (1 or 4); sample i goes to column `first + i * step`, and is repeated over
/// `block_width` columns and `block_height` rows from row `row`, as far as the picture goes.
void vestige_scatter_blocks(const void *samples, size_t count, size_t sample_bytes, void *plane,
                            size_t width, size_t height, size_t row, size_t first, size_t step,
                            size_t block_width, size_t block_height);

#endif
