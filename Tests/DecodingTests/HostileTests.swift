import Decoding
import Keyframing
import TestSupport
import Testing

/// Bytes that lie. Whatever they are, a decode ends in a report or a fault.
@Suite struct HostileTests {
    /// Whether a report and the pictures that came agree with each other.
    private func check(_ bytes: [UInt8]) {
        var count = 0
        let outcome = bytes.withUnsafeBytes { content in
            Result { () throws(MediaFault) in
                try MediaDecoding.decode(
                    MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                    options: DecodeOptions(),
                    onKeyframe: { _ in count += 1 }
                )
            }
        }
        switch outcome {
        case .success(let report):
            #expect(report.keyframes == count)
            #expect(count > 0)
        case .failure(let fault):
            #expect(count == 0)
            #expect(fault.detail.count <= 200)
        }
    }

    @Test("a file cut anywhere ends in a report or a fault", arguments: Fixture.all)
    func cut(fixture: Fixture) {
        let bytes = fixture.bytes
        // Every byte of the headers, then some two hundred places.
        let step = max(1, bytes.count / 200)
        for length in 0..<bytes.count where length < 100 || length % step == 0 {
            check(Array(bytes.prefix(length)))
        }
    }

    @Test("a file with wrong bits ends in a report or a fault", arguments: Fixture.all)
    func flipped(fixture: Fixture) {
        var generator = SplitMix64(seed: 0xF11B)
        for _ in 0..<100 {
            var bytes = fixture.bytes
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            check(bytes)
        }
    }

    @Test("several warnings of libheif, which writes all of them at once")
    func severalWarnings() throws {
        let fixture = try #require(Fixture.all.first { $0.name == "rgb.avif" })
        var bytes = fixture.bytes
        // Two fields of the colour description in the AV1 sequence header are unknown then.
        bytes[280] ^= 1
        let report = try bytes.withUnsafeBytes { content in
            try MediaDecoding.decode(
                MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                options: DecodeOptions(),
                onKeyframe: { _ in }
            )
        }
        #expect(report.losses.map(\.code) == [.corrupt])
        #expect(report.losses.first?.detail.contains("matrix coefficients") == true)
    }

    @Test("noise behind a signature ends in a report or a fault")
    func noise() {
        var generator = SplitMix64(seed: 0x0153)
        for fixture in Fixture.all {
            let head = fixture.bytes.prefix(16)
            for _ in 0..<20 {
                check(head + (0..<600).map { _ in UInt8.random(in: 0...255, using: &generator) })
            }
        }
    }

    @Test(
        "half a picture is kept and marked",
        arguments: [
            "rgb.jpg", "progressive.jpg", "stored.png", "interlaced.png", "rgb.bmp", "picture.gif",
            "lossy.webp",
        ]
    )
    func half(name: String) throws {
        let bytes = Fixture.bytes(name)
        let (taken, outcome) = decode(Array(bytes.prefix(bytes.count * 3 / 4)))
        let report = try outcome.get()
        #expect(report.losses.map(\.code) == [.truncated])
        #expect(taken.first?.origin.isDamaged == true)
    }

    @Test("a JPEG without its end marker has lost nothing")
    func missingEnd() throws {
        let bytes = Fixture.bytes("rgb.jpg")
        let (taken, outcome) = decode(bytes.dropLast(2))
        #expect(try outcome.get().losses.isEmpty)
        #expect(taken == decode(bytes).taken)
    }

    @Test("a picture over the limit is refused", arguments: Fixture.all)
    func tooLarge(fixture: Fixture) {
        var options = DecodeOptions()
        options.maximumPixels = 64 * 48 - 1
        let (taken, outcome) = decode(fixture.bytes, options: options)
        #expect(taken.isEmpty)
        guard case .failure(let fault) = outcome else {
            Issue.record("it was decoded")
            return
        }
        #expect(fault.code == .tooLarge)
    }

    @Test("a picture at the limit is decoded", arguments: Fixture.all)
    func atLimit(fixture: Fixture) throws {
        // Codecs of video work on whole blocks, and count those.
        guard fixture.kind == .picture, fixture.name != "rgb.heic" else { return }
        var options = DecodeOptions()
        options.maximumPixels = 64 * 48
        #expect(decode(fixture.bytes, options: options).taken.count == fixture.keyframes)
    }

    @Test("claims of huge sides are refused before memory is taken")
    func bombs() {
        // Where the sides stand in each file, and how.
        let bombs: [(String, Int, [UInt8])] = [
            ("rgb.png", 16, [0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00]),
            ("rgb.bmp", 18, [0x60, 0xEA, 0x00, 0x00, 0x60, 0xEA, 0x00, 0x00]),
            ("picture.gif", 6, [0xFF, 0xFF, 0xFF, 0xFF]),
            ("animated.webp", 24, [0xFF, 0xFF, 0x00, 0xFF, 0xFF, 0x00]),
        ]
        for (name, offset, sides) in bombs {
            var bytes = Fixture.bytes(name)
            bytes.replaceSubrange(offset..<(offset + sides.count), with: sides)
            guard case .failure(let fault) = decode(bytes).outcome else {
                Issue.record("\(name) was decoded")
                continue
            }
            #expect(fault.code == .tooLarge, "\(name): \(fault)")
        }
    }

    @Test(
        "a limit on frames ends an animation early, and says so",
        arguments: ["animated.gif", "animated.png", "animated.webp", "film.mp4"]
    )
    func frameLimit(name: String) throws {
        var options = DecodeOptions()
        options.maximumKeyframes = 2
        options.sampling = .covering(fillMilliseconds: 500)
        let (taken, outcome) = decode(Fixture.bytes(name), options: options)
        #expect(taken.count == 2)
        #expect(try outcome.get().losses.map(\.code) == [.limitReached])
    }

    @Test(
        "a file that names other files is not followed",
        arguments: [
            "#EXTM3U\n#EXTINF:1,\n/etc/hostname\n",
            "ffconcat version 1.0\nfile '/etc/hostname'\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
            "DKIF\u{0}\u{0}\u{20}\u{0}concat:/etc/hostname|/etc/passwd        ",
        ]
    )
    func playlists(text: String) {
        let (taken, outcome) = decode(Array(text.utf8))
        #expect(taken.isEmpty)
        #expect(throws: MediaFault.self) { try outcome.get() }
    }

    @Test("nothing at all is empty")
    func empty() {
        guard case .failure(let fault) = decode([]).outcome else { return }
        #expect(fault.code == .empty)
    }
}
