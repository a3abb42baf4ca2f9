/// A list and perhaps a version of it, as the command line names them: `LIST` or `LIST@3`.
public struct ListReference: Hashable, Sendable {
    /// The folder.
    public let name: String
    /// The version; `nil` for the newest.
    public let version: Int?

    /// Reads a reference. A folder whose own name has an `@` is found, too.
    public init(_ text: String) {
        if !ListFolder.isList(text), let at = text.lastIndex(of: "@"),
            let version = Int(text[text.index(after: at)...]), version > 0
        {
            name = String(text[..<at])
            self.version = version
        } else {
            name = text
            version = nil
        }
    }
}
