#include "kernel_level.h"

vestige_kernel_level vestige_best_kernel_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("popcnt")) {
        return VESTIGE_KERNEL_PORTABLE;
    }
    if (!__builtin_cpu_supports("avx2")) {
        return VESTIGE_KERNEL_POPCNT;
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq")) {
        return VESTIGE_KERNEL_AVX512;
    }
    return VESTIGE_KERNEL_AVX2;
#else
    return VESTIGE_KERNEL_PORTABLE;
#endif
}
