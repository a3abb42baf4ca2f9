// libpng behind a fence: its errors end in a longjmp, which lands here and becomes a status.
#ifndef VESTIGE_PNG_DECODING_H
#define VESTIGE_PNG_DECODING_H

#include <stddef.h>
#include <stdint.h>

/// A reader over a caller's bytes; opaque.
typedef struct vestige_png vestige_png;

/// How a call ended.
typedef enum vestige_png_status {
    VESTIGE_PNG_OK = 0,
    /// The bytes break the format's rules.
    VESTIGE_PNG_CORRUPT = 1,
    /// The bytes end before the picture does.
    VESTIGE_PNG_TRUNCATED = 2,
    /// There is not enough memory.
    VESTIGE_PNG_NO_MEMORY = 3,
} vestige_png_status;

/// What the header says, and the rows that will come.
typedef struct vestige_png_header {
    uint32_t width;
    uint32_t height;
    /// Samples a pixel in the rows to come, 8 bits each: gray, gray + alpha, RGB, RGB + alpha.
    int channels;
    int is_interlaced;
} vestige_png_header;

/// A reader over `count` bytes, which must stay until it is closed; NULL if memory is short.
/// A chunk that would take more than `chunk_limit` bytes is left out.
vestige_png *vestige_png_open(const uint8_t *bytes, size_t count, size_t chunk_limit);
/// Frees everything.
void vestige_png_close(vestige_png *png);

/// Reads up to the first sample, having asked for 8-bit gray or RGB, with alpha if there is any.
/// A width or height of 2^31 and more is corrupt. Any other limit is the caller's to check in the
/// file's first chunk: this takes memory for one row.
vestige_png_status vestige_png_start(vestige_png *png, vestige_png_header *header);

/// Decodes the next row; of an interlaced picture the next row of a pass, which the caller places.
vestige_png_status vestige_png_read_row(vestige_png *png, uint8_t *row);

/// Whether something was wrong in the data that the library could read past.
int vestige_png_is_damaged(const vestige_png *png);
/// The library's text for the first warning of damage or the fatal error; "" if none.
const char *vestige_png_message(const vestige_png *png);
/// The version that runs.
const char *vestige_png_version(void);

#endif
