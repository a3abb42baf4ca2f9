import CMedia
import Keyframing

/// Reading a film's packets, and what their stamps mean.
extension FilmReader {
    /// A demuxer in trouble may report errors for ever.
    private static let maximumErrors = 64
    /// Compressed pictures that wait for the decision whether they are needed take no more than this.
    static let maximumQueueBytes = 64 << 20
    /// A packet in so many is a moment to tell the progress.
    private static let packetsPerReport = 256

    /// Reads the next packet of the stream to the end of the queue; `false` at the end of the file.
    mutating func readPacket(_ target: FilmTarget) -> Bool {
        guard !isStopped else { return false }
        var loss: FilmGap.Reason?
        var following: FilmStamps?
        if index != nil {
            let read = fetch(packet.packet)
            guard read.isRead else { return false }
            loss = read.loss
        } else {
            // Without an index stamps are all that there is: whether one is wrong, the next one tells.
            if !hasAhead { (hasAhead, aheadLoss) = fetch(ahead.packet) }
            guard hasAhead else { return false }
            loss = aheadLoss
            av_packet_move_ref(packet.packet, ahead.packet)
            (hasAhead, aheadLoss) = fetch(ahead.packet)
            if hasAhead { following = stamps(of: ahead.packet) }
            // What is next to a loss is rarely whole.
            if aheadLoss != nil || pendingLoss != nil { vestige_packet_mark_corrupt(packet.packet) }
        }
        setStart()
        vestige_packet_unhide(packet.packet)
        correctStamps(following, isBehindLoss: loss != nil)
        metKeyframe = metKeyframe || vestige_packet_is_key(packet.packet) != 0
        do throws(MediaFault) {
            try queue.append(moving: packet.packet, after: loss)
        } catch {
            append(error)
            return false
        }
        packets += 1
        if packets % FilmReader.packetsPerReport == 0 { report(target) }
        return true
    }

    /// Reads the stream's next packet.
    ///
    /// - Returns: whether there was one, and what was lost before it. At the end of the file that is kept in
    ///   ``pendingLoss``.
    private mutating func fetch(
        _ packet: UnsafeMutablePointer<AVPacket>
    ) -> (isRead: Bool, loss: FilmGap.Reason?) {
        while true {
            let lines = vestige_libav_error_lines()
            let status = demuxer.read(into: packet)
            let isOver = status == vestige_averror_eof()
            if status < 0, !isOver {
                errors += 1
                append(LibavFault.fault(status, "reading the container"))
                pendingLoss = pendingLoss ?? .damaged
                if status != vestige_averror_again(), errors < FilmReader.maximumErrors { continue }
            } else if vestige_libav_error_lines() > lines {
                // Most demuxers go on behind damage as if nothing were the matter, but for a line in the log.
                let line = String(cString: vestige_libav_last_error())
                let isCut = LibavFault.saysTruncated(line)
                append(MediaFault(isCut ? .truncated : .corrupt, "reading the container: " + line))
                pendingLoss = pendingLoss ?? (isCut ? .truncated : .damaged)
            }
            guard status >= 0 else { return (false, nil) }
            // AVI marks a picture that is shown on by a packet without bytes.
            let isOther = packet.pointee.stream_index != stream.pointee.index
            guard !isOther, packet.pointee.size > 0 else {
                av_packet_unref(packet)
                continue
            }
            errors = 0
            heedPlace(of: packet)
            if packet.pointee.pos == untimedPlace, packet.pointee.pos >= 0 {
                av_packet_unref(packet)
                continue
            }
            if vestige_packet_is_corrupt(packet) != 0 {
                append(MediaFault(.truncated, "a packet lacks bytes"))
                pendingLoss = pendingLoss ?? .damaged
            }
            defer { pendingLoss = nil }
            return (true, pendingLoss)
        }
    }

    /// What the place of a packet in the file says of it.
    private mutating func heedPlace(of packet: UnsafeMutablePointer<AVPacket>) {
        let place = packet.pointee.pos
        guard place >= 0 else { return }
        if let stamp = index?.stamp(at: place), stamp != packet.pointee.dts {
            // Behind damage AVI's pictures are counted on as if none were missing.
            if packet.pointee.pts != vestige_no_timestamp() {
                packet.pointee.pts &+= stamp &- packet.pointee.dts
            }
            packet.pointee.dts = stamp
            pendingLoss = pendingLoss ?? .damaged
        }
        while let hole = holes.first, place >= hole.upperBound {
            append(
                MediaFault(
                    .corrupt,
                    "\(hole.count) bytes at \(hole.lowerBound) are none of the container's"
                )
            )
            pendingLoss = pendingLoss ?? .damaged
            holes.removeFirst()
            // Only a page's end says when it is: the packets of the first page were counted on.
            if demuxer.format == "ogg" { untimedPlace = place }
        }
    }

