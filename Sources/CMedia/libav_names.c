#include "libav_names.h"

#include <libavutil/log.h>
#include <libswscale/swscale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_error[256];
static _Thread_local int64_t error_lines;

static void keep_line(void *object, int level, const char *format, va_list arguments) {
    (void)object;
    if (level > AV_LOG_ERROR) {
        return;
    }
    error_lines++;
    // The first error names the cause; those that follow are mostly its consequences.
    if (last_error[0] != 0) {
        return;
    }
    vsnprintf(last_error, sizeof last_error, format, arguments);
    last_error[strcspn(last_error, "\r\n")] = 0;
}

void vestige_libav_keep_log(void) { av_log_set_callback(keep_line); }

const char *vestige_libav_last_error(void) { return last_error; }

int64_t vestige_libav_error_lines(void) { return error_lines; }

void vestige_libav_clear_log(void) { last_error[0] = 0; }

static int refuse_opening(AVFormatContext *context, AVIOContext **result, const char *address,
                          int flags, AVDictionary **options) {
    (void)context;
    (void)address;
    (void)flags;
    (void)options;
    *result = NULL;
    return AVERROR(EACCES);
}

void vestige_libav_forbid_opening(AVFormatContext *context) { context->io_open = refuse_opening; }

int vestige_swscale_set_ranges(struct SwsContext *context, int matrix, int source_range,
                               int destination_range) {
    const int *table = sws_getCoefficients(matrix);
    return sws_setColorspaceDetails(context, table, source_range,
                                    sws_getCoefficients(SWS_CS_DEFAULT), destination_range, 0,
                                    1 << 16, 1 << 16);
}

void vestige_zero_allocations(int on) {
#ifdef M_PERTURB
    // New memory is filled with the complement of this byte.
    mallopt(M_PERTURB, on ? 0xFF : 0);
#else
    (void)on;
#endif
}
