import Glibc

/// The files below the given roots, in the order of their names' bytes, one by one.
///
/// Nothing is opened but folders, and no link is followed. The memory held is that of the names in
/// the folders that are open on the way down.
public struct EvidenceWalk: Sequence, IteratorProtocol {
    /// One thing that was seen.
    public enum Entry: Hashable, Sendable {
        /// A regular file.
        case file(EvidencePath, FileFacts)
        /// Something that a rule leaves out.
        case skipped(EvidencePath, SkipRule)
        /// A folder or name that could not be read.
        case unreadable(EvidencePath, Loss)
    }

    private struct Folder {
        let path: EvidencePath
        /// Names still to come, in reverse order.
        var names: [[UInt8]]
    }

    private var roots: [EvidencePath]
    private var open: [Folder] = []

    /// A walk over `roots`: absolute paths of files or folders, none inside another.
    public init(roots: [EvidencePath]) {
        self.roots = roots.sorted().reversed()
    }

    /// The next entry; folders are walked, not returned.
    public mutating func next() -> Entry? {
        while true {
            let path: EvidencePath
            if let last = open.indices.last {
                guard let name = open[last].names.popLast() else {
                    open.removeLast()
                    continue
                }
                path = open[last].path.appending(name)
            } else if let root = roots.popLast() {
                path = root
            } else {
                return nil
            }
            if let entry = visit(path) {
                return entry
            }
        }
    }

    private mutating func visit(_ path: EvidencePath) -> Entry? {
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else {
            return .unreadable(path, walkLoss("cannotExamine", errno))
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            return .file(path, FileFacts(status))
        case S_IFLNK:
            return .skipped(path, .symbolicLink)
        case S_IFDIR:
            let listing = list(path)
            open.append(Folder(path: path, names: listing.names))
            return listing.loss.map { .unreadable(path, $0) }
        default:
            return .skipped(path, .specialFile)
        }
    }

    /// The names in a folder, last first. A folder on a failing disk may end early: what was listed
    /// is walked all the same, and the loss says that it is not all.
    private func list(_ folder: EvidencePath) -> (names: [[UInt8]], loss: Loss?) {
        guard let stream = folder.withCString({ opendir($0) }) else {
            return ([], walkLoss("cannotList", errno))
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        var loss: Loss?
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 {
                    loss = walkLoss("cannotList", errno)
                }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Array(bytes.prefix { $0 != 0 })
            }
            if name != [UInt8(ascii: ".")], name != [UInt8(ascii: "."), UInt8(ascii: ".")] {
                names.append(name)
            }
        }
        names.sort { $1.lexicographicallyPrecedes($0) }
        return (names, loss)
    }

    private func walkLoss(_ code: String, _ number: Int32) -> Loss {
        Loss(stage: .walk, code: code, status: number, detail: systemMessage(number))
    }
}
