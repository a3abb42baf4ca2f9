import Evidence
import Glibc

/// A file without a name, for what has to wait until something that stands before it is known.
final class SpoolFile {
    /// What is to be written next.
    var bytes: [UInt8] = []
    private let descriptor: Int32
    private let folder: String

    /// - Parameter folder: where it is, unseen, until the program ends.
    init(folder: String) throws(ListFault) {
        self.folder = folder
        var template = Array((folder + "/.vestige-XXXXXX").utf8CString)
        descriptor = mkstemp(&template)
        let status = errno
        if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        guard descriptor >= 0 else {
            throw ListFault(
                .system,
                "\(folder): cannot create a file: \(systemMessage(status))",
                status: status
            )
        }
        unlink(template)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes what has gathered, once that is worth a call.
    func spill(atLeast least: Int = 1 << 20) throws(ListFault) {
        guard bytes.count >= least else { return }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(count < 0 ? errno : EIO) }
            done += count
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// Copies all of it to an output.
    func copy(to output: ByteOutput) throws(ListFault) {
        try spill(atLeast: 1)
        var block = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        while true {
            let count = block.withUnsafeMutableBytes { block in
                pread(descriptor, block.baseAddress, block.count, off_t(offset))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return }
            output.bytes.append(contentsOf: block[..<count])
            offset += count
            try output.spill()
        }
    }

    private func failure(_ status: Int32) -> ListFault {
        ListFault(
            .system,
            "\(folder): cannot use a temporary file: \(systemMessage(status))",
            status: status
        )
    }
}
