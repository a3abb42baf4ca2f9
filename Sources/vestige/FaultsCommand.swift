import ArgumentParser
import Casework
import Evidence
import Keyframing
import Reporting

struct FaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Lists what was lost, and why.",
        discussion: """
            One line for each loss of an item that faulted or was indexed only in part: path, state, \
            stage, reason, and the status that the library or the system gave; and one for each stretch \
            of a film that no stored picture represents.

              vestige faults holiday.vestige
              vestige faults holiday.vestige --all --format jsonl > ledger.jsonl
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
    }

    @Argument(help: "The case's folder.")
    var casePath: String

    @Flag(help: "Also the items that were skipped by a rule.")
    var skipped = false

    @Flag(help: "Every item of the ledger, also those that were indexed whole.")
    var all = false

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        var states: Set<ItemState> = [.faulted, .partly]
        if skipped || all {
            states.insert(.skipped)
        }
        if all {
            states.insert(.indexed)
        }
        guard (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table else {
            try reader.forEachItem(in: states) { item in
                try StandardOutput.write(LedgerLine(item: item).jsonLine())
            }
            return
        }
        let here = EvidencePath(".").canonical
        var rows: [[String]] = []
        try reader.forEachItem(in: states) { item in
            let file = item.display(relativeTo: here)
            if let rule = item.rule {
                rows.append([
                    item.state.rawValue, "-", rule.rawValue, "-", file,
                    item.losses.first?.detail ?? rule.explanation,
                ])
            } else if item.losses.isEmpty {
                rows.append([item.state.rawValue, "-", "-", "-", file, ""])
            }
            for loss in item.losses where item.rule == nil {
                rows.append([
                    item.state.rawValue, loss.stage.rawValue, loss.code,
                    loss.status.map(String.init) ?? "-", file,
                    EvidencePath(loss.detail).display(),
                ])
            }
            for coverage in item.coverage where item.rule == nil {
                rows += FaultsCommand.gapRows(of: coverage, item.state, file)
            }
        }
        StandardOutput.write(
            rows.isEmpty
                ? "nothing was lost\n"
                : displayTable(
                    header: ["state", "stage", "reason", "status", "file", "detail"],
                    rows: rows
                )
        )
    }

    /// Of a film no more gaps are listed than a reader would look at.
    private static let shownGaps = 8

    /// A row for each stretch of a film that is not represented, but for what was left out on purpose.
    private static func gapRows(
        of coverage: FilmCoverage,
        _ state: ItemState,
        _ file: String
    ) -> [[String]] {
        let gaps = coverage.gaps.filter { $0.reason != .keyframesOnly }
        let length = displayTime(milliseconds: coverage.length)
        var rows = gaps.prefix(shownGaps).map { gap in
            [
                state.rawValue, "film", gap.reason.rawValue, "-", file,
                "\(displayTime(milliseconds: gap.from)) to \(displayTime(milliseconds: gap.to)) of "
                    + "\(length) is not represented",
            ]
        }
        if gaps.count > shownGaps {
            rows.append([
                state.rawValue, "film", "-", "-", file,
                "and \(gaps.count - shownGaps) further stretches: --format jsonl has all",
            ])
        }
        return rows
    }
}
