import Foundation

/// The time in UTC as RFC 3339 has it, with milliseconds: `2026-03-01T12:00:00.250Z`.
public func preciseTimestamp(_ date: Date = Date()) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
}

/// What ``preciseTimestamp(_:)`` or the case's records have written; `nil` for anything else.
public func parsedTimestamp(_ text: String) -> Date? {
    (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
        ?? (try? Date.ISO8601FormatStyle().parse(text))
}
