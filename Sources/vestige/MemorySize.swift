import ArgumentParser
import Indexing

/// An amount of memory as one writes it: 512M, 2G, 1.5GiB, or a number of bytes.
struct MemorySize: ExpressibleByArgument, CustomStringConvertible {
    let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var unit = argument[digits.endIndex...].uppercased()
        for suffix in ["IB", "B"] where unit.hasSuffix(suffix) {
            unit.removeLast(suffix.count)
            break
        }
        let shifts = ["": 0, "K": 10, "M": 20, "G": 30, "T": 40]
        guard let value = Double(digits), let shift = shifts[unit] else { return nil }
        let bytes = value * Double(1 << shift)
        guard bytes < 1e18 else { return nil }
        self.bytes = Int(bytes)
    }

    var description: String {
        bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes >> 20)M"
    }

    var defaultValueDescription: String { description }
}

/// How much memory the making of segments, a merge or a join may take.
struct MemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Memory that sorting, merging and joining may take, such as 512M or 2G; what does not fit \
            goes to the disk. The workers' memory and the system's cache of files come on top.
            """,
            valueName: "size"
        )
    )
    var memory = MemorySize(bytes: SegmentWriter.defaultMemory)

    func validate() throws {
        if memory.bytes < SegmentWriter.leastMemory {
            throw ValidationError(
                "--memory must be at least \(MemorySize(bytes: SegmentWriter.leastMemory))"
            )
        }
    }
}
