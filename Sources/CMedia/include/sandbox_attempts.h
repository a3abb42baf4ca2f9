// What a worker that has been taken over might try, for `vestige doctor` and the tests: each attempt does the
// thing itself, in a way that harms nothing where it is not stopped.
#ifndef VESTIGE_SANDBOX_ATTEMPTS_H
#define VESTIGE_SANDBOX_ATTEMPTS_H

#include <stdint.h>
#include <sys/types.h>

/// What an attempt has at hand.
typedef struct vestige_attempt_room {
    /// The evidence: a file that was opened for reading only.
    int evidence;
    /// The process that started the worker.
    pid_t parent;
    /// The limit of the address space and that of open descriptors.
    uint64_t memory;
    uint64_t descriptors;
} vestige_attempt_room;

/// How many attempts there are.
int vestige_attempt_count(void);
/// The short name of one, as in `open-file`; NULL past the last.
const char *vestige_attempt_name(int number);
/// What it does, in words.
const char *vestige_attempt_title(int number);
/// Whether it is no attack but part of every decode, and must succeed.
int vestige_attempt_is_needed(int number);
/// Does it. Returns 0 if it was done, or the errno with which it was refused; it may also end the process.
int vestige_attempt(int number, const vestige_attempt_room *room);

#endif
