import BenchSupport
import CKernels
import Glibc

/// The speed of the join's kernels, body by body.
enum KernelTimes {
    /// Prints a line for each body: pairs of postings in lists of 150 by 150, which is what ten million
    /// rows give, of 15 by 150 and of 15 by 15; and pairs of rows.
    static func print(radius: Int) {
        for level in 0...vestige_best_kernel_level().rawValue {
            guard let level = vestige_kernel_level(rawValue: level) else { continue }
            let postings = [(150, 150), (15, 150), (15, 15)].map { postingPairs(level, $0.0, $0.1) }
            let rows = rowPairs(level, radius: radius)
            Swift.print(
                "level \(level.rawValue): postings "
                    + postings.map { "\(rounded($0))" }.joined(separator: " / ")
                    + ", rows \(rounded(rows)) thousand million pairs a second"
            )
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

    /// Pairs of postings per nanosecond, in lists of so many.
    private static func postingPairs(
        _ level: vestige_kernel_level,
        _ left: Int,
        _ right: Int
    ) -> Double {
        var random = BenchRandom(seed: 0x905)
        let values = 4096
        func table(_ count: Int) -> ([UInt32], [UInt32]) {
            (
                (0...65_536).map { UInt32(min($0, values) * count) },
                (0..<(values * count)).map { _ in UInt32(truncatingIfNeeded: random.next()) }
            )
        }
        let (first, second) = (table(left), table(right))
        let masks: [UInt16] = [0] + (0..<8).map { 1 << $0 }
        var room = [vestige_pair](repeating: vestige_pair(left: 0, right: 0), count: 8192)
        var counts = vestige_join_counts(lists: 0, extensions: 0)
        var damage = vestige_join_damage.VESTIGE_JOIN_SOUND
        return masks.withUnsafeBufferPointer { masks in
            [Int8](repeating: 1, count: 16).withUnsafeBufferPointer { thresholds in
                var terms = vestige_join_terms(
                    chunk: 0,
                    masks: masks.baseAddress,
                    mask_count: masks.count,
                    limit16: 3,
                    limit32: 5,
                    thresholds: thresholds.baseAddress,
                    radius: 31,
                    within: false
                )
                return first.0.withUnsafeBufferPointer { leftDirectory in
                    first.1.withUnsafeBufferPointer { leftExtensions in
                        second.0.withUnsafeBufferPointer { rightDirectory in
                            second.1.withUnsafeBufferPointer { rightExtensions in
                                var a = vestige_table(
                                    directory: leftDirectory.baseAddress,
                                    extensions: leftExtensions.baseAddress,
                                    row_ids: nil,
                                    rows: nil,
                                    row_count: UInt32(leftExtensions.count)
                                )
                                var b = vestige_table(
                                    directory: rightDirectory.baseAddress,
                                    extensions: rightExtensions.baseAddress,
                                    row_ids: nil,
                                    rows: nil,
                                    row_count: UInt32(rightExtensions.count)
                                )
                                let start = cpuSeconds()
                                while cpuSeconds() - start < 0.3 {
                                    var cursor = vestige_join_cursor(
                                        value: 0,
                                        mask: 0,
                                        lane: 0,
                                        single: 0
                                    )
                                    while cursor.value < values {
                                        _ = vestige_join_postings(
                                            level,
                                            &a,
                                            &b,
                                            &terms,
                                            UInt32(values),
                                            &cursor,
                                            &counts,
                                            &room,
                                            room.count,
                                            &damage
                                        )
                                    }
                                }
                                return Double(counts.extensions) / (cpuSeconds() - start) / 1e9
                            }
                        }
                    }
                }
            }
        }
    }

    /// Pairs of rows per nanosecond: 4,096 by 8,192.
    private static func rowPairs(_ level: vestige_kernel_level, radius: Int) -> Double {
        var random = BenchRandom(seed: 0x9045)
        let left = (0..<(4 * 4096)).map { _ in random.next() }
        let right = (0..<(4 * 8192)).map { _ in random.next() }
        var room = [vestige_row_pair](
            repeating: vestige_row_pair(left: 0, right: 0, distance: 0),
            count: 8192
        )
        var pairs = 0.0
        let start = cpuSeconds()
        while cpuSeconds() - start < 0.3 {
            var cursor = vestige_block_cursor(left: 0, right: 0)
            while cursor.right < 8192 {
                _ = vestige_join_rows(
                    level,
                    left,
                    0,
                    4096,
                    right,
                    8192,
                    UInt32(max(0, radius)),
                    false,
                    &cursor,
                    &room,
                    room.count
                )
            }
            pairs += 4096 * 8192
        }
        return pairs / (cpuSeconds() - start) / 1e9
    }
}

/// The CPU time of the process so far: of all its threads.
func cpuSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// The time.
func wallSeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
