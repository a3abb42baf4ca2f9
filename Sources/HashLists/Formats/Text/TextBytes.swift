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

    /// The text, if it is UTF-8.
    var text: String? {
        String(validating: self, as: UTF8.self)
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
    switch text.lowercased() {
    case "true", "t", "yes", "y", "1": true
    case "false", "f", "no", "n", "0": false
    default: nil
    }
}
