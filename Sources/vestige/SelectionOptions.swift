import ArgumentParser
import Casework
import Evidence

/// Which files of the evidence are read and decoded.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Read only files that were modified or changed at this time or later: 2026-03-01T12:00:00Z, \
            2026-03-01, '2026-03-01 12:00' (local time), or 7d, 36h, 90m ago. Older files that the case \
            does not have become rows of the ledger, skipped by the rule older-than-asked, and are taken \
            up by a run without this option.
            """,
            valueName: "time"
        )
    )
    var since: String?

    @Option(
        help: ArgumentHelp(
            """
            Do not decode files whose digest is on this list: lines of sha256sum, sha1sum, md5sum or \
            hashdeep, or the NSRL's NSRLFile.txt. They become rows of the ledger, skipped by the rule \
            known-file, with the list's name. May be given several times.
            """,
            valueName: "file"
        )
    )
    var knownFiles: [String] = []

    @Flag(
        help: """
            Read files again that have not changed by size and time, and compare their digests with those in \
            the case. What differs is decoded anew, and the earlier reading kept as superseded.
            """
    )
    var checkDigests = false

    /// For tests and measurements: what is told is the same, only later.
    @Flag(help: .hidden)
    var decodeCopies = false

    func validate() throws {
        if let since, EvidenceAge(since) == nil {
            throw ValidationError(
                "--since must be a time such as 2026-03-01T12:00:00Z, 2026-03-01, '2026-03-01 12:00', "
                    + "7d or 36h"
            )
        }
    }

    /// The run's options; the lists are read.
    func options() throws -> IndexRun.Options {
        var options = IndexRun.Options()
        options.since = since.flatMap { EvidenceAge($0) }
        options.findsCopies = !decodeCopies
        options.checksDigests = checkDigests
        for path in knownFiles {
            try options.known.read(path)
        }
        for list in options.known.readings where list.wrongLines > 0 {
            SelectionOptions.warn(list)
        }
        return options
    }

    private static func warn(_ list: KnownFiles.Reading) {
        let numbers = list.firstWrongLines.map(String.init).joined(separator: ", ")
        let more = list.wrongLines > list.firstWrongLines.count ? " and others" : ""
        let text =
            "\(EvidencePath(list.name).display()): \(list.wrongLines) lines hold no digest and were passed "
            + "over (line \(numbers)\(more)); \(list.digests) digests were read"
        switch LogFormat.current {
        case .text: standardError("vestige: \(text)\n")
        case .json: JSONLog.write(level: "warning", label: "vestige", text)
        }
    }
}
