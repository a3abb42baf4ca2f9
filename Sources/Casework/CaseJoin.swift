import Crypto
import Evidence
import Fingerprinting
import Foundation
import Indexing
import Matching

/// Every pair of fingerprints within a radius, one from each side, or two of one side: with all their
/// places, in an order that depends on what is stored alone.
///
/// A fingerprint that several pictures of a side joined with itself share is a pair with itself. The pairs
/// are sorted on the way, in bounded memory, so that the result does not depend on threads, on how the
/// fingerprints are spread over segments, or on the method.
public struct CaseJoin {
    /// Two fingerprints within the radius.
    public struct Match: Hashable, Sendable {
        /// The left fingerprint; in a join of a side with itself, the lower one.
        public let left: Fingerprint
        /// The right fingerprint.
        public let right: Fingerprint
        /// Bits in which they differ, once turned.
        public let distance: Int
        /// How the turned one had to be turned; the best of all turns.
        public let turn: Turn
        /// How the left one has to be turned to resemble the right one.
        public let leftTurn: Turn
        /// The left one's places, at least one.
        public let leftPlaces: [JoinSide.Place]
        /// The right one's places, at least one.
        public let rightPlaces: [JoinSide.Place]
    }

    /// What came out.
    public struct Outcome: Sendable {
        /// Pairs of fingerprints.
        public var matches = 0
        /// What the join did.
        public var statistics = JoinStatistics()
        /// The certificate, if one was asked for.
        public var certificate: CompletenessCertificate?
    }

    /// Which side is turned.
    public enum TurnedSide: Hashable, Sendable {
        case left, right
    }

    let left: JoinSide
    let right: JoinSide
    let isWithin: Bool
    let radius: Int
    let turned: TurnedSide?
    private let minimumQuality: Int
    private let method: JoinMethod?
    private let threads: Int
    let memory: Int
    let scratch: String
    private let sampleSeed: UInt64?
    private let sampleComparisons: Int

    /// A join.
    ///
    /// - Parameters:
    ///   - right: `nil` to join the left side with itself.
    ///   - wantsTurned: whether turned and mirrored copies are looked for; the side with fewer
    ///     fingerprints is turned.
    ///   - minimumQuality: what the sides were made with; is written into the certificate.
    ///   - scratch: a folder for what does not fit the memory.
    ///   - sampleSeed: the seed of the certificate's sample; `nil` if none is wanted.
    ///   - sampleComparisons: the most comparisons that the sample's check may take.
    /// - Throws: ``CaseFault`` with the code `badInput`, if the sides are of different kinds or the turned
    ///   variants do not fit the memory.
    public init(
        left: JoinSide,
        right: JoinSide?,
        radius: Int,
        wantsTurned: Bool,
        minimumQuality: Int,
        method: JoinMethod? = nil,
        threads: Int,
        memory: Int,
        scratch: String,
        sampleSeed: UInt64?,
        sampleComparisons: Int = JoinSample.mostComparisons
    ) throws(CaseFault) {
        let other = right ?? left
        guard left.kind == other.kind else {
            throw CaseFault(
                .badInput,
                "\(left.description.name) holds fingerprints of kind \(left.kind.name), "
                    + "\(other.description.name) of \(other.kind.name): they cannot be compared. Index one "
                    + "of them again with the other's --kind"
            )
        }
        isWithin = right == nil
        turned = wantsTurned ? (left.rows <= other.rows && right != nil ? .left : .right) : nil
        // Joined with itself, a set has each pair from either side: one turned by 90 degrees is the other
        // turned by 270.
        let turns = right == nil ? Turn.allCases.filter { $0 != .rotate270 } : Turn.allCases
        self.left = turned == .left ? try left.turned(turns, memory: memory / 2) : left
        self.right = turned == .right ? try other.turned(turns, memory: memory / 2) : other
        self.radius = radius
        self.minimumQuality = minimumQuality
        self.method = method
        self.threads = threads
        self.memory = memory
        self.scratch = scratch
        self.sampleSeed = sampleSeed
        self.sampleComparisons = sampleComparisons
    }

    /// Joins the sides.
    ///
    /// - Parameters:
    ///   - progress: called now and then with the share of the work that is done.
    ///   - found: gets the matches, ordered by the left fingerprint, then distance, then the right one,
    ///     all fingerprints in the order in which segments have them.
    /// - Throws: ``CaseFault``, or what `found` throws.
    public func run(
        progress: (Double) -> Void = { _ in },
        found: (Match) throws -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        // A third for the pairs that wait to be sorted, half for the join's own tables; the rest is left
        // for the pairs of films' pictures (`FilmJoin`).
        var sorter = PairSorter(memory: memory / 3, folder: scratch)
        // Joined with its turned self, a set's pairs come twice, once from either side.
        let isSymmetric = isWithin && turned == nil
        let join =
            isSymmetric
            ? SetJoin(
                within: left.parts,
                radius: radius,
                forcing: method,
                threads: threads,
                memory: memory / 2
            )
            : SetJoin(
                left: left.parts,
                right: right.parts,
                radius: radius,
                forcing: method,
                threads: threads,
                memory: memory / 2
            )
        var sample = sampleSeed.map {
            JoinSample(seed: $0, of: join, comparisons: sampleComparisons)
        }
        outcome.statistics = try join.run(
            progress: { progress(0.95 * $0.fraction) },
            found: { pairs in
                for pair in pairs {
                    sample?.take(pair)
                    try take(pair, into: &sorter)
                }
            }
        )
        if isWithin {
            try addShared(to: &sorter)
        }
        var digest = SHA256()
        try sorter.forEach(
            left: { left.fingerprint(ofBase: $0) },
            right: { right.fingerprint(ofBase: $0) }
        ) { pair in
            let match = try self.match(pair)
            outcome.matches += 1
            digest.update(data: Data(CaseJoin.line(match).utf8))
            try found(match)
        }
        progress(0.97)
        if let sampled = sample {
            outcome.certificate = try certify(outcome, sampled, digest.finalize().hexDigits)
        }
        progress(1)
        return outcome
    }

