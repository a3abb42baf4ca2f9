import ArgumentParser
import Casework
import Evidence
import Foundation
import Glibc
import HashLists
import Reporting

struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        abstract: "Writes what the owners of hash lists are told of a case's matches.",
        discussion: """
            One folder for each owner, which stands on its own: the matches that `vestige match` found, as JSON Lines, as \
            CASE/UCO and as CyberTip file details, with the certificates and a digest of everything. It holds digests, \
            fingerprints, entries and times, no media. What is declared innocent is left out.

            The case keeps a record of who was told of what. Who was told of a match that holds no more is told that, too, \
            in the next bundle. The same case and --date (or SOURCE_DATE_EPOCH) give the same bytes.

              vestige notify holiday.vestige --list known.vlist --output told
              vestige notify holiday.vestige --output told --organisation 'Police of X' --sign key --date 2026-03-01T12:00:00Z
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    @Option(
        name: .customLong("list"),
        help: ArgumentHelp(
            """
            A list that the case was matched against: its folder, name or identifier, or with @ the version. Default: all.
            """,
            valueName: "list"
        )
    )
    var lists: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder in which the owners' folders are made; it is made itself if it is not there.",
            valueName: "folder"
        )
    )
    var output: String

    @Option(
        name: .customLong("meaning"),
        help: "Only matches of this meaning; several: any of them. Default: harm and undeclared."
    )
    var meanings: [CategoryMeaning] = []

    @Flag(help: "Matches of every meaning, innocent ones as well.")
    var all = false

    @Option(
        name: .customLong("kind"),
        help: "Only by digest, picture or film; several: any of them."
    )
    var kinds: [ListMatch.Kind] = []

    @Option(
        help: ArgumentHelp("Only from this distance on, and by digest.", valueName: "bits")
    )
    var minDistance: Int?

    @Option(help: ArgumentHelp("Only up to this distance, and by digest.", valueName: "bits"))
    var maxDistance: Int?

    @Option(
        help: ArgumentHelp(
            "The number of the CyberTip report; 0 until there is one.",
            valueName: "number"
        )
    )
    var reportId = "0"

    @Option(help: ArgumentHelp("Who tells it.", valueName: "name"))
    var organisation: String?

    @Option(help: ArgumentHelp("How they can be reached.", valueName: "text"))
    var contact: String?

    enum Paths: String, EnumerableFlag {
        case withPaths, withoutPaths
    }

    @Flag(
        help: """
            Whether the files' names and paths are told, which may be personal. The certificates name the folders of the case and \
            of the list in any case.
            """
    )
    var paths = Paths.withPaths

    @Option(
        help: ArgumentHelp(
            "The date that the bundles bear, ISO 8601. Default: SOURCE_DATE_EPOCH, or now.",
            valueName: "date"
        )
    )
    var date: String?

    @Option(
        help: ArgumentHelp(
            "Sign the digests with this private key (Ed25519).",
            valueName: "file"
        )
    )
    var sign: String?

    @Flag(help: "Replace bundles that are there already.")
    var replace = false

    @Flag(help: "Keep no record of it in the case, such as in one that cannot be written.")
    var unrecorded = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "The summary as one object of JSON for each owner.")
    var json = false

    @OptionGroup var log: LogOptions

    func validate() throws {
        if all, !meanings.isEmpty {
            throw ValidationError("--all and --meaning exclude each other")
        }
        for distance in [minDistance, maxDistance].compactMap({ $0 })
        where !(0...256).contains(distance) {
            throw ValidationError("--min-distance and --max-distance must be from 0 to 256")
        }
        if let minDistance, let maxDistance, minDistance > maxDistance {
            throw ValidationError("--min-distance must not be above --max-distance")
        }
        guard !reportId.isEmpty, reportId.utf8.count <= 18,
            reportId.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw ValidationError("--report-id must be a number")
        }
        _ = try chosenDate()
    }

    /// The date in UTC, to the second.
    private func chosenDate() throws -> String {
        if let date {
            guard let parsed = parsedTimestamp(date) else {
                throw ValidationError("--date must be such as 2026-03-01T12:00:00Z")
            }
            return parsed.formatted(.iso8601)
        }
        guard let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] else {
            return Date().formatted(.iso8601)
        }
        // Up to the year 9999, the last that the formats know.
        guard let seconds = Int64(epoch), (0...253_402_300_799).contains(seconds) else {
            throw ValidationError("SOURCE_DATE_EPOCH must be a number of seconds since 1970")
        }
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }

    private func options() throws -> NotificationOptions {
        let meanings: Set<CategoryMeaning>? =
            all ? nil : self.meanings.isEmpty ? [.harm, .undeclared] : Set(self.meanings)
        return NotificationOptions(
            date: try chosenDate(),
            reportIdentifier: reportId,
            organisation: organisation,
            contact: contact,
            showsPaths: paths == .withPaths,
            filter: NotificationFilter(
                meanings: meanings,
                kinds: kinds.isEmpty ? nil : Set(kinds),
                minimumDistance: minDistance,
                maximumDistance: maxDistance
            ),
            keyFile: sign,
            replaces: replace
        )
    }

    mutating func run() throws {
        // What is wrong with the key has to show before anything is written.
        if let sign { _ = try ListSigning.signer(keyFile: sign) }
        guard !unrecorded else { return try tell(recordingIn: nil) }
        // Locks the case, so that no match changes meanwhile.
        let writer = try CaseWriter(existing: casePath, logger: log.logger)
        try writer.beginRun(arguments: Array(CommandLine.arguments.dropFirst()))
        do {
            try tell(recordingIn: writer)
        } catch {
            try? writer.endRun(outcome: "failed")
            throw error
        }
        try writer.endRun(outcome: "complete")
    }

    private func tell(recordingIn writer: CaseWriter?) throws {
        let reader = try CaseReader(name: casePath)
        let options = try options()
        let chosen = try reader.matchedLists(named: lists)
        for list in chosen where try !reader.isAsMatched(against: list) {
            standardError(
                "vestige: the case has changed since it was matched against \(EvidencePath(list.name).display()): what came since is not "
                    + "told. `vestige match` matches it again\n"
            )
        }
        let owners = Dictionary(grouping: chosen, by: \.owner).sorted { $0.key < $1.key }
        let parent = try folder(besides: reader.folder)
        for (owner, _) in owners {
            try NotificationBundle.check(owner: owner, in: parent, options)
        }
        // All are written before the first is told.
        var bundles: [NotificationBundle] = []
        let progress = ProgressLine(isQuiet: quiet)
        for (place, (owner, lists)) in owners.enumerated() {
            let bundle = try NotificationBundle(
                reader,
                owner: owner,
                lists: lists,
                in: parent,
                options
            )
            bundles.append(bundle)
            try bundle.write { share in
                progress.show("writing", fraction: (Double(place) + share) / Double(owners.count))
            }
        }
        progress.finish()
        for bundle in bundles {
            if let writer {
                try writer.record(bundle.records) { () throws(CaseFault) in try bundle.publish() }
            } else {
                try bundle.publish()
            }
            try show(bundle, options)
        }
    }

    /// The folder of the bundles, which is made if it is not there.
    private func folder(besides caseFolder: CaseFolder) throws(CaseFault) -> String {
        if mkdir(output, 0o755) != 0, errno != EEXIST {
            throw CaseFault(
                .system,
                "cannot make the folder \(output): \(systemMessage(errno))",
                status: errno
            )
        }
        guard let path = EvidencePath(output).canonical, path.isText else {
            throw CaseFault(.noSuchPath, "there is no folder \(output)", status: errno)
        }
        guard !path.isInside(caseFolder.path) else {
            throw CaseFault(
                .badInput,
                "\(output) lies inside the case: name a folder outside of it"
            )
        }
        return path.text
    }

    private struct Line: Encodable {
        let owner, path, digest: String
        let lists: [String]
        let counts: NotificationCounts
    }

    private func show(_ bundle: NotificationBundle, _ options: NotificationOptions) throws {
        let lists = bundle.lists.map { "\($0.name)@\($0.version)" }
        if json {
            return try StandardOutput.write(
                Line(
                    owner: bundle.owner,
                    path: bundle.path,
                    digest: bundle.digest,
                    lists: lists,
                    counts: bundle.counts
                ).jsonLine()
            )
        }
        let counts = bundle.counts
        var text = "\(EvidencePath(bundle.owner).display()): "
        text += "\(displayCount(counts.matches, "match", plural: "matches")) of "
        text +=
            "\(displayCount(counts.files, "file")) with \(EvidencePath(lists.joined(separator: ", ")).display())"
        if let meanings = options.filter.meanings {
            text += " (meaning \(meanings.map(\.rawValue).joined(separator: " or ")))"
        }
        if counts.retractions > 0 {
            text += "; \(displayCount(counts.retractions, "match", plural: "matches")) retracted"
        }
        if counts.withdrawn > 0 {
            text +=
                "; \(displayCount(counts.withdrawn, "match", plural: "matches")) of withdrawn files left out"
        }
        StandardOutput.write(
            "\(text)\n  \(EvidencePath(bundle.path).display())\n  digest \(bundle.digest)\n"
        )
    }
}
