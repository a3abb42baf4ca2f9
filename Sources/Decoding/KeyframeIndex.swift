import CMedia

/// Where a container's own index says that the keyframes of a stream are.
struct KeyframeIndex {
    /// A keyframe of the index.
    struct Entry {
        /// The time by which the demuxer finds it, in the stream's time base.
        let stamp: Int64
        /// How long after the keyframe before it, in milliseconds.
        let milliseconds: Int64
    }

    /// Those containers that have one.
    static let formats: Set<String> = ["mov", "matroska", "avi"]

    /// The stamps of the keyframes, ascending, each once.
    private let stamps: [Int64]
    private let timeBase: AVRational
    /// In an AVI, when the packet at a place in the file is decoded.
    private let places: [Int64: Int64]

    /// The index of a stream; `nil` if the container has none that can be relied on.
    ///
    /// MP4, AVI and Matroska have one. Theirs names every keyframe as a rule, and what it does not
    /// name, such as the later fragments of a fragmented MP4, is read in sequence behind its last entry.
    /// Matroska's is read only when something is first looked for, which moves the demuxer away from
    /// the start: of that one the demuxer that is given is of no further use.
    init?(_ demuxer: borrowing Demuxer, _ stream: UnsafeMutablePointer<AVStream>) {
        guard KeyframeIndex.formats.contains(demuxer.format) else { return nil }
        if demuxer.format == "matroska" {
            _ = demuxer.seek(stream, to: 0, backward: true)
        }
        var stamps: [Int64] = []
        for entry in stream.indexEntries {
            guard entry.pointee.flags & AVINDEX_KEYFRAME != 0,
                stamps.last.map({ $0 < entry.pointee.timestamp }) ?? true
            else { continue }
            stamps.append(entry.pointee.timestamp)
        }
        guard stamps.count > 1 else { return nil }
        self.stamps = stamps
        var places: [Int64: Int64] = [:]
        if demuxer.format == "avi" {
            for entry in stream.indexEntries {
                // The index names the chunk, a packet's place is behind the chunk's head.
                places[entry.pointee.pos + 8] = entry.pointee.timestamp
            }
        }
        self.places = places
        timeBase = stream.pointee.time_base
    }

    /// The keyframe to go on with after one: the first that comes `spacing` milliseconds later or more,
    /// unless an earlier one is needed so that no more than `hole` milliseconds lie between.
    func next(after stamp: Int64, spacing: Int64, hole: Int64) -> Entry? {
        var place = firstPlace(after: stamp)
        guard place < stamps.count else { return nil }
        let start = place
        while place + 1 < stamps.count, milliseconds(stamps[place], since: stamp) < spacing {
            place += 1
        }
        if place > start, milliseconds(stamps[place], since: stamp) > hole {
            place -= 1
        }
        return Entry(stamp: stamps[place], milliseconds: milliseconds(stamps[place], since: stamp))
    }

    /// When the packet at a place in the file is decoded; `nil` if the index does not say it.
    func stamp(at place: Int64) -> Int64? { places[place] }

    private func milliseconds(_ stamp: Int64, since earlier: Int64) -> Int64 {
        let (span, overflow) = stamp.subtractingReportingOverflow(earlier)
        return overflow ? .max : av_rescale_q(span, timeBase, AVRational(num: 1, den: 1000))
    }

    private func firstPlace(after stamp: Int64) -> Int {
        var (low, high) = (0, stamps.count)
        while low < high {
            let middle = (low + high) / 2
            if stamps[middle] <= stamp {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
