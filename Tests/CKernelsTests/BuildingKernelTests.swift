import CKernels
import TestSupport
import Testing

/// The kernels that build segments, against their definitions.
@Suite("building kernels")
struct BuildingKernelTests {
    @Test("permuting moves each bit to its place", arguments: SearchKernelTests.levels)
    func permutingMovesBits(level: vestige_kernel_level) {
        var random = SplitMix64(seed: 0x9E12)
        var source = (0...255).map { UInt8($0) }
        source.shuffle(using: &random)
        var tables = [UInt64](repeating: 0, count: Int(VESTIGE_PERMUTATION_WORDS))
        vestige_make_permutation(source, &tables)
        let random256 = (0..<4).map { _ in random.next() }
        for words in (0..<256).map({ single($0) }) + [random256, [0, 0, 0, 0], [~0, ~0, ~0, ~0]] {
            var result = words
            vestige_permute_words(level, tables, words, &result)
            for place in 0..<256 {
                #expect(bit(place, of: result) == bit(Int(source[place]), of: words))
            }
            // In place, too.
            var same = words
            same.withUnsafeMutableBufferPointer { buffer in
                vestige_permute_words(
                    level,
                    tables,
                    buffer.baseAddress,
                    buffer.baseAddress
                )
            }
            #expect(same == result)
        }
    }

    private func single(_ bit: Int) -> [UInt64] {
        (0..<4).map { $0 == bit / 64 ? 1 << UInt64(bit % 64) : 0 }
    }

    private func bit(_ place: Int, of words: [UInt64]) -> UInt64 {
        words[place / 64] >> UInt64(place % 64) & 1
    }

    @Test(
        "keys are sorted by their upper 40 bits, and equal ones keep their order",
        arguments: [0, 1, 2, 3, 1000, 70_000]
    )
    func keysAreSorted(count: Int) {
        var random = SplitMix64(seed: 0x50E7 + UInt64(count))
        // Few different keys, so that many are equal above the numbers in the lower bits.
        let few = (0..<50).map { _ in random.next() & ~0xFF_FFFF }
        var sets: [[UInt64]] = [[], [], []]
        for number in 0..<UInt64(count) {
            sets[0].append(number | random.next() & ~0xFF_FFFF)
            sets[1].append(number | few[random.below(50)])
            sets[2].append(number)
        }
        for keys in sets {
            var sorted = keys
            var scratch = [UInt64](repeating: 0, count: count)
            vestige_sort_keys(&sorted, &scratch, count)
            // Numbers ascend in the input, so a stable sort is a sort of the whole keys.
            #expect(sorted == keys.sorted())
        }
    }

    @Test("windows of a table, put together, are the table", arguments: [1, 2, 3, 64, 499, 500])
    func windowsAreTheTable(window: Int) {
        var random = SplitMix64(seed: 0x817D)
        let rows = (0..<500).map { _ in random.row(mask: 0x0007_0007_0007_0007) }
        let words = rows.flatMap(\.words)
        var directories = [UInt32](repeating: 9, count: 4 * Int(VESTIGE_DIRECTORY_ENTRIES))
        for chunk in 0..<16 {
            vestige_count_word(words, 500, UInt32(chunk / 4), &directories)
            let first = chunk % 4 * Int(VESTIGE_DIRECTORY_ENTRIES)
            let directory = Array(directories[first..<(first + Int(VESTIGE_DIRECTORY_ENTRIES))])
            var extensions = [UInt32](repeating: 0, count: 500)
            var ids = extensions
            for start in stride(from: 0, to: 500, by: window) {
                let count = min(window, 500 - start)
                var next = directory
                var postings = [UInt64](repeating: 0, count: count)
                vestige_place_window(
                    words,
                    500,
                    UInt32(chunk),
                    &next,
                    UInt32(start),
                    UInt32(start + count),
                    &postings
                )
                var halves = [UInt32](repeating: 0, count: 2 * count)
                halves.withUnsafeMutableBufferPointer { buffer in
                    vestige_split_postings(
                        postings,
                        count,
                        buffer.baseAddress,
                        buffer.baseAddress.map { $0 + count }
                    )
                }
                extensions.replaceSubrange(start..<(start + count), with: halves[..<count])
                ids.replaceSubrange(start..<(start + count), with: halves[count...])
            }
            #expect(vestige_check_table(words, 500, UInt32(chunk), directory, extensions, ids))
        }
    }
}
