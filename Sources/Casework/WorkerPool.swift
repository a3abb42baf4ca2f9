import CMedia
import Decoding
import Evidence
import Glibc
import Keyframing
import Logging

/// A pool of worker processes, fed and watched by one thread of the parent.
///
/// Each worker has the item that it works on and one more waiting, so that it is never idle while
/// the parent writes. A worker that dies is replaced; the item it was at is tried once more, alone,
/// and if that fails too, written down with the signal; the item that waited behind it is not blamed.
/// A worker that takes longer than an item's deadline is ended, and the item written down.
public final class WorkerPool {
    /// What became of an item that was submitted.
    public struct Outcome: Sendable {
        /// The number under which it was submitted.
        public let token: UInt64
        /// Its path.
        public let path: EvidencePath
        /// Size and time as they were when it was opened; `nil` if it could not be.
        public let facts: FileFacts?
        /// What the worker found.
        public let report: WorkerReport
    }

    /// An item that a worker has been given.
    private struct Assignment {
        let token: UInt64
        let path: EvidencePath
        var facts: FileFacts?
        var attempts = 0
        var digests: Digests?
        var fingerprints: [ItemFingerprint] = []
        var coverage: [FilmCoverage] = []
        /// How far a film is, and when that was heard.
        var progress: FilmProgress?
        var heard = MonotonicTime.now
    }

    /// A worker and its queue, of which the first is the item that it works on.
    private final class Slot {
        var process: WorkerProcess?
        var queue: [Assignment] = []
        var headStarted = MonotonicTime.now
        /// The item is tried again after it ended a worker: nothing may wait behind it.
        var isAlone = false
        /// Deaths without an item in hand, one after another: a worker that cannot even start.
        var idleDeaths = 0
        /// What it said of its sandbox; `nil` until then.
        var sandbox: SandboxReport?

        init() {}
    }

    /// What the workers' sandbox is like.
    public private(set) var sandbox = SandboxReport.nothing
    /// A worker that waits to take the place of one that ends: to start a process takes 50 ms of a processor,
    /// for its libraries are many.
    private var spare: WorkerProcess?
    private var submitted = 0
    /// A command with fewer items is over before a spare worker is of use.
    private static let itemsBeforeSpare = 64
    /// Why no worker may work, if that is so.
    private var refusal: CaseFault?
    private let settings: WorkerSettings
    private let logger: Logger
    private var slots: [Slot] = []
    /// Items that waited behind one that ended its worker.
    private var backlog: [Assignment] = []
    private var ready: [Outcome] = []
    private var packet = [UInt8](repeating: 0, count: WorkerMessage.maximumBytes)

    private static let queueDepth = 2
    private static let maximumIdleDeaths = 5

    /// A pool of `workers` processes, started at once.
    ///
    /// - Throws: ``CaseFault`` with the code `noWorker`.
    public init(
        settings: WorkerSettings,
        workers: Int,
        timeout: ItemTimeout = ItemTimeout(),
        logger: Logger
    ) throws(CaseFault) {
        var settings = settings
        settings.timeout = timeout
        self.settings = settings
        self.logger = logger
        for _ in 0..<max(1, workers) {
            let slot = Slot()
            try start(slot)
            slots.append(slot)
        }
        try awaitSandboxes()
    }

    deinit {
        for slot in slots {
            _ = slot.process.take()?.end(killing: true)
        }
        _ = spare.take()?.end(killing: true)
    }

    /// Items that were submitted and whose outcome has not been collected.
    public var inFlight: Int {
        slots.reduce(backlog.count + ready.count) { $0 + $1.queue.count }
    }

    /// Whether another item can be submitted without waiting.
    public var hasRoom: Bool {
        backlog.isEmpty && roomiest != nil
    }

    private var roomiest: Slot? {
        slots.filter { !$0.isAlone && $0.queue.count < WorkerPool.queueDepth }
            .min { $0.queue.count < $1.queue.count }
    }

