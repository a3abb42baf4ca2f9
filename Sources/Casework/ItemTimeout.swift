import Decoding
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

    /// What a film is allowed besides for each second of its length, in milliseconds, at 1080p; larger
    /// pictures get more. Decoded whole, an ordinary film takes a fifth of that.
    private static let millisecondsPerFilmSecond: Int64 = 1_000
    private static let ordinaryPixels: Int64 = 1920 * 1080

    func milliseconds(forBytes bytes: Int64) -> Int {
        seconds * 1000 + Int(max(0, bytes) / max(1, bytesPerSecond / 1000))
    }

    /// What a film may take in all, in milliseconds. Its claimed length counts only as far as its bytes
    /// make it likely.
    func milliseconds(forBytes bytes: Int64, film: FilmProgress) -> Int {
        let (likely, isHuge) = max(bytes, 0).multipliedReportingOverflow(by: 10)
        let length = min(max(film.length ?? 0, film.position, 0), isHuge ? .max : likely)
        let size = min(16, max(1, film.pixels / ItemTimeout.ordinaryPixels))
        let (work, overflow) = (length / 1000 + 1)
            .multipliedReportingOverflow(by: ItemTimeout.millisecondsPerFilmSecond * size)
        return milliseconds(forBytes: bytes) + Int(overflow ? 1 << 40 : min(work, 1 << 40))
    }

    /// When a worker ends a film by itself, so that what it has decoded is kept: a little before its
    /// parent would end the worker.
    func ownMilliseconds(forBytes bytes: Int64, film: FilmProgress) -> Int {
        let all = milliseconds(forBytes: bytes, film: film)
        return all - min(10_000, all / 10)
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

    var exactMillisecondsAgo: Double {
        Double(MonotonicTime.now.nanoseconds - nanoseconds) / 1e6
    }

    var millisecondsAgo: Int { Int(exactMillisecondsAgo) }
}
