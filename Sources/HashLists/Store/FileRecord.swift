import Crypto
import Evidence
import Glibc

/// What a version says of one of its files.
public struct FileRecord: Codable, Hashable, Sendable {
    /// The file's name in its folder.
    public let name: String
    /// Its size.
    public let bytes: Int
    /// The SHA-256 of its bytes, as hex digits.
    public let sha256: String

    /// A record from its parts.
    public init(name: String, bytes: Int, sha256: String) {
        self.name = name
        self.bytes = bytes
        self.sha256 = sha256
    }

    /// Reads the file in `folder` whole, and compares.
    ///
    /// - Parameter progress: is told of bytes read.
    /// - Throws: ``ListFault``: `damaged`, if it is not the file that was published.
    func verify(in folder: String, progress: (Int) -> Void) throws(ListFault) {
        let path = folder + "/" + name
        let (digest, bytes) = try FileRecord.digest(of: path, progress: progress)
        guard bytes == self.bytes, digest == sha256 else {
            throw ListFault(
                .damaged,
                "\(path) is not the file that was published: its digest is \(digest) at \(bytes) bytes, the version says "
                    + "\(sha256) at \(self.bytes). Restore the list from a copy, or get it from its owner again"
            )
        }
    }

    /// The SHA-256 of a file as hex digits, and its size.
    static func digest(
        of path: String,
        progress: (Int) -> Void = { _ in }
    ) throws(ListFault) -> (sha256: String, bytes: Int) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ListFault(
                .noSuchPath,
                "cannot read \(path): \(systemMessage(errno))",
                status: errno
            )
        }
        defer { close(descriptor) }
        var digest = SHA256()
        var total = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ListFault(
                    .system,
                    "cannot read \(path): \(systemMessage(errno))",
                    status: errno
                )
            }
            if count == 0 { break }
            digest.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            total += count
            progress(count)
        }
        return (digest.finalize().hexDigits, total)
    }
}
