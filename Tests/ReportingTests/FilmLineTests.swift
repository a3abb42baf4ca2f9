import Evidence
import Fingerprinting
import Reporting
import Testing

@testable import Casework
@testable import Matching

@Suite("Films that run in step, as text")
struct FilmLineTests {
    private func item(_ number: UInt64, _ path: EvidencePath) -> CatalogItem {
        CatalogItem(
            identifier: number,
            path: path,
            facts: nil,
            state: .indexed,
            rule: nil,
            digests: nil,
            media: nil,
            coverage: [],
            fingerprints: 9,
            losses: []
        )
    }

    private func piece(_ from: Int64, _ score: Double, _ turn: Turn) -> FilmAlignment.Piece {
        FilmAlignment.Piece(
            left: (from + 6_000)...(from + 18_000),
            right: from...(from + 11_940),
            speed: 0.99503,
            turn: turn,
            pictures: 12,
            scenes: 5,
            medianDistance: 14,
            worstDistance: 26,
            score: score
        )
    }

    private var match: FilmMatch {
        FilmMatch(
            item: item(7, EvidencePath("/e/clip.mp4")),
            length: 40_000,
            queryLength: 60_000,
            alignment: FilmAlignment(
                pieces: [piece(0, 20.456, .flipX), piece(20_000, 3, .none)],
                score: 23.456
            )
        )
    }

    @Test("two stored films as a line of JSON, each key in its place")
    func pair() throws {
        let line = try FilmPairLine(
            FilmJoin.Match(
                left: item(3, EvidencePath(bytes: Array("/e/a".utf8) + [0xFF])),
                right: match
            )
        ).jsonLine()
        let expected =
            #"{"left":{"duration_ms":60000,"item":3,"path":"/e/a\#u{FFFD}","path_bytes":"/e/a%FF","#
            + #""sha256":null,"share":0.4},"median_distance":14,"pictures":24,"pieces":["#
            + #"{"left_from_ms":6000,"left_to_ms":18000,"median_distance":14,"pictures":12,"#
            + #""right_from_ms":0,"right_to_ms":11940,"scenes":5,"score":20.46,"speed":0.995,"#
            + #""turned":"flipX","worst_distance":26},"#
            + #"{"left_from_ms":26000,"left_to_ms":38000,"median_distance":14,"pictures":12,"#
            + #""right_from_ms":20000,"right_to_ms":31940,"scenes":5,"score":3,"speed":0.995,"#
            + #""turned":"none","worst_distance":26}],"#
            + #""right":{"duration_ms":40000,"item":7,"path":"/e/clip.mp4","sha256":null,"#
            + #""share":0.597},"scenes":10,"score":23.46,"turned":"flipX","type":"film","#
            + #""weak":false,"worst_distance":26}"# + "\n"
        #expect(line == expected)
    }

    @Test("a film that is asked for and a stored one as a line of JSON")
    func query() throws {
        let line = try FilmLine(query: "q.mp4", match: match).jsonLine()
        #expect(
            line.hasPrefix(
                #"{"duration_ms":40000,"item":7,"median_distance":14,"path":"/e/clip.mp4","#
                    + #""pictures":24,"pieces":[{"from_ms":0,"median_distance":14,"pictures":12,"#
                    + #""query_from_ms":6000,"query_to_ms":18000,"scenes":5,"score":20.46,"#
                    + #""speed":0.995,"to_ms":11940,"turned":"flipX","worst_distance":26},"#
            )
        )
        #expect(
            line.hasSuffix(
                #""query":"q.mp4","query_duration_ms":60000,"query_share":0.4,"scenes":10,"#
                    + #""score":23.46,"sha256":null,"share":0.597,"turned":"flipX","type":"film","#
                    + #""weak":false,"worst_distance":26}"# + "\n"
            )
        )
    }

    @Test("films as a table, a row for each piece")
    func table() {
        let text = FilmTable.text([match, match], relativeTo: EvidencePath("/e"), limit: 1)
        #expect(
            text == """
                score    these seconds     are those         speed  turned  pictures  distance  of it  \
                of the file  file
                23.5     0:06.0 to 0:18.0  0:00.0 to 0:11.9  1.0    flipX   12        14/26     40 %   \
                60 %         clip.mp4
                         0:26.0 to 0:38.0  0:20.0 to 0:31.9  1.0    -       12        14/26            \
                             \("")
                … and 1 more films: raise --limit to see them

                """
        )
    }
}
