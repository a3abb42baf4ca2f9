import CMedia
import Keyframing

/// Decoding a film's packets, and what is made of the pictures that come out.
extension FilmReader {
    /// What a packet is to the decoder.
    enum Role {
        /// It follows the packet that was sent before.
        case sequel
        /// It calls itself a keyframe, and is decoded without what came before: if its picture says that it was
        /// made from others, it is not taken, and ``metFalseKeyframe`` is set.
        case keyframe
        /// It follows a keyframe that did not come out, and may be its second half.
        case secondHalf
    }

    /// Decodes one packet, or, `nil`, what the decoder still holds, and takes the pictures that are wanted.
    ///
    /// - Returns: whether a picture was taken.
    @discardableResult
    mutating func decode(
        _ packet: UnsafePointer<AVPacket>?,
        _ moments: inout WantedMoments,
        as role: Role = .sequel,
        _ target: FilmTarget
    ) -> Bool {
        let lines = vestige_libav_error_lines()
        if let packet {
            lastSent = shown(packet)
            silentPackets += 1
        }
        let sent = decoder.send(packet)
        if sent < 0, sent != vestige_averror_eof() {
            fail(LibavFault.fault(sent, "decoding"))
        }
        var took = false
        while !isStopped {
            let received = decoder.receive()
            if received == vestige_averror_again() || received == vestige_averror_eof() { break }
            guard received >= 0 else {
                fail(LibavFault.fault(received, "decoding"))
                break
            }
            silentPackets = 0
            let time = time(of: decoder.frame)
            let hasFailed = vestige_libav_error_lines() > lines
            let isDependent = vestige_frame_is_dependent(decoder.frame, hasFailed ? 1 : 0) != 0
            if isDependent, role != .sequel {
                if role == .secondHalf { continue }
                metFalseKeyframe = true
                return false
            }
            if hasFailed {
                breakOff(at: lastSent)
                lastFailed = max(lastFailed, lastSent)
            }
            if isUnmarked, time > lastFailed, vestige_frame_is_whole(decoder.frame) != 0 {
                mend(at: time)
            }
            let isDamaged =
                vestige_frame_is_corrupt(decoder.frame) != 0 || broken?.contains(time) ?? false
            guard moments.includes(time, isDamaged: isDamaged) else {
                if role == .sequel { held.hold(decoder.frame, at: time, isDamaged: isDamaged) }
                continue
            }
            if moments.isLate(time) { takeHeld(&moments, before: time, target) }
            held.drop()
            if take(decoder.frame, at: time, isDamaged: isDamaged, target) {
                moments.take(time)
                took = true
            }
        }
        return took
    }

    /// Takes the picture before the one at hand, if it was shown when one was wanted: films stand still, too.
    mutating func takeHeld(
        _ moments: inout WantedMoments,
        before time: Int64,
        _ target: FilmTarget
    ) {
        guard held.isHeld, held.time > lastTaken ?? .min, held.time < time else { return }
        let frame = UnsafePointer(held.frame)
        if take(frame, at: held.time, isDamaged: held.isDamaged, target) {
            moments.take(held.time)
        }
        held.drop()
    }

    /// Forgets the picture that came last.
    mutating func dropHeld() {
        held.drop()
    }

    /// The packet that was sent last cannot be decoded.
    private mutating func fail(_ fault: MediaFault) {
        append(fault)
        coverage.lose(.damaged, until: lastSent)
        breakOff(at: lastSent)
        lastFailed = max(lastFailed, lastSent)
    }

    /// What is shown from now on refers to what is damaged, up to the next keyframe.
    mutating func breakOff(at time: Int64) {
        broken = min(broken?.lowerBound ?? time, time)..<Int64.max
    }

    /// A keyframe is about to be decoded: what is shown from its time on does not depend on what was lost.
    mutating func mend(at time: Int64) {
        guard let from = broken?.lowerBound else { return }
        broken = from < time ? from..<time : nil
    }

    var isUnmarked: Bool {
        if case .unmarked = selection { true } else { false }
    }

    private mutating func take(
        _ frame: UnsafePointer<AVFrame>,
        at time: Int64,
        isDamaged: Bool,
        _ target: FilmTarget
    ) -> Bool {
        let area = Int64(frame.pointee.width) * Int64(frame.pointee.height)
        var isOverBudget = false
        if case .everything = selection {
            isOverBudget = pixels + area > options.maximumAnimationPixels
        }
        guard frames < options.maximumKeyframes, !isOverBudget else {
            stop(MediaFault(.limitReached, "stopped after \(frames) pictures"))
            return false
        }
        pixels += area
        if isDamaged {
            let line = String(cString: vestige_libav_last_error())
            append(MediaFault(.corrupt, line.isEmpty ? "a picture is damaged" : line))
        }
        // A picture before the film's start is one that an edit list hides: it has no time.
        var isHidden = time < -1
        if case .hidden = selection { isHidden = true }
        let known = FrameContext(
            time: target.kind == .video && !isHidden ? max(0, time) : nil,
            assumedRange: .limited,
            isDamaged: isDamaged
        )
        do throws(MediaFault) {
            keyframes += try MediaDecoding.emit(
                frame,
                known,
                options: options,
                to: target.onKeyframe
            )
        } catch {
            append(error)
            coverage.lose(error.code == .tooLarge ? .limitReached : .unsupported, until: time)
            return false
        }
        if frames == 0 {
            width = Int(frame.pointee.width)
            height = Int(frame.pointee.height)
        }
        frames += 1
        lastTaken = max(time, lastTaken ?? time)
        if !isHidden {
            coverage.take(
                max(0, time),
                isDamaged: isDamaged,
                hidesFrames: options.sampling == .keyframes
            )
        }
        report(target)
        return true
    }

    /// When a frame is shown, in milliseconds from the film's start; negative before it. A frame that does
    /// not say it is shown when the packet that was sent last is.
    private func time(of frame: UnsafePointer<AVFrame>) -> Int64 {
        let stamp = frame.pointee.best_effort_timestamp
        return stamp == vestige_no_timestamp() ? lastSent : sinceStart(milliseconds(stamp))
    }
}
