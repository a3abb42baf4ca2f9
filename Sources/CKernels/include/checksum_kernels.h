#ifndef VESTIGE_CHECKSUM_KERNELS_H
#define VESTIGE_CHECKSUM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_level.h"

/// The CRC-32C (Castagnoli; RFC 3720, appendix B.4) of `count` bytes that follow bytes whose CRC-32C
/// is `crc`; 0 for the first bytes.
uint32_t vestige_crc32c(vestige_kernel_level level, uint32_t crc, const void *bytes, size_t count);

/// Whether the bits `first` ... `last` are all set. Others may set bits at the same time.
bool vestige_bits_are_set(const uint64_t *bits, size_t first, size_t last);

/// Sets a bit. Others may set bits at the same time.
void vestige_set_bit(uint64_t *bits, size_t bit);

#endif
