import Crypto
import Evidence
import Fingerprinting
import Glibc
import Indexing
import Keyframing

/// A list of fingerprints as text, one to a line: 64 hex digits, or `pdq` and the digits, or what the
/// reference's tools print, `hash,quality,…`. Empty lines and lines that begin with `#` are passed over.
public struct FingerprintFile: Sendable {
    /// A line that is none of these.
    public struct WrongLine: Hashable, Sendable {
        /// Its number, from 1.
        public let number: Int
        /// What is wrong with it.
        public let reason: String
    }

    /// The file, as it was named; `-` for standard input.
    public let name: String
    /// The fingerprints, in the order of the file.
    public let fingerprints: [Fingerprint]
    /// The number of each fingerprint's line.
    public let lines: [UInt32]
    /// The quality that stands beside each fingerprint; 255 where none does.
    public let qualities: [UInt8]
    /// The first lines that were wrong; at most ``mostWrongLines``.
    public let wrongLines: [WrongLine]
    /// The number of all that were.
    public let wrongCount: Int
    /// The SHA-256 of all fingerprints in their order, 32 bytes each, as hex digits.
    public let sha256: String

    /// Wrong lines that are kept; more are counted.
    public static let mostWrongLines = 100
    /// Bytes of a line, its end included; what has a longer one is no list.
    private static let longestLine = 1 << 16
    private static let noQuality: UInt8 = 255
    private static let bytesPerFingerprint = 32 + 4 + 1

    /// Reads a list.
    ///
    /// - Parameter memory: bytes that the list may take.
    /// - Throws: ``CaseFault``: `noSuchPath` if it cannot be read, `badInput` if it is too large for the
    ///   memory or holds no fingerprint at all.
    public init(reading name: String, memory: Int) throws(CaseFault) {
        let stream = name == "-" ? fdopen(0, "rb") : fopen(name, "rb")
        guard let stream else {
            throw CaseFault(
                .noSuchPath,
                "cannot read \(name): \(systemMessage(errno))",
                status: errno
            )
        }
        defer { fclose(stream) }
        var fingerprints: [Fingerprint] = []
        var lines: [UInt32] = []
        var qualities: [UInt8] = []
        var wrong: [WrongLine] = []
        var wrongCount = 0
        var digest = SHA256()
        // Not `getline`, which takes as much memory as a line has: a disk's image may be one line.
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: FingerprintFile.longestLine)
        defer { buffer.deallocate() }
        var number = 0
        while let length = try FingerprintFile.readLine(from: stream, into: buffer, of: name) {
            number += 1
            guard length < FingerprintFile.longestLine else {
                throw CaseFault(
                    .badInput,
                    "\(name) is not a list of fingerprints (line \(number): it has over "
                        + "\(FingerprintFile.longestLine - 1) bytes). A list has 64 hex digits to a "
                        + "line; a case is a folder"
                )
            }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: length)
            switch FingerprintFile.parse(bytes, isFirst: number == 1) {
            case .nothing: break
            case .wrong(let reason):
                wrongCount += 1
                if wrong.count < FingerprintFile.mostWrongLines {
                    wrong.append(WrongLine(number: number, reason: reason))
                }
            case .fingerprint(let fingerprint, let quality):
                guard fingerprints.count < memory / FingerprintFile.bytesPerFingerprint,
                    number <= Int(UInt32.max)
                else {
                    throw CaseFault(
                        .badInput,
                        "\(name) has more than the \(fingerprints.count) fingerprints that fit the "
                            + "memory: split it, or give a larger --memory"
                    )
                }
                fingerprints.append(fingerprint)
                lines.append(UInt32(number))
                qualities.append(quality ?? FingerprintFile.noQuality)
                withUnsafeBytes(of: fingerprint.words) { digest.update(bufferPointer: $0) }
            }
        }
        guard !fingerprints.isEmpty || number == 0 || wrongCount == 0 else {
            throw CaseFault(
                .badInput,
                "\(name) is not a list of fingerprints (line \(wrong[0].number): \(wrong[0].reason)). "
                    + "A list has 64 hex digits to a line; a case is a folder"
            )
        }
        self.name = name
        self.fingerprints = fingerprints
        self.lines = lines
        self.qualities = qualities
        wrongLines = wrong
        self.wrongCount = wrongCount
        sha256 = digest.finalize().hexDigits
    }

    /// The quality that the file gives a fingerprint.
    public func quality(at index: Int) -> UInt8? {
        qualities[index] == FingerprintFile.noQuality ? nil : qualities[index]
    }

    /// Reads a line.
    ///
    /// - Returns: its bytes without its end, at most ``longestLine``; `nil` at the end of the stream.
    private static func readLine(
        from stream: UnsafeMutablePointer<FILE>,
        into buffer: UnsafeMutablePointer<CChar>,
        of name: String
    ) throws(CaseFault) -> Int? {
        var length = 0
        while length < longestLine {
            let byte = getc_unlocked(stream)
            guard byte >= 0 else {
                guard ferror(stream) == 0 else {
                    throw CaseFault(
                        .system,
                        "cannot read \(name): \(systemMessage(errno))",
                        status: errno
                    )
                }
                return length == 0 ? nil : length
            }
            if byte == 10 { break }
            buffer[length] = CChar(truncatingIfNeeded: byte)
            length += 1
        }
        return length
    }

    private enum Line {
        case nothing
        case wrong(String)
        case fingerprint(Fingerprint, UInt8?)
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) -> Line {
        var rest = bytes[...]
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        if isFirst, rest.starts(with: [0xEF, 0xBB, 0xBF]) {
            rest = rest.dropFirst(3)
        }
        rest = rest.drop(while: isSpace)
        while let last = rest.last, isSpace(last) {
            rest = rest.dropLast()
        }
        guard let first = rest.first, first != UInt8(ascii: "#") else { return .nothing }
        if rest.count > 4, rest.prefix(3).elementsEqual("pdq".utf8),
            isSpace(rest[rest.startIndex + 3])
        {
            rest = rest.dropFirst(4).drop(while: isSpace)
        }
        let digits = rest.prefix { $0 != UInt8(ascii: ",") && !isSpace($0) }
        // The header line of a table.
        if isFirst, digits.elementsEqual("hash".utf8) || digits.elementsEqual("pdq".utf8) {
            return .nothing
        }
        guard digits.count == 64 else {
            return .wrong("a fingerprint has 64 hex digits, here are \(digits.count)")
        }
        guard let fingerprint = Fingerprint(hex: String(decoding: digits, as: UTF8.self)) else {
            return .wrong("not all of the 64 characters are hex digits")
        }
        rest = rest.dropFirst(64)
        guard rest.first == UInt8(ascii: ",") else { return .fingerprint(fingerprint, nil) }
        let field = rest.dropFirst().prefix { $0 != UInt8(ascii: ",") }
        return .fingerprint(
            fingerprint,
            UInt8(String(decoding: field, as: UTF8.self)).flatMap { $0 <= 100 ? $0 : nil }
        )
    }
}
