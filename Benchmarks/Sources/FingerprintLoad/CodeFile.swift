import Glibc

/// A file of codes of 32 bytes each, read or written from one end to the other.
final class CodeFile {
    private static let pieceCount = 1 << 16

    private let stream: UnsafeMutablePointer<FILE>
    private let path: String
    private var piece: [Code] = []

    /// Opens a file; `mode` is that of fopen.
    init(_ path: String, _ mode: String) throws(LoadFault) {
        guard let stream = fopen(path, mode) else {
            throw LoadFault(text: "cannot open \(path): error \(errno)")
        }
        self.stream = stream
        self.path = path
        piece.reserveCapacity(CodeFile.pieceCount)
    }

    deinit {
        fclose(stream)
    }

    /// The number of codes in a file that is read.
    func count() throws(LoadFault) -> Int {
        var facts = stat()
        guard fstat(fileno(stream), &facts) == 0, facts.st_size % 32 == 0 else {
            throw LoadFault(text: "\(path) does not hold codes of 32 bytes")
        }
        return Int(facts.st_size) / 32
    }

    /// Adds a code.
    @inline(__always)
    func append(_ code: Code) throws(LoadFault) {
        piece.append(
            Code(
                code[0].littleEndian,
                code[1].littleEndian,
                code[2].littleEndian,
                code[3].littleEndian
            )
        )
        if piece.count == CodeFile.pieceCount {
            try flush()
        }
    }

    /// Writes what was added.
    func flush() throws(LoadFault) {
        guard fwrite(piece, 32, piece.count, stream) == piece.count, fflush(stream) == 0 else {
            throw LoadFault(text: "cannot write \(path): error \(errno)")
        }
        piece.removeAll(keepingCapacity: true)
    }

    /// The code at a place.
    func code(at place: Int) throws(LoadFault) -> Code {
        guard fseek(stream, place * 32, SEEK_SET) == 0, let code = read(1).first else {
            throw LoadFault(text: "cannot read code \(place) of \(path)")
        }
        return code
    }

    /// The next codes, `limit` at most; none at the end.
    func read(_ limit: Int) -> [Code] {
        [Code](unsafeUninitializedCapacity: limit) { buffer, count in
            count = fread(buffer.baseAddress, 32, limit, stream)
            for place in 0..<count {
                for word in 0..<4 {
                    buffer[place][word] = UInt64(littleEndian: buffer[place][word])
                }
            }
        }
    }
}
