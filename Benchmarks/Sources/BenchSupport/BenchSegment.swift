import Fingerprinting
import Glibc
import Indexing
import Keyframing

/// A segment of the fingerprints in a file: the item of each is its place there.
public enum BenchSegment {
    /// The segment in a folder.
    public static func path(in folder: String) -> String { folder + "/bench.seg" }

    /// Writes the segment, unless there is one in the folder already.
    ///
    /// - Returns: the CPU seconds it took; `nil` if there was one.
    public static func write(_ codes: String, to folder: String) throws(IndexFault) -> Double? {
        guard access(path(in: folder), F_OK) != 0 else { return nil }
        let start = Clock.cpu()
        var writer = SegmentWriter(kind: .pdqFullResolution, folder: folder)
        let origin = PictureOrigin(decoder: .none, policy: .exact)
        var item: UInt64 = 0
        try Codes.forEach(in: codes) { code throws(IndexFault) in
            try writer.append(
                code,
                Occurrence(item: item, timeMilliseconds: nil, quality: 100, origin: origin)
            )
            item += 1
        }
        _ = try writer.write(name: "bench.seg")
        return (Clock.cpu() - start) / 1e6
    }
}
