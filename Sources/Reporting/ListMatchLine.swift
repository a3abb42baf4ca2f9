import Casework
import Evidence
import Fingerprinting
import Foundation
import HashLists
import Matching

/// A match with a hash list, as one object of JSON Lines: from the exhibit to the line of the entry's source.
public struct ListMatchLine: Encodable {
    private enum Key: String, CodingKey {
        case match, kind, item, entry, list, meaning, found, standing
        case digest, contradicted, distance, radius, turned
        case itemTime = "item_time_ms"
        case entryTime = "entry_time_ms"
        case itemFingerprint = "item_fingerprint"
        case entryFingerprint = "entry_fingerprint"
        case itemQuality = "item_quality"
        case score, weak, pieces
        case itemShare = "item_share"
        case entryShare = "entry_share"
    }

    private struct ListPart: Encodable {
        let name, owner, identifier: String
        let version: Int
        let digest: String
        let lastVersion: Int
        let lastDigest: String
        let entry: UInt64
        let source: String
        let sourceSHA256: String?
        let sourceLine: Int?

        private enum CodingKeys: String, CodingKey {
            case name, owner, identifier, version, digest, entry, source
            case lastVersion = "last_version"
            case lastDigest = "last_digest"
            case sourceSHA256 = "source_sha256"
            case sourceLine = "source_line"
        }
    }

    private struct ItemPart: Encodable {
        let item: UInt64
        let member: String?
        let disk: DiskLine?
        let path: String?
        let pathBytes: String?
        let size: Int64?
        let md5, sha1, sha256: String?
        let state: String

        private enum CodingKeys: String, CodingKey {
            case item, member, disk, path, size, md5, sha1, sha256, state
            case pathBytes = "path_bytes"
        }
    }

    private struct Standing: Encodable {
        let holds: Bool
        let goneWith: Int?
        let reason: String?

        private enum CodingKeys: String, CodingKey {
            case holds, reason
            case goneWith = "gone_with_version"
        }
    }

    private let match: ReportedMatch
    private let showsPath: Bool

    /// A line for a match.
    ///
    /// - Parameter showsPath: whether it says what the item is called and where it lies.
    public init(_ match: ReportedMatch, showsPath: Bool = true) {
        self.match = match
        self.showsPath = showsPath
    }

    /// Writes what there is to say.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let (item, path) = (match.item, JSONPath(match.item.path))
        try container.encode(match.identifier, forKey: .match)
        try container.encode(match.match.kind.rawValue, forKey: .kind)
        try container.encode(
            ItemPart(
                item: item.name.file,
                member: item.name.member,
                disk: DiskLine(item.origin?.disk),
                path: showsPath ? path.text : nil,
                pathBytes: showsPath ? path.encoded : nil,
                size: item.facts.map { Int64($0.size) },
                md5: item.digests?.md5.hexDigits,
                sha1: item.digests?.sha1.hexDigits,
                sha256: item.digests?.sha256.hexDigits,
                state: item.state.rawValue
            ),
            forKey: .item
        )
        try container.encode(EntryLine(match.entry), forKey: .entry)
        try container.encode(
            ListPart(
                name: match.list,
                owner: match.owner,
                identifier: match.listIdentifier,
                version: match.found.number,
                digest: match.found.digest,
                lastVersion: match.seen.number,
                lastDigest: match.seen.digest,
                entry: match.match.entry,
                source: match.source.name,
                sourceSHA256: match.source.sha256,
                sourceLine: match.source.line
            ),
            forKey: .list
        )
        try container.encode(match.meaning.rawValue, forKey: .meaning)
        try container.encode(match.date, forKey: .found)
        try container.encode(
            Standing(
                holds: match.goneReason == nil,
                goneWith: match.goneVersion,
                reason: match.goneReason
            ),
            forKey: .standing
        )
        try encodeEvidence(&container, encoder)
    }

    private func encodeEvidence(
        _ container: inout KeyedEncodingContainer<Key>,
        _ encoder: any Encoder
    ) throws {
        switch match.match.evidence {
        case .digest(let kind, let isContradicted):
            try container.encode(kind.name, forKey: .digest)
            try container.encode(isContradicted, forKey: .contradicted)
        case .picture(let pictures):
            try container.encode(pictures.distance, forKey: .distance)
            try container.encode(match.settings?.radius, forKey: .radius)
            try container.encode(pictures.turn.name, forKey: .turned)
            try container.encodeIfPresent(pictures.itemTime, forKey: .itemTime)
            try container.encodeIfPresent(pictures.entryTime, forKey: .entryTime)
            try container.encode(pictures.item.hex, forKey: .itemFingerprint)
            try container.encode(pictures.entry.hex, forKey: .entryFingerprint)
            try container.encodeIfPresent(pictures.itemQuality, forKey: .itemQuality)
        case .film(let alignment, let itemLength, let entryLength):
            try AlignmentFigures(alignment).encode(to: encoder)
            try container.encode(match.settings?.filmRadius, forKey: .radius)
            try container.encode(
                alignment.leftShare(of: itemLength).rounded(places: 4),
                forKey: .itemShare
            )
            try container.encode(
                alignment.rightShare(of: entryLength).rounded(places: 4),
                forKey: .entryShare
            )
            try container.encode(
                alignment.pieces.map { PieceLine($0, of: .itemAndEntry) },
                forKey: .pieces
            )
        }
    }
}

/// An entry inside another object of JSON: its members without its fingerprints, which a film has by the thousand.
struct EntryLine: Encodable {
    private let entry: ListEntry

    private struct Category: Encodable {
        let scheme: String
        let country: String?
        let code: String
    }

    private enum Key: String, CodingKey {
        case id, medium, md5, sha1, sha256, categories, series, tags, note, name, size, mime, marks
        case fingerprints
        case duration = "duration_ms"
    }

    init(_ entry: ListEntry) {
        self.entry = entry
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(entry.identifier, forKey: .id)
        try container.encodeIfPresent(entry.medium?.rawValue, forKey: .medium)
        try container.encodeIfPresent(entry.md5?.hexDigits, forKey: .md5)
        try container.encodeIfPresent(entry.sha1?.hexDigits, forKey: .sha1)
        try container.encodeIfPresent(entry.sha256?.hexDigits, forKey: .sha256)
        try container.encode(entry.prints.count, forKey: .fingerprints)
        try container.encode(
            entry.categories.map {
                Category(scheme: $0.scheme, country: $0.country, code: $0.code)
            },
            forKey: .categories
        )
        try container.encodeIfPresent(entry.series, forKey: .series)
        if !entry.tags.isEmpty { try container.encode(entry.tags, forKey: .tags) }
        try container.encodeIfPresent(entry.note, forKey: .note)
        try container.encodeIfPresent(entry.name, forKey: .name)
        try container.encodeIfPresent(entry.size, forKey: .size)
        try container.encodeIfPresent(entry.mime, forKey: .mime)
        try container.encodeIfPresent(entry.durationMilliseconds, forKey: .duration)
        if !entry.marks.isEmpty { try container.encode(entry.marks, forKey: .marks) }
    }
}
