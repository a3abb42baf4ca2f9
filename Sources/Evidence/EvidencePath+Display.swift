extension EvidencePath {
    /// The path for a person at a terminal: relative to `folder` where it lies below it.
    ///
    /// File names are evidence, and may hold escape sequences, line breaks and marks that reverse the
    /// reading order, put there to mislead. Such characters are shown as `\u{…}`.
    public func display(relativeTo folder: EvidencePath? = nil) -> String {
        var shown = self
        if let folder, isInside(folder), bytes.count > folder.bytes.count {
            let cut = folder.bytes.last == UInt8(ascii: "/") ? 0 : 1
            shown = EvidencePath(bytes: Array(bytes[(folder.bytes.count + cut)...]))
        }
        var text = ""
        for scalar in shown.text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate:
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
