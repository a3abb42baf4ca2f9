// libjpeg-turbo behind a fence: its errors end in a longjmp, which lands here and becomes a status.
#ifndef VESTIGE_JPEG_DECODING_H
#define VESTIGE_JPEG_DECODING_H

#include <stddef.h>
#include <stdint.h>

/// A decompressor over a caller's bytes; opaque.
typedef struct vestige_jpeg vestige_jpeg;

/// What kind of thing an error code of libjpeg is.
typedef enum vestige_jpeg_status {
    VESTIGE_JPEG_OK = 0,
    /// The bytes break the format's rules.
    VESTIGE_JPEG_CORRUPT = 1,
    /// The bytes end before the header does.
    VESTIGE_JPEG_TRUNCATED = 2,
    /// A variant that this library does not read (lossless, 12 bits, …).
    VESTIGE_JPEG_UNSUPPORTED = 3,
    /// More memory than the limit given, or than there is.
    VESTIGE_JPEG_NO_MEMORY = 4,
} vestige_jpeg_status;

/// The colours in which rows are asked for.
typedef enum vestige_jpeg_colours {
    VESTIGE_JPEG_GRAY = 0,
    VESTIGE_JPEG_RGB = 1,
    VESTIGE_JPEG_CMYK = 2,
} vestige_jpeg_colours;

/// What the header says.
typedef struct vestige_jpeg_header {
    uint32_t width;
    uint32_t height;
    /// 1: gray, 3: colour, 4: with ink (CMYK or YCCK).
    int components;
    int is_progressive;
} vestige_jpeg_header;

/// How the decode went so far.
typedef struct vestige_jpeg_damage {
    /// Whether the library had to make up for lost or wrong data.
    int is_damaged;
    /// Whether the bytes ended too early.
    int is_truncated;
    /// Whether scans beyond the limit were left out.
    int is_limited;
    /// Whether the damage struck before even one row of blocks was read.
    int is_total;
    /// libjpeg's own number of the first warning or of the fatal error; 0 if none.
    int code;
} vestige_jpeg_damage;

/// A decompressor over `count` bytes, which must stay until it is closed; NULL if memory is short.
/// It takes at most `memory_limit` bytes for coefficients, and reads at most `scan_limit` scans.
vestige_jpeg *vestige_jpeg_open(const uint8_t *bytes, size_t count, int64_t memory_limit,
                                int scan_limit);
/// Frees everything.
void vestige_jpeg_close(vestige_jpeg *jpeg);

/// Reads up to the first scan.
vestige_jpeg_status vestige_jpeg_read_header(vestige_jpeg *jpeg, vestige_jpeg_header *header);

/// After the header: the components are red, green and blue, though no marker says so (in TIFF).
void vestige_jpeg_assume_rgb(vestige_jpeg *jpeg);

/// After the header: the whole picture as gray at an eighth of its size, one sample for each block of
/// 8 x 8 pixels: the samples that libjpeg gives at that scale, bit for bit, but without the coefficients
/// that it decodes and throws away.
///
/// It reads what nearly every camera writes: baseline, 8 bits, gray or YCbCr in one scan, without the
/// slightest damage. At anything else it gives up: then `rows` hold nothing of use, and the
/// decompressor is as it was, for `vestige_jpeg_start`.
///
/// - `rows`: ceil(height / 8) rows of ceil(width / 8) bytes, without padding.
/// - Returns: whether all rows were written.
int vestige_jpeg_read_block_means(const vestige_jpeg *jpeg, uint8_t *rows);

/// Starts decoding, reduced by `scale` (1, 2, 4 or 8); gives the size of the rows to come.
vestige_jpeg_status vestige_jpeg_start(vestige_jpeg *jpeg, vestige_jpeg_colours colours, int scale,
                                       uint32_t *width, uint32_t *height);

/// Decodes up to `count` rows into `rows`, `stride` bytes apart; `*done` says how many came, also
/// when the status is not OK.
vestige_jpeg_status vestige_jpeg_read_rows(vestige_jpeg *jpeg, uint8_t *rows, size_t stride,
                                           uint32_t count, uint32_t *done);

/// How the decode went so far.
vestige_jpeg_damage vestige_jpeg_get_damage(const vestige_jpeg *jpeg);
/// The library's text for the first warning or the fatal error; "" if none. Valid until closed.
const char *vestige_jpeg_message(const vestige_jpeg *jpeg);
/// The version that this was built against.
const char *vestige_jpeg_version(void);

#endif
