import Keyframing
import TestSupport
import Testing

/// Which stretches are said to be represented.
@Suite struct FilmCoverageTests {
    private let sampling = FilmSampling.covering(fillMilliseconds: 4_000)

    private func coverage(_ actions: (inout FilmCoverage) -> Void) -> FilmCoverage {
        var coverage = FilmCoverage(sampling: sampling)
        actions(&coverage)
        return coverage
    }

    @Test(
        "pictures near each other represent what is between them, and so does one that is shown for long"
    )
    func whole() {
        let near = coverage {
            for time: Int64 in [0, 4_000, 8_000] { $0.take(time) }
            $0.finish(end: 9_000, claimed: 60_000)
        }
        #expect(near.gaps.isEmpty && near.length == 9_000 && near.represented == 9_000)
        let still = coverage {
            $0.take(0)
            $0.take(30_000)
            $0.finish(end: 31_000, claimed: nil)
        }
        #expect(still.gaps.isEmpty)
    }

    @Test(
        "what was lost between pictures that are far apart is a gap; between near ones it is none"
    )
    func lost() {
        let far = coverage {
            $0.take(0)
            $0.lose(.damaged)
            $0.take(9_000)
            $0.finish(end: 10_000, claimed: nil)
        }
        #expect(far.gaps == [FilmGap(from: 0, to: 9_000, reason: .damaged)])
        #expect(far.represented == 1_000)
        let near = coverage {
            $0.take(0)
            $0.lose(.damaged)
            $0.take(4_000)
            $0.finish(end: 4_040, claimed: nil)
        }
        #expect(near.gaps.isEmpty)
    }

    @Test("a picture that was kept back says nothing of a loss behind it")
    func keptBack() {
        let late = coverage {
            $0.take(0)
            $0.lose(.damaged, until: 20_000)
            $0.take(2_000)
            $0.take(20_000)
            $0.finish(end: 20_040, claimed: nil)
        }
        #expect(late.gaps == [FilmGap(from: 2_000, to: 20_000, reason: .damaged)])
    }

    @Test("a damaged picture stands for nothing")
    func damaged() {
        let film = coverage {
            $0.take(0)
            $0.take(4_000, isDamaged: true)
            $0.take(8_000)
            $0.finish(end: 8_040, claimed: nil)
        }
        #expect(film.pictures == 3)
        #expect(film.gaps == [FilmGap(from: 0, to: 8_000, reason: .damaged)])
    }

    @Test("an end that is missing is as long as the container claims")
    func cut() {
        let film = coverage {
            $0.take(0)
            $0.lose(.truncated)
            $0.finish(end: 3_000, claimed: 60_000)
        }
        #expect(film.gaps == [FilmGap(from: 3_000, to: 60_000, reason: .truncated)])
        #expect(film.length == 60_000)
    }

    @Test("whatever happens, the gaps lie in order inside the film, and the rest is represented")
    func sums() {
        var generator = SplitMix64(seed: 0xC0)
        for _ in 0..<2_000 {
            var time: Int64 = 0
            let film = coverage { coverage in
                for _ in 0..<Int.random(in: 0...40, using: &generator) {
                    time += Int64.random(in: -2_000...20_000, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: coverage.lose(.damaged, until: time)
                    case 1: coverage.take(max(0, time), isDamaged: true)
                    case 2: coverage.lose(.truncated)
                    default: coverage.take(max(0, time))
                    }
                }
                coverage.finish(
                    end: max(0, time),
                    claimed: Int64.random(in: 0...500_000, using: &generator)
                )
            }
            var end: Int64 = 0
            for gap in film.gaps {
                #expect(gap.from >= end && gap.to > gap.from && gap.to <= film.length)
                end = gap.to
            }
            #expect(film.represented + film.gaps.reduce(0) { $0 + $1.milliseconds } == film.length)
        }
    }

    @Test("a film that is damaged everywhere has no more rows than are bounded")
    func bounded() {
        let film = coverage {
            for number in 0..<5_000 {
                $0.lose(number.isMultiple(of: 2) ? .damaged : .unsupported)
                $0.take(Int64(number) * 10_000)
            }
            $0.finish(end: 50_000_000, claimed: nil)
        }
        #expect(film.gaps.count == FilmCoverage.maximumGaps)
        #expect(film.gaps.last?.to == 49_990_000)
    }
}
