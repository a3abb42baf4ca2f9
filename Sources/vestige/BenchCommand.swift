import ArgumentParser
import Casework
import Decoding
import Evaluating
import Evidence
import Foundation
import Keyframing
import Reporting

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures on a sample set what is found, what is matched falsely, and how fast.",
        discussion: """
            A sample set is a folder of originals, one of variants that were made from them, and a table of \
            comma-separated values that says which from which: original,variant,transform and more, or \
            file_a,file_b. Everything is indexed into a case of its own and joined with itself once; recall and \
            false matches are told for each transform and radius, with 95 % confidence intervals. \
            Docs/Validation.md says how a laboratory makes such a set, and how to read the figures.

              vestige bench originals variants --html report.html
              vestige bench pictures films variants --truth truth.csv --json > report.json

            Results are the same on each run; times have their own member in the JSON. Exit status: 1 if lines \
            of a table were wrong, or files that it names were not there or not decoded.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Folders of the originals, and last the folder of the variants; or one folder that holds all.",
            valueName: "folder"
        )
    )
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            """
            What was made from what. May be given several times. Default: ground_truth.csv in the folder of \
            the variants.
            """,
            valueName: "file"
        )
    )
    var truth: [String] = []

    @Option(
        help: ArgumentHelp(
            "A folder of files that are unrelated to all others. May be given several times.",
            valueName: "folder"
        )
    )
    var distractors: [String] = []

    @Option(
        help: ArgumentHelp(
            "Bits in which a match may differ, 0 to 64, with commas between.",
            valueName: "list"
        )
    )
    var radii = RadiusList.usual

    @Flag(
        help: "Also find copies that were turned by a quarter or mirrored, as `join --turned` does."
    )
    var turned = false

    @Flag(
        help: """
            Count files that no table names as unrelated to all others. Without it they are indexed, but in no \
            figure: nobody has said what they are.
            """
    )
    var unnamedUnrelated = false

    @Option(
        help: ArgumentHelp(
            "Write the report as a page with plots, which needs nothing else.",
            valueName: "file"
        )
    )
    var html: String?

    @Flag(help: "One object of JSON instead of tables.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Keep the case in this folder, which must not be there yet. Without it the case is removed.",
            valueName: "folder"
        )
    )
    var keep: String?

    @OptionGroup var fingerprints: FingerprintOptions
    @OptionGroup var films: SamplingOptions
    @OptionGroup var workers: WorkerOptions
    @OptionGroup var options: JoinOptions

    mutating func run() throws {
        let folders = try SampleFolders(
            originals: paths.count > 1 ? Array(paths.dropLast()) : paths,
            variants: paths.last ?? ".",
            distractors: distractors
        )
        try refuse(html, inside: folders)
        let tables = try truths(folders)
        let wrongLines = tables.reduce(0) { $0 + tellWrongLines($1) }
        try workers.checkRequiredSandbox()
        Interruptions.watch()
        let scratch = try ScratchFolder(keeping: keep)
        defer { scratch.remove() }
        let clock = StageClock()
        let (workerCount, isSandboxed) = try index(folders, into: scratch.casePath)
        // Here the workers have ended, so that what they have cost is known.
        let reading = clock.elapsed()
        let reader = try CaseReader(name: scratch.casePath)
        let sample = try SampleSet(
            reader,
            folders: folders,
            truths: tables,
            minimumQuality: options.minQuality,
            countsUnnamed: unnamedUnrelated
        )
        let contents = try reader.contents()
        var stages = [
            reading.stage(
                .read,
                work: [
                    .init(.files, Double(contents.seen)),
                    .init(.megabytes, Double(contents.bytes) / 1e6),
                    .init(.fingerprints, Double(contents.fingerprints)),
                    .init(.megapixels, sample.megapixels),
                    .init(.filmSeconds, Double(contents.filmMilliseconds) / 1000),
                ].filter { $0.amount > 0 }
            )
        ]
        let settings = try reader.description.settings()
        stages.append(
            try IndexBuild.measure(
                reader,
                kind: settings.kind,
                folder: scratch.path,
                memory: options.memory.memory.bytes
            )
        )
        let progress = ProgressLine(isQuiet: options.quiet)
        let joined = try SampleJoin(
            reader,
            radii: radii.radii,
            wantsTurned: turned,
            minimumQuality: options.minQuality,
            threads: options.threadCount,
            memory: options.memory.memory.bytes,
            scratch: scratch.path
        ).run(
            sample,
            progress: { progress.show($0, fraction: $1) },
            proceed: { if Interruptions.seen > 0 { throw ExitStatus.interrupted } }
        )
        progress.finish()
        var used = settings
        used.sampling = films.sampling
        let report = BenchReport(
            results: BenchReport.Results(
                settings: BenchReport.Settings(
                    used,
                    minimumQuality: options.minQuality,
                    turned: turned,
                    unnamedUnrelated: unnamedUnrelated,
                    radii: radii.radii
                ),
                libraries: reader.description.libraries,
                sample: BenchReport.Sample(sample, truths: tables),
                evaluation: Evaluation(
                    items: sample.items,
                    pairs: sample.pairs,
                    hits: joined.hits,
                    wantsTurned: turned
                )
            ),
            measured: BenchReport.Measured(
                created: preciseTimestamp(),
                machine: .current,
                workers: workerCount,
                threads: options.threadCount,
                sandboxComplete: isSandboxed,
                stages: stages + joined.stages
            )
        )
        if let html { try BenchPage(report).write(to: html) }
        try StandardOutput.write(json ? report.jsonLine() : BenchText.text(of: report))
        let check = report.results.check
        guard check.disagreements == 0 else {
            standardError(
                "vestige: \(check.disagreements) of \(check.pairs) distances are not what the join told: the "
                    + "figures are wrong. Report this\n"
            )
            throw ExitStatus.couldNotRun
        }
        if wrongLines + sample.notThere.count + sample.notDecoded.count > 0 {
            throw ExitStatus.someFaulted
        }
    }

    private func truths(_ folders: SampleFolders) throws(CaseFault) -> [GroundTruth] {
        let usual = folders.variants.appending("ground_truth.csv".utf8).text
        var tables: [GroundTruth] = []
        for path in truth.isEmpty ? [usual] : truth {
            tables.append(try GroundTruth(reading: path))
        }
        return tables
    }

    private func tellWrongLines(_ truth: GroundTruth) -> Int {
        let name = EvidencePath(truth.name).display()
        for line in truth.wrongLines {
            standardError("vestige: \(name): line \(line.line): \(line.reason)\n")
        }
        if truth.wrongCount > truth.wrongLines.count {
            standardError(
                "vestige: \(name): and \(truth.wrongCount - truth.wrongLines.count) more wrong lines\n"
            )
        }
        return truth.wrongCount
    }

    /// Nothing is written into a sample set: it would be another one then.
    private func refuse(_ path: String?, inside folders: SampleFolders) throws(CaseFault) {
        guard let path else { return }
        let parent = (path as NSString).deletingLastPathComponent
        guard let folder = EvidencePath(parent.isEmpty ? "." : parent).canonical else {
            throw CaseFault(
                .noSuchPath,
                "there is no folder for \(EvidencePath(path).display()). Nothing was measured"
            )
        }
        if folders.roots.contains(where: { folder.isInside($0) }) {
            throw CaseFault(
                .insideEvidence,
                "\(EvidencePath(path).display()) would lie inside the sample set, which is never written to: name a "
                    + "place outside it"
            )
        }
    }

    /// Indexes the sample set.
    ///
    /// - Returns: how many workers did it, and whether their sandbox was complete.
    private func index(
        _ folders: SampleFolders,
        into casePath: String
    ) throws -> (workers: Int, isSandboxed: Bool) {
        var wanted = fingerprints.wanted
        wanted.sampling = films.sampling
        let roots = folders.roots
        let writer = try CaseWriter(
            name: casePath,
            settings: wanted,
            memory: options.memory.memory.bytes,
            logger: workers.logger
        ) { folder throws(CaseFault) in
            for root in roots where folder.isInside(root) || root.isInside(folder) {
                throw CaseFault(
                    .insideEvidence,
                    "the case \(folder.display()) would lie inside the sample set \(root.display()), which is "
                        + "never written to: name a place outside it with --keep, or with TMPDIR"
                )
            }
        }
        let (summary, pool) = try workers.index(roots, into: writer, isQuiet: options.quiet)
        if summary.wasInterrupted { throw ExitStatus.interrupted }
        return (pool.workers, pool.sandbox.missing.isEmpty)
    }
}

/// Radii as one writes them: `0,8,31`.
struct RadiusList: ExpressibleByArgument, CustomStringConvertible {
    static let usual = RadiusList(radii: [0, 8, 16, 24, 31, 40, 48])

    /// Ascending, each once.
    let radii: [Int]

    private init(radii: [Int]) {
        self.radii = radii
    }

    init?(argument: String) {
        var radii: Set<Int> = []
        for field in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let radius = Int(field), (0...64).contains(radius) else { return nil }
            radii.insert(radius)
        }
        self.radii = radii.sorted()
    }

    var description: String { radii.map(String.init).joined(separator: ",") }
    var defaultValueDescription: String { description }
}
