import Evidence
import Fingerprinting
import HashLists

/// What can be told of an entry of a list by looking at it alone: whether its signals stand for a picture at all.
enum EntrySignals {
    /// Digests of no bytes at all (FIPS 180-4, RFC 1321).
    private static let emptyFile: Set<String> = [
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ]

    /// What is wrong with a digest; `nil` if nothing is known to be.
    static func fault(of digest: [UInt8]) -> String? {
        if emptyFile.contains(digest.hexDigits) { return "that of an empty file" }
        if let first = digest.first, digest.allSatisfy({ $0 == first }) {
            return "one byte again and again, which is no file's"
        }
        return nil
    }

    /// How much a fingerprint is to be believed, from the worst on.
    enum Worth: Int, Comparable {
        case constant, flat, lowQuality, good

        static func < (left: Worth, right: Worth) -> Bool { left.rawValue < right.rawValue }
    }

    /// A picture sets the bits of coefficients above their median: half of them, and some 8 more or less once it is turned (the standard
    /// deviation of 256 even chances). Six times that has no reason but equal coefficients, of a picture with next to nothing on it.
    private static let usualBits = 80...176

    static func worth(of fingerprint: Fingerprint, quality: UInt8?, minimumQuality: Int) -> Worth {
        if isConstant(fingerprint) { return .constant }
        if !usualBits.contains(bits(of: fingerprint)) { return .flat }
        if let quality, Int(quality) < minimumQuality { return .lowQuality }
        return .good
    }

    /// The bits that are set.
    static func bits(of fingerprint: Fingerprint) -> Int {
        let words = fingerprint.words
        return words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
            + words.3.nonzeroBitCount
    }

    /// Whether all 16 rows of 16 bits are the same, or each is of one value throughout: what a picture of one colour, of stripes or of a
    /// single gradient has.
    static func isConstant(_ fingerprint: Fingerprint) -> Bool {
        let words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        let rows = words.flatMap { word in
            (0..<4).map { UInt16(truncatingIfNeeded: word >> (16 * UInt64($0))) }
        }
        return rows.allSatisfy { $0 == rows[0] } || rows.allSatisfy { $0 == 0 || $0 == UInt16.max }
    }
}
