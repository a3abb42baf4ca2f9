import Glibc

/// What is in a list, counted.
public struct ListTally: Sendable {
    /// Entries.
    public private(set) var entries = 0
    /// Entries by medium; those of which it is not known by `nil`.
    public private(set) var media: [ListEntry.Medium?: Int] = [:]
    /// Entries by category; one with several counts for each.
    public private(set) var categories: [AssertedCategory: Int] = [:]
    /// Entries without a category.
    public private(set) var uncategorised = 0
    /// Entries with a fingerprint.
    public private(set) var fingerprinted = 0
    /// Fingerprints.
    public private(set) var fingerprints = 0
    /// Entries with an MD5.
    public private(set) var md5 = 0
    /// Entries with a SHA-1.
    public private(set) var sha1 = 0
    /// Entries with a SHA-256.
    public private(set) var sha256 = 0
    /// Entries that belong to a series.
    public private(set) var inSeries = 0

    /// Of the last line that began with a fingerprint: what came behind it, and the entry that it stood for. The entries of an import
    /// often differ in nothing else, and then need not be read one by one.
    private var rest: [UInt8] = []
    private var last: ListEntry?

    /// Counts the live entries.
    ///
    /// - Parameter progress: called now and then with the share of them that is counted.
    public init(
        _ contents: ListContents,
        progress: (Double) -> Void = { _ in }
    ) throws(ListFault) {
        let all = Double(max(1, contents.count))
        do {
            try contents.forEachLine { _, line in
                if entries % 4096 == 0 { progress(Double(entries) / all) }
                try count(line)
            }
        } catch let fault as ListFault {
            throw fault
        } catch {
            throw ListFault(.system, "the list cannot be read: \(error)")
        }
    }

    private mutating func count(_ line: UnsafeRawBufferPointer) throws(ListFault) {
        // {"pdq":"…64 digits…" and then the rest.
        let end = 73
        guard line.count >= end, line.starts(with: ListTally.prefix),
            line[end - 1] == UInt8(ascii: "\"")
        else { return add(try ListEntry(json: line)) }
        let rest = UnsafeRawBufferPointer(rebasing: line[end...])
        if let last, rest.count == self.rest.count,
            rest.withMemoryRebound(
                to: UInt8.self,
                { $0.baseAddress.map { memcmp($0, self.rest, rest.count) == 0 } ?? true }
            )
        {
            return add(last)
        }
        let entry = try ListEntry(json: line)
        self.rest = Array(rest)
        last = entry
        add(entry)
    }

    private static let prefix = Array("{\"pdq\":\"".utf8)

    private mutating func add(_ entry: ListEntry) {
        entries += 1
        media[entry.medium, default: 0] += 1
        if entry.categories.isEmpty { uncategorised += 1 }
        for category in entry.categories { categories[category, default: 0] += 1 }
        if !entry.prints.isEmpty { fingerprinted += 1 }
        fingerprints += entry.prints.count
        if entry.md5 != nil { md5 += 1 }
        if entry.sha1 != nil { sha1 += 1 }
        if entry.sha256 != nil { sha256 += 1 }
        if entry.series != nil { inSeries += 1 }
    }
}
