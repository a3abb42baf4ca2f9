// MD5, SHA-1 and SHA-256 of the same bytes in one pass, on processors with the SHA extensions.
#ifndef VESTIGE_DIGEST_KERNELS_H
#define VESTIGE_DIGEST_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The chaining values of the three digests, as words in the standards' order.
typedef struct vestige_digest_state {
    uint32_t md5[4];
    uint32_t sha1[5];
    uint32_t sha256[8];
} vestige_digest_state;

/// Whether this processor has what `vestige_digest_blocks` needs. Constant for the life of a process.
int vestige_has_digest_kernel(void);

/// The values that a digest of no bytes starts from.
void vestige_digest_begin(vestige_digest_state *state);

/// Takes `blocks` blocks of 64 bytes into all three digests.
///
/// Call it only where `vestige_has_digest_kernel` says so.
void vestige_digest_blocks(vestige_digest_state *state, const uint8_t *bytes, size_t blocks);

#pragma clang assume_nonnull end

#endif
