import Glibc

/// The lines of a text, one after another, without their ends; both ends, LF and CR LF, are understood.
struct LineReader {
    /// A line.
    struct Line {
        /// Its bytes, valid until the next line; empty for one that is too long.
        let bytes: UnsafeRawBufferPointer
        /// Whether it was passed over because it is longer than the reader's limit.
        let isTooLong: Bool
    }

    /// Where the bytes come from.
    let input: ByteInput
    /// The number of the last line, from 1.
    private(set) var number = 0
    private let limit: Int

    /// - Parameter limit: the most bytes of a line that are kept.
    init(_ input: ByteInput, limit: Int = 1 << 20) {
        self.input = input
        self.limit = limit
    }

    /// The next line; `nil` at the end.
    @inline(__always)
    mutating func next() throws(ListFault) -> Line? {
        let unread = input.unread
        if let base = unread.baseAddress, let found = memchr(base, 0x0A, unread.count) {
            return take(base, UnsafeRawPointer(found) - base)
        }
        return try more()
    }

    @inline(__always)
    private mutating func take(_ base: UnsafeRawPointer, _ length: Int) -> Line {
        number += 1
        input.consume(length + 1)
        var count = length
        if count > 0, base.load(fromByteOffset: count - 1, as: UInt8.self) == 0x0D { count -= 1 }
        return Line(
            bytes: UnsafeRawBufferPointer(start: base, count: count),
            isTooLong: false
        )
    }

    /// The next line, whose end is not in the buffer.
    @inline(never)
    private mutating func more() throws(ListFault) -> Line? {
        var searched = input.unread.count
        while true {
            guard try input.fill() else {
                let unread = input.unread
                guard let base = unread.baseAddress, unread.count > 0 else { return nil }
                var line = take(base, unread.count)
                // It has no line feed that would have been consumed with it.
                input.consume(-1)
                if unread.count > limit { line = LineReader.tooLong }
                return line
            }
            let unread = input.unread
            guard let base = unread.baseAddress else { continue }
            if let found = memchr(base + searched, 0x0A, unread.count - searched) {
                let length = UnsafeRawPointer(found) - base
                let line = take(base, length)
                return length > limit ? LineReader.tooLong : line
            }
            searched = unread.count
            if searched > limit { return try passOver() }
        }
    }

    /// Passes over the rest of a line that is too long.
    private mutating func passOver() throws(ListFault) -> Line? {
        while true {
            let unread = input.unread
            if let base = unread.baseAddress, let found = memchr(base, 0x0A, unread.count) {
                _ = take(base, UnsafeRawPointer(found) - base)
                return LineReader.tooLong
            }
            input.consume(unread.count)
            guard try input.fill() else {
                number += 1
                return LineReader.tooLong
            }
        }
    }

    private static var tooLong: Line {
        Line(bytes: UnsafeRawBufferPointer(start: nil, count: 0), isTooLong: true)
    }

    /// Why such a line is rejected.
    static let tooLongReason = "the line is too long"
    /// Why a line is rejected that is not text.
    static let notTextReason = "the line is not UTF-8"
}
