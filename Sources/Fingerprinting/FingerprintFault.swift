/// Why a picture could not be fingerprinted.
public enum FingerprintFault: Error, Hashable, Sendable {
    /// The kind or the policy needs a plane at full size, and this one was scaled while decoding:
    /// decode the picture again at scale 1.
    case scaledPlane(scale: Int)
    /// The plane's sides are not the picture's divided by its scale, rounded up: a decoder's mistake.
    case mismatchedPlane(width: Int, height: Int, scale: Int)
    /// A side has more than ``Fingerprinter/longestSide`` pixels: the memory for its windows is not
    /// taken. Nothing that a camera, a screen or a scanner gives is as long.
    case sideTooLong(width: Int, height: Int)
}

extension FingerprintFault: CustomStringConvertible {
    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .scaledPlane(let scale):
            "needs a decode at full size, not one scaled by 1/\(scale)"
        case .mismatchedPlane(let width, let height, let scale):
            "the decoder's plane does not fit a picture of \(width) × \(height) at scale 1/\(scale)"
        case .sideTooLong(let width, let height):
            "a side of \(width) × \(height) is over \(Fingerprinter.longestSide) pixels"
        }
    }
}
