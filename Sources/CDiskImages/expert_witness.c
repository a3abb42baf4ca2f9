// Built only with the trait DiskImages: without it the libraries need not be there.
#ifdef VESTIGE_DISK_IMAGES

// Without it libewf hides what takes libbfio's files.
#define HAVE_LIBBFIO 1

#include <libbfio.h>
#include <libewf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk_images.h"

struct vestige_ewf {
    libewf_handle_t *handle;
    libbfio_pool_t *pool;
    int64_t size;
    unsigned sector;
};

/// One file as libbfio sees it. The functions are its interface: 1 is success, -1 an error.
struct file {
    vestige_image_read read;
    void *client;
    int number;
    int is_open;
    int64_t size;
    int64_t position;
};

static int free_file(intptr_t **file, libbfio_error_t **error) {
    (void)error;
    free(*file);
    *file = NULL;
    return 1;
}

static int clone_file(intptr_t **copy, intptr_t *file, libbfio_error_t **error) {
    (void)error;
    *copy = malloc(sizeof(struct file));
    if (*copy == NULL) {
        return -1;
    }
    memcpy(*copy, file, sizeof(struct file));
    return 1;
}

static int open_file(intptr_t *file, int flags, libbfio_error_t **error) {
    (void)error;
    if (flags & LIBBFIO_ACCESS_FLAG_WRITE) {
        return -1;
    }
    ((struct file *)file)->is_open = 1;
    return 1;
}

static int close_file(intptr_t *file, libbfio_error_t **error) {
    (void)error;
    ((struct file *)file)->is_open = 0;
    return 0;
}

static ssize_t read_file(intptr_t *opaque, uint8_t *target, size_t count, libbfio_error_t **error) {
    (void)error;
    struct file *file = (struct file *)opaque;
    size_t done = 0;
    while (done < count) {
        ssize_t got =
            file->read(file->client, file->number, file->position, target + done, count - done);
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += (size_t)got;
        file->position += got;
    }
    return (ssize_t)done;
}

static ssize_t write_file(intptr_t *file, const uint8_t *bytes, size_t count,
                          libbfio_error_t **error) {
    (void)file;
    (void)bytes;
    (void)count;
    (void)error;
    return -1;
}

static off64_t seek_file(intptr_t *opaque, off64_t offset, int whence, libbfio_error_t **error) {
    (void)error;
    struct file *file = (struct file *)opaque;
    int64_t start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file->position : file->size;
    int64_t place;
    if (__builtin_add_overflow(start, offset, &place) || place < 0) {
        return -1;
    }
    file->position = place;
    return place;
}

static int file_exists(intptr_t *file, libbfio_error_t **error) {
    (void)file;
    (void)error;
    return 1;
}

static int file_is_open(intptr_t *file, libbfio_error_t **error) {
    (void)error;
    return ((struct file *)file)->is_open;
}

static int get_file_size(intptr_t *file, size64_t *size, libbfio_error_t **error) {
    (void)error;
    *size = (size64_t)((struct file *)file)->size;
    return 1;
}

static int append_file(vestige_ewf *image, struct file description) {
    struct file *file = malloc(sizeof *file);
    if (file == NULL) {
        return -1;
    }
    *file = description;
    libbfio_handle_t *handle = NULL;
    if (libbfio_handle_initialize(&handle, (intptr_t *)file, free_file, clone_file, open_file,
                                  close_file, read_file, write_file, seek_file, file_exists,
                                  file_is_open, get_file_size,
                                  LIBBFIO_FLAG_IO_HANDLE_MANAGED |
                                      LIBBFIO_FLAG_IO_HANDLE_CLONE_BY_FUNCTION,
                                  NULL) != 1) {
        free(file);
        return -1;
    }
    int entry = 0;
    if (libbfio_pool_append_handle(image->pool, &entry, handle, LIBBFIO_ACCESS_FLAG_READ, NULL) !=
        1) {
        libbfio_handle_free(&handle, NULL);
        return -1;
    }
    return 0;
}

/// The first line of what the library says: the last says what it was about, in its own functions' names.
static void describe(libewf_error_t **failure, const char *what, char *error, size_t error_size) {
    char text[512] = "";
    if (failure != NULL && *failure != NULL) {
        libewf_error_sprint(*failure, text, sizeof text);
        libewf_error_free(failure);
    }
    const char *words = strstr(text, ": ");
    snprintf(error, error_size, "%s%s%s", what, words == NULL ? "" : ": ",
             words == NULL ? "" : words + 2);
    error[strcspn(error, "\n")] = 0;
}

vestige_ewf *vestige_ewf_open(int files, const int64_t sizes[], vestige_image_read read,
                              void *client, char *error, size_t error_size) {
    libewf_error_t *failure = NULL;
    vestige_ewf *image = calloc(1, sizeof *image);
    if (image == NULL) {
        describe(NULL, "no memory", error, error_size);
        return NULL;
    }
    if (libbfio_pool_initialize(&image->pool, 0, LIBBFIO_POOL_UNLIMITED_NUMBER_OF_OPEN_HANDLES,
                                NULL) != 1) {
        describe(NULL, "no memory", error, error_size);
        vestige_ewf_close(image);
        return NULL;
    }
    for (int number = 0; number < files; number++) {
        struct file file = {.read = read, .client = client, .number = number, .size = sizes[number]};
        if (append_file(image, file) != 0) {
            describe(NULL, "no memory", error, error_size);
            vestige_ewf_close(image);
            return NULL;
        }
    }
    size64_t size = 0;
    uint32_t sector = 0;
    if (libewf_handle_initialize(&image->handle, &failure) != 1 ||
        libewf_handle_open_file_io_pool(image->handle, image->pool, LIBEWF_OPEN_READ, &failure) !=
            1 ||
        libewf_handle_get_media_size(image->handle, &size, &failure) != 1) {
        describe(&failure, "the E01 image cannot be opened", error, error_size);
        vestige_ewf_close(image);
        return NULL;
    }
    if (libewf_handle_get_bytes_per_sector(image->handle, &sector, NULL) != 1) {
        sector = 0;
    }
    image->size = size > INT64_MAX ? INT64_MAX : (int64_t)size;
    image->sector = sector;
    return image;
}

int64_t vestige_ewf_size(const vestige_ewf *image) {
    return image->size;
}

unsigned vestige_ewf_sector(const vestige_ewf *image) {
    return image->sector;
}

ssize_t vestige_ewf_read(vestige_ewf *image, int64_t offset, void *target, size_t count) {
    if (offset < 0 || offset >= image->size) {
        return 0;
    }
    libewf_error_t *failure = NULL;
    ssize_t got = libewf_handle_read_random(image->handle, target, count, offset, &failure);
    if (failure != NULL) {
        libewf_error_free(&failure);
    }
    return got < 0 ? -1 : got;
}

unsigned vestige_ewf_checksum_errors(vestige_ewf *image) {
    uint32_t errors = 0;
    return libewf_handle_get_number_of_checksum_errors(image->handle, &errors, NULL) == 1 ? errors
                                                                                           : 0;
}

void vestige_ewf_close(vestige_ewf *image) {
    if (image == NULL) {
        return;
    }
    if (image->handle != NULL) {
        libewf_handle_close(image->handle, NULL);
        libewf_handle_free(&image->handle, NULL);
    }
    if (image->pool != NULL) {
        libbfio_pool_free(&image->pool, NULL);
    }
    free(image);
}

#else
typedef int vestige_no_disk_images;
#endif
