import BenchSupport
import Fingerprinting
import Glibc
import Indexing
import Keyframing
import Matching

/// Joins of random sets.
struct JoinBench {
    /// Rows of each side of the brute force that is measured beside a join: what it would take for all
    /// rows is reckoned from that.
    private static let bruteRows = 40_000

    let folder: String
    let isList: Bool

    /// Joins two sets and prints what it took.
    func run(
        leftRows: Int,
        rightRows: Int,
        radius: Int,
        threads: Int,
        method: String
    ) throws {
        let forced = JoinMethod(rawValue: method)
        let isProbed = method == "probes"
        guard forced != nil || isProbed || method == "any" else {
            fail("no such method: \(method)")
        }
        mkdir(folder, 0o755)
        let stored = try segment(rightRows, seed: 0xB0B, planted: false)
        if isProbed {
            return try probe(stored, with: list(leftRows), radius: radius)
        }
        let right = JoinPart.segment(stored)
        let join: SetJoin
        if leftRows == 0 {
            join = SetJoin(within: [right], radius: radius, forcing: forced, threads: threads)
        } else {
            let left =
                isList
                ? JoinPart.list(list(leftRows))
                : .segment(try segment(leftRows, seed: 0xA11CE, planted: true))
            join = SetJoin(
                left: [left],
                right: [right],
                radius: radius,
                forcing: forced,
                threads: threads
            )
        }
        try report(join)
    }

    /// Searches for each row of a list by itself, and prints what it took.
    private func probe(_ stored: Segment, with list: FingerprintList, radius: Int) throws {
        let search = RadiusSearch(segments: [stored])
        let (cpu, wall) = (cpuSeconds(), wallSeconds())
        var pairs = 0
        for row in 0..<list.count {
            pairs += try search.search(list.fingerprint(at: row), radius: radius).count
        }
        print(
            "{\"left\": \(list.count), \"right\": \(stored.rows), \"radius\": \(radius), "
                + "\"method\": \"probes\", \"cpu_s\": \(cpuSeconds() - cpu), "
                + "\"wall_s\": \(wallSeconds() - wall), \"pairs\": \(pairs)}"
        )
    }

    /// Joins a list with itself, in which `piled` rows lie within 8 bits of one fingerprint.
    func runPiled(rows: Int, piled: Int, radius: Int, method: String) throws {
        let forced = JoinMethod(rawValue: method)
        guard forced != nil || method == "any" else { fail("no such method: \(method)") }
        var random = BenchRandom(seed: 0x91E)
        let centre = random.fingerprint()
        let list = FingerprintList(
            kind: .pdqFullResolution,
            (0..<rows).map { number in
                number < piled
                    ? random.neighbour(of: centre, turns: number % 9) : random.fingerprint()
            }
        )
        try report(SetJoin(within: [.list(list)], radius: radius, forcing: forced, threads: 1))
    }

    /// Runs a join and prints what it took.
    private func report(_ join: SetJoin) throws {
        let radius = join.radius
        let right = join.right[0]
        let (cpu, wall) = (cpuSeconds(), wallSeconds())
        var pairs = 0
        let statistics = try join.run { pairs += $0.count }
        let took = (cpu: cpuSeconds() - cpu, wall: wallSeconds() - wall)
        let left = join.left[0].rows
        let all = Double(left) * Double(right.rows) / (join.isWithin ? 2 : 1)
        let brute = try bruteForce(radius: radius) * all
        let counts = statistics.counts
        print(
            "{\"left\": \(left), \"right\": \(right.rows), \"radius\": \(radius), "
                + "\"threads\": \(join.threads), "
                + "\"method\": \"\(statistics.partPairs[0].method?.rawValue ?? "none")\", "
                + "\"cpu_s\": \(took.cpu), \"wall_s\": \(took.wall), \"pairs\": \(pairs), "
                + "\"list_pairs\": \(counts.listPairs), "
                + "\"extension_pairs\": \(counts.extensionPairs), "
                + "\"candidates\": \(counts.candidates), \"row_pairs\": \(counts.rowPairs), "
                + "\"scan_cpu_s\": \(brute), \"ratio\": \(brute / took.cpu)}"
        )
    }

    /// CPU seconds of a blocked scan for each pair of rows, measured now.
    private func bruteForce(radius: Int) throws -> Double {
        var random = BenchRandom(seed: 0xF0CE)
        let lists = (0..<2).map { _ in
            FingerprintList(
                kind: .pdqFullResolution,
                (0..<JoinBench.bruteRows).map { _ in random.fingerprint() }
            )
        }
        let join = SetJoin(
            left: [.list(lists[0])],
            right: [.list(lists[1])],
            radius: radius,
            forcing: .scan,
            threads: 1
        )
        let start = cpuSeconds()
        try join.run { _ in }
        let rows = Double(JoinBench.bruteRows)
        return (cpuSeconds() - start) / (rows * rows)
    }

    /// Random fingerprints, one in a hundred of which is a neighbour: in the left set, of the right
    /// set's at the same place; in the right one, of the one before it.
    private func codes(_ rows: Int, seed: UInt64, planted: Bool) -> some Sequence<Fingerprint> {
        var random = BenchRandom(seed: seed)
        var stored = BenchRandom(seed: 0xB0B)
        // Apart, so that the first two stay in step.
        var bits = BenchRandom(seed: 0xB175)
        var previous = Fingerprint(words: (0, 0, 0, 0))
        return (0..<rows).lazy.map { number in
            let code = random.fingerprint()
            let other = stored.fingerprint()
            defer { previous = code }
            let turns = number / 100 % 40
            switch (planted, number % 100) {
            case (true, 0): return bits.neighbour(of: other, turns: turns)
            case (false, 50): return bits.neighbour(of: previous, turns: turns)
            default: return code
            }
        }
    }

    private func list(_ rows: Int) -> FingerprintList {
        FingerprintList(
            kind: .pdqFullResolution,
            Array(codes(rows, seed: 0xA11CE, planted: true))
        )
    }

    private func segment(_ rows: Int, seed: UInt64, planted: Bool) throws -> Segment {
        let name = "\(planted ? "left" : "right")-\(rows).seg"
        let path = folder + "/" + name
        if access(path, R_OK) != 0 {
            var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder)
            let origin = PictureOrigin(decoder: .none, policy: .exact)
            for (item, code) in codes(rows, seed: seed, planted: planted).enumerated() {
                try writer.append(
                    code,
                    Occurrence(item: UInt64(item), quality: 100, origin: origin)
                )
            }
            _ = try writer.write(name: name)
        }
        return try Segment(opening: path)
    }
}
