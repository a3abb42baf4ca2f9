import Foundation
import GRDB

extension CaseWriter {
    private static let notificationSchema = """
        CREATE TABLE IF NOT EXISTS notification (
            id INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            tool TEXT NOT NULL,
            owner TEXT NOT NULL,
            list INTEGER NOT NULL REFERENCES hash_list (id),
            version INTEGER NOT NULL,
            run INTEGER NOT NULL REFERENCES match_run (id),
            matches INTEGER NOT NULL,
            retractions INTEGER NOT NULL,
            filter TEXT NOT NULL,
            digest TEXT NOT NULL
        );
        """

    /// Writes down what the owner of lists is told, and tells it: both or neither.
    ///
    /// - Parameters:
    ///   - records: one for each list of the bundle.
    ///   - publish: gives the bundle its name.
    /// - Throws: ``CaseFault``, also what `publish` throws.
    public func record(
        _ records: [NotificationRecord],
        publish: () throws(CaseFault) -> Void
    ) throws(CaseFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try catalog.write { database in
            try database.execute(sql: CaseWriter.notificationSchema)
            for record in records {
                try database.execute(
                    sql: """
                        INSERT INTO notification (time, tool, owner, list, version, run, matches, retractions, filter, digest)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        timestamp(), CaseDescription.tool, record.owner, record.list,
                        record.version, record.run, record.matches, record.retractions,
                        String(decoding: try encoder.encode(record.filter), as: UTF8.self),
                        record.digest,
                    ]
                )
            }
            try publish()
        }
    }
}
