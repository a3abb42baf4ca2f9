import Decoding

/// Images of disks: of which kinds, and in which files.
public enum DiskImage {
    /// What content is recognised as: bytes as they stood on a disk, and the Expert Witness format.
    static let raw = "disk image"
    static let expertWitness = "e01"

    /// Whether this program was built with the libraries that it takes.
    public static var isSupported: Bool {
        #if DiskImages
            true
        #else
            false
        #endif
    }

    static func reads(_ format: String) -> Bool {
        isSupported && (format == raw || format == expertWitness)
    }

    static func reader(
        of segments: [MediaSource],
        format: String
    ) throws(ContainerFault) -> any MemberReader {
        #if DiskImages
            try DiskImageReader(segments, isExpertWitness: format == expertWitness)
        #else
            throw ContainerFault(.damagedContainer, isFinal: true, "built without disk images")
        #endif
    }

    /// More files than this one image may not have: each is a descriptor of a worker.
    public static let maximumSegments = 2000

    /// The number of the file in an image of several, from a file's first bytes; `nil` unless it is of the Expert Witness
    /// format.
    public static func segmentNumber(_ head: UnsafeRawBufferPointer) -> Int? {
        guard head.count >= 11,
            head.starts(with: [0x45, 0x56, 0x46, 0x09, 0x0D, 0x0A, 0xFF, 0])
        else { return nil }
        return Int(head[9]) | Int(head[10]) << 8
    }

    /// The name of the file that follows the one with this name: `x.E01`, …, `x.E99`, `x.EAA`, …, `x.ZZZ`, and `x.001`,
    /// …, `x.999`; `nil` if its name says that none follows.
    public static func nameAfter(_ name: [UInt8]) -> [UInt8]? {
        guard name.count > 4, name[name.count - 4] == UInt8(ascii: ".") else { return nil }
        let stem = Array(name.dropLast(3))
        var letters = Array(name.suffix(3))
        let isLower = letters.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        letters = letters.map {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0
        }
        guard let next = after(letters) else { return nil }
        return stem + next.map { isLower && $0 >= UInt8(ascii: "A") ? $0 + 32 : $0 }
    }

    /// Whether a file of this name is the first of an image, of which more may follow.
    public static func isFirst(_ name: [UInt8]) -> Bool {
        guard name.count > 4, name[name.count - 4] == UInt8(ascii: ".") else { return false }
        return ["E01", "e01", "001"].contains { name.suffix(3).elementsEqual($0.utf8) }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    private static let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")

    /// `001` … `999`; and behind a letter `01` … `99`, then `AA` … `ZZ`, the first letter going on where they end.
    private static func after(_ letters: [UInt8]) -> [UInt8]? {
        if letters.allSatisfy(digits.contains) { return counted(letters, in: digits) }
        guard capitals.contains(letters[0]) else { return nil }
        if letters[1...].allSatisfy(digits.contains) {
            let next = counted(Array(letters[1...]), in: digits)
            return [letters[0]] + (next ?? [capitals.lowerBound, capitals.lowerBound])
        }
        return letters.allSatisfy(capitals.contains) ? counted(letters, in: capitals) : nil
    }

    /// The next one in the order of numbers whose digits are these; `nil` behind the last.
    private static func counted(_ letters: [UInt8], in range: ClosedRange<UInt8>) -> [UInt8]? {
        var next = letters
        for place in letters.indices.reversed() {
            if next[place] < range.upperBound {
                next[place] += 1
                return next
            }
            next[place] = range.lowerBound
        }
        return nil
    }
}
