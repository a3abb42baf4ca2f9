import Crypto
import Evidence
import Fingerprinting
import Foundation
import TestSupport
import Testing

@testable import Casework

@Suite("Lists of fingerprints")
struct FingerprintFileTests {
    private let folder: TemporaryFolder
    private let fingerprints: [Fingerprint]

    init() throws {
        folder = try TemporaryFolder()
        var random = SplitMix64(seed: 0x115F)
        fingerprints = (0..<12).map { _ in random.fingerprint() }
    }

    private func read(_ text: String, memory: Int = 1 << 20) throws -> FingerprintFile {
        try FingerprintFile(reading: folder.write("list", text.utf8), memory: memory)
    }

    @Test("every kind of line is read, with its number and quality")
    func kinds() throws {
        let hex = fingerprints.map(\.hex)
        let file = try read(
            "\u{FEFF}hash,quality,file\r\n"
                + "\(hex[0])\n"
                + "\(hex[1].uppercased())\r\n"
                + "\n  \t\n# a comment\n   # another, \(hex[2])\n"
                + "pdq \(hex[3])\n"
                + "pdq\t \(hex[4])\n"
                + "\t \(hex[5]) \t\n"
                + "\(hex[6]),0,a.jpg\n"
                + "\(hex[7]),100\n"
                + "\(hex[8]),101,too much\n"
                + "\(hex[9]),high,none\n"
                + "\(hex[10]),,none\n"
                + "\(hex[11]) a remark"
        )
        #expect(file.wrongCount == 0 && file.wrongLines.isEmpty)
        let expected = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11].map { fingerprints[$0] }
        #expect(file.fingerprints == expected)
        #expect(file.lines == [2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16])
        let qualities = file.fingerprints.indices.map { file.quality(at: $0) }
        #expect(qualities == [nil, nil, nil, nil, nil, 0, 100, nil, nil, nil, nil])
    }

    @Test("the digest is that of the fingerprints in their order, whatever stands beside them")
    func digest() throws {
        let hex = fingerprints.map(\.hex)
        var digest = SHA256()
        for fingerprint in fingerprints {
            let words = fingerprint.words
            for word in [words.0, words.1, words.2, words.3] {
                withUnsafeBytes(of: word.littleEndian) { digest.update(bufferPointer: $0) }
            }
        }
        let plain = try read(hex.joined(separator: "\n"))
        #expect(plain.sha256 == digest.finalize().hexDigits)
        let other = try read("# x\n" + hex.map { "pdq \($0.uppercased())\r\n\n" }.joined())
        #expect(other.sha256 == plain.sha256)
        #expect(try read(hex.reversed().joined(separator: "\n")).sha256 != plain.sha256)
        let empty = try read("")
        #expect(empty.fingerprints.isEmpty)
        #expect(empty.sha256 == SHA256().finalize().hexDigits)
    }

    @Test("wrong lines are numbered with a reason, and only so many are kept")
    func wrongLines() throws {
        let hex = fingerprints[0].hex
        let wrong: [(line: String, reason: String)] = [
            (String(hex.dropLast()), "here are 63"), (hex + "0", "here are 65"),
            (hex.dropLast() + "g", "not all of the 64"), ("pdq", "here are 3"),
            ("hash,quality", "here are 4"), ("md5 " + hex, "here are 3"), (",5", "here are 0"),
            ("\u{0}" + hex.dropFirst(), "not all of the 64"),
        ]
        for (line, reason) in wrong {
            let file = try read("\(hex)\n\(line)\n\(hex)\n")
            #expect(file.fingerprints.count == 2, "\(line)")
            #expect(file.wrongCount == 1 && file.wrongLines.map(\.number) == [2], "\(line)")
            let found = file.wrongLines.first?.reason ?? ""
            #expect(found.contains(reason), "\(line): \(found)")
        }
        let many = try read(hex + "\n" + String(repeating: "x\n", count: 250))
        #expect(many.wrongCount == 250)
        #expect(many.wrongLines.count == FingerprintFile.mostWrongLines)
        #expect(many.wrongLines.map(\.number) == Array(2...101))
    }

    @Test("a file without any fingerprint is no list, unless there is nothing in it at all")
    func notAList() throws {
        for text in ["hello\n", "\u{7F}\u{1}", "hash\nhash\n", "# a\nb\n"] {
            let fault = #expect(throws: CaseFault.self) { _ = try read(text) }
            #expect(fault?.code == .badInput)
            #expect(fault?.message.contains("is not a list of fingerprints (line ") == true)
        }
        for text in ["", "\n", "# a\n\n", "hash,quality\n"] {
            #expect(try read(text).fingerprints.isEmpty)
        }
        let missing = #expect(throws: CaseFault.self) {
            _ = try FingerprintFile(reading: folder.path + "/none", memory: 1 << 20)
        }
        #expect(missing?.code == .noSuchPath)
        #expect(throws: CaseFault.self) {
            _ = try FingerprintFile(reading: folder.path, memory: 1 << 20)
        }
    }

    @Test("a file of endless lines is refused before it takes the memory")
    func longLines() throws {
        let fingerprint = fingerprints[0].hex
        let long = String(repeating: "#", count: 65_535)
        #expect(try read("\(long)\n\(fingerprint),\(long.dropFirst(65))").fingerprints.count == 1)
        for text in ["\(long)#\n\(fingerprint)", "\(fingerprint)\n\(long)#"] {
            let fault = #expect(throws: CaseFault.self) { _ = try read(text) }
            #expect(fault?.code == .badInput)
            #expect(fault?.message.contains("over 65535 bytes") == true)
        }
        let zeros = #expect(throws: CaseFault.self) {
            _ = try FingerprintFile(reading: "/dev/zero", memory: 1 << 20)
        }
        #expect(zeros?.code == .badInput)
        // Zeros are no blanks: a hole in a file is no empty list.
        let hole = #expect(throws: CaseFault.self) { _ = try read("\0\0\0\n\0") }
        #expect(hole?.code == .badInput)
    }

    @Test("a list takes no more than the memory that it may take")
    func memory() throws {
        let text = fingerprints.map(\.hex).joined(separator: "\n")
        // 37 bytes for each.
        #expect(try read(text, memory: 37 * 12).fingerprints.count == 12)
        let fault = #expect(throws: CaseFault.self) { _ = try read(text, memory: 37 * 12 - 1) }
        #expect(fault?.code == .badInput)
        #expect(fault?.message.contains("--memory") == true)
    }
}
