import CMedia
import Evidence
import Glibc

/// One worker as its parent sees it: the sole owner of a child process and of the socket to it.
struct WorkerProcess: ~Copyable {
    /// The process; 0 for a thread of this one.
    let identifier: pid_t
    let socket: Int32
    /// The thread that works in the place of a process, for measuring what a process costs.
    let thread: pthread_t?

    /// Starts this program again as a worker.
    ///
    /// - Throws: a ``CaseFault`` with the system's error number if no process or socket is to be had.
    init(settings: WorkerSettings, keepsErrors: Bool) throws(CaseFault) {
        var pair: [Int32] = [-1, -1]
        if settings.sandbox.isInProcess {
            self = try WorkerProcess(threadWith: settings)
            return
        }
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
            throw CaseFault(
                .noWorker,
                "cannot make a socket for a worker: \(systemMessage(errno))",
                status: errno
            )
        }
        defer { close(pair[1]) }
        let spill = settings.unpacking == nil ? -1 : try SpillFile.open(in: settings.spillFolder)
        defer {
            if spill >= 0 { close(spill) }
        }
        let words = ["vestige", "worker", "--parent", String(getpid())] + settings.arguments
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer {
            for argument in arguments {
                free(argument)
            }
        }
        var child: pid_t = 0
        let result = vestige_spawn_worker(
            "/proc/self/exe",
            &arguments,
            pair[1],
            spill,
            keepsErrors ? 1 : 0,
            &child
        )
        guard result == 0 else {
            close(pair[0])
            throw CaseFault(
                .noWorker,
                "cannot start a worker process: \(systemMessage(result))",
                status: result
            )
        }
        identifier = child
        socket = pair[0]
        thread = nil
    }

    init(thread: pthread_t, socket: Int32) {
        identifier = 0
        self.socket = socket
        self.thread = thread
    }

    /// Ends the process whatever it is doing, and waits for it.
    ///
    /// - Returns: how it ended, in words: a signal or an exit status.
    consuming func end(killing: Bool) -> (signal: Int32?, status: Int32, text: String) {
        if let thread {
            return endThread(thread)
        }
        if killing {
            kill(identifier, SIGKILL)
        }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        if signal != 0 {
            return (signal, 0, "signal \(signal) (\(String(cString: strsignal(signal))))")
        }
        let exit = status >> 8 & 0xFF
        return (nil, exit, "exit status \(exit)")
    }

    deinit {
        close(socket)
    }
}

/// A file that no folder names: it is gone with its last user, however that ends.
enum SpillFile {
    /// - Throws: a ``CaseFault`` if the folder takes no files.
    static func open(in folder: String) throws(CaseFault) -> Int32 {
        let temporary: Int32 = 0o20000000 | O_DIRECTORY
        var descriptor = Glibc.open(folder, O_RDWR | O_CLOEXEC | temporary, 0o600)
        if descriptor < 0 {
            // Not every file system can make files without a name.
            var name = Array((folder + "/spill-XXXXXX").utf8CString)
            descriptor = mkstemp(&name)
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                unlink(name)
            }
        }
        guard descriptor >= 0 else {
            throw CaseFault(
                .system,
                "cannot make a file in \(folder) to unpack large members of archives into: "
                    + systemMessage(errno),
                status: errno
            )
        }
        return descriptor
    }
}
