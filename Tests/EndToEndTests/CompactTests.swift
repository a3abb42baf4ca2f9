import Foundation
import TestSupport
import Testing

@Suite("Compacting a case")
struct CompactTests {
    private let samples: SampleCase

    init() throws {
        samples = try SampleCase()
    }

    @Test("many segments become one, which gives the same answers; then there is nothing to do")
    func oneSegment() throws {
        let before = try samples.segmentNames
        let answers = try samples.answers()
        let first = try samples.run("compact")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("\(before.count) segments of "))
        #expect(first.output.contains("became 1 of "))
        #expect(first.output.contains("\(try samples.info("fingerprints")) fingerprints"))
        #expect(!first.output.contains("upgraded") && !first.output.contains("left out"))
        let after = try samples.segmentNames
        #expect(after.count == 1 && !before.contains(after[0]))
        #expect(try samples.answers() == answers)
        #expect(try samples.isSound())

        let second = try samples.run("compact")
        #expect(second.status == 0)
        #expect(second.output.hasPrefix("nothing to do: 1 segment of "))
        #expect(try samples.segmentNames == after)
        #expect(try samples.answers() == answers)
    }

    @Test("the summary in JSON says what was done")
    func json() throws {
        let count = try samples.segmentNames.count
        let fingerprints = try samples.info("fingerprints")
        let bytes = try samples.info("indexBytes")
        let first = try samples.run("compact", "--json").objects()
        #expect(first.count == 1)
        let done = first[0].compactMapValues { $0 as? Int }
        #expect(
            Set(done.keys) == [
                "segmentsBefore", "segmentsAfter", "bytesBefore", "bytesAfter", "upgraded",
                "dropped", "occurrences",
            ]
        )
        #expect(done["segmentsBefore"] == count)
        #expect(done["segmentsAfter"] == 1)
        #expect(done["bytesBefore"] == bytes)
        #expect(try done["bytesAfter"] == samples.info("indexBytes"))
        #expect(done["upgraded"] == 0 && done["dropped"] == 0)
        #expect(done["occurrences"] == fingerprints)
        let second = try samples.run("compact", "--json").objects()[0]
        #expect(second["segmentsBefore"] as? Int == 1 && second["segmentsAfter"] as? Int == 1)
    }

    @Test("segments of format 1 are read as they are, and upgraded by compacting")
    func upgrade() throws {
        let answers = try samples.answers()
        let names = try samples.segmentNames
        for name in names.prefix(2) {
            let file = samples.path + "/segments/" + name
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            try samples.replaceSegment(name, with: FormatOne.bytes(of: bytes))
        }
        #expect(try samples.answers() == answers)
        #expect(try samples.isSound())
        let result = try samples.run("compact")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("2 of an older format upgraded"))
        #expect(try samples.answers() == answers)
        #expect(try samples.isSound())
        #expect(try samples.run("compact").output.hasPrefix("nothing to do: "))
    }

    @Test("a single segment of format 1 is upgraded, too")
    func upgradeOfOne() throws {
        _ = try samples.run("compact")
        let name = try samples.segmentNames[0]
        let file = URL(fileURLWithPath: samples.path + "/segments/" + name)
        let newest = [UInt8](try Data(contentsOf: file))
        let old = FormatOne.bytes(of: newest)
        try samples.replaceSegment(name, with: old)
        // Format 1 does not say which pictures are flat: so the answers are its own.
        let answers = try samples.answers()
        let result = try samples.run("compact")
        #expect(result.output.contains("1 of an older format upgraded"), "\(result.errors)")
        let upgraded = try samples.segmentNames
        #expect(upgraded.count == 1 && upgraded[0] != name)
        let again = URL(fileURLWithPath: samples.path + "/segments/" + upgraded[0])
        // A segment's bytes follow from what it holds: but for what format 1 does not say, it is the same as
        // before.
        let bytes = [UInt8](try Data(contentsOf: again))
        #expect(bytes.count == newest.count)
        #expect(FormatOne.bytes(of: bytes) == old)
        #expect(try samples.answers() == answers)
    }
}
