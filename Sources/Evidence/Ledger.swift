/// What became of an item. Every item that was seen has exactly one.
public enum ItemState: String, Hashable, Sendable, CaseIterable {
    /// Decoded whole; its fingerprints are in the index.
    case indexed
    /// Decoded in part; what was decoded is in the index, and the losses are written down.
    case partly
    /// Not decoded; the reason is written down.
    case faulted
    /// Left out by a named rule.
    case skipped
}

/// Why an item was left out without an attempt to decode it.
public enum SkipRule: String, Hashable, Sendable, CaseIterable {
    /// A symbolic link: never followed, so that evidence cannot point outside itself.
    case symbolicLink = "symbolic-link"
    /// A device, socket or named pipe.
    case specialFile = "special-file"
    /// A file of zero bytes.
    case empty
    /// The content is of a known kind that holds no picture: text, program, audio, …
    case notMedia = "not-media"
    /// An archive or disk image of a kind that is not opened, or one that nobody asked to open.
    case archive
    /// Another name of a member of the same archive.
    case hardLink = "hard-link"
    /// A further file of a disk image: its content is read with the first one.
    case imageSegment = "image-segment"
    /// A deleted file of a disk image of which nothing but its entry is left.
    case contentGone = "content-gone"
    /// A file in which a file system keeps its own tables.
    case fileSystem = "file-system"
    /// A document; pictures inside documents are not looked for yet.
    case document
    /// Nothing recognises the content, and the name claims no picture or video.
    case unrecognised
    /// Somebody took it out of the case again; it is not matched any more.
    case withdrawn
    /// It is on a list of known files, and was left out because the user asked for that.
    case knownFile = "known-file"
    /// It has not changed since the time from which on files were asked for.
    case olderThanAsked = "older-than-asked"

    /// One line that tells an analyst what the rule means.
    public var explanation: String {
        switch self {
        case .symbolicLink: "symbolic links are not followed"
        case .specialFile: "not a regular file"
        case .empty: "the file has no bytes"
        case .notMedia: "the content is of a kind that holds no picture"
        case .archive: "archives and disk images of this kind are not opened"
        case .hardLink: "another name of a member of the same archive"
        case .imageSegment:
            "a further file of a disk image: read with the first one, if that is here"
        case .contentGone: "deleted: its content is gone, or belongs to another file now"
        case .fileSystem: "a file in which a file system keeps its own tables"
        case .document: "pictures inside documents are not looked for by this version"
        case .unrecognised: "the content is of no known kind"
        case .withdrawn: "withdrawn from the case by hand"
        case .knownFile: "on a list of known files: digested, not decoded"
        case .olderThanAsked: "older than what was asked for: not read"
        }
    }
}

/// Where on its way through the program an item was lost.
public enum Stage: String, Hashable, Sendable, CaseIterable {
    /// Listing a folder.
    case walk
    /// Opening the file.
    case open
    /// Reading its bytes.
    case read
    /// Taking the members out of a container.
    case unpack
    /// Turning bytes into pictures.
    case decode
    /// Turning pictures into fingerprints.
    case fingerprint
    /// The worker process: it crashed, or took longer than allowed.
    case worker
}

/// One loss: where it happened, why, and what the library or the system said.
public struct Loss: Error, Hashable, Sendable {
    /// Where it happened.
    public let stage: Stage
    /// A short fixed word to switch on: a fault code of the stage.
    public let code: String
    /// The library's or the system's own number, unchanged.
    public let status: Int32?
    /// A sentence for the reader.
    public let detail: String

    /// A loss; `detail` is cut to a length that keeps the ledger readable.
    public init(stage: Stage, code: String, status: Int32? = nil, detail: String = "") {
        self.stage = stage
        self.code = code
        self.status = status
        self.detail = String(detail.prefix(240))
    }
}
