// Messages with an open file attached, over a Unix socket that keeps message boundaries: what the
// CMSG macros of <sys/socket.h> do, which Swift cannot import.
#ifndef VESTIGE_DESCRIPTOR_PASSING_H
#define VESTIGE_DESCRIPTOR_PASSING_H

#include <stddef.h>
#include <sys/types.h>

/// Sends one message of `count` bytes, with `descriptor` attached unless it is negative.
/// Returns 0, or -1 with `errno` set. `flags` as for sendmsg(2); MSG_NOSIGNAL is always added.
int vestige_send_message(int socket, const void *bytes, size_t count, int descriptor, int flags);

/// How many open files go with one message at most; the kernel allows 253.
enum { VESTIGE_FILES_PER_MESSAGE = 250 };

/// Sends one message with `files` open files attached. Returns 0, or -1 with `errno` set.
int vestige_send_files(int socket, const void *bytes, size_t count, const int descriptors[],
                       int files, int flags);

/// Receives one message and up to VESTIGE_FILES_PER_MESSAGE open files, which the caller then owns. `*files` becomes
/// their number. Returns as vestige_receive_message.
ssize_t vestige_receive_files(int socket, void *bytes, size_t capacity, int descriptors[],
                              int *files, int flags);

/// Receives one message into `bytes`. `*descriptor` becomes the attached file, which the caller then
/// owns (close-on-exec), or -1. Returns the message's size, 0 at the end of the stream, or -1 with
/// `errno` set; a message longer than `capacity` is an error (EMSGSIZE).
ssize_t vestige_receive_message(int socket, void *bytes, size_t capacity, int *descriptor,
                                int flags);

/// Starts the program at `path` as a child with `socket` as its descriptor 3, `spill` as its descriptor 4 unless
/// that is negative, nothing on standard
/// input and output, standard error kept only if `keep_error` is true, and a process group of its
/// own, so that a Ctrl-C typed to the parent does not reach it. Returns 0 and `*child`, or an errno.
int vestige_spawn_worker(const char *path, char *const arguments[], int socket, int spill,
                         int keep_error, pid_t *child);

/// In the child: asks the kernel to end this process when its parent ends, takes away core dumps, and
/// lets a crash end the process at once.
/// Returns 0, or -1 if the parent is gone already.
int vestige_tie_to_parent(pid_t parent);

#endif
