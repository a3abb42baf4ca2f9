import Evidence
import Fingerprinting
import HashLists
import Indexing
import Keyframing
import Matching

/// One side of a join: what is compared, and where each of its fingerprints came from.
public struct JoinSide: Sendable {
    /// Where a fingerprint stands: in a case, an item and perhaps a time; in a list, a line.
    public struct Place: Hashable, Sendable {
        /// The item's number, or the line's.
        public let item: UInt64
        /// The time in milliseconds; `nil` for a still picture or a line.
        public let timeMilliseconds: Int64?
        /// For how long from then on a film shows nearly the same picture, in milliseconds.
        public let spanMilliseconds: UInt32
        /// The quality; `nil` if a list does not tell it.
        public let quality: UInt8?
        /// How the picture came about; `nil` for a line.
        public let origin: PictureOrigin?
        /// Whether the picture has anything on it.
        public let tone: PictureTone
        /// The row of the side that has the fingerprint.
        let row: RowPlace

        /// Whether it is a moment of a film that can count as evidence for a stretch of it.
        var isFilmEvidence: Bool { timeMilliseconds != nil && tone == .ordinary }

        var sortKey: (UInt64, Int64, UInt8) {
            (item, timeMilliseconds ?? -1, origin?.background.rawValue ?? 0)
        }
    }

    enum Origin: Sendable {
        case stored([Segment], Tombstones)
        case listed(FingerprintFile)
    }

    /// What is compared.
    let parts: [JoinPart]
    /// The kind of all fingerprints.
    public let kind: FingerprintKind
    let origin: Origin
    let description: CompletenessCertificate.Side
    private let minimumQuality: Int
    /// The rows that a turned side's only part has in each of ``turns``, one after the other; `nil` if the
    /// side is not turned.
    private let bases: [RowPlace]?
    private var turns: [Turn] = [.none]

    /// The pictures of a case.
    ///
    /// - Parameter minimumQuality: those of a lower quality are left out.
    public init(_ reader: CaseReader, minimumQuality: Int) throws(CaseFault) {
        let kind = try reader.description.settings().kind
        self.init(
            parts: reader.segments.map { .segment($0) },
            kind: kind,
            origin: .stored(reader.segments, reader.tombstones),
            description: reader.certified,
            minimumQuality: minimumQuality,
            bases: nil
        )
    }

    /// The entries of a hash list. The places are entries, by their numbers.
    ///
    /// - Parameter minimumQuality: those of a lower quality are left out.
    public init(_ contents: ListContents, minimumQuality: Int) throws(CaseFault) {
        let kind = try listed { () throws(ListFault) in try contents.description.fingerprintKind() }
        self.init(
            parts: contents.segments.map { .segment($0) },
            kind: kind,
            origin: .stored(contents.segments, contents.tombstones),
            description: contents.certified,
            minimumQuality: minimumQuality,
            bases: nil
        )
    }

    /// The lines of a list, which are taken to be of the other side's kind.
    public init(_ file: FingerprintFile, kind: FingerprintKind, minimumQuality: Int) {
        self.init(
            parts: [.list(FingerprintList(kind: kind, file.fingerprints))],
            kind: kind,
            origin: .listed(file),
            description: CompletenessCertificate.Side(
                type: "list",
                name: file.name,
                fingerprints: file.fingerprints.count,
                sha256: file.sha256
            ),
            minimumQuality: minimumQuality,
            bases: nil
        )
    }

    init(
        parts: [JoinPart],
        kind: FingerprintKind,
        origin: Origin,
        description: CompletenessCertificate.Side,
        minimumQuality: Int,
        bases: [RowPlace]?
    ) {
        self.parts = parts
        self.kind = kind
        self.origin = origin
        self.description = description
        self.minimumQuality = minimumQuality
        self.bases = bases
    }

    /// The number of different fingerprints.
    public var rows: Int { parts.reduce(0) { $0 + $1.rows } }

    /// The same side with each fingerprint in several turns, one after the other.
    ///
    /// All turns go through one join: what the other side costs is paid once, not eight times.
    ///
    /// - Throws: ``CaseFault`` with the code `badInput`, if they do not fit the memory.
    func turned(_ turns: [Turn], memory: Int) throws(CaseFault) -> JoinSide {
        let needed = rows * (turns.count * 32 + 8)
        guard needed <= memory else {
            throw CaseFault(
                .badInput,
                "the turned variants of \(rows) fingerprints take \(needed >> 20) MB: give --memory more "
                    + "than \(needed >> 19)M, or turn the smaller side"
            )
        }
        var bases: [RowPlace] = []
        var fingerprints: [Fingerprint] = []
        bases.reserveCapacity(rows)
        fingerprints.reserveCapacity(turns.count * rows)
        for (part, content) in parts.enumerated() {
            try caseFault { () throws(IndexFault) in try content.checkRows(0..<content.rows) }
            for row in 0..<content.rows {
                bases.append(RowPlace(part: UInt32(part), row: UInt32(row)))
                let fingerprint = content.fingerprint(ofRow: row)
                fingerprints += turns.map { fingerprint.turned($0) }
            }
        }
        var side = JoinSide(
            parts: [.list(FingerprintList(kind: kind, fingerprints))],
            kind: kind,
            origin: origin,
            description: description,
            minimumQuality: minimumQuality,
            bases: bases
        )
        side.turns = turns
        return side
    }

