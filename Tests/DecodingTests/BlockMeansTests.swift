import CMedia
import Foundation
import TestSupport
import Testing

@testable import Decoding

/// The short cut past the coefficients, against libjpeg's own decode at an eighth.
@Suite struct BlockMeansTests {
    static let names = ["rgb.jpg", "gray.jpg", "restart420.jpg", "restart444.jpg"]

    private struct Decode {
        var rows: [UInt8]?
        var isDamaged: Bool
    }

    /// What the short cut gives; `nil` if it gave up.
    private func means(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let jpeg = try? JPEGDecompressor(bytes), let header = try? jpeg.readHeader(),
            header.width * header.height < 50_000_000
        else { return nil }
        let count = (Int(header.width) + 7) / 8 * ((Int(header.height) + 7) / 8)
        // One byte more than is asked for, to see that it is left alone.
        var rows = [UInt8](repeating: 0xA5, count: count + 1)
        let isRead = rows.withUnsafeMutableBufferPointer {
            jpeg.readBlockMeans(into: $0.baseAddress!)
        }
        #expect(rows[count] == 0xA5)
        return isRead ? Array(rows.dropLast()) : nil
    }

    /// What libjpeg gives as gray at an eighth.
    private func reference(_ bytes: UnsafeRawBufferPointer) -> Decode {
        guard let jpeg = try? JPEGDecompressor(bytes), (try? jpeg.readHeader()) != nil,
            let size = try? jpeg.start(VESTIGE_JPEG_GRAY, scale: 8)
        else { return Decode(rows: nil, isDamaged: true) }
        var rows = [UInt8](repeating: 0, count: size.width * size.height)
        let done = rows.withUnsafeMutableBufferPointer {
            jpeg.readRows(into: $0.baseAddress!, stride: size.width, count: size.height)
        }
        return Decode(
            rows: done == size.height ? rows : nil,
            isDamaged: jpeg.damage.is_damaged != 0
        )
    }

    @Test(
        "plain pictures are read, with libjpeg's own samples",
        arguments: BlockMeansTests.names
    )
    func plain(name: String) throws {
        let bytes = Fixture.bytes(name)
        try bytes.withUnsafeBytes { content in
            let rows = try #require(means(content), "\(name) was not read")
            #expect(rows == reference(content).rows)
        }
    }

    @Test("other kinds are left to libjpeg", arguments: ["progressive.jpg", "cmyk.jpg"])
    func others(name: String) {
        Fixture.bytes(name).withUnsafeBytes { content in
            #expect(means(content) == nil)
        }
    }

    @Test("a picture that is cut anywhere is left to libjpeg", arguments: BlockMeansTests.names)
    func cut(name: String) {
        let bytes = Fixture.bytes(name)
        for count in 0..<bytes.count {
            bytes[..<count].withUnsafeBytes { content in
                // A copy of its own, so that reading behind the end can be seen by a sanitizer.
                let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
                defer { copy.deallocate() }
                copy.copyMemory(from: content)
                #expect(means(UnsafeRawBufferPointer(copy)) == nil, "cut at \(count)")
            }
        }
    }

    @Test("wrong bytes end the attempt, or are read just as libjpeg reads them")
    func damaged() {
        var generator = SplitMix64(seed: 0x5EED)
        for name in BlockMeansTests.names {
            let sound = Fixture.bytes(name)
            var read = 0
            for _ in 0..<4_000 {
                var bytes = sound
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<bytes.count, using: &generator)
                    bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
                bytes.withUnsafeBytes { content in
                    guard let rows = means(content) else { return }
                    read += 1
                    let expected = reference(content)
                    #expect(rows == expected.rows)
                    #expect(!expected.isDamaged)
                }
            }
            #expect(read > 50, "hardly a damaged \(name) was read: the test shows nothing")
        }
    }

    @Test(
        "every JPEG of the corpus that is read is read as libjpeg does",
        .enabled(if: CorpusTests.folder != nil)
    )
    func corpus() throws {
        var read = 0
        for file in CorpusTests.files("images") + CorpusTests.files("hostile") {
            let data = try Data(contentsOf: file)
            guard data.starts(with: [0xFF, 0xD8]) else { continue }
            data.withUnsafeBytes { content in
                guard let rows = means(content) else { return }
                read += 1
                let expected = reference(content)
                #expect(rows == expected.rows, "\(file.lastPathComponent)")
                #expect(!expected.isDamaged, "\(file.lastPathComponent)")
            }
        }
        #expect(read > 200)
    }
}
