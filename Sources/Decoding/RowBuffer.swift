/// Memory for a few rows, used again from row to row.
struct RowBuffer: ~Copyable {
    let bytes: UnsafeMutablePointer<UInt8>

    init(bytes count: Int) {
        // Floats of one row are kept here too.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
        bytes = memory.bindMemory(to: UInt8.self, capacity: max(count, 1))
    }

    var floats: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(bytes).assumingMemoryBound(to: Float.self)
    }

    deinit {
        UnsafeMutableRawPointer(bytes).deallocate()
    }
}
