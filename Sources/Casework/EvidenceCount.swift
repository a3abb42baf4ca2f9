import Evidence
import Foundation
import Synchronization

/// What an item is by its name alone: enough to guess what it will cost.
enum ItemKind: Int, CaseIterable, Sendable {
    case picture
    case film
    case other

    private static let films: Set<String> = [
        "3g2", "3gp", "asf", "avi", "divx", "dv", "flv", "m2ts", "m4v", "mjpeg", "mkv", "mov",
        "mp4",
        "mpeg", "mpg", "mts", "mxf", "ogm", "ogv", "qt", "rm", "rmvb", "ts", "vob", "webm", "wmv",
    ]

    init(_ path: EvidencePath) {
        guard path.claimsMedia else {
            self = .other
            return
        }
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        self = ItemKind.films.contains(ending) ? .film : .picture
    }
}

/// Items and bytes.
struct ItemTotals: Hashable, Sendable {
    var items = 0
    var bytes: Int64 = 0

    static func += (left: inout ItemTotals, right: ItemTotals) {
        left.items += right.items
        left.bytes += right.bytes
    }
}

/// Counts the evidence ahead of the run, on a thread of its own: a disk that answers slowly must not keep
/// the thread that feeds the workers waiting.
final class EvidenceCount: Sendable {
    /// What has been counted so far.
    struct Totals: Hashable, Sendable {
        /// By ``ItemKind``.
        var kinds = [ItemTotals](repeating: ItemTotals(), count: ItemKind.allCases.count)
        var isComplete = false

        var all: ItemTotals {
            kinds.reduce(into: ItemTotals()) { $0 += $1 }
        }
    }

    private let current = Mutex(Totals())
    private let isGivenUp = Atomic(false)
    /// How many entries are counted between two looks at the shared figures.
    private static let entriesPerStep = 256

    /// Begins to count.
    ///
    /// - Parameter since: what is older costs nothing, and its bytes do not count.
    init(roots: [EvidencePath], since: EvidenceAge?) {
        let thread = Thread { [self] in count(roots, since) }
        thread.name = "count"
        thread.qualityOfService = .utility
        thread.start()
    }

    /// What has been counted so far.
    var totals: Totals { current.withLock { $0 } }

    /// Ends the counting soon.
    func giveUp() {
        isGivenUp.store(true, ordering: .relaxed)
    }

    private func count(_ roots: [EvidencePath], _ since: EvidenceAge?) {
        var walk = EvidenceWalk(roots: roots)
        var totals = Totals()
        var entries = 0
        while !isGivenUp.load(ordering: .relaxed), let entry = walk.next() {
            switch entry {
            case .file(let path, let facts):
                let isRead = since?.isOlder(path, facts) != true
                totals.kinds[ItemKind(path).rawValue] += ItemTotals(
                    items: 1,
                    bytes: isRead ? facts.size : 0
                )
            case .skipped, .unreadable:
                totals.kinds[ItemKind.other.rawValue].items += 1
            }
            entries += 1
            if entries % EvidenceCount.entriesPerStep == 0 {
                let now = totals
                current.withLock { $0 = now }
            }
        }
        totals.isComplete = !isGivenUp.load(ordering: .relaxed)
        let final = totals
        current.withLock { $0 = final }
    }
}
