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
        public let report: WorkerReport
        /// Whether it was left undecoded because ``judge`` said so: then only the report's digests count.
        public var isLeft = false
        /// What it has cost its worker; 0 if none had it.
        public var milliseconds = 0.0
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

    /// A file or a member of a container while a worker examines it.
    private struct Work {
        let place: MemberPlace
        let path: EvidencePath
        var facts: FileFacts?
        /// Where a member of a disk image is there.
        var disk: DiskPlace?
        var digests: Digests?
        var fingerprints: [ItemFingerprint] = []
        var coverage: [FilmCoverage] = []
        /// How far a film is.
        var progress: FilmProgress?

        init(_ path: EvidencePath, place: MemberPlace = .outermost, facts: FileFacts? = nil) {
            self.place = place
            self.path = path
            self.facts = facts
        }
    }

    /// A file that a worker has been given.
    private struct Assignment {
        let token: UInt64
        /// The first member that is still to be examined.
        var next: MemberPlace
        /// Where the worker before ended, and what was to come next then.
        var lastEnd: (at: MemberPlace, next: MemberPlace)?
        /// How many workers it has cost.
        var ends = 0
        /// The file, and in it the containers and the member that are open.
        var open: [Work]
        /// Bytes that its members have given; `nil` as long as nothing says that it is a container.
        var unpacked: Int64?
        /// When it was heard of last.
        var heard = MonotonicTime.now
        /// Whether the worker waits for a verdict after the digests.
        var asksVerdict = false
        var verdict: WorkerVerdict?

        init(token: UInt64, path: EvidencePath, from next: MemberPlace) {
            self.token = token
            self.next = next
            open = [Work(path)]
        }

        /// As it is given to another worker.
        mutating func restart() {
            open = [Work(path, facts: facts)]
            verdict = nil
            unpacked = nil
            heard = .now
        }

        var path: EvidencePath { open[0].path }
        var facts: FileFacts? { open[0].facts }

        /// What is worked on: the file itself, or the innermost member that is open.
        var current: Work { open[open.count - 1] }

        /// Whether it is known to be a container.
        var isContainer: Bool { unpacked != nil || open.count > 1 || next.depth > 0 }

        /// Whether the worker waits for a verdict now.
        var isWaiting: Bool { asksVerdict && open[0].digests != nil && verdict == nil }
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
    /// Decides whether an item is decoded, when its digests are there; asked of every item, and heard for
    /// those that were submitted so.
    public var judge: ((WorkerQuestion) -> WorkerVerdict)?

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
        settings.sandbox.spillBytes = settings.unpacking?.spillBytes ?? 0
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
    /// - Precondition: ``hasRoom``.
    /// - Parameter next: of a container whose first members are safe already, the first that is not.
    public func submit(
        token: UInt64,
        path: EvidencePath,
        from next: MemberPlace = .outermost,
        asksVerdict: Bool = false
    ) throws(CaseFault) {
        precondition(hasRoom, "submit only while the pool has room")
        submitted += 1
        if submitted == WorkerPool.itemsBeforeSpare {
            spare = try newWorker()
        }
        var assignment = Assignment(token: token, path: path, from: next)
        assignment.asksVerdict = asksVerdict
        try assign(assignment)
    }

    /// Leaves the containers that are being worked on as they are: what was told of their members stands, the rest
    /// stays to be done.
    public func leaveContainers() throws(CaseFault) {
        for slot in slots {
            guard let head = slot.queue.first, head.isContainer else { continue }
            _ = slot.process.take()?.end(killing: true)
            slot.queue.removeFirst()
            slot.isAlone = false
            try restart(slot)
        }
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
            assignment.open[0].facts = file.facts
            let bytes = WorkerMessage.request(
                token: assignment.token,
                size: file.facts.size,
                name: Array(assignment.path.lastComponent),
                from: assignment.next,
                asksVerdict: assignment.asksVerdict
            ).encoded
            let socket = slot.process?.socket ?? -1
            if settings.unpacking != nil {
                ImageSegments(after: assignment.path).send(assignment.token, on: socket)
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
        let isIdle = slot.queue.isEmpty
        if isIdle { assignment.heard = .now }
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
        answerWaiting()
    }

    /// Tells the workers that wait whether their items are to be decoded.
    ///
    /// If another worker is about to have the digests of a file of the same size, it is waited for: it may
    /// hold the same bytes. That worker waits for nobody, so this ends.
    private func answerWaiting() {
        for slot in slots {
            guard let head = slot.queue.first, head.isWaiting else { continue }
            let isHeldBack = slots.contains {
                guard $0 !== slot, let other = $0.queue.first else { return false }
                return other.open[0].digests == nil && other.facts?.size == head.facts?.size
            }
            if !isHeldBack { answer(slot) }
        }
    }

    /// Has it decided whether the head of a queue is to be decoded.
    private func answer(_ slot: Slot) {
        let head = slot.queue[0]
        guard let facts = head.facts, let digests = head.open[0].digests else { return }
        let verdict =
            judge?(
                WorkerQuestion(
                    token: head.token,
                    path: head.path,
                    facts: facts,
                    digests: digests,
                    isAsked: head.asksVerdict
                )
            ) ?? .decode
        guard head.asksVerdict else { return }
        slot.queue[0].verdict = verdict
        slot.queue[0].heard = .now
        slot.headStarted = .now
        // A worker that is gone is noticed at the next look at its socket.
        _ = WorkerMessage.verdict(token: head.token, verdict).send(on: slot.process?.socket ?? -1)
    }

    /// How long the item at the head of a queue may still take.
    ///
    /// A film has more time, by its length; but it has to go on: if nothing is heard of it for as long as an
    /// ordinary item may take, it has stalled. The same holds of a container, whose members are timed one by one.
    private func millisecondsLeft(_ slot: Slot) -> Int {
        let head = slot.queue[0]
        if head.isWaiting { return .max }
        let silence = settings.timeout.seconds * 1000 - head.heard.millisecondsAgo
        let size = head.current.facts?.size ?? 0
        let taken = slot.headStarted.millisecondsAgo
        if let progress = head.current.progress {
            return min(
                settings.timeout.milliseconds(forBytes: size, film: progress) - taken,
                silence
            )
        }
        if head.unpacked != nil { return silence }
        return settings.timeout.milliseconds(forBytes: size) - taken
    }

    /// The items that have been worked on for longest, if that is long: for a line of progress.
    ///
    /// - Parameters:
    ///   - seconds: for at least so long.
    ///   - count: so many at most.
    public func slowItems(seconds: Int, atMost count: Int) -> [RunFigures.SlowItem] {
        slots.filter { !$0.queue.isEmpty }
            .map { (slot: $0, age: $0.headStarted.millisecondsAgo) }
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
        if case .ready(let report) = message { return greet(slot, report) }
        guard slot.sandbox != nil, let head = slot.queue.first else { return false }
        let inner = head.open.count - 1
        switch message {
        case .digests(let token, let digests)
        where token == head.token && head.current.digests == nil:
            slot.queue[0].open[inner].digests = digests
            if inner == 0, !head.asksVerdict { answer(slot) }
        case .fingerprints where head.asksVerdict && head.verdict != .decode,
            .coverage where head.asksVerdict && head.verdict != .decode,
            .member where head.asksVerdict && head.verdict != .decode:
            return false
        case .fingerprints(let token, let fingerprints) where token == head.token:
            slot.queue[0].open[inner].fingerprints.append(contentsOf: fingerprints)
        case .coverage(let token, let coverage) where token == head.token:
            guard head.current.coverage.count < DecodeOptions().maximumFilms else { return false }
            slot.queue[0].open[inner].coverage.append(coverage)
        case .progress(let token, let progress) where token == head.token:
            // A worker that says the same again and again has stalled too.
            if progress.position > head.current.progress?.position ?? -1 {
                slot.queue[0].heard = .now
            }
            slot.queue[0].open[inner].progress = progress
            limitProcessorTime(slot)
        case .unpacked(let token, let bytes) where token == head.token:
            guard settings.unpacking != nil else { return false }
            if bytes > head.unpacked ?? -1 { slot.queue[0].heard = .now }
            slot.queue[0].unpacked = bytes
            limitProcessorTime(slot)
        case .member(let token, let member) where token == head.token:
            return begin(member, slot)
        case .memberEnd(let token, let report) where token == head.token:
            guard inner > 0 else { return false }
            finishMember(slot, report)
        case .end(let token, let report) where token == head.token:
            guard inner == 0 else { return false }
            finish(slot, report)
            slot.idleDeaths = 0
        default:
            return false
        }
        return true
    }

    private func begin(_ member: UnpackedMember, _ slot: Slot) -> Bool {
        guard let limits = settings.unpacking, let head = slot.queue.first else { return false }
        let place = member.place
        // Each stands directly inside the container that is open, and behind everything that was told before, but for
        // containers that are opened again on the way to where the last worker ended.
        guard place.depth == head.open.count, place.depth <= limits.depth,
            place.isInside(head.current.place),
            place >= head.next || head.next.isInside(place)
        else { return false }
        var work = Work(
            head.path.appending(member.name),
            place: place,
            facts: member.claimedSize.map {
                FileFacts(size: $0, modifiedNanoseconds: member.modifiedNanoseconds)
            }
        )
        work.disk = member.disk
        slot.queue[0].open.append(work)
        if place >= head.next { slot.queue[0].next = place }
        slot.queue[0].unpacked = head.unpacked ?? 0
        slot.queue[0].heard = .now
        slot.headStarted = .now
        limitProcessorTime(slot)
        return true
    }

    /// Takes the innermost member out as an outcome.
    private func finishMember(_ slot: Slot, _ report: WorkerReport) {
        let work = slot.queue[0].open.removeLast()
        let head = slot.queue[0]
        slot.queue[0].next = work.place.next
        slot.queue[0].heard = .now
        slot.headStarted = .now
        limitProcessorTime(slot)
        var facts = work.facts
        if let size = report.memberSize {
            facts = FileFacts(size: size, modifiedNanoseconds: facts?.modifiedNanoseconds ?? 0)
        }
        ready.append(
            Outcome(
                token: head.token,
                path: work.path,
                facts: facts,
                report: completed(report, work),
                member: MemberOrigin(
                    file: head.path,
                    fileFacts: head.facts,
                    place: work.place,
                    next: work.place.next,
                    disk: work.disk
                )
            )
        )
    }

    /// Takes the head of the queue out as an outcome.
    private func finish(_ slot: Slot, _ report: WorkerReport) {
        let head = slot.queue.removeFirst()
        let report = completed(report, head.open[0])
        ready.append(
            Outcome(
                token: head.token,
                path: head.path,
                facts: head.facts,
                report: report,
                isLeft: head.verdict == .leave,
                milliseconds: slot.headStarted.exactMillisecondsAgo
            )
        )
        slot.headStarted = .now
        slot.isAlone = false
        if !slot.queue.isEmpty { slot.queue[0].heard = .now }
        limitProcessorTime(slot)
    }

    /// A worker's last word, with what it told before.
    private func completed(_ report: WorkerReport, _ work: Work) -> WorkerReport {
        var report = report
        report.digests = work.digests
        report.fingerprints = work.fingerprints
        report.coverage = work.coverage
        if report.state == .faulted, !report.fingerprints.isEmpty {
            // What was decoded before the fault is kept: a film's first half can still be found.
            report.state = .partly
            if report.media == nil, let progress = work.progress {
                report.coverage = [coverage(of: work, endedAt: progress)]
            }
        }
        return report
    }

    /// Lets the worker compute for as long as the head of its queue may take, and no longer: the kernel sees
    /// to that even where the parent is held up. Decoders use one thread.
    private func limitProcessorTime(_ slot: Slot) {
        guard let head = slot.queue.first, settings.sandbox.layers.contains(.limits) else { return }
        let size = head.current.facts?.size ?? 0
        let allowed =
            head.current.progress.map { settings.timeout.milliseconds(forBytes: size, film: $0) }
            ?? settings.timeout.milliseconds(forBytes: size)
        slot.process?.limitProcessorTime(milliseconds: allowed)
    }

    /// What is known to be covered of a film whose worker did not end by itself.
    private func coverage(of work: Work, endedAt progress: FilmProgress) -> FilmCoverage {
        var coverage = FilmCoverage(sampling: settings.sampling)
        for made in work.fingerprints {
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

    // MARK: - Workers that end

    private func endStalled(_ slot: Slot) throws(CaseFault) {
        let head = slot.queue[0]
        let place =
            head.current.progress.map { " at second \($0.position / 1000) of the film" } ?? ""
        let took = slot.headStarted.millisecondsAgo
        _ = slot.process.take()?.end(killing: true)
        logger.warning(
            "a worker was ended: its item took too long",
            metadata: ["path": "\(head.current.path.text)"]
        )
        try blame(
            slot,
            Loss(
                stage: .worker,
                code: "timeout",
                detail: "no result after \(took / 1000) s\(place); the worker was ended"
            )
        )
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
        if slot.queue[0].verdict == .leave {
            // All that was wanted of it is there.
            finish(slot, WorkerReport(state: .skipped))
            try restart(slot)
            return
        }
        let head = slot.queue[0]
        let end = (at: head.current.place, next: head.next)
        logger.warning(
            "a worker ended",
            metadata: ["how": "\(ended.text)", "path": "\(head.current.path.text)"]
        )
        if let last = head.lastEnd, last == end {
            try blame(
                slot,
                Loss(
                    stage: .worker,
                    code: reason == nil ? "crashed" : "protocol",
                    status: ended.signal,
                    detail: (reason ?? "the decode worker ended with \(ended.text)")
                        + ", twice on this item"
                )
            )
        } else {
            slot.queue[0].lastEnd = end
            try tryAgain(slot)
        }
    }

    /// Gives the head of the queue to a new worker, which gets nothing else until that is past where the last one ended.
    private func tryAgain(_ slot: Slot) throws(CaseFault) {
        var again = slot.queue.removeFirst()
        again.restart()
        backlog.append(contentsOf: slot.queue)
        slot.queue = []
        try start(slot)
        slot.isAlone = true
        try assign(again, to: slot)
    }

    /// So many workers may end over the members of one file; what is left of it then is lost.
    private static let maximumEnds = 100

    /// Writes a loss down to what its worker was at, and goes on behind that.
    private func blame(_ slot: Slot, _ loss: Loss) throws(CaseFault) {
        guard slot.queue[0].open.count > 1 else {
            var report = WorkerReport.fault(loss)
            if slot.queue[0].next.depth > 0 {
                // Members are safe already; what was to come behind them is lost.
                report.state = .partly
            }
            finish(slot, report)
            try restart(slot)
            return
        }
        var report = WorkerReport.fault(loss)
        if slot.queue[0].next.isInside(slot.queue[0].current.place) {
            // It is a container of which members are safe already.
            report.state = .partly
        }
        finishMember(slot, report)
        slot.queue[0].ends += 1
        slot.queue[0].lastEnd = nil
        guard slot.queue[0].ends < WorkerPool.maximumEnds else {
            var report = WorkerReport.fault(
                Loss(
                    stage: .worker,
                    code: "tooManyCrashes",
                    detail:
                        "\(WorkerPool.maximumEnds) members ended their workers: what is behind the member "
                        + "\(slot.queue[0].next.text) was not looked at"
                )
            )
            report.state = .partly
            slot.queue[0].open.removeLast(slot.queue[0].open.count - 1)
            finish(slot, report)
            try restart(slot)
            return
        }
        try tryAgain(slot)
    }

    /// A new process for a slot; what waited in its queue is handed out anew.
    private func restart(_ slot: Slot) throws(CaseFault) {
        backlog.append(contentsOf: slot.queue)
        slot.queue = []
        try start(slot)
    }
}
