import BenchSupport
import Fingerprinting
import Glibc
import Indexing
import Matching

/// Compares joins with the definition, pair by pair.
enum JoinExactness {
    private static let methods: [JoinMethod?] = [.buckets, .scan, nil]

    /// The queries as a list against the segment, by each method.
    static func compare(
        _ segment: Segment,
        _ queries: [Fingerprint],
        _ near: [[Pair]],
        _ radii: [Int]
    ) throws -> [String] {
        let list = FingerprintList(kind: segment.kind, queries)
        var results: [String] = []
        for radius in radii {
            for method in methods {
                let join = SetJoin(
                    left: [.list(list)],
                    right: [.segment(segment)],
                    radius: radius,
                    forcing: method
                )
                var found = [[Pair]](repeating: [], count: queries.count)
                try join.run { pairs in
                    for pair in pairs {
                        let row = Int(pair.rightRow)
                        for occurrence in try segment.occurrences(ofRow: row) {
                            found[Int(pair.leftRow)].append(
                                Pair(distance: Int(pair.distance), item: occurrence.item)
                            )
                        }
                    }
                }
                let matches = check(found, near, radius, "join", method)
                results.append(line("join", radius, method, queries.count, matches))
            }
        }
        return results
    }

    /// The segment with itself: the pairs of those of its rows that are queries.
    static func compareWithin(
        _ segment: Segment,
        _ queries: [Fingerprint],
        _ near: [[Pair]],
        _ radii: [Int]
    ) throws -> [String] {
        var places: [UInt32: [Int]] = [:]
        var rows: [Int: Int] = [:]
        let search = RadiusSearch(segments: [segment])
        for (place, query) in queries.enumerated() {
            guard let hit = try search.search(query, radius: 0).first else { continue }
            places[UInt32(hit.row), default: []].append(place)
            rows[place] = hit.row
        }
        guard rows.count == queries.count else {
            Program.fail("a join with itself is compared for queries that are among the codes")
        }
        var results: [String] = []
        for radius in radii {
            let join = SetJoin(within: [.segment(segment)], radius: radius)
            var found = [[Pair]](repeating: [], count: queries.count)
            // A row is no pair with itself; the loop finds its own occurrences.
            for (place, row) in rows {
                found[place] += try pairs(segment, row, 0)
            }
            try join.run { joined in
                for pair in joined {
                    for place in places[pair.leftRow] ?? [] {
                        found[place] += try pairs(segment, Int(pair.rightRow), pair.distance)
                    }
                    for place in places[pair.rightRow] ?? [] {
                        found[place] += try pairs(segment, Int(pair.leftRow), pair.distance)
                    }
                }
            }
            let matches = check(found, near, radius, "self-join", nil)
            let method = join.methods.compactMap { $0 }.first
            results.append(line("self-join", radius, method, queries.count, matches))
        }
        return results
    }

    private static func pairs(
        _ segment: Segment,
        _ row: Int,
        _ distance: UInt32
    ) throws -> [Pair] {
        try segment.occurrences(ofRow: row).map {
            Pair(distance: Int(distance), item: $0.item)
        }
    }

    /// Ends the program if anything is missing, too much, or told twice.
    ///
    /// - Returns: the number of matches.
    private static func check(
        _ found: [[Pair]],
        _ near: [[Pair]],
        _ radius: Int,
        _ operation: String,
        _ method: JoinMethod?
    ) -> Int {
        var matches = 0
        for (place, pairs) in found.enumerated() {
            let expected = near[place].prefix { $0.distance <= radius }
            guard pairs.sorted() == Array(expected) else {
                print(
                    "{\"different\": {\"operation\": \"\(operation)\", \"query\": \(place), "
                        + "\"method\": \"\(method?.rawValue ?? "chosen")\", \"radius\": \(radius), "
                        + "\"found\": \(pairs.count), \"expected\": \(expected.count)}}"
                )
                exit(1)
            }
            matches += pairs.count
        }
        return matches
    }

    private static func line(
        _ operation: String,
        _ radius: Int,
        _ method: JoinMethod?,
        _ count: Int,
        _ matches: Int
    ) -> String {
        "{\"radius\": \(radius), \"method\": \"\(operation), \(method?.rawValue ?? "chosen")\", "
            + "\"queries\": \(count), \"matches\": \(matches), \"scanned\": 0}"
    }
}
