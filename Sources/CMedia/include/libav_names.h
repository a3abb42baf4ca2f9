// libav's macros as names that Swift can see, and what needs a variadic or a callback in C.
#ifndef VESTIGE_LIBAV_NAMES_H
#define VESTIGE_LIBAV_NAMES_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdint.h>

static inline int vestige_averror_eof(void) { return AVERROR_EOF; }
static inline int vestige_averror_again(void) { return AVERROR(EAGAIN); }
static inline int vestige_averror_invalid(void) { return AVERROR(EINVAL); }
static inline int vestige_averror_io(void) { return AVERROR(EIO); }
static inline int vestige_averror_memory(void) { return AVERROR(ENOMEM); }
static inline int vestige_averror_data(void) { return AVERROR_INVALIDDATA; }
static inline int vestige_averror_no_decoder(void) { return AVERROR_DECODER_NOT_FOUND; }
static inline int vestige_averror_no_demuxer(void) { return AVERROR_DEMUXER_NOT_FOUND; }
static inline int vestige_averror_unwritten(void) { return AVERROR_PATCHWELCOME; }
static inline int vestige_averror_not_supported(void) { return AVERROR(ENOSYS); }
static inline int vestige_averror_experimental(void) { return AVERROR_EXPERIMENTAL; }

static inline int64_t vestige_no_timestamp(void) { return AV_NOPTS_VALUE; }
static inline int64_t vestige_libav_time_base(void) { return AV_TIME_BASE; }
static inline int vestige_packet_is_key(const AVPacket *packet) {
    return (packet->flags & AV_PKT_FLAG_KEY) != 0;
}
static inline int vestige_packet_is_corrupt(const AVPacket *packet) {
    return (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
}
static inline void vestige_packet_mark_corrupt(AVPacket *packet) {
    packet->flags |= AV_PKT_FLAG_CORRUPT;
}
/// Whether an edit list hides the packet's picture.
static inline int vestige_packet_is_hidden(const AVPacket *packet) {
    return (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
}
/// A packet that the container hides is decoded like any other.
static inline void vestige_packet_unhide(AVPacket *packet) {
    packet->flags &= ~AV_PKT_FLAG_DISCARD;
}
/// Whether memory that is allocated from now on is all zero (as far as the C library can do that). Of damaged pictures some of
/// libav's decoders show what their buffers held before, which would be another picture each time.
void vestige_zero_allocations(int on);

static inline int vestige_frame_is_corrupt(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
}
/// Whether a frame says that it was made from no other, and is sound.
static inline int vestige_frame_is_whole(const AVFrame *frame) {
    return frame->key_frame != 0 && frame->pict_type == AV_PICTURE_TYPE_I &&
           (frame->flags & AV_FRAME_FLAG_CORRUPT) == 0 && frame->decode_error_flags == 0;
}
/// Whether a frame, decoded alone, says that it was to be made from others; `failed` is whether its decoder has
/// reported errors.
static inline int vestige_frame_is_dependent(const AVFrame *frame, int failed) {
    switch (frame->pict_type) {
    case AV_PICTURE_TYPE_P:
    case AV_PICTURE_TYPE_B:
    case AV_PICTURE_TYPE_S:
    case AV_PICTURE_TYPE_SP:
        if (frame->key_frame == 0) {
            return 1;
        }
        break;
    default: break;
    }
    // H.264: the stream gives a point from which it can be decoded, but the picture is whole only later.
    return !failed && (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 && frame->decode_error_flags == 0;
}

/// One row of a picture's first samples: where libav keeps them.
static inline const uint8_t *vestige_frame_row(const AVFrame *frame, int plane, int row) {
    return frame->data[plane] + (ptrdiff_t)frame->linesize[plane] * row;
}

/// Sends what libav would print to a small buffer of the calling thread instead, errors only.
void vestige_libav_keep_log(void);
/// The last error line since ``vestige_libav_clear_log``, without its end of line; "" if none.
const char *vestige_libav_last_error(void);
/// How many error lines there were on this thread so far; ``vestige_libav_clear_log`` leaves it as it is.
int64_t vestige_libav_error_lines(void);
/// Forgets the last error line.
void vestige_libav_clear_log(void);

/// Makes every attempt of a demuxer to open another file or address fail.
void vestige_libav_forbid_opening(AVFormatContext *context);

/// Sets how swscale reads and writes brightness: ranges are 0 (16 ... 235) or 1 (0 ... 255);
/// `matrix` is an SWS_CS_ constant. Returns under 0 if the formats have no such choice.
struct SwsContext;
int vestige_swscale_set_ranges(struct SwsContext *context, int matrix, int source_range,
                               int destination_range);

#endif
