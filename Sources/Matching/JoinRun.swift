import Indexing

/// One run of a join: hands out the tasks, and hands over what they find in the tasks' order.
struct JoinRun {
    private let join: SetJoin
    private let plan: JoinPlan

    init(_ join: SetJoin) {
        self.join = join
        plan = JoinPlan(join)
    }

    /// Runs all tasks.
    func run(
        progress: (JoinProgress) -> Void,
        found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws -> JoinStatistics {
        let schedule = JoinSchedule(plan.units)
        var reporter = JoinReporter(total: schedule.seconds)
        if join.threads > 1 {
            let exchange = JoinExchange(schedule, plan.statistics)
            let (join, units, tables) = (join, plan.units, JoinTables())
            let workers = Workers(join.threads) {
                exchange.work(JoinWorker(join, units: units, tables: tables))
            }
            // Without a single thread, which is rare, this one does the work below.
            if workers.count > 0 {
                do {
                    try exchange.hand(over: found) { task, pairs in
                        reporter.report(task, pairs: pairs, to: progress)
                    }
                } catch {
                    exchange.stop()
                    workers.wait()
                    throw error
                }
                workers.wait()
                reporter.end(progress)
                return exchange.statistics
            }
            workers.wait()
        }
        return try runHere(schedule, &reporter, progress, found)
    }

    /// Runs all tasks on this thread.
    private func runHere(
        _ schedule: JoinSchedule,
        _ reporter: inout JoinReporter,
        _ progress: (JoinProgress) -> Void,
        _ found: (UnsafeBufferPointer<JoinPair>) throws -> Void
    ) throws -> JoinStatistics {
        var schedule = schedule
        var statistics = plan.statistics
        let worker = JoinWorker(join, units: plan.units, tables: JoinTables())
        while let task = schedule.next() {
            let counts = try worker.perform(task, found: found)
            statistics.partPairs[plan.units[task.unit].partPair].counts += counts
            reporter.report(task, pairs: counts.pairs, to: progress)
        }
        reporter.end(progress)
        return statistics
    }
}
