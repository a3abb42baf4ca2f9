import BenchSupport
import Fingerprinting
import Glibc
import Indexing
import Keyframing
import Matching

/// Mutates segments, and does with each all that can be done with one. The only outcomes are answers and
/// faults; what traps or hangs ends the program, and its file stays where it is.
struct SegmentFuzz {
    private let folder: String
    private let plain: [MutatedFile]
    private let tabled: [MutatedFile]
    private let sound: Segment
    private let probes: [Fingerprint]
    private(set) var tally = FuzzTally()

    private static let radii = [0, 7, 20, 31, 40, 64]
    /// Mutations of a segment without tables for each of one with: those take a hundred times as long.
    private static let plainForTabled = 100

    init(folder: String) throws {
        self.folder = folder
        var random = FuzzRandom(seed: 0xF022)
        let centre = Fingerprint(
            words: (random.next(), random.next(), random.next(), random.next())
        )
        func near() -> Fingerprint {
            var words = [centre.words.0, centre.words.1, centre.words.2, centre.words.3]
            for _ in 0..<random.below(40) {
                words[random.below(4)] ^= 1 << UInt64(random.below(64))
            }
            return Fingerprint(words: (words[0], words[1], words[2], words[3]))
        }
        func write(_ name: String, rows: Int, occurrences: Int) throws -> SegmentImage {
            var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder)
            let fingerprints = (0..<rows).map { _ in near() }
            for index in 0..<occurrences {
                let occurrence = Occurrence(
                    item: UInt64(index),
                    timeMilliseconds: index % 2 == 0 ? nil : Int64(index),
                    quality: UInt8(index % 101),
                    origin: PictureOrigin(decoder: .jpeg, policy: .fast)
                )
                try writer.append(fingerprints[index % rows], occurrence)
            }
            unlink(folder + "/" + name)
            _ = try writer.write(name: name)
            return SegmentImage(written: SegmentFuzz.bytes(of: folder + "/" + name))
        }
        probes = [centre, near(), near()]
        let images = [
            try write("small.seg", rows: 40, occurrences: 90),
            // More rows than one number of a first occurrence is kept for.
            try write("large.seg", rows: 1100, occurrences: 1500),
        ]
        _ = try write("sound.seg", rows: 60, occurrences: 60)
        sound = try Segment(opening: folder + "/sound.seg")
        var files: (plain: [MutatedFile], tabled: [MutatedFile]) = ([], [])
        for (index, image) in images.enumerated() {
            for version in [1, 2] {
                for hasTables in [false, true] {
                    let file = MutatedFile(
                        SegmentImage(image, version: version, hasTables: hasTables),
                        path: "\(folder)/mutated-\(index)-\(version)-\(hasTables).seg"
                    )
                    if hasTables {
                        files.tabled.append(file)
                    } else {
                        // Small ones are mutated most: they are the fastest.
                        files.plain += Array(repeating: file, count: index == 0 ? 12 : 1)
                    }
                }
            }
        }
        (plain, tabled) = files
        // Without a mutation everything must give an answer.
        for file in tabled + plain {
            var calm = FuzzRandom(seed: 1)
            use(file.path, isTabled: true, random: &calm)
        }
        guard tally.faults.isEmpty, tally.mistakes.isEmpty else {
            Program.fail("the unchanged segments are refused:\n\(tally.text)")
        }
        tally = FuzzTally()
    }

    /// Makes mutation `number` and uses it.
    mutating func step(_ number: Int, seed: UInt64) {
        var random = FuzzRandom(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
        let isTabled = random.once(in: SegmentFuzz.plainForTabled)
        let files = isTabled ? tabled : plain
        let file = files[random.below(files.count)]
        file.mutate(using: &random)
        use(file.path, isTabled: isTabled, random: &random)
        file.restore()
    }

    private mutating func use(_ path: String, isTabled: Bool, random: inout FuzzRandom) {
        guard let segment = attempt("open", { () throws(IndexFault) in try Segment(opening: path) })
        else { return }
        attempt("read rows") { () throws(IndexFault) in
            for row in 0..<segment.rows {
                _ = segment.fingerprint(ofRow: row)
            }
        }
        attempt("read occurrences") { () throws(IndexFault) in
            // Each row: one that is damaged does not hide the others.
            var last: IndexFault?
            for row in 0..<segment.rows {
                do throws(IndexFault) {
                    _ = try segment.occurrences(ofRow: row)
                } catch {
                    last = error
                }
            }
            if let last {
                throw last
            }
        }
        let radius = SegmentFuzz.radii[random.below(SegmentFuzz.radii.count)]
        let probe = probes[random.below(probes.count)]
        var hits: [SearchMethod: [Hit]] = [:]
        for method in [SearchMethod.scan, .tables] where method == .scan || segment.hasTables {
            hits[method] = attempt("search by \(method)") { () throws(IndexFault) in
                try RadiusSearch(segments: [segment], forcing: method).search(probe, radius: radius)
            }
        }
        // Tables in memory take longer than all the rest.
        let wantsBuckets = segment.rows < 5000 && (isTabled || random.once(in: 32))
        var pairs: [JoinMethod: Int] = [:]
        for method in [JoinMethod.scan, .buckets] where method == .scan || wantsBuckets {
            pairs[method] = attempt("join by \(method)") { () throws(IndexFault) in
                try SegmentFuzz.pairs(segment, radius: min(radius, 31), method)
            }
        }
        merge(segment, random: &random)
        let isSound =
            attempt("verify") { () throws(IndexFault) -> Bool in
                try segment.verify()
                return true
            } ?? false
        guard isSound else { return }
        if segment.hasTables, hits[.scan] != hits[.tables] {
            tally.mistook("tables and scan differ in a segment that verifies: \(path)")
        }
        if wantsBuckets, pairs[.scan] != pairs[.buckets] {
            tally.mistook("buckets and scan differ in a segment that verifies: \(path)")
        }
    }

    /// Merges with a sound segment; what comes out must be sound.
    private mutating func merge(_ segment: Segment, random: inout FuzzRandom) {
        let name = "merged.seg"
        let tombstones =
            random.once(in: 2)
            ? Tombstones.none : Tombstones(items: (0..<10).map { _ in UInt64(random.below(60)) })
        let sound = sound
        let folder = folder
        let written = attempt("merge") { () throws(IndexFault) in
            let merge = try SegmentMerge([segment, sound], tombstones: tombstones)
            _ = merge.withdrawnItems()
            return try merge.write(to: folder, name: name)
        }
        guard let written else { return }
        do throws(IndexFault) {
            try Segment(opening: folder + "/" + name, description: written).verify()
        } catch {
            tally.mistook("a merge wrote an unsound segment: \(error)")
        }
        unlink(folder + "/" + name)
    }

    private static func pairs(
        _ segment: Segment,
        radius: Int,
        _ method: JoinMethod
    ) throws(IndexFault) -> Int {
        var count = 0
        do {
            try SetJoin(
                within: [.segment(segment)],
                radius: radius,
                forcing: method,
                threads: 1,
                memory: 32 << 20
            ).run { count += $0.count }
        } catch let fault as IndexFault {
            throw fault
        } catch {
            Program.fail("a join threw something else: \(error)")
        }
        return count
    }

    @discardableResult
    private mutating func attempt<Value>(
        _ step: String,
        _ body: () throws(IndexFault) -> Value
    ) -> Value? {
        do throws(IndexFault) {
            let value = try body()
            tally.answered(step)
            return value
        } catch {
            tally.failed(step, error)
            return nil
        }
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let stream = fopen(path, "rb") else { Program.fail("cannot read \(path)") }
        defer { fclose(stream) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, stream)
        return Array(bytes.prefix(count))
    }
}
