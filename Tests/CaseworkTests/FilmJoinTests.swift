import Fingerprinting
import Foundation
import Matching
import TestSupport
import Testing

@testable import Casework

@Suite("Films of joined cases against the definition")
struct FilmJoinTests {
    private struct Options {
        var radius = 40
        var turned = false
        var minimumQuality = 50
        var threads = 1
        var memory = 64 << 20
        var method: JoinMethod?
    }

    private struct Answer: Hashable {
        var films: [FilmJoinDefinition.Match] = []
        /// What was handed back.
        var rest: [JoinDefinition.Match] = []
        var digest = ""
    }

    /// Joins two cases, or one with itself, and aligns the films.
    private func join(
        _ left: GeneratedFilms,
        _ right: GeneratedFilms?,
        _ options: Options
    ) throws -> Answer {
        let (first, second) = try (left.generated.reader(), right?.generated.reader())
        let quality = options.minimumQuality
        let join = try CaseJoin(
            left: JoinSide(first, minimumQuality: quality),
            right: second.map { reader throws(CaseFault) in
                try JoinSide(reader, minimumQuality: quality)
            },
            radius: options.radius,
            wantsTurned: options.turned,
            minimumQuality: quality,
            method: options.method,
            threads: options.threads,
            memory: options.memory,
            scratch: left.generated.folder.path,
            sampleSeed: 1
        )
        let films = FilmJoin(join, left: first, right: second)
        var answer = Answer()
        let outcome = try join.run { match in
            if let rest = try films.take(match) {
                answer.rest.append(JoinDefinition.Match(rest))
            }
        }
        try films.align { answer.films.append(FilmJoinDefinition.Match($0)) }
        answer.digest = try #require(outcome.certificate).resultSHA256
        return answer
    }

    private func definition(
        _ left: GeneratedFilms,
        _ right: GeneratedFilms?,
        _ options: Options
    ) throws -> [FilmJoinDefinition.Match] {
        var turned: CaseJoin.TurnedSide?
        if options.turned {
            let rows = try [left, right ?? left].map { films in
                try JoinSide(films.generated.reader(), minimumQuality: 0).rows
            }
            turned = right != nil && rows[0] <= rows[1] ? .left : .right
        }
        let definition = FilmJoinDefinition(
            radius: options.radius,
            minimumQuality: options.minimumQuality,
            turned: turned,
            isWithin: right == nil
        )
        return definition.matches(left.films, right?.films ?? left.films)
    }

    @Test(
        "a case with itself gives each two films once, also turned ones",
        arguments: [false, true]
    )
    func within(turned: Bool) throws {
        let scenes = GeneratedFilms.scenes(seed: 0xF11)
        var films = try GeneratedFilms.standard(scenes: scenes, seed: 0xF12)
        for isCompact in [false, true] {
            if isCompact { try films.compact() }
            let segments = try films.generated.reader().segments.count
            #expect(isCompact ? segments == 1 : segments == 4)
            for (radius, quality) in [(40, 50), (31, 0), (12, 95)] {
                let options = Options(radius: radius, turned: turned, minimumQuality: quality)
                let found = try join(films, nil, options).films
                let isSame = try found == definition(films, nil, options)
                #expect(isSame, "radius \(radius), quality \(quality), compact \(isCompact)")
                #expect(found.allSatisfy { $0.left < $0.right })
                #expect(found.count >= (turned ? 11 : 4), "\(found.count)")
            }
        }
    }

    @Test("two cases, either on the left, as they are and turned", arguments: [false, true])
    func twoCases(turned: Bool) throws {
        let scenes = GeneratedFilms.scenes(seed: 0xF21)
        let films = try GeneratedFilms.standard(scenes: scenes, seed: 0xF22)
        var others = try GeneratedFilms(scenes: scenes, seed: 0xF23)
        try others.addFilm("/o/part", scenes: 10..<20)
        try others.addFilm("/o/turned", scenes: 2..<12, turn: .rotate90)
        try others.commit()
        try others.addFilm("/o/flipped", scenes: 40..<48, turn: .flipPlus1)
        try others.addStill("/o/still", scene: 15)
        try others.commit()
        let options = Options(turned: turned)
        for (left, right) in [(films, others), (others, films), (films, films)] {
            let found = try join(left, right, options).films
            let isSame = try found == definition(left, right, options)
            #expect(isSame && found.count >= 3, "\(found.count)")
        }
    }

    @Test("pieces of turned films say how the left film has to be turned")
    func turns() throws {
        let scenes = GeneratedFilms.scenes(seed: 0xF31)
        var left = try GeneratedFilms(scenes: scenes, seed: 0xF32)
        var right = try GeneratedFilms(scenes: scenes, seed: 0xF33)
        var both = try GeneratedFilms(scenes: scenes, seed: 0xF34)
        try left.addFilm("/film", scenes: 0..<20)
        try both.addFilm("/film", scenes: 0..<20)
        for turn in Turn.allCases {
            try right.addFilm("/\(turn.name)", scenes: 5..<15, turn: turn)
            try both.addFilm("/\(turn.name)", scenes: 5..<15, turn: turn)
        }
        try left.commit()
        try right.commit()
        try both.commit()
        let options = Options(radius: 31, turned: true)
        func turns(_ found: [FilmJoinDefinition.Match]) -> [Turn?] {
            found.map { $0.alignment.pieces.first?.turn }
        }
        #expect(turns(try join(left, right, options).films) == Turn.allCases)
        #expect(turns(try join(right, left, options).films) == Turn.allCases.map(\.inverse))
        let own = try join(both, nil, options).films.prefix { $0.left == 1 }
        #expect(turns(Array(own)) == Turn.allCases)
    }

