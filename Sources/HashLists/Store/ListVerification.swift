import Crypto
import Evidence
import Glibc
import Indexing

/// Reads every byte of a version, and compares it with the version's record.
public struct ListVerification {
    /// What was found to be sound.
    public struct Report: Hashable, Sendable {
        /// Versions whose records and signatures fit.
        public var versions = 0
        /// Versions that are signed.
        public var signed = 0
        /// Files that were read.
        public var files = 0
        /// Bytes that were read.
        public var bytes = 0
        /// Entries that were counted.
        public var entries = 0
    }

    private let list: HashList
    private let number: Int

    /// A verification of a version with all versions that it stands on.
    ///
    /// - Parameter version: `nil` for the newest.
    public init(_ list: HashList, version: Int? = nil) throws(ListFault) {
        self.list = list
        number = try list.version(version).record.number
    }

    /// The files that make up the version, and their sizes: equal ones need not be read again.
    public var files: [(path: String, record: FileRecord)] {
        var files: [(path: String, record: FileRecord)] = []
        for version in list.versions.prefix(number) {
            for batch in version.record.batches {
                files.append((list.folder.entries, batch.files.log))
                files.append((list.folder.entries, batch.files.places))
                if let segment = batch.segment {
                    files.append(
                        (
                            list.folder.segments,
                            FileRecord(
                                name: segment.name,
                                bytes: segment.bytes,
                                sha256: segment.sha256
                            )
                        )
                    )
                }
                if let digests = batch.digests { files.append((list.folder.digests, digests)) }
            }
            if let withdrawals = version.record.withdrawals {
                files.append((list.folder.versions, withdrawals))
            }
        }
        return files
    }

    /// Compares every file with its digest, and the live entries with the content's.
    ///
    /// - Parameters:
    ///   - isThorough: also checks that entries, segments and digests say the same of each other.
    ///   - trusted: lines of ``fileState()`` of files that were read before: they are not read again if they have not changed.
    ///   - progress: called now and then with the share of the work that is done.
    /// - Throws: ``ListFault`` for the first thing that is wrong.
    public func run(
        isThorough: Bool,
        trusting trusted: Set<String> = [],
        progress: (Double) -> Void = { _ in }
    ) throws(ListFault) -> Report {
        var report = Report()
        report.versions = number
        report.signed = list.versions.prefix(number).filter(\.isSigned).count
        let files = files
        let all = Double(max(1, files.reduce(0) { $0 + $1.record.bytes }))
        for (folder, record) in files {
            if !trusted.isEmpty, let state = ListVerification.state(folder, record),
                trusted.contains(state)
            {
                report.bytes += record.bytes
                continue
            }
            try record.verify(in: folder) { count in
                report.bytes += count
                progress(0.7 * Double(report.bytes) / all)
            }
            report.files += 1
        }
        let version = list.versions[number - 1].record
        let contents = try list.contents(of: number)
        report.entries = contents.count
        // What of the content was read before need not be read again: its files are those that were published.
        let isWhole = try trusted.isEmpty ? contents.contentDigest() == version.content : true
        guard report.entries == version.entries, isWhole else {
            throw HashList.damaged(
                list.folder,
                number,
                "its entries are not those that were published"
            )
        }
        progress(isThorough ? 0.8 : 1)
        if isThorough {
            for batch in contents.batches { try compare(batch) }
            progress(1)
        }
        return report
    }

    /// How the files stand: a line for each, by which a change shows: its name, digest, size, times and number on the disk. The time of
    /// the last change of its state cannot be set by a user.
    public func fileState() -> String {
        files.compactMap { ListVerification.state($0.path, $0.record) }.joined(separator: "\n")
    }

    private static func state(_ folder: String, _ record: FileRecord) -> String? {
        var facts = stat()
        guard stat(folder + "/" + record.name, &facts) == 0 else { return nil }
        return "\(folder)/\(record.name) \(record.sha256) \(facts.st_size) "
            + "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec) "
            + "\(facts.st_ctim.tv_sec).\(facts.st_ctim.tv_nsec) \(facts.st_dev):\(facts.st_ino)"
    }

    /// Counts of a batch's log what its segment and its digests have to hold, and looks each up.
    private func compare(_ open: ListContents.OpenBatch) throws(ListFault) {
        if let segment = open.segment {
            try listFault { () throws(IndexFault) in try segment.verify() }
        }
        var occurrences = 0
        for ordinal in 0..<open.batch.entries {
            let entry = try open.log.entry(ordinal)
            let number = open.batch.first + UInt64(ordinal)
            occurrences += entry.prints.count
            for print in entry.prints {
                guard let segment = open.segment,
                    let row = SegmentRows(segment).row(of: print.fingerprint)
                else {
                    throw differs(number, "the segment lacks its fingerprint")
                }
                let found = try listFault { () throws(IndexFault) in
                    try segment.occurrences(ofRow: row)
                }
                guard
                    found.contains(where: {
                        $0.item == number && $0.timeMilliseconds == print.timeMilliseconds
                    })
                else {
                    throw differs(number, "the segment lacks its fingerprint")
                }
            }
            for (kind, digest) in [
                (DigestKind.md5, entry.md5), (.sha1, entry.sha1), (.sha256, entry.sha256),
            ] {
                guard let digest else { continue }
                guard let index = open.digests,
                    digest.withUnsafeBytes({ index.places(of: $0, kind) }).contains(where: {
                        index.entry(kind, at: $0) == number
                    })
                else { throw differs(number, "the digests lack its \(kind.name)") }
            }
        }
        guard occurrences == open.segment?.occurrenceCount ?? 0 else {
            throw differs(
                open.batch.first,
                "the segment of its batch has other fingerprints than the entries"
            )
        }
    }

    private func differs(_ entry: UInt64, _ what: String) -> ListFault {
        HashList.damaged(list.folder, number, "entry \(entry): \(what)")
    }
}
