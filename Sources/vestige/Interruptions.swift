import ArgumentParser
import Glibc

/// Counts how often the user asked to stop (Ctrl-C, or a polite `kill`), instead of dying of it.
enum Interruptions {
    nonisolated(unsafe) private static var count: sig_atomic_t = 0

    /// From now on, SIGINT and SIGTERM are counted. At the third the program ends at once: what it
    /// had committed is safe then, too.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                Interruptions.count += 1
                if Interruptions.count > 2 {
                    _exit(ExitStatus.interrupted.rawValue)
                }
            }
        }
        // A program that starts this one from a thread with blocked signals hands that on: then nothing would
        // ever be counted.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, SIGINT)
        sigaddset(&wanted, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        // A closed pipe is an error of the write, not the end of a run.
        signal(SIGPIPE, SIG_IGN)
    }

    static var seen: Int { Int(count) }
}
