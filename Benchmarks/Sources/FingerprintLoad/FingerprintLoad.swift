import Glibc

/// Makes fingerprints to search in, and to search for.
///
///     fingerprint-load codes CODES COUNT uniform|skewed [SEED]
///     fingerprint-load queries CODES QUERIES COUNT uniform|skewed [SEED]
///     fingerprint-load skew CODES [GROUP]
///
/// Files hold 32 bytes per fingerprint, lowest bits first. `queries`: every other one, from the first on, is
/// planted: query k differs from a stored code in k mod 65 bits; the others are made as codes are, from
/// another seed. QUERIES.json says which: `{"planted": [{"query": 0, "row": 17, "distance": 0}, ...]}`.
/// `skew` prints how far codes are from random ones; GROUP codes in a row come from one picture.
@main
enum FingerprintLoad {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do throws(LoadFault) {
            switch arguments.first {
            case "codes" where (4...5).contains(arguments.count):
                try writeCodes(
                    to: arguments[1],
                    count: number(arguments[2]),
                    model: model(arguments[3]),
                    seed: seed(arguments.dropFirst(4).first)
                )
            case "queries" where (5...6).contains(arguments.count):
                try writeQueries(
                    codes: CodeFile(arguments[1], "rb"),
                    to: arguments[2],
                    count: number(arguments[3]),
                    model: model(arguments[4]),
                    seed: seed(arguments.dropFirst(5).first)
                )
            case "skew" where (2...3).contains(arguments.count):
                let group = try arguments.count == 3 ? number(arguments[2]) : 1
                print(try Skew(of: CodeFile(arguments[1], "rb"), group: group).json())
            default:
                throw LoadFault(
                    text: """
                        usage: fingerprint-load codes CODES COUNT uniform|skewed [SEED]
                               fingerprint-load queries CODES QUERIES COUNT uniform|skewed [SEED]
                               fingerprint-load skew CODES [GROUP]
                        """
                )
            }
        } catch {
            // Not through `stderr`, a global variable that Swift 6 does not let anyone touch.
            let text = Array((error.text + "\n").utf8)
            _ = write(2, text, text.count)
            exit(2)
        }
    }

    private static func writeCodes(
        to path: String,
        count: Int,
        model: CodeModel,
        seed: UInt64
    ) throws(LoadFault) {
        let file = try CodeFile(path, "wb")
        switch model {
        case .uniform:
            var random = LoadRandom(seed: seed)
            for _ in 0..<count {
                try file.append(Code(random.next(), random.next(), random.next(), random.next()))
            }
        case .skewed:
            var codes = SkewedCodes(seed: seed)
            for _ in 0..<count {
                try file.append(codes.next())
            }
        }
        try file.flush()
    }

    private static func writeQueries(
        codes: CodeFile,
        to path: String,
        count: Int,
        model: CodeModel,
        seed: UInt64
    ) throws(LoadFault) {
        let rows = try codes.count()
        guard rows > 0 else { throw LoadFault(text: "there are no codes to plant neighbours of") }
        // Another seed than the codes': the same one would give the first codes again.
        var random = LoadRandom(seed: ~seed)
        var others = SkewedCodes(seed: ~seed &- 1)
        let file = try CodeFile(path, "wb")
        var planted: [String] = []
        for query in 0..<count {
            if query % 2 == 0 {
                let row = random.below(rows)
                let distance = query % 65
                try file.append(codes.code(at: row).neighbour(at: distance, &random))
                planted.append("{\"query\": \(query), \"row\": \(row), \"distance\": \(distance)}")
            } else if model == .skewed {
                try file.append(others.next())
            } else {
                try file.append(Code(random.next(), random.next(), random.next(), random.next()))
            }
        }
        try file.flush()
        let text = Array("{\"planted\": [\(planted.joined(separator: ",\n"))]}\n".utf8)
        guard let stream = fopen(path + ".json", "wb") else {
            throw LoadFault(text: "cannot open \(path).json: error \(errno)")
        }
        let written = fwrite(text, 1, text.count, stream)
        guard fclose(stream) == 0, written == text.count else {
            throw LoadFault(text: "cannot write \(path).json: error \(errno)")
        }
    }

    /// A number as people write them: 1000000 or 1e6.
    private static func number(_ text: String) throws(LoadFault) -> Int {
        guard let value = Double(text), value >= 0, value <= 4e9 else {
            throw LoadFault(text: "\(text) is no number of fingerprints")
        }
        return Int(value)
    }

    private static func seed(_ text: String?) throws(LoadFault) -> UInt64 {
        guard let text else { return 1 }
        guard let seed = UInt64(text) else { throw LoadFault(text: "\(text) is no seed") }
        return seed
    }

    private static func model(_ text: String) throws(LoadFault) -> CodeModel {
        guard let model = CodeModel(rawValue: text) else {
            throw LoadFault(text: "\(text) is neither uniform nor skewed")
        }
        return model
    }
}
