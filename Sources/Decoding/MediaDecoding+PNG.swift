import CMedia
import Keyframing

extension MediaDecoding {
    /// Decodes a still PNG file, row by row.
    static func decodePNG(
        _ bytes: UnsafeRawBufferPointer,
        options: DecodeOptions,
        onKeyframe: (borrowing Keyframe) -> Void
    ) throws(MediaFault) -> DecodeReport {
        let chunks = PNGChunks(bytes)
        guard let width = chunks.width, let height = chunks.height else {
            throw MediaFault(
                bytes.count < 24 ? .truncated : .corrupt,
                "the header chunk is missing"
            )
        }
        // libpng takes memory for rows as soon as it reads on.
        try options.check(width: width, height: height)
        let png = try PNGReader(bytes)
        let header = try png.start()
        let layout = [
            VESTIGE_ROW_GRAY, VESTIGE_ROW_GRAY_ALPHA, VESTIGE_ROW_RGB, VESTIGE_ROW_RGBA,
        ][Int(min(max(header.channels, 1), 4)) - 1]
        var canvas = LumaCanvas(width: width, height: height, options: options)
        let row = RowBuffer(bytes: width * Int(header.channels))
        let (rows, fault) =
            header.is_interlaced != 0
            ? readPasses(png, layout: layout, row: row, into: &canvas)
            : readRows(png, layout: layout, row: row, into: &canvas)
        if rows == 0, let fault { throw fault }
        let loss =
            fault.map {
                MediaFault($0.code, "\($0.detail); \(rows) rows decoded of \(height)")
            } ?? png.damage
        let keyframes = canvas.emit(
            origin: PictureOrigin(decoder: .png, policy: options.policy, isDamaged: loss != nil),
            to: onKeyframe
        )
        let facts = MediaFacts(
            kind: .picture,
            format: "png",
            codec: "png",
            width: width,
            height: height,
            orientation: chunks.orientation
        )
        return DecodeReport(facts: facts, keyframes: keyframes, losses: loss.map { [$0] } ?? [])
    }

    private static func readRows(
        _ png: borrowing PNGReader,
        layout: vestige_row_layout,
        row: borrowing RowBuffer,
        into canvas: inout LumaCanvas
    ) -> (rows: Int, fault: MediaFault?) {
        for y in 0..<canvas.height {
            if let fault = png.readRow(into: row.bytes) {
                canvas.fill(from: y, with: 0)
                return (y, fault)
            }
            canvas.write(row.bytes, layout: layout, at: y)
        }
        return (canvas.height, nil)
    }

    /// Decodes an interlaced picture without holding its colours: each pass refines the brightness.
    private static func readPasses(
        _ png: borrowing PNGReader,
        layout: vestige_row_layout,
        row: borrowing RowBuffer,
        into canvas: inout LumaCanvas
    ) -> (rows: Int, fault: MediaFault?) {
        canvas.fill(from: 0, with: 0)
        var rows = 0
        for pass in InterlacedPass.all where pass.columns(width: canvas.width) > 0 {
            for index in 0..<max(0, pass.rows(height: canvas.height)) {
                if let fault = png.readRow(into: row.bytes) {
                    return (rows, fault)
                }
                let place = pass.place(row: index, width: canvas.width)
                canvas.scatter(row.bytes, layout: layout, place: place)
                rows += 1
            }
        }
        return (rows, nil)
    }
}
