import Decoding
import Keyframing
import Testing

/// Films that are built in an unusual way, all of them sound.
@Suite(.enabled(if: NumberedFilm.ffmpeg != nil, "needs FFmpeg's command line"))
struct FilmStructureTests {
    private static let h264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]

    private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private func expectSound(
        _ reading: NumberedReading,
        first: Int = 0,
        tolerance: Int64 = 45,
        hole: Int64 = 1_250
    ) throws {
        #expect(reading.wrong(first: first, tolerance: tolerance).isEmpty, "\(reading.pictures)")
        #expect(!reading.pictures.contains { $0.isDamaged }, "\(reading.pictures)")
        #expect(reading.report.losses.isEmpty, "\(reading.report.losses)")
        #expect(try #require(reading.coverage).gaps.isEmpty, "\(reading.report.coverage)")
        #expect(reading.longestHole <= hole, "\(reading.pictures)")
        #expect(reading.pictures.count >= 4)
    }

    @Test(
        "a film that does not start at 0",
        arguments: ["a.mp4", "a.mkv", "a.ts", "a.flv", "a.mov"]
    )
    func lateStart(file: String) throws {
        for group in ["20", "500"] {
            let film = try NumberedFilm(
                file,
                FilmStructureTests.h264 + ["-g", group, "-output_ts_offset", "7"]
            )
            let reading = try NumberedReading(film)
            try expectSound(reading)
            #expect(reading.pictures.first?.number == 0)
        }
    }

    @Test("an MP4 cut at a moment between keyframes: times are those of what is shown")
    func editList() throws {
        let film = try NumberedFilm(
            "a.mp4",
            FilmStructureTests.h264 + ["-g", "100", "step.mp4"],
            words("-ss 2 -- -c copy")
        )
        let reading = try NumberedReading(film)
        // What the edit list hides has no time.
        let shown = reading.pictures.filter { $0.time != nil }
        #expect(reading.wrong(first: 50).isEmpty, "\(reading.pictures)")
        #expect(shown.allSatisfy { ($0.number ?? 0) >= 49 }, "\(reading.pictures)")
        #expect(reading.pictures.contains { $0.time == nil && ($0.number ?? 99) < 49 })
        #expect(reading.longestHole <= 1_250, "\(reading.pictures)")
        #expect(reading.report.losses.isEmpty)
    }

    @Test(
        "a Matroska and a transport stream cut behind a keyframe",
        arguments: ["a.mkv", "a.ts", "a.flv"]
    )
    func cutCopy(file: String) throws {
        let film = try NumberedFilm(
            file,
            FilmStructureTests.h264 + ["-g", "50", "step.mkv"],
            words("-ss 4.1 -- -c copy -copyts")
        )
        let reading = try NumberedReading(film)
        let first = try #require(reading.pictures.first?.number)
        #expect(first >= 50 && reading.pictures.first?.time == 0)
        try expectSound(reading, first: first)
    }

    @Test("open groups of pictures", arguments: ["a.mp4", "a.mkv", "a.ts"])
    func openGroups(file: String) throws {
        for group in ["20", "60"] {
            let film = try NumberedFilm(
                file,
                FilmStructureTests.h264
                    + ["-g", group, "-bf", "3", "-x264-params", "open-gop=1:b-adapt=0"]
            )
            try expectSound(try NumberedReading(film))
        }
    }

    @Test("intra refresh: no picture is half built", arguments: ["a.mp4", "a.mkv", "a.ts"])
    func intraRefresh(file: String) throws {
        let film = try NumberedFilm(
            file,
            FilmStructureTests.h264 + ["-x264-params", "intra-refresh=1:keyint=40:bframes=0"]
        )
        try expectSound(try NumberedReading(film))
    }

    @Test("intra refresh that begins in the middle: what is half built is marked")
    func cutIntraRefresh() throws {
        let film = try NumberedFilm(
            "a.ts",
            FilmStructureTests.h264
                + ["-x264-params", "intra-refresh=1:keyint=40:bframes=0", "step.ts"],
            words("-c copy")
        )
        let reading = try NumberedReading(
            NumberedFilm(bytes: Array(film.bytes.dropFirst(188 * (film.bytes.count / 188 / 3))))
        )
        let unmarked = reading.pictures.filter { $0.number == nil && !$0.isDamaged }
        #expect(unmarked.isEmpty, "\(reading.pictures)")
        #expect(reading.pictures.filter { $0.number != nil }.count >= 3, "\(reading.pictures)")
    }

    @Test("a variable frame rate", arguments: ["a.mp4", "a.mkv", "a.flv"])
    func variableRate(file: String) throws {
        // Pictures 50 to 174 are left out: five seconds show one picture.
        let film = try NumberedFilm(
            file,
            words("-vf select=lt(n\\,50)+gte(n\\,175) -vsync vfr") + FilmStructureTests.h264 + [
                "-g", "500",
            ]
        )
        let reading = try NumberedReading(film)
        try expectSound(reading, hole: 5_400)
        let after = reading.pictures.first { ($0.number ?? 0) >= 175 }
        #expect(after.map { ($0.time ?? 0) >= 6_900 } ?? false, "\(reading.pictures)")
    }

    @Test("a slow film of B-frames: one picture a second")
    func slow() throws {
        let film = try NumberedFilm(
            "a.mkv",
            words("-vf fps=2 -bf 3 -g 500") + FilmStructureTests.h264
        )
        let reading = try NumberedReading(film)
        try expectSound(reading, tolerance: 300, hole: 2_100)
    }

    @Test("rotation is told, not applied")
    func rotation() throws {
        let film = try NumberedFilm(
            "a.mp4",
            FilmStructureTests.h264 + ["step.mp4"],
            words("-c copy -metadata:s:v:0 rotate=90")
        )
        let reading = try NumberedReading(film)
        try expectSound(reading)
        #expect(reading.report.facts.orientation != 1)
    }

    @Test(
        "interlaced pictures",
        arguments: [
            "-c:v mpeg2video -flags +ildct+ilme -q:v 3 -g 15|a.ts",
            "-c:v libx264 -preset veryfast -pix_fmt yuv420p -flags +ildct+ilme -x264-params tff=1 -g 20|a.mp4",
            "-c:v libx264 -preset veryfast -pix_fmt yuv420p -x264-params fake-interlaced=1 -g 20|a.mkv",
        ]
    )
    func interlaced(how: String) throws {
        let parts = how.split(separator: "|").map(String.init)
        try expectSound(try NumberedReading(try NumberedFilm(parts[1], words(parts[0]))))
    }

    @Test("sizes that change in the middle", arguments: ["h264", "mpeg2video"])
    func changingSize(codec: String) throws {
        let coding = words(
            "-c:v \(codec == "h264" ? "libx264 -preset veryfast" : codec) -q:v 3 -g 20"
        )
        let large = try NumberedFilm("a.ts", coding + ["-t", "4"])
        let small = try NumberedFilm(
            "a.ts",
            coding + words("-s 480x360 -vf select=gte(n\\,100) -vsync vfr -output_ts_offset 0.001")
        )
        let reading = try NumberedReading(NumberedFilm(bytes: large.bytes + small.bytes))
        #expect(reading.wrong(tolerance: 140).isEmpty, "\(reading.pictures)")
        #expect(reading.longestHole <= 1_300, "\(reading.pictures)")
    }

    @Test("a stream without stamps is as long as its pictures")
    func raw() throws {
        let film = try NumberedFilm("a.h264", FilmStructureTests.h264 + ["-g", "50"])
        let reading = try NumberedReading(film)
        try expectSound(reading, tolerance: 130)
        #expect(abs((reading.coverage?.length ?? 0) - NumberedFilm.length) < 100)
    }

    @Test("several films in one container", arguments: ["a.mp4", "a.mkv", "a.ts"])
    func severalFilms(file: String) throws {
        let film = try NumberedFilm(
            file,
            words("-map 0:v -map 0:v -s:v:1 160x120") + FilmStructureTests.h264 + ["-g", "20"]
        )
        let reading = try NumberedReading(film)
        #expect(reading.report.coverage.count == 2)
        #expect(reading.wrong().isEmpty, "\(reading.pictures)")
        #expect(reading.pictures.count >= 20)
    }

    @Test("a further film whose keyframes are none is decoded like the first")
    func severalRefreshed() throws {
        let film = try NumberedFilm(
            "a.mkv",
            words("-map 0:v -map 0:v -s:v:1 160x120") + FilmStructureTests.h264
                + ["-x264-params", "intra-refresh=1:keyint=40:bframes=0"]
        )
        let reading = try NumberedReading(film)
        #expect(reading.report.coverage.count == 2)
        #expect(reading.report.coverage.allSatisfy { abs($0.length - NumberedFilm.length) <= 250 })
        #expect(reading.report.coverage.allSatisfy { $0.pictures >= 8 && $0.gaps.isEmpty })
        #expect(reading.wrong().isEmpty, "\(reading.pictures)")
        #expect(reading.report.losses.isEmpty)
    }

    @Test("stamps that jump in the middle: the film's time goes on")
    func jumpingStamps() throws {
        let coding = FilmStructureTests.h264 + ["-g", "20"]
        let one = try NumberedFilm("a.ts", coding + words("-t 4 -output_ts_offset 5000"))
        let other = try NumberedFilm(
            "a.ts",
            coding + words("-vf select=gte(n\\,100) -vsync vfr")
        )
        let reading = try NumberedReading(NumberedFilm(bytes: one.bytes + other.bytes))
        // The second film's own first stamps are 4 s further on.
        #expect(reading.wrong(tolerance: 200).isEmpty, "\(reading.pictures)")
        #expect((reading.coverage?.length ?? 0) < 11_000)
    }

    @Test("an edit that only delays the start loses nothing")
    func delayedStart() throws {
        let film = try NumberedFilm(
            "a.mp4",
            FilmStructureTests.h264 + ["-g", "50", "step.mp4"],
            words("-itsoffset 3 -- -c copy")
        )
        try expectSound(try NumberedReading(film))
    }
}
