import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Foundation
import HashLists
import Matching
import Reporting

struct MatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Matches cases against hash lists: digests, pictures and films.",
        discussion: """
            Every item of the case is compared with every entry of the lists: exactly, by their digests, and by \
            their fingerprints, within a radius. What is found stands in the case, with the version of the list, \
            its digest, and the line from which the entry came; `vestige matches` shows it. A match is a candidate \
            for a person to look at, and may mean something innocent: the list's owner declares what its categories \
            mean.

            A run that was killed goes on when it is started again. With --since only what a version changed is \
            matched: what is new in it, and what it withdrew.

              vestige match holiday.vestige --list known.vlist
              vestige match holiday.vestige --list known.vlist@3 --since 2 --certificate match.json
              vestige match *.vestige --list known.vlist --list benign.vlist
            """
    )

    @Argument(help: ArgumentHelp("The cases' folders.", valueName: "case"))
    var casePaths: [String]

    @Option(
        name: .customLong("list"),
        help: ArgumentHelp(
            "A hash list, or a version of it: LIST or LIST@3. Default: the newest.",
            valueName: "list"
        )
    )
    var lists: [String]

    @Option(help: "Bits in which two pictures may differ, 0 to 64.")
    var radius = Fingerprint.recommendedRadius

    @Option(help: "Bits in which pictures of two films may differ, 0 to 64: several have to agree.")
    var filmRadius = FilmAlignment.recommendedRadius

    @Flag(
        help: """
            Also find copies that were turned by a quarter or mirrored. What is stored are the bits, not \
            the picture, and turned bits lie some 7 bits beside the turned picture's.
            """
    )
    var turned = false

    @Option(
        help: ArgumentHelp(
            "Only what came or went since this version, which must have been matched before with the same options.",
            valueName: "version"
        )
    )
    var since: Int?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A public key that must have signed the lists; several: one of them.",
            valueName: "file"
        )
    )
    var keys: [String] = []

    @Flag(help: "Match again what was matched before and has not changed.")
    var again = false

    @OptionGroup var options: JoinOptions
    @OptionGroup var certificate: CertificateOptions
    @OptionGroup var log: LogOptions

    @Flag(help: "The summary as one object of JSON for each case and list.")
    var json = false

    func validate() throws {
        try SearchThresholds.check(radius: radius)
        guard (0...64).contains(filmRadius) else {
            throw ValidationError("--film-radius must be from 0 to 64")
        }
        if lists.isEmpty {
            throw ValidationError("name a hash list with --list")
        }
        if certificate.path != nil, casePaths.count * lists.count > 1 {
            throw ValidationError(
                "--certificate is for one case and one list; each run's certificate is kept in its case, too: "
                    + "`vestige matches CASE --certificates FOLDER` writes them"
            )
        }
    }

    mutating func run() throws {
        // What is wrong with a list or a key has to show before the first case is touched.
        var signers: [[UInt8]] = []
        for key in keys { signers.append(try ListSigning.publicKey(key)) }
        var opened: [(list: HashList, version: Int?)] = []
        for name in lists {
            let reference = ListReference(name)
            let list = try HashList(name: reference.name)
            try list.version(reference.version).require(signers: signers)
            opened.append((list, reference.version))
        }
        for path in casePaths {
            let writer = try CaseWriter(existing: path, logger: log.logger)
            for (list, version) in opened {
                try match(writer, list, version, signers)
            }
        }
    }

    private func match(
        _ writer: CaseWriter,
        _ list: HashList,
        _ version: Int?,
        _ signers: [[UInt8]]
    ) throws {
        var wanted = ListMatchRun.Options(
            threads: options.threadCount,
            memory: options.memory.memory.bytes,
            sampleSeed: certificate.chosenSeed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        )
        wanted.settings = MatchSettings(
            radius: radius,
            filmRadius: filmRadius,
            turned: turned,
            minimumQuality: options.minQuality
        )
        wanted.since = since
        wanted.signers = signers
        wanted.repeats = again
        let run = try ListMatchRun(
            writer: writer,
            list: list,
            version: version,
            options: wanted,
            arguments: Array(CommandLine.arguments.dropFirst())
        )
        let progress = ProgressLine(isQuiet: options.quiet)
        let started = Date()
        let outcome = try run.run { progress.show($0, fraction: $1) }
        progress.finish()
        if let path = certificate.path {
            try outcome.certificate.write(to: path)
        }
        if json {
            try StandardOutput.write(
                MatchSummaryLine(
                    outcome,
                    case: writer.folder.path,
                    seconds: Date().timeIntervalSince(started)
                ).jsonLine()
            )
        } else {
            StandardOutput.write(MatchSummaryText.text(outcome, case: writer.folder.path))
        }
    }
}
