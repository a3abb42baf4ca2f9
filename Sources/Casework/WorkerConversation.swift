import Decoding
import Evidence
import Keyframing
import Unpacking

/// What a worker has been given, and what it has told of that: it decides which messages make sense, and what they
/// come to.
///
/// A worker decodes hostile files and may have been taken over by one, so nothing that it says is believed. There is
/// no process in here: the pool has that, and ends it when a message is refused.
struct WorkerConversation {
    typealias Outcome = WorkerPool.Outcome

    /// What a message comes to.
    enum Reply {
        /// The worker is ready, with this sandbox.
        case ready(SandboxReport)
        /// It is noted down.
        case noted
        /// The digests of a file, or of a member, are there: its verdict may be due.
        case digested
        /// The item goes on: how long it may take has to be reckoned anew.
        case advanced
        /// A member of a container is done.
        case member(Outcome)
        /// The head of the queue is done, and out of it.
        case item(Outcome)
    }

    /// What is to be done when a worker ended over the head of the queue.
    struct Ending {
        /// What is known now: of a member, of the head, or of both, in this order.
        var outcomes: [Outcome] = []
        /// Whether the head is done, and out of the queue; otherwise another worker is to have it.
        var isOver = false
    }

    private let settings: WorkerSettings
    /// What the worker said of its sandbox; `nil` until then.
    private(set) var sandbox: SandboxReport?
    /// The files that it has, of which it works on the first.
    private(set) var queue: [WorkerAssignment] = []
    /// When it began with the head of the queue, or the member in that.
    private(set) var headStarted = MonotonicTime.now

    /// A conversation with a worker that has said nothing yet.
    init(settings: WorkerSettings) {
        self.settings = settings
    }

    // MARK: - What the worker gets

    /// The worker has been given another file.
    ///
    /// - Returns: whether it begins with it at once.
    mutating func add(_ assignment: WorkerAssignment) -> Bool {
        queue.append(assignment)
        guard queue.count == 1 else { return false }
        queue[0].heard = .now
        queue[0].begun = .now
        headStarted = .now
        return true
    }

    /// The worker has been told whether the head of the queue is to be decoded.
    mutating func answered(_ verdict: WorkerVerdict) {
        queue[0].open[queue[0].open.count - 1].verdict = verdict
        queue[0].heard = .now
        headStarted = .now
    }

    /// The head of the queue is left as it is.
    mutating func dropHead() -> WorkerAssignment {
        queue.removeFirst()
    }

    /// Another worker takes over, which has nothing yet.
    ///
    /// - Returns: what is to be handed out anew.
    mutating func restart() -> [WorkerAssignment] {
        defer { queue = [] }
        sandbox = nil
        return queue
    }

    // MARK: - What the worker says

    /// Takes what the worker says.
    ///
    /// - Returns: `nil` if a sound worker does not say that now.
    mutating func take(_ message: WorkerMessage) -> Reply? {
        if case .ready(let report) = message {
            guard sandbox == nil else { return nil }
            sandbox = report
            return .ready(report)
        }
        // While it waits for a verdict it has nothing to say.
        guard sandbox != nil, let head = queue.first, message.token == head.token, !head.isWaiting
        else { return nil }
        switch message {
        case .digests, .end: break
        case .memberEnd:
            guard head.open[0].digests != nil, head.open[0].verdict != .leave else { return nil }
        default:
            // The file's digests come first; and of what is to be left, its end is all that comes.
            guard head.open[0].digests != nil, head.open[0].verdict != .leave,
                head.current.verdict != .leave
            else { return nil }
        }
        let inner = head.open.count - 1
        switch message {
        case .digests(_, let digests):
            guard head.current.digests == nil else { return nil }
            queue[0].open[inner].digests = digests
            return inner == 0 || head.asksMembers ? .digested : .noted
        case .fingerprints(_, let fingerprints):
            guard
                head.current.fingerprints.count + fingerprints.count
                    <= WorkerConversation.maximumFingerprints
            else { return nil }
            queue[0].open[inner].fingerprints.append(contentsOf: fingerprints)
            return .noted
        case .coverage(_, let coverage):
            let told = head.current.coverage
            guard told.count < DecodeOptions().maximumFilms,
                !told.contains(where: { $0.stream == coverage.stream })
            else { return nil }
            queue[0].open[inner].coverage.append(coverage)
            return .noted
        case .progress(_, let progress):
            // A worker that says the same again and again has stalled too.
            if progress.position > head.current.progress?.position ?? -1 {
                queue[0].heard = .now
            }
            queue[0].open[inner].progress = progress
            return .advanced
        case .unpacked(_, let bytes):
            guard let limits = settings.unpacking, bytes >= head.unpacked ?? 0,
                limits.exceeded(bytes: bytes, ofSize: head.size) == nil
            else { return nil }
            if bytes > head.unpacked ?? -1 { queue[0].heard = .now }
            queue[0].unpacked = bytes
            return .advanced
        case .member(_, let member):
            return begin(member) ? .advanced : nil
        case .memberEnd(_, let report):
            // Nothing is decoded whole that was not read.
            guard inner > 0, head.current.digests != nil || report.state != .indexed else {
                return nil
            }
            return .member(finishMember(report))
        case .end(_, let report):
            guard inner == 0, head.current.digests != nil || report.state == .faulted else {
                return nil
            }
            return .item(finish(report))
        case .ready, .request, .segments, .verdict:
            return nil
        }
    }

    /// The most that a file or a member may have: of each of its films, with transparent pictures over two
    /// backgrounds, and some covers.
    static let maximumFingerprints =
        DecodeOptions().maximumFilms * DecodeOptions().maximumKeyframes * Background.allCases.count