    /// The row that a row of ``parts`` stands for, and its turn.
    func base(of row: RowPlace) -> (row: RowPlace, turn: Turn) {
        guard let bases else { return (row, .none) }
        return (bases[Int(row.row) / turns.count], turns[Int(row.row) % turns.count])
    }

    /// The fingerprint of a row, not turned.
    func fingerprint(ofBase row: RowPlace) -> Fingerprint {
        switch origin {
        case .stored(let segments, _):
            segments[Int(row.part)].fingerprint(ofRow: Int(row.row))
        case .listed(let file): file.fingerprints[Int(row.row)]
        }
    }

    /// Whether a row has a place that counts: not withdrawn, and of the quality that is asked for.
    func hasPlace(base row: RowPlace) throws(IndexFault) -> Bool {
        switch origin {
        case .stored(let segments, let tombstones):
            let segment = segments[Int(row.part)]
            for index in try segment.occurrenceRange(ofRow: Int(row.row)) {
                let occurrence = try segment.occurrence(index)
                if counts(occurrence, tombstones) {
                    return true
                }
            }
            return false
        case .listed(let file):
            return Int(file.quality(at: Int(row.row)) ?? 100) >= minimumQuality
        }
    }

    /// The places of a row that count, in order.
    func places(base row: RowPlace) throws(IndexFault) -> [Place] {
        switch origin {
        case .stored(let segments, let tombstones):
            // What is told of a row is its fingerprint and its places.
            try segments[Int(row.part)].checkRows(Int(row.row)..<(Int(row.row) + 1))
            return try segments[Int(row.part)].occurrences(ofRow: Int(row.row)).filter {
                counts($0, tombstones)
            }.map {
                Place(
                    item: $0.item,
                    timeMilliseconds: $0.timeMilliseconds,
                    spanMilliseconds: $0.spanMilliseconds,
                    quality: $0.quality,
                    origin: $0.origin,
                    tone: $0.tone,
                    row: row
                )
            }
        case .listed(let file):
            let index = Int(row.row)
            guard try hasPlace(base: row) else { return [] }
            return [
                Place(
                    item: UInt64(file.lines[index]),
                    timeMilliseconds: nil,
                    spanMilliseconds: 0,
                    quality: file.quality(at: index),
                    origin: nil,
                    tone: .ordinary,
                    row: row
                )
            ]
        }
    }

    /// Whether a moment of a film is among the places that count.
    ///
    /// - Complexity: as many steps as there are places before the first such one.
    public func hasFilms() throws(CaseFault) -> Bool {
        guard case .stored(let segments, let tombstones) = origin else { return false }
        for segment in segments {
            for index in 0..<segment.occurrenceCount {
                let occurrence = try caseFault { () throws(IndexFault) in
                    try segment.occurrence(index)
                }
                if occurrence.timeMilliseconds != nil, counts(occurrence, tombstones) {
                    return true
                }
            }
        }
        return false
    }

    /// How many places count, and how many are left out for their quality alone.
    func countPlaces() throws(IndexFault) -> (counted: Int, lowQuality: Int) {
        var result = (counted: 0, lowQuality: 0)
        switch origin {
        case .stored(let segments, let tombstones):
            for segment in segments {
                for index in 0..<segment.occurrenceCount {
                    let occurrence = try segment.occurrence(index)
                    if counts(occurrence, tombstones) {
                        result.counted += 1
                    } else if !tombstones.contains(occurrence.item) {
                        result.lowQuality += 1
                    }
                }
            }
        case .listed(let file):
            for row in file.fingerprints.indices {
                if try hasPlace(base: RowPlace(part: 0, row: UInt32(row))) {
                    result.counted += 1
                } else {
                    result.lowQuality += 1
                }
            }
        }
        return result
    }

    private func counts(_ occurrence: Occurrence, _ tombstones: Tombstones) -> Bool {
        Int(occurrence.quality) >= minimumQuality && !tombstones.contains(occurrence.item)
    }
}

extension ListContents {
    /// The list as a certificate names it: its digest covers what is withdrawn, too.
    var certified: CompletenessCertificate.Side {
        var side = CompletenessCertificate.Side(
            type: CompletenessCertificate.Side.hashList,
            name: folder.path.text,
            identifier: description.identifier,
            segments: segments.map {
                CompletenessCertificate.SegmentRecord(
                    name: $0.description.name,
                    sha256: $0.description.sha256,
                    rows: $0.rows
                )
            },
            sha256: version?.digest
        )
        side.version = version?.record.number
        return side
    }
}

extension CaseReader {
    /// The case as a certificate names it.
    var certified: CompletenessCertificate.Side {
        CompletenessCertificate.Side(
            type: "case",
            name: folder.path.text,
            identifier: description.identifier,
            segments: segments.map {
                CompletenessCertificate.SegmentRecord(
                    name: $0.description.name,
                    sha256: $0.description.sha256,
                    rows: $0.rows
                )
            },
            withdrawn: tombstones.items
        )
    }
}
