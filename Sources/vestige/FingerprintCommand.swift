import ArgumentParser
import Casework
import Evidence
import Glibc
import Keyframing
import Reporting

struct FingerprintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fingerprint",
        abstract: "Prints the fingerprints of files, without a case.",
        discussion: """
            csv prints hash,quality,path and is what other PDQ tools read; where a picture has \
            transparent parts, it tells the fingerprint of the stored colours. jsonl tells all \
            fingerprints and how each was made. vpdq prints frame,quality,hash,seconds for one film; \
            frame counts the film's fingerprints. Folders are walked.

              vestige fingerprint photos/ > photos.csv
              vestige fingerprint --format vpdq film.mp4
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv
        case jsonl
        case vpdq
    }

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String]

    @Option(help: "csv, jsonl or vpdq.")
    var format: Format = .csv

    @Flag(help: "With jsonl: also the eight turned and mirrored variants.")
    var variants = false

    @OptionGroup var fingerprints: FingerprintOptions
    @OptionGroup var films: SamplingOptions
    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        if variants, format != .jsonl {
            throw ValidationError("--variants goes with --format jsonl")
        }
    }

    mutating func run() throws {
        var roots: [(given: EvidencePath, canonical: EvidencePath)] = []
        for path in paths {
            guard let canonical = EvidencePath(path).canonical else {
                throw CaseFault(
                    .noSuchPath,
                    "cannot read \(path): \(systemMessage(errno))",
                    status: errno
                )
            }
            roots.append((EvidencePath(path), canonical))
        }
        var settings = fingerprints.settings
        settings.wantsVariants = variants
        settings.sampling = films.sampling
        let pool = try workers.pool(settings)
        var faulted = 0
        // All roots are one sequence, so that the workers have something to do across them.
        var upcoming: [EvidencePath] = []
        let files = roots.lazy.flatMap { given, canonical in
            let isFolder = !FingerprintCommand.isRegular(canonical)
            return EvidenceWalk(roots: [canonical]).lazy.compactMap { entry -> EvidencePath? in
                switch entry {
                case .file(let path, _):
                    // Paths are printed as the user wrote them, which may be relative.
                    let below = path.bytes.dropFirst(canonical.bytes.count).drop {
                        $0 == UInt8(ascii: "/")
                    }
                    upcoming.append(isFolder ? given.appending(below) : given)
                    return path
                case .skipped(let path, let rule):
                    standardError("vestige: \(path.display()): \(rule.explanation)\n")
                    return nil
                case .unreadable(let path, let loss):
                    faulted += 1
                    standardError("vestige: \(path.display()): \(loss.code): \(loss.detail)\n")
                    return nil
                }
            }
        }
        try OrderedDecoding(pool: pool).run(files) { _, report in
            faulted += try show(upcoming.removeFirst(), report)
        }
        if faulted > 0 {
            throw ExitStatus.someFaulted
        }
    }

    private static func isRegular(_ path: EvidencePath) -> Bool {
        var status = stat()
        return path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// - Returns: 1 if something of the item was lost, else 0.
    private func show(_ path: EvidencePath, _ report: WorkerReport) throws -> Int {
        for (ordinal, made) in report.fingerprints.enumerated() {
            let line = FingerprintLine(
                path: path,
                made: made,
                kind: fingerprints.settings.kind,
                digests: report.digests
            )
            switch format {
            case .csv where made.origin.background == .white: break
            case .csv: StandardOutput.write(line.csv)
            case .vpdq where made.origin.background == .white: break
            case .vpdq: StandardOutput.write(line.vpdq(ordinal: ordinal))
            case .jsonl: try StandardOutput.write(line.jsonLine())
            }
        }
        if let rule = report.rule {
            standardError("vestige: \(path.display()): skipped: \(rule.explanation)\n")
            return 0
        }
        for loss in report.losses {
            standardError(
                "vestige: \(path.display()): \(report.state.rawValue): \(loss.code) \(loss.detail)\n"
            )
        }
        return report.losses.isEmpty ? 0 : 1
    }
}
