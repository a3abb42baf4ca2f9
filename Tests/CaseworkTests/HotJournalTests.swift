import Fingerprinting
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Casework

@Suite("A catalog whose writer was killed")
struct HotJournalTests {
    /// A writer that is killed while it begins or ends its write-ahead log leaves a rollback journal.
    @Test("a journal that has to be rolled back does not keep readers out")
    func hotJournal() throws {
        var random = SplitMix64(seed: 0x407)
        var generated = try GeneratedCase()
        for number in 0..<50 {
            try generated.add("/e/\(number)", [(random.fingerprint(), nil, 80)])
        }
        try generated.commit()
        try generated.writer.endRun(outcome: "complete")
        let before = try generated.reader().contents()

        let copy = generated.folder.path + "/copy.vestige"
        try FileManager.default.copyItem(atPath: generated.path, toPath: copy)
        let catalog = generated.path + "/catalog.sqlite"
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // No cache: what the transaction changes goes to the file before its end.
            try database.execute(sql: "PRAGMA cache_size = 1")
        }
        let database = try DatabaseQueue(path: catalog, configuration: configuration)
        try database.inTransaction { database in
            try database.execute(
                sql: "UPDATE item SET path = zeroblob(3000) || id, state = 'partly'"
            )
            for name in ["catalog.sqlite", "catalog.sqlite-journal"] {
                let file = copy + "/" + name
                try? FileManager.default.removeItem(atPath: file)
                try FileManager.default.copyItem(atPath: generated.path + "/" + name, toPath: file)
            }
            return .rollback
        }
        let changed = try Data(contentsOf: URL(fileURLWithPath: copy + "/catalog.sqlite"))
        #expect(try changed != Data(contentsOf: URL(fileURLWithPath: catalog)))

        let reader = try CaseReader(name: copy)
        #expect(try reader.contents() == before)
        #expect(try reader.verify().problems.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: copy + "/catalog.sqlite-journal"))
    }
}
