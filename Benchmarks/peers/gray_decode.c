/* The floor under `vestige index`: reads each JPEG and decodes it to gray with libjpeg, at the scale
 * that vestige would choose, and does nothing with the samples.
 *
 *   gray_decode MINIMUM-SHORTER-SIDE FILE...
 *
 * Prints one line of JSON: pictures, failed, and CPU milliseconds in all (reading included).
 * Build: cc -O2 gray_decode.c -ljpeg -o gray_decode
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>

struct fence {
    struct jpeg_error_mgr manager;
    jmp_buf place;
};

static void leave(j_common_ptr info) { longjmp(((struct fence *)info->err)->place, 1); }
static void ignore(j_common_ptr info) { (void)info; }

static unsigned char *contents(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    unsigned char *bytes = length > 0 ? malloc((size_t)length) : NULL;
    if (bytes && fread(bytes, 1, (size_t)length, file) != (size_t)length) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *size = (size_t)length;
    return bytes;
}

/* The largest of 1, 2, 4, 8 that leaves the shorter side at least `minimum` samples. */
static unsigned scale_for(unsigned width, unsigned height, unsigned minimum) {
    unsigned side = width < height ? width : height;
    unsigned scale = 8;
    while (scale > 1 && (side + scale - 1) / scale < minimum) scale /= 2;
    return scale;
}

static int decode(const unsigned char *bytes, size_t size, unsigned minimum) {
    struct jpeg_decompress_struct info;
    struct fence fence;
    unsigned char *volatile row = NULL;
    info.err = jpeg_std_error(&fence.manager);
    fence.manager.error_exit = leave;
    fence.manager.output_message = ignore;
    if (setjmp(fence.place)) {
        jpeg_destroy_decompress(&info);
        free(row);
        return 0;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, bytes, size);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_GRAYSCALE;
    info.scale_num = 1;
    info.scale_denom = scale_for(info.image_width, info.image_height, minimum);
    jpeg_start_decompress(&info);
    row = malloc(info.output_width);
    while (info.output_scanline < info.output_height) {
        JSAMPROW target = row;
        jpeg_read_scanlines(&info, &target, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    free(row);
    return 1;
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: gray_decode MINIMUM-SHORTER-SIDE FILE...\n");
        return 2;
    }
    unsigned minimum = (unsigned)atoi(arguments[1]);
    int pictures = 0, failed = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    for (int k = 2; k < count; k++) {
        size_t size = 0;
        unsigned char *bytes = contents(arguments[k], &size);
        if (bytes && decode(bytes, size, minimum)) pictures++;
        else failed++;
        free(bytes);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    double milliseconds = (double)(end.tv_sec - start.tv_sec) * 1e3
                          + (double)(end.tv_nsec - start.tv_nsec) / 1e6;
    printf("{\"pictures\": %d, \"failed\": %d, \"cpu_ms\": %.3f}\n", pictures, failed, milliseconds);
    return 0;
}
