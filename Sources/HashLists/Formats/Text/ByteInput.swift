import Evidence
import Glibc

/// The bytes of a file or of standard input, read in blocks into one buffer that grows only as a reader asks for it.
final class ByteInput {
    /// The file, for messages.
    let name: String
    /// Its size; `nil` where it cannot be known, as of a pipe.
    let size: Int64?
    /// How much of it was read.
    private(set) var delivered: Int64 = 0
    /// Whether there is nothing behind ``unread``.
    private(set) var isAtEnd = false
    /// The last byte that was read.
    private(set) var lastByte: UInt8 = 0
    /// Is told, after each block, how much of how much is read.
    var progress: (Int64, Int64) -> Void = { _, _ in }

    private let descriptor: Int32
    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0

    private static let block = 1 << 20

    /// Opens a file for reading; `-` is standard input.
    init(path: String) throws(ListFault) {
        if path == "-" {
            name = "standard input"
            descriptor = dup(STDIN_FILENO)
        } else {
            name = path
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        }
        let status = errno
        var facts = stat()
        let isOpen = descriptor >= 0 && fstat(descriptor, &facts) == 0
        size = isOpen && facts.st_mode & S_IFMT == S_IFREG ? Int64(facts.st_size) : nil
        capacity = 2 * ByteInput.block
        buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        guard descriptor >= 0 else {
            throw ListFault(
                status == ENOENT ? .noSuchPath : .system,
                "\(name): cannot open the file: \(systemMessage(status))",
                status: status
            )
        }
        guard facts.st_mode & S_IFMT != S_IFDIR else {
            throw ListFault(.badInput, "\(name): a folder, where a file is wanted")
        }
    }

    /// Bytes that are there already.
    init(bytes: [UInt8]) {
        name = "a text"
        size = nil
        descriptor = -1
        capacity = max(1, bytes.count)
        buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        buffer.copyMemory(from: bytes, byteCount: bytes.count)
        end = bytes.count
        isAtEnd = true
        lastByte = bytes.last ?? 0
    }

    deinit {
        buffer.deallocate()
        if descriptor >= 0 { close(descriptor) }
    }

    /// What was read and not consumed; valid until ``fill()``.
    @inline(__always)
    var unread: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer + start, count: end - start)
    }

    /// Takes bytes from the front of ``unread``.
    @inline(__always)
    func consume(_ count: Int) {
        start += count
    }

    /// Reads more behind ``unread``; grows the buffer if that fills it.
    ///
    /// - Returns: whether there was more.
    func fill() throws(ListFault) -> Bool {
        guard !isAtEnd else { return false }
        if start > 0 {
            memmove(buffer, buffer + start, end - start)
            end -= start
            start = 0
        }
        if capacity - end < ByteInput.block {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: 2 * capacity, alignment: 64)
            memcpy(larger, buffer, end)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        }
        while true {
            let count = read(descriptor, buffer + end, ByteInput.block)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let status = errno
                throw ListFault(
                    .system,
                    "\(name): cannot read: \(systemMessage(status))",
                    status: status
                )
            }
            end += count
            if count > 0 { lastByte = buffer.load(fromByteOffset: end - 1, as: UInt8.self) }
            delivered += Int64(count)
            isAtEnd = count == 0
            progress(delivered, size ?? 0)
            return count > 0
        }
    }

    /// Reads until `count` bytes are unread, or the file ends.
    func peek(_ count: Int) throws(ListFault) -> UnsafeRawBufferPointer {
        while end - start < count, try fill() {}
        return UnsafeRawBufferPointer(rebasing: unread.prefix(count))
    }

    /// Passes over a mark of UTF-8, and refuses text of other widths.
    func beginText() throws(ListFault) {
        let head = try peek(4)
        if head.starts(with: [0xEF, 0xBB, 0xBF]) {
            consume(3)
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
            || (head.count >= 2 && (head[0] == 0) != (head[1] == 0))
        {
            throw ListFault(
                .badInput,
                "\(name): the text is UTF-16 or UTF-32; convert it first, as with "
                    + "`iconv -f UTF-16 -t UTF-8 FILE`"
            )
        }
    }

    /// Goes back to the file's first byte.
    ///
    /// - Returns: whether that is possible; it is not for a pipe.
    func rewind() -> Bool {
        guard size != nil, lseek(descriptor, 0, SEEK_SET) == 0 else { return false }
        start = 0
        end = 0
        delivered = 0
        isAtEnd = false
        return true
    }
}
