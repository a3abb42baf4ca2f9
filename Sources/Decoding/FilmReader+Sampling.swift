import CMedia
import Keyframing

/// Which packets of a film are decoded.
///
/// A group of pictures is a keyframe and what follows it up to the next one. Where the next keyframe is near
/// enough, the keyframe is decoded alone, and the rest of its group is not read if the container's index says
/// where to go on, or else read and dropped. Where it is further away, the group is decoded from its keyframe on
/// until the moments that are missing have come, and no further.
extension FilmReader {
    /// A keyframe of which nothing comes out alone (the first field of two, say) gets so many packets more.
    private static let packetsAfterKeyframe = 5
    /// A decoder keeps back as many pictures as this before the first comes out: with more, there are none.
    private static let longestSilence = 40
    /// In a film without keyframes a damaged picture is not taken so soon after the start, in milliseconds:
    /// the picture builds up over some time.
    private static let patienceAtStart: Int64 = 5_000

    /// Pictures that no other refers to are left out only where moments further apart than this are wanted,
    /// in milliseconds: where they are near, those pictures are wanted themselves.
    private static let densestSkipping: Int64 = 400

    private var hole: Int64 { options.sampling.longestHole }
    private var spacing: Int64 { options.sampling.keyframeSpacing }

    /// Goes through a film that marks its keyframes.
    mutating func sample(_ target: FilmTarget) {
        findKeyframe(target)
        // Damaged stamps may lead back to where the film has been looked at; what is gone to next lies always
        // further on, or it would be gone to again and again.
        var reached = Int64.min
        while !isStopped, !metFalseKeyframe, let head = queue.first {
            reached = max(reached, indexStamp(head))
            if let next = index?.next(after: reached, spacing: spacing, hole: hole) {
                sample(upTo: next, target)
            } else {
                sampleScanning(target)
            }
        }
    }

    /// Drops packets until one is a keyframe.
    private mutating func findKeyframe(_ target: FilmTarget) {
        drop()
        while readPacket(target) {
            guard let packet = queue.first else { return }
            if vestige_packet_is_key(packet) != 0 { return }
            // What comes before the first keyframe cannot be decoded whole.
            coverage.lose(.damaged, until: shown(packet))
            drop()
        }
    }

    /// Goes to a keyframe of the index; if that fails, to one behind it.
    private mutating func goOn(to entry: KeyframeIndex.Entry, _ target: FilmTarget) {
        var stamp = entry.stamp
        while !isStopped {
            drop()
            if seek(to: stamp) {
                findKeyframe(target)
                // A demuxer that heeds when pictures are shown may have gone a keyframe too far.
                if queue.first.map({ indexStamp($0) > stamp }) ?? true {
                    goBack(to: stamp, target)
                }
                if let head = queue.first, indexStamp(head) >= stamp { return }
            }
            // The file ends before its index does, or the index is wrong here.
            coverage.lose(.truncated)
            guard let next = index?.next(after: stamp, spacing: spacing, hole: hole) else { break }
            stamp = next.stamp
        }
        drop()
    }

    /// Goes to the last keyframe before a stamp, and reads on to the one that has the stamp, or a later one.
    private mutating func goBack(to stamp: Int64, _ target: FilmTarget) {
        drop()
        guard seek(to: stamp, backward: true) else { return }
        while readPacket(target), let head = queue.first {
            if vestige_packet_is_key(head) != 0, indexStamp(head) >= stamp { return }
            drop()
        }
    }

    /// A group of which the index says where the next one begins.
    private mutating func sample(upTo next: KeyframeIndex.Entry, _ target: FilmTarget) {
        guard let head = queue.first else { return }
        let key = shown(head)
        guard next.milliseconds > hole else {
            lastKeyframe = key
            decodeKeyframe(target, reading: true)
            goOn(to: next, target)
            return
        }
        lastKeyframe = key
        let parts = (next.milliseconds + hole - 1) / max(1, hole)
        let step = next.milliseconds / max(1, parts)
        let end = key + next.milliseconds
        let reached = fill(from: key, step: step, knowsEnd: true, target) { lastTaken, _ in
            lastTaken + step > end - step / 2
        }
        // Left before the group's end, the rest of it need not be read; and if the file ended before the
        // keyframe that its index names, there may be more behind it.
        if !isStopped, !reached || queue.isEmpty { goOn(to: next, target) }
    }

