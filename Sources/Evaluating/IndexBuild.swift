import Casework
import Fingerprinting
import Indexing

/// Makes one segment of all fingerprints of a case, to see what that costs by itself: in a run of `index` it is
/// done beside the decoding.
public enum IndexBuild {
    /// Makes it in a folder, where it stays.
    ///
    /// - Throws: `IndexFault`, if a segment cannot be read or written.
    public static func measure(
        _ reader: CaseReader,
        kind: FingerprintKind,
        folder: String,
        memory: Int
    ) throws -> StageFigures {
        let clock = StageClock()
        var writer = SegmentWriter(kind: kind, folder: folder, memory: memory)
        for segment in reader.segments {
            for row in 0..<segment.rows {
                for occurrence in try segment.occurrences(ofRow: row) {
                    try writer.append(segment.fingerprint(ofRow: row), occurrence)
                }
            }
        }
        let count = writer.occurrenceCount
        _ = try writer.write(name: "bench.seg")
        return clock.stage(.build, work: [.init(.fingerprints, Double(count))])
    }
}
