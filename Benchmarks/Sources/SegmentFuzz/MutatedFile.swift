import BenchSupport
import Glibc

/// A segment in a file whose bytes are changed in place, and put back: a segment with tables has 4 MB,
/// of which a mutation touches little.
final class MutatedFile {
    let path: String
    let image: SegmentImage

    private let descriptor: Int32
    private var bytes: [UInt8]
    private var size: Int
    private var touched: [Range<Int>] = []

    init(_ image: SegmentImage, path: String) {
        self.path = path
        self.image = image
        bytes = image.bytes
        size = bytes.count
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { Program.fail("cannot write \(path)") }
        write(0..<size)
    }

    deinit {
        close(descriptor)
    }

    /// Changes the file in a random way.
    func mutate(using random: inout FuzzRandom) {
        for _ in 0...random.below(4) {
            changeOnce(using: &random)
        }
        // As somebody would who means it: else hardly anything behind a checksum is ever reached.
        if !random.once(in: 4) {
            change(4092, 4) { _ in }
            SegmentImage.sealHeader(&bytes)
        }
        if !random.once(in: 4) {
            let start = image.checksums
            change(start, bytes.count - start) { _ in }
            SegmentImage.sealContents(&bytes, checksums: start)
        }
        if random.once(in: 24) {
            resize(using: &random)
        }
        for range in touched {
            write(range)
        }
    }

    /// Puts everything back.
    func restore() {
        if size != bytes.count {
            let kept = min(size, bytes.count)
            size = bytes.count
            ftruncate(descriptor, off_t(size))
            touched.append(kept..<size)
        }
        for range in touched {
            bytes.replaceSubrange(range, with: image.bytes[range])
        }
        for range in touched {
            write(range)
        }
        touched.removeAll(keepingCapacity: true)
    }

    private func changeOnce(using random: inout FuzzRandom) {
        // Each section as often as any other, however small it is, and the header.
        let place = random.below(image.sections.count + 1)
        let isHeader = place >= image.sections.count
        let (start, length) =
            isHeader
            ? (0, 64 + 24 * image.sections.count)
            : (image.sections[place].offset, image.sections[place].size)
        guard length > 0 else { return }
        let offset = start + random.below(length)
        switch random.below(6) {
        case 0, 1:
            let bit = UInt8(1) << UInt8(random.below(8))
            change(offset, 1) { $0[offset] ^= bit }
        case 2:
            let value = UInt8(truncatingIfNeeded: random.next())
            change(offset, 1) { $0[offset] = value }
        case 3, 4:
            // A number that means something: a bound, one beside it, or the highest.
            let width = random.once(in: 3) || isHeader ? 8 : 4
            let aligned = offset & ~3
            let value = number(using: &random)
            change(aligned, width) { bytes in
                for index in 0..<width where aligned + index < bytes.count {
                    bytes[aligned + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
                }
            }
        default:
            let source = random.below(bytes.count)
            let count = min(1 + random.below(64), bytes.count - max(source, offset))
            change(offset, count) { bytes in
                let block = Array(bytes[source..<(source + count)])
                bytes.replaceSubrange(offset..<(offset + count), with: block)
            }
        }
    }

    private func number(using random: inout FuzzRandom) -> UInt64 {
        let rows = SegmentImage.number(image.bytes, 32, size: 8)
        let occurrences = SegmentImage.number(image.bytes, 40, size: 8)
        let known: [UInt64] = [
            0, 1, 2, rows, occurrences, UInt64(bytes.count), 511, 512, 513, 4096, 65_536,
            1 << 31, 1 << 32, 1 << 40, 1 << 62, .max,
        ]
        let value = known[random.below(known.count)]
        switch random.below(4) {
        case 0: return value &+ 1
        case 1: return value &- 1
        case 2: return value
        default: return random.next() >> UInt64(random.below(64))
        }
    }

    private func resize(using random: inout FuzzRandom) {
        switch random.below(3) {
        case 0: size = random.below(bytes.count + 1)
        case 1: size = max(0, bytes.count - 1 - random.below(64))
        default: size = bytes.count + 1 + random.below(8192)
        }
        ftruncate(descriptor, off_t(size))
        touched = touched.compactMap { range in
            range.lowerBound < size ? range.lowerBound..<min(range.upperBound, size) : nil
        }
    }

    private func change(_ offset: Int, _ count: Int, _ body: (inout [UInt8]) -> Void) {
        body(&bytes)
        touched.append(offset..<min(offset + count, bytes.count))
    }

    private func write(_ range: Range<Int>) {
        bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[range])
            let written = pwrite(descriptor, part.baseAddress, part.count, off_t(range.lowerBound))
            guard written == part.count else { Program.fail("cannot write \(path)") }
        }
    }
}
