import Crypto
import Evidence
import Fingerprinting
import Foundation
import Glibc
import Indexing

/// A list open for writing: takes batches and withdrawals, and publishes versions.
///
/// A batch's files are durable before the catalog names them, and a version is there once its record has its name. What a crash leaves
/// half done is named nowhere, and removed when the list is next opened.
public final class ListWriter {
    /// The list's folder.
    public let folder: ListFolder
    /// What the list is.
    public private(set) var description: ListDescription
    /// The list's published versions.
    public private(set) var list: HashList

    let catalog: ListCatalog
    private let lock: ListLock
    private let tool: String

    /// The memory that an import takes unless it is told otherwise: 768 MiB.
    public static let defaultMemory = 768 << 20

    /// Makes a list.
    ///
    /// - Parameters:
    ///   - identifier: tells the list from every other; a new UUID by default.
    ///   - date: when it was made, ISO 8601; now by default.
    /// - Throws: ``ListFault``, also if something has the name already.
    public static func create(
        _ name: String,
        title: String,
        owner: String,
        kind: FingerprintKind,
        meanings: [ListDescription.Meaning] = [],
        identifier: String? = nil,
        date: String? = nil,
        tool: String
    ) throws(ListFault) {
        let folder = try ListFolder(creating: name)
        let description = ListDescription(
            formatVersion: ListFolder.formatVersion,
            tool: tool,
            identifier: identifier ?? UUID().uuidString.lowercased(),
            name: title,
            owner: owner,
            kind: kind.name,
            created: date ?? now(),
            meanings: meanings
        )
        _ = try ListCatalog(folder, readOnly: false)
        // Last, so that a folder with a list.json is a whole list.
        try description.write(folder)
    }

    /// Opens a list that exists.
    ///
    /// - Throws: ``ListFault``; nothing is changed then.
    public init(existing name: String, tool: String) throws(ListFault) {
        folder = try ListFolder(existing: name)
        lock = try ListLock(folder)
        list = try HashList(folder: folder)
        description = list.description
        catalog = try ListCatalog(folder, readOnly: false)
        self.tool = tool
        try catalog.take(list.versions, folder)
        try removeUnnamedFiles()
    }

    private func removeUnnamedFiles() throws(ListFault) {
        var named: Set<String> = []
        for batch in try catalog.knownBatches() {
            named.formUnion([batch.files.log.name, batch.files.places.name])
            named.formUnion([batch.segment?.name, batch.digests?.name].compactMap { $0 })
        }
        for version in list.versions {
            let number = version.record.number
            named.formUnion(
                [".json", ".sig", ".withdrawn"].map { ListFolder.fileName(number, $0) }
            )
        }
        for folder in folder.subfolders {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            where !named.contains(name) {
                unlink(folder + "/" + name)
            }
        }
    }

    /// Writes down in the list who did what.
    public func audit(arguments: [String], outcome: String) throws(ListFault) {
        try catalog.audit(tool: tool, arguments: arguments, outcome: outcome)
    }

    /// Declares what a category means, in place of what was declared of just this one before.
    public func declare(_ meaning: ListDescription.Meaning) throws(ListFault) {
        description.meanings.removeAll {
            $0.scheme == meaning.scheme && $0.country == meaning.country && $0.code == meaning.code
        }
        description.meanings.append(meaning)
        description.meanings.sort {
            ($0.scheme, $0.country ?? "", $0.code) < ($1.scheme, $1.country ?? "", $1.code)
        }
        try description.write(folder)
        list = try HashList(folder: folder)
    }

    /// The list as it stands now, with what is not published yet.
    public func workingContents() throws(ListFault) -> ListContents {
        try list.workingContents(catalog)
    }

    /// Whether there is anything that no version has.
    public func hasChanges() throws(ListFault) -> Bool {
        guard try catalog.stagedBatches().isEmpty else { return true }
        return try !catalog.stagedWithdrawals().isEmpty
    }

    // MARK: - Batches

    /// How a source is taken into the list.
    public struct Delivery: Sendable {
        /// Where it comes from.
        public var source: ListBatch.Source
        /// What its entries have in common, unless they say otherwise themselves: categories, series, tags, note, medium.
        public var common: ListEntry
        /// Whether it is all that this source has to say, so that entries of its earlier deliveries that are not in it are
        /// withdrawn.
        public var isWhole: Bool
        /// Bytes that the fingerprints and digests may take before they are put on disk.
        public var memory: Int

