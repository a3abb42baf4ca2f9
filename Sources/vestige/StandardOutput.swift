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

    static func flush() {
        let bytes = buffer.withLock { pending in
            defer { pending.removeAll(keepingCapacity: true) }
            return pending
        }
        if !writeAll(bytes, to: 1) {
            standardError("vestige: cannot write the results: \(systemMessage(errno))\n")
            Glibc.exit(ExitStatus.couldNotRun.rawValue)
        }
    }

    static var isTerminal: Bool { isatty(1) == 1 }
}

/// Writes to standard error at once.
func standardError(_ text: String) {
    _ = writeAll(Array(text.utf8), to: 2)
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            if errno == EINTR { continue }
            return false
        }
        rest = rest.dropFirst(count)
    }
    return true
}
