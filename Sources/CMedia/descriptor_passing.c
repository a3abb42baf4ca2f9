#define _GNU_SOURCE
#include "descriptor_passing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

extern char **environ;

/// What a worker is told of its environment: where its libraries are, what a sanitizer is to do, and what the
/// tests ask for. Anything else is none of its business, and it could give it away.
static const char *const passed[] = {"LD_LIBRARY_PATH=", "VESTIGE_TEST_FAULTS=", "ASAN_OPTIONS=",
                                     "UBSAN_OPTIONS=",   "TSAN_OPTIONS=",        "LLVM_PROFILE_FILE="};
enum { PASSED = sizeof passed / sizeof passed[0] };

static void choose_environment(char *chosen[PASSED + 2]) {
    int count = 0;
    // A crash is to end the worker at once; Swift would start a program that prints where it was.
    chosen[count++] = "SWIFT_BACKTRACE=enable=no";
    // FAT writes down local times. Whose is not known, so they are taken as they stand.
    chosen[count++] = "TZ=UTC0";
    for (int i = 0; i < PASSED; i++) {
        for (char **variable = environ; variable != NULL && *variable != NULL; variable++) {
            if (strncmp(*variable, passed[i], strlen(passed[i])) == 0) {
                chosen[count++] = *variable;
                break;
            }
        }
    }
    chosen[count] = NULL;
}

int vestige_send_files(int socket, const void *bytes, size_t count, const int descriptors[],
                       int files, int flags) {
    if (files < 0 || files > VESTIGE_FILES_PER_MESSAGE) {
        errno = EINVAL;
        return -1;
    }
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * VESTIGE_FILES_PER_MESSAGE)];
    } control;
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (files > 0) {
        size_t size = sizeof(int) * (size_t)files;
        memset(&control, 0, CMSG_SPACE(size));
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(header), descriptors, size);
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

int vestige_send_message(int socket, const void *bytes, size_t count, int descriptor, int flags) {
    return vestige_send_files(socket, bytes, count, &descriptor, descriptor >= 0 ? 1 : 0, flags);
}

/// Receives a message with room for `most` open files; the kernel closes those that find none.
static ssize_t receive(int socket, void *bytes, size_t capacity, int descriptors[], int most,
                       int *files, int flags) {
    *files = 0;
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int) * VESTIGE_FILES_PER_MESSAGE)];
    } control;
    struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = CMSG_LEN(sizeof(int) * (size_t)most),
    };
    ssize_t received;
    do {
        received = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0) {
        return -1;
    }
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t found = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < found && *files < most; i++) {
            memcpy(&descriptors[(*files)++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
        }
    }
    if (message.msg_flags & MSG_TRUNC) {
        while (*files > 0) {
            close(descriptors[--*files]);
        }
        errno = EMSGSIZE;
        return -1;
    }
    return received;
}

ssize_t vestige_receive_files(int socket, void *bytes, size_t capacity, int descriptors[],
                              int *files, int flags) {
    return receive(socket, bytes, capacity, descriptors, VESTIGE_FILES_PER_MESSAGE, files, flags);
}

ssize_t vestige_receive_message(int socket, void *bytes, size_t capacity, int *descriptor,
                                int flags) {
    int files = 0;
    *descriptor = -1;
    return receive(socket, bytes, capacity, descriptor, 1, &files, flags);
}

static int spawn_worker(const char *path, char *const arguments[], int socket, int spill,
                        int keep_error, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) {
        return result;
    }
    result = posix_spawnattr_init(&attributes);
    if (result != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return result;
    }
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    sigaddset(&defaults, SIGTERM);
    sigaddset(&defaults, SIGPIPE);
    if ((result = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (result = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
        (result = keep_error ? 0
                             : posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY,
                                                                0)) == 0 &&
        (result = posix_spawn_file_actions_adddup2(&actions, socket, 3)) == 0 &&
        (result = spill < 0 ? 0 : posix_spawn_file_actions_adddup2(&actions, spill, 4)) == 0 &&
        (result = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                            POSIX_SPAWN_SETSIGMASK |
                                                            POSIX_SPAWN_SETSIGDEF)) == 0 &&
        (result = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
        (result = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
        (result = posix_spawnattr_setsigdefault(&attributes, &defaults)) == 0) {
        char *environment[PASSED + 3];
        choose_environment(environment);
        result = posix_spawn(child, path, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

int vestige_spawn_worker(const char *path, char *const arguments[], int socket, int spill,
                         int keep_error, pid_t *child) {
    // Out of the way of the numbers that they will have in the child.
    int high_socket = fcntl(socket, F_DUPFD_CLOEXEC, 16);
    int high_spill = spill < 0 ? -1 : fcntl(spill, F_DUPFD_CLOEXEC, 16);
    int result = high_socket < 0 || (spill >= 0 && high_spill < 0)
                     ? errno
                     : spawn_worker(path, arguments, high_socket, high_spill, keep_error, child);
    if (high_socket >= 0) {
        close(high_socket);
    }
    if (high_spill >= 0) {
        close(high_spill);
    }
    return result;
}

int vestige_tie_to_parent(pid_t parent) {
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    // Swift's own handlers would start a program that prints a backtrace, for half a second; the
    // parent wants to see the signal, at once, and evidence is not to start programs.
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGQUIT};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        signal(crashes[i], SIG_DFL);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have gone between the fork and the call above: then no signal will ever come.
    return getppid() == parent ? 0 : -1;
}
