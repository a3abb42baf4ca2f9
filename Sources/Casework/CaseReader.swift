import Evidence
import Fingerprinting
import GRDB
import Indexing
import Keyframing
import Matching
import Unpacking

/// A case open for reading: as it was committed when it was opened.
///
/// Reading needs no lock: segments never change, and the catalog's transactions keep a reader and the
/// writer apart.
public final class CaseReader {
    /// The folder of the case.
    public let folder: CaseFolder
    /// How the case was made.
    public let description: CaseDescription
    /// The live segments.
    public let segments: [Segment]
    /// The items whose occurrences in the segments are dead.
    public let tombstones: Tombstones

    let catalog: Catalog
    let search: RadiusSearch
    private var cache: [UInt64: CatalogItem?] = [:]

    private static let cachedItems = 100_000

    /// Opens the case at `name`.
    ///
    /// - Throws: ``CaseFault``.
    public init(name: String) throws(CaseFault) {
        let folder = try CaseFolder(existing: name)
        description = try CaseDescription.read(folder)
        catalog = try Catalog(folder, readOnly: true)
        self.folder = folder
        (segments, tombstones) = try CaseReader.openSegments(folder, catalog)
        search = RadiusSearch(segments: segments)
    }

    /// Opens the live segments, and says what of them is dead.
    ///
    /// A run may merge segments at this moment and remove the old ones: then the catalog has changed, and
    /// it is looked at again.
    private static func openSegments(
        _ folder: CaseFolder,
        _ catalog: Catalog
    ) throws(CaseFault) -> ([Segment], Tombstones) {
        // The catalog first: a segment that it names is in every MANIFEST until another one has its place.
        var known = try catalog.liveSegments()
        while true {
            do throws(CaseFault) {
                return (try openSegments(folder, known.names), known.tombstones)
            } catch {
                let now = try catalog.liveSegments()
                guard now.names != known.names else { throw error }
                known = now
            }
        }
    }

    private static func openSegments(
        _ folder: CaseFolder,
        _ known: Set<String>
    ) throws(CaseFault) -> [Segment] {
        let manifest = try caseFault { () throws(IndexFault) in
            try Manifest.load(from: folder.path.text)
        }
        let live = manifest.segments.filter { known.contains($0.name) }
        guard live.count == known.count else {
            throw CaseFault(
                .damaged,
                "the MANIFEST of \(folder.path.text) lacks segments that the catalog names: run "
                    + "`vestige verify \(folder.path.text)`, and restore the case from a copy"
            )
        }
        var opened: [Segment] = []
        for segment in live {
            try opened.append(
                caseFault { () throws(IndexFault) in
                    try Segment(
                        opening: folder.segments + "/" + segment.name,
                        description: segment
                    )
                }
            )
        }
        return opened
    }

    /// The item with a number, without its losses, if it is still the newest reading of its path.
    public func item(_ identifier: UInt64) throws(CaseFault) -> CatalogItem? {
        if let item = cache[identifier] {
            return item
        }
        if cache.count >= CaseReader.cachedItems {
            cache.removeAll(keepingCapacity: true)
        }
        let item = try catalog.item(identifier)
        cache[identifier] = .some(item)
        return item
    }

    /// What an item is called outside the case; files are by their numbers, without asking the catalog.
    public func name(of identifier: UInt64) throws(CaseFault) -> CatalogItem.Name {
        let file = CatalogItem.Name(file: identifier)
        return identifier < CatalogItem.firstMember ? file : try item(identifier)?.name ?? file
    }

    /// Every stored picture within `radius` bits of a probe.
    ///
    /// - Parameters:
    ///   - probes: the fingerprint, and if turned copies are wanted, the turned ones.
    ///   - radius: 0 ... 64.
    ///   - name: what the picture is called in a certificate.
    ///   - time: its time in milliseconds there, if it is a moment of a film.
    ///   - recorder: writes down what is done.
    ///   - explain: is told what each turn's search did.
    /// - Returns: one match for each stored picture, in its best turn, nearest first, then by item
    ///   and time.
    public func matches(
        of probes: [(turn: Turn, fingerprint: Fingerprint)],
        radius: Int,
        name: String = "",
        time: Int64? = nil,
        recorder: SearchRecorder? = nil,
        explain: (Turn, SearchStatistics) -> Void = { _, _ in }
    ) throws(CaseFault) -> [CaseMatch] {
        struct Place: Hashable {
            var item: UInt64
            var time: Int64?
            var background: Background
            var fingerprint: Fingerprint
        }
        var best: [Place: CaseMatch] = [:]
        for probe in probes {
            var statistics = SearchStatistics()
            let hits = try caseFault { () throws(IndexFault) in
                try search.search(probe.fingerprint, radius: radius, statistics: &statistics)
            }
            recorder?.take(probe.fingerprint, radius: radius, statistics, hits)
            explain(probe.turn, statistics)
            for hit in hits {
                let occurrences = try caseFault { () throws(IndexFault) in
                    try segments[hit.segment].occurrences(ofRow: hit.row)
                }
                for occurrence in occurrences where !tombstones.contains(occurrence.item) {
                    guard let item = try item(occurrence.item) else { continue }
                    let place = Place(
                        item: occurrence.item,
                        time: occurrence.timeMilliseconds,
                        background: occurrence.origin.background,
                        fingerprint: hit.fingerprint
                    )
                    if let known = best[place], known.distance <= hit.distance { continue }
                    best[place] = CaseMatch(
                        item: item,
                        fingerprint: hit.fingerprint,
                        timeMilliseconds: occurrence.timeMilliseconds,
                        spanMilliseconds: occurrence.spanMilliseconds,
                        quality: occurrence.quality,
                        tone: occurrence.tone,
                        origin: occurrence.origin,
                        distance: hit.distance,
                        turn: probe.turn
                    )
                }
            }
        }
        let matches = best.values.sorted { $0.sortKey < $1.sortKey }
        recorder?.take(name: name, time: time, radius: radius, probes, matches)
        return matches
    }
}

/// A stored picture that is near a probe.
public struct CaseMatch: Hashable, Sendable {
    /// The item that holds the picture.
    public let item: CatalogItem
    /// The stored fingerprint.
    public let fingerprint: Fingerprint
    /// The picture's time in milliseconds; `nil` for a still picture.
    public let timeMilliseconds: Int64?
    /// For how long from then on the film shows nearly the same picture, in milliseconds.
    public let spanMilliseconds: UInt32
    /// The stored picture's quality.
    public let quality: UInt8
    /// Whether the stored picture has anything on it.
    public let tone: PictureTone
    /// How the stored picture came about.
    public let origin: PictureOrigin
    /// Bits in which the two differ.
    public let distance: Int
    /// How the probe was turned to match.
    public let turn: Turn

    var sortKey: (Int, CatalogItem.Name, Int64, UInt8, String) {
        (
            distance, item.name, timeMilliseconds ?? -1, origin.background.rawValue,
            fingerprint.hex
        )
    }
}
