import Fingerprinting
import Foundation
import Indexing
import Keyframing
import Matching

/// The measurements; see `main.swift`.
struct SearchCheck {
    let folder: String

    private var codesPath: String { folder + "/codes.bin" }
    static let radii = [0, 7, 15, 20, 24, 31, 35, 40, 48, 56, 64]

    /// Writes random codes and a segment of them.
    func build(rows: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var random = BenchRandom(seed: 0xBE7C)
        var codes = Data(capacity: rows * 32)
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder)
        let origin = PictureOrigin(decoder: .none, policy: .exact)
        let clock = ContinuousClock()
        var spent = Duration.zero
        for item in 0..<rows {
            let words = (random.next(), random.next(), random.next(), random.next())
            withUnsafeBytes(of: words) { codes.append(contentsOf: $0) }
            spent += try clock.measure {
                try writer.append(
                    Fingerprint(words: words),
                    Occurrence(item: UInt64(item), quality: 100, origin: origin)
                )
            }
        }
        try codes.write(to: URL(fileURLWithPath: codesPath))
        var description: SegmentDescription?
        let writing = try clock.measure {
            description = try writer.write(name: "bench.seg")
        }
        guard let description else { return }
        try Manifest(generation: 1, segments: [description]).replace(in: folder)
        let all = (spent + writing) / .seconds(1)
        print(
            "build: \(rows) rows in \(Self.text(all)) s (append \(Self.text(spent / .seconds(1))), "
                + "write \(Self.text(writing / .seconds(1)))), "
                + "\(Self.text(Double(rows) / all / 1e6)) M rows/s, \(description.bytes / rows) bytes/row"
        )
    }

    /// Prints the time of a query, half of them planted within the radius, half random.
    func time(queries: Int, radii: [Int]) throws {
        let segment = try open()
        let clock = ContinuousClock()
        print("\(segment.rows) rows, \(queries) queries, one thread; microseconds: median / 99 %")
        print("radius      tables              scan              chosen  postings candidates")
        for radius in radii {
            var random = BenchRandom(seed: 5)
            let probes = probes(queries, radius: radius, segment, &random)
            var line = "\(radius)".padding(toLength: 6, withPad: " ", startingAt: 0)
            var statistics = SearchStatistics()
            for method in [SearchMethod.tables, .scan] {
                let search = RadiusSearch(segments: [segment], forcing: method)
                var times: [Double] = []
                let count = method == .tables ? queries : min(queries, 40)
                for probe in probes.prefix(3) {
                    _ = try search.search(probe.fingerprint, radius: radius)
                }
                for probe in probes.prefix(count) {
                    var hits: [Hit] = []
                    let taken = try clock.measure {
                        hits = try search.search(
                            probe.fingerprint,
                            radius: radius,
                            statistics: &statistics
                        )
                    }
                    times.append(taken / .microseconds(1))
                    if let planted = probe.planted,
                        !hits.contains(where: { $0.fingerprint == planted })
                    {
                        print("MISSED a planted neighbour at radius \(radius)")
                        exit(1)
                    }
                }
                times.sort()
                line +=
                    "\(Self.text(times[times.count / 2])) / \(Self.text(times[times.count * 99 / 100]))"
                    .padding(toLength: 20, withPad: " ", startingAt: 0)
            }
            let chosen = RadiusSearch(segments: [segment]).method(for: segment, radius: radius)
            line += chosen.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            line +=
                "\(statistics.postings / queries)  "
                + Self.text(Double(statistics.candidates) / Double(queries))
            print(line)
        }
    }

    /// Compares the search with a plain loop over the codes.
    func check(queries: Int) throws {
        let segment = try open()
        let search = RadiusSearch(segments: [segment], forcing: .tables)
        let codes = try Data(contentsOf: URL(fileURLWithPath: codesPath))
        let stored = codes.withUnsafeBytes { bytes in
            bytes.bindMemory(to: UInt64.self).withMemoryRebound(
                to: (UInt64, UInt64, UInt64, UInt64).self
            ) { $0.map { Fingerprint(words: $0) } }
        }
        var random = BenchRandom(seed: 0xC4EC)
        var found = 0
        for number in 0..<(2 * queries) {
            // Radii 31 mostly, and every other one as well.
            let radius = number % 4 == 3 ? number / 4 % 65 : 31
            let isNear = number % 2 == 0
            let probe =
                isNear
                ? random.neighbour(
                    of: stored[Int(random.next() % UInt64(stored.count))],
                    distance: Int(random.next() % UInt64(radius + 12))
                )
                : random.fingerprint()
            let hits = try search.search(probe, radius: radius)
            var expected = stored.filter { $0.distance(to: probe) <= radius }
            expected.sort { ($0.distance(to: probe), $0.hex) < ($1.distance(to: probe), $1.hex) }
            guard hits.map(\.fingerprint) == expected,
                hits.allSatisfy({ $0.distance == $0.fingerprint.distance(to: probe) })
            else {
                print("DIFFERENT: query \(number), radius \(radius), probe \(probe.hex)")
                exit(1)
            }
            found += hits.count
        }
        print(
            "\(queries) random and \(queries) near queries on \(stored.count) rows equal brute force; "
                + "\(found) hits"
        )
    }

    /// Prints how long it takes to verify the segment.
    func verify() throws {
        let segment = try open()
        let taken = try ContinuousClock().measure { try segment.verify() }
        print(
            "verify: \(segment.rows) rows, \(segment.description.bytes) bytes in "
                + "\(Self.text(taken / .seconds(1))) s"
        )
    }

    private func open() throws -> Segment {
        let manifest = try Manifest.load(from: folder)
        guard let description = manifest.segments.first else {
            print("run `search-check build \(folder) ROWS` first")
            exit(2)
        }
        return try Segment(opening: folder + "/" + description.name, description: description)
    }

    private func probes(
        _ count: Int,
        radius: Int,
        _ segment: Segment,
        _ random: inout BenchRandom
    ) -> [(fingerprint: Fingerprint, planted: Fingerprint?)] {
        (0..<count).map { number in
            guard number % 2 == 0 else { return (random.fingerprint(), nil) }
            let row = Int(random.next() % UInt64(segment.rows))
            let planted = segment.fingerprint(ofRow: row)
            let distance = Int(random.next() % UInt64(radius + 1))
            return (random.neighbour(of: planted, distance: distance), planted)
        }
    }

    private static func text(_ value: Double) -> String {
        String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
    }
}

/// SplitMix64 with a stated seed.
struct BenchRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func fingerprint() -> Fingerprint {
        Fingerprint(words: (next(), next(), next(), next()))
    }

    mutating func neighbour(of fingerprint: Fingerprint, distance: Int) -> Fingerprint {
        var words = [
            fingerprint.words.0, fingerprint.words.1, fingerprint.words.2, fingerprint.words.3,
        ]
        var bits = Array(0..<256)
        for index in 0..<distance {
            bits.swapAt(index, Int.random(in: index..<256, using: &self))
            words[bits[index] / 64] ^= 1 << UInt64(bits[index] % 64)
        }
        return Fingerprint(words: (words[0], words[1], words[2], words[3]))
    }
}
