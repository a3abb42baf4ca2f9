import Decoding
import Keyframing
import Testing

/// Every codec in every container that holds it: what is told of a moment is what the film shows then.
@Suite(.enabled(if: NumberedFilm.ffmpeg != nil, "needs FFmpeg's command line"))
struct FilmFormatTests {
    struct Format: Sendable, CustomTestStringConvertible {
        let file: String
        let options: [String]
        var codec: String
        /// How far a time may be off: containers that keep only the time of decoding do not say when a
        /// picture is shown.
        var tolerance: Int64 = 45
        /// The shape that the codec or container asks for.
        var isResized = false

        var testDescription: String { "\(codec) in \(file)" }

        init(_ codec: String, _ file: String, _ options: String, tolerance: Int64 = 45) {
            self.codec = codec
            self.file = file
            self.options = options.split(separator: " ").map(String.init)
            self.tolerance = tolerance
        }
    }

    private static let h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
    private static let h264B = "-c:v libx264 -preset veryfast -bf 3 -pix_fmt yuv420p"
    private static let hevc = "-c:v libx265 -preset ultrafast -x265-params log-level=none:bframes=3"
    private static let vp8 = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M"
    private static let vp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 1M"
    private static let av1 = "-c:v libsvtav1 -preset 12 -crf 40"
    private static let mpeg4 = "-c:v mpeg4 -q:v 3 -bf 2"

    /// Codecs that refer to other pictures.
    static let formats: [Format] = [
        Format("h264", "a.mp4", h264B), Format("h264", "a.mov", h264),
        Format("h264", "a.mkv", h264B), Format("h264", "a.3gp", h264),
        Format("h264", "a.avi", h264, tolerance: 90),
        Format("h264", "b.avi", h264B, tolerance: 130),
        Format("h264", "a.flv", h264B), Format("h264", "a.ts", h264B),
        Format("h264", "a.h264", h264B, tolerance: 130),
        Format("h264", "fragments.mp4", h264B + " -movflags +frag_keyframe+empty_moov"),
        Format("h264", "delay.mp4", h264B + " -movflags +negative_cts_offsets"),
        Format("hevc", "a.mp4", hevc), Format("hevc", "a.mkv", hevc), Format("hevc", "a.ts", hevc),
        Format("hevc", "a.h265", hevc, tolerance: 130),
        Format("vp8", "a.webm", vp8), Format("vp8", "a.mkv", vp8), Format("vp8", "a.avi", vp8),
        Format("vp9", "a.webm", vp9), Format("vp9", "a.mp4", vp9),
        Format("av1", "a.mp4", av1), Format("av1", "a.mkv", av1), Format("av1", "a.webm", av1),
        Format("av1", "a.obu", av1, tolerance: 90),
        Format("mpeg1video", "a.mpg", "-c:v mpeg1video -q:v 3 -bf 2", tolerance: 130),
        Format("mpeg2video", "a.ts", "-c:v mpeg2video -q:v 3 -bf 2"),
        Format("mpeg2video", "a.vob", "-c:v mpeg2video -q:v 3 -bf 2", tolerance: 130),
        Format("mpeg2video", "a.m2v", "-c:v mpeg2video -q:v 3 -bf 2", tolerance: 130),
        Format("mpeg2video", "a.mkv", "-c:v mpeg2video -q:v 3 -bf 2"),
        Format("mpeg4", "a.mp4", mpeg4), Format("mpeg4", "a.avi", mpeg4, tolerance: 90),
        Format("mpeg4", "a.mkv", mpeg4), Format("mpeg4", "a.3gp", mpeg4),
        Format("h263", "a.3gp", "-c:v h263 -s 352x288 -q:v 3"),
        Format("h263", "a.avi", "-c:v h263 -s 352x288 -q:v 3"),
        Format("theora", "a.ogg", "-c:v libtheora -q:v 8"),
        Format("wmv1", "a.wmv", "-c:v wmv1 -q:v 3"), Format("wmv2", "a.wmv", "-c:v wmv2 -q:v 3"),
        Format("msmpeg4v3", "a.avi", "-c:v msmpeg4 -q:v 3"),
        Format("flv1", "a.flv", "-c:v flv -q:v 3"),
        Format("rv10", "a.rm", "-c:v rv10 -s 352x288 -q:v 3"),
        Format("rv20", "a.rm", "-c:v rv20 -s 352x288 -q:v 3"),
    ]

    /// Codecs of which every picture stands alone.
    static let intraFormats: [Format] = [
        Format("mjpeg", "a.avi", "-c:v mjpeg -pix_fmt yuvj420p -q:v 4"),
        Format("mjpeg", "a.mov", "-c:v mjpeg -pix_fmt yuvj420p -q:v 4"),
        Format("mjpeg", "a.mkv", "-c:v mjpeg -pix_fmt yuvj420p -q:v 4"),
        Format("prores", "a.mov", "-c:v prores_ks -profile:v 0"),
        Format("dvvideo", "a.dv", "-c:v dvvideo -pix_fmt yuv420p -s 720x576"),
        Format("dvvideo", "a.avi", "-c:v dvvideo -pix_fmt yuv420p -s 720x576"),
        Format("h264", "intra.mp4", h264 + " -g 1"),
        Format("ffv1", "a.mkv", "-c:v ffv1 -g 1"),
        Format("rawvideo", "a.avi", "-c:v rawvideo -pix_fmt yuv420p"),
        Format("huffyuv", "a.avi", "-c:v huffyuv -pix_fmt yuv422p"),
    ]

    @Test("keyframes that are near: what is told is what is shown", arguments: formats)
    func nearKeyframes(format: Format) throws {
        let film = try NumberedFilm(format.file, format.options + ["-g", "20"])
        try check(film, format)
        // Only keyframes: nothing else is said to be wrong.
        let reading = try NumberedReading(film, fill: nil)
        #expect(reading.wrong(tolerance: format.tolerance).isEmpty, "\(reading.pictures)")
        #expect(reading.report.losses.isEmpty, "\(reading.report.losses)")
    }

    @Test("keyframes that are far away: what is between is decoded", arguments: formats)
    func farKeyframes(format: Format) throws {
        try check(try NumberedFilm(format.file, format.options + ["-g", "500"]), format)
    }

    @Test("films of keyframes alone are thinned", arguments: intraFormats)
    func intra(format: Format) throws {
        try check(try NumberedFilm(format.file, format.options), format)
    }

    private func check(_ film: NumberedFilm, _ format: Format) throws {
        let reading = try NumberedReading(film)
        #expect(reading.report.facts.codec == format.codec)
        #expect(reading.wrong(tolerance: format.tolerance).isEmpty, "\(reading.pictures)")
        #expect(!reading.pictures.contains { $0.isDamaged })
        #expect(reading.report.losses.isEmpty, "\(reading.report.losses)")
        let coverage = try #require(reading.coverage)
        #expect(coverage.gaps.isEmpty, "\(coverage.gaps)")
        #expect(abs(coverage.length - NumberedFilm.length) <= 250, "\(coverage.length)")
        #expect(reading.longestHole <= 1_250, "\(reading.pictures)")
        #expect((8...18).contains(reading.pictures.count), "\(reading.pictures)")
    }
}
