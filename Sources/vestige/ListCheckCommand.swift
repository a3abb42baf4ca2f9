import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Foundation
import HashLists
import Matching
import Reporting

struct ListCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Looks for entries that would flood searches, repeat or contradict each other.",
        discussion: """
            Prints a worklist: entries with nothing on them, of low quality, with unrelated pictures near them, \
            near-duplicates, and entries whose categories conflict. Nothing is changed; `vestige list decide` \
            does that, finding by finding, and what was decided counts in later checks, too. The findings are \
            kept until the list changes, and the next version's record says how many were open.

            Exit status: 0 no open finding, 1 open findings, 2 could not run.

              vestige list check known.vlist --reference holidays.vestige
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Option(
        help: ArgumentHelp(
            """
            A case of pictures that have nothing to do with the list: the more of them lie near an entry, the \
            more false hits it will give. May be given several times.
            """,
            valueName: "case"
        )
    )
    var reference: [String] = []

    @Option(
        help: "Bits within which pictures count as the same, 0 to 64: for floods and conflicts."
    )
    var radius = Fingerprint.recommendedRadius

    @Option(help: "Bits within which two entries are near-duplicates, 0 to 64.")
    var near = Fingerprint.recommendedRadius

    @Option(help: "Unrelated pictures that may lie near an entry; more are a flood.")
    var flood = ListCheck.defaultFlood

    @Flag(help: "Print the last check's worklist again, without checking.")
    var last = false

    @Flag(help: "Also the findings that are decided.")
    var all = false

    @Option(help: "Threads; by default as many as there are cores. The result is the same.")
    var threads: Int?

    @OptionGroup var memory: MemoryOptions

    @OptionGroup var format: ListFormatOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        try SearchThresholds.check(radius: radius)
        if !(0...64).contains(near) { throw ValidationError("--near must be from 0 to 64") }
        if flood < 0 { throw ValidationError("--flood must be at least 0") }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
    }

    mutating func run() throws {
        let writer = try ListWriter(listPath)
        let contents = try writer.workingContents()
        let record: ListCheckRecord
        if last {
            guard let found = try writer.lastCheck() else {
                throw ListFault(
                    .badInput,
                    "\(listPath) was not checked since its last change: leave out --last"
                )
            }
            record = found
        } else {
            record = try check(writer, contents)
        }
        let open = try writer.openFindings() ?? [:]
        var rows: [[String]] = []
        let isTable = format.isTable
        try writer.forEachFinding(openOnly: !all) { finding in
            let line = try ListFindingLine(finding, in: contents)
            if isTable {
                rows.append(line.row)
            } else {
                try StandardOutput.write(line.jsonLine())
            }
        }
        if isTable, !rows.isEmpty {
            StandardOutput.write(displayTable(header: ListFindingLine.header, rows: rows))
        }
        let words = ListFindingsText.text(open)
        if isTable { StandardOutput.write(words + "\n") } else { standardError(words + "\n") }
        for (kind, count) in record.beyond.sorted(by: { $0.key < $1.key }) {
            standardError(
                "vestige: \(count) more of \(kind) are counted but not in the worklist: decide on these first, then check again\n"
            )
        }
        if open.values.contains(where: { $0 > 0 }) { throw ExitStatus.someFaulted }
    }

    private func check(
        _ writer: ListWriter,
        _ contents: ListContents
    ) throws -> ListCheckRecord {
        let kind = try writer.description.fingerprintKind()
        let references = try reference.map { name in
            let reader = try CaseReader(name: name)
            guard try reader.description.settings().kind == kind else {
                throw ListFault(
                    .badInput,
                    "\(name) holds fingerprints of another kind than the list's, \(kind.name): index it again with --kind \(kind.name)"
                )
            }
            return reader
        }
        var settings = ListCheck.Settings()
        settings.radius = radius
        settings.near = near
        settings.flood = flood
        settings.threads = threads ?? SetJoin.cores
        settings.memory = memory.memory.bytes
        settings.scratch = FileManager.default.temporaryDirectory.path
        let check = ListCheck(contents, settings)
        let progress = ProgressLine(isQuiet: quiet)
        var failure: (any Error)?
        defer { progress.finish() }
        do {
            let record = try writer.recordCheck(
                ListCheckRecord(radius: radius, near: near, flood: flood, references: reference)
            ) { found in
                do {
                    try check.run(
                        references: references,
                        progress: { progress.show($0, fraction: $1) },
                        found: found
                    )
                } catch {
                    failure = error
                    throw error
                }
            }
            try writer.audit("checked")
            return record
        } catch {
            // What the check threw itself, not what the catalog made of it.
            throw failure as? CaseFault ?? error
        }
    }
}
