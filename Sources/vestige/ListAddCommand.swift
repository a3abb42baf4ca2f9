import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Foundation
import Glibc
import HashLists
import Indexing
import Reporting

struct ListAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Adds pictures and films to a list.",
        discussion: """
            Each path is a file, a folder, or a case that was indexed with the list's kind of fingerprints; all \
            that is in it gets the same category. Media are decoded in worker processes, as `vestige index` \
            does. A path is added whole or not at all. What could not be decoded is told with the reason, and \
            left out.

              vestige list add known.vlist /media/disk/series7 --scheme VICS --country US --category 1 \\
                  --series 'Series 7' --note 'report 2026/114'
            """
    )

    @Argument(help: ArgumentHelp("The list's folder.", valueName: "list"))
    var listPath: String

    @Argument(help: ArgumentHelp("Files, folders, and cases.", valueName: "path"))
    var paths: [String]

    @OptionGroup var categories: CategoryOptions

    @Flag(help: "Add the entries without a category.")
    var uncategorised = false

    @Flag(help: "Add what gave no fingerprint, too, by its digests.")
    var digestsOfFaulted = false

    @Option(help: "fast or exact, as with `vestige index`. Default: fast.")
    var policy: PolicyName?

    @Option(help: "Pictures with more pixels than this are refused. Default: 500000000.")
    var maxPixels: Int64?

    @OptionGroup var films: SamplingOptions
    @OptionGroup var unpacking: UnpackingOptions
    @OptionGroup var workers: WorkerOptions
    @OptionGroup var memory: MemoryOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "An object of JSON for each path.")
    var json = false

    func validate() throws {
        if let maxPixels, maxPixels < 1 { throw ValidationError("--max-pixels must be at least 1") }
        if categories.category == nil, !uncategorised {
            throw ValidationError(
                "name the category with --scheme, --country and --category, or say --uncategorised: entries without a category "
                    + "cannot tell whoever gets a hit what it means"
            )
        }
        if categories.category != nil, uncategorised {
            throw ValidationError("--category and --uncategorised exclude each other")
        }
    }

    /// What became of one path.
    private struct Addition {
        var report: BatchReport
        var counts: CaseEntries.Counts
        var losses: [ListAdditionLine.Loss]
    }

    mutating func run() throws {
        let writer = try ListWriter(listPath)
        let roots = try paths.map { try root($0, writer) }
        try workers.checkRequiredSandbox()
        Interruptions.watch()
        var isLossy = false
        for (path, root) in zip(paths, roots) {
            guard let addition = try add(path, root, writer) else {
                try writer.audit("stopped before \(path) was added")
                standardError(
                    "vestige: stopped: nothing of \(EvidencePath(path).display()) was added\n"
                )
                throw ExitStatus.interrupted
            }
            let line = ListAdditionLine(addition.report, addition.counts, addition.losses)
            if json {
                try StandardOutput.write(line.jsonLine())
            } else {
                StandardOutput.write(line.text)
            }
            StandardOutput.flush()
            isLossy = isLossy || !addition.losses.isEmpty
            try writer.audit("added \(addition.report.added) entries from \(path)")
        }
        if isLossy { throw ExitStatus.someFaulted }
    }

    /// A path without links, which neither holds the list nor lies in it.
    private func root(_ path: String, _ writer: ListWriter) throws(ListFault) -> EvidencePath {
        guard let root = EvidencePath(path).canonical else {
            throw ListFault(
                .noSuchPath,
                "cannot read \(path): \(systemMessage(errno)). Nothing was added",
                status: errno
            )
        }
        let list = writer.folder.path
        guard !root.isInside(list), !list.isInside(root) else {
            throw ListFault(
                .badInput,
                "\(path) holds the list \(list.display()), or lies in it: a list cannot be added to itself. Nothing was added"
            )
        }
        return root
    }

    /// Adds a path.
    ///
    /// - Returns: `nil` if the user stopped it; then nothing of it was added.
    private func add(
        _ path: String,
        _ root: EvidencePath,
        _ writer: ListWriter
    ) throws -> Addition? {
        if access(root.text + "/case.json", F_OK) == 0 {
            return try add(try CaseReader(name: path), named: path, format: "case", writer)
        }
        let scratch = try ScratchFolder(keeping: nil)
        defer { scratch.remove() }
        let name = scratch.casePath
        guard try index(root, into: name, writer) else { return nil }
        return try add(try CaseReader(name: name), named: path, format: "media", writer)
    }

    private func add(
        _ reader: CaseReader,
        named path: String,
        format: String,
        _ writer: ListWriter
    ) throws -> Addition {
        let kind = try reader.description.settings().kind
        guard try kind == writer.description.fingerprintKind() else {
            throw ListFault(
                .badInput,
                "\(path) holds fingerprints of kind \(kind.name), the list those of \(writer.description.kind): they cannot be "
                    + "mixed. Index the evidence again with --kind \(writer.description.kind)"
            )
        }
        let scratch = FileManager.default.temporaryDirectory.path
        let entries = CaseEntries(
            reader,
            addsFaulted: digestsOfFaulted,
            memory: memory.memory.bytes / 2,
            scratch: scratch
        )
        var counts = CaseEntries.Counts()
        let report = try writer.add(
            ListWriter.Delivery(
                source: ListBatch.Source(name: path, format: format),
                common: categories.common,
                memory: memory.memory.bytes / 2
            )
        ) { (sink) throws(ListFault) in
            counts = try entries.give(to: sink)
        }
        var losses: [ListAdditionLine.Loss] = []
        try reader.forEachItem { losses.append(ListAdditionLine.Loss($0)) }
        return Addition(report: report, counts: counts, losses: losses)
    }

    /// Indexes evidence into a case.
    ///
    /// - Returns: whether it came to its end.
    private func index(
        _ root: EvidencePath,
        into name: String,
        _ list: ListWriter
    ) throws -> Bool {
        var wanted = WantedSettings(
            kind: try list.description.fingerprintKind(),
            policy: policy?.policy,
            maximumPixels: maxPixels
        )
        wanted.sampling = films.sampling
        let writer = try CaseWriter(
            name: name,
            settings: wanted,
            memory: memory.memory.bytes,
            logger: workers.logger
        ) { folder throws(CaseFault) in
            try IndexCommand.refuse(folder, besides: [root])
        }
        let (summary, _) = try workers.index(
            [root],
            into: writer,
            unpacking: unpacking.limits,
            isQuiet: quiet
        )
        return !summary.wasInterrupted
    }
}