        /// A delivery from its parts.
        public init(
            source: ListBatch.Source,
            common: ListEntry = ListEntry(),
            isWhole: Bool = false,
            memory: Int = ListWriter.defaultMemory
        ) {
            self.source = source
            self.common = common
            self.isWhole = isWhole
            self.memory = memory
        }
    }

    /// Takes a source into the list, whole or not at all.
    ///
    /// - Parameter body: hands over the entries; if it throws, nothing of the source is kept.
    /// - Throws: ``ListFault``, or what `body` throws.
    public func add(
        _ delivery: Delivery,
        _ body: (any EntrySink) throws(ListFault) -> Void
    ) throws(ListFault) -> BatchReport {
        let old = try workingContents()
        let last = old.batches.last?.batch
        let number = (last?.number ?? 0) + 1
        let writer = try ListBatchWriter(
            folder,
            kind: try description.fingerprintKind(),
            number: number,
            first: last.map { $0.numbers.upperBound } ?? 1,
            source: delivery.source,
            common: delivery.common,
            memory: delivery.memory
        )
        do throws(ListFault) {
            try body(writer)
            let batch = try writer.finish()
            return try take(batch, writer, delivery, old)
        } catch {
            try? removeUnnamedFiles()
            throw error
        }
    }

    private func take(
        _ batch: ListBatch,
        _ writer: ListBatchWriter,
        _ delivery: Delivery,
        _ old: ListContents
    ) throws(ListFault) -> BatchReport {
        guard batch.entries > 0 else {
            var (report, withdrawals) = (writer.report, [Withdrawal]())
            try withdraw(writer.withdrawals, old: old, batch: nil, &withdrawals, &report)
            try catalog.withdraw(withdrawals, note: nil)
            try removeUnnamedFiles()
            return report
        }
        let open = try ListContents.open(batch, folder)
        var reconciliation = BatchReconciliation(
            open,
            old: old,
            report: writer.report,
            keepsConfirmed: delivery.isWhole
        )
        try reconciliation.run()
        var report = reconciliation.report
        var withdrawals = reconciliation.withdrawals
        try withdraw(writer.withdrawals, old: old, batch: batch, &withdrawals, &report)
        if delivery.isWhole {
            for earlier in old.batches
            where earlier.batch.source.isSame(as: delivery.source) {
                for entry in earlier.batch.numbers
                where old.isLive(entry) && !reconciliation.confirmed.contains(entry) {
                    withdrawals.append(Withdrawal(entry: entry, reason: .absent))
                    report.withdrawn += 1
                }
            }
        }
        if report.duplicates == batch.entries {
            // Nothing is new: no batch is kept, but what it withdraws is.
            try catalog.withdraw(
                withdrawals.filter { !batch.numbers.contains($0.entry) },
                note: nil
            )
            try removeUnnamedFiles()
            return report
        }
        report.batch = batch.number
        try catalog.add(batch, report, withdrawals, note: nil)
        return report
    }

    /// Finds what the source withdraws.
    private func withdraw(
        _ wanted: [(identity: EntryIdentity, line: Int)],
        old: ListContents,
        batch: ListBatch?,
        _ withdrawals: inout [Withdrawal],
        _ report: inout BatchReport
    ) throws(ListFault) {
        guard !wanted.isEmpty else { return }
        let new = try ListContents(
            folder: folder,
            description: description,
            version: nil,
            since: nil,
            batches: [batch].compactMap { $0 },
            withdrawals: withdrawals
        )
        var gone = Set(withdrawals.map(\.entry))
        for (identity, line) in wanted {
            let entries = try old.entries(with: identity) + new.entries(with: identity)
            let live = entries.filter { !gone.contains($0) }
            if live.isEmpty {
                report.withdrawnUnknown += 1
                BatchReport.note(
                    &report.contradictions,
                    line,
                    "withdraws an entry that the list does not have"
                )
            }
            for entry in live {
                gone.insert(entry)
                withdrawals.append(Withdrawal(entry: entry, reason: .source))
                report.withdrawn += 1
            }
        }
    }

