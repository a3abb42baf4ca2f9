import Evidence
import Unpacking

/// Decides of each item, once its digests are there, whether it is decoded; and remembers why not.
final class ItemJudge {
    /// What becomes of an item that is left undecoded.
    enum Decision {
        /// It is on a list of known files.
        case known(WorkerReport)
        /// Its bytes were decoded before, with this result.
        case copy(WorkerReport)
        /// Its bytes are being decoded: it is recorded together with that item.
        case follower
        /// It was a follower, and has to be decoded itself.
        case again
        /// The case has it, with the same digests.
        case unchanged(CatalogItem)
    }

    let known: KnownFiles
    private let copies: ContentCopies?
    private var decisions: [UInt64: Decision] = [:]
    /// What becomes of a member that is left undecoded; a file has one at a time.
    private var ofMembers: [UInt64: (place: MemberPlace, decision: Decision)] = [:]
    /// Items that have to be handed out once more, to be decoded.
    private(set) var again: [(token: UInt64, path: EvidencePath)] = []
    /// Items of the case whose digests are compared.
    private var compared: [UInt64: CatalogItem] = [:]
    private var comparisons: UInt64 = 0

    /// - Parameter findsCopies: whether files of the same bytes are decoded only once.
    init(known: KnownFiles, findsCopies: Bool) {
        self.known = known
        copies = findsCopies ? ContentCopies() : nil
    }

    /// Whether there may be something to decide about a file when its digests are there.
    func asksVerdict(_ facts: FileFacts) -> Bool {
        guard facts.size > 0 else { return false }
        let isSeen = copies?.mayHaveBeenSeen(facts.size) ?? false
        return isSeen || !known.isEmpty
    }

    /// Whether there may be something to decide about members of containers.
    var asksMembers: Bool { copies != nil || !known.isEmpty }

    /// Whether an item that was left out as known is so by the lists of this run.
    func isStillKnown(_ item: CatalogItem) -> Bool {
        item.digests.map { known.match($0) != nil } ?? false
    }

    /// The number under which an item of the case is handed out to have its digests compared. It is none of an
    /// item: those are for what is new.
    func compare(_ item: CatalogItem) -> UInt64 {
        comparisons += 1
        let token = 1 << 63 | comparisons
        compared[token] = item
        return token
    }

    /// What was to be compared, if that is what an outcome is about.
    func takeCompared(_ token: UInt64) -> CatalogItem? {
        compared.removeValue(forKey: token)
    }

    /// Decides.
    func decide(_ question: WorkerQuestion) -> WorkerVerdict {
        let token = question.token
        guard question.place == .outermost else { return decideMember(question) }
        if let item = compared[token], item.digests == question.digests,
            item.facts == question.facts
        {
            decisions[token] = .unchanged(item)
            return .leave
        }
        if question.isAsked, let report = knownReport(question.digests) {
            decisions[token] = .known(report)
            return .leave
        }
        guard let copies, question.facts.size > 0 else { return .decode }
        let key = ContentCopies.Key(sha256: question.digests.sha256)
        switch copies.standing(of: key) {
        case .new:
            copies.begin(key, token: token)
            return .decode
        case .decoded(let report):
            guard question.isAsked else { return .decode }
            decisions[token] = .copy(report)
            return .leave
        case .inFlight(let owner):
            guard owner != token, question.isAsked else { return .decode }
            copies.follow(
                owner,
                ContentCopies.Follower(
                    token: token,
                    path: question.path,
                    facts: question.facts,
                    digests: question.digests
                )
            )
            decisions[token] = .follower
            return .leave
        }
    }

    /// What a list of known files makes of an item; `nil` if none has it.
    private func knownReport(_ digests: Digests) -> WorkerReport? {
        guard let match = known.match(digests) else { return nil }
        var report = WorkerReport(state: .skipped)
        report.rule = .knownFile
        report.losses = [
            Loss(
                stage: .read,
                code: "knownFile",
                detail: "\(match.digest) is on the list " + EvidencePath(match.list).display()
            )
        ]
        return report
    }

