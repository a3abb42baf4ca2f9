import Testing

@testable import Matching

@Suite("probe plan")
struct ProbePlanTests {
    @Test("the thresholds of every plan add up to the radius", arguments: 0...64)
    func thresholdsAddUp(radius: Int) {
        let plan = ProbePlan(radius: radius)
        #expect(plan.thresholds.count == 16)
        #expect(plan.thresholds.reduce(0) { $0 + Int($1) + 1 } == radius + 1)
        #expect(plan.thresholds.allSatisfy { (-1...4).contains($0) })
    }

    @Test("a plan asks for every value within the threshold of each chunk once", arguments: 0...64)
    func plansAskForEveryValue(radius: Int) {
        let plan = ProbePlan(radius: radius)
        for chunk in 0..<16 {
            let asked = plan.rings.filter { $0.chunk == chunk }.flatMap { FlipMasks.all[$0.masks] }
            #expect(Set(asked).count == asked.count)
            let threshold = Int(plan.thresholds[chunk])
            #expect(asked.allSatisfy { $0.nonzeroBitCount <= threshold })
            // 1, 17, 137, 697 and 2517 values lie within 0 ... 4 bits.
            #expect(asked.count == [0, 1, 17, 137, 697, 2517][threshold + 1])
        }
        #expect(plan.rings.flatMap { Array($0.lists) } == Array(0..<plan.lists))
    }

    @Test("the plan for 31 asks 272 lists, one bit around each chunk")
    func planFor31() {
        let plan = ProbePlan(radius: 31)
        #expect(plan.lists == 272)
        #expect(plan.thresholds.allSatisfy { $0 == 1 })
        #expect(plan.rings.map(\.limit16).prefix(2) == [3, 2])
        #expect(plan.rings.map(\.limit32).prefix(2) == [5, 4])
        // FACTS of the design: about 1 in 100,000 postings survives the filter.
        #expect(plan.candidateShare / plan.scannedShare < 2e-5)
        #expect(plan.candidateShare / plan.scannedShare > 5e-6)
    }
}
