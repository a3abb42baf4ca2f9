import Evidence
import Glibc

/// The names of what lies in a list's folder, `NAME.vlist`.
public struct ListFolder: Hashable, Sendable {
    /// The folder itself, absolute and without links.
    public let path: EvidencePath

    /// The version of the layout that this program writes.
    public static let formatVersion = 1

    var description: String { path.text + "/list.json" }
    var catalog: String { path.text + "/catalog.sqlite" }
    var lock: String { path.text + "/LOCK" }
    /// Where the entries lie, as lines of JSON.
    var entries: String { path.text + "/entries" }
    /// Where the segments lie, which hold the entries' fingerprints.
    public var segments: String { path.text + "/segments" }
    /// Where the entries' digests lie, sorted.
    var digests: String { path.text + "/digests" }
    /// Where the records of the versions lie.
    public var versions: String { path.text + "/versions" }

    var subfolders: [String] { [entries, segments, digests, versions] }

    /// The folder of a list that exists.
    ///
    /// - Throws: ``ListFault``: `noSuchPath` or `notAList`.
    public init(existing name: String) throws(ListFault) {
        guard let path = EvidencePath(name).canonical else {
            throw ListFault(
                .noSuchPath,
                "there is no list at \(name): make one with `vestige list create \(name)`",
                status: errno
            )
        }
        self.path = path
        guard access(description, F_OK) == 0 else {
            throw ListFault(
                .notAList,
                "\(name) is not a hash list: it holds no list.json. A list is a folder made by "
                    + "`vestige list create`, usually named NAME.vlist"
            )
        }
    }

    /// Makes the folder of a new list, with what is in it.
    ///
    /// - Throws: ``ListFault``, also if something has the name already.
    init(creating name: String) throws(ListFault) {
        guard mkdir(name, 0o755) == 0 else {
            let status = errno
            throw ListFault(
                status == ENOENT ? .noSuchPath : status == EEXIST ? .badInput : .system,
                "cannot make the list \(name): \(systemMessage(status))"
                    + (status == EEXIST
                        ? ". Choose another name, or use the list that is there" : ""),
                status: status
            )
        }
        guard let path = EvidencePath(name).canonical else {
            throw ListFault(.system, "cannot find the folder \(name) that was made", status: errno)
        }
        self.path = path
        for folder in subfolders where mkdir(folder, 0o755) != 0 {
            throw ListFault(
                .system,
                "cannot make the folder \(folder): \(systemMessage(errno))",
                status: errno
            )
        }
    }

    /// Whether a name is that of a list's folder.
    public static func isList(_ name: String) -> Bool {
        access(name + "/list.json", F_OK) == 0
    }

    /// A number as the name of a file, so that names sort as numbers do.
    static func fileName(_ number: Int, _ ending: String) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ending
    }
}
