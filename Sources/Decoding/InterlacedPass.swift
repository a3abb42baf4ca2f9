/// One of the seven passes of an interlaced PNG: which pixels it holds, and how large a block each
/// stands for until a later pass comes. The numbers are those of the PNG specification, clause 8.2.
struct InterlacedPass {
    let firstColumn: Int
    let columnStep: Int
    let firstRow: Int
    let rowStep: Int
    let blockWidth: Int
    let blockHeight: Int

    /// Where the samples of one row go.
    struct Place {
        let count: Int
        let row: Int
        let first: Int
        let step: Int
        let blockWidth: Int
        let blockHeight: Int
    }

    static let all: [InterlacedPass] = [
        InterlacedPass(0, 8, 0, 8, 8, 8),
        InterlacedPass(4, 8, 0, 8, 4, 8),
        InterlacedPass(0, 4, 4, 8, 4, 4),
        InterlacedPass(2, 4, 0, 4, 2, 4),
        InterlacedPass(0, 2, 2, 4, 2, 2),
        InterlacedPass(1, 2, 0, 2, 1, 2),
        InterlacedPass(0, 1, 1, 2, 1, 1),
    ]

    private init(
        _ firstColumn: Int,
        _ columnStep: Int,
        _ firstRow: Int,
        _ rowStep: Int,
        _ blockWidth: Int,
        _ blockHeight: Int
    ) {
        self.firstColumn = firstColumn
        self.columnStep = columnStep
        self.firstRow = firstRow
        self.rowStep = rowStep
        self.blockWidth = blockWidth
        self.blockHeight = blockHeight
    }

    /// Pixels in a row of this pass.
    func columns(width: Int) -> Int {
        (width - firstColumn + columnStep - 1) / columnStep
    }

    /// Rows of this pass.
    func rows(height: Int) -> Int {
        (height - firstRow + rowStep - 1) / rowStep
    }

    /// Where this pass' row `index` goes.
    func place(row index: Int, width: Int) -> Place {
        Place(
            count: columns(width: width),
            row: firstRow + index * rowStep,
            first: firstColumn,
            step: columnStep,
            blockWidth: blockWidth,
            blockHeight: blockHeight
        )
    }
}
