import Foundation
import TestSupport
import Testing

@Suite("Telling how something was looked for")
struct ExplainTests {
    private let samples: SampleCase

    init() throws {
        samples = try SampleCase()
    }

    /// The rows of the tables on standard error, without their headers.
    private func rows(_ errors: String) -> [[Substring]] {
        errors.split(separator: "\n").filter { $0.contains(".seg ") }.map {
            $0.split(separator: " ")
        }
    }

    @Test("each segment has a row on standard error, and the results are as without")
    func explained() throws {
        let names = try samples.segmentNames
        let picture = Program.samples + "/known/harbour.jpg"
        for format in ["jsonl", "table"] {
            let plain = try samples.run("query", picture, "--format", format)
            let result = try samples.run("query", picture, "--format", format, "--explain")
            #expect(result.status == 0)
            #expect(result.output == plain.output && !result.output.isEmpty)
            #expect(plain.errors.isEmpty)
            #expect(result.errors.contains("harbour.jpg: how it was looked for"))
            let rows = rows(result.errors)
            #expect(rows.map { String($0[1]) } == names)
            // turned, segment, rows, method, why, …: of small segments every row is compared.
            #expect(rows.allSatisfy { $0[0] == "-" && $0[3] == "scan" && $0[4] == "(noTables)" })
            let stored = rows.compactMap { Int($0[2]) }.reduce(0, +)
            #expect(try stored >= samples.info("uniqueFingerprints"))
            // …, tables, scan, lists, postings, candidates, scanned, hits
            #expect(rows.allSatisfy { $0[2] == $0[10] }, "\(result.errors)")
            let hits = rows.compactMap { Int($0[11]) }.reduce(0, +)
            // A fingerprint that several pictures share is one row, or one in each of several segments.
            let matches = try samples.run("query", picture, "--format", "jsonl").objects()
            let fingerprints = Set(matches.compactMap { $0["fingerprint"] as? String })
            #expect((fingerprints.count...matches.count).contains(hits), "\(result.errors)")
        }
    }

    @Test("turned, there is a row for each turn; of a film, a table for each moment")
    func turnsAndMoments() throws {
        let count = try samples.segmentNames.count
        let picture = Program.samples + "/known/harbour.jpg"
        let turned = try samples.run("query", picture, "--turned", "--explain")
        #expect(rows(turned.errors).count == 8 * count)
        #expect(Set(rows(turned.errors).map { $0[0] }).count == 8)
        let film = try samples.run(
            "query",
            Program.samples + "/known/market-day.mp4",
            "--explain",
            "--pictures",
            "--fill-interval",
            "3"
        )
        let tables = film.errors.components(separatedBy: "how it was looked for").count - 1
        #expect(tables == 3)
        #expect(rows(film.errors).count == 3 * count)
    }
}
