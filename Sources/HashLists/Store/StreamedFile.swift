import Crypto
import Evidence
import Indexing

/// A file that is written from its beginning to its end, with its SHA-256 taken on the way; it appears whole or not at all.
struct StreamedFile: ~Copyable {
    private static let pieceBytes = 1 << 20

    private var file: OutputFile
    private let name: String
    private let piece: UnsafeMutableRawBufferPointer
    private var filled = 0
    private var written = 0
    private var digest = SHA256()

    init(folder: String, name: String) throws(ListFault) {
        file = try listFault { () throws(IndexFault) in try OutputFile(folder: folder, name: name) }
        self.name = name
        piece = .allocate(byteCount: StreamedFile.pieceBytes, alignment: 64)
    }

    deinit {
        piece.deallocate()
    }

    /// Bytes appended so far.
    var count: Int { written + filled }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(ListFault) {
        var rest = bytes
        while !rest.isEmpty {
            let room = min(piece.count - filled, rest.count)
            UnsafeMutableRawBufferPointer(rebasing: piece[filled..<(filled + room)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<room]))
            filled += room
            rest = UnsafeRawBufferPointer(rebasing: rest[room...])
            if filled == piece.count { try flush() }
        }
    }

    /// Appends the bytes of an array's elements, which are numbers or structures without padding.
    mutating func append(_ elements: [some BitwiseCopyable]) throws(ListFault) {
        try elements.withUnsafeBufferPointer { (buffer) throws(ListFault) in
            try append(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Appends zeros up to a multiple of `alignment`.
    mutating func align(to alignment: Int) throws(ListFault) {
        try append([UInt8](repeating: 0, count: (alignment - count % alignment) % alignment))
    }

    /// Lends room for `count` bytes, at most 64 KB, which are then appended: for callers that are in a hurry.
    mutating func append(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void)
        throws(ListFault)
    {
        if piece.count - filled < count { try flush() }
        guard let base = piece.baseAddress, count <= 1 << 16 else { return }
        body((base + filled).assumingMemoryBound(to: UInt8.self))
        filled += count
    }

    private mutating func flush() throws(ListFault) {
        let bytes = UnsafeRawBufferPointer(rebasing: piece[..<filled])
        digest.update(bufferPointer: bytes)
        let offset = written
        do throws(IndexFault) {
            try file.write(bytes, at: offset)
        } catch {
            throw ListFault(index: error)
        }
        written += filled
        filled = 0
    }

    /// Makes the file durable under its name.
    consuming func finish() throws(ListFault) -> FileRecord {
        try flush()
        do throws(IndexFault) {
            try file.commit()
        } catch {
            throw ListFault(index: error)
        }
        return FileRecord(name: name, bytes: written, sha256: digest.finalize().hexDigits)
    }
}
