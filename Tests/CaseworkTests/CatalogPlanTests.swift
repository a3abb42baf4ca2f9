import GRDB
import TestSupport
import Testing

@testable import Casework

@Suite("What is asked of the catalog for every item")
struct CatalogPlanTests {
    @Test("is found by an index, and not by looking at all items")
    func plan() throws {
        let generated = try GeneratedCase()
        let database = try DatabaseQueue(path: generated.path + "/catalog.sqlite")
        let details = try database.read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN " + Catalog.earlierContainers,
                arguments: ["a", 1]
            ).map { $0["detail"] as String }
        }
        #expect(!details.isEmpty)
        for detail in details {
            #expect(detail.hasPrefix("SEARCH"), "\(detail)")
        }
    }
}
