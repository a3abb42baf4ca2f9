import Foundation
import HashLists
import TestSupport
import Testing

@Suite("Lists that are damaged")
struct HostileInputTests {
    private static let written = ListFormat.allCases.filter { $0.isWritten && !$0.isFolder }

    /// What a reader has against a file.
    private static func fault(_ bytes: [UInt8], _ format: ListFormat?, _ sink: RecordingSink)
        -> ListFault?
    {
        do {
            try ListReading(bytes: bytes, format: format).read(into: sink)
            return nil
        } catch {
            return error
        }
    }

    @Test("Cut at every byte, a file is read as far as it goes", arguments: written)
    func cut(_ format: ListFormat) throws {
        let text = Array(try ExportTests.export(ExportTests.entries, format).text.utf8)
        let whole = try RecordingSink.reading(text, as: format)
        let isOneText = [.vics13, .vics20, .ncmec, .stopncii].contains(format)
        for length in 0..<text.count {
            let sink = RecordingSink()
            let fault = HostileInputTests.fault(Array(text[..<length]), format, sink)
            if let fault {
                #expect(fault.code == .badInput)
            } else {
                // Only the line feed behind the last bracket may be missing.
                #expect(!isOneText || length == text.count - 1)
            }
            #expect(sink.entries.count <= whole.entries.count)
        }
    }

    @Test("Changed at random, a file is read or refused", arguments: written + [.vpdq])
    func changed(_ format: ListFormat) throws {
        let text: [UInt8]
        if format == .vpdq {
            text = Array("0,100,\(Made.pdq),0.0\n1,99,\(Made.pdq2),1.5\n".utf8)
        } else {
            text = Array(try ExportTests.export(ExportTests.entries, format).text.utf8)
        }
        var generator = SplitMix64(seed: 0x5EED)
        let signs = Array("\"\\{}[],:;<>/&#%=\n\r \0\u{7F}u".utf8) + [0xFF, 0xC0]
        for _ in 0..<400 {
            var changed = text
            for _ in 0...(generator.next() % 4) {
                let place = Int(generator.next() % UInt64(changed.count))
                switch generator.next() % 4 {
                case 0: changed[place] = signs[Int(generator.next() % UInt64(signs.count))]
                case 1: changed[place] = UInt8(truncatingIfNeeded: generator.next())
                case 2:
                    changed.insert(signs[Int(generator.next() % UInt64(signs.count))], at: place)
                default: changed.remove(at: place)
                }
            }
            for chosen in [format, nil] {
                let sink = RecordingSink()
                let fault = HostileInputTests.fault(changed, chosen, sink)
                #expect(fault == nil || fault?.code == .badInput)
                #expect(!sink.entries.contains { !$0.isRecognisable })
            }
        }
    }

    @Test("Examples of the formats, where there are any, are read without a wrong record")
    func examples() throws {
        guard let corpus = ProcessInfo.processInfo.environment["VESTIGE_CORPUS"] else { return }
        let folder = corpus + "/../formats/"
        let expected: [(String, ListFormat, Int)] = [
            ("hashdeep.txt", .hashdeep, 1), ("icse.csv", .icse, 1),
            ("iped_import.csv", .digests, 1),
            ("ncmec_hashsharing_v2.xml", .ncmec, 1), ("nist_caid_12.json", .vics, 1),
            ("pdq_hashio.txt", .pdq, 2), ("stopncii_fetch.json", .stopncii, 1),
            ("tx_local_file.txt", .pdq, 2), ("vics13_media.json", .vics, 1),
            ("vics20_case.json", .vics, 1), ("vics20_media.json", .vics, 1), ("vpdq.txt", .vpdq, 1),
        ]
        for (name, format, count) in expected
        where FileManager.default.fileExists(atPath: folder + name) {
            let reading = try ListReading(path: folder + name)
            #expect(reading.format == format, "\(name)")
            let sink = RecordingSink()
            try reading.read(into: sink)
            #expect(sink.entries.count == count, "\(name)")
            #expect(sink.rejected.isEmpty, "\(name)")
        }
        #expect(throws: ListFault.self) { try ListReading(path: folder + "rdsv3_delta.sql") }
    }
}
