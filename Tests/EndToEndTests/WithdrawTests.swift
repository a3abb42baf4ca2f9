import Foundation
import TestSupport
import Testing

@Suite("Withdrawing items, and files that change")
struct WithdrawTests {
    private let samples: SampleCase
    private let known = "known/harbour.jpg"
    private let copy = "DCIM/100CAMRA/IMG_0002.jpg"

    init() throws {
        samples = try SampleCase(copying: true)
    }

    private var file: String { samples.evidence + "/" + copy }

    /// What query, join and cluster tell, as one text.
    private func everything() throws -> String {
        try samples.answers().joined(separator: "\n")
    }

    /// The ledger's row of a file.
    private func row(of name: String) throws -> [String: Any] {
        let rows = try samples.run("faults", "--all", "--format", "jsonl").objects()
        let found = rows.filter { ($0["path"] as? String)?.hasSuffix("/" + name) == true }
        try #require(found.count == 1)
        return found[0]
    }

    private func checkSum() throws {
        let seen = try samples.info("seen")
        let parts = try ["indexed", "partly", "faulted", "skipped"].map { try samples.info($0) }
        #expect(seen == parts.reduce(0, +))
    }

    @Test("what is withdrawn is gone from every answer at once, and stays in the ledger")
    func goneAtOnce() throws {
        #expect(try samples.matches(of: known).contains("6 " + copy))
        let before = try samples.answers()
        let seen = try samples.info("seen")
        let fingerprints = try samples.info("fingerprints")
        let result = try samples.run("withdraw", file, "--reason", "privileged, file 7")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "withdrawn: 1 item with 1 fingerprint\n")
        #expect(try !everything().contains(copy))
        // Its twin of the same bytes shared the fingerprint, and is there as before.
        #expect(try samples.matches(of: known).contains("6 Downloads/IMG_0002 (1).jpg"))
        let queries = before.filter { $0.contains("\"query\":") && !$0.contains(copy) }
        #expect(try samples.answers().filter { $0.contains("\"query\":") } == queries)

        let row = try row(of: copy)
        #expect(row["state"] as? String == "skipped")
        #expect(row["rule"] as? String == "withdrawn")
        #expect(row["fingerprints"] as? Int == 0)
        let losses = try #require(row["losses"] as? [[String: Any]])
        let detail = try #require(losses.last?["detail"] as? String)
        #expect(detail.hasPrefix("1 fingerprints withdrawn "))
        #expect(detail.hasSuffix(": privileged, file 7"))
        #expect(try samples.info("seen") == seen)
        #expect(try samples.info("fingerprints") == fingerprints - 1)
        try checkSum()
        #expect(try samples.isSound())

        let answers = try everything()
        let compacted = try samples.run("compact")
        #expect(compacted.output.contains("left out: 1 fingerprint of withdrawn or changed items"))
        #expect(try everything() == answers)
        #expect(try samples.isSound())
        #expect(try samples.run("compact").output.hasPrefix("nothing to do"))
    }

    @Test("a withdrawn item stays out when the evidence is indexed again")
    func staysOut() throws {
        _ = try samples.run("withdraw", file)
        let answers = try everything()
        for _ in 0..<2 {
            let again = try samples.index("--json").objects()[0]
            #expect(again["unchanged"] as? Int == again["seen"] as? Int)
            #expect(again["fingerprints"] as? Int == 0)
            #expect(try everything() == answers)
            _ = try samples.run("compact")
        }
        #expect(try samples.isSound())
    }

    @Test("a withdrawn item whose file has changed comes back with its new bytes")
    func comesBack() throws {
        _ = try samples.run("withdraw", file)
        try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/castle.jpg"))
            .write(to: URL(fileURLWithPath: file))
        let again = try samples.index("--json").objects()[0]
        #expect(again["fingerprints"] as? Int == 1)
        #expect(try samples.matches(of: "known/castle.jpg") == ["0 " + copy])
        #expect(try !samples.matches(of: known).contains("6 " + copy))
        #expect(try row(of: copy)["state"] as? String == "indexed")
        #expect(try samples.isSound())
        _ = try samples.run("compact")
        #expect(try samples.matches(of: "known/castle.jpg") == ["0 " + copy])
        #expect(try samples.isSound())
    }

    @Test("a folder is withdrawn with everything below it")
    func folder() throws {
        let result = try samples.run("withdraw", samples.evidence + "/DCIM")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("withdrawn: 13 items with "))
        let text = try everything()
        #expect(!text.contains("/DCIM/") && text.contains("/Downloads/"))
        try checkSum()
        #expect(try samples.isSound())
    }

    @Test("everything can be withdrawn: then nothing matches, and no segment is left")
    func everythingWithdrawn() throws {
        _ = try samples.run("withdraw", samples.evidence)
        #expect(try samples.matches(of: known).isEmpty)
        #expect(try samples.run("join", "--format", "jsonl").output.isEmpty)
        #expect(try samples.run("compact").output.contains("became 0 of "))
        #expect(try samples.segmentNames.isEmpty)
        #expect(try samples.matches(of: known).isEmpty)
        let cluster = try samples.run("cluster", "--format", "table")
        #expect(cluster.status == 0)
        #expect(cluster.output.hasPrefix("0 pictures: 0 in 0 groups, 0 alone"))
        #expect(try samples.isSound())
    }

    @Test("a path that the case does not know, or knows as withdrawn, is named with status 1")
    func unknownPath() throws {
        let none = try samples.run("withdraw", samples.evidence + "/none.jpg", file)
        #expect(none.status == 1)
        #expect(none.errors.contains("nothing at \(samples.evidence)/none.jpg"))
        #expect(none.output == "withdrawn: 1 item with 1 fingerprint\n", "the other is withdrawn")
        let again = try samples.run("withdraw", file)
        #expect(again.status == 1)
        #expect(again.errors.contains("withdrawn before"))
        #expect(again.output == "withdrawn: 0 items with 0 fingerprints\n")
        let noCase = try Program.run("withdraw", samples.folder.path, file)
        #expect(noCase.status == 2 && noCase.errors.contains("is not a case"))
    }

    @Test("what a file held before it changed is not matched, and vanishes with compacting")
    func superseded() throws {
        try Data(contentsOf: URL(fileURLWithPath: Program.samples + "/known/castle.jpg"))
            .write(to: URL(fileURLWithPath: file))
        let fingerprints = try samples.info("fingerprints")
        _ = try samples.index()
        #expect(try samples.info("superseded") == 1)
        #expect(try samples.info("fingerprints") == fingerprints)
        #expect(try samples.matches(of: "known/castle.jpg") == ["0 " + copy])
        #expect(try !samples.matches(of: known).contains("6 " + copy))
        let joined = try samples.run("join", "--format", "jsonl").output
        #expect(!joined.contains(copy), "nothing else in the case resembles the new content")
        #expect(try samples.run("cluster", "--format", "jsonl").output.contains("\"pictures\":4"))
        #expect(try samples.isSound())
        let answers = try everything()
        let stored = { try samples.run("compact", "--json").objects()[0] }
        let done = try stored()
        #expect(done["dropped"] as? Int == 1)
        #expect(done["occurrences"] as? Int == fingerprints)
        #expect(try stored()["dropped"] as? Int == 0)
        #expect(try everything() == answers)
        #expect(try samples.isSound())
    }
}
