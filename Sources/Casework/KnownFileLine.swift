/// One line of a list of known files.
///
/// Understood are the lines of `sha256sum`, `sha1sum` and `md5sum` (also with `--tag`), of hashdeep, of the
/// text form of the NSRL's RDS (`NSRLFile.txt`), of any table whose first column is a digest, and bare digests.
enum KnownFileLine {
    /// A digest's hex digits, and nothing else that matters.
    case digest(Substring.UTF8View)
    /// An empty line, a comment, or a heading; the columns that it gives a name to.
    case passedOver
    /// Anything else.
    case wrong

    /// - Parameters:
    ///   - line: without its line feed.
    ///   - column: of hashdeep's kind of list, where the digest stands; set by a heading.
    ///   - isFirst: whether a heading may be here.
    init(_ line: Substring, column: inout Int?, isFirst: Bool) {
        let text = line.utf8
        guard let first = text.first(where: { $0 != UInt8(ascii: " ") && $0 != 9 && $0 != 13 })
        else {
            self = .passedOver
            return
        }
        if first == UInt8(ascii: "%") {
            column = KnownFileLine.hashdeepColumn(line) ?? column
            self = .passedOver
            return
        }
        if first == UInt8(ascii: "#") {
            self = .passedOver
            return
        }
        let field: Substring?
        if let column {
            let fields = line.split(
                separator: ",",
                maxSplits: column + 1,
                omittingEmptySubsequences: false
            )
            field = fields.count > column ? fields[column] : nil
        } else {
            field = KnownFileLine.firstField(line)
        }
        if let field, KnownFileLine.isDigest(field.utf8) {
            self = .digest(field.utf8)
        } else if let tagged = KnownFileLine.taggedDigest(line) {
            self = .digest(tagged.utf8)
        } else {
            self = isFirst && KnownFileLine.isHeading(line) ? .passedOver : .wrong
        }
    }

    static func isDigest(_ text: Substring.UTF8View) -> Bool {
        [32, 40, 64].contains(text.count)
            && text.allSatisfy { KnownFileLine.value(ofHexDigit: $0) != nil }
    }

    /// 0 ... 15; `nil` for what is no hex digit.
    static func value(ofHexDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The first field: behind a quotation mark, or the backslash that marks an escaped name.
    private static func firstField(_ line: Substring) -> Substring? {
        let rest = line.drop { $0 == " " || $0 == "\t" || $0 == "\"" || $0 == "\\" }
        return rest.prefix { $0.isHexDigit && $0.isASCII }
    }

    /// `SHA256 (name) = digest`
    private static func taggedDigest(_ line: Substring) -> Substring? {
        guard line.hasPrefix("MD5 (") || line.hasPrefix("SHA1 (") || line.hasPrefix("SHA256 ("),
            let equals = line.lastIndex(of: "=")
        else { return nil }
        let rest = line[line.index(after: equals)...].drop { $0 == " " }
        let digits = rest.prefix { $0.isHexDigit && $0.isASCII }
        return isDigest(digits.utf8) ? digits : nil
    }

    /// `%%%% size,md5,sha256,filename`: where the longest digest stands.
    private static func hashdeepColumn(_ line: Substring) -> Int? {
        let names = line.drop { $0 == "%" || $0 == " " }.split(separator: ",").map {
            $0.prefix { !$0.isWhitespace }
        }
        return names.firstIndex(of: "sha256") ?? names.firstIndex(of: "sha1")
            ?? names.firstIndex(of: "md5")
    }

    private static func isHeading(_ line: Substring) -> Bool {
        let lower = line.lowercased()
        return ["sha", "md5", "hash"].contains { lower.contains($0) }
    }
}
