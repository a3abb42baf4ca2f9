/// A time in a film as a person reads it: `1:02:03.4`, `2:03.4`.
public func displayTime(milliseconds: Int64) -> String {
    let tenths = milliseconds / 100
    let (hours, minutes, seconds) = (tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60)
    let tail = "\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
    if hours > 0 {
        return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(tail)"
    }
    return "\(minutes):\(tail)"
}

/// A count of bytes as a person reads it: `812 bytes`, `3.4 MB`.
public func displayBytes(_ bytes: Int64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
        value /= 1000
        unit += 1
    }
    if unit == 0 { return "\(bytes) bytes" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
}

/// A number of things, the noun in the plural where it belongs: `1 pair`, `2 pairs`.
public func displayCount(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// Rows of text as columns, each as wide as its widest cell; the last column is not padded.
public func displayTable(header: [String], rows: [[String]]) -> String {
    var widths = header.map(\.count)
    for row in rows {
        for (column, cell) in row.enumerated() {
            widths[column] = max(widths[column], cell.count)
        }
    }
    var text = ""
    for row in [header] + rows {
        for (column, cell) in row.enumerated() {
            if column == row.count - 1 {
                text += cell + "\n"
            } else {
                text += cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
        }
    }
    return text
}
