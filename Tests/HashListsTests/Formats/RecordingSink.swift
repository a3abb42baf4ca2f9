import Fingerprinting
import HashLists
import TestSupport

/// Keeps all that a reader hands out.
final class RecordingSink: EntrySink {
    var entries: [ListEntry] = []
    var lines: [Int] = []
    var withdrawn: [EntryIdentity] = []
    var reasons: [String] = []
    var rejected: [Int: String] = [:]
    var omitted: [String: Int] = [:]

    func take(_ entry: ListEntry, line: Int) throws(ListFault) {
        entries.append(entry)
        lines.append(line)
    }

    func take(_ fingerprint: Fingerprint, quality: UInt8?, line: Int) throws(ListFault) {
        entries.append(ListEntry(prints: [.init(fingerprint, quality: quality)]))
        lines.append(line)
    }

    func withdraw(_ identity: EntryIdentity, reason: String, line: Int) throws(ListFault) {
        withdrawn.append(identity)
        reasons.append(reason)
    }

    func reject(_ reason: String, line: Int) { rejected[line] = reason }

    func omit(_ what: String, line: Int) { omitted[what, default: 0] += 1 }

    /// What a reader finds in a text.
    static func reading(
        _ text: some Sequence<UInt8>,
        as format: ListFormat? = nil,
        context: ImportContext = ImportContext(),
        name: String = "list"
    ) throws -> RecordingSink {
        let folder = try TemporaryFolder()
        let path = try folder.write(name, text)
        let sink = RecordingSink()
        try ListReading(path: path, format: format, context: context).read(into: sink)
        return sink
    }
}

/// Made-up digests and fingerprints.
enum Made {
    static let pdq = "d811ac390bfa6005d08543fe27fd5a11f6b55bdd2603000dc26476fc79fc76b5"
    static let pdq2 = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
    static let md5 = "0123456789abcdef0123456789abcdef"
    static let sha1 = "0123456789abcdef0123456789abcdef01234567"
    static let sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

    /// The bytes that hex digits stand for.
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map { place in
            UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) ?? 0
        }
    }

    static func fingerprint(_ hex: String = pdq) -> Fingerprint {
        Fingerprint(hex: hex) ?? Fingerprint(words: (0, 0, 0, 0))
    }

    static func print(_ quality: UInt8? = nil, ms: Int64? = nil) -> ListEntry.Print {
        .init(fingerprint(), quality: quality, timeMilliseconds: ms)
    }
}
