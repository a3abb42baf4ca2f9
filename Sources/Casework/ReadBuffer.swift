import Glibc

/// Memory that a worker reads files into, used again from file to file.
struct ReadBuffer: ~Copyable {
    private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var kept = 0

    /// More room than this is given back once a smaller file follows.
    private static let comfortable = 32 << 20

    /// Makes room for `count` bytes, of which the first `kept` will be ``bytes``.
    mutating func reserve(_ count: Int, keeping kept: Int) {
        self.kept = kept
        let isTooLarge = memory.count > ReadBuffer.comfortable && count <= ReadBuffer.comfortable
        if memory.count < count || isTooLarge {
            memory.deallocate()
            memory = .allocate(byteCount: max(count, 1 << 20), alignment: 4096)
        }
    }

    /// The room for `count` bytes from `position`.
    func piece(at position: Int, count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[position..<(position + count)])
    }

    /// The bytes that were kept; valid until the next call of ``reserve(_:keeping:)``.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: memory[..<kept]))
    }

    deinit {
        memory.deallocate()
    }
}
