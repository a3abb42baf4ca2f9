import Casework
import Crypto
import Evidence
import Foundation

/// What is known of a sample set: which file was made from which, and how. A table of comma-separated values
/// with a header, in one of two forms, which `Docs/Validation.md` describes.
public struct GroundTruth: Sendable {
    /// The form of a table, told by its columns.
    public enum Form: String, Codable, Hashable, Sendable {
        /// `original,variant,transform` and more: variants were made from originals.
        case variants
        /// `file_a,file_b` and more: two files that resemble each other, neither made from the other.
        case pairs
    }

    /// Seconds of an original, and where they are in a variant; in milliseconds.
    public struct Stretch: Hashable, Sendable {
        /// In the original.
        public var original: ClosedRange<Int64>
        /// In the variant.
        public var variant: ClosedRange<Int64>

        /// A stretch.
        public init(original: ClosedRange<Int64>, variant: ClosedRange<Int64>) {
            self.original = original
            self.variant = variant
        }
    }

    /// A line of the table.
    public struct Row: Hashable, Sendable {
        /// Its number, from 1.
        public var line: Int
        /// `image`, `video`, `frame`, …; empty if the table does not say.
        public var kind = ""
        /// The path of the original, or of the first file; `nil` for a file without any.
        public var original: EvidencePath?
        /// The path of the variant, or of the second file.
        public var variant: EvidencePath
        /// What was done.
        public var transform: String
        /// How strongly.
        public var strength = ""
        /// How the original appears in the variant: `whole`, `part`, `inset`, `host`.
        public var role = ""
        /// How hard the maker of the set holds it to be.
        public var tier = ""
        /// Which seconds are which, if the table says so.
        public var stretch: Stretch?
    }

    /// A line that could not be understood.
    public struct WrongLine: Codable, Hashable, Sendable {
        /// Its number, from 1.
        public let line: Int
        /// What is wrong with it.
        public let reason: String
    }

    /// The file's name, without its folder.
    public let name: String
    /// The SHA-256 of its bytes, as hex digits.
    public let sha256: String
    /// Its form.
    public let form: Form
    /// The lines that could be understood.
    public let rows: [Row]
    /// The first lines that could not; at most ``mostWrongLines``.
    public let wrongLines: [WrongLine]
    /// The number of all that could not.
    public let wrongCount: Int

    /// Wrong lines that are kept; more are counted.
    public static let mostWrongLines = 100
    private static let largestFile = 1 << 28
    /// Longer times are no film's; they would not fit the arithmetic either.
    private static let longestSeconds = 1e8

    /// Reads a table.
    ///
    /// - Throws: `CaseFault`: `noSuchPath` if it cannot be read, `badInput` if it is no such table, or names
    ///   nothing.
    public init(reading path: String) throws(CaseFault) {
        let handle: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            handle = try file.read(upToCount: GroundTruth.largestFile + 1) ?? Data()
        } catch {
            throw CaseFault(
                .noSuchPath,
                "cannot read the ground truth \(EvidencePath(path).display()): no such file, or not "
                    + "readable. Name it with --truth"
            )
        }
        guard handle.count <= GroundTruth.largestFile else {
            throw CaseFault(
                .badInput,
                "\(EvidencePath(path).display()) has over \(GroundTruth.largestFile >> 20) MB: split it, and give "
                    + "--truth for each part"
            )
        }
        try self.init(
            name: String(decoding: EvidencePath(path).lastComponent, as: UTF8.self),
            bytes: Array(handle)
        )
    }

    /// Reads a table from its bytes.
    ///
    /// - Throws: `CaseFault` with the code `badInput`.
    public init(name: String, bytes: [UInt8]) throws(CaseFault) {
        let shown = EvidencePath(name).display()
        var reader = CSVReader(bytes)
        guard case .fields(let header)? = reader.next()?.record else {
            throw CaseFault(
                .badInput,
                "\(shown) is no table of comma-separated values: its first line names the columns"
            )
        }
        let columns = try TruthColumns(header, of: shown)
        var rows: [Row] = []
        var wrong: [WrongLine] = []
        var wrongCount = 0
        while let (line, record) = reader.next() {
            let reason: String
            switch record {
            case .wrong(let text): reason = text
            case .fields(let fields):
                do throws(TruthColumns.WrongRow) {
                    rows.append(try columns.row(fields, line: line))
                    continue
                } catch {
                    reason = error.reason
                }
            }
            wrongCount += 1
            if wrong.count < GroundTruth.mostWrongLines {
                wrong.append(WrongLine(line: line, reason: reason))
            }
        }
        guard rows.contains(where: { $0.original != nil }) else {
            let first = wrong.first.map { " (line \($0.line): \($0.reason))" } ?? ""
            throw CaseFault(
                .badInput,
                "\(shown) names no two files that belong together\(first): there is nothing to measure"
            )
        }
        self.name = name
        sha256 = SHA256.hash(data: bytes).hexDigits
        form = columns.form
        self.rows = rows
        wrongLines = wrong
        self.wrongCount = wrongCount
    }

    /// Seconds as text, in milliseconds; `nil` if it is no such number.
    static func milliseconds(_ text: String) -> Int64? {
        guard let seconds = Double(text), seconds.isFinite, abs(seconds) <= longestSeconds else {
            return nil
        }
        return Int64((seconds * 1000).rounded())
    }
}
