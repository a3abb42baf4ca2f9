import Glibc

/// Measures what a part of the run costs, from when it was made.
public struct StageClock {
    private let wall = StageClock.wall
    private let own = StageClock.cpu(RUSAGE_SELF.rawValue)
    private let children = StageClock.cpu(RUSAGE_CHILDREN.rawValue)

    /// A clock that begins to run.
    public init() {}

    /// What it has cost so far. Of worker processes that counts which have ended.
    public func elapsed() -> Elapsed {
        Elapsed(
            seconds: StageClock.wall - wall,
            own: StageClock.cpu(RUSAGE_SELF.rawValue) - own,
            workers: StageClock.cpu(RUSAGE_CHILDREN.rawValue) - children
        )
    }

    /// What it has cost so far, as figures.
    public func stage(_ stage: StageFigures.Stage, work: [StageFigures.Work]) -> StageFigures {
        elapsed().stage(stage, work: work)
    }

    /// What something has cost.
    public struct Elapsed: Sendable {
        fileprivate let seconds: Double
        fileprivate let own: Double
        fileprivate let workers: Double

        /// With what was done, as figures.
        public func stage(_ stage: StageFigures.Stage, work: [StageFigures.Work]) -> StageFigures {
            StageFigures(stage, seconds: seconds, own: own, workers: workers, work: work)
        }
    }

    private static var wall: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func cpu(_ who: Int32) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }
}
