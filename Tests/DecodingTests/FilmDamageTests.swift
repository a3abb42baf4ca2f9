import Decoding
import Foundation
import Keyframing
import Testing

/// Films of which a part is missing: what is said to be represented is, and the rest is told.
@Suite(.enabled(if: NumberedFilm.ffmpeg != nil, "needs FFmpeg's command line"))
struct FilmDamageTests {
    struct Film: Sendable, CustomTestStringConvertible {
        let file: String
        let options: String
        var testDescription: String {
            "\(file) \(options.split(separator: " ").dropFirst().first ?? "")"
        }
    }

    private static let h264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 20"
    /// Films whose every keyframe is 0.8 seconds from the next.
    static let films: [Film] = [
        Film(file: "a.mp4", options: h264),
        Film(file: "a.mp4", options: h264 + " -movflags +faststart"),
        Film(file: "a.mp4", options: h264 + " -movflags +frag_keyframe+empty_moov"),
        Film(file: "a.mkv", options: h264),
        Film(file: "a.avi", options: h264),
        Film(file: "a.flv", options: h264),
        Film(file: "a.ts", options: h264),
        Film(file: "a.webm", options: "-c:v libvpx -deadline good -cpu-used 5 -b:v 1M -g 20"),
        Film(file: "a.vob", options: "-c:v mpeg2video -q:v 3 -g 20"),
        Film(file: "a.avi", options: "-c:v mpeg4 -q:v 3 -g 20"),
        Film(file: "a.ogv", options: "-c:v libtheora -q:v 8 -g 20"),
        Film(file: "a.wmv", options: "-c:v wmv2 -q:v 3 -g 20"),
        Film(file: "a.flv", options: "-c:v flv -q:v 3 -g 20"),
        Film(file: "a.mov", options: "-c:v mjpeg -pix_fmt yuvj420p -q:v 4"),
    ]

    private func film(_ film: Film) throws -> NumberedFilm {
        try NumberedFilm(film.file, film.options.split(separator: " ").map(String.init))
    }

    /// Everything outside the gaps has a picture near it that shows what the film shows there.
    private func expectHonest(
        _ reading: NumberedReading,
        length: Int64 = NumberedFilm.length
    ) throws {
        // A picture that is none of the film's, or of another time, is marked damaged.
        // One at the edge of the damage may have come out of wrong bits without an error.
        let wrong = reading.wrong(tolerance: 180).filter { !$0.isDamaged }
        #expect(wrong.allSatisfy { $0.number == nil } && wrong.count <= 1, "\(reading.pictures)")
        #expect(!reading.report.losses.isEmpty)
        let sound = reading.pictures.filter { $0.number != nil }
        // Behind the film's length as far as it is known, nothing is said.
        let end = min(length - 200, reading.coverage?.length ?? 0)
        let untold = stride(from: 0, through: end, by: 200).filter { time in
            !sound.contains { abs(($0.time ?? -1) - time) <= 1_300 } && !reading.isInGap(time)
        }
        #expect(untold.isEmpty, "\(reading.pictures) \(reading.report.coverage)")
    }

    @Test("bytes made 0 in the middle", arguments: films)
    func zeroed(source: Film) throws {
        let reading = try NumberedReading(try film(source).zeroed(0.35...0.65))
        try expectHonest(reading)
        // What is before and behind the damage is there.
        let times = reading.pictures.filter { $0.number != nil && !$0.isDamaged }.compactMap(\.time)
        #expect(times.contains { $0 < 1_000 }, "\(reading.pictures)")
        #expect(times.contains { $0 > 8_000 }, "\(reading.pictures)")
        let gaps = try #require(reading.coverage).gaps
        #expect(
            gaps.reduce(0) { $0 + $1.milliseconds } >= 1_000,
            "\(gaps) \(reading.pictures)"
        )
    }

    @Test("a small hole", arguments: films)
    func hole(source: Film) throws {
        for place in [0.2, 0.5, 0.77] {
            let film = try film(source).zeroed(place...(place + 0.04))
            let reading = try NumberedReading(film)
            let wrong = reading.wrong(tolerance: 180).filter { !$0.isDamaged }
            // A field or two of a picture may be damaged without a codec's noticing.
            #expect(
                wrong.allSatisfy { $0.number == nil } && wrong.count <= 1,
                "\(place): \(wrong) \(reading.pictures)"
            )
        }
    }

    @Test("the end is missing", arguments: films)
    func cut(source: Film) throws {
        // An index at the end is gone with it.
        let needsEnd =
            ["a.mp4", "a.mov"].contains(source.file) && !source.options.contains("movflags")
        guard !needsEnd else { return }
        for share in [0.4, 0.85] {
            var film = try film(source).cut(share)
            // Whole packets missing at the end of a transport stream leave no trace.
            if film.bytes.count % 188 == 0 { film = NumberedFilm(bytes: film.bytes.dropLast()) }
            let reading = try NumberedReading(film)
            let wrong = reading.wrong(tolerance: 180).filter { !$0.isDamaged }
            #expect(
                wrong.allSatisfy { $0.number == nil } && wrong.count <= 1,
                "\(reading.pictures)"
            )
            #expect(!reading.report.losses.isEmpty, "\(share) \(reading.report.coverage)")
            let coverage = try #require(reading.coverage)
            let last = reading.pictures.filter { $0.number != nil }.compactMap(\.time).max() ?? 0
            #expect(coverage.represented <= last + 1_300, "\(share) \(coverage)")
            // Where the header says how long the film was, the rest is a gap, however short it is.
            let isClaimed =
                !["a.ts", "a.vob", "a.ogv"].contains(source.file)
                && !source.options.contains("frag_keyframe")
            if isClaimed {
                let sparse = try #require(try NumberedReading(film, fill: 20_000).coverage)
                #expect(sparse.gaps.last?.reason == .truncated, "\(share) \(sparse)")
                #expect((sparse.gaps.last?.to ?? 0) >= NumberedFilm.length - 300, "\(sparse)")
            }
        }
    }
}
