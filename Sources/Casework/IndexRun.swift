import Evidence
import Glibc
import Logging

/// One run of `vestige index`: from the roots of the evidence to the last commit.
///
/// One thread does it all: it walks, hands files to the workers, takes their reports, and writes. So
/// nothing is shared, and the order of events is the order of the lines below.
public struct IndexRun {
    /// What a run did, item by item. `seen` is always the sum of the four states.
    public struct Summary: Hashable, Sendable {
        /// Items by what became of them.
        public var states: [ItemState: Int] = [:]
        /// Items that the case had already, unchanged; they are part of `states` too.
        public var unchanged = 0
        /// Fingerprints that were added.
        public var fingerprints = 0
        /// Bytes that were read.
        public var bytes: Int64 = 0
        /// Bytes of all that was seen, read now or known from before.
        public var seenBytes: Int64 = 0
        /// Items that lost something, by the stage and code of their first loss.
        public var faults: [String: Int] = [:]
        /// Items that were left out because they are on a list of known files.
        public var knownFiles = 0
        /// Items that were not decoded because their bytes were, under another path.
        public var copies = 0
        /// Items that were left out because they are older than what was asked for.
        public var older = 0
        /// Items whose bytes had changed, though size and time of their files had not.
        public var changedUnseen = 0
        /// Items whose digests could not be compared, because their files could not be read.
        public var notCompared = 0
        /// Whether the run was stopped before it had seen everything.
        public var wasInterrupted = false

        /// Every item that was seen.
        public var seen: Int { states.values.reduce(0, +) }
    }

    /// What a run may be asked for besides.
    public struct Options {
        /// Try again what faulted in an earlier run.
        public var retriesFaults = false
        /// Read again what has not changed by size and time, and compare the digests.
        public var checksDigests = false
        /// Read only what has changed since then.
        public var since: EvidenceAge?
        /// Files that are not decoded.
        public var known = KnownFiles()
        /// Whether files of the same bytes are decoded only once.
        public var findsCopies = true

        /// The usual ones.
        public init() {}
    }

    private let writer: CaseWriter
    private let pool: WorkerPool
    private let roots: [EvidencePath]
    private let options: Options
    private let judge: ItemJudge
    private var summary = Summary()
    private var progress: IndexProgress

    /// A run over `roots`, which are absolute.
    public init(
        writer: CaseWriter,
        pool: WorkerPool,
        roots: [EvidencePath],
        options: Options = Options(),
        progress: IndexProgress
    ) {
        self.writer = writer
        self.pool = pool
        self.roots = roots
        self.options = options
        self.progress = progress
        let judge = ItemJudge(known: options.known, findsCopies: options.findsCopies)
        self.judge = judge
        pool.judge = { judge.decide($0) }
        pool.settleMember = { judge.settleMember($0) }
    }

    /// Goes through the evidence.
    ///
    /// - Parameter interruptions: how often the user has asked to stop. At the first time no further
    ///   item is begun, and those in the workers' hands are finished; at the second they are left.
    /// - Returns: what was done; all of it is committed.
    /// - Throws: ``CaseFault``, if the case cannot be written or no worker can be started. What was
    ///   committed before stays.
    public mutating func run(
        interruptions: () -> Int
    ) throws(CaseFault) -> (summary: Summary, figures: RunFigures) {
        var walk = EvidenceWalk(roots: roots)
        var isWalked = false
        var hasLeft = false
        while true {
            let stops = interruptions()
            summary.wasInterrupted = stops > 0
            if stops > 1 { break }
            if stops == 1, !hasLeft {
                hasLeft = true
                try pool.leaveContainers()
            }
            while stops == 0, pool.hasRoom, let item = judge.takeAgain() {
                try pool.submit(
                    token: item.token,
                    path: item.path,
                    asksMembers: judge.asksMembers
                )
            }
            while stops == 0, !isWalked, pool.hasRoom {
                guard let entry = walk.next() else {
                    isWalked = true
                    break
                }
                try visit(entry)
                try writer.commitIfDue()
                progress.step(summary, pool, committed: writer.committedItems)
            }
            if pool.inFlight == 0, stops > 0 || isWalked && judge.again.isEmpty { break }
            for outcome in try pool.collect(waitingMilliseconds: 100) {
                try record(outcome)
            }
            try writer.commitIfDue()
            progress.step(summary, pool, committed: writer.committedItems)
        }
        try writer.commit()
        return (
            summary, progress.finish(summary, pool, committed: writer.committedItems)
        )
    }

