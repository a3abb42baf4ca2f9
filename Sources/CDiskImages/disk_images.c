// Built only with the trait DiskImages: without it the libraries need not be there.
#ifdef VESTIGE_DISK_IMAGES

#include "disk_images.h"

#include <stdlib.h>

/// The Sleuth Kit's own structure, with what its reading function needs behind it.
struct image {
    TSK_IMG_INFO info;
    vestige_image_read read;
    void *client;
};

static ssize_t read_image(TSK_IMG_INFO *info, TSK_OFF_T offset, char *target, size_t count) {
    struct image *image = (struct image *)info;
    size_t done = 0;
    while (done < count) {
        ssize_t got = image->read(image->client, 0, offset + (int64_t)done, target + done,
                                  count - done);
        if (got < 0) {
            tsk_error_reset();
            tsk_error_set_errno(TSK_ERR_IMG_READ);
            tsk_error_set_errstr("the image cannot be read at byte %lld",
                                 (long long)(offset + (int64_t)done));
            return done > 0 ? (ssize_t)done : -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
    }
    return (ssize_t)done;
}

static void close_image(TSK_IMG_INFO *info) {
    (void)info;
}

static void describe_image(TSK_IMG_INFO *info, FILE *output) {
    (void)info;
    (void)output;
}

TSK_IMG_INFO *vestige_image_new(int64_t size, unsigned sector, vestige_image_read read,
                                void *client) {
    // tsk_img_open_external would bring the libraries of all image formats with it. A mutex of zeros is an open one.
    struct image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        return NULL;
    }
    image->info.tag = TSK_IMG_INFO_TAG;
    image->info.itype = TSK_IMG_TYPE_EXTERNAL;
    image->info.size = size;
    image->info.sector_size = sector;
    image->info.read = read_image;
    image->info.close = close_image;
    image->info.imgstat = describe_image;
    image->read = read;
    image->client = client;
    return &image->info;
}

void vestige_image_free(TSK_IMG_INFO *image) {
    free(image);
}

#else
typedef int vestige_no_disk_images;
#endif
