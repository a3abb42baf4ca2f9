// The umbrella of the kernels: arithmetic on buffers that the caller owns. Nothing here allocates,
// reads a file, or keeps state.
#ifndef VESTIGE_CKERNELS_H
#define VESTIGE_CKERNELS_H

#include "building_kernels.h"
#include "checksum_kernels.h"
#include "digest_kernels.h"
#include "fingerprint_kernels.h"
#include "join_kernels.h"
#include "kernel_level.h"
#include "search_kernels.h"

#endif
