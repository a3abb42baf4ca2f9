import Fingerprinting
import Indexing

/// Fingerprints held in memory, to be joined: a list that was read, or the variants of pictures that
/// were just decoded. Row `n` is the fingerprint that was given as the `n`-th; equal ones stay apart.
public final class FingerprintList: Sendable {
    /// The kind of all fingerprints.
    public let kind: FingerprintKind
    /// The permuted fingerprints.
    private let rows: [Fingerprint]

    /// A list of fingerprints, in their order.
    ///
    /// - Precondition: at most 2³² - 1 fingerprints: their numbers have 32 bits.
    /// - Complexity: O(n), and 32 bytes for each fingerprint.
    public init(kind: FingerprintKind, _ fingerprints: some Sequence<Fingerprint>) {
        self.kind = kind
        rows = fingerprints.map { BitPermutation.row(of: $0) }
        precondition(rows.count <= Int(UInt32.max), "rows are numbered with 32 bits")
    }

    /// The number of fingerprints.
    public var count: Int { rows.count }

    /// The fingerprint of a row.
    ///
    /// - Precondition: `row` is 0 ..< ``count``.
    public func fingerprint(at row: Int) -> Fingerprint {
        BitPermutation.fingerprint(ofRow: rows[row])
    }

    /// Lends the rows, four words each; `nil` if there is none.
    func withRows<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt64>?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try rows.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
            // A fingerprint is its four words, and nothing else.
            try body(
                UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: UInt64.self)
            )
        }
    }
}
