import Casework
import Evidence
import Glibc

/// The folders of a sample set, absolute and without links.
public struct SampleFolders: Sendable {
    /// What a folder holds.
    public enum Part: String, Codable, Hashable, Sendable {
        case originals
        case variants
        case distractors
    }

    /// Where the originals are.
    public let originals: [EvidencePath]
    /// Where the variants are.
    public let variants: EvidencePath
    /// Where files are that were made from nothing and belong to nothing.
    public let distractors: [EvidencePath]

    /// Folders as they were named.
    ///
    /// - Throws: `CaseFault`, if one is not there or is no folder.
    public init(
        originals: [String],
        variants: String,
        distractors: [String]
    ) throws(CaseFault) {
        func folders(_ names: [String]) throws(CaseFault) -> [EvidencePath] {
            var found: [EvidencePath] = []
            for name in names {
                let path = try SampleFolders.folder(name)
                if !found.contains(path) { found.append(path) }
            }
            return found
        }
        self.originals = try folders(originals)
        self.variants = try SampleFolders.folder(variants)
        self.distractors = try folders(distractors)
    }

    private static func folder(_ name: String) throws(CaseFault) -> EvidencePath {
        let shown = EvidencePath(name).display()
        guard let path = EvidencePath(name).canonical else {
            throw CaseFault(
                .noSuchPath,
                "cannot read \(shown): \(systemMessage(errno)). Nothing was measured",
                status: errno
            )
        }
        var status = stat()
        let isFolder =
            path.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
        guard isFolder else {
            throw CaseFault(.noSuchPath, "\(shown) is no folder: name those of the sample set")
        }
        return path
    }

    /// All of them, each once.
    public var all: [EvidencePath] {
        (originals + [variants] + distractors).reduce(into: []) { list, path in
            if !list.contains(path) { list.append(path) }
        }
    }

    /// Those that lie in no other one, sorted: what is to be walked.
    public var roots: [EvidencePath] {
        all.sorted().reduce(into: []) { roots, path in
            if !roots.contains(where: { path.isInside($0) }) { roots.append(path) }
        }
    }

    /// Where a path is: the first folder that it lies in, and its path below that.
    func place(of path: EvidencePath) -> (part: Part, name: EvidencePath)? {
        // The innermost first: variants may lie in a folder beside the originals, or inside of it.
        let folders =
            distractors.map { (Part.distractors, $0) } + [(.variants, variants)]
            + originals.map { (.originals, $0) }
        let inside = folders.filter { path.isInside($0.1) }
        guard let longest = inside.map(\.1.bytes.count).max(),
            let found = inside.first(where: { $0.1.bytes.count == longest })
        else { return nil }
        return (found.0, SampleFolders.below(found.1, path))
    }

    private static func below(_ folder: EvidencePath, _ path: EvidencePath) -> EvidencePath {
        EvidencePath(bytes: Array(path.bytes.dropFirst(folder.bytes.count).drop { $0 == 0x2F }))
    }
}
