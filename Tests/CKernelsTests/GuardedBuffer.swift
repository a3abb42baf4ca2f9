import Glibc

/// Elements that end where a page ends, before one that cannot be read: a kernel that reads past them
/// ends the test.
final class GuardedBuffer<Element: BitwiseCopyable> {
    private let start: UnsafeMutableRawPointer
    private let size: Int
    /// The elements.
    let elements: UnsafePointer<Element>

    init(_ content: [Element]) throws {
        let bytes = content.count * MemoryLayout<Element>.stride
        let used = (bytes + 4095) & ~4095
        size = used + 4096
        let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != MAP_FAILED, mprotect(start + used, 4096, PROT_NONE) == 0 else {
            throw SystemFault(status: errno)
        }
        self.start = start
        let first = (start + used - bytes).bindMemory(to: Element.self, capacity: content.count)
        first.update(from: content, count: content.count)
        elements = UnsafePointer(first)
    }

    deinit {
        munmap(start, size)
    }

    /// The system would give no memory.
    struct SystemFault: Error {
        let status: Int32
    }
}
