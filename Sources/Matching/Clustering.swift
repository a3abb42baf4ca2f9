import Fingerprinting
import Indexing

/// Groups of near-duplicates: the connected components of "within the radius of each other".
///
/// Rows are given as a set's parts; pairs come from a join of the set with itself, one after the other, and
/// are not kept. Takes 9 bytes for each row.
public struct Clustering: ~Copyable {
    /// A group of rows that hang together.
    public struct Group: Hashable, Sendable {
        /// The members, by part and row; at least one.
        public let members: [RowPlace]
        /// The place in ``members`` of the medoid: the row whose distances to all members, each counted
        /// by its weight, have the smallest sum; of several the one with the lowest digits.
        public let medoid: Int
        /// The largest distance between two members, in bits.
        public let widest: Int
        /// Whether ``widest`` is that of the widest pair; else there may be a wider one.
        public let isWidestExact: Bool
        /// Whether some two members are farther apart than the radius: they hang together through others.
        public let isChain: Bool
    }

    /// Groups with more rows than this have their widest pair bounded, not searched for: to compare all
    /// pairs takes seconds.
    public static let exactWidth = 30_000

    private let parts: [JoinPart]
    private let radius: Int
    /// The number of rows before each part.
    private let firsts: [Int]
    private var parents: [UInt32]
    /// For each row, the pairs of which it is the left one.
    private var pairs: [UInt32]
    /// For each row, the largest distance of its pairs.
    private var largest: [UInt8]

    /// Every row a group of its own.
    ///
    /// - Throws: ``IndexFault`` with the code `tooLarge`, if there are more than 2³² − 1 rows.
    public init(of parts: [JoinPart], radius: Int) throws(IndexFault) {
        var firsts: [Int] = []
        var count = 0
        for part in parts {
            firsts.append(count)
            count += part.rows
        }
        guard count <= Int(UInt32.max) else {
            throw IndexFault(
                .tooLarge,
                path: "the set",
                detail: "\(count) rows are too many to be grouped at once"
            )
        }
        self.parts = parts
        self.radius = radius
        self.firsts = firsts
        parents = (0..<count).map { UInt32($0) }
        pairs = [UInt32](repeating: 0, count: count)
        largest = [UInt8](repeating: 0, count: count)
    }

    /// Joins the groups of the two rows of a pair.
    ///
    /// - Precondition: the pair comes from a join of ``parts`` with themselves, and only once.
    public mutating func unite(_ pair: JoinPair) {
        let left = UInt32(firsts[Int(pair.leftPart)] + Int(pair.leftRow))
        let right = UInt32(firsts[Int(pair.rightPart)] + Int(pair.rightRow))
        pairs[Int(left)] += 1
        largest[Int(left)] = max(largest[Int(left)], UInt8(clamping: pair.distance))
        let (a, b) = (root(of: left), root(of: right))
        // The lower row is the root: so groups do not depend on the order of the pairs.
        if a < b {
            parents[Int(b)] = a
        } else if b < a {
            parents[Int(a)] = b
        }
    }

    /// The root of a row's tree; halves the way to it for the next time.
    private mutating func root(of row: UInt32) -> UInt32 {
        var row = row
        while parents[Int(row)] != row {
            let grandparent = parents[Int(parents[Int(row)])]
            parents[Int(row)] = grandparent
            row = grandparent
        }
        return row
    }

    /// Calls `body` with each group that has several rows, or one row of several pictures, in the order of
    /// their last rows.
    ///
    /// - Parameter weight: how many pictures a row stands for; rows of none are left out of their groups.
    /// - Complexity: O(rows), and for each group O(members), or O(members²) if it is a chain of at most
    ///   ``exactWidth`` members.
    public consuming func forEachGroup<Failure: Error>(
        weight: (RowPlace) throws(Failure) -> Int,
        _ body: (Group) throws(Failure) -> Void
    ) throws(Failure) {
        let count = parents.count
        // Single rows are many, and are looked at in place; the rows of a group are gathered until the last
        // of them has come.
        var sizes = [UInt32](repeating: 0, count: count)
        for row in 0..<count {
            let top = root(of: UInt32(row))
            parents[row] = top
            sizes[Int(top)] += 1
        }
        var members: [UInt32: [RowPlace]] = [:]
        for row in 0..<count {
            let top = parents[row]
            let size = Int(sizes[Int(top)])
            let place = place(of: row)
            if size == 1 {
                let weight = try weight(place)
                if weight > 1 {
                    try body(group(of: [place], weights: [weight]))
                }
                continue
            }
            members[top, default: []].append(place)
            if members[top, default: []].count == size, let rows = members.removeValue(forKey: top)
            {
                var kept: [RowPlace] = []
                var weights: [Int] = []
                for row in rows {
                    let weight = try weight(row)
                    if weight > 0 {
                        kept.append(row)
                        weights.append(weight)
                    }
                }
                if kept.count > 1 || weights.first ?? 0 > 1 {
                    try body(group(of: kept, weights: weights))
                }
            }
        }
    }

