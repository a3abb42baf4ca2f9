// What a decode worker gives up before it reads its first byte of evidence, layer by layer. Each function
// returns 0, or the errno with which the kernel refused; then nothing else of the layer is in force.
#ifndef VESTIGE_SANDBOX_LAYERS_H
#define VESTIGE_SANDBOX_LAYERS_H

#include <stdint.h>
#include <sys/types.h>

/// No program that is started later can have more rights than this process.
int vestige_forbid_new_privileges(void);

/// Namespaces of the process's own, as bits.
enum {
    VESTIGE_NAMESPACE_USER = 1,
    VESTIGE_NAMESPACE_NETWORK = 2,
    VESTIGE_NAMESPACE_MOUNT = 4,
    VESTIGE_NAMESPACE_IPC = 8,
    VESTIGE_NAMESPACE_HOST_NAME = 16,
};
/// Moves the process into a new namespace, of the kind of one bit. The process must have one thread.
int vestige_leave_namespace(int kind);
/// In a mount namespace of its own: puts an empty, read-only folder in the place of all file systems.
int vestige_empty_root(void);

/// Drops every capability: bounding, ambient, inheritable, permitted, effective, and locks the ways back.
int vestige_drop_capabilities(void);

/// The version of Landlock that the kernel has; 0 if none.
int vestige_landlock_version(void);
/// Gives up every right that the kernel's version of Landlock knows.
int vestige_enter_landlock(void);

/// The bounds of a worker.
typedef struct vestige_limits {
    /// Bytes of address space.
    uint64_t memory;
    /// Bytes that a file which it writes may have.
    uint64_t file;
    /// Open descriptors.
    uint64_t descriptors;
    /// Threads, counted within the worker's user namespace; 0 leaves it alone.
    uint64_t threads;
} vestige_limits;
int vestige_set_limits(const vestige_limits *limits);

/// Allows the system calls that decoding needs, and no others; `spill` is the one descriptor that may be
/// written to besides standard error and the socket, or -1.
int vestige_enter_filter(int socket, int spill);

/// Closes every descriptor from `first` on, and keeps other processes of the same user from looking in.
int vestige_close_others(int first);

/// From the parent: how much processor time `child` has used, in seconds, or -1.
double vestige_processor_seconds(pid_t child);
/// From the parent: lets `child` use processor time up to `seconds`, counted from its start, and no more.
int vestige_limit_processor(pid_t child, uint64_t seconds);

#endif
