import GRDB
import Keyframing

/// The statements that write what is covered of a film.
struct FilmStatements {
    private let film: Statement
    private let gap: Statement

    init(_ database: Database) throws {
        film = try database.cachedStatement(
            sql: """
                INSERT INTO film (item, stream, sampling, fill_ms, length_ms, represented_ms, pictures)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        gap = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO gap (item, stream, from_ms, to_ms, reason)
                VALUES (?, ?, ?, ?, ?)
                """
        )
    }

    func insert(_ coverage: FilmCoverage, of item: Int64) throws {
        try film.execute(
            arguments: [
                item, coverage.stream, coverage.sampling.name, coverage.sampling.fillMilliseconds,
                coverage.length, coverage.represented, coverage.pictures,
            ]
        )
        for one in coverage.gaps {
            try gap.execute(
                arguments: [item, coverage.stream, one.from, one.to, one.reason.rawValue]
            )
        }
    }
}

extension Catalog {
    /// What is covered of a film, stream by stream; empty for anything else, and for films that an
    /// earlier version indexed.
    static func coverage(of item: UInt64, _ database: Database) throws -> [FilmCoverage] {
        let identifier = Int64(bitPattern: item)
        guard try database.tableExists("film") else { return [] }
        let films = try database.cachedStatement(
            sql: "SELECT * FROM film WHERE item = ? ORDER BY stream"
        )
        let gaps = try database.cachedStatement(
            sql: "SELECT * FROM gap WHERE item = ? AND stream = ? ORDER BY from_ms"
        )
        return try Row.fetchAll(films, arguments: [identifier]).map { row in
            let fill = row["fill_ms"] as Int64?
            let stream = row["stream"] as Int
            return try FilmCoverage(
                sampling: fill.map { .covering(fillMilliseconds: $0) } ?? .keyframes,
                stream: stream,
                gaps: Row.fetchAll(gaps, arguments: [identifier, stream]).map { gap in
                    FilmGap(
                        from: gap["from_ms"],
                        to: gap["to_ms"],
                        reason: FilmGap.Reason(rawValue: gap["reason"]) ?? .damaged
                    )
                },
                length: row["length_ms"],
                pictures: row["pictures"]
            )
        }
    }
}
