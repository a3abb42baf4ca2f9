extension ListDescription.Meaning {
    /// Reads a declaration as the command line has it: `SCHEME:CODE=MEANING` or `SCHEME/COUNTRY:CODE=MEANING`.
    ///
    /// - Throws: ``ListFault`` with the code `badInput`.
    public init(_ text: String) throws(ListFault) {
        func wrong(_ what: String) -> ListFault {
            ListFault(
                .badInput,
                "`\(text)` declares nothing: \(what). Write SCHEME/COUNTRY:CODE=harm, =innocent or =undeclared, such as "
                    + "VICS/US:1=harm or VICS:*=harm"
            )
        }
        guard let equals = text.lastIndex(of: "=") else { throw wrong("there is no =") }
        let word = text[text.index(after: equals)...]
        guard let meaning = CategoryMeaning(rawValue: String(word)) else {
            throw wrong("\(word) is not a meaning")
        }
        let category = text[..<equals]
        guard let colon = category.firstIndex(of: ":") else { throw wrong("there is no :") }
        let code = category[category.index(after: colon)...]
        let parts = category[..<colon].split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard let scheme = parts.first, !scheme.isEmpty, !code.isEmpty else {
            throw wrong("the scheme or the code is missing")
        }
        if parts.count == 2, parts[1].isEmpty { throw wrong("the country is missing") }
        self.init(
            scheme: String(scheme),
            country: parts.count == 2 ? String(parts[1]) : nil,
            code: String(code),
            meaning: meaning
        )
    }

    /// The declaration in the form that the command line takes.
    public var text: String {
        scheme + (country.map { "/" + $0 } ?? "") + ":" + code + "=" + meaning.rawValue
    }
}
