/// The names of films, and of the files that hold their frames.
enum FilmName {
    private static let ending = ".txt"

    /// What the film is called whose frames a file holds.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(ending) && file.utf8.count > 4 ? String(file.dropLast(4)) : file
    }

    /// A file for a film of this name; `nil` if no file can be called so.
    static func file(for name: String) -> String? {
        guard !name.isEmpty, name.utf8.count <= 200, !name.contains("/"), !name.contains("\0"),
            !name.hasPrefix(".")
        else { return nil }
        return name + ending
    }
}
