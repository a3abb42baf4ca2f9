import Glibc

/// What happens when a mapped file cannot be read: the disk fails, or somebody cuts a segment while it is read.
///
/// The system tells it by a signal in the middle of a computation, from which there is no way back. What
/// was committed is safe; so the program ends with a message instead of a crash.
enum ReadFaults {
    fileprivate static let message: StaticString = """
        vestige: a file of the case could not be read while it was in use: the disk failed, or the file was \
        cut by something else. Check the disk (dmesg), then run `vestige verify CASE`

        """

    /// From now on, such a fault ends the program with a message and the status for what could not run.
    static func watch() {
        signal(SIGBUS) { _ in
            // Nothing but system calls is allowed here.
            _ = write(2, ReadFaults.message.utf8Start, ReadFaults.message.utf8CodeUnitCount)
            _exit(2)
        }
    }
}
