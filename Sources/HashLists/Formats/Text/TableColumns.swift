/// The columns of a table by the names in its heading.
struct TableColumns {
    /// What separates the fields.
    let separator: UInt8
    /// The names as they are.
    let names: [String]
    /// The names in small letters and digits only: `sha1` for `SHA-1`.
    let keys: [String]

    /// - Returns: `nil` if the line names no digest.
    init?(heading line: String) {
        let candidates: [UInt8] = [UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: ",")]
        let counts = candidates.map { byte in line.utf8.count { $0 == byte } }
        let most = counts.max() ?? 0
        separator = candidates[counts.firstIndex(of: most) ?? 2]
        guard let fields = DelimitedLine(line, separator: separator)?.fields else { return nil }
        names = fields
        keys = fields.map { name in
            String(
                name.lowercased().unicodeScalars.filter { scalar in
                    scalar.isASCII
                        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                }
            )
        }
        guard keys.contains(where: { ["md5", "sha1", "sha256", "hash", "pdq"].contains($0) }) else {
            return nil
        }
    }
}
