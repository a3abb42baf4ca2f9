// The Sleuth Kit reads file systems, libewf reads images that EnCase and others write. Both open files by name, which a
// decode worker cannot: here they get their bytes from a function.
#ifndef VESTIGE_DISK_IMAGES_H
#define VESTIGE_DISK_IMAGES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <libewf.h>
#include <tsk/libtsk.h>

/// Reads up to `count` bytes at `offset` of the file number `file` into `target`. Returns how many, 0 at the end, or -1.
typedef ssize_t (*vestige_image_read)(void *client, int file, int64_t offset, void *target,
                                      size_t count);

/// An image for The Sleuth Kit of `size` bytes, in sectors of `sector` bytes, that are read as the file 0.
/// NULL if there is no memory. `client` must live as long as the image.
TSK_IMG_INFO *vestige_image_new(int64_t size, unsigned sector, vestige_image_read read,
                                void *client);

/// Frees an image; its file systems must be closed.
void vestige_image_free(TSK_IMG_INFO *image);

/// Images in the Expert Witness format (E01), in one file or several.
typedef struct vestige_ewf vestige_ewf;

/// Opens an image of `files` files of these sizes in bytes. NULL if that fails; then `error` says why.
vestige_ewf *vestige_ewf_open(int files, const int64_t sizes[], vestige_image_read read,
                              void *client, char *error, size_t error_size);

/// How many bytes the disk has.
int64_t vestige_ewf_size(const vestige_ewf *image);

/// How many bytes a sector has.
unsigned vestige_ewf_sector(const vestige_ewf *image);

/// Reads up to `count` bytes of the disk at `offset`. Returns how many, 0 at the end, or -1.
ssize_t vestige_ewf_read(vestige_ewf *image, int64_t offset, void *target, size_t count);

/// How many chunks, of those that were read so far, differ from their checksums.
unsigned vestige_ewf_checksum_errors(vestige_ewf *image);

/// Closes an image; NULL is allowed.
void vestige_ewf_close(vestige_ewf *image);

#endif