    private mutating func visit(_ entry: EvidenceWalk.Entry) throws(CaseFault) {
        switch entry {
        case .file(let path, let facts):
            let isOlder = options.since?.isOlder(path, facts) ?? false
            if let known = try writer.item(at: path) {
                // What the case has stays as it is; but not what a rule of an earlier run left out.
                let isTakenUp = try isTakenUp(known)
                let isUnchanged = known.facts == facts && !isTakenUp
                if options.checksDigests, !isOlder, isUnchanged, known.digests != nil {
                    try pool.submit(
                        token: judge.compare(known),
                        path: path,
                        asksVerdict: true,
                        asksMembers: judge.asksMembers
                    )
                    return
                }
                if isOlder || isUnchanged {
                    try keep(known, isOlder: isOlder)
                    return
                }
            } else if isOlder {
                var report = WorkerReport(state: .skipped)
                report.rule = .olderThanAsked
                summary.older += 1
                try add(writer.reserveItem(path), path, facts, report, isRead: false)
                return
            }
            if pool.unpacks, let begun = try writer.resumption(of: path, facts: facts) {
                keepMembers(begun.safe)
                try pool.submit(
                    token: begun.item,
                    path: path,
                    from: begun.next,
                    asksMembers: judge.asksMembers
                )
                return
            }
            try pool.submit(
                token: writer.reserveItem(path),
                path: path,
                asksVerdict: judge.asksVerdict(facts),
                asksMembers: judge.asksMembers
            )
        case .skipped(let path, let rule):
            if let known = try writer.item(at: path), known.state == .skipped, known.rule == rule {
                try keep(known)
                return
            }
            var report = WorkerReport(state: .skipped)
            report.rule = rule
            try add(writer.reserveItem(path), path, nil, report)
        case .unreadable(let path, let loss):
            if let known = try writer.item(at: path), known.state == .faulted, known.facts == nil {
                try keep(known)
                return
            }
            try add(writer.reserveItem(path), path, nil, .fault(loss))
        }
    }

    /// Whether an item that has not changed is read all the same.
    private func isTakenUp(_ known: CatalogItem) throws(CaseFault) -> Bool {
        switch known.rule {
        case .archive where pool.unpacks: return true
        case .olderThanAsked: return true
        case .knownFile: return !judge.isStillKnown(known)
        default:
            if known.container != nil,
                try writer.hasKnownMember(
                    of: known.identifier,
                    where: { !judge.isStillKnown($0) }
                )
            {
                return true
            }
            guard options.retriesFaults else { return false }
            if known.state == .faulted { return true }
            guard known.container != nil else { return false }
            return try writer.memberStates(of: known.identifier)[.faulted] != nil
        }
    }

    private mutating func keepMembers(_ states: [ItemState: Int]) {
        for (state, count) in states {
            summary.states[state, default: 0] += count
            summary.unchanged += count
        }
    }

    private mutating func keep(
        _ item: CatalogItem,
        isOlder: Bool = false
    ) throws(CaseFault) {
        if item.container != nil {
            try keepMembers(writer.memberStates(of: item.identifier))
        }
        summary.states[item.state, default: 0] += 1
        summary.unchanged += 1
        if item.rule == .knownFile { summary.knownFiles += 1 }
        if item.rule == .olderThanAsked { summary.older += 1 }
        let bytes = isOlder ? 0 : item.facts?.size ?? 0
        summary.seenBytes += bytes
        progress.took(item.path, bytes: bytes, milliseconds: nil)
    }

    private mutating func add(
        _ item: UInt64,
        _ path: EvidencePath,
        _ facts: FileFacts?,
        _ report: WorkerReport,
        isRead: Bool = true,
        milliseconds: Double? = nil
    ) throws(CaseFault) {
        summary.states[report.state, default: 0] += 1
        summary.fingerprints += report.fingerprints.count
        let bytes = isRead ? facts?.size ?? 0 : 0
        summary.bytes += bytes
        summary.seenBytes += bytes
        if report.state != .indexed, report.state != .skipped, let loss = report.losses.first {
            note(loss)
        }
        progress.took(path, bytes: bytes, milliseconds: milliseconds)
        try writer.add(item, path: path, facts: facts, report: report)
    }

