@testable import Decoding
import TestSupport
import Testing

/// The orientation, in segments made here.
@Suite struct ExifTests {
    /// A JPEG header with one EXIF segment that holds an orientation.
    private func header(_ orientation: UInt16, bigEndian: Bool) -> [UInt8] {
        func number(_ value: UInt32, _ count: Int) -> [UInt8] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
            return bigEndian ? bytes.reversed() : bytes
        }
        let start = Array((bigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4)
        let entry = number(0x0112, 2) + number(3, 2) + number(1, 4)
        let value = number(UInt32(orientation), 2) + [0, 0]
        let body = Array("Exif\0\0".utf8) + start + number(1, 2) + entry + value + number(0, 4)
        let length = UInt16(body.count + 2)
        return [0xFF, 0xD8, 0xFF, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body
            + [0xFF, 0xDA]
    }

    private func orientation(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { ExifOrientation.inJPEG($0) }
    }

    @Test("orientations 1 to 8 are read in both byte orders, others are upright")
    func values() {
        for value: UInt16 in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 65535] {
            for bigEndian in [false, true] {
                let expected = (1...8).contains(value) ? Int(value) : 1
                #expect(orientation(header(value, bigEndian: bigEndian)) == expected)
            }
        }
    }

    @Test("a cut or changed segment gives an orientation from 1 to 8")
    func hostile() {
        var generator = SplitMix64(seed: 0xE81F)
        let bytes = header(6, bigEndian: true)
        for length in 0..<bytes.count {
            #expect((1...8).contains(orientation(Array(bytes.prefix(length)))))
        }
        for _ in 0..<5_000 {
            var changed = bytes
            for _ in 0..<3 {
                let place = Int.random(in: 0..<changed.count, using: &generator)
                changed[place] = UInt8.random(in: 0...255, using: &generator)
            }
            #expect((1...8).contains(orientation(changed)))
        }
    }

    @Test("a file's orientation is in its facts")
    func facts() throws {
        #expect(try decode(Fixture.bytes("orientation6.jpg")).outcome.get().facts.orientation == 6)
        #expect(try decode(Fixture.bytes("rgb.jpg")).outcome.get().facts.orientation == 1)
    }
}
