import CMedia
import Evidence
import Glibc

extension WorkerProcess {
    /// What a thread is started with.
    private final class Start {
        let settings: WorkerSettings
        let socket: Int32

        init(settings: WorkerSettings, socket: Int32) {
            self.settings = settings
            self.socket = socket
        }
    }

    /// Starts a thread of this process as a worker. Nothing protects the parent from it: it is there to
    /// measure what the protection costs.
    init(threadWith settings: WorkerSettings) throws(CaseFault) {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
            throw CaseFault(
                .noWorker,
                "cannot make a socket for a thread: \(systemMessage(errno))",
                status: errno
            )
        }
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        // As much as the first thread of a process has.
        pthread_attr_setstacksize(&attributes, 8 << 20)
        let start = Unmanaged.passRetained(Start(settings: settings, socket: pair[1]))
        let result = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                var report = SandboxReport.nothing
                report.isInProcess = true
                if WorkerMessage.ready(report).send(on: start.socket) {
                    var worker = Worker(settings: start.settings, socket: start.socket)
                    worker.run()
                }
                close(start.socket)
                return nil
            },
            start.toOpaque()
        )
        guard result == 0 else {
            start.release()
            close(pair[0])
            close(pair[1])
            throw CaseFault(
                .noWorker,
                "cannot start a thread: \(systemMessage(result))",
                status: result
            )
        }
        self.init(thread: thread, socket: pair[0])
    }

    /// Ends the thread after the item that it is at.
    func endThread(_ thread: pthread_t) -> (signal: Int32?, status: Int32, text: String) {
        shutdown(socket, Int32(SHUT_RDWR))
        pthread_join(thread, nil)
        return (nil, 0, "the end of its thread")
    }

    /// Lets the process use so much processor time from now on, and a second more.
    func limitProcessorTime(milliseconds: Int) {
        guard identifier > 0 else { return }
        let used = vestige_processor_seconds(identifier)
        guard used >= 0 else { return }
        _ = vestige_limit_processor(identifier, UInt64(used) + UInt64(milliseconds / 1000) + 2)
    }
}
