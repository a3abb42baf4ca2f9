import Crypto
import Evidence
import Foundation

/// A version that was published: its record, and what tells that it is this one.
public struct PublishedVersion: Hashable, Sendable {
    /// The record.
    public let record: ListVersionRecord
    /// The SHA-256 of the record's bytes, as hex digits: the digest of the version.
    public let digest: String
    /// The signature of the record's bytes, 64 bytes, if there is one.
    public let signature: [UInt8]?
}

/// A list open for reading: its published versions.
public struct HashList: Sendable {
    /// The list's folder.
    public let folder: ListFolder
    /// What the list is now; a version has its own word for it.
    public let description: ListDescription
    /// The versions, oldest first.
    public let versions: [PublishedVersion]

    /// Opens the list at `name`, and checks that its versions' records stand on each other, and their signatures if they have any.
    ///
    /// - Throws: ``ListFault``.
    public init(name: String) throws(ListFault) {
        try self.init(folder: try ListFolder(existing: name))
    }

    init(folder: ListFolder) throws(ListFault) {
        self.folder = folder
        description = try ListDescription.read(folder)
        var versions: [PublishedVersion] = []
        while let version = try HashList.read(versions.count + 1, folder) {
            let record = version.record
            guard record.number == versions.count + 1, record.parent == versions.last?.digest,
                record.list == description.identifier, record.kind == description.kind
            else {
                throw HashList.damaged(
                    folder,
                    versions.count + 1,
                    record.parent == versions.last?.digest
                        ? "its record is that of another list or version"
                        : "it does not stand on version \(versions.count), whose record is another one"
                )
            }
            try version.checkSignature(in: folder)
            versions.append(version)
        }
        // A record that is missing must not make the list look older than it is.
        let records = try? FileManager.default.contentsOfDirectory(atPath: folder.versions).filter {
            $0.hasSuffix(".json")
        }
        guard let records, records.count == versions.count else {
            throw HashList.damaged(
                folder,
                versions.count + 1,
                "its record is missing, though there are later ones"
            )
        }
        self.versions = versions
    }

    static func damaged(_ folder: ListFolder, _ number: Int, _ what: String) -> ListFault {
        ListFault(
            .damaged,
            "version \(number) of \(folder.path.display()) is refused: \(what). Restore the list from a copy, or get it from its "
                + "owner again"
        )
    }

    private static func read(_ number: Int, _ folder: ListFolder) throws(ListFault)
        -> PublishedVersion?
    {
        let path = folder.versions + "/" + ListFolder.fileName(number, ".json")
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        struct Version: Codable { var formatVersion: Int }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            let format = try JSONDecoder().decode(Version.self, from: data).formatVersion
            guard format <= ListVersionRecord.formatVersion else {
                throw ListFault(
                    .newerFormat,
                    "\(path) has the format \(format), this program knows \(ListVersionRecord.formatVersion): use the newer "
                        + "vestige that wrote it"
                )
            }
            let signature = try? Data(
                contentsOf: URL(
                    fileURLWithPath: folder.versions + "/" + ListFolder.fileName(number, ".sig")
                )
            )
            return PublishedVersion(
                record: try JSONDecoder().decode(ListVersionRecord.self, from: data),
                digest: SHA256.hash(data: data).hexDigits,
                signature: signature.map { Array($0) }
            )
        } catch let fault as ListFault {
            throw fault
        } catch {
            throw damaged(
                folder,
                number,
                "its record cannot be read (\(error.localizedDescription))"
            )
        }
    }

    /// A published version.
    ///
    /// - Parameter number: `nil` for the newest.
    /// - Throws: ``ListFault`` with the code `noSuchPath`, if there is none.
    public func version(_ number: Int? = nil) throws(ListFault) -> PublishedVersion {
        guard let last = versions.last else {
            throw ListFault(
                .noSuchPath,
                "\(folder.path.display()) has no version yet: `vestige list publish` makes one"
            )
        }
        guard let number else { return last }
        guard (1...versions.count).contains(number) else {
            throw ListFault(
                .noSuchPath,
                "\(folder.path.display()) has no version \(number): it has 1 to \(versions.count)"
            )
        }
        return versions[number - 1]
    }

    /// The entries of a version.
    ///
    /// - Parameters:
    ///   - number: `nil` for the newest.
    ///   - since: only what has come since this version; what was withdrawn since is in the withdrawals in any case.
    public func contents(of number: Int? = nil, since: Int? = nil) throws(ListFault) -> ListContents
    {
        let version = try version(number)
        var withdrawals: [Withdrawal] = []
        var batches: [ListBatch] = []
        for published in versions.prefix(version.record.number) {
            if let record = published.record.withdrawals {
                withdrawals += try WithdrawalFile.read(record, folder)
            }
            if published.record.number > since ?? 0 {
                batches += published.record.batches
            }
        }
        return try ListContents(
            folder: folder,
            description: described(by: version.record),
            version: version,
            since: since,
            batches: batches,
            withdrawals: withdrawals
        )
    }

    /// What was withdrawn after version `from`, up to `to`.
    public func withdrawals(from: Int, to: Int) throws(ListFault) -> [Withdrawal] {
        var withdrawals: [Withdrawal] = []
        for published in versions
        where published.record.number > from && published.record.number <= to {
            if let record = published.record.withdrawals {
                withdrawals += try WithdrawalFile.read(record, folder)
            }
        }
        return withdrawals.sorted { $0.entry < $1.entry }
    }

    /// The list as a version's record describes it, whose meanings may have been others.
    private func described(by record: ListVersionRecord) -> ListDescription {
        var description = description
        description.name = record.name
        description.owner = record.owner
        description.meanings = record.meanings
        return description
    }

    /// The list as it stands now, with what is not published yet.
    public func workingContents() throws(ListFault) -> ListContents {
        try workingContents(try ListCatalog.reading(folder))
    }

    /// What has changed since the newest version.
    public func unpublished() throws(ListFault) -> (batches: [ListBatch], withdrawals: [Withdrawal])
    {
        guard let catalog = try ListCatalog.reading(folder) else { return ([], []) }
        return (try catalog.stagedBatches(), try catalog.stagedWithdrawals())
    }

    /// Who did what, oldest first; empty for a list that came without its catalog.
    public func auditTrail() throws(ListFault) -> [ListAuditEntry] {
        try ListCatalog.reading(folder)?.auditTrail() ?? []
    }

    /// What additions and imports reported, oldest first, with the versions that have them.
    public func reports() throws(ListFault) -> [(report: BatchReport, added: String, version: Int?)]
    {
        try ListCatalog.reading(folder)?.reports() ?? []
    }

    func workingContents(_ catalog: ListCatalog?) throws(ListFault) -> ListContents {
        var withdrawals = try catalog?.stagedWithdrawals() ?? []
        for published in versions {
            if let record = published.record.withdrawals {
                withdrawals += try WithdrawalFile.read(record, folder)
            }
        }
        return try ListContents(
            folder: folder,
            description: description,
            version: nil,
            since: nil,
            batches: versions.flatMap(\.record.batches) + (try catalog?.stagedBatches() ?? []),
            withdrawals: withdrawals
        )
    }
}
