import BenchSupport
import Fingerprinting
import Foundation
import Indexing
import Keyframing

// build-bench: what it takes to build, merge and verify segments.
//
//   build-bench build FOLDER ROWS [MEMORY_MB [CODES]]   one segment of random codes, or of those in a file
//   build-bench merge FOLDER PARTS ROWS [MEMORY_MB]     PARTS segments of ROWS / PARTS, merged into one
//   build-bench verify FOLDER                           the segment that `build` made
//
// Prints one object of JSON. Memory is private (anonymous) memory, sampled every 20 ms; time is CPU time of
// the process, the making of random codes taken off.

/// The CPU time of the process so far, in seconds.
func cpuSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func fill(_ writer: inout SegmentWriter, rows: Int, seed: UInt64, item: UInt64) throws {
    var codes = BenchRandom(seed: seed)
    let origin = PictureOrigin(decoder: .none, policy: .exact)
    for number in 0..<UInt64(rows) {
        try writer.append(
            codes.fingerprint(),
            Occurrence(item: item + number, quality: 100, origin: origin)
        )
    }
}

func fill(_ writer: inout SegmentWriter, file: String) throws(IndexFault) {
    let origin = PictureOrigin(decoder: .none, policy: .exact)
    var item: UInt64 = 0
    try Codes.forEach(in: file) { code throws(IndexFault) in
        try writer.append(code, Occurrence(item: item, quality: 100, origin: origin))
        item += 1
    }
}

@main
struct BuildBench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2 else {
            print("build-bench build FOLDER ROWS [MEMORY_MB [CODES]]")
            print("build-bench merge FOLDER PARTS ROWS [MEMORY_MB]")
            print("build-bench verify FOLDER")
            exit(2)
        }
        func number(_ index: Int, _ standard: Int) -> Int {
            index < arguments.count ? Int(Double(arguments[index]) ?? 0) : standard
        }
        let folder = arguments[1]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        switch arguments[0] {
        case "build":
            try build(
                folder,
                rows: number(2, 1_000_000),
                memory: number(3, 1024) << 20,
                codes: arguments.count > 4 ? arguments[4] : nil
            )
        case "merge":
            try merge(
                folder,
                parts: number(2, 8),
                rows: number(3, 1_000_000),
                memory: number(4, 1024) << 20
            )
        case "verify":
            let segment = try open(folder, "bench.seg")
            let start = cpuSeconds()
            try segment.verify()
            print("{\"rows\": \(segment.rows), \"verify_cpu_s\": \(cpuSeconds() - start)}")
        default: exit(2)
        }
    }

    static func open(_ folder: String, _ name: String) throws -> Segment {
        try Segment(opening: folder + "/" + name)
    }

    static func build(_ folder: String, rows: Int, memory: Int, codes: String?) throws {
        unlink(folder + "/bench.seg")
        var start = cpuSeconds()
        var made = BenchRandom(seed: 0xBE7C)
        var sum: UInt64 = 0
        for _ in 0..<(codes == nil ? rows : 0) {
            sum ^= made.fingerprint().words.0
        }
        let making = cpuSeconds() - start
        let watch = MemoryWatch()
        start = cpuSeconds()
        let wall = Date()
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder, memory: memory)
        if let codes {
            try fill(&writer, file: codes)
        } else {
            try fill(&writer, rows: rows, seed: 0xBE7C, item: 0)
        }
        let appended = cpuSeconds()
        var stages: [(BuildProgress.Stage, Double)] = []
        let description = try writer.write(name: "bench.seg") { progress in
            if stages.last?.0 != progress.stage {
                stages.append((progress.stage, cpuSeconds()))
            }
        }
        let end = cpuSeconds()
        let seconds = end - start - making
        let parts = stages.map { "\"\($0.0.rawValue)_from_s\": \($0.1 - start)" }
        print(
            "{\"rows\": \(description.rows), \"occurrences\": \(description.occurrences), "
                + "\"cpu_s\": \(seconds), \"append_s\": \(appended - start - making), "
                + parts.joined(separator: ", ")
                + ", \"wall_s\": \(Date().timeIntervalSince(wall)), "
                + "\"rows_per_cpu_s\": \(Double(description.occurrences) / seconds), "
                + "\"bytes_per_row\": \(Double(description.bytes) / Double(max(1, description.rows))), "
                + "\"peak_private_mb\": \(watch.end() >> 20), \"check\": \(sum & 1)}"
        )
    }

    static func merge(_ folder: String, parts: Int, rows: Int, memory: Int) throws {
        var segments: [Segment] = []
        for part in 0..<parts {
            let name = "part-\(part).seg"
            unlink(folder + "/" + name)
            var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder, memory: memory)
            try fill(
                &writer,
                rows: rows / parts,
                seed: UInt64(part),
                item: UInt64(part * rows)
            )
            _ = try writer.write(name: name)
            segments.append(try open(folder, name))
        }
        unlink(folder + "/merged.seg")
        let watch = MemoryWatch()
        let start = cpuSeconds()
        var stages: [(BuildProgress.Stage, Double)] = []
        let description = try SegmentMerge(segments, memory: memory).write(
            to: folder,
            name: "merged.seg"
        ) { progress in
            if stages.last?.0 != progress.stage {
                stages.append((progress.stage, cpuSeconds()))
            }
        }
        let seconds = cpuSeconds() - start
        let named = stages.map { "\"\($0.0.rawValue)_from_s\": \($0.1 - start)" }
        print(
            "{\"rows\": \(description.rows), \"parts\": \(parts), \"cpu_s\": \(seconds), "
                + named.joined(separator: ", ")
                + ", \"rows_per_cpu_s\": \(Double(description.rows) / seconds), "
                + "\"peak_private_mb\": \(watch.end() >> 20)}"
        )
    }
}
