// What lies behind `vestige_jpeg`, for the files of this target alone.
#ifndef VESTIGE_JPEG_STATE_H
#define VESTIGE_JPEG_STATE_H

#include "jpeg_decoding.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

struct vestige_jpeg {
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr errors;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    jmp_buf fence;
    int scan_limit;
    int has_ended;
    vestige_jpeg_damage damage;
    char message[JMSG_LENGTH_MAX];
};

#endif
