import Fingerprinting
import Testing

@testable import Indexing

@Suite("manifest")
struct ManifestTests {
    private static let manifest = Manifest(
        generation: 7,
        segments: [
            SegmentDescription(
                name: "00000003.seg",
                kind: .pdqFullResolution,
                rows: 10,
                occurrences: 12,
                bytes: 16_392,
                sha256: String(repeating: "5a", count: 32)
            ),
            SegmentDescription(
                name: "00000007.seg",
                kind: .pdqNearest512,
                rows: 1,
                occurrences: 1,
                bytes: 16_392,
                sha256: String(repeating: "c3", count: 32)
            ),
        ]
    )

    @Test("a manifest is read back")
    func manifestsAreReadBack() throws {
        let folder = TemporaryFolder()
        #expect(try Manifest.load(from: folder.path) == Manifest())
        try ManifestTests.manifest.replace(in: folder.path)
        #expect(folder.names == ["MANIFEST"])
        #expect(try Manifest.load(from: folder.path) == ManifestTests.manifest)
        try Manifest(generation: 8).replace(in: folder.path)
        #expect(try Manifest.load(from: folder.path) == Manifest(generation: 8))
        #expect(folder.names == ["MANIFEST"])
    }

    @Test("the bytes of a manifest are golden")
    func bytesAreGolden() throws {
        let bytes = try Manifest(
            generation: 2,
            segments: [ManifestTests.manifest.segments[0]]
        ).serialized(path: "")
        let body = """
            {
              "formatVersion" : 1,
              "generation" : 2,
              "segments" : [
                {
                  "bytes" : 16392,
                  "kind" : "pdq-b",
                  "name" : "00000003.seg",
                  "occurrences" : 12,
                  "rows" : 10,
                  "sha256" : "\(String(repeating: "5a", count: 32))"
                }
              ]
            }

            """
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("vestige-manifest 1 "))
        #expect(text.hasSuffix("\n" + body))
        #expect(try Manifest(parsing: bytes, path: "").generation == 2)
    }

    @Test("a manifest cut at any byte, or with any bit turned over, is noticed")
    func damageIsNoticed() throws {
        let bytes = try ManifestTests.manifest.serialized(path: "")
        for length in 0..<bytes.count {
            #expect(throws: IndexFault.self) {
                try Manifest(parsing: bytes.prefix(length), path: "")
            }
        }
        for position in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << UInt8(bit)
                #expect(throws: IndexFault.self) { try Manifest(parsing: damaged, path: "") }
            }
        }
        #expect(throws: IndexFault.self) { try Manifest(parsing: bytes + [10], path: "") }
    }

    @Test("a newer format says so")
    func newerFormatsSaySo() throws {
        let text = "vestige-manifest 2 \(String(repeating: "0", count: 64))\n{}\n"
        let found = fault { () throws(IndexFault) in
            _ = try Manifest(parsing: Array(text.utf8), path: "MANIFEST")
        }
        #expect(found?.code == .newerFormat)
        #expect(found?.description.contains("newer vestige") == true)
    }

    @Test(
        "names that lead elsewhere are refused",
        arguments: [
            "../a.seg", "/a.seg", "a/b.seg", ".seg", ".a.seg", "a.txt", "", "a\0.seg", "a b.seg",
            "ä.seg",
        ]
    )
    func namesThatLeadElsewhere(name: String) throws {
        let hostile = Manifest(
            generation: 1,
            segments: [
                SegmentDescription(
                    name: name,
                    kind: .pdqFullResolution,
                    rows: 1,
                    occurrences: 1,
                    bytes: 1,
                    sha256: ""
                )
            ]
        )
        let bytes = try hostile.serialized(path: "")
        #expect(
            fault { () throws(IndexFault) in _ = try Manifest(parsing: bytes, path: "") }?.code
                == .damaged
        )
        let folder = TemporaryFolder()
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder.path)
        #expect(throws: IndexFault.self) { try writer.write(name: name) }
        #expect(folder.names.isEmpty)
    }

    @Test("a segment named twice is refused")
    func namesAreUnique() throws {
        var twice = ManifestTests.manifest
        twice.segments.append(twice.segments[0])
        let bytes = try twice.serialized(path: "")
        #expect(
            fault { () throws(IndexFault) in _ = try Manifest(parsing: bytes, path: "") }?.code
                == .damaged
        )
    }

    @Test("a missing folder is not a new case")
    func missingFolders() {
        let found = fault { () throws(IndexFault) in
            _ = try Manifest.load(from: "/nonexistent/case.vestige")
        }
        #expect(found?.code == .system && found?.status == 2)
    }
}
