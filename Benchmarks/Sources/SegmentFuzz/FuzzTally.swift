import Indexing

/// What came of the mutations.
struct FuzzTally {
    /// How often each step gave an answer.
    private(set) var answers: [String: Int] = [:]
    /// How often each step gave a fault, by its code.
    private(set) var faults: [String: [String: Int]] = [:]
    /// Contradictions, which are mistakes of the program.
    private(set) var mistakes: [String] = []

    mutating func answered(_ step: String) {
        answers[step, default: 0] += 1
    }

    mutating func failed(_ step: String, _ fault: IndexFault) {
        faults[step, default: [:]][fault.code.rawValue, default: 0] += 1
    }

    mutating func mistook(_ text: String) {
        mistakes.append(text)
    }

    /// The counts, a line for each step.
    var text: String {
        let steps = Set(answers.keys).union(faults.keys).sorted()
        return steps.map { step in
            let codes = faults[step, default: [:]].sorted { $0.key < $1.key }
            let list = codes.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            return "  \(step): \(answers[step, default: 0]) answers, "
                + (list.isEmpty ? "no fault" : "faults: " + list)
        }.joined(separator: "\n")
    }
}
