import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Foundation
import Matching
import Reporting

struct JoinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract:
            "Finds all pairs between two sets: a case and a list, two cases, a case and itself.",
        discussion: """
            Each side is a case, a hash list (LIST.vlist or LIST.vlist@3, whose entries are told by their numbers), or a \
            text file of fingerprints: 64 hex digits to a line, or hash,quality,… as other PDQ tools print it. Without a second side the first is compared with itself. A line of \
            output is a pair of fingerprints with all their places. Of films it is told which seconds of which \
            two run in step: a line for each two films, after the pairs. The join is exact: every pair within \
            the radius is found, once.

              vestige join holiday.vestige list.txt > hits.jsonl
              vestige join holiday.vestige older.vestige --radius 24 --certificate join.json
              vestige join holiday.vestige
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
    }

    @Argument(help: ArgumentHelp("A case's folder, or a list of fingerprints.", valueName: "left"))
    var left: String

    @Argument(
        help: ArgumentHelp(
            "The other side; without it the first is taken twice.",
            valueName: "right"
        )
    )
    var right: String?

    @Option(
        help: """
            Bits in which a match may differ, 0 to 64. Default: 31; where both sides hold films, 40 for the \
            pictures of two films, of which several have to agree.
            """
    )
    var radius: Int?

    @OptionGroup var options: JoinOptions

    @Flag(
        help: """
            Also find copies that were turned by a quarter or mirrored. What is stored are the bits, not \
            the picture, and turned bits lie some 7 bits beside the turned picture's: a larger radius makes up \
            for it. `query --turned` has the picture, and is exact.
            """
    )
    var turned = false

    @Flag(help: "Also list the pairs of two films' pictures, one by one.")
    var pictures = false

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    @OptionGroup var certificate: CertificateOptions

    @Flag(help: "Print to standard error how each pair of segments was joined.")
    var explain = false

    func validate() throws {
        try SearchThresholds.check(radius: radius)
    }

    mutating func run() throws {
        let memory = options.memory.memory.bytes
        let first = try JoinInput(left, memory: memory / 3)
        let second = try right.map { name throws(CaseFault) in
            try JoinInput(name, memory: memory / 3)
        }
        let wrongLines = first.tellWrongLines() + (second?.tellWrongLines() ?? 0)
        let kind = try first.kind ?? second?.kind ?? .pdqFullResolution
        let leftSide = try first.side(kind: kind, minimumQuality: options.minQuality)
        let rightSide = try second?.side(kind: kind, minimumQuality: options.minQuality)
        let join = try CaseJoin(
            left: leftSide,
            right: rightSide,
            radius: radius ?? JoinCommand.radius(leftSide, rightSide),
            wantsTurned: turned,
            minimumQuality: options.minQuality,
            threads: options.threadCount,
            memory: memory,
            scratch: FileManager.default.temporaryDirectory.path,
            sampleSeed: certificate.drawSeed()
        )
        var films: FilmJoin?
        if let reader = first.reader, right == nil || second?.reader != nil {
            films = FilmJoin(join, left: reader, right: second?.reader)
        }
        var answers = JoinAnswers(
            left: first.names,
            right: (second ?? first).names,
            // A single pair of pictures is believed no further than without films.
            radius: radius ?? Fingerprint.recommendedRadius,
            isTable: (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table
        )
        let progress = ProgressLine(isQuiet: options.quiet)
        let listsPictures = pictures
        let outcome = try join.run(
            progress: { progress.show("joining", fraction: $0) },
            found: { match in
                let rest = try films.map { try $0.take(match) } ?? match
                if let told = listsPictures ? match : rest {
                    try answers.show(told)
                }
            }
        )
        if let films {
            try films.align(
                progress: { progress.show("aligning films", fraction: $0) },
                found: { try answers.show($0) }
            )
        }
        progress.finish()
        if explain {
            standardError(JoinCommand.explanation(of: outcome.statistics))
        }
        answers.finish(tellsFilms: films != nil)
        if let written = outcome.certificate {
            try certificate.write(written)
        }
        if wrongLines > 0 {
            throw ExitStatus.someFaulted
        }
    }

    /// One join serves both: it runs at the radius for films where there are some on both sides.
    private static func radius(_ left: JoinSide, _ right: JoinSide?) throws(CaseFault) -> Int {
        let areFilms = try left.hasFilms() ? (right?.hasFilms() ?? true) : false
        return areFilms ? FilmAlignment.recommendedRadius : Fingerprint.recommendedRadius
    }

    private static func explanation(of statistics: JoinStatistics) -> String {
        var rows = statistics.partPairs.map { pair in
            [
                "\(pair.leftPart)", "\(pair.rightPart)", pair.method?.rawValue ?? "left out",
                "\(pair.counts.listPairs)", "\(pair.counts.extensionPairs)",
                "\(pair.counts.candidates)", "\(pair.counts.rowPairs)", "\(pair.counts.pairs)",
            ]
        }
        let sum = statistics.counts
        rows.append([
            "all", "all", "", "\(sum.listPairs)", "\(sum.extensionPairs)", "\(sum.candidates)",
            "\(sum.rowPairs)", "\(sum.pairs)",
        ])
        return displayTable(
            header: [
                "left", "right", "method", "list pairs", "posting pairs", "candidates",
                "row pairs scanned", "within radius",
            ],
            rows: rows
        )
    }
}
