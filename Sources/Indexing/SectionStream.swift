/// Gathers what is appended to one part of a file into large writes, so that several parts can grow side
/// by side.
struct SectionStream: ~Copyable {
    private static let capacity = 1 << 18

    /// Where the next byte goes.
    private(set) var offset: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// A part that begins at `offset`.
    init(at offset: Int) {
        self.offset = offset
        buffer = .allocate(byteCount: SectionStream.capacity, alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// Appends a number or a structure without padding.
    mutating func append<Value: BitwiseCopyable>(
        _ value: Value,
        to file: borrowing OutputFile
    ) throws(IndexFault) {
        if filled + MemoryLayout<Value>.size > buffer.count {
            try flush(to: file)
        }
        buffer.storeBytes(of: value, toByteOffset: filled, as: Value.self)
        filled += MemoryLayout<Value>.size
        offset += MemoryLayout<Value>.size
    }

    /// Writes what is gathered.
    mutating func flush(to file: borrowing OutputFile) throws(IndexFault) {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), at: offset - filled)
        filled = 0
    }
}
