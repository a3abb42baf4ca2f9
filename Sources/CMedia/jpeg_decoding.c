#include "jpeg_state.h"

#include <stdlib.h>
#include <string.h>

#include <jerror.h>

#define STRINGIFIED(text) #text
#define AS_TEXT(macro) STRINGIFIED(macro)

static const JOCTET end_of_image[2] = {0xFF, JPEG_EOI};

static vestige_jpeg *owner(j_common_ptr info) { return info->client_data; }

/// Keeps the first thing that the library says, and where in the file it said it.
static void keep(vestige_jpeg *jpeg) {
    if (jpeg->damage.code != 0) {
        return;
    }
    jpeg->damage.code = jpeg->errors.msg_code;
    jpeg->errors.format_message((j_common_ptr)&jpeg->info, jpeg->message);
}

static void note_damage(vestige_jpeg *jpeg) {
    if (!jpeg->damage.is_damaged) {
        jpeg->damage.is_damaged = 1;
        // What follows wrong data may still be picture; what follows the end of the data is not.
        int is_end = jpeg->has_ended || (jpeg->errors.msg_code == JWRN_HIT_MARKER &&
                                         jpeg->info.restart_interval == 0);
        jpeg->damage.is_total = is_end && jpeg->info.input_scan_number <= 1 &&
                                jpeg->info.input_iMCU_row == 0;
    }
    // Damage far behind the end of the data is the end's doing.
    if (jpeg->has_ended) {
        jpeg->damage.is_truncated = 1;
    }
}

static void leave(j_common_ptr info) {
    vestige_jpeg *jpeg = owner(info);
    // The reason why decoding stopped is worth more than an earlier warning.
    jpeg->damage.code = 0;
    keep(jpeg);
    note_damage(jpeg);
    longjmp(jpeg->fence, 1);
}

static void hear(j_common_ptr info, int level) {
    vestige_jpeg *jpeg = owner(info);
    if (level >= 0) {
        return;
    }
    jpeg->errors.num_warnings++;
    switch (jpeg->errors.msg_code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_TOO_MUCH_DATA:
        // Odd, but every sample is what the encoder stored.
        return;
    default:
        note_damage(jpeg);
        keep(jpeg);
    }
}

static void be_silent(j_common_ptr info) { (void)info; }

static void start_source(j_decompress_ptr info) { (void)info; }

static boolean supply_end(j_decompress_ptr info) {
    vestige_jpeg *jpeg = owner((j_common_ptr)info);
    jpeg->has_ended = 1;
    info->src->next_input_byte = end_of_image;
    info->src->bytes_in_buffer = sizeof end_of_image;
    return TRUE;
}

static void skip_source(j_decompress_ptr info, long count) {
    struct jpeg_source_mgr *source = info->src;
    if (count <= 0) {
        return;
    }
    if ((size_t)count >= source->bytes_in_buffer) {
        supply_end(info);
    } else {
        source->next_input_byte += count;
        source->bytes_in_buffer -= (size_t)count;
    }
}

static void watch_scans(j_common_ptr info) {
    vestige_jpeg *jpeg = owner(info);
    if (!jpeg->damage.is_limited && jpeg->info.input_scan_number > jpeg->scan_limit) {
        // The file ends here: what earlier scans gave is kept.
        jpeg->damage.is_limited = 1;
        jpeg->info.src->next_input_byte = end_of_image;
        jpeg->info.src->bytes_in_buffer = sizeof end_of_image;
    }
}

vestige_jpeg *vestige_jpeg_open(const uint8_t *bytes, size_t count, int64_t memory_limit,
                                int scan_limit) {
    vestige_jpeg *jpeg = calloc(1, sizeof *jpeg);
    if (jpeg == NULL) {
        return NULL;
    }
    jpeg->info.err = jpeg_std_error(&jpeg->errors);
    jpeg->errors.error_exit = leave;
    jpeg->errors.emit_message = hear;
    jpeg->errors.output_message = be_silent;
    jpeg->info.client_data = jpeg;
    jpeg->scan_limit = scan_limit;
    if (setjmp(jpeg->fence)) {
        jpeg_destroy_decompress(&jpeg->info);
        free(jpeg);
        return NULL;
    }
    // Keeps err and client_data, clears all else.
    jpeg_create_decompress(&jpeg->info);
    jpeg->info.mem->max_memory_to_use = (long)memory_limit;
    jpeg->source.init_source = start_source;
    jpeg->source.fill_input_buffer = supply_end;
    jpeg->source.skip_input_data = skip_source;
    jpeg->source.resync_to_restart = jpeg_resync_to_restart;
    jpeg->source.term_source = start_source;
    jpeg->source.next_input_byte = bytes;
    jpeg->source.bytes_in_buffer = count;
    jpeg->info.src = &jpeg->source;
    jpeg->progress.progress_monitor = watch_scans;
    jpeg->info.progress = &jpeg->progress;
    return jpeg;
}

