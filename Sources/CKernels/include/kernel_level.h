// Which body of a kernel to run. Every kernel takes the level as its first argument, so that the
// tests can run each body on one machine and compare it with the portable one.
#ifndef VESTIGE_KERNEL_LEVEL_H
#define VESTIGE_KERNEL_LEVEL_H

/// The instruction sets that a kernel may use, each containing those before it.
typedef enum __attribute__((enum_extensibility(closed))) vestige_kernel_level {
    /// Plain C: every machine.
    VESTIGE_KERNEL_PORTABLE = 0,
    /// x86-64 with POPCNT. Kernels that do not count bits run their portable body.
    VESTIGE_KERNEL_POPCNT = 1,
    /// x86-64 with AVX2 and POPCNT.
    VESTIGE_KERNEL_AVX2 = 2,
    /// x86-64 with AVX-512 F, BW, VL and VPOPCNTDQ.
    VESTIGE_KERNEL_AVX512 = 3,
} vestige_kernel_level;

/// The highest level that this machine can run. Constant for the life of a process.
vestige_kernel_level vestige_best_kernel_level(void);

#endif