    // MARK: - Withdrawals

    /// Withdraws entries.
    ///
    /// - Parameters:
    ///   - entries: the numbers of live entries.
    ///   - note: why.
    public func withdraw(_ entries: [UInt64], note: String?) throws(ListFault) {
        try catalog.withdraw(entries.map { Withdrawal(entry: $0, reason: .curator) }, note: note)
    }

    // MARK: - Versions

    /// How a version is published.
    public struct Publication: Sendable {
        /// The date, ISO 8601; now by default.
        public var date: String?
        /// What is to be said about it.
        public var comment: String?
        /// The file of the private key to sign with.
        public var keyFile: String?
        /// What the last check found.
        public var findings: [String: Int]?

        /// A publication now, without a word, unsigned.
        public init(
            date: String? = nil,
            comment: String? = nil,
            keyFile: String? = nil,
            findings: [String: Int]? = nil
        ) {
            self.date = date
            self.comment = comment
            self.keyFile = keyFile
            self.findings = findings
        }
    }

    /// Publishes what has changed since the last version as a new one.
    ///
    /// - Throws: ``ListFault``, also if nothing has changed.
    public func publish(_ publication: Publication) throws(ListFault) -> PublishedVersion {
        let batches = try catalog.stagedBatches()
        let withdrawals = try catalog.stagedWithdrawals()
        let meaningsChanged =
            list.versions.last.map { $0.record.meanings != description.meanings } ?? false
        guard !batches.isEmpty || !withdrawals.isEmpty || meaningsChanged else {
            throw ListFault(
                .badInput,
                "nothing has changed since the last version: there is nothing to publish"
            )
        }
        let key: Curve25519.Signing.PrivateKey?
        if let file = publication.keyFile {
            key = try ListSigning.privateKey(file)
        } else {
            key = nil
        }
        let number = list.versions.count + 1
        let contents = try workingContents()
        let firstNew = batches.map(\.first).min() ?? UInt64.max
        let fromBefore = withdrawals.filter { $0.entry < firstNew }
        let new = batches.reduce(0) { $0 + $1.entries } - (withdrawals.count - fromBefore.count)
        let changed = Set(fromBefore.filter { $0.reason == .replaced }.compactMap(\.replacement))
            .count
        let record = ListVersionRecord(
            formatVersion: ListVersionRecord.formatVersion,
            list: description.identifier,
            name: description.name,
            owner: description.owner,
            kind: description.kind,
            number: number,
            date: publication.date ?? now(),
            comment: publication.comment,
            parent: list.versions.last?.digest,
            content: try contents.contentDigest(),
            entries: contents.count,
            added: new,
            withdrawn: fromBefore.filter { $0.reason != .replaced }.count,
            changed: changed,
            batches: batches,
            withdrawals: try WithdrawalFile.write(withdrawals, folder, version: number),
            meanings: description.meanings,
            findings: publication.findings,
            signer: key.map { Array($0.publicKey.rawRepresentation).hexDigits }
        )
        let bytes = try jsonBytes(record)
        if let key {
            let signature: Data
            do {
                signature = try key.signature(for: Data(bytes))
            } catch {
                throw ListFault(.system, "cannot sign the version: \(error)")
            }
            var file = try StreamedFile(
                folder: folder.versions,
                name: ListFolder.fileName(number, ".sig")
            )
            try file.append(Array(signature))
            _ = try file.finish()
        }
        // The step that decides.
        var file = try StreamedFile(
            folder: folder.versions,
            name: ListFolder.fileName(number, ".json")
        )
        try file.append(bytes)
        _ = try file.finish()
        try catalog.publish(number)
        list = try HashList(folder: folder)
        return try list.version(number)
    }
}

extension ListContents {
    /// The SHA-256 of the entries as lines of JSON, in the order of their numbers, as hex digits.
    public func contentDigest() throws(ListFault) -> String {
        // A batch of which every line is live is its log, whose digest is known.
        if batches.count == 1, withdrawals.isEmpty { return batches[0].batch.files.log.sha256 }
        var digest = SHA256()
        try forEachPiece { (piece) throws(ListFault) in digest.update(bufferPointer: piece) }
        return digest.finalize().hexDigits
    }
}
