import CMedia
import Decoding
import Evidence
import Glibc
import Keyframing
import Logging
import Unpacking

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
        public var report: WorkerReport
        /// Whether it was left undecoded because ``judge`` said so: then only the report's digests count.
        public var isLeft = false
        /// What it has cost its worker; 0 if none had it.
        public var milliseconds = 0.0
        /// Whether the report is that of other bytes which are the same: of a member that was left for that reason.
        public var isCopy = false
        /// Set for a member of a container: then `token` is that of the file, which is still worked on.
        public var member: MemberOrigin?
    }

    /// Where a member of a container came from.
    public struct MemberOrigin: Hashable, Sendable {
        /// The file on disk.
        public let file: EvidencePath
        /// Its facts when it was opened.
        public let fileFacts: FileFacts?
        /// Where the member stands in it.
        public let place: MemberPlace
        /// Where to go on once this member is safe.
        public let next: MemberPlace
        /// Where it is in a disk image.
        public var disk: DiskPlace?
    }

    /// A worker, and what is said between it and the parent.
    private final class Slot {
        var process: WorkerProcess?
        var conversation: WorkerConversation
        /// The item is tried again after it ended a worker: nothing may wait behind it.
        var isAlone = false
        /// Deaths without an item in hand, one after another: a worker that cannot even start.
        var idleDeaths = 0

        init(_ settings: WorkerSettings) {
            conversation = WorkerConversation(settings: settings)
        }

        var queue: [WorkerAssignment] { conversation.queue }
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
    /// Decides whether an item is decoded, when its digests are there; asked of every item, and heard for
    /// those that were submitted so.
    public var judge: ((WorkerQuestion) -> WorkerVerdict)?
    /// Puts what ``judge`` has decided of a member in place of what its worker said.
    var settleMember: ((Outcome) -> Outcome)?

    private let settings: WorkerSettings
    private let logger: Logger
    private var slots: [Slot] = []
    /// Items that waited behind one that ended its worker.
    private var backlog: [WorkerAssignment] = []
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
        settings.sandbox.spillBytes = settings.unpacking?.spillBytes ?? 0
        self.settings = settings
        self.logger = logger
        for _ in 0..<max(1, workers) {
            let slot = Slot(settings)
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

    /// Whether containers are opened.
    var unpacks: Bool { settings.unpacking != nil }

    /// Items that were submitted and whose outcome has not been collected.
    public var inFlight: Int {
        slots.reduce(backlog.count + ready.count) { $0 + $1.queue.count }
    }

    /// How many worker processes there are.
    public var workers: Int { slots.count }

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
    /// - Parameter asksVerdict: whether ``judge`` decides if it is decoded.
    /// - Parameter asksMembers: whether ``judge`` decides on each member, if it is a container.
    /// - Precondition: ``hasRoom``.
    /// - Parameter next: of a container whose first members are safe already, the first that is not.
    public func submit(
        token: UInt64,
        path: EvidencePath,
        from next: MemberPlace = .outermost,
        asksVerdict: Bool = false,
        asksMembers: Bool = false
    ) throws(CaseFault) {
        precondition(hasRoom, "submit only while the pool has room")
        submitted += 1
        if submitted == WorkerPool.itemsBeforeSpare {
            spare = try newWorker()
        }
        var assignment = WorkerAssignment(token: token, path: path, from: next)
        assignment.asksVerdict = asksVerdict
        assignment.asksMembers = asksMembers
        try assign(assignment)
    }

    /// Leaves the containers that are being worked on as they are: what was told of their members stands, the rest
    /// stays to be done.
    public func leaveContainers() throws(CaseFault) {
        for slot in slots {
            guard let head = slot.queue.first, head.isContainer else { continue }
            _ = slot.process.take()?.end(killing: true)
            _ = slot.conversation.dropHead()
            slot.isAlone = false
            try restart(slot)
        }
    }

    /// Opens the item and hands it to the slot with the shortest queue.
    private func assign(_ assignment: WorkerAssignment, to chosen: Slot? = nil) throws(CaseFault) {
        guard let slot = chosen ?? roomiest else {
            backlog.append(assignment)
            return
        }
        var assignment = assignment
        let sent: Bool
        do throws(Loss) {
            let file = try EvidenceFile(opening: assignment.path)
            assignment.open[0].facts = file.facts
            let bytes = WorkerMessage.request(
                token: assignment.token,
                size: file.facts.size,
                name: Array(assignment.path.lastComponent),
                from: assignment.next,
                asksVerdict: assignment.asksVerdict,
                asksMembers: assignment.asksMembers
            ).encoded
            let socket = slot.process?.socket ?? -1
            if settings.unpacking != nil {
                let segments = ImageSegments(after: assignment.path)
                assignment.furtherBytes = segments.bytes
                segments.send(assignment.token, on: socket)
            }
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
        if slot.conversation.add(assignment) {
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
        let nearest =
            slots.filter { !$0.queue.isEmpty }
            .map(\.conversation.millisecondsLeft).min() ?? limit
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
        for slot in slots where !slot.queue.isEmpty && slot.conversation.millisecondsLeft <= 0 {
            try endStalled(slot)
        }
        answerWaiting()
    }

    /// Tells the workers that wait whether their items are to be decoded.
    ///
    /// If another worker is about to have the digests of a file of the same size, it is waited for: it may
    /// hold the same bytes. That worker waits for nobody, so this ends.
    private func answerWaiting() {
        for slot in slots {
            guard let head = slot.queue.first, head.isWaiting else { continue }
            let isHeldBack =
                head.open.count == 1
                && slots.contains {
                    guard $0 !== slot, let other = $0.queue.first else { return false }
                    return other.open[0].digests == nil && other.facts?.size == head.facts?.size
                }
            if !isHeldBack { answer(slot) }
        }
    }

    /// Has it decided whether the head of a queue, or the member in it that is open, is to be decoded.
    private func answer(_ slot: Slot) {
        let head = slot.queue[0]
        guard let digests = head.current.digests else { return }
        let verdict =
            judge?(
                WorkerQuestion(
                    token: head.token,
                    path: head.current.path,
                    facts: head.current.facts ?? FileFacts(size: 0, modifiedNanoseconds: 0),
                    digests: digests,
                    place: head.current.place,
                    isAsked: head.isWaiting
                )
            ) ?? .decode
        guard head.isWaiting else { return }
        slot.conversation.answered(verdict)
        // A worker that is gone is noticed at the next look at its socket.
        _ = WorkerMessage.verdict(token: head.token, verdict).send(on: slot.process?.socket ?? -1)
    }

    /// A container that is being read.
    struct OpenContainer {
        let path: EvidencePath
        /// The bytes of its file.
        let bytes: Int64
        /// How much of it is done, 0 … 1, as far as its members tell: what is compressed may give more bytes than it has, and
        /// counts as nearly done until it is.
        let share: Double
        /// For how long its worker has been at it.
        let milliseconds: Double

        /// Of the file's bytes, those that are done.
        var doneBytes: Int64 { Int64(share * Double(bytes)) }
    }

    /// The containers that are being read.
    var containers: [OpenContainer] {
        slots.compactMap { slot in
            guard let head = slot.queue.first, head.isContainer, let facts = head.facts else {
                return nil
            }
            return OpenContainer(
                path: head.path,
                bytes: facts.size,
                share: min(0.99, Double(max(0, head.memberBytes)) / Double(max(1, head.size))),
                milliseconds: head.begun.exactMillisecondsAgo
            )
        }
    }

    /// The items that have been worked on for longest, if that is long: for a line of progress.
    ///
    /// - Parameters:
    ///   - seconds: for at least so long.
    ///   - count: so many at most.
    public func slowItems(seconds: Int, atMost count: Int) -> [RunFigures.SlowItem] {
        slots.filter { !$0.queue.isEmpty }
            .map { (slot: $0, age: $0.conversation.headStarted.millisecondsAgo) }
            .filter { $0.age >= seconds * 1000 }
            .sorted { $0.age > $1.age }
            .prefix(count)
            .map { slot, age in
                RunFigures.SlowItem(
                    path: slot.queue[0].current.path.text,
                    seconds: age / 1000,
                    bytes: slot.queue[0].current.facts?.size,
                    positionMilliseconds: slot.queue[0].current.progress?.position,
                    lengthMilliseconds: slot.queue[0].current.progress?.length
                )
            }
    }

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
        guard let reply = slot.conversation.take(message) else { return false }
        switch reply {
        case .ready(let report):
            greet(report)
        case .noted:
            break
        case .digested:
            // Nobody else has a member's digests sooner; a file may be held back for a moment.
            if slot.queue[0].open.count > 1 || !slot.queue[0].asksVerdict { answer(slot) }
        case .advanced:
            limitProcessorTime(slot)
        case .member(let outcome):
            // Now, and not when it is collected: the next member may hold the same bytes.
            ready.append(settleMember?(outcome) ?? outcome)
            limitProcessorTime(slot)
        case .item(let outcome):
            ready.append(outcome)
            slot.isAlone = false
            slot.idleDeaths = 0
            limitProcessorTime(slot)
        }
        return true
    }

    /// Lets the worker compute for as long as the head of its queue may take, and no longer: the kernel sees
    /// to that even where the parent is held up. Decoders use one thread.
    private func limitProcessorTime(_ slot: Slot) {
        guard !slot.queue.isEmpty, settings.sandbox.layers.contains(.limits) else { return }
        slot.process?.limitProcessorTime(milliseconds: slot.conversation.millisecondsAllowed)
    }

    /// Waits until every worker has told what its sandbox is like.
    private func awaitSandboxes() throws(CaseFault) {
        let started = MonotonicTime.now
        while slots.contains(where: { $0.conversation.sandbox == nil }) {
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
    private func greet(_ report: SandboxReport) {
        let isFirst = slots.count { $0.conversation.sandbox != nil } == 1
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
    }

    private func start(_ slot: Slot) throws(CaseFault) {
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

    // MARK: - Workers that end

    private func endStalled(_ slot: Slot) throws(CaseFault) {
        let head = slot.queue[0]
        let place =
            head.current.progress.map { " at second \($0.position / 1000) of the film" } ?? ""
        let took = slot.conversation.headStarted.millisecondsAgo
        _ = slot.process.take()?.end(killing: true)
        logger.warning(
            "a worker was ended: its item took too long",
            metadata: ["path": "\(head.current.path.text)"]
        )
        let loss = Loss(
            stage: .worker,
            code: "timeout",
            detail: "no result after \(took / 1000) s\(place); the worker was ended"
        )
        try goOn(slot, slot.conversation.blame(loss))
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
            try restart(slot)
            return
        }
        let head = slot.queue[0]
        if head.current.verdict != .leave {
            logger.warning(
                "a worker ended",
                metadata: ["how": "\(ended.text)", "path": "\(head.current.path.text)"]
            )
        }
        let loss = Loss(
            stage: .worker,
            code: reason == nil ? "crashed" : "protocol",
            status: ended.signal,
            detail: (reason ?? "the decode worker ended with \(ended.text)")
                + ", twice on this item"
        )
        try goOn(slot, slot.conversation.workerEnded(loss))
    }

    private func goOn(_ slot: Slot, _ ending: WorkerConversation.Ending) throws(CaseFault) {
        ready += ending.outcomes.map { outcome in
            outcome.member == nil ? outcome : settleMember?(outcome) ?? outcome
        }
        if ending.isOver {
            slot.isAlone = false
            try restart(slot)
        } else {
            try tryAgain(slot)
        }
    }

    /// Gives the head of the queue to a new worker, which gets nothing else until that is past where the last one ended.
    private func tryAgain(_ slot: Slot) throws(CaseFault) {
        var again = slot.conversation.dropHead()
        again.restart()
        try restart(slot)
        slot.isAlone = true
        try assign(again, to: slot)
    }

    /// A new process for a slot; what waited in its queue is handed out anew.
    private func restart(_ slot: Slot) throws(CaseFault) {
        backlog.append(contentsOf: slot.conversation.restart())
        try start(slot)
    }
}
