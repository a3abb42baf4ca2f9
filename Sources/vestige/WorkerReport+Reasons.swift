import Casework
import Evidence

extension WorkerReport {
    /// Why a file gave nothing, or only a part, in one line.
    var reasons: String {
        let losses = losses.map { "\($0.code) \($0.detail)" }.joined(separator: "; ")
        guard let rule else { return losses }
        return rule.explanation + (losses.isEmpty ? "" : " (\(losses))")
    }
}
