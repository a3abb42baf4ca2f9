import ArgumentParser
import Casework
import Fingerprinting
import Foundation
import Keyframing
import Logging
import Unpacking

/// What is told while a command works: the same for every command that has something to tell.
struct LogOptions: ParsableArguments {
    @Option(help: "What is logged to standard error: debug, info, notice, warning, error.")
    var logLevel: Logger.Level = .error

    @Option(
        help: ArgumentHelp(
            "How standard error is written: text, or json, one object a line: log, progress and messages.",
            valueName: "format"
        )
    )
    var logFormat = LogFormat.text

    func validate() throws {
        // What fails from now on is told in this form, too.
        LogFormat.current = logFormat
    }

    var logger: Logger {
        var logger = Logger(label: "vestige") { label in
            switch LogFormat.current {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler(label: label)
            }
        }
        logger.logLevel = logLevel
        return logger
    }
}

/// How the worker processes are run: the same for every command that decodes.
struct WorkerOptions: ParsableArguments {
    @Option(help: "Worker processes; by default as many as there are cores.")
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "Seconds that an item may take before its worker is ended; large files get more.",
            valueName: "seconds"
        )
    )
    var timeout = ItemTimeout().seconds

    @OptionGroup var sandbox: SandboxOptions

    @OptionGroup var log: LogOptions

    func validate() throws {
        if let workers, !(1...1024).contains(workers) {
            throw ValidationError("--workers must be from 1 to 1024")
        }
        if !(1...86_400).contains(timeout) {
            throw ValidationError("--timeout must be from 1 to 86400 seconds")
        }
    }

    var logger: Logger { log.logger }

    /// Refuses before anything is made, if a layer is missing that the user requires.
    func checkRequiredSandbox() throws(CaseFault) {
        guard sandbox.requireSandbox else { return }
        var settings = WorkerSettings()
        settings.sandbox = sandbox.plan
        _ = try WorkerPool(settings: settings, workers: 1, logger: logger)
    }

    func pool(_ settings: WorkerSettings, atMost items: Int = .max) throws(CaseFault) -> WorkerPool
    {
        var settings = settings
        settings.sandbox = sandbox.plan
        let pool = try WorkerPool(
            settings: settings,
            workers: max(1, min(workers ?? ProcessInfo.processInfo.activeProcessorCount, items)),
            timeout: ItemTimeout(seconds: timeout),
            logger: logger
        )
        if !pool.sandbox.missing.isEmpty, !sandbox.isOff {
            standardError(
                "vestige: the decode workers' sandbox lacks \(pool.sandbox.missingText); "
                    + "`vestige doctor` says more\n"
            )
        }
        return pool
    }
}

/// The kinds of fingerprint by their names on the command line.
enum KindName: String, ExpressibleByArgument, CaseIterable {
    case pdqB = "pdq-b"
    case pdqA = "pdq-a"

    var kind: FingerprintKind {
        switch self {
        case .pdqB: .pdqFullResolution
        case .pdqA: .pdqNearest512
        }
    }
}

/// The decode policies by their names on the command line.
enum PolicyName: String, ExpressibleByArgument, CaseIterable {
    case fast
    case exact

    var policy: DecodePolicy {
        switch self {
        case .fast: .fast
        case .exact: .exact
        }
    }
}

