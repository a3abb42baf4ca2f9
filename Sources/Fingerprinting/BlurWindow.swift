/// The box filter of PDQ along a dimension: which samples each output is the mean of.
struct BlurWindow {
    /// Samples of the dimension.
    let size: Int
    /// Samples of a whole window, ⌈size / 128⌉.
    let length: Int
    /// How far a whole window reaches before its centre.
    private let before: Int
    /// How far it reaches after its centre.
    private let after: Int

    init(size: Int) {
        self.size = size
        length = (size + 127) / 128
        let half = (length + 2) / 2
        before = length - half
        after = half - 1
    }

    /// The samples whose mean is the output at `index`: cut off at the edges.
    func samples(at index: Int) -> ClosedRange<Int> {
        max(0, index - before)...min(size - 1, index + after)
    }

    /// The sample that the decimation keeps as the `band`-th of 64: ⌊(band + 0.5) · size / 64⌋.
    func centre(ofBand band: Int) -> Int {
        (2 * band + 1) * size / 128
    }
}
