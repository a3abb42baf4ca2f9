import ArgumentParser
import Evidence
import HashLists
import Reporting

struct ListPublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Makes what has changed a version of the list, which never changes again.",
        discussion: """
            A version's record names every file by its digest, and the record of the version before: so its own \
            digest, or a signature of it, proves all of it.

              vestige list publish known.vlist --key unit7.key --comment 'after the March review'
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Option(
        help: ArgumentHelp(
            "Sign with this private key; `vestige list keygen` makes one.",
            valueName: "file"
        )
    )
    var key: String?

    @Option(
        help: """
            The version's date, such as 2026-03-01T12:00:00Z; by default now, or SOURCE_DATE_EPOCH of the \
            environment. The same list and date give the same bytes.
            """
    )
    var date: String?

    @Option(help: "What is to be said about the version.")
    var comment: String?

    @Flag(help: "The version's record as one object of JSON.")
    var json = false

    func validate() throws {
        _ = try ListDate.text(date)
    }

    mutating func run() throws {
        let writer = try ListWriter(listPath)
        let version = try writer.publish(
            ListWriter.Publication(
                date: try ListDate.text(date),
                comment: comment,
                keyFile: key,
                findings: try writer.openFindings()
            )
        )
        let record = version.record
        try writer.audit("published version \(record.number)")
        if json {
            try StandardOutput.write(ListVersionLine(version).jsonLine())
            return
        }
        let signer = record.signer.map { "signed by \($0)" } ?? "not signed"
        StandardOutput.write(
            """
            version \(record.number) of \(EvidencePath(record.name).display()), \(record.date): \
            \(displayCount(record.entries, "entry", plural: "entries"))
            since the version before: \(record.added) added (\(record.changed) of them changed), \
            \(record.withdrawn) withdrawn
            version  SHA-256 \(version.digest)
            content  SHA-256 \(record.content)
            \(signer)
            \(ListFindingsText.text(record.findings))

            """
        )
    }
}
