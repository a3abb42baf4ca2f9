// The filter of system calls, written out by hand as a list: a laboratory can read here, without any further
// library, what a worker may ask of the kernel.
#define _GNU_SOURCE
#include "sandbox_layers.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Newer than some headers; the numbers are the same on every architecture.
#ifndef SYS_rseq
#define SYS_rseq (-1)
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_statx
#define SYS_statx (-1)
#endif

/// Allowed whatever their arguments are.
static const int allowed[] = {
    // Reading what the parent has opened.
    SYS_read, SYS_pread64, SYS_readv, SYS_preadv, SYS_lseek, SYS_fstat, SYS_close,
    // Memory; new and changed mappings are looked at below.
    SYS_brk, SYS_munmap, SYS_mremap, SYS_madvise,
    // Threads of the decoders: waiting, ending, their names and places.
    SYS_futex, SYS_set_robust_list, SYS_rseq, SYS_sched_yield, SYS_sched_getaffinity, SYS_getcpu,
    SYS_gettid, SYS_getpid, SYS_exit, SYS_exit_group,
    // Signals to itself.
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    // Time and chance. qsort asks sysinfo for the size of the memory.
    SYS_clock_gettime, SYS_clock_getres, SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday,
    SYS_getrandom, SYS_sysinfo,
    // The tests' stall.
    SYS_ppoll,
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_pause
    SYS_pause,
#endif
#ifdef SYS_time
    SYS_time,
#endif
};

/// What libraries try and can do without: they are told that it is not to be had. All else ends the process.
static const struct {
    int number;
    int error;
} refused[] = {
    // Looked up by libraries when they like: character sets (libav asks iconv for those of metadata, which loads
    // a library for each), time zones, /proc/cpuinfo, /sys/devices/system/cpu.
    {SYS_openat, EACCES}, {SYS_openat2, EACCES}, {SYS_faccessat, EACCES}, {SYS_faccessat2, EACCES},
    {SYS_readlinkat, EACCES}, {SYS_statx, EACCES}, {SYS_newfstatat, EACCES}, {SYS_getcwd, EACCES},
#ifdef SYS_open
    {SYS_open, EACCES}, {SYS_access, EACCES}, {SYS_readlink, EACCES}, {SYS_stat, EACCES},
    {SYS_lstat, EACCES},
#endif
    // Is it a terminal?
    {SYS_ioctl, ENOTTY}, {SYS_fcntl, EPERM}, {SYS_uname, EPERM},
    {SYS_prlimit64, EPERM}, {SYS_sched_setaffinity, EPERM}, {SYS_sched_getparam, EPERM},
    {SYS_sched_getscheduler, EPERM}, {SYS_sched_setscheduler, EPERM}, {SYS_setpriority, EPERM},
    {SYS_get_mempolicy, EPERM}, {SYS_mbind, EPERM},
    // Its flags lie in memory, where a filter cannot look: the C library then uses clone.
    {SYS_clone3, ENOSYS},
};

/// The flags of pthread_create, all of them and no others: a thread, which shares everything.
static const unsigned thread_flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
                                     CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
                                     CLONE_CHILD_CLEARTID;

struct program {
    struct sock_filter lines[256];
    unsigned short count;
};

static void put(struct program *program, unsigned short code, unsigned value, int yes, int no) {
    if (program->count < sizeof program->lines / sizeof program->lines[0]) {
        program->lines[program->count] =
            (struct sock_filter){code, (unsigned char)yes, (unsigned char)no, value};
    }
    program->count++;
}

static void load(struct program *program, size_t offset) {
    put(program, BPF_LD | BPF_W | BPF_ABS, (unsigned)offset, 0, 0);
}

static void answer(struct program *program, unsigned action) {
    put(program, BPF_RET | BPF_K, action, 0, 0);
}

static void rule(struct program *program, int number, unsigned action) {
    if (number >= 0) {
        put(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
        answer(program, action);
    }
}

// The kernel takes these arguments as 32 bits: the lower half, which comes first on both architectures.
static size_t argument(int index) {
    return offsetof(struct seccomp_data, args) + sizeof(__u64) * (size_t)index;
}

/// Allows a call if the argument has this value.
static void rule_equal(struct program *program, int number, int index, unsigned value,
                       unsigned otherwise) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 4);
    load(program, argument(index));
    put(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, otherwise);
}

/// Allows a call if the argument has none of these bits.
static void rule_without(struct program *program, int number, int index, unsigned bits) {
    put(program, BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 4);
    load(program, argument(index));
    put(program, BPF_JMP | BPF_JSET | BPF_K, bits, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, SECCOMP_RET_KILL_PROCESS);
}

int vestige_enter_filter(int socket, int spill) {
#ifndef OWN_ARCHITECTURE
    (void)socket;
    (void)spill;
    return ENOSYS;
#else
    const unsigned kill = SECCOMP_RET_KILL_PROCESS;
    struct program program = {.count = 0};
    // The numbers below mean something else to the kernel's other interfaces: 32 bits, and x32.
    load(&program, offsetof(struct seccomp_data, arch));
    put(&program, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
    answer(&program, kill);
    load(&program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    put(&program, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(&program, kill);
#endif
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        rule(&program, allowed[i], SECCOMP_RET_ALLOW);
    }
    rule_equal(&program, SYS_recvmsg, 0, (unsigned)socket, kill);
    rule_equal(&program, SYS_sendmsg, 0, (unsigned)socket, kill);
    // What the C library says before it aborts.
    rule_equal(&program, SYS_write, 0, STDERR_FILENO, kill);
    rule_equal(&program, SYS_writev, 0, STDERR_FILENO, kill);
    if (spill >= 0) {
        rule_equal(&program, SYS_pwrite64, 0, (unsigned)spill, kill);
        rule_equal(&program, SYS_ftruncate, 0, (unsigned)spill, kill);
    }
    rule_without(&program, SYS_mmap, 2, PROT_EXEC);
    rule_without(&program, SYS_mprotect, 2, PROT_EXEC);
    rule_equal(&program, SYS_clone, 0, thread_flags, kill);
    // abort and raise; the number of the process is not the one that a new namespace would give.
    rule_equal(&program, SYS_tgkill, 0, (unsigned)getpid(), kill);
    rule_equal(&program, SYS_prctl, 0, PR_SET_NAME, SECCOMP_RET_ERRNO | EPERM);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        rule(&program, refused[i].number, SECCOMP_RET_ERRNO | (unsigned)refused[i].error);
    }
    answer(&program, kill);
    if (program.count > sizeof program.lines / sizeof program.lines[0]) {
        return E2BIG;
    }
    struct sock_fprog whole = {program.count, program.lines};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &whole) == 0 ? 0
                                                                                                : errno;
#endif
}
