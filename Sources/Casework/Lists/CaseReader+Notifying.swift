import Evidence
import Foundation
import GRDB

extension CaseReader {
    /// What was told of a list before.
    private struct Told {
        let list: Int64
        let run: Int64
        let filter: NotificationFilter
    }

    /// Calls `body` with each match that the owner of lists is to be told of, item by item: those that hold, and those that hold no more
    /// although the owner was told of them.
    ///
    /// A match that is gone and was found again with the same pictures is not told as gone. What was withdrawn from the case since it
    /// was matched is left out.
    ///
    /// - Returns: how many were left out because their items were withdrawn.
    /// - Throws: ``CaseFault``, or what `body` throws.
    @discardableResult
    public func forEachNotifiableMatch(
        with lists: [MatchedList],
        _ filter: NotificationFilter,
        _ body: (ReportedMatch) throws -> Void
    ) throws -> Int {
        let told = try told(of: lists)
        var query = MatchQuery()
        query.lists = Set(lists.map(\.identifier))
        query.standing = told.isEmpty ? .current : .all
        query.leavesOutFoundAgain = true
        var withdrawn = 0
        try forEachListMatch(query) { match in
            if let gone = match.goneRun {
                let wasTold = told.contains {
                    $0.list == match.listNumber && match.foundRun <= $0.run && $0.run < gone
                        && $0.filter.accepts(match)
                }
                if wasTold { try body(match) }
            } else if filter.accepts(match) {
                if match.item.rule == .withdrawn {
                    withdrawn += 1
                } else {
                    try body(match)
                }
            }
        }
        return withdrawn
    }

    private func told(of lists: [MatchedList]) throws(CaseFault) -> [Told] {
        let wanted = Set(lists.map(\.number))
        return try catalog.read { database in
            guard try database.tableExists("notification") else { return [] }
            return try Row.fetchAll(
                database,
                sql: "SELECT DISTINCT list, run, filter FROM notification ORDER BY list, run"
            )
            .compactMap { row in
                let list: Int64 = row["list"]
                guard wanted.contains(list) else { return nil }
                let filter: String = row["filter"]
                return Told(
                    list: list,
                    run: row["run"],
                    filter: try JSONDecoder().decode(
                        NotificationFilter.self,
                        from: Data(filter.utf8)
                    )
                )
            }
        }
    }
}
