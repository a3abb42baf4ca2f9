import Indexing

/// Where the threads of a join get their tasks, and leave what they found.
///
/// What is found is handed over in the order of the tasks. A thread whose task is not the next waits
/// when too much has been left, so that memory is bounded; the one with the next task never waits for
/// more than the receiver.
final class JoinExchange: Sendable {
    /// Pairs that may be left by tasks that are not the next.
    private static let mostPairs = 1_000_000
    /// Pairs that may be left by the next task before it waits for the receiver.
    private static let mostNextPairs = 200_000
    /// Tasks that a thread may be ahead of the one whose pairs are handed over.
    private static let mostAhead = 4096

    /// Ends a worker: the join is to stop.
    private struct Stopped: Error {}

    /// What a task has left.
    private struct Delivery {
        var pieces: [[JoinPair]] = []
        /// The task, once it is through.
        var task: JoinTask?
        var pairs = 0
    }

    private struct State {
        var schedule: JoinSchedule
        var statistics: JoinStatistics
        /// The task whose pairs are handed over.
        var next = 0
        /// All tasks before this one are through.
        var through = 0
        /// Those after it that are through.
        var throughAfter: Set<Int> = []
        var deliveries: [Int: Delivery] = [:]
        /// Pairs in deliveries.
        var pairs = 0
        /// The number of tasks, once all have been taken.
        var count: Int?
        var taken = 0
        var isStopped = false
        var fault: (any Error)?
    }

    /// What the receiver gets.
    private enum Arrival {
        case pieces([[JoinPair]], done: JoinTask?, pairs: Int)
        case end((any Error)?)
    }

    private let state: Monitor<State>

    init(_ schedule: JoinSchedule, _ statistics: JoinStatistics) {
        state = Monitor(State(schedule: schedule, statistics: statistics))
    }

    /// What was done so far.
    var statistics: JoinStatistics { state.update { $0.statistics } }

    /// Ends all work soon.
    func stop() {
        state.update { $0.isStopped = true }
    }

    /// Does tasks until there are none, or the join is stopped.
    func work(_ worker: JoinWorker) {
        do {
            while let task = take() {
                let counts = try worker.perform(task) { pairs in
                    try leave(Array(pairs), task)
                }
                finish(task, counts)
            }
        } catch {
            state.update { state in
                state.isStopped = true
                if !(error is Stopped), state.fault == nil {
                    state.fault = error
                }
            }
        }
    }

    /// The next task, when it may begin.
    private func take() -> JoinTask? {
        let task: JoinTask? = state.update { state in
            guard !state.isStopped else { return nil }
            guard let task = state.schedule.next() else {
                state.count = state.taken
                return nil
            }
            state.taken += 1
            return task
        }
        guard let task else { return nil }
        let mayBegin = state.wait { state -> Bool? in
            if state.isStopped { return false }
            let isNear = task.number - state.next <= JoinExchange.mostAhead
            return state.through >= task.begins && isNear ? true : nil
        }
        return mayBegin ? task : nil
    }

    private func leave(_ pairs: [JoinPair], _ task: JoinTask) throws(Stopped) {
        let isLeft = state.wait { state -> Bool? in
            if state.isStopped { return false }
            let isNext = state.next == task.number
            let (most, left) =
                isNext
                ? (JoinExchange.mostNextPairs, state.deliveries[task.number]?.pairs ?? 0)
                : (JoinExchange.mostPairs, state.pairs)
            guard left == 0 || left + pairs.count <= most else { return nil }
            state.deliveries[task.number, default: Delivery()].pieces.append(pairs)
            state.deliveries[task.number]?.pairs += pairs.count
            state.pairs += pairs.count
            return true
        }
        guard isLeft else { throw Stopped() }
    }

    private func finish(_ task: JoinTask, _ counts: JoinStatistics.Counts) {
        state.update { state in
            let partPair = state.schedule.units[task.unit].partPair
            state.statistics.partPairs[partPair].counts += counts
            state.deliveries[task.number, default: Delivery()].task = task
            state.throughAfter.insert(task.number)
            while state.throughAfter.remove(state.through) != nil {
                state.through += 1
            }
        }
    }

    /// Hands over what the workers leave, until all tasks are through.
    ///
    /// - Parameter done: is told of each task, and the number of its last pairs.
    /// - Throws: the fault that ended a worker, or what `found` throws; the workers may still run then.
    func hand(
        over found: (UnsafeBufferPointer<JoinPair>) throws -> Void,
        done: (JoinTask, Int) -> Void
    ) throws {
        var sinceTask = 0
        while true {
            switch state.wait(JoinExchange.arrival) {
            case .pieces(let pieces, let task, let pairs):
                for piece in pieces {
                    try piece.withUnsafeBufferPointer { try found($0) }
                }
                sinceTask += pairs
                if let task {
                    done(task, sinceTask)
                    sinceTask = 0
                }
            case .end(let fault):
                if let fault { throw fault }
                return
            }
        }
    }

    private static func arrival(_ state: inout State) -> Arrival? {
        if state.isStopped { return .end(state.fault) }
        if let delivery = state.deliveries[state.next],
            delivery.task != nil || !delivery.pieces.isEmpty
        {
            state.deliveries[state.next] = nil
            state.pairs -= delivery.pairs
            if delivery.task != nil {
                state.next += 1
            }
            return .pieces(delivery.pieces, done: delivery.task, pairs: delivery.pairs)
        }
        return state.next == state.count ? .end(nil) : nil
    }
}
