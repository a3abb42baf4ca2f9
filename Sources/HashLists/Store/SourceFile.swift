import Evidence
import Glibc

/// A file that is about to be imported: what it is, so that a change on the way is noticed.
public struct SourceFile: Sendable {
    /// The file, as it was named.
    public let path: String
    /// The SHA-256 of its bytes; `nil` for standard input and what is no regular file.
    public let sha256: String?
    /// Its size; `nil` for standard input and what is no regular file.
    public let bytes: Int?
    private let facts: Facts?

    private struct Facts: Equatable {
        let device, inode: UInt64
        let size: Int
        let seconds, nanoseconds: Int
    }

    /// Reads a file whole; `-` is standard input, which cannot be read twice and is not read here.
    ///
    /// - Parameter progress: is told the share that is read.
    public init(_ path: String, progress: (Double) -> Void = { _ in }) throws(ListFault) {
        self.path = path
        guard path != "-", let facts = SourceFile.facts(of: path) else {
            sha256 = nil
            bytes = nil
            self.facts = nil
            return
        }
        var done = 0
        let found = try FileRecord.digest(of: path) { count in
            done += count
            progress(Double(done) / Double(max(1, facts.size)))
        }
        sha256 = found.sha256
        bytes = found.bytes
        self.facts = facts
    }

    /// Checks that the file is still what it was.
    ///
    /// - Throws: ``ListFault`` with the code `badInput`.
    public func checkUnchanged() throws(ListFault) {
        guard let facts else { return }
        guard SourceFile.facts(of: path) == facts, bytes == facts.size else {
            throw ListFault(
                .badInput,
                "\(path) changed while it was read: nothing of it was taken. Import it again when nothing writes to it"
            )
        }
    }

    private static func facts(of path: String) -> Facts? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Facts(
            device: UInt64(status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }
}
