import ArgumentParser
import Casework
import Evidence
import Indexing
import Reporting

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Tells what is in a case.",
        discussion: """
              vestige info holiday.vestige
              vestige info holiday.vestige --json
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    @Flag(help: "One object of JSON.")
    var json = false

    private struct Line: Encodable {
        let path, identifier, created, tool, kind, policy: String
        let formatVersion, seen, indexed, partly, faulted, skipped: Int
        let pictures, videos, archives, fingerprints, uniqueFingerprints, segments, runs: Int
        let superseded: Int
        let outdatedSegments, buriedItems: Int
        let filmFingerprints: Int
        let filmSeconds, representedSeconds: Double
        let fingerprintsPerFilmHour: Double?
        let bytes: Int64
        let indexBytes: Int64
        let libraries: [String: String]
        let skippedByRule: [String: Int]
        let formats: [String: Int]
        /// Of each run that decoded.
        let sandboxes: [SandboxReport]
    }

    /// What a run's workers were kept in by.
    private static func sandbox(_ report: SandboxReport) -> String {
        if report.isInProcess { return ", decoded without worker processes" }
        return report.missing.isEmpty
            ? ", sandbox complete" : ", sandbox without \(report.missingText)"
    }

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        let contents = try reader.contents()
        let count = { (state: ItemState) in contents.states[state, default: 0] }
        let description = reader.description
        let rules = Dictionary(
            uniqueKeysWithValues: contents.rules.map { ($0.key.rawValue, $0.value) }
        )
        let line = Line(
            path: reader.folder.path.text,
            identifier: description.identifier,
            created: description.created,
            tool: description.tool,
            kind: description.fingerprintKind,
            policy: description.decodePolicy,
            formatVersion: description.formatVersion,
            seen: contents.seen,
            indexed: count(.indexed),
            partly: count(.partly),
            faulted: count(.faulted),
            skipped: count(.skipped),
            pictures: contents.pictures,
            videos: contents.videos,
            archives: contents.archives,
            fingerprints: contents.fingerprints,
            uniqueFingerprints: reader.segments.reduce(0) { $0 + $1.rows },
            segments: reader.segments.count,
            runs: contents.runs.count,
            superseded: contents.superseded,
            outdatedSegments: reader.segments.count { $0.isOutdated },
            buriedItems: reader.tombstones.items.count,
            filmFingerprints: contents.filmFingerprints,
            filmSeconds: Double(contents.filmMilliseconds) / 1000,
            representedSeconds: Double(contents.representedMilliseconds) / 1000,
            fingerprintsPerFilmHour: contents.fingerprintsPerFilmHour,
            bytes: contents.bytes,
            indexBytes: reader.segments.reduce(0) { $0 + Int64($1.description.bytes) },
            libraries: description.libraries,
            skippedByRule: rules,
            formats: contents.formats,
            sandboxes: contents.runs.compactMap(\.sandbox)
        )
        if json {
            try StandardOutput.write(line.jsonLine())
            return
        }
        var text = """
            case          \(reader.folder.path.display())
            made          \(line.created) by \(line.tool), format \(line.formatVersion)
            fingerprints  \(line.fingerprints) of kind \(line.kind), decode policy \(line.policy)
            items         \(line.seen) seen = \(line.indexed) indexed + \(line.partly) partly \
            + \(line.faulted) faulted + \(line.skipped) skipped
            media         \(line.pictures) pictures, \(line.videos) films, \(line.archives) archives; all files \
            \(displayBytes(line.bytes))
            index         \(displayCount(line.segments, "segment")), \(displayBytes(line.indexBytes))

            """
        if contents.films > 0 {
            let lost = contents.filmMilliseconds - contents.representedMilliseconds
            text += "films         \(displayTime(milliseconds: contents.filmMilliseconds)) in all, "
            text +=
                lost > 0
                ? "\(displayTime(milliseconds: lost)) of it not represented"
                : "all of it represented"
            text +=
                contents.fingerprintsPerFilmHour.map { "; \(Int($0.rounded())) pictures an hour\n" }
                ?? "\n"
        }
        if line.outdatedSegments > 0 {
            text +=
                "              \(line.outdatedSegments) of an older format: `vestige compact` upgrades them\n"
        }
        if line.buriedItems > 0 {
            text +=
                "              \(displayCount(line.buriedItems, "withdrawn or changed item")) still in them: "
                + "`vestige compact` removes them\n"
        }
        if line.superseded > 0 {
            text +=
                "changed       \(line.superseded) earlier readings of files that changed since\n"
        }
        let list = { (counts: [String: Int]) in
            counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        if !contents.formats.isEmpty {
            text += "formats       \(list(contents.formats))\n"
        }
        if !rules.isEmpty {
            text += "skipped       \(list(rules))\n"
        }
        text += "libraries     "
        text += line.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
        text += "\n"
        for run in contents.runs.suffix(10) {
            text += "run           \(run.started) … \(run.ended ?? "killed or still running")"
            text += run.outcome.map { " (\($0))" } ?? ""
            text += run.command.map { " \($0)" } ?? ""
            text += run.sandbox.map(InfoCommand.sandbox) ?? ""
            text += "\n"
        }
        StandardOutput.write(text)
    }
}
