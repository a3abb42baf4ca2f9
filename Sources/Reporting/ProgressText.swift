import Casework
import Evidence

extension RunFigures {
    /// How far the run is, as one line: the parts that matter most come first, since a narrow terminal cuts it.
    public func progressLine(withBar: Bool = true) -> String {
        var parts: [String] = []
        if isCounted, let share {
            let percent = Int(share * 100)
            let width = 20
            let filled = min(width, Int(share * Double(width)))
            let bar =
                withBar
                ? "[" + String(repeating: "#", count: filled)
                    + String(repeating: ".", count: width - filled) + "] " : ""
            parts.append("\(bar)\(percent) %")
            parts.append("\(seen) of \(expectedItems) items")
            parts.append("\(displayBytes(seenBytes)) of \(displayBytes(expectedBytes))")
        } else {
            parts.append("\(seen) items, \(displayBytes(seenBytes)), counting the rest")
        }
        parts.append(
            "\(tenths(recentItemsPerSecond)) items/s, \(tenths(recentBytesPerSecond / 1_000_000)) MB/s"
        )
        if isCounted, let remainingSeconds, remainingSeconds > 0, seconds >= 2 {
            parts.append("about \(displayDuration(remainingSeconds)) left")
        }
        if faulted + partly > 0 {
            parts.append("\(faulted + partly) with losses")
        }
        if let item = slow.first {
            parts.append("at \(item.displayName) \(item.displayPlace)")
        }
        return parts.joined(separator: " · ")
    }

    private func tenths(_ value: Double) -> String {
        let tenths = Int((min(max(value, 0), 1e12) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The rates: of the last minute, and of the whole run.
    public var rateText: String {
        "\(tenths(recentItemsPerSecond)) items/s and \(tenths(recentBytesPerSecond / 1_000_000)) MB/s in "
            + "the last minute; \(tenths(itemsPerSecond)) items/s and "
            + "\(tenths(bytesPerSecond / 1_000_000)) MB/s since the run began"
    }
}

extension RunFigures.SlowItem {
    /// The last part of the path, as much of it as fits beside the rest.
    public var displayName: String {
        let name = EvidencePath(bytes: Array(EvidencePath(path).lastComponent)).display()
        return name.count <= 24 ? name : "\(name.prefix(11))…\(name.suffix(12))"
    }

    /// How far it is: in the film, or at least for how long it has been going on.
    public var displayPlace: String {
        var text = ""
        if let positionMilliseconds {
            text = displayDuration(Double(positionMilliseconds) / 1000)
            if let lengthMilliseconds, lengthMilliseconds > positionMilliseconds {
                text += " of " + displayDuration(Double(lengthMilliseconds) / 1000)
            }
            text += ", "
        }
        return text + "for \(displayDuration(Double(seconds)))"
    }
}
