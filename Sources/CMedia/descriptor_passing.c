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

int vestige_send_message(int socket, const void *bytes, size_t count, int descriptor, int flags) {
    struct iovec piece = {.iov_base = (void *)bytes, .iov_len = count};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    }
    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, flags | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

ssize_t vestige_receive_message(int socket, void *bytes, size_t capacity, int *descriptor,
                                int flags) {
    *descriptor = -1;
    struct iovec piece = {.iov_base = bytes, .iov_len = capacity};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {
        .msg_iov = &piece,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control.room,
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
        if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
            header->cmsg_len == CMSG_LEN(sizeof(int))) {
            memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
        }
    }
    if (message.msg_flags & MSG_TRUNC) {
        if (*descriptor >= 0) {
            close(*descriptor);
            *descriptor = -1;
        }
        errno = EMSGSIZE;
        return -1;
    }
    return received;
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
        char *environment[PASSED + 2];
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
