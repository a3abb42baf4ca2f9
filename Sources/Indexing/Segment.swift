import Fingerprinting
import Glibc

/// An immutable file of fingerprints and their occurrences, open for reading.
///
/// What is read is compared with its checksum before it is used, and checked against bounds: a damaged file
/// gives an ``IndexFault``, never a wrong answer and never a crash.
public final class Segment: Sendable {
    /// The file.
    public let path: String
    /// What the MANIFEST says about it, or if it was opened without one, what it says itself.
    public let description: SegmentDescription

    let file: MappedFile
    let layout: SegmentLayout
    let checked: CheckedBlocks

    /// Opens the segment at `path`.
    ///
    /// - Parameter description: what the MANIFEST says; the file must have the same kind and counts. Its
    ///   digest is compared by ``verify()`` only.
    /// - Throws: ``IndexFault``.
    /// - Complexity: O(1): one page is read.
    public init(opening path: String, description: SegmentDescription? = nil) throws(IndexFault) {
        let file = try MappedFile(path)
        let header = try SegmentHeader(file.bytes, fileSize: file.bytes.count, path: path)
        let found = SegmentDescription(
            name: description?.name ?? path.split(separator: "/").last.map(String.init) ?? path,
            kind: header.kind,
            rows: header.layout.rowCount,
            occurrences: header.layout.occurrenceCount,
            bytes: file.bytes.count,
            sha256: description?.sha256 ?? "",
            checksum: description?.checksum.map { _ in
                file.bytes.loadUnaligned(
                    fromByteOffset: file.bytes.count - 4,
                    as: UInt32.self
                )
            }
        )
        if let description, description != found {
            throw IndexFault(
                .mismatch,
                path: path,
                detail: "the MANIFEST describes another segment: of \(description.rows) rows, "
                    + "\(description.bytes) bytes and the checksum \(description.checksum ?? 0), this one "
                    + "has \(found.rows), \(found.bytes) and \(found.checksum ?? 0)"
            )
        }
        self.path = path
        self.description = found
        self.file = file
        layout = header.layout
        checked = CheckedBlocks(
            bytes: header.layout.checksums.offset,
            blockBytes: SegmentLayout.checksummedBytes(version: header.layout.version)
        )
        // Lists are met in no order: reading ahead would mostly fetch what nobody wants. The directories
        // are the exception; nearly every search uses each of them.
        if let first = layout.directories.first, let last = layout.directories.last {
            self.file.advise(MADV_RANDOM, 0..<layout.fileSize)
            self.file.advise(MADV_WILLNEED, first.offset..<last.range.upperBound)
        }
    }

    /// The kind of all fingerprints.
    public var kind: FingerprintKind { description.kind }

    /// The number of different fingerprints.
    public var rows: Int { layout.rowCount }

    /// The number of occurrences of all fingerprints.
    public var occurrenceCount: Int { layout.occurrenceCount }

    /// The version of its format. What this program writes has the highest that it reads.
    public var formatVersion: Int { Int(layout.version) }

    /// Whether the segment has an older format than this program writes.
    public var isOutdated: Bool { layout.version < SegmentHeader.version }

    /// Whether the segment holds the 16 tables.
    public var hasTables: Bool { layout.hasTables }

    /// The fingerprint of a row.
    ///
    /// - Precondition: `row` is 0 ..< ``rows``.
    public func fingerprint(ofRow row: Int) -> Fingerprint {
        precondition(row >= 0 && row < rows, "a row of this segment")
        let words = withContents { contents in
            let start = contents.rows + 4 * row
            return (start[0], start[1], start[2], start[3])
        }
        return BitPermutation.fingerprint(ofRow: Fingerprint(words: words))
    }

    /// Lends the arrays of the file; they are valid inside `body` only.
    package func withContents<Result, Failure: Error>(
        _ body: (SegmentContents) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(SegmentContents(file.bytes, layout))
    }

    /// A fault of this segment: its bytes cannot be what was written.
    package func damaged(_ detail: String) -> IndexFault {
        IndexFault(.damaged, path: path, detail: detail)
    }
}
