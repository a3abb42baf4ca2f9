import BenchSupport
import Fingerprinting
import Glibc
import Indexing
import Matching

/// Times exact searches in one segment, on one thread.
///
///     search-bench CODES QUERIES RADII FOLDER [tables|scan|cold]
///
/// CODES and QUERIES hold 32 bytes per fingerprint; RADII are numbers with commas between. The segment is
/// written into FOLDER, unless there is one already, and mapped from there. Prints one object of JSON: the CPU
/// seconds of writing the segment, and for each radius the CPU microseconds of a query (median, 99th
/// percentile, mean), what it did, and the number of stored fingerprints that each query found.
///
/// What a process meets for the first time is not measured: all queries are searched once before, and others
/// until enough pages are mapped and the queries' own lists have left the cache. `cold` does the opposite: for each of the first 20 queries the file is put out of memory and opened again, and what is
/// printed is the wall time, once with that of opening, once after the directories have been read.
@main
enum SearchBench {
    /// Queries before the ones that are measured; enough to map most pages of ten million rows.
    private static let warmUps = 1500
    /// Searches of a scan take milliseconds each.
    private static let scans = 60
    private static let colds = 20

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let radii = arguments.count > 2 ? arguments[2].split(separator: ",").map { Int($0) } : []
        let mode = arguments.count == 5 ? arguments[4] : ""
        guard (4...5).contains(arguments.count), ["", "tables", "scan", "cold"].contains(mode),
            radii.allSatisfy({ $0.map { (0...256).contains($0) } ?? false })
        else {
            Program.fail("usage: search-bench CODES QUERIES RADII FOLDER [tables|scan|cold]")
        }
        let queries = Codes.all(in: arguments[1])
        guard !queries.isEmpty else { Program.fail("there are no queries") }
        do {
            let build = try BenchSegment.write(arguments[0], to: arguments[3])
            let path = BenchSegment.path(in: arguments[3])
            var results: [String] = []
            for radius in radii.compactMap({ $0 }) {
                results.append(
                    mode == "cold"
                        ? try cold(path, queries, radius: radius)
                        : try warm(path, queries, radius: radius, SearchMethod(rawValue: mode))
                )
            }
            print(
                "{\"build_s\": \(build.map { "\($0)" } ?? "null"), "
                    + "\"searches\": [\(results.joined(separator: ", "))]}"
            )
        } catch {
            Program.fail("\(error)")
        }
    }

    private static func warm(
        _ path: String,
        _ queries: [Fingerprint],
        radius: Int,
        _ method: SearchMethod?
    ) throws(IndexFault) -> String {
        let segment = try Segment(opening: path)
        let search = RadiusSearch(segments: [segment], forcing: method)
        let isScan = search.method(for: segment, radius: radius) == .scan
        let queries = isScan ? Array(queries.prefix(scans)) : queries
        for query in queries.prefix(isScan ? 2 : queries.count) {
            _ = try search.search(query, radius: radius)
        }
        for turn in 0..<(isScan ? 0 : max(0, warmUps - queries.count)) {
            // Complements of the queries, shifted: as far from everything as any.
            let words = queries[turn % queries.count].words
            let shift = UInt64(turn / queries.count + 1)
            let other = Fingerprint(
                words: (~words.1 &+ shift, ~words.2, words.3 &* 5, words.0 &+ shift << 20)
            )
            _ = try search.search(other, radius: radius)
        }
        var times: [Double] = []
        var matches: [Int] = []
        var statistics = SearchStatistics()
        for query in queries {
            let start = Clock.cpu()
            let hits = try search.search(query, radius: radius, statistics: &statistics)
            times.append(Clock.cpu() - start)
            // Equal fingerprints are one row with several occurrences; the peers count each.
            var found = 0
            for hit in hits {
                found += try segment.occurrences(ofRow: hit.row).count
            }
            matches.append(found)
        }
        let mean = times.reduce(0, +) / Double(times.count)
        times.sort()
        let each = Double(queries.count)
        let first = statistics.segments.first.flatMap { $0 }
        return
            "{\"radius\": \(radius), \"rows\": \(segment.rows), "
            + "\"method\": \"\(first?.method.rawValue ?? "")\", "
            + "\"tables_estimate_us\": \(first?.tablesEstimate ?? 0), "
            + "\"scan_estimate_us\": \(first?.scanEstimate ?? 0), "
            + "\"announced\": \(statistics.segments.count { $0?.isAnnounced == true }), "
            + "\"lists\": \(Double(statistics.lists) / each), "
            + "\"postings\": \(Double(statistics.postings) / each), "
            + "\"candidates\": \(Double(statistics.candidates) / each), "
            + "\"p50_us\": \(times[times.count / 2]), \"p99_us\": \(times[times.count * 99 / 100]), "
            + "\"batch_us\": \(mean), \"matches\": \(matches)}"
    }

    private static func cold(
        _ path: String,
        _ queries: [Fingerprint],
        radius: Int
    ) throws(IndexFault) -> String {
        var opening: [Double] = []
        var settled: [Double] = []
        var announced = 0
        for turn in 0..<(2 * min(colds, queries.count)) {
            forget(path)
            let start = Clock.wall()
            let segment = try Segment(opening: path)
            let search = RadiusSearch(segments: [segment])
            var statistics = SearchStatistics()
            // Waits for the directories in every other turn.
            if turn % 2 == 1 {
                usleep(300_000)
            }
            let begin = turn % 2 == 1 ? Clock.wall() : start
            _ = try search.search(queries[turn / 2], radius: radius, statistics: &statistics)
            let taken = (Clock.wall() - begin) / 1e3
            if turn % 2 == 1 {
                settled.append(taken)
            } else {
                opening.append(taken)
            }
            announced += statistics.segments.count { $0?.isAnnounced == true }
        }
        opening.sort()
        settled.sort()
        return
            "{\"radius\": \(radius), \"announced\": \(announced), "
            + "\"with_opening_p50_ms\": \(opening[opening.count / 2]), "
            + "\"with_opening_most_ms\": \(opening[opening.count - 1]), "
            + "\"p50_ms\": \(settled[settled.count / 2]), \"most_ms\": \(settled[settled.count - 1])}"
    }

    /// Puts a file that nobody has mapped out of the system's memory.
    private static func forget(_ path: String) {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { Program.fail("cannot open \(path)") }
        posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
        close(file)
    }
}
