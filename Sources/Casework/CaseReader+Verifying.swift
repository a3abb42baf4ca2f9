import Evidence
import GRDB
import Indexing

extension CaseReader {
    /// What `vestige verify` found.
    public struct Verification: Hashable, Sendable {
        /// Segments whose every checksum was right.
        public var segments = 0
        /// Their bytes.
        public var bytes: Int64 = 0
        /// Fingerprints that were counted in them.
        public var occurrences = 0
        /// Items in the catalog.
        public var items = 0
        /// What is wrong, a sentence each; empty if the case is sound.
        public var problems: [String] = []
    }

    /// Checks every checksum, and that the catalog and the segments tell the same story.
    ///
    /// - Parameter progress: called before each segment.
    public func verify(progress: (SegmentDescription) -> Void = { _ in }) throws(CaseFault)
        -> Verification
    {
        var found = Verification()
        var counted: [UInt64: Int] = [:]
        for segment in segments {
            progress(segment.description)
            do throws(IndexFault) {
                try segment.verify()
                for row in 0..<segment.rows {
                    for occurrence in try segment.occurrences(ofRow: row) {
                        counted[occurrence.item, default: 0] += 1
                        found.occurrences += 1
                    }
                }
                found.segments += 1
                found.bytes += Int64(segment.description.bytes)
            } catch {
                found.problems.append(String(describing: error))
            }
        }
        let isWhole = found.problems.isEmpty
        let tombstones = tombstones
        found = try catalog.read { [found] database in
            var found = found
            var counted = counted
            if let text = try String.fetchOne(database, sql: "PRAGMA integrity_check"), text != "ok"
            {
                found.problems.append("catalog.sqlite is damaged: \(text)")
            }
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM item"
            )
            while let row = try rows.next() {
                found.items += 1
                let identifier = UInt64(bitPattern: row["id"] as Int64)
                let stated: Int = row["fingerprints"]
                let actual = counted.removeValue(forKey: identifier) ?? 0
                if tombstones.contains(identifier) {
                    // Dead, and not yet merged away: the segments may still hold it.
                    continue
                }
                let isSuperseded: Bool = row["superseded"]
                if isSuperseded, actual == 0 { continue }
                if actual != stated, isWhole {
                    found.problems.append(
                        "item \(identifier) has \(stated) fingerprints in the catalog and "
                            + "\(actual) in the segments"
                    )
                }
                let state: String = row["state"]
                // A container has none itself; cases of older versions lack the column.
                let isContainer = row["container"] as String? != nil
                if stated == 0, state == ItemState.indexed.rawValue, !isContainer {
                    found.problems.append("item \(identifier) is indexed but has no fingerprint")
                }
            }
            for identifier in counted.keys.sorted() {
                found.problems.append(
                    "the segments hold fingerprints of item \(identifier), which the catalog lacks"
                )
            }
            return found
        }
        return found
    }
}
