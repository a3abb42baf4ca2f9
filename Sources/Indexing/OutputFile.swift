import CKernels
import Crypto
import Glibc

/// A file that appears under its name whole and safe on disk, or not at all.
///
/// It is written under a temporary name, `NAME.partial`, which is removed if the file is not
/// committed. The bytes are digested as they pass.
struct OutputFile: ~Copyable {
    /// Bytes for which one CRC-32C is kept.
    static let checksummedBytes = 1 << 20

    /// Bytes written so far.
    private(set) var count = 0
    /// The CRC-32C of each full piece of ``checksummedBytes`` written so far.
    private(set) var checksums: [UInt32] = []

    private let folder: String
    private let path: String
    private let calls: FileCalls
    private let level = vestige_best_kernel_level()
    private var descriptor: Int32
    private var checksum: UInt32 = 0
    private var digest = SHA256()
    private var isCommitted = false

    private var partialPath: String { path + ".partial" }

    /// Creates the temporary file; one that a crash left is overwritten.
    init(folder: String, name: String, calls: FileCalls) throws(IndexFault) {
        let path = folder + "/" + name
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
        let descriptor = calls.open(path + ".partial", flags, 0o644)
        guard descriptor >= 0 else { throw IndexFault.system("create the file", path) }
        self.folder = folder
        self.path = path
        self.calls = calls
        self.descriptor = descriptor
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
        if !isCommitted {
            unlink(partialPath)
        }
    }

    /// The CRC-32C of the last, incomplete piece; `nil` if the bytes end with a full one.
    var lastChecksum: UInt32? {
        count % OutputFile.checksummedBytes == 0 ? nil : checksum
    }

    /// Appends bytes.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(IndexFault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let room = OutputFile.checksummedBytes - count % OutputFile.checksummedBytes
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(room))
            try writeFully(piece)
            checksum = vestige_crc32c(level, checksum, piece.baseAddress, piece.count)
            digest.update(bufferPointer: piece)
            count += piece.count
            if piece.count == room {
                checksums.append(checksum)
                checksum = 0
            }
            rest = rest.dropFirst(piece.count)
        }
    }

    /// Appends zeros up to the next multiple of `alignment`.
    mutating func pad(to alignment: Int) throws(IndexFault) {
        let missing = (alignment - count % alignment) % alignment
        try write([UInt8](repeating: 0, count: missing))
    }

    /// Appends the bytes of an array's elements, which are numbers or structures without padding.
    mutating func write(_ elements: [some BitwiseCopyable]) throws(IndexFault) {
        try elements.withUnsafeBufferPointer { (buffer) throws(IndexFault) in
            try write(UnsafeRawBufferPointer(buffer))
        }
    }

    /// Makes the file appear under its name.
    ///
    /// - Returns: the SHA-256 of its bytes.
    mutating func commit() throws(IndexFault) -> [UInt8] {
        guard calls.fsync(descriptor) == 0 else { throw IndexFault.system("save the file", path) }
        // A failed close after a successful fsync loses nothing.
        close(descriptor)
        descriptor = -1
        guard calls.rename(partialPath, path) == 0 else {
            throw IndexFault.system("rename the file \(partialPath) to its name", path)
        }
        isCommitted = true
        let handle = calls.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard handle >= 0 else { throw IndexFault.system("open the folder", folder) }
        defer { close(handle) }
        guard calls.fsync(handle) == 0 else { throw IndexFault.system("save the folder", folder) }
        return Array(digest.finalize())
    }

    /// `write` may take less than it is given, and a signal may interrupt it.
    private func writeFully(_ bytes: UnsafeRawBufferPointer) throws(IndexFault) {
        var rest = bytes
        while !rest.isEmpty {
            let written = calls.write(descriptor, rest)
            if written < 0 {
                if errno == EINTR { continue }
                throw IndexFault.system("write", path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }
}
