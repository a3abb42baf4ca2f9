#include "checksum_kernels.h"

bool vestige_bits_are_set(const uint64_t *bits, size_t first, size_t last) {
    for (size_t word = first / 64; word <= last / 64; word++) {
        uint64_t wanted = ~UINT64_C(0);
        if (word == first / 64) {
            wanted &= ~UINT64_C(0) << (first % 64);
        }
        if (word == last / 64) {
            wanted &= ~UINT64_C(0) >> (63 - last % 64);
        }
        if ((__atomic_load_n(bits + word, __ATOMIC_RELAXED) & wanted) != wanted) {
            return false;
        }
    }
    return true;
}

void vestige_set_bit(uint64_t *bits, size_t bit) {
    __atomic_fetch_or(bits + bit / 64, UINT64_C(1) << (bit % 64), __ATOMIC_RELAXED);
}
