import Glibc

/// How long an item may take before its worker is ended.
public struct ItemTimeout: Hashable, Sendable {
    /// What every item is allowed, in seconds.
    public var seconds: Int
    /// What an item is allowed besides for its size, in bytes per second: well under the speed of the
    /// slowest format on the slowest disk that is worth waiting for.
    public var bytesPerSecond: Int64

    /// A limit; by default two minutes and one second more for every 2 MB.
    public init(seconds: Int = 120, bytesPerSecond: Int64 = 2_000_000) {
        self.seconds = seconds
        self.bytesPerSecond = bytesPerSecond
    }

    func milliseconds(forBytes bytes: Int64) -> Int {
        seconds * 1000 + Int(bytes / max(1, bytesPerSecond / 1000))
    }
}

/// A moment on a clock that no one sets.
struct MonotonicTime: Hashable, Sendable {
    private let nanoseconds: Int64

    static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    var millisecondsAgo: Int {
        Int((MonotonicTime.now.nanoseconds - nanoseconds) / 1_000_000)
    }
}
