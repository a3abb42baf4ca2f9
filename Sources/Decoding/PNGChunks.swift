/// The chunks in front of a PNG's samples, read without a decoder.
struct PNGChunks {
    /// The sides that the header claims; `nil` if there is no header.
    private(set) var width: Int?
    private(set) var height: Int?
    /// Whether an animation of more than one frame is announced before the samples.
    private(set) var isAnimated = false
    /// The EXIF orientation, 1 ... 8; 1 if there is none.
    private(set) var orientation = 1

    init(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.holds("IHDR", at: 12) else { return }
        width = bytes.bigEndian(at: 16, count: 4)
        height = bytes.bigEndian(at: 20, count: 4)
        var position = 8
        while let length = bytes.bigEndian(at: position, count: 4) {
            if bytes.holds("IDAT", at: position + 4) { return }
            if bytes.holds("acTL", at: position + 4) {
                isAnimated = (bytes.bigEndian(at: position + 8, count: 4) ?? 0) > 1
            }
            if bytes.holds("eXIf", at: position + 4) {
                let end = min(position + 8 + length, bytes.count)
                orientation = ExifOrientation.inTIFF(
                    UnsafeRawBufferPointer(rebasing: bytes[(position + 8)..<end])
                )
            }
            position += 12 + length
        }
    }

    /// Whether the file reaches its last chunk; what follows it does not matter.
    static func reachEnd(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 8
        while let length = bytes.bigEndian(at: position, count: 4) {
            if bytes.holds("IEND", at: position + 4) { return true }
            position += 12 + length
        }
        return false
    }
}
