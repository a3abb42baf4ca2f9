import Glibc

/// Asks for large pages for memory of our own that is used in no order: each step would have to look up a
/// page else. Advice that is refused costs only time.
func useLargePages(_ memory: UnsafeRawBufferPointer) {
    let page: UInt = 4096
    // Below this there is nothing to gain, and a large page has 2 MB.
    guard let base = memory.baseAddress, memory.count >= 8 << 20 else { return }
    let start = (UInt(bitPattern: base) + page - 1) & ~(page - 1)
    let end = (UInt(bitPattern: base) + UInt(memory.count)) & ~(page - 1)
    madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
}
