/// Text with numbers in it, such as strengths: ordered as a person expects.
enum NumberedText {
    /// Text whose bytes are in the order of the numbers in it: `5` before `10`.
    static func sortable(_ text: String) -> String {
        var result = ""
        var digits = ""
        for character in text + "\n" {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            if !digits.isEmpty {
                let padding = max(0, 12 - digits.count)
                result += String(repeating: "0", count: padding) + digits
                digits = ""
            }
            result.append(character)
        }
        return result
    }
}
