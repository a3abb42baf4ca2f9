import CMedia
import Evidence
import Keyframing

@testable import Casework
@testable import Decoding

/// What is read of evidence.
extension FuzzTarget {
    static func readStructure(_ bytes: UnsafeRawBufferPointer) {
        _ = Content.recognise(bytes)
        _ = GIFBlocks.reachTrailer(bytes)
        _ = PNGChunks(bytes)
        _ = PNGChunks.reachEnd(bytes)
        precondition((1...8).contains(ExifOrientation.inJPEG(bytes)))
        precondition((1...8).contains(ExifOrientation.inTIFF(bytes)))
        if let directory = TIFFDirectory(bytes) {
            let tags: [TIFFDirectory.Tag] = [
                .width, .height, .compression, .photometric, .stripOffsets, .orientation,
                .samplesPerPixel, .rowsPerStrip, .stripByteCounts, .planarConfiguration, .tileWidth,
                .tileHeight, .tileOffsets, .tileByteCounts, .jpegTables, .dngVersion,
            ]
            for tag in tags {
                _ = directory.value(tag)
                _ = directory.count(tag)
                _ = directory.values(tag)
                _ = directory.content(tag)
            }
        }
        let source = MediaSource(descriptor: -1, size: Int64(bytes.count), bytes: bytes)
        check(FragmentChain(source).holes, within: source)
        for format in ["ogg", "mpeg"] {
            check(ContainerHoles.holes(source, format: format), within: source)
        }
    }

    private static func check(_ holes: [Range<Int64>], within source: MediaSource) {
        var end: Int64 = 0
        for hole in holes {
            precondition(hole.lowerBound >= end && hole.upperBound <= source.size, "holes overlap")
            end = hole.upperBound
        }
    }

    static func compareMeans(_ bytes: UnsafeRawBufferPointer) {
        guard let jpeg = try? JPEGDecompressor(bytes), let header = try? jpeg.readHeader(),
            header.width * header.height < 4_000_000
        else { return }
        let count = (Int(header.width) + 7) / 8 * ((Int(header.height) + 7) / 8)
        // One byte more than is asked for, to see that it is left alone.
        var rows = [UInt8](repeating: 0xA5, count: count + 1)
        let isRead = rows.withUnsafeMutableBufferPointer { room in
            room.baseAddress.map { jpeg.readBlockMeans(into: $0) } ?? false
        }
        precondition(rows[count] == 0xA5, "written behind the rows")
        guard isRead, let other = try? JPEGDecompressor(bytes), (try? other.readHeader()) != nil,
            let size = try? other.start(VESTIGE_JPEG_GRAY, scale: 8)
        else { return }
        var wanted = [UInt8](repeating: 0, count: size.width * size.height)
        let done = wanted.withUnsafeMutableBufferPointer { room in
            room.baseAddress.map {
                other.readRows(into: $0, stride: size.width, count: size.height)
            } ?? 0
        }
        // What the short cut takes is undamaged by its own account; so libjpeg has to say the same.
        precondition(done == size.height && other.damage.is_damaged == 0, "damage was not noticed")
        precondition(wanted == Array(rows.dropLast()), "the short cut's samples are not libjpeg's")
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        var options = DecodeOptions()
        options.maximumPixels = 300_000
        options.maximumKeyframes = 40
        let source = MediaSource(descriptor: -1, size: Int64(bytes.count), bytes: bytes)
        let decoded = try? MediaDecoding.decode(source, options: options) { keyframe in
            precondition(keyframe.timeMilliseconds ?? 0 >= 0, "a picture before the beginning")
        }
        guard let decoded else { return }
        // Whatever a file is like, what a sound worker tells of it is not refused.
        let coverage = decoded.coverage
        precondition(coverage.count <= options.maximumFilms, "more films than are looked at")
        precondition(Set(coverage.map(\.stream)).count == coverage.count, "a film is covered twice")
        for film in coverage { checkTelling(.coverage(token: 1, film)) }
        let report = WorkerReport(state: .indexed, media: ItemMedia(decoded.facts))
        checkTelling(.end(token: 1, report))
    }

    /// Packs a message that a sound worker would send, for its parent to read.
    static func checkTelling(_ message: WorkerMessage) {
        let packet = message.encoded
        precondition(
            packet.count <= WorkerMessage.maximumBytes,
            "a message of \(packet.count) bytes"
        )
        precondition(
            (try? WorkerMessage(decoding: packet[...])) != nil,
            "what a sound worker says is refused"
        )
    }
}
