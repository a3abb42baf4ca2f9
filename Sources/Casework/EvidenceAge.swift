import Evidence
import Foundation
import Glibc

/// A moment from which on files are asked for: `vestige index --since`.
public struct EvidenceAge: Hashable, Sendable {
    /// The moment, in nanoseconds since 1970.
    public let nanoseconds: Int64

    /// A moment in nanoseconds since 1970.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// A moment as it is written on the command line: RFC 3339 (`2026-03-01T12:00:00Z`), `2026-03-01` or
    /// `2026-03-01 12:00[:00]` in the local time zone, or how long ago: `7d`, `36h`, `90m`.
    ///
    /// - Returns: `nil` if the text is none of these.
    public init?(_ text: String, now: Date = Date(), zone: TimeZone = .current) {
        if let ago = EvidenceAge.secondsAgo(text) {
            self.init(now.addingTimeInterval(-ago))
        } else if let date = parsedTimestamp(text) {
            self.init(date)
        } else if let date = EvidenceAge.localTime(text, zone) {
            self.init(date)
        } else {
            return nil
        }
    }

    private init(_ date: Date) {
        let seconds = min(max(date.timeIntervalSince1970, -9e9), 9e9)
        nanoseconds = Int64((seconds * 1000).rounded()) * 1_000_000
    }

    private static func secondsAgo(_ text: String) -> Double? {
        let units: [Character: Double] = ["d": 86_400, "h": 3_600, "m": 60]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()),
            (0...1_000_000).contains(number)
        else { return nil }
        return Double(number) * unit
    }

    private static func localTime(_ text: String, _ zone: TimeZone) -> Date? {
        let halves = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let day = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard day.count == 3, day.map(\.count) == [4, 2, 2],
            halves.count == 1 || [5, 8].contains(halves[1].count)
        else { return nil }
        let time = halves.count == 1 ? [] : halves[1].split(separator: ":")
        let numbers = (day + time).map { field in
            field.allSatisfy(\.isASCII) ? UInt16(field).map(Int.init) : nil
        }
        guard !numbers.contains(nil), halves.count == 1 || time.allSatisfy({ $0.count == 2 }) else {
            return nil
        }
        let values = numbers.compactMap { $0 } + [0, 0, 0]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = DateComponents(
            calendar: calendar,
            timeZone: zone,
            year: values[0],
            month: values[1],
            day: values[2],
            hour: values[3],
            minute: values[4],
            second: values[5]
        )
        return parts.isValidDate ? parts.date : nil
    }

    /// Whether a file was neither written to nor changed in any other way since: neither its time of
    /// modification, which anybody can set, nor that of its last change of status is as late.
    func isOlder(_ path: EvidencePath, _ facts: FileFacts) -> Bool {
        guard facts.modifiedNanoseconds < nanoseconds else { return false }
        var status = stat()
        guard path.withCString({ lstat($0, &status) }) == 0 else { return false }
        let changed =
            Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
        return changed < nanoseconds
    }
}
