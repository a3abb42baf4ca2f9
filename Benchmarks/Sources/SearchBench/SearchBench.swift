import Fingerprinting
import Glibc
import Indexing
import Keyframing
import Matching

/// Times exact searches in one segment, on one thread.
///
///     search-bench CODES QUERIES RADIUS FOLDER
///
/// CODES and QUERIES hold 32 bytes per fingerprint. The segment is written into FOLDER and mapped from
/// there. Prints one object of JSON: the CPU seconds of writing the segment, the CPU microseconds of a
/// query (median, 99th percentile, mean), and the number of stored fingerprints that each query found.
@main
enum SearchBench {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 4, let radius = Int(arguments[2]), (0...64).contains(radius) else {
            fail("usage: search-bench CODES QUERIES RADIUS FOLDER")
        }
        do {
            try measure(
                codes: fingerprints(in: arguments[0]),
                queries: fingerprints(in: arguments[1]),
                radius: radius,
                folder: arguments[3]
            )
        } catch {
            fail("\(error)")
        }
    }

    private static func measure(
        codes: [Fingerprint],
        queries: [Fingerprint],
        radius: Int,
        folder: String
    ) throws(IndexFault) {
        var start = cpuMicroseconds()
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder)
        let origin = PictureOrigin(decoder: .none, policy: .exact)
        for (number, code) in codes.enumerated() {
            try writer.append(
                code,
                Occurrence(
                    item: UInt64(number),
                    timeMilliseconds: nil,
                    quality: 100,
                    origin: origin
                )
            )
        }
        let description = try writer.write(name: "bench.seg")
        let build = (cpuMicroseconds() - start) / 1e6
        let segment = try Segment(opening: folder + "/bench.seg", description: description)
        let search = RadiusSearch(segments: [segment])

        var times: [Double] = []
        var matches: [Int] = []
        for query in queries {
            start = cpuMicroseconds()
            let hits = try search.search(query, radius: radius)
            times.append(cpuMicroseconds() - start)
            // Equal fingerprints are one row with several occurrences; the peers count each.
            var found = 0
            for hit in hits {
                found += try segment.occurrences(ofRow: hit.row).count
            }
            matches.append(found)
        }
        let mean = times.reduce(0, +) / Double(max(1, times.count))
        times.sort()
        guard !times.isEmpty else { fail("there are no queries") }
        print(
            "{\"build_s\": \(build), \"method\": \"\(search.method(for: segment, radius: radius))\", "
                + "\"p50_us\": \(times[times.count / 2]), \"p99_us\": \(times[times.count * 99 / 100]), "
                + "\"batch_us\": \(mean), \"matches\": \(matches)}"
        )
    }

    /// The fingerprints in a file; their bytes are taken lowest bits first.
    private static func fingerprints(in file: String) -> [Fingerprint] {
        guard let stream = fopen(file, "rb") else { fail("cannot read \(file)") }
        defer { fclose(stream) }
        var result: [Fingerprint] = []
        var words: [UInt64] = [0, 0, 0, 0]
        while fread(&words, 32, 1, stream) == 1 {
            result.append(
                Fingerprint(
                    words: (
                        UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]),
                        UInt64(littleEndian: words[2]), UInt64(littleEndian: words[3])
                    )
                )
            )
        }
        return result
    }

    private static func fail(_ message: String) -> Never {
        // Not through `stderr`, a global variable that Swift 6 does not let anyone touch.
        let text = Array((message + "\n").utf8)
        _ = write(2, text, text.count)
        exit(2)
    }

    /// The CPU time of this thread so far.
    private static func cpuMicroseconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) * 1e6 + Double(now.tv_nsec) / 1e3
    }
}
