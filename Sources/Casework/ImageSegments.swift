import CMedia
import Evidence
import Unpacking

/// The further files of a disk image, `x.E02`, … after `x.E01` or `x.002`, … after `x.001`: opened for the worker that
/// reads the first one.
struct ImageSegments {
    private final class Segment {
        let file: EvidenceFile

        init(_ file: consuming EvidenceFile) {
            self.file = file
        }
    }

    private var segments: [Segment] = []

    /// Opens the files after the one at `path`; none, if its name is not that of an image's first file. The first that
    /// is missing, or cannot be opened, is the end: then the image's reader says that it is not whole.
    init(after path: EvidencePath) {
        var name = Array(path.lastComponent)
        guard DiskImage.isSupported, DiskImage.isFirst(name) else { return }
        let folder = path.bytes.dropLast(name.count)
        while segments.count < DiskImage.maximumSegments, let next = DiskImage.nameAfter(name) {
            do throws(Loss) {
                let file = try EvidenceFile(opening: EvidencePath(bytes: Array(folder) + next))
                segments.append(Segment(file))
            } catch {
                return
            }
            name = next
        }
    }

    /// The bytes of all of them.
    var bytes: Int64 {
        segments.reduce(0) { sum, segment in
            let (more, overflow) = sum.addingReportingOverflow(segment.file.facts.size)
            return overflow ? .max : more
        }
    }

    /// Hands the files to a worker, ahead of the request that they belong to. A worker that is gone is noticed later.
    func send(_ token: UInt64, on socket: Int32) {
        var rest = segments[...]
        while !rest.isEmpty {
            let some = rest.prefix(WorkerMessage.filesPerPacket)
            rest = rest.dropFirst(some.count)
            let bytes = WorkerMessage.segments(
                token: token,
                sizes: some.map { $0.file.facts.size }
            ).encoded
            let descriptors = some.map { $0.file.descriptor }
            guard
                vestige_send_files(
                    socket,
                    bytes,
                    bytes.count,
                    descriptors,
                    Int32(descriptors.count),
                    0
                ) == 0
            else { return }
        }
    }
}
