import Evidence
import Glibc
import Indexing
import Logging

/// Fewer, larger segments: beside a run, tier by tier, and all at once when it is asked for.
///
/// A merge is safe in this order: the new segment, synced; the MANIFEST with the new one besides the old
/// ones; the catalog's transaction that exchanges their names, which decides; the MANIFEST without the
/// old ones; their removal. A reader takes what both name, so it sees the old ones or the new one, never
/// both and never neither; ``recover()`` puts right what a crash leaves in between.
extension CaseWriter {
    /// What a compaction did.
    public struct Compaction: Hashable, Sendable {
        /// Segments before.
        public var segmentsBefore = 0
        /// Segments after.
        public var segmentsAfter = 0
        /// Bytes of all segments before.
        public var bytesBefore = 0
        /// Bytes of all segments after.
        public var bytesAfter = 0
        /// Segments of an older format, which were upgraded.
        public var upgraded = 0
        /// Occurrences of withdrawn and superseded items, which were left out.
        public var dropped = 0
        /// Occurrences that are left.
        public var occurrences = 0
    }

    /// Merges all segments into as few as they fit, in the newest format, without what is dead.
    ///
    /// - Parameter progress: called now and then.
    /// - Returns: what was done; nothing, if the case is as compact as it can be.
    /// - Throws: ``CaseFault``; then the case is as it was, or some of its segments are merged.
    public func compact(
        progress: @escaping (BuildProgress) -> Void = { _ in }
    ) throws(CaseFault) -> Compaction {
        try finishMerging(givingUp: false)
        let tombstones = try catalog.tombstones()
        var done = Compaction()
        done.segmentsBefore = manifest.segments.count
        done.bytesBefore = manifest.segments.reduce(0) { $0 + $1.bytes }
        let before = manifest.segments.reduce(0) { $0 + $1.occurrences }
        for group in MergePolicy.whole(manifest.segments) {
            let segments = try open(group)
            let outdated = segments.count { $0.isOutdated }
            guard segments.count > 1 || outdated > 0 || !tombstones.isEmpty else { continue }
            let merge = try caseFault { () throws(IndexFault) in
                try SegmentMerge(segments, tombstones: tombstones, memory: memory)
            }
            let name = nextSegmentName()
            let path = folder.segments
            let merged = try caseFault { () throws(IndexFault) in
                try merge.write(to: path, name: name, progress: progress)
            }
            try exchange(
                segments.map(\.description.name),
                for: merged,
                buried: merge.withdrawnItems()
            )
            done.upgraded += outdated
        }
        done.segmentsAfter = manifest.segments.count
        done.bytesAfter = manifest.segments.reduce(0) { $0 + $1.bytes }
        done.occurrences = manifest.segments.reduce(0) { $0 + $1.occurrences }
        done.dropped = before - done.occurrences
        return done
    }

    /// Begins a merge beside the run, if one is due and none goes on.
    func startMergeIfDue() throws(CaseFault) {
        guard merge == nil, !isMergingOff else { return }
        let due = Set(MergePolicy.due(manifest.segments))
        guard !due.isEmpty else { return }
        logger.info("merging segments", metadata: ["segments": "\(due.sorted())"])
        merge = BackgroundMerge(
            try open(manifest.segments.filter { due.contains($0.name) }),
            tombstones: try catalog.tombstones(),
            memory: memory,
            folder: folder.segments,
            name: nextSegmentName()
        )
    }

    /// Takes up the result of the merge beside the run, if it has ended.
    func takeUpMerge() throws(CaseFault) {
        guard let merge, let outcome = merge.outcome else { return }
        self.merge = nil
        switch outcome {
        case .merged(let segment, let buried):
            try exchange(merge.inputs, for: segment, buried: buried)
        case .failed(let fault):
            // What is new can be kept all the same, and losing it would not mend the old. Not tried again
            // in this run: it would fail again.
            isMergingOff = true
            logger.log(
                level: fault.code == .system ? .warning : .error,
                "segments could not be merged; the run goes on without",
                metadata: ["reason": "\(fault)"]
            )
        }
    }

    /// Ends all merging.
    ///
    /// - Parameter givingUp: whether a merge that goes on is given up; else it is waited for, and so are
    ///   those that become due by it.
    func finishMerging(givingUp: Bool) throws(CaseFault) {
        while let merge {
            if givingUp {
                merge.giveUp()
                self.merge = nil
                return
            }
            _ = merge.wait()
            try takeUpMerge()
            try startMergeIfDue()
        }
    }

    private func exchange(
        _ names: [String],
        for merged: SegmentDescription,
        buried: [UInt64]
    ) throws(CaseFault) {
        let isEmpty = merged.occurrences == 0
        if !isEmpty {
            manifest.segments.append(merged)
            manifest.generation += 1
            try replaceManifest()
        }
        try catalog.replaceSegments(
            names,
            with: isEmpty ? nil : merged.name,
            buried: buried,
            run: run
        )
        let old = Set(names)
        manifest.segments.removeAll { old.contains($0.name) }
        manifest.generation += 1
        try replaceManifest()
        for name in isEmpty ? names + [merged.name] : names {
            unlink(folder.segments + "/" + name)
        }
    }

    private func open(_ descriptions: [SegmentDescription]) throws(CaseFault) -> [Segment] {
        var segments: [Segment] = []
        for description in descriptions {
            let path = folder.segments + "/" + description.name
            segments.append(
                try caseFault { () throws(IndexFault) in
                    try Segment(opening: path, description: description)
                }
            )
        }
        return segments
    }
}
