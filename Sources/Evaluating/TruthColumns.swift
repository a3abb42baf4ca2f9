import Casework
import Evidence

/// Where in a table of ground truth each thing stands.
struct TruthColumns {
    struct WrongRow: Error {
        let reason: String
    }

    let form: GroundTruth.Form
    private let count: Int
    private let places: [String: Int]

    private static let needed: [(form: GroundTruth.Form, columns: [String])] = [
        (.variants, ["original", "variant", "transform"]), (.pairs, ["file_a", "file_b"]),
    ]

    init(_ header: [[UInt8]], of name: String) throws(CaseFault) {
        var places: [String: Int] = [:]
        for (place, title) in header.enumerated() {
            let title = String(decoding: title, as: UTF8.self)
            guard places.updateValue(place, forKey: title) == nil else {
                throw CaseFault(
                    .badInput,
                    "\(name) has two columns \(EvidencePath(title).display()): which one counts?"
                )
            }
        }
        let found = TruthColumns.needed.first { $0.columns.allSatisfy { places[$0] != nil } }
        guard let found else {
            throw CaseFault(
                .badInput,
                "\(name) is no ground truth: its first line must name the columns original, variant and "
                    + "transform, or file_a and file_b"
            )
        }
        form = found.form
        count = header.count
        self.places = places
    }

    func row(_ fields: [[UInt8]], line: Int) throws(WrongRow) -> GroundTruth.Row {
        guard fields.count == count else {
            throw WrongRow(reason: "it has \(fields.count) fields, the first line \(count)")
        }
        func bytes(_ column: String) -> [UInt8] { places[column].map { fields[$0] } ?? [] }
        func text(_ column: String) -> String { String(decoding: bytes(column), as: UTF8.self) }
        let isPairs = form == .pairs
        let original = try TruthColumns.path(bytes(isPairs ? "file_a" : "original"))
        guard let variant = try TruthColumns.path(bytes(isPairs ? "file_b" : "variant")) else {
            throw WrongRow(reason: "it names no \(isPairs ? "second file" : "variant")")
        }
        guard !isPairs || original != nil else {
            throw WrongRow(reason: "it names no first file")
        }
        guard original != variant || !isPairs else {
            throw WrongRow(reason: "it names the same file twice")
        }
        var row = GroundTruth.Row(line: line, original: original, variant: variant, transform: "")
        row.kind = text("kind")
        row.transform = text("transform")
        row.strength = text("strength")
        row.role = text("role")
        row.tier = text("tier")
        if isPairs, row.transform.isEmpty {
            row.transform = "pair"
            // 0 is upright; the others are turned or mirrored, and found only if that is asked for.
            if row.strength.isEmpty, !text("dihedral_index").isEmpty {
                row.strength = "turn " + text("dihedral_index")
            }
        }
        row.stretch = try TruthColumns.stretch(
            ["src_start", "src_end", "var_start", "var_end"].map(text)
        )
        return row
    }

    /// A path; `nil` if there is none.
    private static func path(_ bytes: [UInt8]) throws(WrongRow) -> EvidencePath? {
        var rest = bytes[...]
        while rest.starts(with: Array("./".utf8)) { rest = rest.dropFirst(2) }
        guard !rest.isEmpty else { return nil }
        guard rest.first != UInt8(ascii: "/"), !rest.contains(0) else {
            throw WrongRow(reason: "a path is not below the sample set's folders")
        }
        return EvidencePath(bytes: Array(rest))
    }

    private static func stretch(_ texts: [String]) throws(WrongRow) -> GroundTruth.Stretch? {
        var times: [Int64] = []
        for text in texts where !text.isEmpty {
            guard let time = GroundTruth.milliseconds(text) else {
                throw WrongRow(reason: "a time is no number of seconds")
            }
            times.append(time)
        }
        // A still out of a film has no place in the variant.
        guard times.count == 4 else { return nil }
        // Backwards, if the film is.
        return GroundTruth.Stretch(
            original: min(times[0], times[1])...max(times[0], times[1]),
            variant: min(times[2], times[3])...max(times[2], times[3])
        )
    }
}
