import Crypto
import Evidence
import FoundationEssentials
import Glibc

/// The list of a case's live segments. What it does not name is not part of the case.
///
/// On disk: one line with the format's version and the SHA-256 of what follows, then JSON.
public struct Manifest: Codable, Hashable, Sendable {
    /// The version of the format that this program writes.
    public static let currentVersion = 1
    /// The name of the file.
    public static let fileName = "MANIFEST"

    /// The version of the format.
    public private(set) var formatVersion: Int
    /// Grows with each change of the list.
    public var generation: Int
    /// The live segments.
    public var segments: [SegmentDescription]

    private static let signature = "vestige-manifest"
    /// A manifest of a million segments has a fifth of this; a larger file is somebody else's.
    private static let largestFile = 1 << 30

    /// A manifest; by default that of a case without segments.
    public init(generation: Int = 0, segments: [SegmentDescription] = []) {
        formatVersion = Manifest.currentVersion
        self.generation = generation
        self.segments = segments
    }

    /// Reads the MANIFEST in `folder`.
    ///
    /// - Returns: an empty manifest of generation 0 if the folder has none: a new case.
    /// - Throws: ``IndexFault``.
    public static func load(from folder: String) throws(IndexFault) -> Manifest {
        let path = folder + "/" + fileName
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        if descriptor < 0 {
            let status = errno
            if status == ENOENT {
                let isNew = try exists(folder)
                if isNew {
                    return Manifest()
                }
            }
            throw IndexFault.system("open the MANIFEST", path, status: status)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else {
            throw IndexFault.system("look at the MANIFEST", path)
        }
        guard facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= largestFile else {
            throw IndexFault(.unrecognised, path: path, detail: "this is not a MANIFEST")
        }
        var bytes = [UInt8](repeating: 0, count: Int(facts.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw IndexFault.system("read the MANIFEST", path)
            }
            guard count > 0 else { break }
            filled += count
        }
        return try Manifest(parsing: bytes.prefix(filled), path: path)
    }

    /// Puts this manifest in the place of the one in `folder`, which changes as a whole or not at all.
    ///
    /// - Throws: ``IndexFault``; then the old one is still there, unless it was the folder that could
    ///   not be saved.
    public func replace(in folder: String) throws(IndexFault) {
        try replace(in: folder, calls: .system)
    }

    package func replace(in folder: String, calls: FileCalls) throws(IndexFault) {
        let bytes = try serialized(path: folder + "/" + Manifest.fileName)
        var file = try OutputFile(folder: folder, name: Manifest.fileName, calls: calls)
        try file.write(bytes, at: 0)
        try file.commit()
    }

    /// The bytes of the file.
    package func serialized(path: String) throws(IndexFault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let body: [UInt8]
        do {
            body = try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw IndexFault(
                .damaged,
                path: path,
                detail: "the MANIFEST cannot be written: \(error)"
            )
        }
        let digest = SHA256.hash(data: body).hexDigits
        let line = "\(Manifest.signature) \(Manifest.currentVersion) \(digest)\n"
        return Array(line.utf8) + body
    }

    /// Reads the bytes of the file.
    package init(parsing bytes: some Collection<UInt8>, path: String) throws(IndexFault) {
        func damaged(_ detail: String) -> IndexFault {
            IndexFault(.damaged, path: path, detail: "the MANIFEST \(detail)")
        }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let words = String(decoding: line.prefix(200), as: UTF8.self).split(
            separator: " ",
            omittingEmptySubsequences: false
        )
        guard words.first == Manifest.signature[...] else {
            throw IndexFault(.unrecognised, path: path, detail: "this is not a MANIFEST")
        }
        guard words.count >= 2, let version = Int(words[1]), version >= 1 else {
            throw damaged("has no version")
        }
        guard version <= Manifest.currentVersion else {
            throw IndexFault(
                .newerFormat,
                path: path,
                detail: "made by a newer vestige (MANIFEST format \(version); this one reads up to "
                    + "\(Manifest.currentVersion))"
            )
        }
        let body = Array(bytes.dropFirst(line.count + 1))
        guard words.count == 3, words[1] == "\(version)",
            SHA256.hash(data: body).hexDigits == words[2]
        else { throw damaged("does not fit its checksum") }
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: Data(body))
        } catch {
            throw damaged("cannot be understood (\(error))")
        }
        guard manifest.formatVersion == version, manifest.generation >= 0 else {
            throw damaged("contradicts itself")
        }
        var names: Set<String> = []
        for segment in manifest.segments {
            guard SegmentDescription.isValid(name: segment.name),
                names.insert(segment.name).inserted
            else { throw damaged("names a segment wrongly or twice: \(segment.name)") }
        }
        self = manifest
    }
}
