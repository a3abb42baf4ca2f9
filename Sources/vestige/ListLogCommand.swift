import ArgumentParser
import Evidence
import HashLists
import Reporting

struct ListLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Lists the versions of a list, or who did what to it.",
        discussion: """
              vestige list log known.vlist
              vestige list log known.vlist --audit
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Flag(help: "Every command that changed the list, instead of the versions.")
    var audit = false

    @OptionGroup var format: ListFormatOptions

    mutating func run() throws {
        let list = try HashList(name: listPath)
        if audit {
            try showAudit(list)
            return
        }
        guard format.isTable else {
            for version in list.versions {
                try StandardOutput.write(ListVersionLine(version).jsonLine())
            }
            return
        }
        let rows = list.versions.map { version in
            let record = version.record
            return [
                "\(record.number)", record.date, "\(record.entries)", "\(record.added)",
                "\(record.changed)", "\(record.withdrawn)", String(version.digest.prefix(16)),
                record.signer.map { String($0.prefix(16)) } ?? "-",
                EvidencePath(record.comment ?? "").display(),
            ]
        }
        var text =
            rows.isEmpty
            ? "no version yet\n"
            : displayTable(
                header: [
                    "version", "date", "entries", "added", "changed", "withdrawn", "digest",
                    "signed by",
                    "comment",
                ],
                rows: rows
            )
        let changes = try list.unpublished()
        if !changes.batches.isEmpty || !changes.withdrawals.isEmpty {
            let added = changes.batches.reduce(0) { $0 + $1.entries }
            text +=
                "not published yet: \(displayCount(added, "entry", plural: "entries")) of "
                + "\(displayCount(changes.batches.count, "source")), "
                + "\(displayCount(changes.withdrawals.count, "withdrawal")): vestige list diff \(listPath)\n"
        }
        StandardOutput.write(text)
    }

    private func showAudit(_ list: HashList) throws {
        let trail = try list.auditTrail()
        guard format.isTable else {
            for entry in trail { try StandardOutput.write(entry.jsonLine()) }
            return
        }
        StandardOutput.write(
            displayTable(
                header: ["time", "tool", "outcome", "command"],
                rows: trail.map { entry in
                    [
                        entry.time, entry.tool, EvidencePath(entry.outcome).display(),
                        EvidencePath(entry.arguments.joined(separator: " ")).display(),
                    ]
                }
            )
        )
    }
}