    /// A group whose end is not known before it is reached.
    private mutating func sampleScanning(_ target: FilmTarget) {
        guard let head = queue.first else { return }
        let key = shown(head)
        let isWanted = lastKeyframe.map { key - $0 >= spacing || key < $0 } ?? true
        let base = isWanted ? key : lastTaken ?? key
        while readPacket(target) {
            let packet = queue[queue.count - 1]
            if vestige_packet_is_key(packet) != 0 {
                if isWanted || shown(packet) - base > hole {
                    lastKeyframe = key
                    decodeKeyframe(target, reading: false)
                }
                drop(keeping: 1)
                return
            }
            guard case .covering(let interval) = options.sampling else {
                // Kept for a keyframe that does not come out alone.
                if queue.count > FilmReader.packetsAfterKeyframe { dropLast() }
                continue
            }
            if shown(packet) - base > hole || queue.bytes > FilmReader.maximumQueueBytes {
                let start = isWanted ? key : base + interval
                lastKeyframe = isWanted ? key : lastKeyframe
                let hole = hole
                _ = fill(from: start, step: interval, knowsEnd: false, target) {
                    lastTaken,
                    queued in
                    queued - lastTaken <= hole
                }
                return
            }
        }
        if isWanted { decodeKeyframe(target, reading: false) }
        drop()
    }

    /// Decodes the keyframe at the head of the queue and no more, if a picture comes out of it.
    ///
    /// - Parameter reading: whether what follows the keyframe has not been read yet.
    private mutating func decodeKeyframe(_ target: FilmTarget, reading: Bool) {
        guard let head = queue.first else { return }
        let key = shown(head)
        decoder.skipUnreferenced(false)
        defer { decoder.flush() }
        var moments = WantedMoments.first
        let lines = vestige_libav_error_lines()
        mend(at: key)
        tellLoss(before: head)
        if decode(head, &moments, as: .keyframe, target) || metFalseKeyframe { return }
        if decode(nil, &moments, as: .keyframe, target) || metFalseKeyframe || isStopped { return }
        decoder.flush()
        if vestige_libav_error_lines() > lines { breakOff(at: key) }
        while reading, queue.count <= FilmReader.packetsAfterKeyframe, readPacket(target) {
            if vestige_packet_is_key(queue[queue.count - 1]) != 0 { break }
        }
        for place in 0..<min(queue.count, FilmReader.packetsAfterKeyframe + 1) {
            if place > 0, vestige_packet_is_key(queue[place]) != 0 { break }
            if decode(queue[place], &moments, as: .secondHalf, target) { return }
        }
        if !decode(nil, &moments, as: .secondHalf, target) {
            coverage.lose(.damaged, until: key)
        }
    }

