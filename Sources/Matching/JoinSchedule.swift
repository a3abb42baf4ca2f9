/// All tasks of a join, one after the other: the same whatever the number of threads.
struct JoinSchedule: Sendable {
    let units: [JoinUnit]
    private var unit = 0
    private var index = 0
    private var number = 0
    private var unitStart = 0

    init(_ units: [JoinUnit]) {
        self.units = units
    }

    /// The expected time of all tasks, in seconds.
    var seconds: Double { units.reduce(0) { $0 + $1.seconds } }

    /// The next task; `nil` when there is none left.
    mutating func next() -> JoinTask? {
        while unit < units.count, index == units[unit].taskCount {
            unit += 1
            index = 0
            unitStart = number
        }
        guard unit < units.count else { return nil }
        let (work, begins) = units[unit].task(at: index)
        defer {
            number += 1
            index += 1
        }
        return JoinTask(
            number: number,
            begins: begins.map { unitStart + $0 } ?? 0,
            unit: unit,
            work: work,
            seconds: units[unit].seconds / Double(units[unit].taskCount)
        )
    }
}
