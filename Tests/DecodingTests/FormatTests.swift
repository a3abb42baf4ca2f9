import Decoding
import Foundation
import Glibc
import Keyframing
import Testing

/// Every format, against what Pillow makes of the same file.
@Suite struct FormatTests {
    private static let places = [4, 18, 27, 44].flatMap { y in [4, 22, 49, 60].map { ($0, y) } }

    @Test("there are fixtures to test with")
    func fixturesExist() {
        #expect(Fixture.all.count > 25)
        #expect(Fixture.all.allSatisfy { $0.luma.count == 16 })
    }

    @Test("the brightness of a file is what Pillow sees", arguments: Fixture.all)
    func fastBrightness(fixture: Fixture) throws {
        try check(fixture, policy: .fast)
    }

    @Test("the exact brightness of a file is what Pillow sees", arguments: Fixture.all)
    func exactBrightness(fixture: Fixture) throws {
        try check(fixture, policy: .exact)
    }

    private func check(_ fixture: Fixture, policy: DecodePolicy) throws {
        var options = DecodeOptions()
        options.policy = policy
        options.sampling = .covering(fillMilliseconds: 500)
        let (taken, outcome) = decode(fixture.bytes, options: options)
        let report = try outcome.get()
        #expect(report.facts.kind == fixture.kind)
        #expect((report.facts.width, report.facts.height) == (64, 48))
        #expect(report.keyframes == fixture.keyframes)
        #expect(taken.count == fixture.keyframes)
        #expect(report.losses.isEmpty)
        let first = try #require(taken.first)
        #expect((first.width, first.height, first.origin.scale) == (64, 48, 1))
        #expect(first.origin.policy == policy)
        #expect(!first.origin.isDamaged)
        #expect((first.time == nil) == (fixture.kind == .picture))
        for (place, expected) in zip(FormatTests.places, fixture.luma) {
            let found = first.luma(x: place.0, y: place.1)
            #expect(abs(found - expected) <= fixture.tolerance, "at \(place)")
        }
    }

    @Test("an interlaced PNG has the samples of a plain one")
    func interlacedEqualsPlain() {
        for (plain, interlaced) in [
            ("rgb.png", "interlaced.png"), ("alpha.png", "interlaced_alpha.png"),
        ] {
            for policy in DecodePolicy.allCases {
                var options = DecodeOptions()
                options.policy = policy
                let expected = decode(Fixture.bytes(plain), options: options).taken
                #expect(!expected.isEmpty)
                #expect(decode(Fixture.bytes(interlaced), options: options).taken == expected)
            }
        }
    }

    @Test("keyframes carry their times", arguments: ["film.mp4", "film.mkv", "film.avi"])
    func times(name: String) throws {
        var options = DecodeOptions()
        options.sampling = .covering(fillMilliseconds: 500)
        let (taken, outcome) = decode(Fixture.bytes(name), options: options)
        #expect(taken.map(\.time) == [0, 500, 1000, 1500])
        let coverage = try #require(try outcome.get().coverage.first)
        #expect(coverage.gaps.isEmpty && coverage.pictures == 4)
        #expect(coverage.represented == coverage.length && coverage.length >= 1500)
        // Keyframes that are near each other are passed over.
        options.sampling = .covering(fillMilliseconds: 1500)
        #expect(decode(Fixture.bytes(name), options: options).taken.map(\.time) == [0, 1000])
        options.sampling = .keyframes
        #expect(decode(Fixture.bytes(name), options: options).taken.map(\.time) == [0, 1000])
        // Where they are not near enough, what lies between is decoded.
        options.sampling = .covering(fillMilliseconds: 250)
        let times = decode(Fixture.bytes(name), options: options).taken.compactMap(\.time)
        #expect(times.count > 6 && zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 310 })
    }

    @Test(
        "frames of animations carry their times",
        arguments: ["animated.gif", "animated.png", "animated.webp"]
    )
    func animationTimes(name: String) throws {
        let (taken, outcome) = decode(Fixture.bytes(name))
        #expect(taken.map(\.time) == [0, 100, 200, 300])
        let coverage = try #require(try outcome.get().coverage.first)
        #expect(coverage.pictures == 4 && coverage.length == 400 && coverage.gaps.isEmpty)
    }

    @Test("a film without pictures says so")
    func soundOnly() {
        guard case .failure(let fault) = decode(Fixture.bytes("sound.mp4")).outcome else {
            Issue.record("sound was decoded")
            return
        }
        #expect(fault.code == .noVideoTrack)
    }

    @Test("the rest of a large file is read from its descriptor", arguments: Fixture.all)
    func partlyInMemory(fixture: Fixture) throws {
        let whole = decode(fixture.bytes)
        let file = open(Fixture.folder.appending(path: fixture.name).path, O_RDONLY)
        try #require(file >= 0)
        defer { close(file) }
        // What is recognised by its end is not recognised by its beginning.
        guard fixture.name != "rgb.tga" else { return }
        var taken: [Taken] = []
        let report = try fixture.bytes.prefix(120).withUnsafeBytes { head in
            try MediaDecoding.decode(
                MediaSource(descriptor: file, size: Int64(fixture.bytes.count), bytes: head),
                options: DecodeOptions(),
                onKeyframe: { taken.append(Taken($0)) }
            )
        }
        #expect(taken == whole.taken)
        #expect(report == (try whole.outcome.get()))
    }

    @Test("the versions of all libraries are known")
    func versions() {
        let versions = MediaDecoding.libraryVersions
        #expect(versions.count == 7)
        #expect(versions.values.allSatisfy { $0.contains(".") })
    }
}
