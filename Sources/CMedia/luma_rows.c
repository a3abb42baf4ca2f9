#include "luma_rows.h"

#include <string.h>

// The reference rounds after each product and each sum: a fused multiply-add would give other bits.
#pragma clang fp contract(off)

static inline uint8_t byte_luma(unsigned red, unsigned green, unsigned blue) {
    return (uint8_t)((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
}

static inline float float_luma(uint8_t red, uint8_t green, uint8_t blue) {
    return 0.299f * (float)red + 0.587f * (float)green + 0.114f * (float)blue;
}

/// a b / 255, rounded to nearest, for bytes.
static inline unsigned times(unsigned a, unsigned b) {
    unsigned product = a * b + 128;
    return (product + (product >> 8)) >> 8;
}

/// The light that a pixel's ink lets through: k - (255 - c) k / 255, as Pillow converts it.
static inline uint8_t light(unsigned ink, unsigned black) {
    return (uint8_t)(black - times(255 - ink, black));
}

void vestige_luma_bytes(vestige_row_layout layout, const uint8_t *restrict row, size_t count,
                        uint8_t *restrict luma) {
    switch (layout) {
    case VESTIGE_ROW_GRAY:
        memcpy(luma, row, count);
        break;
    case VESTIGE_ROW_GRAY_ALPHA:
        vestige_pack_bytes(row, 2, count, luma);
        break;
    case VESTIGE_ROW_RGB:
        for (size_t i = 0; i < count; i++) {
            luma[i] = byte_luma(row[3 * i], row[3 * i + 1], row[3 * i + 2]);
        }
        break;
    case VESTIGE_ROW_RGBA:
        for (size_t i = 0; i < count; i++) {
            luma[i] = byte_luma(row[4 * i], row[4 * i + 1], row[4 * i + 2]);
        }
        break;
    case VESTIGE_ROW_CMYK_INVERTED:
        for (size_t i = 0; i < count; i++) {
            const uint8_t *pixel = row + 4 * i;
            luma[i] = byte_luma(light(pixel[0], pixel[3]), light(pixel[1], pixel[3]),
                                light(pixel[2], pixel[3]));
        }
        break;
    }
}

void vestige_luma_floats(vestige_row_layout layout, const uint8_t *restrict row, size_t count,
                         float *restrict luma) {
    switch (layout) {
    case VESTIGE_ROW_GRAY:
        vestige_widen_bytes(row, count, luma);
        break;
    case VESTIGE_ROW_GRAY_ALPHA:
        for (size_t i = 0; i < count; i++) {
            luma[i] = (float)row[2 * i];
        }
        break;
    case VESTIGE_ROW_RGB:
        for (size_t i = 0; i < count; i++) {
            luma[i] = float_luma(row[3 * i], row[3 * i + 1], row[3 * i + 2]);
        }
        break;
    case VESTIGE_ROW_RGBA:
        for (size_t i = 0; i < count; i++) {
            luma[i] = float_luma(row[4 * i], row[4 * i + 1], row[4 * i + 2]);
        }
        break;
    case VESTIGE_ROW_CMYK_INVERTED:
        for (size_t i = 0; i < count; i++) {
            const uint8_t *pixel = row + 4 * i;
            luma[i] = float_luma(light(pixel[0], pixel[3]), light(pixel[1], pixel[3]),
                                 light(pixel[2], pixel[3]));
        }
        break;
    }
}

int vestige_alpha_is_opaque(const uint8_t *alpha, size_t step, size_t count) {
    uint8_t all = 255;
    for (size_t i = 0; i < count; i++) {
        all &= alpha[step * i];
    }
    return all == 255;
}

void vestige_over_white_bytes(const uint8_t *alpha, size_t alpha_step, size_t count, uint8_t white,
                              const uint8_t *luma, uint8_t *over) {
    for (size_t i = 0; i < count; i++) {
        unsigned a = alpha[alpha_step * i];
        // One rounding for both terms, so that opaque and clear pixels come out exactly.
        unsigned sum = luma[i] * a + white * (255 - a) + 128;
        over[i] = (uint8_t)((sum + (sum >> 8)) >> 8);
    }
}

void vestige_over_white_floats(const uint8_t *alpha, size_t alpha_step, size_t count,
                               const float *luma, float *over) {
    for (size_t i = 0; i < count; i++) {
        float a = (float)alpha[alpha_step * i];
        // An opaque sample stays as it is, to the last bit.
        over[i] = a == 255.0f ? luma[i] : (luma[i] * a + 255.0f * (255.0f - a)) / 255.0f;
    }
}

void vestige_pack_bytes(const uint8_t *restrict row, size_t step, size_t count,
                        uint8_t *restrict packed) {
    if (step == 1) {
        memcpy(packed, row, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        packed[i] = row[step * i];
    }
}

void vestige_pack_words(const uint8_t *row, size_t step, int shift, int depth, int swapped,
                        size_t count, uint8_t *packed) {
    unsigned mask = (1u << depth) - 1, half = 1u << (depth - 9);
    int down = depth - 8;
    for (size_t i = 0; i < count; i++) {
        uint16_t word;
        memcpy(&word, row + step * i, sizeof word);
        if (swapped) {
            word = __builtin_bswap16(word);
        }
        unsigned rounded = (((word >> shift) & mask) + half) >> down;
        packed[i] = (uint8_t)(rounded > 255 ? 255 : rounded);
    }
}

void vestige_widen_bytes(const uint8_t *row, size_t count, float *luma) {
    for (size_t i = 0; i < count; i++) {
        luma[i] = (float)row[i];
    }
}

void vestige_scatter_blocks(const void *samples, size_t count, size_t sample_bytes, void *plane,
                            size_t width, size_t height, size_t row, size_t first, size_t step,
                            size_t block_width, size_t block_height) {
    const uint8_t *source = samples;
    uint8_t *target = plane;
    for (size_t line = row; line < row + block_height && line < height; line++) {
        uint8_t *start = target + line * width * sample_bytes;
        for (size_t i = 0; i < count; i++) {
            size_t column = first + i * step;
            for (size_t x = column; x < column + block_width && x < width; x++) {
                memcpy(start + x * sample_bytes, source + i * sample_bytes, sample_bytes);
            }
        }
    }
}
