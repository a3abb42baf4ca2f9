import Keyframing
import Testing

/// What becomes of stamps that are missing, wrong or jump.
@Suite struct FilmClockTests {
    /// The times that a clock gives for stamps of decoding, 40 ms apart where nothing else is said.
    private func times(
        _ stamps: [Int64?],
        longestHole: Int64 = 600_000,
        looksAhead: Bool = true
    ) -> [Int64] {
        var clock = FilmClock(longestHole: longestHole)
        return stamps.indices.map { place in
            let next = looksAhead && place + 1 < stamps.count ? stamps[place + 1] : nil
            return clock.correct(
                FilmStamps(decoded: stamps[place], duration: 40),
                following: next.map { FilmStamps(decoded: $0) }
            ).decoded ?? -1
        }
    }

    @Test("stamps that count up are left as they are")
    func plain() {
        #expect(
            times([7_000, 7_040, 7_080, 7_500, 12_000]) == [7_000, 7_040, 7_080, 7_500, 12_000]
        )
    }

    @Test("missing stamps go on by the last duration")
    func missing() {
        #expect(times([nil, nil, nil]) == [0, 40, 80])
        #expect(times([1_000, nil, nil, 1_120]) == [1_000, 1_040, 1_080, 1_120])
    }

    @Test("a jump back is the film's going on, and so is one too far forward")
    func jumps() {
        #expect(times([90_000, 90_040, 0, 40, 80]) == [90_000, 90_040, 90_080, 90_120, 90_160])
        #expect(times([0, 40, 700_000, 700_040]) == [0, 40, 80, 120])
        // What is shown earlier is decoded later: no jump.
        #expect(times([1_000, 900, 1_040, 1_080]) == [1_000, 900, 1_040, 1_080])
    }

    @Test("one stamp alone that is wrong moves nothing behind it")
    func lone() {
        #expect(times([0, 40, 300_000, 120, 160]) == [0, 40, 80, 120, 160])
        #expect(
            times([50_000, 50_040, 3, 50_120, 50_160]) == [50_000, 50_040, 50_080, 50_120, 50_160]
        )
        // Without the one behind it a possible stamp is believed.
        #expect(times([0, 40, 300_000], looksAhead: false) == [0, 40, 300_000])
    }

    @Test("a hole within bounds is one")
    func hole() {
        #expect(times([0, 40, 60_000, 60_040]) == [0, 40, 60_000, 60_040])
    }

    @Test("no picture is shown long after it is decoded")
    func delay() {
        var clock = FilmClock(longestHole: 600_000)
        let near = clock.correct(FilmStamps(decoded: 0, shown: 120, duration: 40))
        #expect(near.shown == 120)
        let far = clock.correct(FilmStamps(decoded: 40, shown: 9_000_000, duration: 40))
        #expect(far.shown == 40)
    }

    @Test("behind a loss the following stamp is believed more")
    func behindLoss() {
        var clock = FilmClock(longestHole: 600_000)
        _ = clock.correct(FilmStamps(decoded: 0, duration: 40))
        let own = clock.correct(
            FilmStamps(decoded: 40, duration: 40),
            following: FilmStamps(decoded: 3_000),
            isBehindLoss: true
        )
        #expect(own.decoded == 2_960)
    }

    @Test("numbers at the ends of what can be counted do no harm")
    func extremes() {
        for stamps: [Int64?] in [
            [.max, .min, .max], [.min, .max], [0, .max, 40], [0, .min, nil, .max, 80],
            [.max, nil, nil],
        ] {
            _ = times(stamps)
            _ = times(stamps, looksAhead: false)
        }
    }
}
