import Evidence
import Foundation
import TestSupport
import Testing

@testable import Casework

@Suite("Lists of known files")
struct KnownFilesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func digests(_ seed: UInt64) -> Digests {
        var generator = SplitMix64(seed: seed)
        func bytes(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
        return Digests(md5: bytes(16), sha1: bytes(20), sha256: bytes(32))
    }

    private func known(_ text: String) throws -> KnownFiles {
        let known = KnownFiles()
        try known.read(folder.write("list.txt", Array(text.utf8)))
        return known
    }

    @Test("lines of every usual tool are understood")
    func formats() throws {
        let one = digests(1)
        let (md5, sha1, sha256) = (
            one.md5.hexDigits, one.sha1.hexDigits, one.sha256.hexDigits
        )
        let lists = [
            "sha256sum": "\(sha256)  a picture.jpg\n",
            "sha1sum, binary": "\(sha1) *picture.jpg\n",
            "md5sum, escaped name": "\\\(md5)  pic\\nture.jpg\n",
            "with --tag": "SHA256 (a = b.jpg) = \(sha256)\n",
            "bare, no line feed at the end": sha1,
            "capitals": sha256.uppercased() + "\n",
            "ends of Windows": "\(sha1)\r\n",
            "byte order mark": "\u{FEFF}\(sha1)\n",
            "NSRL": """
            "SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"
            "\(sha1.uppercased())","\(digests(9).md5.hexDigits)","EBD105A0","I05002T2.PFB",98865,3095,"WIN",""

            """,
            "hashdeep": """
            %%%% HASHDEEP-1.0
            %%%% size,md5,sha256,filename
            ## Invoked from: /evidence
            4711,\(digests(9).md5.hexDigits),\(sha256),/evidence/\(digests(8).sha256.hexDigits)

            """,
        ]
        for (name, text) in lists {
            let list = try known(text)
            #expect(list.match(one)?.list == "list.txt", "\(name)")
            #expect(list.match(digests(2)) == nil, "\(name)")
            #expect(list.readings.first?.digests == 1, "\(name)")
            #expect(list.readings.first?.wrongLines == 0, "\(name)")
        }
    }

    @Test("wrong lines are counted and named, and do not stop the rest")
    func wrongLines() throws {
        let lines = [
            digests(1).sha256.hexDigits, "", "# a comment", "not a digest",
            String(digests(2).sha1.hexDigits.dropLast()), digests(3).sha1.hexDigits + "ab",
            String(repeating: "a", count: 200_000), digests(4).md5.hexDigits,
        ]
        let list = try known(lines.joined(separator: "\n"))
        #expect(list.readings.first?.firstWrongLines == [4, 5, 6, 7])
        #expect(list.readings.first?.wrongLines == 4)
        #expect(list.readings.first?.digests == 2)
        #expect(list.match(digests(1))?.digest == "sha256 " + digests(1).sha256.hexDigits)
        #expect(list.match(digests(4))?.digest == "md5 " + digests(4).md5.hexDigits)
        #expect(list.match(digests(2)) == nil)
    }

    @Test("a list without a digest is refused: it is not what the user meant")
    func noDigest() throws {
        for text in ["", "hello\n", "# only\n\n", "\u{0}\u{1}\u{2}"] {
            #expect(throws: CaseFault.self) { _ = try known(text) }
        }
        #expect(throws: CaseFault.self) { try KnownFiles().read(folder.path + "/none") }
    }

    @Test("a large list finds all that is on it, and nothing else", arguments: [16, 20, 32])
    func large(width: Int) {
        var generator = SplitMix64(seed: UInt64(width))
        var table = DigestTable(width: width)
        var wanted: [[UInt8]] = []
        for number in 0..<20_000 {
            var digest = (0..<width).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if number % 3 == 0 {
                // Long common beginnings, too.
                digest.replaceSubrange(0..<(width - 2), with: repeatElement(7, count: width - 2))
            }
            wanted.append(digest)
            let isAppended = digest.withUnsafeBytes { table.append($0) }
            #expect(isAppended)
        }
        table.sort()
        let distinct = Set(wanted)
        let count = table.count
        #expect(count == distinct.count)
        for digest in wanted {
            let isFound = table.contains(digest)
            #expect(isFound)
        }
        for _ in 0..<20_000 {
            var digest = wanted[Int(generator.next() % 20_000)]
            digest[width - 1] ^= UInt8(truncatingIfNeeded: generator.next())
            let isFound = table.contains(digest)
            #expect(isFound == distinct.contains(digest))
        }
        let isOtherWidthFound = table.contains([1, 2, 3])
        #expect(!isOtherWidthFound)
    }
}
