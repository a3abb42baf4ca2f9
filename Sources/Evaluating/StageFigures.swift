/// What a part of the run has cost, and what it did.
public struct StageFigures: Encodable, Sendable {
    /// A part of the run.
    public enum Stage: String, Encodable, Hashable, Sendable {
        /// From the walk to the fingerprint: read, digest, decode, fingerprint, and commit to the case.
        case read
        /// One segment made of all fingerprints.
        case build
        /// The join of all fingerprints with each other.
        case join
        /// The alignment of films.
        case align

        /// For a reader.
        public var title: String {
            switch self {
            case .read: "read, digest, decode, fingerprint"
            case .build: "build the index"
            case .join: "join"
            case .align: "align films"
            }
        }
    }

    /// Something that is counted.
    public enum Unit: String, Encodable, Hashable, Sendable {
        case files
        case megabytes
        case fingerprints
        /// Of still pictures, as stored in their files.
        case megapixels
        case filmSeconds
        /// Fingerprints that were compared with all others.
        case queries
        /// Pairs of different fingerprints that the join decides on.
        case pairsOfRows
        /// Pairs that it had to look at to do so.
        case pairsCompared
        /// Pairs of films, at all radii.
        case filmPairs

        /// For a reader.
        public var title: String {
            switch self {
            case .files: "files"
            case .megabytes: "MB"
            case .fingerprints: "fingerprints"
            case .megapixels: "megapixels of still pictures"
            case .filmSeconds: "seconds of film"
            case .queries: "fingerprints looked up"
            case .pairsOfRows: "pairs decided"
            case .pairsCompared: "pairs looked at"
            case .filmPairs: "pairs of films"
            }
        }
    }

    /// An amount of something, and its rates.
    public struct Work: Encodable, Sendable {
        /// What is counted.
        public let unit: Unit
        /// How much.
        public let amount: Double
        /// Per second as a clock on the wall has it.
        public private(set) var perSecond: Double?
        /// Per second of a processor core.
        public private(set) var perCoreSecond: Double?

        /// An amount.
        public init(_ unit: Unit, _ amount: Double) {
            self.unit = unit
            self.amount = StageFigures.rounded(amount)
        }

        fileprivate func over(_ seconds: Double, cores: Double) -> Work {
            var work = self
            work.perSecond = seconds > 0 ? StageFigures.rounded(amount / seconds) : nil
            work.perCoreSecond = cores > 0 ? StageFigures.rounded(amount / cores) : nil
            return work
        }
    }

    /// Which part.
    public let stage: Stage
    /// Seconds as a clock on the wall has them.
    public let seconds: Double
    /// Processor seconds of the program itself.
    public let ownCPUSeconds: Double
    /// Processor seconds of its worker processes.
    public let workerCPUSeconds: Double
    /// What was done.
    public let work: [Work]

    /// Processor seconds in all.
    public var cpuSeconds: Double { ownCPUSeconds + workerCPUSeconds }

    init(_ stage: Stage, seconds: Double, own: Double, workers: Double, work: [Work]) {
        self.stage = stage
        self.seconds = StageFigures.rounded(seconds)
        ownCPUSeconds = StageFigures.rounded(own)
        workerCPUSeconds = StageFigures.rounded(workers)
        self.work = work.map { $0.over(seconds, cores: own + workers) }
    }

    /// To the microsecond, or four digits.
    static func rounded(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        var scale = 1.0
        while value * scale < 1000, scale < 1e6 { scale *= 10 }
        return (value * scale).rounded() / scale
    }
}
