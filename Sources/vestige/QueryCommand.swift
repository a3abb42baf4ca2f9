import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Glibc
import Matching
import Reporting

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Finds the near-duplicates of a picture, a film or a fingerprint in a case.",
        discussion: """
            The search is exact: every stored picture within the radius is found. A match is a candidate \
            for a person to look at, not a verdict. For a film it tells which seconds of which stored films run \
            in step with it, and which stored pictures it shows. Pictures under the minimum quality (flat, blank, \
            blurred) resemble each other by accident: their matches are listed last and marked low.

              vestige query holiday.vestige picture.jpg
              vestige query holiday.vestige film.mp4 --radius 24 --turned
              cat fingerprints.txt | vestige query holiday.vestige - --format jsonl
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
    }

    @Argument(help: "The case's folder.")
    var casePath: String

    @Argument(
        help: ArgumentHelp(
            "Pictures, films, fingerprints of 64 hex digits, or - for a list of those on standard input.",
            valueName: "input"
        )
    )
    var inputs: [String]

    @Option(
        help: """
            Bits in which a match may differ, 0 to 64. Default: 31, and 40 for the pictures of a film, of which \
            several have to agree.
            """
    )
    var radius: Int?

    @Option(help: "Matches that are listed for each input; by default all.")
    var limit: Int?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Also find copies that were turned by a quarter or mirrored. Default: of films, since accidents do not \
            run in step; not of pictures.
            """
    )
    var turned: Bool?

    @Flag(
        help: "List every picture of a film that matches, instead of the seconds that run in step."
    )
    var pictures = false

    @Option(
        help: ArgumentHelp(
            "How far apart the pictures of a film that is asked for may be, in seconds. Default: 0.1.",
            valueName: "seconds"
        )
    )
    var fillInterval: Double?

    @Option(help: "Quality, 0 to 100, under which a match is marked as low, on either side.")
    var minQuality = Int(Fingerprint.recommendedMinimumQuality)

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    @OptionGroup var certificate: CertificateOptions

    @Flag(help: "Print to standard error how each segment was searched, and what it took.")
    var explain = false

    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        try SearchThresholds.check(radius: radius)
        try SearchThresholds.check(minQuality: minQuality)
        try SamplingOptions.check(fillInterval)
        if let limit, limit < 1 {
            throw ValidationError("--limit must be at least 1")
        }
    }

    mutating func run() throws {
        let reader = try CaseReader(name: casePath)
        let recorder = try certificate.drawSeed().map { seed throws(CaseFault) in
            try SearchRecorder(
                reader,
                radius: radius ?? Fingerprint.recommendedRadius,
                turned: turned == true,
                seed: seed
            )
        }
        var answers = QueryAnswers(
            reader: reader,
            radius: radius ?? Fingerprint.recommendedRadius,
            filmRadius: radius ?? FilmAlignment.recommendedRadius,
            limit: limit,
            wantsTurned: turned,
            listsPictures: pictures,
            sampling: SamplingOptions.covering(fillInterval) ?? QueryAnswers.sampling,
            minimumQuality: minQuality,
            isTable: (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table,
            recorder: recorder,
            explains: explain
        )
        if inputs == ["-"] {
            // Given a list, a bad line is named and the others go on.
            var number = 0
            let lines = AnyIterator<QueryInput> {
                while let line = readLine(strippingNewline: true) {
                    number += 1
                    let text = line.trimmingPrefix { $0.isWhitespace }
                    if text.isEmpty || text.hasPrefix("#") { continue }
                    return QueryInput(text: line, line: number)
                }
                return nil
            }
            try answers.answer(lines, pool: workers, many: true)
        } else {
            let parsed = inputs.map { QueryInput(text: $0, line: nil) }
            for input in parsed {
                // Given by hand, a bad input is most likely a slip: nothing is begun.
                if case .wrong(let reason) = input.content {
                    throw CaseFault(.badInput, reason)
                }
            }
            try answers.answer(parsed, pool: workers, many: parsed.count > 1)
        }
        if let recorder {
            try certificate.write(recorder.finish())
        }
        if answers.faulted > 0 {
            throw ExitStatus.someFaulted
        }
    }
}

/// One thing that is asked for, as the user wrote it.
struct QueryInput {
    enum Content {
        case file(EvidencePath)
        case fingerprint(Fingerprint)
        case wrong(String)
    }

    let text: String
    let content: Content

    /// - Parameter line: its number in a list; `nil` if it was given as an argument.
    /// - Parameter takesLists: whether many inputs can be given instead of a folder.
    init(text: String, line: Int?, takesLists: Bool = true) {
        self.text = text
        let place = line.map { "line \($0): " } ?? ""
        let path = EvidencePath(text)
        var status = stat()
        if let fingerprint = Fingerprint(hex: text) {
            content = .fingerprint(fingerprint)
        } else if path.withCString({ stat($0, &status) }) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                // The worker's file must not be a link; what the user names by hand may be one.
                content = path.canonical.map { .file($0) } ?? .wrong("\(place)cannot read \(text)")
            case S_IFDIR:
                content = .wrong(
                    takesLists
                        ? "\(place)\(text) is a folder: name files, or pipe a list of them: "
                            + "find \(text) -type f | vestige query CASE -"
                        : "\(text) is a folder: name a file"
                )
            default:
                content = .wrong("\(place)\(text) is not a regular file")
            }
        } else {
            let number = errno
            let isHex = text.utf8.count >= 32 && text.allSatisfy(\.isHexDigit)
            content = .wrong(
                isHex
                    ? "\(place)a fingerprint has 64 hex digits, this one has \(text.utf8.count): \(text)"
                    : "\(place)cannot read \(text): \(systemMessage(number)). An input is a picture, a "
                        + "film, or a fingerprint of 64 hex digits"
            )
        }
    }
}
