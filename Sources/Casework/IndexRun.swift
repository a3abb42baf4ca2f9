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
        /// Whether the run was stopped before it had seen everything.
        public var wasInterrupted = false

        /// Every item that was seen.
        public var seen: Int { states.values.reduce(0, +) }
    }

    private let writer: CaseWriter
    private let pool: WorkerPool
    private let roots: [EvidencePath]
    private let retriesFaults: Bool
    private var summary = Summary()
    private var progress: IndexProgress

    /// A run over `roots`, which are absolute.
    public init(
        writer: CaseWriter,
        pool: WorkerPool,
        roots: [EvidencePath],
        retriesFaults: Bool = false,
        progress: IndexProgress
    ) {
        self.writer = writer
        self.pool = pool
        self.roots = roots
        self.retriesFaults = retriesFaults
        self.progress = progress
    }

    /// Goes through the evidence.
    ///
    /// - Parameter interruptions: how often the user has asked to stop. At the first time no further
    ///   item is begun, and those in the workers' hands are finished; at the second they are left.
    /// - Returns: what was done; all of it is committed.
    /// - Throws: ``CaseFault``, if the case cannot be written or no worker can be started. What was
    ///   committed before stays.
    public mutating func run(interruptions: () -> Int) throws(CaseFault) -> Summary {
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
            while stops == 0, !isWalked, pool.hasRoom {
                guard let entry = walk.next() else {
                    isWalked = true
                    break
                }
                try visit(entry)
                try writer.commitIfDue()
                progress.step(summary, slowest: pool.slowest)
            }
            if pool.inFlight == 0, isWalked || stops > 0 { break }
            for outcome in try pool.collect(waitingMilliseconds: 100) {
                try record(outcome)
            }
            try writer.commitIfDue()
            progress.step(summary, slowest: pool.slowest)
        }
        try writer.commit()
        progress.finish(summary)
        return summary
    }

    private mutating func visit(_ entry: EvidenceWalk.Entry) throws(CaseFault) {
        switch entry {
        case .file(let path, let facts):
            if let known = try writer.item(at: path), known.facts == facts,
                try isDone(known)
            {
                try keep(known)
                return
            }
            if pool.unpacks, let begun = try writer.resumption(of: path, facts: facts) {
                for (state, count) in begun.safe {
                    summary.states[state, default: 0] += count
                    summary.unchanged += count
                }
                try pool.submit(token: begun.item, path: path, from: begun.next)
                return
            }
            try pool.submit(token: writer.reserveItem(for: path), path: path)
        case .skipped(let path, let rule):
            if let known = try writer.item(at: path), known.state == .skipped, known.rule == rule {
                try keep(known)
                return
            }
            var report = WorkerReport(state: .skipped)
            report.rule = rule
            try add(writer.reserveItem(for: path), path, nil, report)
        case .unreadable(let path, let loss):
            if let known = try writer.item(at: path), known.state == .faulted, known.facts == nil {
                try keep(known)
                return
            }
            try add(writer.reserveItem(for: path), path, nil, .fault(loss))
        }
    }

    /// Whether what the case has of an unchanged file is all that this run would find.
    private func isDone(_ known: CatalogItem) throws(CaseFault) -> Bool {
        if known.rule == .archive, pool.unpacks { return false }
        guard retriesFaults else { return true }
        if known.state == .faulted { return false }
        guard known.container != nil else { return true }
        return try writer.memberStates(of: known.identifier)[.faulted] == nil
    }

    private mutating func keep(_ item: CatalogItem) throws(CaseFault) {
        if item.container != nil {
            for (state, count) in try writer.memberStates(of: item.identifier) {
                summary.states[state, default: 0] += count
                summary.unchanged += count
            }
        }
        summary.states[item.state, default: 0] += 1
        summary.unchanged += 1
        summary.seenBytes += item.facts?.size ?? 0
    }

    private mutating func add(
        _ item: UInt64,
        _ path: EvidencePath,
        _ facts: FileFacts?,
        _ report: WorkerReport
    ) throws(CaseFault) {
        summary.states[report.state, default: 0] += 1
        summary.fingerprints += report.fingerprints.count
        summary.bytes += facts?.size ?? 0
        summary.seenBytes += facts?.size ?? 0
        try writer.add(item, path: path, facts: facts, report: report)
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
        let report = outcome.report.judged(by: outcome.path)
        guard let member = outcome.member else {
            try add(outcome.token, outcome.path, outcome.facts, report)
            return
        }
        summary.states[report.state, default: 0] += 1
        summary.fingerprints += report.fingerprints.count
        try writer.add(
            writer.reserveItem(for: outcome.path),
            path: outcome.path,
            facts: outcome.facts,
            report: report,
            origin: member,
            in: outcome.token
        )
    }
}

extension WorkerReport {
    /// The report with the one question answered that needs the item's name: bytes that nothing recognises are left out by a rule, unless the name claims a picture or a
    /// film. Then they are a loss that an analyst must know of: the file may be damaged or encrypted.
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
