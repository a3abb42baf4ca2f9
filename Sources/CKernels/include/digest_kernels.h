// MD5, SHA-1 and SHA-256 of the same bytes in one pass, on processors with the SHA extensions.
#ifndef VESTIGE_DIGEST_KERNELS_H
#define VESTIGE_DIGEST_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// How far the three digests have come.
typedef struct vestige_digest_state {
    /// The chaining values, as words in the standards' order.
    uint32_t md5[4];
    uint32_t sha1[5];
    uint32_t sha256[8];
    /// The bytes that do not make a block yet: the first `count % 64` of these.
    uint8_t rest[64];
    /// The bytes taken so far, those in `rest` included.
    uint64_t count;
} vestige_digest_state;

/// Whether this processor has what `vestige_digest_blocks` needs. Constant for the life of a process.
int vestige_has_digest_kernel(void);

/// The state of digests that have seen no bytes.
void vestige_digest_begin(vestige_digest_state *state);

/// Takes the next `count` bytes into all three digests. `bytes` may be null if there are none.
///
/// Call it only where `vestige_has_digest_kernel` says so.
void vestige_digest_update(vestige_digest_state *state, const uint8_t *_Nullable bytes,
                           size_t count);

/// Writes the digests of the bytes taken so far; the state may go on afterwards.
///
/// - `md5`, `sha1`, `sha256`: room for 16, 20 and 32 bytes.
///
/// Call it only where `vestige_has_digest_kernel` says so.
void vestige_digest_finish(const vestige_digest_state *state, uint8_t *md5, uint8_t *sha1,
                           uint8_t *sha256);

/// Takes `blocks` blocks of 64 bytes into the chaining values, and leaves `rest` and `count` alone.
///
/// Call it only where `vestige_has_digest_kernel` says so: elsewhere it ends the process rather than
/// leave a wrong digest.
void vestige_digest_blocks(vestige_digest_state *state, const uint8_t *bytes, size_t blocks);

#pragma clang assume_nonnull end

#endif