    private mutating func note(_ loss: Loss) {
        summary.faults["\(loss.stage.rawValue)/\(loss.code)", default: 0] += 1
    }

    private mutating func record(_ outcome: WorkerPool.Outcome) throws(CaseFault) {
        if let loss = outcome.report.losses.first(where: { $0.code == Loss.spillFailed }) {
            throw CaseFault(
                .system,
                "\(loss.detail). Is the disk full? What was committed before is safe; run again when there is room, or "
                    + "with --max-member-bytes",
                status: loss.status
            )
        }
        if let member = outcome.member {
            try record(outcome, of: member)
            return
        }
        for item in judge.settle(outcome) {
            if let same = item.unchanged {
                _ = judge.takeCompared(item.token)
                try keep(same)
                continue
            }
            var number = item.token
            if let before = judge.takeCompared(item.token) {
                guard let digests = item.report.digests else {
                    // It cannot be read now; what the case has of it stays true.
                    summary.notCompared += 1
                    if let loss = item.report.losses.first { note(loss) }
                    try keep(before)
                    continue
                }
                number = writer.reserveItem(item.path)
                if item.facts == before.facts, digests != before.digests {
                    summary.changedUnseen += 1
                }
            }
            if item.isCopy { summary.copies += 1 }
            if item.report.rule == .knownFile { summary.knownFiles += 1 }
            try add(
                number,
                item.path,
                item.facts,
                item.report.judged(by: item.path),
                milliseconds: item.token == outcome.token ? outcome.milliseconds : 0
            )
        }
    }

    /// A member's bytes are part of its file's, which are counted when that is done.
    private mutating func record(
        _ outcome: WorkerPool.Outcome,
        of member: WorkerPool.MemberOrigin
    ) throws(CaseFault) {
        let report = outcome.report.judged(by: outcome.path)
        if outcome.isCopy { summary.copies += 1 }
        if report.rule == .knownFile { summary.knownFiles += 1 }
        summary.states[report.state, default: 0] += 1
        summary.fingerprints += report.fingerprints.count
        if report.state != .indexed, report.state != .skipped, let loss = report.losses.first {
            note(loss)
        }
        try writer.add(
            path: outcome.path,
            facts: outcome.facts,
            report: report,
            origin: member,
            in: writer.reserveItem(member.file)
        )
    }
}

extension WorkerReport {
    /// The report with the one question answered that needs the item's name: bytes that nothing recognises are
    /// left out by a rule, unless the name claims a picture or a film. Then they are a loss that an analyst must know
    /// of: the file may be damaged or encrypted.
    func judged(by path: EvidencePath) -> WorkerReport {
        guard state == .faulted, losses.first?.code == "unrecognised", !path.claimsMedia else {
            return self
        }
        var report = self
        report.state = .skipped
        report.rule = .unrecognised
        return report
    }
}

extension EvidencePath {
    private static let mediaExtensions: Set<String> = [
        "3g2", "3gp", "apng", "asf", "avi", "avif", "bmp", "divx", "dng", "dv", "flv", "gif",
        "heic",
        "heif", "hif", "ico", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg", "jpx", "jxl", "m2ts",
        "m4v",
        "mjpeg", "mkv", "mov", "mp4", "mpeg", "mpg", "mpo", "mts", "mxf", "ogm", "ogv", "pcx",
        "pgm",
        "png", "pnm", "ppm", "psd", "qt", "rm", "rmvb", "tga", "tif", "tiff", "ts", "vob", "webm",
        "webp", "wmv",
    ]

    /// Whether the name's extension is one that pictures and films carry.
    var claimsMedia: Bool {
        let name = String(decoding: lastComponent, as: UTF8.self)
        guard let dot = name.lastIndex(of: ".") else { return false }
        return EvidencePath.mediaExtensions.contains(name[name.index(after: dot)...].lowercased())
    }
}
