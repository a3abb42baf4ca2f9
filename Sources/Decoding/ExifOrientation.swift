/// Finds the one EXIF field that matters here, in bytes that may be anything.
enum ExifOrientation {
    /// The orientation, 1 ... 8, that a JPEG file's first EXIF segment states; 1 if there is none.
    static func inJPEG(_ bytes: UnsafeRawBufferPointer) -> Int {
        var position = 2
        while let marker = bytes.bigEndian(at: position, count: 2) {
            // Any number of fill bytes may stand in front of a marker.
            if marker == 0xFFFF {
                position += 1
                continue
            }
            // The scan follows, or this is no marker: EXIF stands before.
            guard marker >> 8 == 0xFF, marker != 0xFFDA, marker != 0xFFD9,
                let length = bytes.bigEndian(at: position + 2, count: 2), length >= 2
            else { return 1 }
            if marker == 0xFFE1, length >= 8, bytes.holds("Exif\0\0", at: position + 4) {
                let start = position + 10
                let end = min(position + 2 + length, bytes.count)
                guard start <= end else { return 1 }
                return inTIFF(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
            position += 2 + length
        }
        return 1
    }

    /// The orientation, 1 ... 8, in the first directory of a TIFF structure; 1 if there is none.
    static func inTIFF(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let directory = TIFFDirectory(bytes), directory.count(.orientation) == 1,
            let value = directory.value(.orientation), (1...8).contains(value)
        else { return 1 }
        return value
    }
}
