// The umbrella of the C side: the libraries' own headers, and names for what Swift cannot import.
// libjpeg and libpng report errors by longjmp, which must not cross Swift frames: they are behind
// the fences of jpeg_decoding.h and png_decoding.h, and their headers stay out of here.
#ifndef VESTIGE_CMEDIA_H
#define VESTIGE_CMEDIA_H

#include <archive.h>
#include <archive_entry.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <libheif/heif.h>
#include <libswscale/swscale.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "archive_names.h"
#include "descriptor_passing.h"
#include "jpeg_decoding.h"
#include "libav_names.h"
#include "luma_rows.h"
#include "png_decoding.h"
#include "sandbox_attempts.h"
#include "sandbox_layers.h"

#endif
