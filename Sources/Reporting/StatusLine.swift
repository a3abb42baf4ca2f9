import Casework
import Evidence

/// How a case stands, as one object of JSON.
public struct StatusLine: Encodable {
    private struct Run: Encodable {
        let started: String
        let ended: String?
        let outcome: String?
        let tool: String
        let arguments: [String]
    }

    private let path: String
    private let state: String
    private let writer: LockHolder?
    private let updated: String?
    private let message: String?
    private let figures: RunFigures?
    private let lastRun: Run?
    private let items: [String: Int]?
    private let notes: [String]

    /// The object for a case's status.
    public init(_ status: CaseStatus) {
        path = status.folder.path.text
        state = status.state.rawValue
        writer = status.writer
        updated = status.record?.updated
        message = status.record?.message
        figures = status.record?.figures
        lastRun = status.lastRun.map {
            Run(
                started: $0.started,
                ended: $0.ended,
                outcome: $0.outcome,
                tool: $0.tool,
                arguments: $0.words
            )
        }
        items =
            status.state == .running
            ? nil
            : Dictionary(
                uniqueKeysWithValues: ItemState.allCases.map {
                    ($0.rawValue, status.committed[$0, default: 0])
                }
            )
        notes = status.notes
    }
}

/// How a case stands, for a reader.
public enum StatusText {
    /// A few lines.
    public static func text(of status: CaseStatus) -> String {
        var lines = [("case", status.folder.path.display())]
        lines.append(("state", state(of: status)))
        if let writer = status.writer {
            lines.append(("written by", writer.text))
            let command = writer.arguments.map { EvidencePath($0).display() }.joined(separator: " ")
            if !command.isEmpty { lines.append(("command", "vestige " + command)) }
        }
        if let figures = status.record?.figures {
            lines += self.lines(of: figures, isRunning: status.state == .running)
        }
        if status.state != .running {
            let count = status.committed.values.reduce(0, +)
            let parts = ItemState.allCases.map { state in
                "\(status.committed[state, default: 0]) \(state.rawValue)"
            }.joined(separator: " + ")
            lines.append(("in the case", "\(displayCount(count, "item")) = \(parts)"))
            if let unfinished = unfinished(of: status) {
                lines.append(("unfinished", unfinished))
            }
        }
        lines += status.notes.map { ("note", EvidencePath($0).display()) }
        return lines.map { name, value in
            name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
        }.joined()
    }

    private static func state(of status: CaseStatus) -> String {
        let run = status.lastRun
        let command = run?.command ?? "command"
        let began = run.map { ", begun \($0.started)" } ?? ""
        let ended = run?.ended.map { ", ended \($0)" } ?? ""
        let last = status.record.map { "; last heard of \($0.updated)" } ?? ""
        switch status.state {
        case .running:
            return "running"
        case .died:
            return
                "the last \(command)\(began), died or was killed\(last). What it committed is safe: run "
                + "the same command again to go on"
        case .complete:
            return "at rest; the last \(command)\(began)\(ended), is complete"
        case .interrupted:
            return
                "at rest; the last \(command)\(began)\(ended), was stopped by its user: run the same "
                + "command again to go on"
        case .failed:
            let reason = status.record?.message.map { ": " + EvidencePath($0).display() } ?? ""
            return "the last \(command)\(began), could not go on\(reason)"
        case .unknown:
            return "not known"
        }
    }

    private static func lines(
        of figures: RunFigures,
        isRunning: Bool
    ) -> [(String, String)] {
        var lines: [(String, String)] = []
        let name = isRunning ? "progress" : "it had done"
        lines.append((name, figures.progressLine(withBar: false)))
        lines.append(
            (
                "items",
                "\(figures.seen) seen = \(figures.indexed) indexed + \(figures.partly) partly + "
                    + "\(figures.faulted) faulted + \(figures.skipped) skipped; "
                    + "\(figures.unchanged) of them unchanged, \(figures.committed) new ones committed"
            )
        )
        lines.append(("rate", figures.rateText))
        if isRunning {
            lines.append(
                (
                    "workers",
                    "\(figures.workers), with \(displayCount(figures.inFlight, "item")) in hand"
                )
            )
            for item in figures.slow {
                lines.append(("slow", "\(EvidencePath(item.path).display()), \(item.displayPlace)"))
            }
        }
        let faults = figures.faults.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !faults.isEmpty {
            let list = faults.map { "\($0.value) \(EvidencePath($0.key).display())" }
            lines.append(("losses", list.joined(separator: ", ")))
        }
        return lines
    }

    /// What a run that did not come to its end has left.
    private static func unfinished(of status: CaseStatus) -> String? {
        guard [.died, .interrupted, .failed].contains(status.state),
            let figures = status.record?.figures
        else { return nil }
        let safe = figures.committed + figures.unchanged
        guard figures.expectedItems > safe else { return nil }
        let all =
            figures.isCounted ? "\(figures.expectedItems)" : "at least \(figures.expectedItems)"
        return "about \(figures.expectedItems - safe) of \(all) items"
    }
}
