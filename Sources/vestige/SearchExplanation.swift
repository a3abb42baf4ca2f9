import Casework
import Evidence
import Fingerprinting
import Foundation
import Indexing
import Matching
import Reporting

/// How one picture was looked for, segment by segment, as a table for a person.
struct SearchExplanation {
    private let names: [String]
    private let rowCounts: [Int]
    private let isTurned: Bool
    private var rows: [[String]] = []

    init(_ reader: CaseReader, probes: [(turn: Turn, fingerprint: Fingerprint)]) {
        names = reader.segments.map(\.description.name)
        rowCounts = reader.segments.map(\.rows)
        isTurned = probes.count > 1
    }

    /// Adds what the search of one turn did.
    mutating func add(_ turn: Turn, _ statistics: SearchStatistics) {
        for (index, figures) in statistics.segments.enumerated() {
            let start = [isTurned ? turn.name : "-", names[index], "\(rowCounts[index])"]
            guard let figures else {
                rows.append(start + ["left out: another kind"])
                continue
            }
            rows.append(
                start + [
                    "\(figures.method.rawValue) (\(figures.reason.rawValue))",
                    figures.tablesEstimate.map { decimal($0) } ?? "-",
                    decimal(figures.scanEstimate), "\(figures.lists)", "\(figures.postings)",
                    "\(figures.candidates)", "\(figures.scannedRows)", "\(figures.hits)",
                    figures.isAnnounced ? "disk" : "memory", decimal(figures.microseconds),
                ]
            )
        }
    }

    /// The table.
    func text(of name: String, time: Int64?) -> String {
        let when = time.map { " at " + displayTime(milliseconds: $0) } ?? ""
        return "\(EvidencePath(name).display())\(when): how it was looked for\n"
            + displayTable(
                header: [
                    "turned", "segment", "rows", "method (why)", "tables µs est.",
                    "scan µs est.", "lists", "postings", "candidates", "scanned", "hits", "from",
                    "µs",
                ],
                rows: rows
            )
    }

    private func decimal(_ value: Double) -> String {
        String(format: "%.1f", value)
    }
}
