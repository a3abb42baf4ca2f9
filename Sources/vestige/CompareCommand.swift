import ArgumentParser
import Casework
import Evidence
import Fingerprinting
import Keyframing
import Matching
import Reporting

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares two pictures, films or fingerprints, without a case.",
        discussion: """
            Of two pictures it tells in how many of 256 bits their fingerprints differ, and how the first has to be \
            turned for that; of two films which seconds run in step; of a picture and a film the moment that is nearest.

            Exit status: 0 they match, 1 they do not, 2 they could not be compared.

              vestige compare a.jpg b.png
              vestige compare clip.mp4 film.mkv --format jsonl
              vestige compare a.jpg 9c15…
            """
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case jsonl
    }

    @Argument(help: ArgumentHelp("A file, or a fingerprint of 64 hex digits.", valueName: "a"))
    var first: String

    @Argument(help: ArgumentHelp("Another one.", valueName: "b"))
    var second: String

    @Option(
        help: """
            Bits in which a match may differ, 0 to 64. Default: 31, and 40 for the pictures of two films, of which \
            several have to agree.
            """
    )
    var radius: Int?

    @Flag(inversion: .prefixedNo, help: "Also turned by quarters and mirrored.")
    var turned = true

    @Option(help: "Quality, 0 to 100, under which a picture says too little for a match.")
    var minQuality = Int(Fingerprint.recommendedMinimumQuality)

    @Option(help: "text or jsonl; by default text on a terminal and JSON Lines on a pipe.")
    var format: Format?

    @OptionGroup var fingerprints: FingerprintOptions
    @OptionGroup var workers: WorkerOptions

    func validate() throws {
        try SearchThresholds.check(radius: radius)
        try SearchThresholds.check(minQuality: minQuality)
    }

    mutating func run() throws {
        let inputs = [first, second].map { QueryInput(text: $0, line: nil, takesLists: false) }
        let sides = try decode(inputs)
        let interval = QueryAnswers.sampling.fillMilliseconds ?? 0
        let films = sides.allSatisfy(\.isFilm)
        let pictureRadius = radius ?? Fingerprint.recommendedRadius
        let filmRadius = radius ?? FilmAlignment.recommendedRadius
        let comparison = Comparison(
            sides[0],
            sides[1],
            turns: turned ? Turn.allCases : [.none],
            radius: pictureRadius,
            filmRadius: filmRadius,
            minimumQuality: minQuality,
            interval: interval
        )
        let line = ComparisonLine(
            comparison,
            (first, sides[0]),
            (second, sides[1]),
            radius: films ? filmRadius : pictureRadius
        )
        if (format ?? (StandardOutput.isTerminal ? .text : .jsonl)) == .text {
            StandardOutput.write(line.text)
        } else {
            try StandardOutput.write(line.jsonLine())
        }
        if !comparison.isMatch { throw ExitStatus.noMatch }
    }

    /// Both inputs, decoded.
    ///
    /// - Throws: a `CaseFault` if one of them gives no picture.
    private func decode(_ inputs: [QueryInput]) throws -> [Comparison.Side] {
        var paths: [EvidencePath] = []
        for input in inputs {
            switch input.content {
            case .file(let path): paths.append(path)
            case .fingerprint: break
            case .wrong(let reason): throw CaseFault(.badInput, reason)
            }
        }
        var reports: [WorkerReport] = []
        if !paths.isEmpty {
            var settings = fingerprints.settings
            settings.wantsVariants = true
            settings.sampling = QueryAnswers.sampling
            let pool = try workers.pool(settings, atMost: paths.count)
            try OrderedDecoding(pool: pool).run(paths) { _, report in reports.append(report) }
        }
        return try inputs.map { input in
            guard case .file = input.content else {
                guard case .fingerprint(let fingerprint) = input.content else {
                    throw CaseFault(.badInput, "cannot compare \(input.text)")
                }
                return Comparison.Side(fingerprint)
            }
            let report = reports.removeFirst()
            guard !report.fingerprints.isEmpty else {
                throw CaseFault(.badInput, "\(input.text) gives no picture: \(report.reasons)")
            }
            if report.state != .indexed {
                standardError("vestige: \(input.text): decoded only in part: \(report.reasons)\n")
            }
            return Comparison.Side(report)
        }
    }
}
