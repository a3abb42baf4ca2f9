import Decoding
import Foundation
import Keyframing
import TestSupport
import Testing

/// Films whose pictures say which they are: so a time that is told can be checked against what is shown then.
///
/// Each picture is 4 × 4 fields, black or white: ten bits of its number and six that check them, so that a
/// picture that is mixed from others, or half built, is known for what it is. FFmpeg's command line encodes
/// them; where it is missing there is nothing to test with.
struct NumberedFilm {
    static let width = 320
    static let height = 240
    /// Pictures of the film, and how many a second.
    static let pictures = 250
    static let rate = 25
    static let pictureMilliseconds: Int64 = 40
    /// How long the film is, in milliseconds.
    static let length = Int64(pictures) * pictureMilliseconds

    /// FFmpeg's command line; `nil` if it is not there.
    static let ffmpeg: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin")
        .split(separator: ":").map { "\($0)/ffmpeg" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The pictures one after another, a byte for each pixel.
    private static let raw: Data = {
        var content = Data(capacity: pictures * width * height)
        for number in 0..<pictures {
            let code = NumberedFilm.code(number)
            for line in 0..<4 {
                let fields = (0..<4).map { code >> (15 - line * 4 - $0) & 1 == 1 ? UInt8(215) : 40 }
                let row = Data(fields.flatMap { [UInt8](repeating: $0, count: width / 4) })
                for _ in 0..<(height / 4) { content.append(row) }
            }
        }
        return content
    }()

    static func code(_ number: Int) -> Int { number << 6 | (number * 37 + 11) % 64 }

    /// The film's file.
    let bytes: [UInt8]

    /// The film as FFmpeg makes it.
    ///
    /// - Parameters:
    ///   - file: its name; the ending says the container.
    ///   - steps: what FFmpeg is told, first of the numbered pictures, then of what the step before made:
    ///     options of the input, `--`, and options of the output. The output of all steps but the last is
    ///     named at their end.
    init(_ file: String, _ steps: [String]...) throws {
        let tool = try #require(NumberedFilm.ffmpeg)
        let folder = try TemporaryFolder()
        var input = try folder.write("raw", NumberedFilm.raw)
        var reading = [
            "-f", "rawvideo", "-pix_fmt", "gray",
            "-s", "\(NumberedFilm.width)x\(NumberedFilm.height)", "-r", "\(NumberedFilm.rate)",
        ]
        for (number, step) in steps.enumerated() {
            let isLast = number == steps.count - 1
            let parts = step.split(separator: "--", omittingEmptySubsequences: false)
            reading += parts.count > 1 ? Array(parts[0]) : []
            let writing = Array(parts[parts.count - 1])
            let name = isLast ? file : try #require(writing.last)
            let output = "\(folder.path)/\(name)"
            let process = Process()
            process.executableURL = URL(filePath: tool)
            process.arguments =
                ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"] + reading + ["-i", input]
                + (isLast ? writing : writing.dropLast()) + [output]
            process.standardInput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "ffmpeg \(step.joined(separator: " "))")
            (input, reading) = (output, [])
        }
        bytes = Array(try Data(contentsOf: URL(filePath: input)))
    }

    /// A film from bytes.
    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The film with a stretch of its bytes made 0, given in shares of its length.
    func zeroed(_ range: ClosedRange<Double>) -> NumberedFilm {
        var bytes = bytes
        let from = Int(Double(bytes.count) * range.lowerBound)
        let to = Int(Double(bytes.count) * range.upperBound)
        for place in from..<to { bytes[place] = 0 }
        return NumberedFilm(bytes: bytes)
    }

    /// The film with only the first of its bytes, given as a share.
    func cut(_ share: Double) -> NumberedFilm {
        NumberedFilm(bytes: Array(bytes.prefix(Int(Double(bytes.count) * share))))
    }
}

/// A picture that was taken out of a numbered film.
struct NumberedPicture: CustomStringConvertible {
    /// The time that is claimed, in milliseconds.
    let time: Int64?
    /// Which picture is seen; `nil` if it is none of the film.
    let number: Int?
    let isDamaged: Bool

    init(_ taken: Taken) {
        time = taken.time
        isDamaged = taken.origin.isDamaged
        number = NumberedPicture.number(taken)
    }

    private static func number(_ taken: Taken) -> Int? {
        let rows = taken.samples.count / taken.sampleWidth
        var code = 0
        for y in 0..<4 {
            for x in 0..<4 {
                var sum = 0.0
                for (dx, dy) in [(0, 0), (-9, 0), (9, 0), (0, -9), (0, 9), (7, 7), (-7, -7)] {
                    sum += taken.luma(
                        x: (2 * x + 1) * taken.sampleWidth / 8 + dx,
                        y: (2 * y + 1) * rows / 8 + dy
                    )
                }
                let value = sum / 7
                guard abs(value - 128) > 30 else { return nil }
                code = code << 1 | (value > 128 ? 1 : 0)
            }
        }
        let number = code >> 6
        return code == NumberedFilm.code(number) && number < NumberedFilm.pictures ? number : nil
    }

    var description: String {
        "\(time.map(String.init) ?? "-")=\(number.map(String.init) ?? "?")\(isDamaged ? "!" : "")"
    }
}

/// What was made of a numbered film.
struct NumberedReading {
    let pictures: [NumberedPicture]
    let report: DecodeReport

    init(_ film: NumberedFilm, fill: Int64? = 1_000) throws {
        var options = DecodeOptions()
        options.sampling = fill.map { .covering(fillMilliseconds: $0) } ?? .keyframes
        let (taken, outcome) = decode(film.bytes, options: options)
        report = try outcome.get()
        pictures = taken.map(NumberedPicture.init)
    }

    var coverage: FilmCoverage? { report.coverage.first }

    /// Pictures whose time is not that of what they show, or that show nothing of the film.
    ///
    /// - Parameters:
    ///   - first: the number of the picture at which the film begins.
    ///   - tolerance: how far a time may be off, in milliseconds.
    func wrong(first: Int = 0, tolerance: Int64 = 45) -> [NumberedPicture] {
        pictures.filter { picture in
            guard let number = picture.number else { return true }
            guard let time = picture.time else { return false }
            let due = Int64(number - first) * NumberedFilm.pictureMilliseconds
            return abs(due - time) > tolerance
        }
    }

    /// The longest time between two pictures that follow each other, from the film's start to its end, in
    /// milliseconds.
    var longestHole: Int64 {
        let times = [0] + pictures.compactMap(\.time).sorted() + [coverage?.length ?? 0]
        return zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    /// Whether the film's time is one that is said not to be represented.
    func isInGap(_ time: Int64) -> Bool {
        coverage?.gaps.contains { $0.from <= time && time <= $0.to } ?? false
    }
}
