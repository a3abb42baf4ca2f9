import Evidence
import Glibc

/// The names of what lies in a case's folder.
public struct CaseFolder: Hashable, Sendable {
    /// The folder itself, absolute and without links.
    public let path: EvidencePath

    /// The version of the layout and of the catalog that this program writes.
    public static let formatVersion = 1

    init(path: EvidencePath) {
        self.path = path
    }

    var description: String { path.text + "/case.json" }
    var catalog: String { path.text + "/catalog.sqlite" }
    var lock: String { path.text + "/LOCK" }
    /// Where the segments lie.
    public var segments: String { path.text + "/segments" }

    /// The folder of a case that exists.
    ///
    /// - Throws: ``CaseFault``: `noSuchPath` or `notACase`.
    public init(existing name: String) throws(CaseFault) {
        guard let path = EvidencePath(name).canonical else {
            throw CaseFault(
                .noSuchPath,
                "there is no case at \(name): make one with `vestige index \(name) EVIDENCE…`",
                status: errno
            )
        }
        self.path = path
        guard access(description, F_OK) == 0 else {
            throw CaseFault(
                .notACase,
                "\(name) is not a case: it holds no case.json. A case is a folder made by "
                    + "`vestige index`, usually named NAME.vestige"
            )
        }
    }

    /// The folder of a case that may have to be made: its parent folder must exist.
    ///
    /// - Throws: ``CaseFault``: `noSuchPath`, or `notACase` if something else has the name.
    init(creatable name: String) throws(CaseFault) {
        let given = EvidencePath(name)
        if let path = given.canonical {
            self.path = path
            var status = stat()
            guard path.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR
            else {
                throw CaseFault(
                    .notACase,
                    "\(name) is a file: a case is a folder, so choose another name"
                )
            }
            return
        }
        var trimmed = given.bytes
        while trimmed.count > 1, trimmed.last == UInt8(ascii: "/") {
            trimmed.removeLast()
        }
        let bare = EvidencePath(bytes: trimmed)
        let last = bare.lastComponent
        var parentBytes = Array(bare.bytes[..<last.startIndex])
        if parentBytes.isEmpty {
            parentBytes = [UInt8(ascii: ".")]
        }
        guard let parent = EvidencePath(bytes: parentBytes).canonical, !last.isEmpty else {
            throw CaseFault(
                .noSuchPath,
                "cannot make the case \(name): its parent folder does not exist, make it first",
                status: errno
            )
        }
        path = parent.appending(last)
    }
}
