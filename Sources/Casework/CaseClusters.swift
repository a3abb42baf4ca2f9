import Evidence
import Fingerprinting
import Indexing
import Matching
import Unpacking

/// The near-duplicate groups of a case: what hangs together by fingerprints within a radius.
public struct CaseClusters {
    /// A picture in a group.
    public struct Member: Hashable, Sendable {
        /// Where it is.
        public let place: JoinSide.Place
        /// Its fingerprint.
        public let fingerprint: Fingerprint
        /// Bits in which it differs from the representative.
        public let distance: Int
    }

    /// A group of pictures.
    public struct Group: Hashable, Sendable {
        /// The pictures, the representative first, then by distance from it, the item's name and time.
        public let members: [Member]
        /// The largest distance between two of them, in bits.
        public let widest: Int
        /// Whether ``widest`` is exact; else there may be a wider pair.
        public let isWidestExact: Bool
        /// Whether some two are farther apart than the radius.
        public let isChain: Bool

        /// The picture that stands for the group: one of the medoid's, of the best quality.
        public var representative: Member { members[0] }
    }

    /// What there is besides the groups.
    public struct Summary: Hashable, Sendable {
        /// Groups of several pictures.
        public var groups = 0
        /// Pictures in those groups.
        public var grouped = 0
        /// Pictures that resemble no other.
        public var alone = 0
        /// Pictures that were left out for their quality.
        public var lowQuality = 0
        /// Pairs of fingerprints within the radius.
        public var pairs = 0
        /// Groups that hold pictures farther apart than the radius.
        public var chains = 0
    }

    private let side: JoinSide
    private let radius: Int
    private let threads: Int
    private let memory: Int
    private let name: (UInt64) throws(CaseFault) -> CatalogItem.Name

    /// The groups of a side, which is not turned.
    ///
    /// - Parameter name: what an item is called outside the case. Members of containers have numbers that depend on which
    ///   worker was faster, and the order of what is told must not.
    public init(
        of side: JoinSide,
        radius: Int,
        threads: Int,
        memory: Int,
        name: @escaping (UInt64) throws(CaseFault) -> CatalogItem.Name = {
            CatalogItem.Name(file: $0)
        }
    ) {
        self.name = name
        self.side = side
        self.radius = radius
        self.threads = threads
        self.memory = memory
    }

    /// Finds the groups.
    ///
    /// - Parameters:
    ///   - progress: called now and then with the share of the work that is done.
    ///   - found: gets the groups, the largest first, equally large ones by their representatives' places.
    /// - Throws: ``CaseFault``, or what `found` throws.
    public func run(
        progress: (Double) -> Void = { _ in },
        found: (Group) throws -> Void
    ) throws -> Summary {
        var summary = Summary()
        var clustering = try caseFault { () throws(IndexFault) in
            try Clustering(of: side.parts, radius: radius)
        }
        let join = SetJoin(within: side.parts, radius: radius, threads: threads, memory: memory)
        try join.run(
            progress: { progress(0.9 * $0.fraction) },
            found: { pairs in
                for pair in pairs {
                    let left = RowPlace(part: pair.leftPart, row: pair.leftRow)
                    let right = RowPlace(part: pair.rightPart, row: pair.rightRow)
                    guard try side.hasPlace(base: left), try side.hasPlace(base: right) else {
                        continue
                    }
                    clustering.unite(pair)
                    summary.pairs += 1
                }
            }
        )
        // The members are read when a group is told: until then only rows are kept.
        var groups: [(group: Clustering.Group, pictures: Int, first: Named)] = []
        var grouped = 0
        try clustering.forEachGroup(
            weight: { row throws in try side.places(base: row).count },
            { group throws in
                let places = try group.members.map { try side.places(base: $0) }
                let pictures = places.reduce(0) { $0 + $1.count }
                grouped += pictures
                // The same bits may stand in several segments: all their places are the medoid's.
                let medoid = side.fingerprint(ofBase: group.members[group.medoid])
                let central = zip(group.members, places).flatMap { row, places in
                    side.fingerprint(ofBase: row) == medoid ? places : []
                }
                if let first = try best(central) {
                    groups.append((group, pictures, first))
                }
            }
        )
        progress(0.95)
        groups.sort { left, right in
            left.pictures != right.pictures
                ? left.pictures > right.pictures : left.first < right.first
        }
        for entry in groups {
            let group = try members(of: entry.group, first: entry.first.place)
            summary.groups += 1
            summary.chains += group.isChain ? 1 : 0
            try found(group)
        }
        summary.grouped = grouped
        let all = try side.countPlaces()
        summary.alone = all.counted - grouped
        summary.lowQuality = all.lowQuality
        progress(1)
        return summary
    }

    /// A place with the name by which it is ordered.
    private struct Named: Comparable {
        let name: CatalogItem.Name
        let place: JoinSide.Place

        static func < (left: Named, right: Named) -> Bool {
            left.name == right.name
                ? left.place.sortKey < right.place.sortKey : left.name < right.name
        }
    }

    private func named(_ place: JoinSide.Place) throws(CaseFault) -> Named {
        try Named(name: name(place.item), place: place)
    }

    /// The place of the best quality, of several the first.
    private func best(_ places: [JoinSide.Place]) throws(CaseFault) -> Named? {
        var best: Named?
        for place in places {
            let quality = (best?.place.quality ?? 0, place.quality ?? 0)
            if best != nil, quality.1 < quality.0 { continue }
            let candidate = try named(place)
            if let known = best, quality.0 == quality.1, known < candidate { continue }
            best = candidate
        }
        return best
    }

    private func members(
        of group: Clustering.Group,
        first: JoinSide.Place
    ) throws -> Group {
        let medoid = side.fingerprint(ofBase: group.members[group.medoid])
        var members: [(member: Member, named: Named)] = []
        for row in group.members {
            let fingerprint = side.fingerprint(ofBase: row)
            for place in try side.places(base: row) {
                let distance = fingerprint.distance(to: medoid)
                members.append(
                    (
                        Member(place: place, fingerprint: fingerprint, distance: distance),
                        try named(place)
                    )
                )
            }
        }
        members.sort { left, right in
            if left.member.distance != right.member.distance {
                return left.member.distance < right.member.distance
            }
            let isFirst = (left.member.place == first, right.member.place == first)
            if isFirst.0 != isFirst.1 { return isFirst.0 }
            return left.named < right.named
        }
        return Group(
            members: members.map(\.member),
            widest: group.widest,
            isWidestExact: group.isWidestExact,
            isChain: group.isChain
        )
    }
}