    /// Decodes from the packet at the head of the queue on, and takes a picture at `start` and one every
    /// `step` milliseconds after it.
    ///
    /// - Parameters:
    ///   - knowsEnd: whether the index says where the next keyframe is.
    ///   - isEnough: is asked, with the time of the last picture that was taken and that of the last
    ///     packet that was read, whether no further picture is needed as far as is known.
    /// - Returns: whether the next keyframe, or the file's end, was reached: then it heads the queue, or the
    ///   queue is empty. If not, all that was needed had come before it was.
    private mutating func fill(
        from start: Int64,
        step: Int64,
        knowsEnd: Bool,
        _ target: FilmTarget,
        until isEnough: (_ lastTaken: Int64, _ queued: Int64) -> Bool
    ) -> Bool {
        decoder.skipUnreferenced(step > FilmReader.densestSkipping)
        dropHeld()
        defer { decoder.flush() }
        let patience = isUnmarked ? FilmReader.patienceAtStart : step / 2
        var moments = WantedMoments(next: start, step: step, patience: max(1, patience))
        var queued = queue.isEmpty ? start : shown(queue[queue.count - 1])
        var hasBegun = false
        while !isStopped {
            // Where the end is not known, nothing is decoded for a moment before it is clear that no
            // keyframe is near it. One packet is always read ahead: it may be the keyframe.
            let mayWait = !knowsEnd && hasBegun && queue.bytes <= FilmReader.maximumQueueBytes
            if queue.count < 2 || mayWait && isEnough(lastTaken ?? start, queued) {
                guard readPacket(target) else { break }
                let packet = queue[queue.count - 1]
                queued = shown(packet)
                if !isUnmarked, vestige_packet_is_key(packet) != 0 {
                    finish(&moments, keeping: 1, target) { hasBegun && isEnough($0, queued) }
                    return true
                }
                continue
            }
            guard let packet = queue.first else { break }
            let time = shown(packet)
            if decodeFirst(&moments, target) {
                hasBegun = true
                if knowsEnd, isEnough(lastTaken ?? start, queued) { return false }
            } else if silentPackets > FilmReader.longestSilence {
                coverage.lose(.damaged, until: time)
            }
        }
        finish(&moments, keeping: 0, target) { hasBegun && isEnough($0, queued) }
        return true
    }

    /// Decodes what is in the queue, but for the last packets, and what the decoder still holds, as far as
    /// pictures are needed.
    private mutating func finish(
        _ moments: inout WantedMoments,
        keeping kept: Int,
        _ target: FilmTarget,
        until isEnough: (_ lastTaken: Int64) -> Bool
    ) {
        while !isStopped, queue.count > kept, !isEnough(lastTaken ?? 0) {
            decodeFirst(&moments, target)
        }
        if !isStopped, !isEnough(lastTaken ?? 0) {
            decode(nil, &moments, target)
        }
        // What is shown last may be shown for long.
        let end = queue.isEmpty ? self.end : shown(queue[queue.count - 1])
        if !isStopped, end - (lastTaken ?? end) > hole { takeHeld(&moments, before: end, target) }
        drop(keeping: kept)
    }

    /// Goes through a film without keyframes: from its first packet on, every packet is decoded.
    mutating func sampleUnmarked(_ target: FilmTarget) {
        guard readPacket(target), let first = queue.first else { return }
        let step = options.sampling.fillMilliseconds ?? FilmSampling.defaultFillMilliseconds
        let start = lastTaken.map { $0 + step } ?? max(0, shown(first))
        _ = fill(from: start, step: step, knowsEnd: false, target) { _, _ in false }
    }

    /// Takes the keyframes among the samples of an MP4 that its edit list hides.
    mutating func sampleHidden(_ target: FilmTarget, visible: Set<Int64>) {
        var lastStamp: Int64?
        let spacing = av_rescale_q(
            self.spacing,
            AVRational(num: 1, den: 1000),
            stream.pointee.time_base
        )
        for entry in stream.indexEntries where !isStopped {
            guard entry.pointee.flags & AVINDEX_KEYFRAME != 0,
                !visible.contains(entry.pointee.pos)
            else { continue }
            let stamp = entry.pointee.timestamp
            if let lastStamp, stamp - lastStamp < spacing, stamp >= lastStamp { continue }
            lastStamp = stamp
            drop()
            guard seek(to: stamp), readPacket(target) else { continue }
            decodeKeyframe(target, reading: true)
            metFalseKeyframe = false
        }
        drop()
    }

    /// The places in the file of the samples that an MP4 shows; `nil` if it shows all that it has.
    func visiblePlaces() -> Set<Int64>? {
        let count = avformat_index_get_entries_count(stream)
        guard demuxer.format == "mov", count > 0, Int64(count) < stream.pointee.nb_frames else {
            return nil
        }
        return Set(stream.indexEntries.map(\.pointee.pos))
    }
}
