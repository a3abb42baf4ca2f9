import ArgumentParser
import Evidence
import Glibc
import Synchronization

/// Standard output, gathered into large writes. A failed write, such as on a full disk, ends the
/// program with a message: results that are cut short must not look complete.
enum StandardOutput {
    private static let buffer = Mutex<[UInt8]>([])
    private static let capacity = 64 * 1024

    static func write(_ text: String) {
        let isFull = buffer.withLock { bytes in
            bytes.append(contentsOf: text.utf8)
            return bytes.count >= capacity
        }
        if isFull {
            flush()
        }
    }

    /// Writes bytes as they are, behind what was written before.
    static func write(_ bytes: UnsafeRawBufferPointer) {
        flush()
        end(unless: writeAll(bytes[...], to: 1))
    }

    static func flush() {
        let bytes = buffer.withLock { pending in
            defer { pending.removeAll(keepingCapacity: true) }
            return pending
        }
        bytes.withUnsafeBytes { end(unless: writeAll($0[...], to: 1)) }
    }

    private static func end(unless isWritten: Bool) {
        if !isWritten {
            standardError("vestige: cannot write the results: \(systemMessage(errno))\n")
            Glibc.exit(ExitStatus.couldNotRun.rawValue)
        }
    }

    static var isTerminal: Bool { isatty(1) == 1 }
}

/// Writes to standard error at once.
func standardError(_ text: String) {
    Array(text.utf8).withUnsafeBytes { _ = writeAll($0[...], to: 2) }
}

private func writeAll(_ bytes: Slice<UnsafeRawBufferPointer>, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
        let piece = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(descriptor, piece.baseAddress, piece.count)
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = rest.dropFirst(count)
    }
    return true
}
