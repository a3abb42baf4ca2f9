import Decoding
import Foundation
import Keyframing
import TestSupport
import Testing

/// A small file of the Fixtures folder, and what Pillow sees in it.
struct Fixture: Sendable, CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "Fixtures"
    )

    /// All rows of expected.csv.
    static let all: [Fixture] = {
        guard
            let text = try? String(
                contentsOf: folder.appending(path: "expected.csv"),
                encoding: .utf8
            )
        else { return [] }
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: ",")
            return Fixture(
                name: String(fields[0]),
                kind: fields[1] == "video" ? .video : .picture,
                keyframes: Int(fields[2]) ?? -1,
                tolerance: Double(fields[3]) ?? 0,
                luma: fields[4...].compactMap { Double($0) }
            )
        }
    }()

    let name: String
    let kind: MediaKind
    let keyframes: Int
    let tolerance: Double
    let luma: [Double]

    var testDescription: String { name }
    var bytes: [UInt8] { Fixture.bytes(name) }

    static func bytes(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: name))).map(Array.init) ?? []
    }
}

/// A keyframe's facts and samples, copied out of the callback.
struct Taken: Equatable {
    var width: Int
    var height: Int
    var samples: [Double]
    var sampleWidth: Int
    var range: Picture.Range
    var origin: PictureOrigin
    var time: Int64?

    init(_ keyframe: borrowing Keyframe) {
        width = keyframe.picture.width
        height = keyframe.picture.height
        range = keyframe.picture.range
        origin = keyframe.picture.origin
        time = keyframe.timeMilliseconds
        switch keyframe.picture.luma {
        case .bytes(let plane):
            sampleWidth = plane.width
            samples = (0..<plane.count).map { Double(plane.samples[$0]) }
        case .floats(let plane):
            sampleWidth = plane.width
            samples = (0..<plane.count).map { Double(plane.samples[$0]) }
        }
    }

    /// A sample as brightness of full range.
    func luma(x: Int, y: Int) -> Double {
        let value = samples[y * sampleWidth + x]
        return range == .full ? value : (value - 16) * 255 / 219
    }
}

/// Decodes bytes that lie in memory.
func decode(
    _ bytes: [UInt8],
    options: DecodeOptions = DecodeOptions()
) -> (taken: [Taken], outcome: Result<DecodeReport, MediaFault>) {
    var taken: [Taken] = []
    let outcome = bytes.withUnsafeBytes { content in
        Result { () throws(MediaFault) in
            try MediaDecoding.decode(
                MediaSource(descriptor: -1, size: Int64(content.count), bytes: content),
                options: options,
                onKeyframe: { taken.append(Taken($0)) }
            )
        }
    }
    return (taken, outcome)
}
