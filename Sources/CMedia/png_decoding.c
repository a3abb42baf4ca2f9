#include "png_decoding.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct vestige_png {
    png_structp reader;
    png_infop info;
    const uint8_t *bytes;
    size_t count;
    size_t position;
    jmp_buf fence;
    int has_ended;
    int is_out_of_memory;
    int is_damaged;
    int is_in_pixels;
    char message[160];
};

static void keep(vestige_png *png, const char *message) {
    snprintf(png->message, sizeof png->message, "%s", message);
}

static void leave(png_structp reader, png_const_charp message) {
    vestige_png *png = png_get_error_ptr(reader);
    png->is_damaged = 1;
    png->is_out_of_memory = strstr(message, "emory") != NULL;
    keep(png, message);
    longjmp(png->fence, 1);
}

static void hear(png_structp reader, png_const_charp message) {
    vestige_png *png = png_get_error_ptr(reader);
    // Before the samples, libpng warns of profiles and texts that nothing here looks at.
    if (png->is_in_pixels && !png->is_damaged) {
        png->is_damaged = 1;
        keep(png, message);
    }
}

static void supply(png_structp reader, png_bytep target, size_t wanted) {
    vestige_png *png = png_get_io_ptr(reader);
    if (wanted > png->count - png->position) {
        png->has_ended = 1;
        png_error(reader, "the file ends too early");
    }
    memcpy(target, png->bytes + png->position, wanted);
    png->position += wanted;
}

vestige_png *vestige_png_open(const uint8_t *bytes, size_t count, size_t chunk_limit) {
    vestige_png *png = calloc(1, sizeof *png);
    if (png == NULL) {
        return NULL;
    }
    png->bytes = bytes;
    png->count = count;
    if (setjmp(png->fence)) {
        vestige_png_close(png);
        return NULL;
    }
    png->reader = png_create_read_struct(PNG_LIBPNG_VER_STRING, png, leave, hear);
    if (png->reader == NULL) {
        free(png);
        return NULL;
    }
    png->info = png_create_info_struct(png->reader);
    if (png->info == NULL) {
        vestige_png_close(png);
        return NULL;
    }
    png_set_read_fn(png->reader, png, supply);
    png_set_chunk_malloc_max(png->reader, chunk_limit);
    png_set_chunk_cache_max(png->reader, 16);
    // The caller has its own limit, on the product of both sides.
    png_set_user_limits(png->reader, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    // Profiles, texts and the like may be bombs, and no sample depends on them.
    png_set_keep_unknown_chunks(png->reader, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    static const uint8_t unneeded[] = "iCCP\0zTXt\0iTXt\0tEXt\0sPLT\0eXIf\0hIST\0bKGD\0gAMA\0cHRM\0"
                                      "sRGB\0tIME\0pHYs\0oFFs\0pCAL\0sCAL\0sBIT";
    png_set_keep_unknown_chunks(png->reader, PNG_HANDLE_CHUNK_NEVER, unneeded,
                                (int)(sizeof unneeded / 5));
    // A wrong checksum is no reason to lose a picture: it is read on and marked as damaged.
    png_set_crc_action(png->reader, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
    // Read whole or not at all: of a cut file so much is lost. The default is 8 KB; under 1 KB
    // decoding was measurably slower.
    png_set_compression_buffer_size(png->reader, 1024);
    png_set_benign_errors(png->reader, 1);
    return png;
}

void vestige_png_close(vestige_png *png) {
    png_destroy_read_struct(&png->reader, &png->info, NULL);
    free(png);
}

static vestige_png_status failure(const vestige_png *png) {
    if (png->has_ended) {
        return VESTIGE_PNG_TRUNCATED;
    }
    return png->is_out_of_memory ? VESTIGE_PNG_NO_MEMORY : VESTIGE_PNG_CORRUPT;
}

vestige_png_status vestige_png_start(vestige_png *png, vestige_png_header *header) {
    if (setjmp(png->fence)) {
        return failure(png);
    }
    png_read_info(png->reader, png->info);
    png_set_strip_16(png->reader);
    // Palettes to RGB, low bit depths to 8 bits, the transparent colour to alpha.
    png_set_expand(png->reader);
    png_read_update_info(png->reader, png->info);
    header->width = png_get_image_width(png->reader, png->info);
    header->height = png_get_image_height(png->reader, png->info);
    header->channels = png_get_channels(png->reader, png->info);
    header->is_interlaced =
        png_get_interlace_type(png->reader, png->info) != PNG_INTERLACE_NONE;
    png->is_in_pixels = 1;
    return VESTIGE_PNG_OK;
}

vestige_png_status vestige_png_read_row(vestige_png *png, uint8_t *row) {
    if (setjmp(png->fence)) {
        return failure(png);
    }
    png_read_row(png->reader, row, NULL);
    return VESTIGE_PNG_OK;
}

int vestige_png_is_damaged(const vestige_png *png) { return png->is_damaged; }

const char *vestige_png_message(const vestige_png *png) { return png->message; }

const char *vestige_png_version(void) { return png_get_libpng_ver(NULL); }
