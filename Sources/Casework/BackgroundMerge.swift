import Dispatch
import Foundation
import Glibc
import Indexing
import Synchronization

/// A merge of segments on a thread of its own, so that the run beside it goes on.
///
/// It only reads segments, which never change, and writes a file that nobody knows yet: nothing is
/// shared until the run takes the result up.
final class BackgroundMerge: Sendable {
    /// What became of it.
    enum Outcome: Sendable {
        /// The new segment, and the withdrawn items that are in none any more.
        case merged(SegmentDescription, buried: [UInt64])
        case failed(IndexFault)
    }

    /// The segments that are merged.
    let inputs: [String]

    private let result = Mutex<Outcome?>(nil)
    private let isGivenUp = Atomic(false)
    private let hasEnded = DispatchSemaphore(value: 0)

    /// Begins the merge.
    init(_ segments: [Segment], tombstones: Tombstones, memory: Int, folder: String, name: String) {
        inputs = segments.map(\.description.name)
        let thread = Thread { [self] in
            let outcome = merge(segments, tombstones, memory, folder, name)
            result.withLock { $0 = outcome }
            hasEnded.signal()
        }
        thread.name = "merge"
        thread.qualityOfService = .utility
        thread.start()
    }

    private func merge(
        _ segments: [Segment],
        _ tombstones: Tombstones,
        _ memory: Int,
        _ folder: String,
        _ name: String
    ) -> Outcome {
        do throws(IndexFault) {
            let merge = try SegmentMerge(
                segments,
                tombstones: tombstones,
                memory: memory,
                isGivenUp: { [self] in isGivenUp.load(ordering: .relaxed) }
            )
            let description = try merge.write(to: folder, name: name)
            return .merged(description, buried: merge.withdrawnItems())
        } catch {
            return .failed(error)
        }
    }

    /// What became of it; `nil` while it goes on.
    var outcome: Outcome? { result.withLock { $0 } }

    /// Waits for the end.
    func wait() -> Outcome {
        hasEnded.wait()
        hasEnded.signal()
        return outcome ?? .failed(IndexFault(.system, path: "", detail: "the merge has no result"))
    }

    /// Ends the merge soon, without a result.
    func giveUp() {
        isGivenUp.store(true, ordering: .relaxed)
        _ = wait()
    }
}
