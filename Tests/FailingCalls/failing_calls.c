// A library to be loaded before others (LD_PRELOAD): lets one chosen system call that changes a folder's
// files fail, be cut short, or be the last one that the process makes.
//
//   FAILING_FOLDER   only calls on files below this folder are counted; there must be one
//   FAILING_CALL     the number of the call, from 1
//   FAILING_WAY      eio, enospc: the call fails, and so do all after it with `-always` behind
//                    short: a write takes half of its bytes; other calls do nothing special
//                    kill, kill-after: SIGKILL before the call, or after it
//                    torn: a write takes half of its bytes, then SIGKILL; other calls as kill-after
//   FAILING_DURABLE  a folder that gets what a power cut would leave: `content/INODE` is what a file held when it was
//                    synced last, `folders/PATH` (with % for /) which names a folder had then, each with its inode, and
//                    a folder in it with / behind.
//                    Inodes must not be used again, as tmpfs does not
//   FAILING_REPORT   a file that gets a line "NUMBER NAME PATH" when the chosen call comes
//
// Build: cc -shared -fPIC -O1 -o failing_calls.so failing_calls.c -ldl
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum verdict { PASS, FAIL, HALF, HALF_AND_END, PASS_AND_END };

static atomic_long calls;

static bool is_inside(const char *path) {
    const char *folder = getenv("FAILING_FOLDER");
    if (!folder || !path) return false;
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static bool path_of(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return false;
    path[length] = 0;
    return true;
}

static void end(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static void report(long number, const char *name, const char *path) {
    const char *place = getenv("FAILING_REPORT");
    if (!place) return;
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%ld %s %s\n", number, name, path);
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    ssize_t (*real_write)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    int descriptor = real_open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0) return;
    ssize_t ignored = real_write(descriptor, line, (size_t)length);
    (void)ignored;
    close(descriptor);
}

// What is to become of a call on the file at `path`.
static enum verdict judge(const char *name, const char *path, bool is_write) {
    const char *chosen = getenv("FAILING_CALL");
    const char *way = getenv("FAILING_WAY");
    if (!chosen || !way || !is_inside(path)) return PASS;
    long number = atomic_fetch_add(&calls, 1) + 1;
    long wanted = atol(chosen);
    bool is_always = strstr(way, "-always") != NULL;
    if (number < wanted || (number > wanted && !is_always)) return PASS;
    if (number == wanted) report(number, name, path);
    if (strncmp(way, "eio", 3) == 0 || strncmp(way, "enospc", 6) == 0) {
        errno = way[1] == 'i' ? EIO : ENOSPC;
        return FAIL;
    }
    if (strcmp(way, "short") == 0) return is_write ? HALF : PASS;
    if (strcmp(way, "torn") == 0) return is_write ? HALF_AND_END : PASS_AND_END;
    if (strcmp(way, "kill-after") == 0) return PASS_AND_END;
    end();
    return PASS;
}

static enum verdict judge_descriptor(const char *name, int descriptor, bool is_write) {
    int saved = errno;
    char path[PATH_MAX];
    if (!getenv("FAILING_FOLDER") || !path_of(descriptor, path)) {
        errno = saved;
        return PASS;
    }
    errno = saved;
    return judge(name, path, is_write);
}

static int make(const char *path) {
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    return real(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

static void put(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    ssize_t ignored = real(descriptor, bytes, count);
    (void)ignored;
}

// Keeps what is safe from a power cut once a sync has succeeded.
static void keep_durable(int descriptor) {
    const char *place = getenv("FAILING_DURABLE");
    char path[PATH_MAX], target[2 * PATH_MAX];
    struct stat facts;
    if (!place || !path_of(descriptor, path) || !is_inside(path) || fstat(descriptor, &facts) != 0) return;
    if (S_ISDIR(facts.st_mode)) {
        int length = snprintf(target, sizeof target, "%s/folders/", place);
        for (const char *letter = path; *letter && length < (int)sizeof target - 1; letter++) {
            target[length++] = *letter == '/' ? '%' : *letter;
        }
        target[length] = 0;
        int kept = make(target);
        DIR *folder = opendir(path);
        for (struct dirent *entry; folder && (entry = readdir(folder));) {
            char line[PATH_MAX];
            int count = snprintf(line, sizeof line, "%lu %s%s\n", (unsigned long)entry->d_ino, entry->d_name,
                                 entry->d_type == DT_DIR ? "/" : "");
            if (entry->d_name[0] != '.') put(kept, line, (size_t)count);
        }
        if (folder) closedir(folder);
        close(kept);
        return;
    }
    snprintf(target, sizeof target, "%s/content/%lu", place, (unsigned long)facts.st_ino);
    int kept = make(target);
    // What was opened for writing only is read through a descriptor of its own.
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    snprintf(target, sizeof target, "/proc/self/fd/%d", descriptor);
    int source = real_open(target, O_RDONLY | O_CLOEXEC);
    static char piece[1 << 16];
    for (ssize_t count; (count = read(source, piece, sizeof piece)) > 0;) put(kept, piece, (size_t)count);
    close(source);
    close(kept);
}

static int synced(int descriptor, int result) {
    int saved = errno;
    if (result == 0) keep_durable(descriptor);
    errno = saved;
    return result;
}

// How many bytes of a write are let through.
static size_t part(enum verdict verdict, size_t count) {
    return verdict == HALF || verdict == HALF_AND_END ? (count + 1) / 2 : count;
}

#define RETURN(verdict, type, call)                                      \
    do {                                                                 \
        if ((verdict) == FAIL) return -1;                                \
        type result = (call);                                            \
        if ((verdict) == HALF_AND_END || (verdict) == PASS_AND_END) end(); \
        return result;                                                   \
    } while (0)

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    enum verdict verdict = judge_descriptor("write", descriptor, true);
    RETURN(verdict, ssize_t, real(descriptor, bytes, part(verdict, count)));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite");
    enum verdict verdict = judge_descriptor("pwrite", descriptor, true);
    RETURN(verdict, ssize_t, real(descriptor, bytes, part(verdict, count), offset));
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    enum verdict verdict = judge_descriptor("pwrite", descriptor, true);
    RETURN(verdict, ssize_t, real(descriptor, bytes, part(verdict, count), offset));
}

int fsync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    enum verdict verdict = judge_descriptor("fsync", descriptor, false);
    RETURN(verdict, int, synced(descriptor, real(descriptor)));
}

int fdatasync(int descriptor) {
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    enum verdict verdict = judge_descriptor("fdatasync", descriptor, false);
    RETURN(verdict, int, synced(descriptor, real(descriptor)));
}

int ftruncate(int descriptor, off_t length) {
    int (*real)(int, off_t) = dlsym(RTLD_NEXT, "ftruncate");
    enum verdict verdict = judge_descriptor("ftruncate", descriptor, false);
    RETURN(verdict, int, real(descriptor, length));
}

int ftruncate64(int descriptor, off64_t length) {
    int (*real)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
    enum verdict verdict = judge_descriptor("ftruncate", descriptor, false);
    RETURN(verdict, int, real(descriptor, length));
}

int rename(const char *old, const char *new) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    enum verdict verdict = judge("rename", new, false);
    RETURN(verdict, int, real(old, new));
}

int unlink(const char *path) {
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    enum verdict verdict = judge("unlink", path, false);
    RETURN(verdict, int, real(path));
}

int mkdir(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
    enum verdict verdict = judge("mkdir", path, false);
    RETURN(verdict, int, real(path, mode));
}

// Opening counts where it makes a file.
#define OPEN(name)                                                               \
    int name(const char *path, int flags, ...) {                                 \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);           \
        __builtin_va_list arguments;                                             \
        __builtin_va_start(arguments, flags);                                    \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? __builtin_va_arg(arguments, mode_t) : 0; \
        __builtin_va_end(arguments);                                             \
        enum verdict verdict = flags & O_CREAT ? judge("open", path, false) : PASS; \
        RETURN(verdict, int, real(path, flags, mode));                           \
    }

OPEN(open)
OPEN(open64)