    private borrowing func place(of row: Int) -> RowPlace {
        // The last part that begins at or before the row, and is not empty.
        var part = firsts.count - 1
        var low = 0
        while low < part {
            let middle = (low + part + 1) / 2
            if firsts[middle] <= row {
                low = middle
            } else {
                part = middle - 1
            }
        }
        return RowPlace(part: UInt32(part), row: UInt32(row - firsts[part]))
    }

    private borrowing func group(of members: [RowPlace], weights: [Int]) -> Group {
        let fingerprints = members.map {
            parts[Int($0.part)].fingerprint(ofRow: Int($0.row))
        }
        let medoid = Clustering.medoid(of: fingerprints, weights: weights)
        let indices = members.map { firsts[Int($0.part)] + Int($0.row) }
        let pairCount = indices.reduce(0) { $0 + Int(pairs[$1]) }
        let isChain = pairCount < members.count * (members.count - 1) / 2
        guard isChain else {
            return Group(
                members: members,
                medoid: medoid,
                widest: indices.reduce(0) { max($0, Int(largest[$1])) },
                isWidestExact: true,
                isChain: false
            )
        }
        let isExact = members.count <= Clustering.exactWidth
        return Group(
            members: members,
            medoid: medoid,
            widest: isExact
                ? Clustering.widest(of: fingerprints)
                : Clustering.lowerWidth(of: fingerprints, from: medoid),
            isWidestExact: isExact,
            isChain: true
        )
    }

    /// The place of the medoid.
    ///
    /// The distances of x to all others are the sum over the bits of how often the bit is other than in x:
    /// so 256 counts tell them, and no pair is compared.
    ///
    /// - Complexity: O(n).
    package static func medoid(of fingerprints: [Fingerprint], weights: [Int]) -> Int {
        var ones = [Int](repeating: 0, count: 256)
        var total = 0
        for (fingerprint, weight) in zip(fingerprints, weights) {
            total += weight
            forEachBit(of: fingerprint) { ones[$0] += weight }
        }
        // The sum for a fingerprint without any bit, and what each set bit changes in it.
        let base = ones.reduce(0, +)
        let changes = ones.map { total - 2 * $0 }
        var best = (place: 0, sum: Int.max)
        for (place, fingerprint) in fingerprints.enumerated() {
            var sum = base
            forEachBit(of: fingerprint) { sum += changes[$0] }
            let isBetter =
                sum < best.sum
                || sum == best.sum && fingerprint.hex < fingerprints[best.place].hex
            if isBetter {
                best = (place, sum)
            }
        }
        return best.place
    }

    private static func forEachBit(of fingerprint: Fingerprint, _ body: (Int) -> Void) {
        let words = fingerprint.words
        for (index, word) in [words.0, words.1, words.2, words.3].enumerated() {
            var rest = word
            while rest != 0 {
                body(64 * index + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    private static func widest(of fingerprints: [Fingerprint]) -> Int {
        var widest = 0
        fingerprints.withUnsafeBufferPointer { all in
            for left in all.indices {
                for right in all[(left + 1)...].indices {
                    widest = max(widest, all[left].distance(to: all[right]))
                }
            }
        }
        return widest
    }

    /// The distance from one fingerprint to the one farthest from it, and from that one to its farthest:
    /// at least half of the widest, mostly the widest.
    private static func lowerWidth(of fingerprints: [Fingerprint], from start: Int) -> Int {
        func farthest(from place: Int) -> (place: Int, distance: Int) {
            var best = (place: place, distance: 0)
            for (other, fingerprint) in fingerprints.enumerated() {
                let distance = fingerprints[place].distance(to: fingerprint)
                let isFarther =
                    distance > best.distance
                    || distance == best.distance && fingerprint.hex < fingerprints[best.place].hex
                if isFarther {
                    best = (other, distance)
                }
            }
            return best
        }
        return farthest(from: farthest(from: start).place).distance
    }
}
