/// The few axes that were used last: the frames of a film and the photos of one camera share theirs.
struct BlurAxisCache: ~Copyable {
    /// The one used last is the first.
    private var axes: [BlurAxis] = []

    /// Landscape and portrait of a few sizes; an axis takes about 20 KB for a 12-megapixel photo.
    private static let capacity = 8

    /// The axis for a size and a scale, made if it is not at hand.
    mutating func axis(size: Int, scale: Int) -> BlurAxis {
        if let place = axes.firstIndex(where: { $0.size == size && $0.scale == scale }) {
            let found = axes.remove(at: place)
            axes.insert(found, at: 0)
            return found
        }
        if axes.count == Self.capacity {
            axes.removeLast()
        }
        let made = BlurAxis(size: size, scale: scale)
        axes.insert(made, at: 0)
        return made
    }
}
