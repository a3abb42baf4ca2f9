import Foundation
import Matching
import TestSupport
import Testing

@testable import Casework

@Suite("Certificates as files")
struct CertificateFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A certificate in which every member has a value of its own.
    private var certificate: CompletenessCertificate {
        var certificate = CompletenessCertificate(
            tool: "vestige 9.9",
            created: "2026-01-02T03:04:05Z",
            operation: .selfJoin,
            kind: "pdq-b",
            radius: 31,
            left: CompletenessCertificate.Side(
                type: "case",
                name: "/a/b.vestige",
                identifier: "0A",
                segments: [.init(name: "00000001.seg", sha256: "ab", rows: 7)],
                withdrawn: [3, 9]
            ),
            right: CompletenessCertificate.Side(
                type: "list",
                name: "l",
                fingerprints: 2,
                sha256: "cd"
            )
        )
        certificate.turned = true
        certificate.minimumQuality = 50
        certificate.matches = 4
        certificate.resultSHA256 = "ef"
        certificate.probes = [
            .init(name: "p", time: 500, fingerprints: ["none": "00"], matches: 1)
        ]
        var work = CompletenessCertificate.Work(left: 0, right: 1)
        work.methods = ["scan": 1]
        (work.probes, work.postings, work.candidates) = (10, 11, 12)
        (work.verified, work.matches) = (13, 14)
        certificate.work = [work]
        certificate.sample = .init(
            seed: 15,
            size: 16,
            population: 17,
            compared: 18,
            expected: 19,
            missing: 0,
            extra: 0
        )
        return certificate.sealed()
    }

    /// What any version wrote is read for ever.
    @Test("the text of a certificate is the golden one, and so is its digest")
    func golden() throws {
        let path = folder.path + "/certificate.json"
        try certificate.write(to: path)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == CertificateFileTests.goldenText)
    }

    @Test("what was written is read as it was")
    func roundTrip() throws {
        let path = folder.path + "/certificate.json"
        try certificate.write(to: path)
        #expect(try CompletenessCertificate(reading: path) == certificate)
        var bare = CompletenessCertificate(
            tool: "",
            created: "",
            operation: .search,
            kind: "pdq-a",
            radius: 0,
            left: .init(type: "probes", name: ""),
            right: nil
        )
        bare = bare.sealed()
        try bare.write(to: path)
        #expect(try CompletenessCertificate(reading: path) == bare)
    }

    @Test("every changed byte is refused, or changes nothing that is read")
    func changes() throws {
        let path = folder.path + "/certificate.json"
        try certificate.write(to: path)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        var refused = 0
        for index in bytes.indices {
            for bit in [0, 5] as [UInt8] {
                var changed = bytes
                changed[index] ^= 1 << bit
                try Data(changed).write(to: URL(fileURLWithPath: path))
                do throws(CaseFault) {
                    // Blank space, or a member's name that is not needed: the content is the same.
                    #expect(try CompletenessCertificate(reading: path) == certificate)
                } catch {
                    refused += 1
                    #expect([.damaged, .newerFormat].contains(error.code), "\(error.message)")
                }
            }
        }
        #expect(refused > bytes.count)
    }

    private static let goldenText = """
        {
          "created" : "2026-01-02T03:04:05Z",
          "kind" : "pdq-b",
          "left" : {
            "identifier" : "0A",
            "name" : "/a/b.vestige",
            "segments" : [
              {
                "name" : "00000001.seg",
                "rows" : 7,
                "sha256" : "ab"
              }
            ],
            "type" : "case",
            "withdrawn" : [
              3,
              9
            ]
          },
          "matches" : 4,
          "minimum_quality" : 50,
          "operation" : "self-join",
          "probes" : [
            {
              "fingerprints" : {
                "none" : "00"
              },
              "matches" : 1,
              "name" : "p",
              "time_ms" : 500
            }
          ],
          "radius" : 31,
          "result_sha256" : "ef",
          "right" : {
            "fingerprints" : 2,
            "name" : "l",
            "sha256" : "cd",
            "type" : "list"
          },
          "sample" : {
            "compared" : 18,
            "expected" : 19,
            "extra" : 0,
            "missing" : 0,
            "population" : 17,
            "seed" : 15,
            "size" : 16
          },
          "sha256" : "78ad0b42f8009107ab77b13d1a7c04ea5b3a3b3008037b0f52d5901449cca343",
          "tool" : "vestige 9.9",
          "turned" : true,
          "version" : 1,
          "work" : [
            {
              "candidates" : 12,
              "left" : 0,
              "matches" : 14,
              "methods" : {
                "scan" : 1
              },
              "postings" : 11,
              "probes" : 10,
              "right" : 1,
              "verified" : 13
            }
          ]
        }

        """
}
