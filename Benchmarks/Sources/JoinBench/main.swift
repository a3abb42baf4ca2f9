import Glibc

// join-bench: joins of sets of random fingerprints, on one thread or more.
//
//   join-bench kernels [RADIUS]
//       each body of the kernels: pairs of postings and pairs of rows a second
//   join-bench join LEFT_ROWS RIGHT_ROWS RADIUS THREADS METHOD FOLDER
//       LEFT_ROWS 0: the right set with itself; METHOD: buckets, scan or any
//   join-bench list LEFT_ROWS RIGHT_ROWS RADIUS THREADS METHOD FOLDER
//       the same, the left set being a list in memory; METHOD may also be probes: a search for each row
//   join-bench piled ROWS PILED RADIUS METHOD
//       a list with itself, PILED of whose rows lie within a few bits of one fingerprint
//
// The sets are segments in FOLDER, made where they are missing and kept. Every hundredth row of the left
// set, or of the set itself, has a neighbour in the right one. A join prints one object of JSON: the CPU
// and wall seconds, the pairs, and what brute force would take, which is measured beside it.

func fail(_ message: String) -> Never {
    // Not through `stderr`, a global variable that Swift 6 does not let anyone touch.
    let text = Array((message + "\n").utf8)
    _ = write(2, text, text.count)
    exit(2)
}

let arguments = Array(CommandLine.arguments.dropFirst())
let usage = """
    usage: join-bench kernels [RADIUS]
           join-bench join|list LEFT_ROWS RIGHT_ROWS RADIUS THREADS METHOD FOLDER
           join-bench piled ROWS PILED RADIUS METHOD
    """
switch arguments.first {
case "kernels":
    KernelTimes.print(radius: arguments.count > 1 ? Int(arguments[1]) ?? 31 : 31)
case "join", "list":
    guard arguments.count == 7, let left = Double(arguments[1]), let right = Double(arguments[2]),
        let radius = Int(arguments[3]), let threads = Int(arguments[4])
    else { fail(usage) }
    let bench = JoinBench(folder: arguments[6], isList: arguments[0] == "list")
    do {
        try bench.run(
            leftRows: Int(left),
            rightRows: Int(right),
            radius: radius,
            threads: threads,
            method: arguments[5]
        )
    } catch {
        fail("\(error)")
    }
case "piled":
    guard arguments.count == 5, let rows = Double(arguments[1]), let piled = Double(arguments[2]),
        let radius = Int(arguments[3])
    else { fail(usage) }
    do {
        try JoinBench(folder: "", isList: true)
            .runPiled(rows: Int(rows), piled: Int(piled), radius: radius, method: arguments[4])
    } catch {
        fail("\(error)")
    }
default: fail(usage)
}
