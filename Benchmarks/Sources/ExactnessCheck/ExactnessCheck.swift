import BenchSupport
import CBruteForce
import Fingerprinting
import Glibc
import Indexing
import Matching

/// Compares the search with the definition, pair by pair.
///
///     exactness-check CODES QUERIES RADII FOLDER [SELF_RADII]
///
/// Every query is compared with every code by a loop that was written for this alone; the pairs within the
/// largest radius are kept. Then each query is searched at each radius, once through the tables where there
/// are some, once as the search itself chooses, and what it finds (which stored code, at which distance) must
/// be those pairs within the radius. The same queries as a list are joined with the segment, by each method.
/// For SELF_RADII the segment is joined with itself, and the pairs of the queries, which must be among the codes then,
/// are compared. Prints one object of JSON; ends with status 1 at the first difference.
@main
enum ExactnessCheck {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func radii(_ place: Int) -> [Int] {
            guard arguments.count > place else { return [] }
            return arguments[place].split(separator: ",").compactMap { Int($0) }.sorted()
        }
        let selfRadii = radii(4)
        let radii = (4...5).contains(arguments.count) ? radii(2) : []
        guard let most = radii.last, radii[0] >= 0, most <= 256 else {
            Program.fail("usage: exactness-check CODES QUERIES RADII FOLDER [SELF_RADII]")
        }
        do {
            _ = try BenchSegment.write(arguments[0], to: arguments[3])
            let segment = try Segment(opening: BenchSegment.path(in: arguments[3]))
            let queries = Codes.all(in: arguments[1])
            let start = Clock.cpu()
            let (near, codes) = pairs(arguments[0], queries, within: most)
            let seconds = (Clock.cpu() - start) / 1e6
            var results = try compare(segment, queries, near, radii)
            results += try JoinExactness.compare(segment, queries, near, radii)
            results += try JoinExactness.compareWithin(segment, queries, near, selfRadii)
            print(
                "{\"codes\": \(codes), \"rows\": \(segment.rows), \"queries\": \(queries.count), "
                    + "\"brute_force_s\": \(seconds), \"results\": [\(results.joined(separator: ", "))]}"
            )
        } catch {
            Program.fail("\(error)")
        }
    }

    /// The pairs within a distance, for each query by distance and then by the code's place in its file.
    private static func pairs(
        _ file: String,
        _ queries: [Fingerprint],
        within distance: Int
    ) -> (pairs: [[Pair]], codes: Int) {
        var codes: [UInt64] = []
        Codes.forEach(in: file) { codes += [$0.words.0, $0.words.1, $0.words.2, $0.words.3] }
        let count = codes.count / 4
        var near = [[Pair]](repeating: [], count: queries.count)
        // So many at once that the pairs have room in any case.
        let group = 1000
        var found = [brute_force_pair](
            repeating: brute_force_pair(query: 0, row: 0, distance: 0),
            count: 4 * 1024 * group
        )
        for first in stride(from: 0, to: queries.count, by: group) {
            let part = queries[first..<min(first + group, queries.count)]
            let words = part.flatMap { [$0.words.0, $0.words.1, $0.words.2, $0.words.3] }
            var next = 0
            while next < count {
                let written = brute_force(
                    codes,
                    count,
                    words,
                    part.count,
                    UInt32(distance),
                    &next,
                    &found,
                    found.count
                )
                for pair in found.prefix(written) {
                    near[first + Int(pair.query)].append(
                        Pair(distance: Int(pair.distance), item: UInt64(pair.row))
                    )
                }
            }
        }
        return (near.map { $0.sorted() }, count)
    }

    private static func compare(
        _ segment: Segment,
        _ queries: [Fingerprint],
        _ near: [[Pair]],
        _ radii: [Int]
    ) throws(IndexFault) -> [String] {
        var results: [String] = []
        for radius in radii {
            for method in segment.hasTables ? [SearchMethod.tables, nil] : [nil] {
                let search = RadiusSearch(segments: [segment], forcing: method)
                var statistics = SearchStatistics()
                var matches = 0
                for (number, query) in queries.enumerated() {
                    var found: [Pair] = []
                    for hit in try search.search(query, radius: radius, statistics: &statistics) {
                        for occurrence in try segment.occurrences(ofRow: hit.row) {
                            found.append(Pair(distance: hit.distance, item: occurrence.item))
                        }
                    }
                    found.sort()
                    let expected = near[number].prefix { $0.distance <= radius }
                    guard found == Array(expected) else {
                        print(
                            "{\"different\": {\"query\": \(number), \"radius\": \(radius), "
                                + "\"found\": \(found.count), \"expected\": \(expected.count)}}"
                        )
                        exit(1)
                    }
                    matches += found.count
                }
                let scanned = statistics.methods.count { $0 == .scan }
                results.append(
                    "{\"radius\": \(radius), \"method\": \"\(method?.rawValue ?? "chosen")\", "
                        + "\"queries\": \(queries.count), \"matches\": \(matches), "
                        + "\"scanned\": \(scanned)}"
                )
            }
        }
        return results
    }
}