    /// Hands a pair of rows to the sorter, if both have a place that counts.
    private func take(_ pair: JoinPair, into sorter: inout PairSorter) throws(IndexFault) {
        let first = left.base(of: RowPlace(part: pair.leftPart, row: pair.leftRow))
        let second = right.base(of: RowPlace(part: pair.rightPart, row: pair.rightRow))
        if isWithin, first.row == second.row {
            // A picture that resembles itself turned.
            return
        }
        guard try left.hasPlace(base: first.row), try right.hasPlace(base: second.row) else {
            return
        }
        let turn = turned == .left ? first.turn : second.turn
        try sorter.append(
            PairSorter.Pair(
                left: left.fingerprint(ofBase: first.row),
                right: right.fingerprint(ofBase: second.row),
                leftRow: first.row,
                rightRow: second.row,
                distance: Int(pair.distance),
                turn: turn
            ),
            ordering: isWithin
        )
    }

    /// Adds each fingerprint that several pictures share as a pair with itself.
    private func addShared(to sorter: inout PairSorter) throws(IndexFault) {
        guard case .stored(let segments, _) = left.origin else { return }
        for (part, segment) in segments.enumerated() {
            try segment.forEachRow { (row, occurrences) throws(IndexFault) in
                guard occurrences.count > 1 else { return }
                let place = RowPlace(part: UInt32(part), row: UInt32(row))
                guard try left.places(base: place).count > 1 else { return }
                let fingerprint = left.fingerprint(ofBase: place)
                try sorter.append(
                    PairSorter.Pair(
                        left: fingerprint,
                        right: fingerprint,
                        leftRow: place,
                        rightRow: place,
                        distance: 0,
                        turn: .none
                    ),
                    ordering: true
                )
            }
        }
    }

    private func match(_ pair: PairSorter.Group) throws(IndexFault) -> Match {
        func places(_ rows: [RowPlace], _ side: JoinSide) throws(IndexFault) -> [JoinSide.Place] {
            var places: [JoinSide.Place] = []
            for row in rows {
                places += try side.places(base: row)
            }
            return places.sorted { $0.sortKey < $1.sortKey }
        }
        // What two segments share is known by its rows in both.
        let isShared = isWithin && pair.left == pair.right
        let shared = Array(Set(pair.leftRows + pair.rightRows))
        return Match(
            left: pair.left,
            right: pair.right,
            distance: pair.distance,
            turn: pair.turn,
            leftTurn: turned == .left ? pair.turn : pair.turn.inverse,
            leftPlaces: try places(isShared ? shared : pair.leftRows, left),
            rightPlaces: try places(isShared ? shared : pair.rightRows, right)
        )
    }

    /// A match as the digest of the result has it.
    private static func line(_ match: Match) -> String {
        func text(_ places: [JoinSide.Place]) -> String {
            places.map { "\($0.item):\($0.timeMilliseconds ?? -1)" }.joined(separator: ",")
        }
        return "\(match.left.hex) \(match.right.hex) \(match.distance) \(match.turn.name) "
            + "\(text(match.leftPlaces)) \(text(match.rightPlaces))\n"
    }

    private func certify(
        _ outcome: Outcome,
        _ sample: JoinSample,
        _ digest: String
    ) throws -> CompletenessCertificate {
        var certificate = CompletenessCertificate(
            tool: CaseDescription.tool,
            created: timestamp(),
            operation: isWithin ? .selfJoin : .join,
            kind: left.kind.name,
            radius: radius,
            left: left.description,
            right: isWithin ? nil : right.description
        )
        certificate.turned = turned != nil
        certificate.minimumQuality = minimumQuality
        certificate.matches = outcome.matches
        certificate.resultSHA256 = digest
        certificate.work = outcome.statistics.partPairs.map { pair in
            var work = CompletenessCertificate.Work(left: pair.leftPart, right: pair.rightPart)
            if let method = pair.method {
                work.methods = [method.rawValue: 1]
            }
            work.probes = pair.counts.listPairs
            work.postings = pair.counts.extensionPairs
            work.candidates = pair.counts.candidates
            work.verified = pair.counts.candidates + pair.counts.rowPairs
            work.matches = pair.counts.pairs
            return work
        }
        certificate.sample = sample.check()
        return certificate.sealed()
    }
}
