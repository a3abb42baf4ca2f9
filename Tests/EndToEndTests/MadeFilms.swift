import Foundation
import TestSupport
import Testing

/// A film of six scenes of 4, 3, 5, 4, 3 and 5 seconds; what was cut out of it from second 6 to 18, as it is
/// and mirrored; a still picture of its second 5; and cases of them.
struct MadeFilms {
    let folder: TemporaryFolder
    /// A case of the whole film.
    let whole: String
    /// A case of the clip and the still picture.
    let cut: String
    /// A case of all.
    let all: String

    private static let scenes: [(x: Double, y: Double, scale: Double, seconds: Int)] = [
        (-0.743, 0.131, 0.02, 4), (-0.16, 1.04, 0.05, 3),
        (0.3, 0.5, 0.03, 5), (-1.25, 0.02, 0.05, 4), (-0.75, 0.1, 0.2, 3),
        (0.28, 0.008, 0.02, 5),
    ]

    /// Whether the ffmpeg program is there.
    static let canBeMade = (try? run(["-version"])) == 0

    init() throws {
        folder = try TemporaryFolder()
        let path = folder.path
        (whole, cut, all) = (path + "/a.vestige", path + "/b.vestige", path + "/all.vestige")
        for name in ["a", "b", "c"] {
            try FileManager.default.createDirectory(
                atPath: path + "/" + name,
                withIntermediateDirectories: false
            )
        }
        var inputs: [String] = []
        for scene in MadeFilms.scenes {
            let source =
                "mandelbrot=size=320x240:rate=10:inner=period:start_x=\(scene.x):start_y=\(scene.y)"
                + ":start_scale=\(scene.scale):end_scale=\(scene.scale * 0.4):end_pts=100"
            inputs += ["-f", "lavfi", "-t", "\(scene.seconds)", "-i", source]
        }
        let film = path + "/a/film.mp4"
        try MadeFilms.make(
            inputs + ["-filter_complex", "concat=n=\(MadeFilms.scenes.count)", film]
        )
        let cutOut = ["-ss", "6", "-t", "12", "-i", film, "-crf", "26"]
        try MadeFilms.make(cutOut + ["-vf", "scale=240:180", path + "/b/clip.mp4"])
        try MadeFilms.make(cutOut + ["-vf", "hflip", path + "/c/mirrored.mp4"])
        try MadeFilms.make(["-ss", "5", "-i", film, "-frames:v", "1", path + "/b/still.png"])
        for (name, folders) in [(whole, ["a"]), (cut, ["b"]), (all, ["a", "b", "c"])] {
            let result = try Program.run(
                ["index", name] + folders.map { path + "/" + $0 }
                    + ["--fill-interval", "1", "--quiet"]
            )
            try #require(result.status == 0, "\(result.errors)")
        }
    }

    private static func make(_ arguments: [String]) throws {
        let status = try run(["-v", "error", "-y"] + arguments)
        try #require(status == 0, "ffmpeg \(arguments.joined(separator: " "))")
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
