import Fingerprinting
import Indexing

/// One of the things that a join compares: a segment on disk, or a list in memory.
public enum JoinPart: Sendable {
    /// An open segment.
    case segment(Segment)
    /// A list in memory.
    case list(FingerprintList)

    /// The kind of all its fingerprints.
    public var kind: FingerprintKind {
        switch self {
        case .segment(let segment): segment.kind
        case .list(let list): list.kind
        }
    }

    /// The number of its fingerprints.
    public var rows: Int {
        switch self {
        case .segment(let segment): segment.rows
        case .list(let list): list.count
        }
    }

    /// Whether it holds the 16 tables; those of other parts are made while they are joined.
    public var hasTables: Bool {
        switch self {
        case .segment(let segment): segment.hasTables
        case .list: false
        }
    }

    /// The fingerprint of a row.
    ///
    /// - Precondition: `row` is 0 ..< ``rows``.
    public func fingerprint(ofRow row: Int) -> Fingerprint {
        switch self {
        case .segment(let segment): segment.fingerprint(ofRow: row)
        case .list(let list): list.fingerprint(at: row)
        }
    }

    /// Lends the permuted rows, four words each; `nil` if there is none.
    func withRows<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt64>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch self {
        case .segment(let segment):
            try segment.withContents { (contents) throws(Failure) in
                try body(contents.rowCount == 0 ? nil : contents.rows)
            }
        case .list(let list): try list.withRows(body)
        }
    }

    /// Checks rows of a segment; those of a list in memory are as they were made.
    package func checkRows(_ rows: Range<Int>) throws(IndexFault) {
        if case .segment(let segment) = self {
            try segment.checkRows(rows)
        }
    }

    /// The segment whose table on disk is joined; `nil` where the table is made.
    var tabledSegment: Segment? {
        if case .segment(let segment) = self, segment.hasTables { segment } else { nil }
    }

    /// A fault of this part: its bytes cannot be what was written.
    func damaged(_ detail: String) -> IndexFault {
        switch self {
        case .segment(let segment): segment.damaged(detail)
        // What was built in memory is never damaged; should it be, that is better said than hidden.
        case .list: IndexFault(.damaged, path: "a list in memory", detail: detail)
        }
    }
}