/// What fingerprints are made of and how pictures are decoded.
struct FingerprintOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            pdq-b: filtered at full resolution, as pdqhash, vPDQ and HMA do. pdq-a: shrunk to 512 x 512 \
            first, as the C++ reference's command line does. Default: pdq-b, or as the case has it.
            """
        )
    )
    var kind: KindName?

    @Option(
        help: ArgumentHelp(
            """
            fast: gray only, scaled while decoding; within 4 bits of exact. exact: full colour at full \
            size, the reference's own arithmetic. Default: fast, or as the case has it.
            """
        )
    )
    var policy: PolicyName?

    @Option(
        help: """
            Pictures with more pixels than this are refused before memory is taken. Default: 500000000.
            """
    )
    var maxPixels: Int64?

    func validate() throws {
        if let maxPixels, maxPixels < 1 {
            throw ValidationError("--max-pixels must be at least 1")
        }
    }

    var wanted: WantedSettings {
        WantedSettings(kind: kind?.kind, policy: policy?.policy, maximumPixels: maxPixels)
    }

    var settings: WorkerSettings {
        wanted.settings(besides: WorkerSettings())
    }
}

/// Which moments of films are taken.
struct SamplingOptions: ParsableArguments {
    enum Extraction: String, ExpressibleByArgument, CaseIterable {
        case covering
        case keyframes
    }

    @Option(
        help: ArgumentHelp(
            """
            Which pictures of a film are taken. covering: its keyframes, and where these are further apart \
            than the fill interval, pictures between them. keyframes: only those, which is fastest.
            """
        )
    )
    var extraction = Extraction.covering

    @Option(
        help: ArgumentHelp(
            "How far apart the pictures of a film may be, in seconds, with --extraction covering. "
                + "Default: 4.",
            valueName: "seconds"
        )
    )
    var fillInterval: Double?

    func validate() throws {
        if fillInterval != nil, extraction == .keyframes {
            throw ValidationError("--fill-interval goes with --extraction covering")
        }
        try SamplingOptions.check(fillInterval)
    }

    /// Refuses an interval that makes no sense.
    static func check(_ fillInterval: Double?) throws {
        guard let fillInterval else { return }
        let range = FilmSampling.fillMillisecondsRange
        guard fillInterval.isFinite, fillInterval >= Double(range.lowerBound) / 1000,
            fillInterval <= Double(range.upperBound) / 1000
        else {
            throw ValidationError(
                "--fill-interval must be from \(Double(range.lowerBound) / 1000) to "
                    + "\(range.upperBound / 1000) seconds"
            )
        }
    }

    var sampling: FilmSampling {
        switch extraction {
        case .keyframes: .keyframes
        case .covering: SamplingOptions.covering(fillInterval) ?? .standard
        }
    }

    /// The sampling with an interval in seconds.
    static func covering(_ fillInterval: Double?) -> FilmSampling? {
        fillInterval.map { .covering(fillMilliseconds: Int64(($0 * 1000).rounded())) }
    }
}

/// Whether and how far archives are opened.
struct UnpackingOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: """
            Open archives (zip, tar, 7z, rar, cpio, iso, cab, lha and compressed files) and disk images (raw, \
            E01), also those inside archives; each member becomes an item of its own.
            """
    )
    var archives = true

    @Option(
        help: ArgumentHelp("How many archives a member may be in.", valueName: "number")
    )
    var maxArchiveDepth = UnpackLimits().depth

    @Option(
        help: ArgumentHelp("How many members an archive may have in all.", valueName: "number")
    )
    var maxArchiveMembers = UnpackLimits().members

    @Option(
        help: ArgumentHelp(
            "How many bytes an archive may unpack to in all, such as 512G.",
            valueName: "bytes"
        )
    )
    var maxArchiveBytes = MemorySize(bytes: Int(UnpackLimits().totalBytes))

    @Option(
        help: ArgumentHelp(
            "How many times its own size an archive may unpack to, if that is more than 4 GiB.",
            valueName: "number"
        )
    )
    var maxArchiveRatio = UnpackLimits().ratio

    @Option(
        help: ArgumentHelp(
            "The largest member that is decoded; each worker may need as much room on the case's disk.",
            valueName: "bytes"
        )
    )
    var maxMemberBytes = MemorySize(bytes: Int(UnpackLimits().memberBytes))

    func validate() throws {
        if !(1...UnpackLimits.largestDepth).contains(maxArchiveDepth) {
            throw ValidationError(
                "--max-archive-depth must be from 1 to \(UnpackLimits.largestDepth)"
            )
        }
        if maxArchiveMembers < 1 {
            throw ValidationError("--max-archive-members must be at least 1")
        }
        if maxArchiveRatio < 1 { throw ValidationError("--max-archive-ratio must be at least 1") }
    }

    var limits: UnpackLimits? {
        guard archives else { return nil }
        var limits = UnpackLimits()
        limits.depth = maxArchiveDepth
        limits.members = maxArchiveMembers
        limits.totalBytes = Int64(maxArchiveBytes.bytes)
        limits.ratio = maxArchiveRatio
        limits.memberBytes = Int64(maxMemberBytes.bytes)
        return limits
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
