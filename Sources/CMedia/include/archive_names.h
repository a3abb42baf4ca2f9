// libarchive's macros as names that Swift can see.
#ifndef VESTIGE_ARCHIVE_NAMES_H
#define VESTIGE_ARCHIVE_NAMES_H

#include <archive.h>

static inline int vestige_archive_format_raw(void) { return ARCHIVE_FORMAT_RAW; }

#endif
