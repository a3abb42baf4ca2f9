import Decoding
import TestSupport
import Testing

/// Content is told by bytes.
@Suite struct ContentTests {
    private func recognise(_ bytes: [UInt8]) -> Content {
        bytes.withUnsafeBytes { Content.recognise($0) }
    }

    @Test("fixtures are what their names say")
    func fixtures() {
        let formats: [String: Content] = [
            "rgb.jpg": .picture(format: "jpeg"), "rgb.png": .picture(format: "png"),
            "picture.gif": .picture(format: "gif"), "rgb.bmp": .picture(format: "bmp"),
            "rgb.tif": .picture(format: "tiff"), "rgb.jp2": .picture(format: "jpeg2000"),
            "lossy.webp": .picture(format: "webp"), "rgb.ppm": .picture(format: "ppm"),
            "rgb.tga": .picture(format: "targa"), "rgb.heic": .picture(format: "heif"),
            "rgb.avif": .picture(format: "avif"), "animated.png": .video(container: "apng"),
            "animated.webp": .video(container: "webp"), "film.mp4": .video(container: "mov"),
            "film.mkv": .video(container: "matroska"), "film.avi": .video(container: "avi"),
        ]
        for (name, content) in formats {
            #expect(recognise(Fixture.bytes(name)) == content, "\(name)")
        }
    }

    @Test("what is no media has a name and a group")
    func others() {
        func group(_ bytes: [UInt8]) -> ContentGroup? {
            if case .other(_, let group) = recognise(bytes) { group } else { nil }
        }
        #expect(group(Array("PK\u{3}\u{4}".utf8)) == .archive)
        #expect(group(Array("%PDF-1.7\n".utf8)) == .document)
        #expect(group([0x7F, 0x45, 0x4C, 0x46, 2]) == .executable)
        #expect(group(Array("RIFF    WAVEfmt ".utf8)) == .audio)
        #expect(group(Array("SQLite format 3\0".utf8)) == .data)
        #expect(group(Array("Dear sir, nothing to see here.\n".utf8)) == .text)
        #expect(group(Array("Größe und Maß, ganz ohne Bilder.\n".utf8)) == .text)
    }

    @Test("any bytes are recognised without a trap")
    func anything() {
        var generator = SplitMix64(seed: 0xC0DE)
        for length in 0..<300 {
            let noise = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = recognise(noise)
        }
        for fixture in Fixture.all {
            for length in 0..<min(fixture.bytes.count, 300) {
                _ = recognise(Array(fixture.bytes.prefix(length)))
            }
        }
    }

    @Test("noise is unknown")
    func unknown() {
        #expect(recognise([0x93, 0x1C, 0xE4, 0x02, 0x55, 0xAA, 0x13, 0x37]) == .unknown)
    }
}
