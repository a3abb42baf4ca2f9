import Casework
import Crypto
import Evidence
import Foundation
import Glibc

/// A file of a bundle that is written from its beginning to its end, with its SHA-256 taken on the way.
final class BundleFile {
    /// The name in the bundle.
    let name: String
    private let path: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private var digest = SHA256()

    private static let bufferBytes = 256 << 10

    /// Makes the file, which must not be there.
    init(_ name: String, in folder: String) throws(CaseFault) {
        self.name = name
        path = folder + "/" + name
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw BundleFile.fault(path, errno) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func append(_ text: String) throws(CaseFault) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= BundleFile.bufferBytes { try flush() }
    }

    func append(_ bytes: Data) throws(CaseFault) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= BundleFile.bufferBytes { try flush() }
    }

    private func flush() throws(CaseFault) {
        digest.update(data: buffer)
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BundleFile.fault(path, count < 0 ? errno : EIO) }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left.
    ///
    /// - Parameter isDurable: whether it has to be on the disk then.
    /// - Returns: the SHA-256, as hex digits.
    func finish(isDurable: Bool) throws(CaseFault) -> String {
        try flush()
        if isDurable, fsync(descriptor) != 0 { throw BundleFile.fault(path, errno) }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw BundleFile.fault(path, errno) }
        return digest.finalize().hexDigits
    }

    static func fault(_ path: String, _ status: Int32) -> CaseFault {
        CaseFault(.system, "cannot write \(path): \(systemMessage(status))", status: status)
    }
}
