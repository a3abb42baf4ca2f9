import Casework
import Evidence
import Foundation
import HashLists

/// What the owner of hash lists is told of a case's matches with them: one folder that stands on its own.
///
/// It is written under another name, match by match in bounded memory, and given its own name by ``publish()``. The same case and options
/// give the same bytes.
public final class NotificationBundle {
    /// Who is told.
    public let owner: String
    /// The lists that the owner answers for.
    public let lists: [MatchedList]
    /// What was told.
    public private(set) var counts = NotificationCounts()
    /// The SHA-256 of the digests' file, once all is written.
    public private(set) var digest = ""
    /// The folder.
    public var path: String { folder.path }

    private let reader: CaseReader
    private let options: NotificationOptions
    private let folder: BundleFolder
    /// By the lists' identifiers.
    private var told: [String: (matches: Int, retractions: Int)] = [:]

    /// `fileinfo` has folders of so many files.
    private static let filesPerFolder = 1000

    /// The name of an owner's folder.
    public static func folderName(of owner: String) -> String { BundleSlug.slug(owner) }

    /// Refuses if an owner's bundle is there already and may not be replaced.
    ///
    /// - Throws: ``CaseFault``.
    public static func check(
        owner: String,
        in parent: String,
        _ options: NotificationOptions
    ) throws(CaseFault) {
        try BundleFolder.check(folderName(of: owner), in: parent, replaces: options.replaces)
    }

    /// Makes the bundle's folder.
    ///
    /// - Parameters:
    ///   - lists: lists of the same owner.
    ///   - parent: the folder in which the bundle will lie, which is there.
    /// - Throws: ``CaseFault``.
    public init(
        _ reader: CaseReader,
        owner: String,
        lists: [MatchedList],
        in parent: String,
        _ options: NotificationOptions
    ) throws(CaseFault) {
        self.reader = reader
        self.owner = owner
        self.lists = lists
        self.options = options
        folder = try BundleFolder(BundleSlug.slug(owner), in: parent)
    }

    /// Writes all of it.
    ///
    /// - Parameter progress: is told the share that is done.
    /// - Throws: ``CaseFault``; nothing is left then.
    public func write(progress: (Double) -> Void = { _ in }) throws {
        let certificates = try writeCertificates()
        let lines = try folder.file("matches.jsonl")
        let gone = try folder.file("retractions.jsonl")
        let document = try folder.file("case.jsonld")
        var ontology = try CaseOntologyWriter(
            CaseOntology(reader.description, options),
            to: document,
            owner: owner,
            lists: certificates
        )
        try folder.makeFolder("fileinfo")
        var item: (identifier: UInt64, file: CyberTipFile)?
        let expected = lists.reduce(0) { $0 + $1.certificate.matches.values.reduce(0, +) }
        counts.withdrawn = try reader.forEachNotifiableMatch(with: lists, options.filter) { match in
            let line = try ListMatchLine(match, showsPath: options.showsPaths).jsonLine()
            guard match.goneReason == nil else {
                try gone.append(line)
                counts.retractions += 1
                told[match.listIdentifier, default: (0, 0)].retractions += 1
                return
            }
            try lines.append(line)
            try ontology.add(match)
            if match.item.identifier != item?.identifier {
                if let item { try write(item.file) }
                item = (match.item.identifier, CyberTipFile(match.item, options))
            }
            item?.file.add(match)
            counts.add(match)
            told[match.listIdentifier, default: (0, 0)].matches += 1
            if counts.matches % 1000 == 0 {
                progress(min(1, Double(counts.matches) / Double(max(1, expected))))
            }
        }
        if let item { try write(item.file) }
        try ontology.finish()
        try folder.close(lines)
        try folder.close(gone)
        try folder.close(document)
        let description = try description(certificates)
        try folder.write(try description.jsonLine(), to: BundleFolder.description)
        try folder.write(NotificationText.text(description), to: "README.txt")
        digest = try folder.seal(keyFile: options.keyFile)
    }

    private func writeCertificates() throws(CaseFault) -> [(
        list: MatchedList, file: String, digest: String
    )] {
        var written: [(list: MatchedList, file: String, digest: String)] = []
        for list in lists {
            // The identifier and not the name, which other lists may have, too.
            let name = "certificate-\(BundleSlug.slug(list.identifier)).json"
            let file = try folder.file(name)
            try file.append(list.certificate.file)
            let digest = try folder.close(file)
            written.append((list, name, digest))
        }
        return written
    }

    private func write(_ file: CyberTipFile) throws(CaseFault) {
        let number = counts.files
        let parent =
            "fileinfo/" + NotificationBundle.digits(number / NotificationBundle.filesPerFolder, 4)
        if number % NotificationBundle.filesPerFolder == 0 { try folder.makeFolder(parent) }
        counts.files += 1
        try folder.write(
            file.xml,
            to: "\(parent)/\(NotificationBundle.digits(counts.files, 7)).xml",
            isDurable: false
        )
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }

    private func description(
        _ certificates: [(list: MatchedList, file: String, digest: String)]
    ) throws(CaseFault) -> NotificationDescription {
        var described: [NotificationDescription.List] = []
        for (list, file, digest) in certificates {
            let told = told[list.identifier] ?? (0, 0)
            described.append(
                NotificationDescription.List(
                    identifier: list.identifier,
                    name: list.name,
                    version: list.version,
                    digest: list.digest,
                    certificate: file,
                    certificateSHA256: digest,
                    matchedFrom: list.started,
                    matchedTo: list.ended,
                    matches: told.matches,
                    retractions: told.retractions,
                    caseHasChanged: try !reader.isAsMatched(against: list)
                )
            )
        }
        var signer: String?
        if let key = options.keyFile {
            do throws(ListFault) {
                signer = try ListSigning.signer(keyFile: key)
            } catch {
                throw CaseFault(list: error)
            }
        }
        return NotificationDescription(
            date: options.date,
            caseIdentifier: reader.description.identifier,
            owner: owner,
            organisation: options.organisation,
            contact: options.contact,
            fingerprintKind: reader.description.fingerprintKind,
            hasPaths: options.showsPaths,
            filter: options.filter,
            signer: signer,
            counts: counts,
            lists: described
        )
    }

    /// What the case keeps of it: a record for each list.
    public var records: [NotificationRecord] {
        lists.map { list in
            let told = told[list.identifier] ?? (0, 0)
            return NotificationRecord(
                list,
                matches: told.matches,
                retractions: told.retractions,
                digest: digest,
                filter: options.filter
            )
        }
    }

    /// Gives the bundle its name.
    ///
    /// - Throws: ``CaseFault``.
    public func publish() throws(CaseFault) {
        try folder.publish()
    }
}
