import Casework
import Foundation
import Testing

@Suite("The time of --since")
struct EvidenceAgeTests {
    private let second: Int64 = 1_000_000_000

    @Test("RFC 3339, a day, a day with a time, and how long ago are understood")
    func understood() throws {
        let now = Date(timeIntervalSince1970: 1_000_000_000)
        let zone = try #require(TimeZone(secondsFromGMT: 3600))
        let times: [String: Int64] = [
            "2026-03-01T12:00:00Z": 1_772_366_400,
            "2026-03-01T12:00:00+02:00": 1_772_359_200,
            "2026-03-01": 1_772_319_600,
            "2026-03-01 12:00": 1_772_362_800,
            "2026-03-01 12:00:30": 1_772_362_830,
            "7d": 1_000_000_000 - 7 * 86_400,
            "36h": 1_000_000_000 - 36 * 3600,
            "0m": 1_000_000_000,
        ]
        for (text, seconds) in times {
            let age = EvidenceAge(text, now: now, zone: zone)
            #expect(age?.nanoseconds == seconds * second, "\(text)")
        }
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "yesterday", "7", "d", "-7d", "7w", "2026-02-30", "2026-3-1", "2026-03-01 25:00",
            "2026-03-01 12", "2026-03-01T", "01.03.2026", "99999999999999999999d",
            "2026-03-01 12:0x",
            "2026-03-01 ", "٧d",
        ]
    )
    func refused(text: String) {
        #expect(EvidenceAge(text) == nil)
    }
}