void vestige_jpeg_close(vestige_jpeg *jpeg) {
    jpeg_destroy_decompress(&jpeg->info);
    free(jpeg);
}

/// What the fatal error in `jpeg` means.
static vestige_jpeg_status failure(const vestige_jpeg *jpeg) {
    switch (jpeg->damage.code) {
    case JERR_OUT_OF_MEMORY:
    case JERR_NO_BACKING_STORE:
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
        return VESTIGE_JPEG_NO_MEMORY;
    case JERR_BAD_PRECISION:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_ARITH_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_NOTIMPL:
        return VESTIGE_JPEG_UNSUPPORTED;
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
        return VESTIGE_JPEG_TRUNCATED;
    default:
        return jpeg->has_ended ? VESTIGE_JPEG_TRUNCATED : VESTIGE_JPEG_CORRUPT;
    }
}

vestige_jpeg_status vestige_jpeg_read_header(vestige_jpeg *jpeg, vestige_jpeg_header *header) {
    if (setjmp(jpeg->fence)) {
        return failure(jpeg);
    }
    jpeg_read_header(&jpeg->info, TRUE);
    header->width = jpeg->info.image_width;
    header->height = jpeg->info.image_height;
    header->components = jpeg->info.num_components;
    header->is_progressive = jpeg->info.progressive_mode;
    return VESTIGE_JPEG_OK;
}

void vestige_jpeg_assume_rgb(vestige_jpeg *jpeg) {
    if (jpeg->info.num_components == 3) {
        jpeg->info.jpeg_color_space = JCS_RGB;
    }
}

/// Whether the scans read so far hold all bits of all coefficients of a progressive picture.
static int is_refined(const struct jpeg_decompress_struct *info) {
    for (int component = 0; component < info->num_components; component++) {
        for (int k = 0; k < DCTSIZE2; k++) {
            // -1 would be a coefficient that no scan named, which an encoder may leave out.
            if (info->coef_bits[component][k] > 0 || info->coef_bits[component][0] < 0) {
                return 0;
            }
        }
    }
    return 1;
}

vestige_jpeg_status vestige_jpeg_start(vestige_jpeg *jpeg, vestige_jpeg_colours colours, int scale,
                                       uint32_t *width, uint32_t *height) {
    if (setjmp(jpeg->fence)) {
        return failure(jpeg);
    }
    struct jpeg_decompress_struct *info = &jpeg->info;
    static const J_COLOR_SPACE spaces[3] = {JCS_GRAYSCALE, JCS_RGB, JCS_CMYK};
    info->out_color_space = spaces[colours];
    info->scale_num = 1;
    info->scale_denom = (unsigned)scale;
    info->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(info);
    if (info->progressive_mode && info->coef_bits != NULL && jpeg->has_ended && !is_refined(info)) {
        // Cut between two scans: the library sees nothing wrong.
        note_damage(jpeg);
    }
    *width = info->output_width;
    *height = info->output_height;
    return VESTIGE_JPEG_OK;
}

vestige_jpeg_status vestige_jpeg_read_rows(vestige_jpeg *jpeg, uint8_t *rows, size_t stride,
                                           uint32_t count, uint32_t *done) {
    // Set only here and read after the longjmp through the pointer, so it need not be volatile.
    *done = 0;
    if (setjmp(jpeg->fence)) {
        return failure(jpeg);
    }
    JSAMPROW pointers[16];
    while (*done < count) {
        uint32_t wanted = count - *done < 16 ? count - *done : 16;
        for (uint32_t i = 0; i < wanted; i++) {
            pointers[i] = rows + stride * (*done + i);
        }
        uint32_t got = jpeg_read_scanlines(&jpeg->info, pointers, wanted);
        if (got == 0) {
            break;
        }
        *done += got;
    }
    return VESTIGE_JPEG_OK;
}

vestige_jpeg_damage vestige_jpeg_get_damage(const vestige_jpeg *jpeg) { return jpeg->damage; }

const char *vestige_jpeg_message(const vestige_jpeg *jpeg) { return jpeg->message; }

const char *vestige_jpeg_version(void) { return AS_TEXT(LIBJPEG_TURBO_VERSION); }
