import Evidence
import Glibc

/// A check of the sandbox of this machine: workers are started that try to break out.
public struct SandboxCheck: Sendable {
    /// One attempt and what came of it.
    public struct Result: Hashable, Sendable {
        /// What was tried.
        public let attempt: SandboxAttempt
        /// What came of it.
        public let outcome: SandboxAttempt.Outcome

        /// Whether the sandbox did what it is for.
        public var isPassed: Bool { attempt.isAsItShouldBe(outcome) }
    }

    /// What the sandbox is like.
    public let sandbox: SandboxReport
    /// Every attempt, each in a worker of its own.
    public let results: [Result]
    /// How long a worker takes from its start until it can take a request, in milliseconds: the median.
    public let startMilliseconds: Double

    /// Makes every attempt in workers with these settings.
    ///
    /// - Parameter names: the attempts to make, if not all.
    /// - Throws: a ``CaseFault`` if no worker or no file is to be had.
    public init(settings: WorkerSettings, only names: Set<String> = []) throws(CaseFault) {
        let evidence = try SandboxCheck.someFile()
        defer { close(evidence) }
        var sandbox = SandboxReport.nothing
        var results: [Result] = []
        var starts: [Double] = []
        for attempt in SandboxAttempt.all where names.isEmpty || names.contains(attempt.name) {
            let (report, outcome, milliseconds) = try attempt.outcome(
                settings: settings,
                evidence: evidence
            )
            sandbox = report
            starts.append(milliseconds)
            results.append(Result(attempt: attempt, outcome: outcome))
        }
        self.sandbox = sandbox
        self.results = results
        startMilliseconds = starts.isEmpty ? 0 : starts.sorted()[starts.count / 2]
    }

    /// A file of one byte, open for reading only; it has no name any more.
    private static func someFile() throws(CaseFault) -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array((folder + "/vestige-doctor-XXXXXX").utf8CString)
        let written = mkstemp(&name)
        defer {
            if written >= 0 {
                close(written)
                unlink(name)
            }
        }
        let descriptor =
            written >= 0 && write(written, "x", 1) == 1 ? open(name, O_RDONLY | O_CLOEXEC) : -1
        guard descriptor >= 0 else {
            throw CaseFault(
                .system,
                "cannot make a file in \(folder): \(systemMessage(errno)). Set TMPDIR to another folder",
                status: errno
            )
        }
        return descriptor
    }
}
