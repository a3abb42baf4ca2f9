import BenchSupport
import CKernels
import Glibc

/// How near a scan comes to the memory's own speed, on one thread.
///
///     scan-bench ROWS [ROUNDS]
///
/// ROWS random rows of 32 bytes, in large pages where the system gives them. In each round the sum of all words
/// is taken, with nothing but vector additions, and then the rows are scanned with each body of the kernel.
/// Prints one object of JSON: gigabytes a second, the median of the rounds, and the share of the sum's.
@main
enum ScanBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().map { Double($0) }
        guard (1...2).contains(arguments.count), let rows = arguments[0].map({ Int($0) }),
            let rounds = arguments.count == 2 ? arguments[1].map({ Int($0) }) : 15,
            (8...100_000_000).contains(rows), (1...1000).contains(rounds)
        else { Program.fail("usage: scan-bench ROWS [ROUNDS]") }
        let page = 2 << 20
        let bytes = (rows * 32 + page - 1) / page * page
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
        defer { memory.deallocate() }
        madvise(memory, bytes, MADV_HUGEPAGE)
        let words = memory.bindMemory(to: UInt64.self, capacity: bytes / 8)
        var state: UInt64 = 1
        for place in 0..<(bytes / 8) {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            words[place] = state
        }
        let levels: [(name: String, level: vestige_kernel_level)] = [
            ("portable", .VESTIGE_KERNEL_PORTABLE), ("popcnt", .VESTIGE_KERNEL_POPCNT),
            ("avx2", .VESTIGE_KERNEL_AVX2),
            ("avx512", .VESTIGE_KERNEL_AVX512),
        ].filter { $0.level.rawValue <= vestige_best_kernel_level().rawValue }
        var times = [[Double]](repeating: [], count: levels.count + 1)
        var check: UInt64 = 0
        for _ in 0..<rounds {
            var start = Clock.cpu()
            check &+= sum(words, rows * 4)
            times[0].append(Clock.cpu() - start)
            for (index, level) in levels.enumerated() {
                start = Clock.cpu()
                check &+= scan(level.level, words, rows)
                times[index + 1].append(Clock.cpu() - start)
            }
        }
        let speeds = times.map { Double(rows) * 32 / $0.sorted()[rounds / 2] / 1e3 }
        var parts = ["\"rows\": \(rows)", "\"sum_gb_s\": \(speeds[0])", "\"check\": \(check)"]
        for (index, level) in levels.enumerated() {
            parts.append("\"\(level.name)_gb_s\": \(speeds[index + 1])")
            parts.append("\"\(level.name)_share\": \(speeds[index + 1] / speeds[0])")
        }
        print("{\(parts.joined(separator: ", "))}")
    }

    private static func sum(_ words: UnsafePointer<UInt64>, _ count: Int) -> UInt64 {
        var (a, b, c, d) = (
            SIMD4<UInt64>.zero, SIMD4<UInt64>.zero, SIMD4<UInt64>.zero, SIMD4<UInt64>.zero
        )
        let vectors = UnsafeRawPointer(words).assumingMemoryBound(to: SIMD4<UInt64>.self)
        for place in stride(from: 0, to: count / 16 * 4, by: 4) {
            a &+= vectors[place]
            b &+= vectors[place + 1]
            c &+= vectors[place + 2]
            d &+= vectors[place + 3]
        }
        return (a &+ b &+ c &+ d).wrappedSum()
    }

    private static func scan(
        _ level: vestige_kernel_level,
        _ words: UnsafePointer<UInt64>,
        _ rows: Int
    ) -> UInt64 {
        var hits = [vestige_hit](repeating: vestige_hit(row: 0, distance: 0), count: 1024)
        var next = 0
        var found = 0
        while next < rows {
            found += vestige_scan_rows(level, words, rows, [1, 2, 3, 4], 31, &next, &hits, 1024)
        }
        return UInt64(found)
    }
}
