import Foundation

/// Watches the private memory of the process on a thread of its own.
public final class MemoryWatch: @unchecked Sendable {
    private let lock = NSLock()
    private var peak = 0
    private var isDone = false

    /// Begins to watch.
    public init() {
        let thread = Thread { [self] in
            while !lock.withLock({ isDone }) {
                let now = MemoryWatch.anonymousBytes()
                lock.withLock { peak = max(peak, now) }
                usleep(20_000)
            }
        }
        thread.start()
    }

    /// Ends watching.
    ///
    /// - Returns: the most anonymous memory that was seen, in bytes.
    public func end() -> Int {
        lock.withLock {
            isDone = true
            return peak
        }
    }

    private static func anonymousBytes() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
        else { return 0 }
        return (Int(kilobytes) ?? 0) * 1024
    }
}