    // MARK: - Members of containers

    /// A member is left if it is known, or was decoded before. One whose bytes are just being decoded elsewhere is decoded,
    /// too: it would keep its container waiting.
    private func decideMember(_ question: WorkerQuestion) -> WorkerVerdict {
        let key = ContentCopies.Key(sha256: question.digests.sha256)
        if let report = knownReport(question.digests) {
            ofMembers[question.token] = (question.place, .known(report))
        } else if let report = copies?.report(of: key) {
            ofMembers[question.token] = (question.place, .copy(report))
        } else {
            ofMembers[question.token] = nil
            return .decode
        }
        return .leave
    }

    /// The outcome of a member, with what was decided in place of what its worker said.
    func settleMember(_ outcome: WorkerPool.Outcome) -> WorkerPool.Outcome {
        guard let digests = outcome.report.digests else { return outcome }
        var settled = outcome
        if outcome.isLeft {
            switch ofMembers.removeValue(forKey: outcome.token) {
            case (outcome.member?.place, .known(let report))?: settled.report = report
            case (outcome.member?.place, .copy(let report))?:
                settled.report = report
                settled.isCopy = true
            default:
                // Whatever went wrong here, nothing is left out without a reason.
                settled.report = .fault(
                    Loss(
                        stage: .worker,
                        code: "protocol",
                        detail: "left without having been told to"
                    )
                )
            }
            settled.report.digests = digests
        } else if let size = outcome.facts?.size {
            let key = ContentCopies.Key(sha256: digests.sha256)
            copies?.learn(key, outcome.report, size: size)
        }
        return settled
    }

    // MARK: - Outcomes

    /// An item's outcome with what was decided in place of what its worker said.
    struct Settled {
        let token: UInt64
        let path: EvidencePath
        let facts: FileFacts?
        let report: WorkerReport
        /// Whether the report is that of another item of the same bytes.
        let isCopy: Bool
        /// The case's own item, if its digests were compared and are the same: then there is no report.
        var unchanged: CatalogItem?
    }

    /// Takes an outcome of the pool.
    ///
    /// - Returns: what is to be recorded: nothing, if the item waits for another one; or many items.
    func settle(_ outcome: WorkerPool.Outcome) -> [Settled] {
        let digests = outcome.report.digests
        func settled(_ report: WorkerReport, isCopy: Bool) -> Settled {
            var report = report
            report.digests = digests
            return Settled(
                token: outcome.token,
                path: outcome.path,
                facts: outcome.facts,
                report: report,
                isCopy: isCopy
            )
        }
        if outcome.isLeft, let decision = decisions.removeValue(forKey: outcome.token) {
            switch decision {
            case .known(let report): return [settled(report, isCopy: false)]
            case .copy(let report): return [settled(report, isCopy: true)]
            case .follower: return []
            case .unchanged(let item):
                var same = settled(outcome.report, isCopy: false)
                same.unchanged = item
                return [same]
            case .again:
                again.append((outcome.token, outcome.path))
                return []
            }
        }
        return [settled(outcome.report, isCopy: false)] + followers(of: outcome)
    }

    private func followers(of outcome: WorkerPool.Outcome) -> [Settled] {
        guard let copies, let end = copies.end(outcome.token, outcome.report) else { return [] }
        guard end.mayBeCopied else {
            if let first = end.followers.first {
                // The next one decodes for all the others.
                copies.begin(end.key, token: first.token)
                for other in end.followers.dropFirst() {
                    copies.follow(first.token, other)
                }
                if decisions[first.token] == nil {
                    again.append((first.token, first.path))
                } else {
                    decisions[first.token] = .again
                }
            }
            return []
        }
        return end.followers.map { follower in
            var report = outcome.report
            report.digests = follower.digests
            return Settled(
                token: follower.token,
                path: follower.path,
                facts: follower.facts,
                report: report,
                isCopy: true
            )
        }
    }

    /// The next item that has to be handed out once more.
    func takeAgain() -> (token: UInt64, path: EvidencePath)? {
        again.isEmpty ? nil : again.removeFirst()
    }
}
