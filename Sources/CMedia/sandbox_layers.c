#define _GNU_SOURCE
#include "sandbox_layers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Numbers that are the same on every architecture, for headers that are older than the kernel.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

int vestige_forbid_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

int vestige_leave_namespace(int kind) {
    int flags;
    switch (kind) {
    case VESTIGE_NAMESPACE_USER: flags = CLONE_NEWUSER; break;
    case VESTIGE_NAMESPACE_NETWORK: flags = CLONE_NEWNET; break;
    case VESTIGE_NAMESPACE_MOUNT: flags = CLONE_NEWNS; break;
    case VESTIGE_NAMESPACE_IPC: flags = CLONE_NEWIPC; break;
    case VESTIGE_NAMESPACE_HOST_NAME: flags = CLONE_NEWUTS; break;
    default: return EINVAL;
    }
    return unshare(flags) == 0 ? 0 : errno;
}

int vestige_empty_root(void) {
    // Nothing that is mounted here may reach the namespace that this one was copied from.
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return errno;
    }
    // /proc is a folder on every Linux; what it held is out of reach after the next steps anyway.
    if (mount("none", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555") != 0 ||
        chdir("/proc") != 0) {
        return errno;
    }
    // The old root lands on top of the new one, from where it is taken away: so no folder is needed for it.
    if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 ||
        chdir("/") != 0) {
        return errno;
    }
    return mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0
               ? 0
               : errno;
}

int vestige_drop_capabilities(void) {
    for (int capability = 0; capability < 64; capability++) {
        // Past the last capability EINVAL. Without CAP_SETPCAP EPERM: then the process has none to lose, or
        // the check below says so.
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            break;
        }
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    // Without CAP_SETPCAP this is refused, and not needed: there is nothing that user 0 could get back.
    prctl(PR_SET_SECUREBITS,
          SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
              SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
              SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
          0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
    if (syscall(SYS_capset, &header, data) != 0 || syscall(SYS_capget, &header, data) != 0) {
        return errno;
    }
    for (int word = 0; word < 2; word++) {
        if (data[word].permitted != 0 || data[word].effective != 0 || data[word].inheritable != 0) {
            return EPERM;
        }
    }
    return 0;
}

// struct landlock_ruleset_attr as of version 6. An older kernel takes the longer structure as long as what
// it does not know is zero.
struct landlock_rights {
    uint64_t file_system;
    uint64_t network;
    uint64_t scoped;
};

int vestige_landlock_version(void) {
    const unsigned ask_version = 1;
    long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, ask_version);
    return version > 0 ? (int)version : 0;
}

int vestige_enter_landlock(void) {
    int version = vestige_landlock_version();
    if (version == 0) {
        return errno != 0 ? errno : ENOSYS;
    }
    // What is handled and not granted is refused; nothing is granted.
    struct landlock_rights rights = {.file_system = (1ull << 13) - 1};
    if (version >= 2) rights.file_system |= 1ull << 13; // moving between folders
    if (version >= 3) rights.file_system |= 1ull << 14; // truncating
    if (version >= 4) rights.network = 3;               // TCP: bind, connect
    if (version >= 5) rights.file_system |= 1ull << 15; // ioctl on devices
    if (version >= 6) rights.scoped = 3;                // abstract sockets, signals
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0u);
    if (ruleset < 0) {
        return errno;
    }
    int result = syscall(SYS_landlock_restrict_self, ruleset, 0u) == 0 ? 0 : errno;
    close(ruleset);
    return result;
}

int vestige_set_limits(const vestige_limits *limits) {
    const struct {
        int resource;
        uint64_t value;
    } bounds[] = {
        {RLIMIT_CORE, 0},          {RLIMIT_AS, limits->memory},
        {RLIMIT_FSIZE, limits->file}, {RLIMIT_NOFILE, limits->descriptors},
        {RLIMIT_MEMLOCK, 0},       {RLIMIT_MSGQUEUE, 0},
        {RLIMIT_NICE, 0},          {RLIMIT_RTPRIO, 0},
    };
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        struct rlimit limit;
        if (getrlimit(bounds[i].resource, &limit) != 0) {
            return errno;
        }
        // A limit that somebody has set lower already stays.
        limit.rlim_max = bounds[i].value < limit.rlim_max ? bounds[i].value : limit.rlim_max;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(bounds[i].resource, &limit) != 0) {
            return errno;
        }
    }
    // What does not fit into a file is an error of the one who writes, such as a full disk is: standard error may
    // be a file, too, and no message is worth the process.
    signal(SIGXFSZ, SIG_IGN);
    if (limits->threads > 0) {
        struct rlimit limit = {limits->threads, limits->threads};
        if (setrlimit(RLIMIT_NPROC, &limit) != 0) {
            return errno;
        }
    }
    return 0;
}

int vestige_close_others(int first) {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return errno;
    }
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) {
        return 0;
    }
    // A kernel before 5.9.
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return errno;
    }
    for (int descriptor = first; descriptor < (int)limit.rlim_cur && descriptor < 65536;
         descriptor++) {
        close(descriptor);
    }
    return 0;
}

double vestige_processor_seconds(pid_t child) {
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(child, &clock) != 0 || clock_gettime(clock, &used) != 0) {
        return -1;
    }
    return (double)used.tv_sec + (double)used.tv_nsec * 1e-9;
}

int vestige_limit_processor(pid_t child, uint64_t seconds) {
    // Only the soft limit: the hard one could not be raised again for the next item.
    struct rlimit limit;
    if (prlimit(child, RLIMIT_CPU, NULL, &limit) != 0) {
        return errno;
    }
    limit.rlim_cur = seconds < limit.rlim_max ? seconds : limit.rlim_max;
    return prlimit(child, RLIMIT_CPU, &limit, NULL) == 0 ? 0 : errno;
}
