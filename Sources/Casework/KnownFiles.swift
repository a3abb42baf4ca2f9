import Evidence
import Foundation
import Glibc

/// Lists of files that are known and need not be looked at, such as the NSRL's: digests, by which items are
/// left undecoded if the user asks for it.
public final class KnownFiles {
    /// What a list held.
    public struct Reading: Hashable, Sendable {
        /// The list's file.
        public let name: String
        /// Different digests.
        public let digests: Int
        /// Lines that hold no digest.
        public let wrongLines: Int
        /// The numbers of the first of them, from 1.
        public let firstWrongLines: [Int]
    }

    private final class List {
        let name: String
        var md5 = DigestTable(width: 16)
        var sha1 = DigestTable(width: 20)
        var sha256 = DigestTable(width: 32)

        init(_ name: String) {
            self.name = name
        }

        var count: Int { md5.count + sha1.count + sha256.count }

        /// - Returns: whether there was memory for it.
        func append(_ digest: UnsafeRawBufferPointer) -> Bool {
            switch digest.count {
            case 16: md5.append(digest)
            case 20: sha1.append(digest)
            default: sha256.append(digest)
            }
        }
    }

    /// What the lists held, in their order.
    public private(set) var readings: [Reading] = []
    private var lists: [List] = []

    private static let pieceBytes = 1 << 20
    /// A longer line is no digest's.
    private static let longestLine = 64 * 1024
    private static let namedLines = 5

    /// No lists.
    public init() {}

    /// Whether there is no list.
    public var isEmpty: Bool { lists.isEmpty }

    /// Reads a list. Lines without a digest are counted, and passed over.
    ///
    /// - Throws: ``CaseFault``: the list cannot be read, or holds no digest at all.
    public func read(_ path: String) throws(CaseFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CaseFault(
                .noSuchPath,
                "cannot read the list \(path): \(systemMessage(errno)). Nothing was indexed",
                status: errno
            )
        }
        defer { close(descriptor) }
        let list = List(URL(fileURLWithPath: path).lastPathComponent)
        var lines = LineParser(list)
        var piece = [UInt8](repeating: 0, count: KnownFiles.pieceBytes)
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw CaseFault(
                    .system,
                    "cannot read the list \(path): \(systemMessage(errno)). Nothing was indexed",
                    status: errno
                )
            }
            if count == 0 { break }
            var rest = piece[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if line.isEmpty, !isTooLong {
                    try lines.take(rest[..<end], path)
                } else {
                    line.append(contentsOf: rest[..<end])
                    try lines.take(isTooLong ? [UInt8(ascii: "-")] : line[...], path)
                    line.removeAll(keepingCapacity: true)
                    isTooLong = false
                }
                rest = rest[(end + 1)...]
            }
            if line.count + rest.count > KnownFiles.longestLine {
                isTooLong = true
                line.removeAll(keepingCapacity: true)
            } else {
                line.append(contentsOf: rest)
            }
        }
        if isTooLong || !line.isEmpty {
            try lines.take(isTooLong ? [UInt8(ascii: "-")] : line[...], path)
        }
        guard list.count > 0 else {
            throw CaseFault(
                .badInput,
                "the list \(path) holds no digest: wanted are lines that begin with an MD5, SHA-1 or "
                    + "SHA-256 of hex digits, as sha256sum, hashdeep and the NSRL's NSRLFile.txt have them"
            )
        }
        list.md5.sort()
        list.sha1.sort()
        list.sha256.sort()
        lists.append(list)
        readings.append(
            Reading(
                name: list.name,
                digests: list.count,
                wrongLines: lines.wrong,
                firstWrongLines: lines.firstWrong
            )
        )
    }

    /// The list that an item is on, and by which digest; `nil` if it is on none.
    public func match(_ digests: Digests) -> (list: String, digest: String)? {
        for list in lists {
            if list.sha256.contains(digests.sha256) {
                return (list.name, "sha256 " + digests.sha256.hexDigits)
            }
            if list.sha1.contains(digests.sha1) {
                return (list.name, "sha1 " + digests.sha1.hexDigits)
            }
            if list.md5.contains(digests.md5) {
                return (list.name, "md5 " + digests.md5.hexDigits)
            }
        }
        return nil
    }

    /// Takes a list's lines one by one.
    private struct LineParser {
        let list: List
        var number = 0
        var wrong = 0
        var firstWrong: [Int] = []
        private var column: Int?

        init(_ list: List) {
            self.list = list
        }

        mutating func take(_ bytes: ArraySlice<UInt8>, _ path: String) throws(CaseFault) {
            number += 1
            // Nearly every line begins with a digest: no text need be made of those.
            if column == nil, let hasRoom = KnownFiles.appendLeadingDigest(bytes, to: list) {
                try check(hasRoom, path)
                return
            }
            var text = String(decoding: bytes, as: UTF8.self)[...]
            if number == 1, text.hasPrefix("\u{FEFF}") {
                text = text.dropFirst()
            }
            switch KnownFileLine(text, column: &column, isFirst: number == 1) {
            case .passedOver: break
            case .wrong:
                wrong += 1
                if firstWrong.count < KnownFiles.namedLines {
                    firstWrong.append(number)
                }
            case .digest(let digits):
                try check(KnownFiles.append(Array(digits)[...], to: list), path)
            }
        }

        private func check(_ hasRoom: Bool, _ path: String) throws(CaseFault) {
            guard hasRoom else {
                throw CaseFault(
                    .system,
                    "there is not enough memory for the list \(path): it takes 16, 20 or 32 bytes for "
                        + "each digest"
                )
            }
        }
    }

    /// - Returns: `nil` if the line does not begin with a digest; else whether there was memory for it.
    private static func appendLeadingDigest(_ line: ArraySlice<UInt8>, to list: List) -> Bool? {
        let start = line.first == UInt8(ascii: "\"") ? line.startIndex + 1 : line.startIndex
        let digits = line[start...].prefix(65).prefix {
            KnownFileLine.value(ofHexDigit: $0) != nil
        }
        guard [32, 40, 64].contains(digits.count) else { return nil }
        return append(digits, to: list)
    }

    private static func append(_ digits: ArraySlice<UInt8>, to list: List) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: digits.count / 2, alignment: 1) { digest in
            var place = digits.startIndex
            for index in digest.indices {
                let high = KnownFileLine.value(ofHexDigit: digits[place]) ?? 0
                let low = KnownFileLine.value(ofHexDigit: digits[place + 1]) ?? 0
                digest[index] = high << 4 | low
                place += 2
            }
            return list.append(UnsafeRawBufferPointer(digest))
        }
    }
}
