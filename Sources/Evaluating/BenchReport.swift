import Casework
import Evidence
import Fingerprinting
import Keyframing

/// What `vestige bench` tells: what depends on the sample set and the program alone, and beside it what was
/// measured by the clock.
///
/// `Docs/Validation.md` describes the JSON of it, which scripts read: members are added, never changed.
public struct BenchReport: Encodable, Sendable {
    /// A path: text always; and where the bytes are not UTF-8, all of them percent-encoded too.
    public struct Name: Encodable, Sendable {
        /// The text.
        public let path: String
        /// All bytes.
        public let pathEncoded: String?
        /// Why it is told.
        public let reason: String?

        init(_ path: EvidencePath, reason: String? = nil) {
            self.path = path.text
            pathEncoded = path.isText ? nil : path.percentEncoded
            self.reason = reason
        }
    }

    /// A table of ground truth.
    public struct Truth: Encodable, Sendable {
        /// The file's name.
        public let name: String
        /// The SHA-256 of its bytes.
        public let sha256: String
        /// Its form.
        public let form: GroundTruth.Form
        /// Lines that could be understood.
        public let rows: Int
        /// How many could not.
        public let wrong: Int
        /// The first ones.
        public let wrongLines: [GroundTruth.WrongLine]
    }

    /// The sample set.
    public struct Sample: Encodable, Sendable {
        /// The SHA-256 over the names and digests of all files that take part.
        public let sha256: String
        /// The tables.
        public let truth: [Truth]
        /// How many files there are.
        public let files: SampleSet.Counts
        /// Files that are named and not there.
        public let notThere: [Name]
        /// Files that are named and could not be decoded.
        public let notDecoded: [Name]
        /// Files that have no picture of the quality that is asked for.
        public let lowQuality: [Name]

        /// What the tables and the case tell of a sample set.
        public init(_ sample: SampleSet, truths: [GroundTruth]) {
            sha256 = sample.sha256
            truth = truths.map {
                Truth(
                    name: $0.name,
                    sha256: $0.sha256,
                    form: $0.form,
                    rows: $0.rows.count,
                    wrong: $0.wrongCount,
                    wrongLines: $0.wrongLines
                )
            }
            files = sample.counts
            notThere = sample.notThere.map { Name($0) }
            notDecoded = sample.notDecoded.map { Name($0.name, reason: $0.reason) }
            lowQuality = sample.lowQuality.map { Name($0) }
        }
    }

    /// What was asked for, as far as it changes what is found.
    public struct Settings: Encodable, Sendable {
        /// The kind of the fingerprints.
        public var kind: String
        /// How pictures were decoded.
        public var policy: String
        /// Pictures with more pixels were refused.
        public var maximumPixels: Int64
        /// Which moments of films were taken.
        public var sampling: String
        /// How far apart they may be, in milliseconds.
        public var fillMilliseconds: Int64?
        /// Pictures of a lower quality were left out.
        public var minimumQuality: Int
        /// Whether turned copies were looked for.
        public var turned: Bool
        /// Whether files that no table names were taken to be unrelated.
        public var unnamedUnrelated: Bool
        /// The radii.
        public var radii: [Int]

        /// What was asked for.
        public init(
            _ settings: WorkerSettings,
            minimumQuality: Int,
            turned: Bool,
            unnamedUnrelated: Bool,
            radii: [Int]
        ) {
            kind = settings.kind.name
            policy = settings.policy.name
            maximumPixels = settings.maximumPixels
            sampling = settings.sampling.name
            fillMilliseconds = settings.sampling.fillMilliseconds
            self.minimumQuality = minimumQuality
            self.turned = turned
            self.unnamedUnrelated = unnamedUnrelated
            self.radii = radii
        }
    }

    /// What depends on the sample set, the program, its decoders and the settings alone.
    public struct Results: Encodable, Sendable {
        /// The program's version.
        public var tool: String
        /// The versions of what decodes.
        public var libraries: [String: String]
        /// What was asked for.
        public var settings: Settings
        /// The sample set.
        public var sample: Sample
        /// How often true pairs were found.
        public var recall: [RecallFigures]
        /// How often unrelated ones were.
        public var falseMatches: [FalseMatchFigures]
        /// How far apart both are.
        public var distances: [DistanceFigures]
        /// The join, checked.
        public var check: JoinCheck

        /// Results of an evaluation.
        public init(
            settings: Settings,
            libraries: [String: String],
            sample: Sample,
            evaluation: Evaluation
        ) {
            tool = CaseDescription.tool
            self.settings = settings
            self.libraries = libraries
            self.sample = sample
            recall = evaluation.recall()
            falseMatches = evaluation.falseMatches()
            (distances, check) = evaluation.distances()
        }
    }

    /// What differs from run to run and from machine to machine.
    public struct Measured: Encodable, Sendable {
        /// When it was measured, RFC 3339, UTC.
        public var created: String
        /// The machine.
        public var machine: MachineFacts
        /// Worker processes.
        public var workers: Int
        /// Threads of the join.
        public var threads: Int
        /// Whether the workers were kept in by every layer of the sandbox.
        public var sandboxComplete: Bool
        /// The parts of the run.
        public var stages: [StageFigures]

        /// What was measured.
        public init(
            created: String,
            machine: MachineFacts,
            workers: Int,
            threads: Int,
            sandboxComplete: Bool,
            stages: [StageFigures]
        ) {
            self.created = created
            self.machine = machine
            self.workers = workers
            self.threads = threads
            self.sandboxComplete = sandboxComplete
            self.stages = stages
        }
    }

    /// The version of the form of this report.
    public let formatVersion = 1
    /// What is the same whenever it is measured.
    public let results: Results
    /// What is not.
    public let measured: Measured

    /// A report.
    public init(results: Results, measured: Measured) {
        self.results = results
        self.measured = measured
    }
}
