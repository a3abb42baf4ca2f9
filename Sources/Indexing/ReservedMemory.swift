import Glibc

/// Addresses for a lot of memory, of which only what is used is ever taken from the system: the sole owner.
///
/// So a buffer can be as large as it may become from the start, and is never copied; and it can have large
/// pages, which a buffer that grows loses each time it is moved.
final class ReservedMemory {
    /// The first byte; zeros until something is written.
    let base: UnsafeMutableRawPointer
    private let mapped: UnsafeMutableRawPointer
    private let size: Int

    private static let largePage: UInt = 2 << 20

    /// Reserves memory.
    ///
    /// - Parameter path: what it is for, for the fault.
    /// - Throws: ``IndexFault``, if the system refuses: where it does not overcommit memory, or by a limit.
    init(bytes: Int, for path: String) throws(IndexFault) {
        // Large pages begin at their own multiples.
        size = bytes + Int(ReservedMemory.largePage)
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let start, start != MAP_FAILED else {
            throw IndexFault.system("take \(bytes >> 20) MB of memory: give --memory less", path)
        }
        mapped = start
        let mask = ReservedMemory.largePage - 1
        let aligned = (UInt(bitPattern: start) + mask) & ~mask
        base = UnsafeMutableRawPointer(bitPattern: aligned).unsafelyUnwrapped
        useLargePages(UnsafeRawBufferPointer(start: base, count: bytes))
    }

    deinit {
        munmap(mapped, size)
    }
}
