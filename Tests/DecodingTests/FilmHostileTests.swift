import Decoding
import Foundation
import Keyframing
import TestSupport
import Testing

/// Films that lie about themselves: bounded, told, and what can be had of them is.
@Suite(.enabled(if: NumberedFilm.ffmpeg != nil, "needs FFmpeg's command line"))
struct FilmHostileTests {
    private static let coding = [
        "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "20",
    ]

    /// Replaces the bytes behind the first place at which `mark` stands.
    private func patched(
        _ bytes: [UInt8],
        after mark: String,
        skipping: Int,
        with patch: [UInt8]
    ) throws -> [UInt8] {
        var bytes = bytes
        let mark = Array(mark.utf8)
        let place = try #require(
            (0..<(bytes.count - mark.count)).first {
                bytes[$0..<($0 + mark.count)].elementsEqual(mark)
            }
        )
        let from = place + mark.count + skipping
        bytes.replaceSubrange(from..<(from + patch.count), with: patch)
        return bytes
    }

    @Test("a length that lies for years is not believed")
    func endless() throws {
        let film = try NumberedFilm("a.mp4", FilmHostileTests.coding)
        // The duration of the film's header, of the track's, and of the track's media.
        var bytes = try patched(
            film.bytes,
            after: "mvhd",
            skipping: 16,
            with: [0x7F, 255, 255, 255]
        )
        bytes = try patched(bytes, after: "tkhd", skipping: 20, with: [0x7F, 255, 255, 255])
        bytes = try patched(bytes, after: "mdhd", skipping: 16, with: [0x7F, 255, 255, 255])
        let reading = try NumberedReading(NumberedFilm(bytes: bytes))
        #expect(reading.wrong().isEmpty)
        #expect(abs((reading.coverage?.length ?? 0) - NumberedFilm.length) < 200)
    }

    @Test("a size that only the container claims refuses nothing")
    func claimedSize() throws {
        let film = try NumberedFilm("a.mp4", FilmHostileTests.coding)
        let bytes = try patched(
            film.bytes,
            after: "avc1",
            skipping: 24,
            with: [255, 255, 255, 255]
        )
        let reading = try NumberedReading(NumberedFilm(bytes: bytes))
        #expect(reading.pictures.count >= 8 && reading.wrong().isEmpty)
        #expect(reading.report.facts.width == NumberedFilm.width)
    }

    @Test("one wrong stamp moves one picture at most", arguments: ["a.flv", "a.ts"])
    func loneStamp(file: String) throws {
        var generator = SplitMix64(seed: 0x57A4)
        let film = try NumberedFilm(file, FilmHostileTests.coding)
        for _ in 0..<12 {
            var bytes = film.bytes
            if file == "a.flv" {
                // Tags follow each other by their lengths.
                var tags: [Int] = []
                var place = 13
                while place + 11 < bytes.count {
                    tags.append(place)
                    let size = bytes[place + 1...place + 3].reduce(0) { $0 << 8 | Int($1) }
                    place += size + 15
                }
                let tag = tags[Int.random(in: tags.count / 4..<tags.count, using: &generator)]
                bytes[tag + 4] = 0x40
                bytes[tag + 7] = 0x12
            } else {
                // A packet that begins a picture has its stamp behind the start code.
                let starts = (0..<(bytes.count / 188)).map { $0 * 188 }.filter {
                    bytes[$0 + 1] & 0x40 != 0 && bytes[$0 + 1] & 0x1F == 1
                }
                let packet = starts[
                    Int.random(in: starts.count / 4..<starts.count, using: &generator)
                ]
                let code = try #require(
                    (packet..<(packet + 170)).first {
                        bytes[$0..<($0 + 3)].elementsEqual([0, 0, 1])
                    }
                )
                // Both stamps, if there are two.
                for place in [code + 9, code + 14] where bytes[place] & 0x01 == 1 {
                    bytes[place] ^= 0x06
                }
            }
            let reading = try NumberedReading(NumberedFilm(bytes: bytes))
            #expect((reading.coverage?.length ?? 0) <= NumberedFilm.length + 500)
            let wrong = reading.wrong(tolerance: 100)
            #expect(wrong.count <= 1, "\(reading.pictures)")
        }
    }

    @Test("thousands of streams", arguments: [10_000, 30_000])
    func streams(count: Int) throws {
        // A Matroska whose list of tracks is blown up: elements of which all but the first name sound.
        let film = try NumberedFilm("a.mkv", FilmHostileTests.coding)
        let bytes = film.bytes
        let tracks: [UInt8] = [0x16, 0x54, 0xAE, 0x6B]
        let place = try #require(
            (0..<(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual(tracks) }
        )
        // The size is written in eight bytes, or in one.
        let first = bytes[place + 4]
        let width = first.leadingZeroBitCount + 1
        var size = Int(first) & (0xFF >> width)
        for offset in 1..<width { size = size << 8 | Int(bytes[place + 4 + offset]) }
        let body = place + 4 + width
        var content = Array(bytes[body..<(body + size)])
        for number in 2...count {
            // Number, UID, type sound, codec A_PCM/INT/LIT.
            let codec = Array("A_PCM/INT/LIT".utf8)
            let fields: [UInt8] =
                [0xD7, 0x82, UInt8(number >> 8), UInt8(number & 255), 0x73, 0xC5, 0x82]
                + [UInt8(number >> 8), UInt8(number & 255), 0x83, 0x81, 2, 0x86]
                + [0x80 | UInt8(codec.count)] + codec
            content += [0xAE, 0x80 | UInt8(fields.count)] + fields
        }
        let length = content.count
        let head = [0x01] + (0..<7).map { UInt8(truncatingIfNeeded: length >> (48 - 8 * $0)) }
        // The segment's own size becomes "unknown", and its index is of no more use.
        var grown = Array(bytes[..<(place + 4)]) + head + content + Array(bytes[(body + size)...])
        let segment = try #require(
            (0..<64).first { grown[$0..<($0 + 4)].elementsEqual([0x18, 0x53, 0x80, 0x67]) }
        )
        grown.replaceSubrange(
            (segment + 4)..<(segment + 12),
            with: [0x01, 255, 255, 255, 255, 255, 255, 255]
        )
        let reading = try NumberedReading(NumberedFilm(bytes: grown))
        // Its index leads to wrong places now.
        let unmarked = reading.wrong().filter { !$0.isDamaged }
        #expect(reading.pictures.count >= 8 && unmarked.isEmpty, "\(reading.pictures)")
    }

    @Test("a film without a picture says so")
    func nothing() throws {
        let film = try NumberedFilm("a.mp4", FilmHostileTests.coding)
        // Headers and index are there, the pictures are zeros.
        let from = try #require(
            (0..<(film.bytes.count - 4)).first {
                film.bytes[$0..<($0 + 4)].elementsEqual(Array("mdat".utf8))
            }
        )
        let to = try #require(
            (0..<(film.bytes.count - 4)).last {
                film.bytes[$0..<($0 + 4)].elementsEqual(Array("moov".utf8))
            }
        )
        var bytes = film.bytes
        for place in (from + 4)..<(to - 4) { bytes[place] = 0 }
        let (taken, outcome) = decode(bytes)
        #expect(taken.isEmpty)
        #expect(throws: MediaFault.self) { try outcome.get() }
    }

    @Test("errors in every group: what is sound is kept, the rest is told")
    func everyGroup() throws {
        let film = try NumberedFilm("a.ts", FilmHostileTests.coding)
        var bytes = film.bytes
        let packets = bytes.count / 188
        for packet in stride(from: 40, to: packets, by: 9) {
            for place in (packet * 188 + 60)..<(packet * 188 + 100) { bytes[place] = 0xA5 }
        }
        let reading = try NumberedReading(NumberedFilm(bytes: bytes))
        #expect(!reading.report.losses.isEmpty)
        let unmarked = reading.wrong(tolerance: 100).filter { !$0.isDamaged }
        // Not every wrong bit is one that the decoder can notice.
        #expect(
            unmarked.count <= 1 && unmarked.allSatisfy { $0.number == nil },
            "\(reading.pictures)"
        )
    }

    @Test("an index that leads back does not lead round and round")
    func backwards() throws {
        // The end of one Matroska behind the beginning of another, so that times begin anew and the index fits
        // neither.
        let clusters = ["-cluster_time_limit", "400"]
        let long = try NumberedFilm("a.mkv", FilmHostileTests.coding + clusters).bytes
        let short = try NumberedFilm(
            "a.mkv",
            FilmHostileTests.coding + clusters + ["-g", "10", "-t", "1.2"]
        ).bytes
        func places(of mark: [UInt8], in bytes: [UInt8]) -> [Int] {
            (0..<(bytes.count - 4)).filter { bytes[$0..<($0 + 4)].elementsEqual(mark) }
        }
        let cluster: [UInt8] = [0x1F, 0x43, 0xB6, 0x75]
        let cuts = places(of: cluster, in: long)
        let joints = places(of: cluster, in: short)
        try #require(cuts.count > 9 && joints.count > 1)
        for cut in cuts[1..<9] {
            for joint in joints[..<2] {
                var bytes = long[..<cut] + short[joint...]
                // The size of the whole becomes "unknown".
                let place = try #require(places(of: [0x18, 0x53, 0x80, 0x67], in: long).first) + 4
                try #require(bytes[place] == 0x01)
                bytes.replaceSubrange(
                    (place + 1)..<(place + 8),
                    with: [UInt8](repeating: 0xFF, count: 7)
                )
                var reports = 0
                _ = try? Array(bytes).withUnsafeBytes { content in
                    try MediaDecoding.decode(
                        MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                        options: DecodeOptions(),
                        onProgress: { _ in
                            reports += 1
                            return reports < 2_000
                        },
                        onKeyframe: { _ in }
                    )
                }
                #expect(reports < 1_000, "\(cut) and \(joint)")
            }
        }
    }

    @Test("a time limit ends a film, keeps what came, and says from where on")
    func timeLimit() throws {
        let film = try NumberedFilm("a.mkv", FilmHostileTests.coding)
        var options = DecodeOptions()
        options.sampling = .covering(fillMilliseconds: 1_000)
        var reports = 0
        var taken: [Taken] = []
        let report = try film.bytes.withUnsafeBytes { content in
            try MediaDecoding.decode(
                MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                options: options,
                onProgress: { _ in
                    reports += 1
                    return reports < 5
                },
                onKeyframe: { taken.append(Taken($0)) }
            )
        }
        #expect((1..<8).contains(taken.count))
        #expect(report.losses.map(\.code) == [.limitReached])
        let coverage = try #require(report.coverage.first)
        let gap = try #require(coverage.gaps.first)
        #expect(coverage.gaps.count == 1 && gap.reason == .limitReached)
        #expect(gap.from == taken.last?.time && gap.to == coverage.length)
        #expect(abs(coverage.length - NumberedFilm.length) < 200)
    }

    @Test(
        "bytes that are wrong anywhere end in a report that adds up",
        arguments: ["mp4", "mkv", "avi", "flv", "ts", "vob", "ogv", "wmv", "webm"]
    )
    func mutated(container: String) throws {
        let codec = [
            "vob": "mpeg2video", "ogv": "libtheora", "wmv": "wmv2", "webm": "libvpx",
        ][container, default: "libx264"]
        let film = try NumberedFilm(
            "a.\(container)",
            ["-c:v", codec, "-s", "96x64", "-g", "50", "-pix_fmt", "yuv420p"]
        )
        var generator = SplitMix64(seed: 0xF117)
        for _ in 0..<12 {
            var bytes = film.bytes
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 50))
                default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            guard case .success(let report) = decode(bytes).outcome else { continue }
            for coverage in report.coverage {
                // 100 bytes a second is the least that is believed.
                #expect(coverage.length <= max(40_000, Int64(bytes.count) * 10 + 10_000))
                #expect(coverage.represented <= coverage.length)
                var end: Int64 = 0
                for gap in coverage.gaps {
                    #expect(gap.from >= end && gap.to > gap.from && gap.to <= coverage.length)
                    end = gap.to
                }
                let isWhole = coverage.gaps.allSatisfy { $0.reason == .keyframesOnly }
                #expect(isWhole || !report.losses.isEmpty)
            }
        }
    }
}
