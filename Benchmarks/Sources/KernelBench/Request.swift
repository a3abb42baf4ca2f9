import Glibc
import Keyframing

/// What the command line of `kernel-bench` asks for.
struct Request {
    let width: Int
    let height: Int
    let file: String
    let calls: Int

    /// - Returns: `nil` if a number is none, or out of range.
    init?(_ arguments: [String]) {
        guard
            let width = Int(arguments[0]), (1...65_535).contains(width),
            let height = Int(arguments[1]), (1...65_535).contains(height),
            let calls = Int(arguments[3]), (1...100_000).contains(calls)
        else { return nil }
        self.width = width
        self.height = height
        self.calls = calls
        file = arguments[2]
    }

    /// The plane that the file holds; `nil` if it does not hold exactly that many bytes.
    func plane() -> LumaPlane<UInt8>? {
        guard let stream = fopen(file, "rb") else { return nil }
        defer { fclose(stream) }
        let plane = LumaPlane<UInt8>(uninitializedWidth: width, height: height)
        guard fread(plane.samples, 1, plane.count, stream) == plane.count, getc(stream) == EOF
        else {
            return nil
        }
        return plane
    }
}