    /// The film starts with the first picture that is shown.
    private mutating func setStart() {
        guard start == nil else { return }
        let own = stamps(of: packet.packet)
        guard let stamp = own.shown ?? own.decoded else {
            start = 0
            return
        }
        // Before 0 is what an edit list hides.
        let isHidden =
            demuxer.format == "mov"
            && (stamp < 0 || vestige_packet_is_hidden(packet.packet) != 0)
        start = isHidden ? 0 : stamp
    }

    private func stamps(of packet: UnsafeMutablePointer<AVPacket>) -> FilmStamps {
        let none = vestige_no_timestamp()
        let (dts, pts) = (packet.pointee.dts, packet.pointee.pts)
        return FilmStamps(
            decoded: dts == none ? nil : milliseconds(dts),
            shown: pts == none ? nil : milliseconds(pts),
            duration: milliseconds(packet.pointee.duration)
        )
    }

    /// Gives the packet at hand stamps with which the film's time goes on.
    private mutating func correctStamps(_ following: FilmStamps?, isBehindLoss: Bool) {
        let own = stamps(of: packet.packet)
        let corrected = clock.correct(own, following: following, isBehindLoss: isBehindLoss)
        let decoded = corrected.decoded ?? 0
        if own.decoded == nil && own.shown == nil || own.decoded != nil && own.decoded != decoded {
            packet.packet.pointee.dts = stamp(decoded)
        }
        if own.shown != nil, own.shown != corrected.shown {
            packet.packet.pointee.pts = stamp(corrected.shown ?? decoded)
        }
        end = max(end, shown(packet.packet) + corrected.duration)
    }

    /// Removes the first packet of the queue; what was lost before it is told.
    mutating func dropFirst() {
        guard let packet = queue.first else { return }
        tellLoss(before: packet)
        queue.removeFirst()
    }

    /// Removes the packets of the queue but for the last ones.
    mutating func drop(keeping kept: Int = 0) {
        while queue.count > kept {
            dropFirst()
        }
    }

    /// Removes the last packet of the queue; what was lost before it is lost before the next one.
    mutating func dropLast() {
        guard !queue.isEmpty else { return }
        let loss = queue.takeLoss(at: queue.count - 1)
        if hasAhead {
            aheadLoss = loss ?? aheadLoss
        } else {
            pendingLoss = loss ?? pendingLoss
        }
        queue.removeLast()
    }

    /// Tells what was lost before the queue's first packet.
    mutating func tellLoss(before packet: UnsafeMutablePointer<AVPacket>) {
        let time = shown(packet)
        if vestige_packet_is_corrupt(packet) != 0 { breakOff(at: time) }
        guard let reason = queue.takeLoss(at: 0) else { return }
        coverage.lose(reason, until: time)
        if vestige_packet_is_key(packet) == 0 || isUnmarked { breakOff(at: time) }
    }

    /// Decodes the queue's first packet, and removes it.
    ///
    /// - Returns: whether a picture was taken.
    @discardableResult
    mutating func decodeFirst(_ moments: inout WantedMoments, _ target: FilmTarget) -> Bool {
        guard let packet = queue.first else { return false }
        if vestige_packet_is_key(packet) != 0, !isUnmarked { mend(at: shown(packet)) }
        tellLoss(before: packet)
        defer { queue.removeFirst() }
        return decode(packet, &moments, target)
    }

    /// Goes to a keyframe of the index.
    mutating func seek(to stamp: Int64, backward: Bool = false) -> Bool {
        clock.moved()
        if hasAhead { av_packet_unref(ahead.packet) }
        (hasAhead, aheadLoss) = (false, nil)
        guard demuxer.seek(stream, to: stamp, backward: backward) >= 0 else {
            append(MediaFault(.corrupt, "the container's index leads nowhere"))
            coverage.lose(.damaged)
            return false
        }
        return true
    }

    /// The stamp by which a packet stands in the container's index.
    func indexStamp(_ packet: UnsafeMutablePointer<AVPacket>) -> Int64 {
        let (dts, pts) = (packet.pointee.dts, packet.pointee.pts)
        let first = demuxer.format == "matroska" ? pts : dts
        return first != vestige_no_timestamp() ? first : demuxer.format == "matroska" ? dts : pts
    }

    /// The film's time at which a packet's picture is shown, in milliseconds: when it is decoded, if that
    /// is all that is known.
    func shown(_ packet: UnsafePointer<AVPacket>) -> Int64 {
        let (dts, pts) = (packet.pointee.dts, packet.pointee.pts)
        let stamp = pts != vestige_no_timestamp() ? pts : dts
        return stamp == vestige_no_timestamp() ? lastTaken ?? 0 : sinceStart(milliseconds(stamp))
    }

    func milliseconds(_ stamp: Int64) -> Int64 {
        av_rescale_q(stamp, stream.pointee.time_base, AVRational(num: 1, den: 1000))
    }

    private func stamp(_ milliseconds: Int64) -> Int64 {
        av_rescale_q(milliseconds, AVRational(num: 1, den: 1000), stream.pointee.time_base)
    }

    func sinceStart(_ milliseconds: Int64) -> Int64 {
        let (elapsed, overflow) = milliseconds.subtractingReportingOverflow(start ?? 0)
        return overflow ? 0 : elapsed
    }
}
