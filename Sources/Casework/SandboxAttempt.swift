import CMedia
import Evidence
import Glibc

/// Something that a worker might try that a hostile file has taken over; or, to see that the sandbox does
/// not keep a worker from its work, something that every decode needs.
public struct SandboxAttempt: Hashable, Sendable {
    /// What came of it.
    public enum Outcome: Hashable, Sendable {
        /// It was done.
        case done
        /// The kernel refused it with an error number.
        case refused(Int32)
        /// It ended the process, with a signal.
        case killed(Int32)
        /// It did not come to an end.
        case stalled

        /// The outcome in words.
        public var text: String {
            switch self {
            case .done: "done"
            case .refused(let status): "refused: \(systemMessage(status))"
            case .killed(let signal): "the process was ended: \(String(cString: strsignal(signal)))"
            case .stalled: "no end"
            }
        }
    }

    /// The short name, as in `open-file`.
    public let name: String
    /// What it does, in words.
    public let title: String
    /// Whether it is part of every decode, and must succeed.
    public let isNeeded: Bool
    private let number: Int32

    /// All of them.
    public static var all: [SandboxAttempt] {
        (0..<vestige_attempt_count()).compactMap { number in
            guard let name = vestige_attempt_name(number),
                let title = vestige_attempt_title(number)
            else { return nil }
            return SandboxAttempt(
                name: String(cString: name),
                title: String(cString: title),
                isNeeded: vestige_attempt_is_needed(number) != 0,
                number: number
            )
        }
    }

    /// Whether an outcome is the one that the sandbox is for.
    public func isAsItShouldBe(_ outcome: Outcome) -> Bool {
        switch outcome {
        case .done: isNeeded
        case .refused, .killed: !isNeeded
        case .stalled: false
        }
    }

    // MARK: - In the worker

    /// The exit status that says that the attempt was done; a smaller one is an error number. The status 0
    /// is that of a program that was started in the worker's place.
    private static let doneStatus: Int32 = 200

    /// In a worker: waits for the evidence, makes the attempt of a name, and tells by its end how it went.
    static func make(_ name: String, plan: SandboxPlan, socket: Int32, parent: pid_t) -> Never {
        var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)
        var evidence: Int32 = -1
        let count = vestige_receive_message(socket, &packet, packet.count, &evidence, 0)
        guard count > 0, let attempt = all.first(where: { $0.name == name }) else {
            exit(255)
        }
        var room = vestige_attempt_room(
            evidence: evidence,
            parent: parent,
            memory: UInt64(max(0, plan.memory)),
            descriptors: SandboxPlan.descriptors
        )
        let result = vestige_attempt(attempt.number, &room)
        exit(result == 0 ? doneStatus : result)
    }

    // MARK: - In the parent

    /// Starts a worker in the sandbox of `settings` that makes the attempt.
    ///
    /// - Parameter evidence: an open file that is none.
    /// - Returns: what the sandbox was like, what came of the attempt, and how long it took from the start of
    ///   the process until it could take a request.
    /// - Throws: a ``CaseFault`` if no worker can be started.
    public func outcome(
        settings: WorkerSettings,
        evidence: Int32
    ) throws(CaseFault) -> (sandbox: SandboxReport, outcome: Outcome, startMilliseconds: Double) {
        let started = MonotonicTime.now
        var settings = settings
        settings.sandbox.attempt = name
        let worker = try WorkerProcess(settings: settings, keepsErrors: false)
        var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)
        var descriptor: Int32 = -1
        let count = vestige_receive_message(worker.socket, &packet, packet.count, &descriptor, 0)
        let milliseconds = started.exactMillisecondsAgo
        if descriptor >= 0 { close(descriptor) }
        guard count > 0,
            case .ready(let sandbox)? = try? WorkerMessage(decoding: packet[..<count])
        else {
            let ended = worker.end(killing: true)
            throw CaseFault(.noWorker, "a worker did not get ready: it ended with \(ended.text)")
        }
        if settings.sandbox.layers.contains(.limits) {
            worker.limitProcessorTime(milliseconds: 0)
        }
        let bytes = WorkerMessage.request(token: 0, size: 1).encoded
        _ = vestige_send_message(worker.socket, bytes, bytes.count, evidence, 0)
        // Its end of the socket closes with its last process.
        var polled = pollfd(fd: worker.socket, events: Int16(POLLIN), revents: 0)
        let isOver = poll(&polled, 1, 10_000) > 0
        let ended = worker.end(killing: !isOver)
        if !isOver { return (sandbox, .stalled, milliseconds) }
        if let signal = ended.signal { return (sandbox, .killed(signal), milliseconds) }
        switch ended.status {
        case 0, SandboxAttempt.doneStatus: return (sandbox, .done, milliseconds)
        case let status where status < SandboxAttempt.doneStatus:
            return (sandbox, .refused(status), milliseconds)
        default: throw CaseFault(.noWorker, "a worker could not try to \(title)")
        }
    }
}
