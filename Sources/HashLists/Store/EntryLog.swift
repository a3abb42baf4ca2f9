import Glibc
import Indexing

/// The entries of a batch, at least one, as lines of JSON, open for reading.
final class EntryLog: Sendable {
    private let file: MappedFile
    private let places: EntryPlaces
    let path: String
    /// How many entries there are.
    let count: Int

    /// What was read is given back to the system after so many bytes, so that a long list does not fill the memory.
    private static let windowBytes = 32 << 20

    init(_ folder: ListFolder, _ files: EntryLogWriter.Files, entries: Int) throws(ListFault) {
        path = folder.entries + "/" + files.log.name
        count = entries
        let path = path
        let mapped = try listFault { () throws(IndexFault) in try MappedFile(path) }
        let found = try EntryPlaces(folder.entries + "/" + files.places.name, entries: entries)
        guard mapped.bytes.count == files.log.bytes, found.end == files.log.bytes else {
            throw EntryLog.damaged(path)
        }
        file = mapped
        places = found
    }

    private var bytes: UnsafeRawBufferPointer { file.bytes }

    private static func damaged(_ path: String) -> ListFault {
        ListFault(
            .damaged,
            "\(path) is not what was published: restore the list from a copy, or get it from its owner again"
        )
    }

    /// Lends the line of an entry, without its line feed.
    ///
    /// - Parameter ordinal: 0 ..< ``count``.
    func withLine<Value>(
        _ ordinal: Int,
        _ body: (UnsafeRawBufferPointer) throws(ListFault) -> Value
    ) throws(ListFault) -> Value {
        let start = try offset(of: ordinal)
        guard let end = EntryLog.lineEnd(bytes, start) else {
            throw EntryLog.damaged(path)
        }
        return try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }

    /// The entry.
    func entry(_ ordinal: Int) throws(ListFault) -> ListEntry {
        try withLine(ordinal) { (line) throws(ListFault) in try ListEntry(json: line) }
    }

    /// The line of its source on which an entry stood.
    func sourceLine(of ordinal: Int) -> Int? {
        places.sourceLine(of: ordinal)
    }

    /// Where the line of an entry begins; of one behind the last, the size of the file.
    func offset(of ordinal: Int) throws(ListFault) -> Int {
        guard ordinal >= 0, ordinal < count else {
            guard ordinal == count else { throw EntryLog.damaged(path) }
            return bytes.count
        }
        var (offset, at) = places.start(near: ordinal)
        while at < ordinal {
            guard offset < bytes.count, let end = EntryLog.lineEnd(bytes, offset) else {
                throw EntryLog.damaged(path)
            }
            offset = end + 1
            at += 1
        }
        guard offset < bytes.count else { throw EntryLog.damaged(path) }
        return offset
    }

    /// Calls `body` with each entry's line, without its line feed.
    func forEachLine(
        _ ordinals: Range<Int>,
        _ body: (_ ordinal: Int, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard !ordinals.isEmpty else { return }
        var start = try offset(of: ordinals.lowerBound)
        var window = start
        for ordinal in ordinals {
            guard let end = EntryLog.lineEnd(bytes, start) else {
                throw EntryLog.damaged(path)
            }
            try body(ordinal, UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            start = end + 1
            if start - window >= EntryLog.windowBytes {
                file.advise(MADV_DONTNEED, window..<start)
                window = start
            }
        }
    }

    /// Calls `body` with the bytes of the lines of some entries, line feeds and all, piece by piece.
    func forEachPiece(
        _ ordinals: Range<Int>,
        _ body: (UnsafeRawBufferPointer) throws(ListFault) -> Void
    ) throws(ListFault) {
        guard !ordinals.isEmpty else { return }
        var start = try offset(of: ordinals.lowerBound)
        let end = try offset(of: ordinals.upperBound)
        guard start < end, end <= bytes.count else { throw EntryLog.damaged(path) }
        while start < end {
            let next = min(end, start + EntryLog.windowBytes)
            try body(UnsafeRawBufferPointer(rebasing: bytes[start..<next]))
            file.advise(MADV_DONTNEED, start..<next)
            start = next
        }
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, 10, bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }
}
