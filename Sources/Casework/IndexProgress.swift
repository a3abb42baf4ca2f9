import Decoding
import Evidence

/// Tells how far a run is: a line that renews itself on a terminal, now and then a line on a pipe.
///
/// To know the whole, a second walk runs ahead of the first in small steps; until it has ended there is
/// no estimate, rather than a wrong one.
public struct IndexProgress {
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var counting: EvidenceWalk?
    private var totalItems = 0
    private var totalBytes: Int64 = 0
    private let started = MonotonicTime.now
    private var lastShown = MonotonicTime.now
    private var hasShown = false

    private static let entriesPerStep = 200
    /// An item costs about as much as this many bytes, before its bytes are read: for the estimate.
    private static let bytesPerItem: Int64 = 50_000

    /// - Parameters:
    ///   - roots: what the run will walk; empty if no estimate is wanted.
    ///   - isTerminal: whether a line can be written over.
    ///   - write: where the text goes.
    public init(roots: [EvidencePath], isTerminal: Bool, write: @escaping (String) -> Void) {
        counting = roots.isEmpty ? nil : EvidenceWalk(roots: roots)
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Counts a little further ahead, and shows the progress if it is time.
    ///
    /// - Parameter slowest: the item that has been worked on for long, with how far it is if it is a film.
    mutating func step(
        _ summary: IndexRun.Summary,
        slowest: @autoclosure () -> (path: EvidencePath, progress: FilmProgress?)?
    ) {
        if counting != nil {
            for _ in 0..<IndexProgress.entriesPerStep {
                guard let entry = counting?.next() else {
                    counting = nil
                    break
                }
                totalItems += 1
                if case .file(_, let facts) = entry {
                    totalBytes += facts.size
                }
            }
        }
        guard lastShown.millisecondsAgo >= (isTerminal ? 200 : 10_000) else { return }
        lastShown = .now
        hasShown = true
        write(
            (isTerminal ? "\r\u{1B}[K" : "") + line(summary, slowest: slowest())
                + (isTerminal ? "" : "\n")
        )
    }

    /// The last part of a path, as much of it as fits beside the rest.
    private static func shortName(_ path: EvidencePath) -> String {
        let name = EvidencePath(bytes: Array(path.lastComponent)).display()
        return name.count <= 24 ? name : "\(name.prefix(11))…\(name.suffix(12))"
    }

    /// Ends the line that renews itself.
    mutating func finish(_ summary: IndexRun.Summary) {
        if isTerminal, hasShown {
            write("\r\u{1B}[K")
        }
    }

    private func line(
        _ summary: IndexRun.Summary,
        slowest: (path: EvidencePath, progress: FilmProgress?)?
    ) -> String {
        let seconds = max(0.001, Double(started.millisecondsAgo) / 1000)
        let done = summary.seen
        let rate = Double(done) / seconds
        let megabytes = Double(summary.bytes) / 1_000_000 / seconds
        let faults = summary.states[.faulted, default: 0] + summary.states[.partly, default: 0]
        var text = ""
        if counting == nil, totalItems > 0 {
            let work = Double(summary.seenBytes + Int64(done) * IndexProgress.bytesPerItem)
            let whole = Double(totalBytes + Int64(totalItems) * IndexProgress.bytesPerItem)
            let share = min(1, work / max(1, whole))
            let width = 20
            let filled = Int(share * Double(width))
            text += "[" + String(repeating: "#", count: filled)
            text += String(repeating: ".", count: width - filled) + "] "
            text += "\(done) of \(totalItems) items"
            text += " · \(rate.rounded(to: 1)) items/s · \(megabytes.rounded(to: 1)) MB/s"
            if share > 0.01 {
                text += " · ETA \(displayDuration(seconds / share * (1 - share)))"
            }
        } else {
            text += "\(done) items, counting the rest"
            text += " · \(rate.rounded(to: 1)) items/s · \(megabytes.rounded(to: 1)) MB/s"
        }
        if faults > 0 {
            text += " · \(faults) with losses"
        }
        if let slowest {
            text += " · at " + IndexProgress.shortName(slowest.path)
            if let progress = slowest.progress {
                text += " " + displayDuration(Double(progress.position) / 1000)
                if let length = progress.length, length > progress.position {
                    text += " of " + displayDuration(Double(length) / 1000)
                }
            }
        }
        return text
    }
}

extension Double {
    /// The number with this many digits after the point.
    func rounded(to digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let value = Int((self * Double(scale)).rounded())
        let fraction = String(value % scale)
        return "\(value / scale)."
            + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
    }
}
