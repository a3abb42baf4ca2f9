#define _GNU_SOURCE
#include "sandbox_attempts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// The same on every architecture; some headers are older.
enum { FSOPEN = 430, PIDFD_OPEN = 434, IO_URING_SETUP = 425 };

typedef const vestige_attempt_room *room_t;

static int result(long value) { return value >= 0 ? 0 : errno; }

/// The result of a call that gave a descriptor, which is closed.
static int closing(long descriptor) {
    if (descriptor < 0) {
        return errno;
    }
    close((int)descriptor);
    return 0;
}

static int open_file(room_t room) {
    (void)room;
    return closing(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
}

static int list_folder(room_t room) {
    (void)room;
    return closing(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static int create_file(room_t room) {
    (void)room;
    char name[64];
    snprintf(name, sizeof name, "/tmp/vestige-attempt-%d", (int)getpid());
    int descriptor = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return errno;
    }
    unlink(name);
    close(descriptor);
    return 0;
}

static int see_file(room_t room) {
    (void)room;
    return result(syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", (char[256]){0}, AT_EMPTY_PATH));
}

static int reopen_evidence(room_t room) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", room->evidence);
    return closing(open(name, O_RDWR | O_CLOEXEC));
}

static int write_evidence(room_t room) { return result(pwrite(room->evidence, "x", 1, 0)); }

static int truncate_evidence(room_t room) { return result(ftruncate(room->evidence, 0)); }

static int change_evidence(room_t room) { return result(fchmod(room->evidence, 0600)); }

static int network_socket(room_t room) {
    (void)room;
    return closing(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int connect_network(room_t room) {
    (void)room;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return errno;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int answer = result(connect(descriptor, (struct sockaddr *)&address, sizeof address));
    close(descriptor);
    // Nobody listens there: a refusal comes from the network, which was reached.
    return answer == ECONNREFUSED ? 0 : answer;
}

static int local_socket(room_t room) {
    (void)room;
    return closing(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int start_program(room_t room) {
    (void)room;
    char *const arguments[] = {"vestige", "--version", NULL};
    char *const environment[] = {NULL};
    execve("/proc/self/exe", arguments, environment);
    return errno;
}

static int start_process(room_t room) {
    (void)room;
    long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        _exit(0);
    }
    if (child < 0) {
        return errno;
    }
    waitpid((pid_t)child, NULL, 0);
    return 0;
}

static int trace_parent(room_t room) {
    return result(ptrace(PTRACE_SEIZE, room->parent, NULL, NULL));
}

static int read_parent(room_t room) {
    char byte;
    struct iovec own = {&byte, 1}, other = {(void *)&open_file, 1};
    // Where nothing stops it the address may hold something or nothing: EFAULT has looked, too.
    int answer = result(process_vm_readv(room->parent, &own, 1, &other, 1, 0));
    return answer == EFAULT ? 0 : answer;
}

static int signal_parent(room_t room) { return result(kill(room->parent, 0)); }

static int hold_parent(room_t room) { return closing(syscall(PIDFD_OPEN, room->parent, 0)); }

static int outlive_parent(room_t room) {
    (void)room;
    return result(prctl(PR_SET_PDEATHSIG, 0));
}

static int map_code(room_t room) {
    (void)room;
    void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                      -1, 0);
    return code == MAP_FAILED ? errno : 0;
}

static int turn_into_code(room_t room) {
    (void)room;
    void *data = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED ? errno : result(mprotect(data, 4096, PROT_READ | PROT_EXEC));
}

static int memory_file(room_t room) {
    (void)room;
    return closing(memfd_create("attempt", MFD_CLOEXEC));
}

static int raise_limit(room_t room) {
    struct rlimit more = {room->descriptors + 1, room->descriptors + 1};
    return result(setrlimit(RLIMIT_NOFILE, &more));
}

static int change_personality(room_t room) {
    (void)room;
    return result(personality(READ_IMPLIES_EXEC));
}

static int mount_something(room_t room) {
    (void)room;
    return closing(syscall(FSOPEN, "tmpfs", 0));
}

static int new_namespace(room_t room) {
    (void)room;
    return result(unshare(CLONE_NEWUSER));
}

static int change_root(room_t room) {
    (void)room;
    return result(chroot("/"));
}

static int load_program(room_t room) {
    (void)room;
    const union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY,
                                       .key_size = 4,
                                       .value_size = 4,
                                       .max_entries = 1};
    return closing(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

static int submission_ring(room_t room) {
    (void)room;
    char parameters[120] = {0};
    return closing(syscall(IO_URING_SETUP, 1, parameters));
}

static int page_faults(room_t room) {
    (void)room;
    return closing(syscall(SYS_userfaultfd, O_CLOEXEC | 1));
}

static int performance_counter(room_t room) {
    (void)room;
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                         .size = sizeof attributes,
                                         .config = PERF_COUNT_SW_DUMMY,
                                         .exclude_kernel = 1,
                                         .exclude_hv = 1};
    return closing(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

static int kernel_key(room_t room) {
    (void)room;
    return result(syscall(SYS_keyctl, 0 /* the number of the */, -3 /* session's ring */, 0));
}

static int other_interface(room_t room) {
    (void)room;
#if defined(__x86_64__)
    // getpid of the 32-bit interface, whose numbers the filter would read wrongly.
    long answer = 20;
    __asm__ volatile("int $0x80" : "+a"(answer) : : "r8", "r9", "r10", "r11", "memory");
    return answer > 0 ? 0 : (int)-answer;
#else
    return ENOSYS;
#endif
}

static int too_much_memory(room_t room) {
    void *memory = mmap(NULL, room->memory, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? errno : 0;
}

static int too_many_descriptors(room_t room) {
    for (uint64_t i = 0; i <= room->descriptors; i++) {
        if (dup(room->evidence) < 0) {
            return errno;
        }
    }
    return 0;
}

static int endless_work(room_t room) {
    (void)room;
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while (now.tv_sec - start.tv_sec < 20);
    return 0;
}

// MARK: - What every decode needs

static int read_evidence(room_t room) {
    char byte;
    return result(pread(room->evidence, &byte, 1, 0));
}

static int take_memory(room_t room) {
    (void)room;
    const size_t size = 64 << 20;
    volatile char *memory = malloc(size);
    if (memory == NULL) {
        return ENOMEM;
    }
    memory[0] = memory[size - 1] = 1;
    free((void *)memory);
    return 0;
}

static void *end_at_once(void *argument) { return argument; }

static int start_thread(room_t room) {
    (void)room;
    pthread_t thread;
    int answer = pthread_create(&thread, NULL, end_at_once, NULL);
    return answer != 0 ? answer : pthread_join(thread, NULL);
}

static const struct {
    const char *name;
    const char *title;
    int (*make)(room_t);
    int is_needed;
} attempts[] = {
    {"open-file", "open a file", open_file, 0},
    {"list-folder", "open a folder", list_folder, 0},
    {"create-file", "create a file", create_file, 0},
    {"see-file", "ask whether a file exists", see_file, 0},
    {"reopen-evidence", "open the evidence again, for writing", reopen_evidence, 0},
    {"write-evidence", "write to the evidence", write_evidence, 0},
    {"truncate-evidence", "truncate the evidence", truncate_evidence, 0},
    {"change-evidence", "change the rights of the evidence", change_evidence, 0},
    {"network-socket", "make a network socket", network_socket, 0},
    {"connect-network", "connect to the network", connect_network, 0},
    {"local-socket", "make a local socket", local_socket, 0},
    {"start-program", "start a program", start_program, 0},
    {"start-process", "start a process", start_process, 0},
    {"trace-parent", "trace the parent (ptrace)", trace_parent, 0},
    {"read-parent", "read the parent's memory", read_parent, 0},
    {"signal-parent", "send the parent a signal", signal_parent, 0},
    {"hold-parent", "get a handle of the parent (pidfd)", hold_parent, 0},
    {"outlive-parent", "outlive the parent", outlive_parent, 0},
    {"map-code", "map memory that can be written and executed", map_code, 0},
    {"turn-into-code", "make written memory executable", turn_into_code, 0},
    {"memory-file", "make a file in memory", memory_file, 0},
    {"raise-limit", "raise a limit", raise_limit, 0},
    {"change-personality", "change the personality", change_personality, 0},
    {"mount", "mount a file system", mount_something, 0},
    {"new-namespace", "make a namespace", new_namespace, 0},
    {"change-root", "change the root folder", change_root, 0},
    {"load-program", "load into the kernel (bpf)", load_program, 0},
    {"submission-ring", "make a ring of system calls (io_uring)", submission_ring, 0},
    {"page-faults", "handle page faults (userfaultfd)", page_faults, 0},
    {"performance-counter", "open a performance counter", performance_counter, 0},
    {"kernel-key", "use the kernel's keys", kernel_key, 0},
    {"other-interface", "use the 32-bit system calls", other_interface, 0},
    {"too-much-memory", "take memory over the limit", too_much_memory, 0},
    {"too-many-descriptors", "take descriptors over the limit", too_many_descriptors, 0},
    {"endless-work", "work on past the processor time", endless_work, 0},
    {"read-evidence", "read the evidence", read_evidence, 1},
    {"take-memory", "take memory within the limit", take_memory, 1},
    {"start-thread", "start a thread", start_thread, 1},
};

enum { count = sizeof attempts / sizeof attempts[0] };

int vestige_attempt_count(void) { return count; }

const char *vestige_attempt_name(int number) {
    return number >= 0 && number < count ? attempts[number].name : NULL;
}

const char *vestige_attempt_title(int number) {
    return number >= 0 && number < count ? attempts[number].title : NULL;
}

int vestige_attempt_is_needed(int number) {
    return number >= 0 && number < count ? attempts[number].is_needed : 0;
}

int vestige_attempt(int number, const vestige_attempt_room *room) {
    return number >= 0 && number < count ? attempts[number].make(room) : EINVAL;
}