    @Test("neither threads, nor memory, nor the method, nor segments change the answer")
    func same() throws {
        let scenes = GeneratedFilms.scenes(seed: 0xF41)
        var films = try GeneratedFilms.standard(scenes: scenes, seed: 0xF42)
        var answers: Set<Answer> = []
        for isCompact in [false, true] {
            if isCompact { try films.compact() }
            for threads in [1, 3] {
                // So little that the pairs go to the disk.
                for memory in [30_000, 64 << 20] {
                    for method in [nil, JoinMethod.scan, .buckets] {
                        let options = Options(threads: threads, memory: memory, method: method)
                        answers.insert(try join(films, nil, options))
                    }
                }
            }
        }
        #expect(answers.count == 1)
        #expect(answers.first.map { !$0.films.isEmpty && !$0.rest.isEmpty } == true)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: films.generated.folder.path
        )
        #expect(names == ["generated.vestige"], "what was put on the disk is gone")
    }

    @Test(
        "what has a still picture in it is handed back, and nothing else",
        arguments: [false, true]
    )
    func rest(isWithin: Bool) throws {
        let scenes = GeneratedFilms.scenes(seed: 0xF51)
        let films = try GeneratedFilms.standard(scenes: scenes, seed: 0xF52)
        var others = try GeneratedFilms(scenes: scenes, seed: 0xF53)
        try others.addFilm("/o/part", scenes: 3..<12)
        for scene in [7, 9, 41, 42] { try others.addStill("/o/\(scene)", scene: scene) }
        try others.commit()
        let left = JoinDefinition.side(films.generated.pictures, minimumQuality: 50)
        let right = JoinDefinition.side(others.generated.pictures, minimumQuality: 50)
        let all =
            isWithin
            ? JoinDefinition.matches(within: left, radius: 40, turned: false)
            : JoinDefinition.matches(left, right, radius: 40, turned: nil)
        let rest = try join(films, isWithin ? nil : others, Options()).rest
        func pairs(_ matches: [JoinDefinition.Match]) -> Set<[JoinDefinition.Place]> {
            var pairs: Set<[JoinDefinition.Place]> = []
            for match in matches {
                for left in match.leftPlaces {
                    for right in match.rightPlaces { pairs.insert([left, right]) }
                }
            }
            return pairs
        }
        let wanted = pairs(all).filter { $0[0].time == nil || $0[1].time == nil }
        #expect(wanted.count >= (isWithin ? 2 : 6), "\(wanted.count)")
        #expect(pairs(rest).filter { $0[0].time == nil || $0[1].time == nil } == wanted)
        for match in rest {
            let (lefts, rights) = (match.leftPlaces, match.rightPlaces)
            #expect(rights.contains { $0.time == nil } || lefts.allSatisfy { $0.time == nil })
            #expect(lefts.contains { $0.time == nil } || rights.allSatisfy { $0.time == nil })
        }
        #expect(rest.count < all.count)
    }

    @Test("what `found` throws comes out, and ends the aligning")
    func stopped() throws {
        struct Stop: Error {}
        let scenes = GeneratedFilms.scenes(seed: 0xF61)
        let films = try GeneratedFilms.standard(scenes: scenes, seed: 0xF62)
        let reader = try films.generated.reader()
        for memory in [30_000, 64 << 20] {
            let join = try CaseJoin(
                left: JoinSide(reader, minimumQuality: 50),
                right: nil,
                radius: 40,
                wantsTurned: false,
                minimumQuality: 50,
                threads: 1,
                memory: memory,
                scratch: films.generated.folder.path,
                sampleSeed: nil
            )
            let aligned = FilmJoin(join, left: reader, right: nil)
            _ = try join.run { _ = try aligned.take($0) }
            var count = 0
            #expect(throws: Stop.self) {
                try aligned.align { _ in
                    count += 1
                    if count == 2 { throw Stop() }
                }
            }
            #expect(count == 2)
        }
    }

    @Test("a side tells whether it holds a film that counts")
    func hasFilms() throws {
        var films = try GeneratedFilms(scenes: GeneratedFilms.scenes(seed: 0xF71), seed: 0xF72)
        func hasFilms(_ quality: Int) throws -> Bool {
            try JoinSide(films.generated.reader(), minimumQuality: quality).hasFilms()
        }
        try films.addStill("/s/1", scene: 1)
        try films.commit()
        #expect(try !hasFilms(0))
        try films.addFilm("/f", scenes: 1..<3)
        try films.commit()
        #expect(try hasFilms(0) && !hasFilms(101))
        try films.withdraw("/f")
        #expect(try !hasFilms(0))
    }
}