    /// Gives an item to the pool. Its outcome comes from ``collect(waitingMilliseconds:)``.
    ///
    /// - Precondition: ``hasRoom``.
    public func submit(token: UInt64, path: EvidencePath) throws(CaseFault) {
        precondition(hasRoom, "submit only while the pool has room")
        submitted += 1
        if submitted == WorkerPool.itemsBeforeSpare {
            spare = try newWorker()
        }
        try assign(Assignment(token: token, path: path))
    }

    /// Opens the item and hands it to the slot with the shortest queue.
    private func assign(_ assignment: Assignment, to chosen: Slot? = nil) throws(CaseFault) {
        guard let slot = chosen ?? roomiest else {
            backlog.append(assignment)
            return
        }
        var assignment = assignment
        let sent: Bool
        do throws(Loss) {
            let file = try EvidenceFile(opening: assignment.path)
            assignment.facts = file.facts
            let bytes = WorkerMessage.request(token: assignment.token, size: file.facts.size)
                .encoded
            let socket = slot.process?.socket ?? -1
            sent = vestige_send_message(socket, bytes, bytes.count, file.descriptor, 0) == 0
        } catch {
            ready.append(
                Outcome(
                    token: assignment.token,
                    path: assignment.path,
                    facts: assignment.facts,
                    report: .fault(error)
                )
            )
            slot.isAlone = false
            return
        }
        let isIdle = slot.queue.isEmpty
        slot.queue.append(assignment)
        if isIdle {
            slot.headStarted = .now
            limitProcessorTime(slot)
        }
        if !sent {
            // The worker is gone. Its end is noticed, and its items cared for, at the next collect.
            logger.debug("a worker does not take items any more", metadata: ["errno": "\(errno)"])
        }
    }

    /// Waits until an outcome is there or the time is over, and returns what is there.
    public func collect(waitingMilliseconds limit: Int) throws(CaseFault) -> [Outcome] {
        if ready.isEmpty {
            try wait(limit)
        }
        while !backlog.isEmpty, let slot = roomiest {
            try assign(backlog.removeFirst(), to: slot)
        }
        defer { ready.removeAll(keepingCapacity: true) }
        return ready
    }

    private func wait(_ limit: Int) throws(CaseFault) {
        var polled = slots.map {
            pollfd(fd: $0.process?.socket ?? -1, events: Int16(POLLIN), revents: 0)
        }
        let nearest = slots.filter { !$0.queue.isEmpty }.map(millisecondsLeft).min() ?? limit
        let result = poll(
            &polled,
            nfds_t(polled.count),
            Int32(clamping: max(0, min(limit, nearest)))
        )
        guard result >= 0 || errno == EINTR else {
            throw CaseFault(
                .system,
                "waiting for workers failed: \(systemMessage(errno))",
                status: errno
            )
        }
        for (slot, state) in zip(slots, polled) where result > 0 && state.revents != 0 {
            try receive(from: slot)
        }
        for slot in slots where !slot.queue.isEmpty && millisecondsLeft(slot) <= 0 {
            try endStalled(slot)
        }
    }

    /// How long the item at the head of a queue may still take.
    ///
    /// A film has more time, by its length; but it has to go on: if nothing is heard of it for as long as an
    /// ordinary item may take, it has stalled.
    private func millisecondsLeft(_ slot: Slot) -> Int {
        let head = slot.queue[0]
        let size = head.facts?.size ?? 0
        guard let progress = head.progress else {
            return settings.timeout.milliseconds(forBytes: size) - slot.headStarted.millisecondsAgo
        }
        let whole = settings.timeout.milliseconds(forBytes: size, film: progress)
        return min(
            whole - slot.headStarted.millisecondsAgo,
            settings.timeout.seconds * 1000 - head.heard.millisecondsAgo
        )
    }

    /// The item that has been worked on for longest, if that is long: for a line of progress.
    public var slowest: (path: EvidencePath, progress: FilmProgress?)? {
        let busy = slots.filter { !$0.queue.isEmpty }
        guard
            let slot = busy.max(by: {
                $0.headStarted.millisecondsAgo < $1.headStarted.millisecondsAgo
            }), slot.headStarted.millisecondsAgo >= WorkerPool.slowMilliseconds
        else { return nil }
        return (slot.queue[0].path, slot.queue[0].progress)
    }

