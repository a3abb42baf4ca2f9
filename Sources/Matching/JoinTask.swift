/// The smallest piece of a join's work, done by one thread.
struct JoinTask: Sendable {
    /// What is to be done.
    enum Work: Sendable {
        /// Making the table of the unit's `step`-th chunk for the rows of one side.
        case table(JoinUnit.Side, step: Int)
        /// Joining the left lists of some values of the unit's `step`-th chunk.
        case buckets(step: Int, values: Range<Int>)
        /// Comparing rows with rows.
        case scan(left: Range<Int>, right: Range<Int>)
    }

    /// Its place among all tasks of the join.
    let number: Int
    /// It may begin when all tasks under this number are through.
    let begins: Int
    /// The place of its unit in the schedule.
    let unit: Int
    let work: Work
    /// Its share of the expected time of the whole join, in seconds.
    let seconds: Double
}
