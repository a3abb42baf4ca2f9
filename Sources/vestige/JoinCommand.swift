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
            Each side is a case, or a text file of fingerprints: 64 hex digits to a line, or hash,quality,… as \
            other PDQ tools print it. Without a second side the first is compared with itself. A line of \
            output is a pair of fingerprints with all their places. The join is exact: every pair within the \
            radius is found, once.

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

    @OptionGroup var options: JoinOptions

    @Flag(
        help: """
            Also find copies that were turned by a quarter or mirrored. What is stored are the bits, not \
            the picture, and turned bits lie some 7 bits beside the turned picture's: a larger radius makes up \
            for it. `query --turned` has the picture, and is exact.
            """
    )
    var turned = false

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    @OptionGroup var certificate: CertificateOptions

    @Flag(help: "Print to standard error how each pair of segments was joined.")
    var explain = false

    mutating func run() throws {
        let memory = options.memory.memory.bytes
        let first = try JoinInput(left, memory: memory / 3)
        let second = try right.map { name throws(CaseFault) in
            try JoinInput(name, memory: memory / 3)
        }
        let wrongLines = first.tellWrongLines() + (second?.tellWrongLines() ?? 0)
        let kind = try first.kind ?? second?.kind ?? .pdqFullResolution
        let join = try CaseJoin(
            left: first.side(kind: kind, minimumQuality: options.minQuality),
            right: second?.side(kind: kind, minimumQuality: options.minQuality),
            radius: options.radius,
            wantsTurned: turned,
            minimumQuality: options.minQuality,
            threads: options.threadCount,
            memory: memory,
            scratch: FileManager.default.temporaryDirectory.path,
            sampleSeed: certificate.drawSeed()
        )
        let names = (first.names, (second ?? first).names)
        let isTable = (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table
        let here = EvidencePath(".").canonical
        let progress = ProgressLine(isQuiet: options.quiet)
        if isTable {
            StandardOutput.write("distance  turned      left  —  right\n")
        }
        let outcome = try join.run(
            progress: { progress.show("joining", fraction: $0) },
            found: { match in
                guard isTable else {
                    try StandardOutput.write(
                        JoinLine(match, left: names.0, right: names.1).jsonLine()
                    )
                    return
                }
                let turn = match.turn == .none ? "-" : match.turn.name
                let sides = try [
                    JoinCommand.text(of: match.leftPlaces, names.0, here),
                    JoinCommand.text(of: match.rightPlaces, names.1, here),
                ]
                StandardOutput.write(
                    String(match.distance).padding(toLength: 10, withPad: " ", startingAt: 0)
                        + turn.padding(toLength: 12, withPad: " ", startingAt: 0)
                        + sides.joined(separator: "  —  ") + "\n"
                )
            }
        )
        progress.finish()
        if explain {
            standardError(JoinCommand.explanation(of: outcome.statistics))
        }
        if isTable {
            StandardOutput.write("\(displayCount(outcome.matches, "pair")) of fingerprints\n")
        }
        if let written = outcome.certificate {
            try certificate.write(written)
        }
        if wrongLines > 0 {
            throw ExitStatus.someFaulted
        }
    }

    /// The first of the places, and how many more there are.
    private static func text(
        of places: [JoinSide.Place],
        _ names: SideNames,
        _ folder: EvidencePath?
    ) throws -> String {
        let first = try names.text(of: places[0], relativeTo: folder)
        return places.count == 1 ? first : "\(first) (and \(places.count - 1) more)"
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
