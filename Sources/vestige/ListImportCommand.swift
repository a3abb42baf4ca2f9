import ArgumentParser
import Evidence
import HashLists
import Indexing
import Reporting

struct ListImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Takes other lists into a list.",
        discussion: """
            The format is told by the first bytes, or named with --format. A line that is wrong is named by its \
            number, and the others go on; what a list cannot hold is counted. A file that is cut off or broken \
            leaves nothing. The same entries again change nothing, so a newer delivery of the same source can \
            simply be imported; with --whole, what it does not have any more is withdrawn.

            Exit status: 0 all was taken, 1 lines were rejected, 2 a file could not be taken at all.

              vestige list import known.vlist delivery.json --country US
              vestige list import known.vlist hashes.csv --scheme Unit7 --category 1
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(help: ArgumentHelp("Files; - is standard input.", valueName: "file"))
    var files: [String]

    @Option(help: "The format: \(ListFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ListFormat?

    @OptionGroup var categories: CategoryOptions

    @Flag(
        help: """
            Each file is all that its source has to say: entries that an earlier import from the same source \
            brought, and that are not in it any more, are withdrawn.
            """
    )
    var whole = false

    @Option(
        help: ArgumentHelp(
            """
            Who delivers the files, where their names change from one delivery to the next. What an entry says now \
            stands in the place of what the same source said before, never of what another one says; without a feed \
            a source is known by the file's name, and its entries by their identifiers if they have any.
            """,
            valueName: "name"
        )
    )
    var feed: String?

    @OptionGroup var memory: MemoryOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "An object of JSON for each file.")
    var json = false

    mutating func run() throws {
        let writer = try ListWriter(listPath)
        var hasRejected = false
        var hasRefused = false
        for file in files {
            do throws(ListFault) {
                let report = try take(file, into: writer)
                hasRejected = hasRejected || report.rejected > 0
                try tell(report)
                try writer.audit(
                    "imported \(file): \(report.added) added, \(report.changed) changed"
                )
            } catch {
                // What is wrong with one file does not stop the others; a full disk does.
                guard [.badInput, .noSuchPath].contains(error.code), files.count > 1 else {
                    throw error
                }
                hasRefused = true
                StandardOutput.flush()
                standardError("vestige: \(error.message)\n")
            }
        }
        if hasRefused { throw ExitStatus.couldNotRun }
        if hasRejected { throw ExitStatus.someFaulted }
    }

    private func tell(_ report: BatchReport) throws(ListFault) {
        guard json else {
            StandardOutput.write(BatchText.text(of: report))
            return
        }
        do {
            try StandardOutput.write(report.jsonLine())
        } catch {
            throw ListFault(.system, "cannot write the report: \(error)")
        }
    }

    private func take(_ file: String, into writer: ListWriter) throws(ListFault) -> BatchReport {
        let progress = ProgressLine(isQuiet: quiet)
        defer { progress.finish() }
        let reading = try ListReading(
            path: file,
            format: format,
            context: ImportContext(scheme: categories.scheme, country: categories.country)
        )
        let source = try SourceFile(file) { progress.show("digesting", fraction: 0.1 * $0) }
        let delivery = ListWriter.Delivery(
            source: ListBatch.Source(
                name: file,
                format: reading.format.rawValue,
                sha256: source.sha256,
                bytes: source.bytes,
                feed: feed
            ),
            common: categories.common,
            isWhole: whole,
            memory: memory.memory.bytes
        )
        return try writer.add(delivery) { (sink) throws(ListFault) in
            try reading.read(into: sink) { done, all in
                guard all > 0 else { return }
                progress.show("importing", fraction: 0.1 + 0.8 * Double(done) / Double(all))
            }
            try source.checkUnchanged()
        }
    }
}

extension ListFormat: ExpressibleByArgument {}
