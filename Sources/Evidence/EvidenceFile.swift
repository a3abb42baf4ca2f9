import Glibc

/// A file of evidence, open for reading: the sole owner of one descriptor.
///
/// Opened read-only, never through a symbolic link, and where the system permits without touching
/// the access time.
public struct EvidenceFile: ~Copyable {
    /// The descriptor; valid as long as the file is.
    public let descriptor: Int32
    /// Size and time as they were when the file was opened.
    public let facts: FileFacts

    /// Opens `path`.
    ///
    /// - Throws: a ``Loss`` of the stage `open`, with the system's error number, if the file cannot be
    ///   opened or is not a regular file any more.
    public init(opening path: EvidencePath) throws(Loss) {
        // A pipe without a writer would block the open for ever: hence O_NONBLOCK, which a regular
        // file ignores. O_NOATIME is refused to all but the owner and root: then it goes without.
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let noAccessTime: Int32 = 0o1000000
        var descriptor = path.withCString { open($0, flags | noAccessTime) }
        if descriptor < 0, errno == EPERM {
            descriptor = path.withCString { open($0, flags) }
        }
        guard descriptor >= 0 else {
            let number = errno
            throw Loss(
                stage: .open,
                code: "cannotOpen",
                status: number,
                detail: systemMessage(number)
            )
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Loss(stage: .open, code: "changed", detail: "no longer a regular file")
        }
        self.descriptor = descriptor
        facts = FileFacts(status)
    }

    deinit {
        close(descriptor)
    }
}

extension EvidencePath {
    /// Calls `body` with the path as a C string.
    public func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        var terminated = bytes
        terminated.append(0)
        return terminated.withUnsafeBytes {
            $0.withMemoryRebound(to: CChar.self) { characters in
                // The array holds at least the terminating zero.
                body(characters.baseAddress!)
            }
        }
    }

    /// The absolute path without links, dots and double slashes; `nil` with `errno` set if there is none.
    public var canonical: EvidencePath? {
        withCString { path in
            guard let resolved = realpath(path, nil) else { return nil }
            defer { free(resolved) }
            return EvidencePath(
                bytes: Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
            )
        }
    }
}
