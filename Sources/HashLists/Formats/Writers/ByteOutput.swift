import Evidence
import Glibc

/// A file that appears under its name whole and safe on disk, or not at all; or standard output.
final class ByteOutput {
    /// The file, for messages.
    let name: String
    /// What is to be written next; ``spill()`` looks after its length.
    var bytes: [UInt8] = []

    private let path: String
    private var descriptor: Int32
    private let isStandard: Bool
    private var isCommitted = false

    private static let block = 1 << 20

    private var partial: String { path + ".partial" }

    /// Begins a file under another name, `NAME.partial`; `-` is standard output.
    init(path: String) throws(ListFault) {
        self.path = path
        isStandard = path == "-"
        if isStandard {
            name = "standard output"
            descriptor = dup(STDOUT_FILENO)
        } else {
            name = path
            descriptor = open(
                path + ".partial",
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                0o644
            )
        }
        let status = errno
        guard descriptor >= 0 else { throw failure("create the file", status) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isCommitted, !isStandard { unlink(partial) }
    }

    /// Appends text.
    func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes what has gathered, once that is worth a call.
    func spill() throws(ListFault) {
        if bytes.count >= ByteOutput.block { try flush() }
    }

    private func flush() throws(ListFault) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            let status = count < 0 ? errno : EIO
            guard count > 0 else { throw failure("write", status) }
            done += count
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Writes the rest, and makes the file appear under its name.
    func commit() throws(ListFault) {
        try flush()
        guard !isStandard else { return }
        guard fsync(descriptor) == 0 else { throw failure("save the file", errno) }
        close(descriptor)
        descriptor = -1
        guard rename(partial, path) == 0 else { throw failure("give the file its name", errno) }
        isCommitted = true
        try ByteOutput.saveFolder(of: path)
    }

    /// Makes sure that a file's name is on disk.
    static func saveFolder(of path: String) throws(ListFault) {
        let end = path.lastIndex(of: "/")
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if handle >= 0 { close(handle) } }
        guard handle >= 0, fsync(handle) == 0 else {
            let status = errno
            throw ListFault(
                .system,
                "\(folder): cannot save the folder: \(systemMessage(status))",
                status: status
            )
        }
    }

    private func failure(_ action: String, _ status: Int32) -> ListFault {
        ListFault(.system, "\(name): cannot \(action): \(systemMessage(status))", status: status)
    }
}