    private static let slowMilliseconds = 5_000

    /// Takes every packet that waits at a worker's socket.
    private func receive(from slot: Slot) throws(CaseFault) {
        while true {
            var descriptor: Int32 = -1
            let socket = slot.process?.socket ?? -1
            let count = vestige_receive_message(
                socket,
                &packet,
                packet.count,
                &descriptor,
                Int32(MSG_DONTWAIT)
            )
            if descriptor >= 0 {
                // No sound worker sends a file back.
                close(descriptor)
            }
            if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
                return
            }
            guard count > 0 else {
                try replaceDead(slot)
                return
            }
            guard let message = try? WorkerMessage(decoding: packet[..<count]), take(message, slot)
            else {
                try replaceDead(slot, reason: "the worker sent a message that makes no sense")
                return
            }
            if let refusal { throw refusal }
        }
    }

    /// - Returns: whether the message is one that a sound worker may send now.
    private func take(_ message: WorkerMessage, _ slot: Slot) -> Bool {
        if case .ready(let report) = message { return greet(slot, report) }
        guard slot.sandbox != nil, let head = slot.queue.first else { return false }
        switch message {
        case .digests(let token, let digests) where token == head.token:
            slot.queue[0].digests = digests
        case .fingerprints(let token, let fingerprints) where token == head.token:
            slot.queue[0].fingerprints.append(contentsOf: fingerprints)
        case .coverage(let token, let coverage) where token == head.token:
            guard head.coverage.count < DecodeOptions().maximumFilms else { return false }
            slot.queue[0].coverage.append(coverage)
        case .progress(let token, let progress) where token == head.token:
            // A worker that says the same again and again has stalled too.
            if progress.position > head.progress?.position ?? -1 { slot.queue[0].heard = .now }
            slot.queue[0].progress = progress
            limitProcessorTime(slot)
        case .end(let token, let report) where token == head.token:
            finish(slot, report)
            slot.idleDeaths = 0
        default:
            return false
        }
        return true
    }

    /// Takes the head of the queue out as an outcome.
    private func finish(_ slot: Slot, _ report: WorkerReport) {
        let head = slot.queue.removeFirst()
        var report = report
        report.digests = head.digests
        report.fingerprints = head.fingerprints
        report.coverage = head.coverage
        if report.state == .faulted, !report.fingerprints.isEmpty {
            // What was decoded before the fault is kept: a film's first half can still be found.
            report.state = .partly
            if report.media == nil, let progress = head.progress {
                report.coverage = [coverage(of: head, endedAt: progress)]
            }
        }
        ready.append(Outcome(token: head.token, path: head.path, facts: head.facts, report: report))
        slot.headStarted = .now
        slot.isAlone = false
        limitProcessorTime(slot)
    }

    /// Lets the worker compute for as long as the head of its queue may take, and no longer: the kernel sees
    /// to that even where the parent is held up. Decoders use one thread.
    private func limitProcessorTime(_ slot: Slot) {
        guard let head = slot.queue.first, settings.sandbox.layers.contains(.limits) else { return }
        let size = head.facts?.size ?? 0
        let allowed =
            head.progress.map { settings.timeout.milliseconds(forBytes: size, film: $0) }
            ?? settings.timeout.milliseconds(forBytes: size)
        slot.process?.limitProcessorTime(milliseconds: allowed)
    }

    /// What is known to be covered of a film whose worker did not end by itself.
    private func coverage(of item: Assignment, endedAt progress: FilmProgress) -> FilmCoverage {
        var coverage = FilmCoverage(sampling: settings.sampling)
        for made in item.fingerprints {
            guard let time = made.timeMilliseconds else { continue }
            coverage.take(time)
            coverage.take(time + Int64(made.spanMilliseconds))
        }
        coverage.lose(.damaged)
        coverage.finish(end: progress.position, claimed: progress.length)
        return coverage
    }

    /// Waits until every worker has told what its sandbox is like.
    private func awaitSandboxes() throws(CaseFault) {
        let started = MonotonicTime.now
        while slots.contains(where: { $0.sandbox == nil }) {
            guard started.millisecondsAgo < WorkerPool.startMilliseconds else {
                throw CaseFault(
                    .noWorker,
                    "worker processes do not get ready: run again with --log-level debug to see what "
                        + "they print"
                )
            }
            try wait(1_000)
        }
    }

    private static let startMilliseconds = 60_000

    /// Takes in what a new worker says of its sandbox.
    ///
    /// - Returns: whether it may say that now.
    private func greet(_ slot: Slot, _ report: SandboxReport) -> Bool {
        guard slot.sandbox == nil else { return false }
        let isFirst = slots.allSatisfy { $0.sandbox == nil }
        slot.sandbox = report
        if settings.sandbox.isRequired, let missing = report.missing.first {
            refusal = CaseFault(
                .noSandbox,
                "--require-sandbox: the decode workers would lack \(report.missingText). "
                    + "For \(missing.layer.rawValue): \(missing.layer.remedy). No evidence was read by them"
            )
        }
        if isFirst {
            sandbox = report
        } else if report.missing.count > sandbox.missing.count {
            logger.warning(
                "a worker has less of a sandbox than the others",
                metadata: ["missing": "\(report.missingText)"]
            )
            sandbox = report
        }
        return true
    }

    private func start(_ slot: Slot) throws(CaseFault) {
        slot.sandbox = nil
        if let waiting = spare.take() {
            slot.process = consume waiting
            spare = try newWorker()
        } else {
            slot.process = try newWorker()
        }
    }

    private func newWorker() throws(CaseFault) -> WorkerProcess {
        try WorkerProcess(settings: settings, keepsErrors: logger.logLevel <= .debug)
    }

    private func endStalled(_ slot: Slot) throws(CaseFault) {
        let head = slot.queue[0]
        let place = head.progress.map { " at second \($0.position / 1000) of the film" } ?? ""
        let took = slot.headStarted.millisecondsAgo
        _ = slot.process.take()?.end(killing: true)
        logger.warning(
            "a worker was ended: its item took too long",
            metadata: ["path": "\(head.path.text)"]
        )
        finish(
            slot,
            .fault(
                Loss(
                    stage: .worker,
                    code: "timeout",
                    detail: "no result after \(took / 1000) s\(place); the worker was ended"
                )
            )
        )
        try restart(slot)
    }

    private func replaceDead(_ slot: Slot, reason: String? = nil) throws(CaseFault) {
        guard let ended = slot.process.take()?.end(killing: true) else { return }
        guard !slot.queue.isEmpty else {
            slot.idleDeaths += 1
            guard slot.idleDeaths < WorkerPool.maximumIdleDeaths else {
                throw CaseFault(
                    .noWorker,
                    "worker processes end as soon as they start (\(ended.text)): run again with "
                        + "--log-level debug to see what they print"
                )
            }
            try start(slot)
            return
        }
        slot.queue[0].attempts += 1
        let head = slot.queue[0]
        logger.warning(
            "a worker ended",
            metadata: ["how": "\(ended.text)", "path": "\(head.path.text)"]
        )
        if head.attempts >= 2 {
            finish(
                slot,
                .fault(
                    Loss(
                        stage: .worker,
                        code: reason == nil ? "crashed" : "protocol",
                        status: ended.signal,
                        detail: (reason ?? "the decode worker ended with \(ended.text)")
                            + ", twice on this item"
                    )
                )
            )
            try restart(slot)
        } else {
            var again = slot.queue.removeFirst()
            again.digests = nil
            again.fingerprints = []
            again.coverage = []
            again.progress = nil
            backlog.append(contentsOf: slot.queue)
            slot.queue = []
            try start(slot)
            slot.isAlone = true
            try assign(again, to: slot)
        }
    }

    /// A new process for a slot; what waited in its queue is handed out anew.
    private func restart(_ slot: Slot) throws(CaseFault) {
        backlog.append(contentsOf: slot.queue)
        slot.queue = []
        try start(slot)
    }
}
