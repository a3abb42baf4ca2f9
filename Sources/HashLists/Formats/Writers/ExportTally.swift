import Fingerprinting

/// What an export could not write.
struct ExportTally {
    /// How many entries were written.
    private(set) var written: UInt64 = 0
    /// What could not be, and of how many entries.
    private(set) var omitted: [String: Int] = [:]

    /// Parts of an entry.
    struct Parts: OptionSet {
        let rawValue: Int

        static let identifier = Parts(rawValue: 1 << 0)
        static let medium = Parts(rawValue: 1 << 1)
        static let md5 = Parts(rawValue: 1 << 2)
        static let sha1 = Parts(rawValue: 1 << 3)
        static let sha256 = Parts(rawValue: 1 << 4)
        static let print = Parts(rawValue: 1 << 5)
        static let quality = Parts(rawValue: 1 << 6)
        static let frames = Parts(rawValue: 1 << 7)
        static let times = Parts(rawValue: 1 << 8)
        static let spans = Parts(rawValue: 1 << 9)
        static let categories = Parts(rawValue: 1 << 10)
        static let series = Parts(rawValue: 1 << 11)
        static let tags = Parts(rawValue: 1 << 12)
        static let note = Parts(rawValue: 1 << 13)
        static let name = Parts(rawValue: 1 << 14)
        static let size = Parts(rawValue: 1 << 15)
        static let mime = Parts(rawValue: 1 << 16)
        static let duration = Parts(rawValue: 1 << 17)

        static let digests: Parts = [.md5, .sha1, .sha256]
    }

    /// Counts something that could not be written.
    mutating func omit(_ what: String) {
        omitted[what, default: 0] += 1
    }

    /// Counts an entry of which nothing could be written.
    mutating func omitEntry(_ why: String) {
        omit("entries " + why)
    }

    /// Counts an entry that was written, and what of it was not.
    ///
    /// - Parameters:
    ///   - held: the parts that the format holds.
    ///   - marks: the marks that it holds.
    ///   - holdsOther: whether it holds what is kept under a name.
    mutating func take(
        _ entry: ListEntry,
        held: Parts,
        marks: Set<String> = [],
        holdsOther: (String) -> Bool = { _ in false }
    ) {
        written += 1
        func lost(_ part: Parts) -> Bool { !held.contains(part) }
        if entry.identifier != nil, lost(.identifier) { omit("identifiers") }
        if entry.medium != nil, lost(.medium) { omit("whether it is a picture or a film") }
        if entry.md5 != nil, lost(.md5) { omit("MD5") }
        if entry.sha1 != nil, lost(.sha1) { omit("SHA-1") }
        if entry.sha256 != nil, lost(.sha256) { omit("SHA-256") }
        let isStill = entry.prints.count == 1
        if isStill, lost(.print) { omit("fingerprints") }
        if entry.prints.count > 1, lost(.frames) { omit("fingerprints of a film's frames") }
        let isPrintHeld = isStill ? !lost(.print) : !lost(.frames)
        if isPrintHeld {
            if lost(.quality), entry.prints.contains(where: { $0.quality != nil }) {
                omit("qualities")
            }
            if lost(.times), entry.prints.contains(where: { $0.timeMilliseconds != nil }) {
                omit("times of frames")
            }
            if lost(.spans), entry.prints.contains(where: { $0.spanMilliseconds != 0 }) {
                omit("spans of frames")
            }
        }
        if !entry.categories.isEmpty, lost(.categories) { omit("categories") }
        if entry.series != nil, lost(.series) { omit("series") }
        if !entry.tags.isEmpty, lost(.tags) { omit("tags") }
        if entry.note != nil, lost(.note) { omit("notes") }
        if entry.name != nil, lost(.name) { omit("names") }
        if entry.size != nil, lost(.size) { omit("sizes") }
        if entry.mime != nil, lost(.mime) { omit("media types") }
        if entry.durationMilliseconds != nil, lost(.duration) { omit("durations") }
        for mark in entry.marks.keys where !marks.contains(mark) { omit("the mark `\(mark)`") }
        for name in entry.other.keys where !holdsOther(name) { omit("`\(name)`") }
    }
}
