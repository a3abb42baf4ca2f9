import Evidence

/// Text on a page. Names of files are evidence and may hold anything, markup included.
enum Markup {
    /// Text as the content of an element, or the value of an attribute in double quotes.
    ///
    /// What a terminal must not show, such as control characters and marks that reverse the reading order, is
    /// shown as `\u{…}` here too; most of it is not even allowed in XML.
    static func escape(_ text: String) -> String {
        var result = ""
        for scalar in EvidencePath(text).display().unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // Valid Unicode, and no XML.
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// An element; attributes and content stand as they are, so text among them has to be escaped.
    static func element(
        _ name: String,
        _ attributes: KeyValuePairs<String, String>,
        _ content: String = ""
    ) -> String {
        let list = attributes.map { " \($0)=\"\($1)\"" }.joined()
        return content.isEmpty ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content)</\(name)>"
    }

    /// A table; cells are text. Those from the column `numbers` on are set like numbers.
    static func table(
        caption: String,
        header: [String],
        rows: [[String]],
        numbersFrom numbers: Int
    ) -> String {
        func cells(_ name: String, _ row: [String], _ attribute: String = "") -> String {
            row.enumerated().map { column, text in
                let set = column >= numbers ? " class=\"n\"" : ""
                return "<\(name)\(attribute)\(set)>\(escape(text))</\(name)>"
            }.joined()
        }
        let body = rows.map { "<tr>\(cells("td", $0))</tr>\n" }.joined()
        return """
            <table>
            <caption>\(escape(caption))</caption>
            <thead><tr>\(cells("th", header, " scope=\"col\""))</tr></thead>
            <tbody>
            \(body)</tbody>
            </table>

            """
    }
}
