/// Small questions to the raw bytes of a text.
extension UnsafeRawBufferPointer {
    /// A part of it, by offsets.
    @inline(__always)
    func part(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range])
    }

    /// Without the spaces and tabs on both sides.
    @inline(__always)
    var trimmed: UnsafeRawBufferPointer {
        var low = 0
        var high = count
        while low < high, self[low] == 0x20 || self[low] == 0x09 { low += 1 }
        while high > low, self[high - 1] == 0x20 || self[high - 1] == 0x09 { high -= 1 }
        return low == 0 && high == count ? self : part(low..<high)
    }

    /// Without the spaces and tabs at the front.
    var withoutLeadingSpace: UnsafeRawBufferPointer {
        let start = firstIndex { $0 != 0x20 && $0 != 0x09 } ?? count
        return part(start..<count)
    }

    /// The text, if it is UTF-8.
    var text: String? {
        guard isASCII else { return String(validating: self, as: UTF8.self) }
        // Validating costs several times as much, and most of what lists have is ASCII.
        return String(unsafeUninitializedCapacity: count) { buffer in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: self)
            return count
        }
    }

    /// Whether no byte has its top bit set.
    private var isASCII: Bool {
        var place = 0
        var bits: UInt64 = 0
        while place + 8 <= count {
            bits |= loadUnaligned(fromByteOffset: place, as: UInt64.self)
            place += 8
        }
        while place < count {
            bits |= UInt64(self[place])
            place += 1
        }
        return bits & 0x8080_8080_8080_8080 == 0
    }

    /// The whole number that all of it spells, in at most 18 digits.
    var wholeNumber: Int64? {
        guard (1...18).contains(count) else { return nil }
        var value: Int64 = 0
        for digit in self {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 0x30)
        }
        return value
    }

    /// A quality, 0 ... 100.
    var quality: UInt8? {
        guard let number = wholeNumber, number <= 100 else { return nil }
        return UInt8(number)
    }

    /// Where a byte is first, from an offset on.
    @inline(__always)
    func offset(of byte: UInt8, from start: Int = 0) -> Int? {
        var place = start
        while place < count {
            if self[place] == byte { return place }
            place += 1
        }
        return nil
    }

    /// Whether it begins with the bytes of a text.
    func begins(with text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for place in 0..<text.utf8CodeUnitCount where self[place] != text.utf8Start[place] {
            return false
        }
        return true
    }
}

/// Calls `body` with the bytes of a text.
func withBytes<Result>(
    of text: String,
    _ body: (UnsafeRawBufferPointer) throws(ListFault) -> Result
) throws(ListFault) -> Result {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { buffer throws(ListFault) in
        try body(UnsafeRawBufferPointer(buffer))
    }
}

/// A yes or no in any of the spellings that tools use; `nil` for anything else.
func flag(_ text: String) -> Bool? {
    if text == "false" { return false }
    return switch text.lowercased() {
    case "true", "t", "yes", "y", "1": true
    case "false", "f", "no", "n", "0": false
    default: nil
    }
}