    private mutating func begin(_ member: UnpackedMember) -> Bool {
        guard let limits = settings.unpacking, let head = queue.first else { return false }
        let place = member.place
        // Each stands directly inside the container that is open, and behind everything that was told before, but for
        // containers that are opened again on the way to where the last worker ended.
        guard place.depth == head.open.count, place.depth <= limits.depth,
            head.members < limits.members,
            place.isInside(head.current.place),
            place >= head.next || head.next.isInside(place)
        else { return false }
        var work = WorkerAssignment.Work(
            head.path.appending(member.name),
            place: place,
            facts: member.claimedSize.map {
                FileFacts(size: $0, modifiedNanoseconds: member.modifiedNanoseconds)
            }
        )
        work.disk = member.disk
        queue[0].open.append(work)
        queue[0].members += 1
        if place >= head.next { queue[0].next = place }
        queue[0].unpacked = head.unpacked ?? 0
        queue[0].heard = .now
        headStarted = .now
        return true
    }

    /// Takes the innermost member out as an outcome.
    private mutating func finishMember(_ report: WorkerReport) -> Outcome {
        let work = queue[0].open.removeLast()
        let head = queue[0]
        queue[0].next = work.place.next
        queue[0].heard = .now
        headStarted = .now
        var facts = work.facts
        if let size = report.memberSize {
            facts = FileFacts(size: size, modifiedNanoseconds: facts?.modifiedNanoseconds ?? 0)
        }
        if work.place.depth == 1 {
            let (sum, overflow) = head.memberBytes.addingReportingOverflow(facts?.size ?? 0)
            queue[0].memberBytes = overflow ? .max : sum
        }
        return Outcome(
            token: head.token,
            path: work.path,
            facts: facts,
            report: completed(report, work),
            isLeft: work.verdict == .leave,
            member: WorkerPool.MemberOrigin(
                file: head.path,
                fileFacts: head.facts,
                place: work.place,
                next: work.place.next,
                disk: work.disk
            )
        )
    }

    /// Takes the head of the queue out as an outcome.
    private mutating func finish(_ report: WorkerReport) -> Outcome {
        let head = queue.removeFirst()
        defer {
            headStarted = .now
            if !queue.isEmpty {
                queue[0].heard = .now
                queue[0].begun = .now
            }
        }
        return Outcome(
            token: head.token,
            path: head.path,
            facts: head.facts,
            report: completed(report, head.open[0]),
            isLeft: head.open[0].verdict == .leave,
            milliseconds: headStarted.exactMillisecondsAgo
        )
    }

    /// A worker's last word, with what it told before.
    private func completed(_ report: WorkerReport, _ work: WorkerAssignment.Work) -> WorkerReport {
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

    /// What is known to be covered of a film whose worker did not end by itself.
    private func coverage(
        of work: WorkerAssignment.Work,
        endedAt progress: FilmProgress
    ) -> FilmCoverage {
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

    // MARK: - How long it may take

    /// How long the item at the head of the queue may still take.
    ///
    /// A film has more time, by its length; but it has to go on: if nothing is heard of it for as long as an
    /// ordinary item may take, it has stalled. The same holds of a container, whose members are timed one by one.
    var millisecondsLeft: Int {
        let head = queue[0]
        if head.isWaiting { return .max }
        let silence = settings.timeout.seconds * 1000 - head.heard.millisecondsAgo
        let left = millisecondsAllowed - headStarted.millisecondsAgo
        if head.current.progress != nil { return min(left, silence) }
        return head.unpacked != nil ? silence : left
    }

    /// How long what the worker is at may take in all.
    var millisecondsAllowed: Int {
        let work = queue[0].current
        let size = work.facts?.size ?? 0
        return work.progress.map { settings.timeout.milliseconds(forBytes: size, film: $0) }
            ?? settings.timeout.milliseconds(forBytes: size)
    }

    // MARK: - When the worker ends

    /// The worker ended by itself, or said something that makes no sense.
    ///
    /// Once that may be so over an item: another worker tries it. If that ends at the same place, `loss` is written
    /// down to what it was at.
    mutating func workerEnded(_ loss: Loss) -> Ending {
        let head = queue[0]
        if head.open.count == 1, head.current.verdict == .leave {
            // All that was wanted of it is there.
            return Ending(outcomes: [finish(WorkerReport(state: .skipped))], isOver: true)
        }
        let end = (at: head.current.place, next: head.next)
        guard let last = head.lastEnd, last == end else {
            queue[0].lastEnd = end
            return Ending()
        }
        return blame(loss)
    }

    /// So many workers may end over the members of one file; what is left of it then is lost.
    static let maximumEnds = 100

    /// Writes a loss down to what the worker was at, to go on behind that.
    mutating func blame(_ loss: Loss) -> Ending {
        var report = WorkerReport.fault(loss)
        guard queue[0].open.count > 1 else {
            if queue[0].next.depth > 0 {
                // Members are safe already; what was to come behind them is lost.
                report.state = .partly
            }
            return Ending(outcomes: [finish(report)], isOver: true)
        }
        if queue[0].next.isInside(queue[0].current.place) {
            // It is a container of which members are safe already.
            report.state = .partly
        }
        let member = finishMember(report)
        queue[0].ends += 1
        queue[0].lastEnd = nil
        guard queue[0].ends < WorkerConversation.maximumEnds else {
            report = WorkerReport.fault(
                Loss(
                    stage: .worker,
                    code: "tooManyCrashes",
                    detail:
                        "\(WorkerConversation.maximumEnds) members ended their workers: what is behind the "
                        + "member \(queue[0].next.text) was not looked at"
                )
            )
            report.state = .partly
            queue[0].open.removeLast(queue[0].open.count - 1)
            return Ending(outcomes: [member, finish(report)], isOver: true)
        }
        return Ending(outcomes: [member])
    }
}
