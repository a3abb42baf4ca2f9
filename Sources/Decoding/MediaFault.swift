/// Why an item, or a part of it, could not be turned into pictures.
public struct MediaFault: Error, Hashable, Sendable {
    /// What went wrong; switch on this. The raw values are written to ledgers: never reuse one.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There are no bytes.
        case empty
        /// The content is of no kind that is known here.
        case unrecognised
        /// The content is of a known kind that holds no picture.
        case notMedia
        /// A variant of a format that no decoder here reads.
        case unsupported
        /// The bytes end before the picture does.
        case truncated
        /// The bytes break the rules of their format.
        case corrupt
        /// More pixels or bytes than the options allow.
        case tooLarge
        /// A container without a film in it: only sound, or only cover art.
        case noVideoTrack
        /// The container is sound, yet no picture came out.
        case nothingDecoded
        /// The film marks no keyframes: only its first picture was taken.
        case noKeyframes
        /// A limit ended the decode early; what came before is kept.
        case limitReached
        /// The system failed to read the file.
        case readFailed
        /// Memory ran out.
        case outOfMemory
    }

    /// The longest ``detail`` in characters: it goes into a ledger, and hostile input may write it.
    static let maximumDetail = 200

    /// What went wrong; switch on this.
    public let code: Code
    /// The library's or the system's own number, unchanged; `nil` if the check was our own.
    public let status: Int32?
    /// A short text for the reader: the library's message or ours.
    public let detail: String

    /// A fault; `detail` is cut to a bounded length.
    public init(_ code: Code, _ detail: String, status: Int32? = nil) {
        self.code = code
        self.status = status
        // One line, whatever a library or a file put into it.
        let line = detail.unicodeScalars.prefix(4 * MediaFault.maximumDetail)
            .map { $0.properties.generalCategory == .control ? " " : Character($0) }
        self.detail = String(String(line).prefix(MediaFault.maximumDetail))
    }
}

/// The losses of one item: the first few are kept, the rest is counted.
struct LossList {
    /// Damaged films may have a loss at every packet.
    private static let maximum = 8

    private(set) var losses: [MediaFault] = []
    private var further = 0

    init() {}

    /// A list that begins with `first`, which is what matters.
    init(first: MediaFault, _ others: LossList) {
        append(first)
        for loss in others.summary {
            append(loss)
        }
    }

    mutating func append(_ loss: MediaFault) {
        if losses.contains(loss) || losses.count == LossList.maximum {
            further += 1
        } else {
            losses.append(loss)
        }
    }

    /// The list for the report.
    var summary: [MediaFault] {
        guard further > 0, let last = losses.last else { return losses }
        return losses + [MediaFault(last.code, "and \(further) further losses")]
    }
}
