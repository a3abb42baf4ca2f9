import ArgumentParser
import Casework
import Evidence
import Foundation
import Glibc
import Reporting
import Unpacking

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Indexes files and folders into a case.",
        discussion: """
            Every file below the given paths becomes one row of the case's ledger: indexed, partly \
            indexed, faulted with a reason, or skipped by a named rule; so does every member of an archive. \
            Files are opened read-only and \
            decoded in worker processes. Run it again to add what is new or has changed; a run that was \
            stopped goes on where it was.

              vestige index holiday.vestige /media/disk/photos /media/disk/videos
            """
    )

    @Argument(help: "The case's folder; it is made if it is not there.")
    var casePath: String

    @Argument(help: ArgumentHelp("Files and folders of evidence.", valueName: "path"))
    var paths: [String]

    @OptionGroup var fingerprints: FingerprintOptions
    @OptionGroup var films: SamplingOptions
    @OptionGroup var unpacking: UnpackingOptions
    @OptionGroup var workers: WorkerOptions

    @Flag(help: "Try again what faulted in an earlier run.")
    var retryFaults = false

    @OptionGroup var selection: SelectionOptions

    @Option(
        help: ArgumentHelp(
            "Items after which the work is committed; it is every 30 seconds in any case.",
            valueName: "items"
        )
    )
    var commitItems = CaseWriter.defaultBatchItems

    @OptionGroup var memory: MemoryOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    @Flag(help: "The summary as one object of JSON.")
    var json = false

    func validate() throws {
        if commitItems < 1 {
            throw ValidationError("--commit-items must be at least 1")
        }
    }

    mutating func run() throws {
        let roots = try evidenceRoots()
        try workers.checkRequiredSandbox()
        Interruptions.watch()
        var options = try selection.options()
        options.retriesFaults = retryFaults
        let casePath = casePath
        var wanted = fingerprints.wanted
        wanted.sampling = films.sampling
        let writer = try CaseWriter(
            name: casePath,
            settings: wanted,
            batchItems: commitItems,
            memory: memory.memory.bytes,
            logger: workers.logger
        ) { folder throws(CaseFault) in
            try IndexCommand.refuse(folder, besides: roots)
        }
        var settings = writer.settings
        settings.unpacking = unpacking.limits
        settings.spillFolder = writer.folder.path.text
        let pool = try workers.pool(settings)
        try writer.beginRun(
            arguments: Array(CommandLine.arguments.dropFirst()),
            sandbox: pool.sandbox
        )
        let publisher = RunPublisher(writer.folder)
        do {
            try run(writer, pool, roots, options, publisher)
        } catch let fault as CaseFault {
            publisher.end(.failed, message: fault.message)
            throw fault
        }
    }

    private func run(
        _ writer: CaseWriter,
        _ pool: WorkerPool,
        _ roots: [EvidencePath],
        _ options: IndexRun.Options,
        _ publisher: RunPublisher
    ) throws {
        let display = IndexDisplay()
        var run = IndexRun(
            writer: writer,
            pool: pool,
            roots: roots,
            options: options,
            progress: IndexProgress(
                roots: roots,
                since: options.since,
                workers: pool.workers,
                publisher: publisher,
                display: display.display(isQuiet: quiet)
            )
        )
        let started = Date()
        let (summary, figures) = try run.run { Interruptions.seen }
        let lossy = summary.states[.faulted, default: 0] + summary.states[.partly, default: 0]
        display.finish(figures, isQuiet: quiet)
        try writer.endRun(outcome: summary.wasInterrupted ? "interrupted" : "complete")
        publisher.end(summary.wasInterrupted ? .interrupted : .complete, figures: figures)
        try report(summary, seconds: Date().timeIntervalSince(started))
        if summary.wasInterrupted {
            throw ExitStatus.interrupted
        }
        if lossy > 0 || summary.notCompared > 0 {
            throw ExitStatus.someFaulted
        }
    }

    /// The given paths without links, sorted, and none inside another: so no file is seen twice.
    private func evidenceRoots() throws -> [EvidencePath] {
        var roots: [EvidencePath] = []
        for path in paths {
            guard let canonical = EvidencePath(path).canonical else {
                throw CaseFault(
                    .noSuchPath,
                    "cannot read \(path): \(systemMessage(errno)). Nothing was indexed",
                    status: errno
                )
            }
            roots.append(canonical)
        }
        roots.sort()
        var distinct: [EvidencePath] = []
        for root in roots where !distinct.contains(where: { root.isInside($0) }) {
            distinct.append(root)
        }
        return distinct
    }

    static func refuse(
        _ folder: EvidencePath,
        besides roots: [EvidencePath]
    ) throws(CaseFault) {
        for root in roots {
            if folder.isInside(root) {
                throw CaseFault(
                    .insideEvidence,
                    "the case \(folder.text) would lie inside the evidence \(root.text), which is never "
                        + "written to: name a place outside it"
                )
            }
            if root.isInside(folder) {
                throw CaseFault(
                    .insideEvidence,
                    "the evidence \(root.text) lies inside the case \(folder.text): a case cannot "
                        + "index itself"
                )
            }
        }
    }

    private struct SummaryLine: Encodable {
        let seen, indexed, partly, faulted, skipped, unchanged, fingerprints: Int
        let knownFiles, copies, older, changedUnseen, notCompared: Int
        let bytes: Int64
        let seconds: Double
        let interrupted: Bool
    }

    private func report(_ summary: IndexRun.Summary, seconds: Double) throws {
        let count = { (state: ItemState) in summary.states[state, default: 0] }
        if json {
            let line = SummaryLine(
                seen: summary.seen,
                indexed: count(.indexed),
                partly: count(.partly),
                faulted: count(.faulted),
                skipped: count(.skipped),
                unchanged: summary.unchanged,
                fingerprints: summary.fingerprints,
                knownFiles: summary.knownFiles,
                copies: summary.copies,
                older: summary.older,
                changedUnseen: summary.changedUnseen,
                notCompared: summary.notCompared,
                bytes: summary.bytes,
                seconds: (seconds * 1000).rounded() / 1000,
                interrupted: summary.wasInterrupted
            )
            try StandardOutput.write(line.jsonLine())
            return
        }
        var text = """
            seen \(summary.seen) = indexed \(count(.indexed)) + partly \(count(.partly)) \
            + faulted \(count(.faulted)) + skipped \(count(.skipped))

            """
        if summary.unchanged > 0 {
            text += "\(summary.unchanged) of them were in the case already and have not changed\n"
        }
        text += "\(summary.fingerprints) fingerprints added from \(displayBytes(summary.bytes))"
        text += " in \(displaySeconds(seconds))\n"
        if summary.copies > 0 {
            text +=
                "\(displayCount(summary.copies, "exact copy", plural: "exact copies")) of other files "
            text += "not decoded again\n"
        }
        if summary.knownFiles > 0 {
            text += "\(displayCount(summary.knownFiles, "known file")) not decoded, as asked: "
            text += "vestige faults \(casePath) --skipped\n"
        }
        if summary.changedUnseen > 0 {
            text +=
                "\(displayCount(summary.changedUnseen, "file")) had other bytes than before, though size "
            text += "and time were the same: read again\n"
        }
        if summary.notCompared > 0 {
            text +=
                "\(displayCount(summary.notCompared, "file")) could not be read to compare digests: what "
            text += "the case has of them stays\n"
        }
        if summary.older > 0 {
            text +=
                "\(displayCount(summary.older, "file")) older than asked not read: run again without "
            text += "--since to take them up\n"
        }
        if count(.faulted) + count(.partly) > 0 {
            text += "what was lost, and why: vestige faults \(casePath)\n"
        }
        if summary.wasInterrupted {
            text += "stopped early, all of the above is safe: run the same command again to go on\n"
        }
        StandardOutput.write(text)
    }

    private func displaySeconds(_ seconds: Double) -> String {
        seconds < 60
            ? "\((seconds * 10).rounded() / 10) s"
            : "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
}
