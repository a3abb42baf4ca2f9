import Glibc

/// The clocks that the benchmarks read.
public enum Clock {
    /// CPU microseconds of this thread so far.
    public static func cpu() -> Double {
        read(CLOCK_THREAD_CPUTIME_ID)
    }

    /// Microseconds since some moment in the past.
    public static func wall() -> Double {
        read(CLOCK_MONOTONIC)
    }

    private static func read(_ clock: clockid_t) -> Double {
        var now = timespec()
        clock_gettime(clock, &now)
        return Double(now.tv_sec) * 1e6 + Double(now.tv_nsec) / 1e3
    }
}
