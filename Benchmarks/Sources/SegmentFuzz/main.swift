import BenchSupport
import Glibc

// segment-fuzz: damaged segments, by the million, in one process.
//
//   segment-fuzz [COUNT [SEED [FOLDER]]]
//
// Each mutation is opened, read, searched, joined, merged with a sound segment and verified: the outcome of
// each step is an answer or a fault. A trap ends the program, and so does a mutation that takes over
// 30 seconds; the file that did it stays in FOLDER, and `current` there has the mutation's number.

let arguments = CommandLine.arguments
let count = arguments.count > 1 ? Int(Double(arguments[1]) ?? 0) : 100_000
let seed = arguments.count > 2 ? UInt64(arguments[2]) ?? 1 : 1
let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
let folder = arguments.count > 3 ? arguments[3] : base + "/segment-fuzz-\(getpid())"
mkdir(folder, 0o700)
let current = open(folder + "/current", O_RDWR | O_CREAT | O_TRUNC, 0o600)
guard count > 0, current >= 0 else {
    Program.fail("segment-fuzz [COUNT [SEED [FOLDER]]]: FOLDER must be writable")
}
signal(SIGALRM) { _ in
    let text = Array("a mutation takes over 30 s: it hangs\n".utf8)
    _ = write(2, text, text.count)
    _exit(3)
}
var fuzz = try SegmentFuzz(folder: folder)
let start = Clock.wall()
for number in 0..<count {
    var mark = Int64(number)
    pwrite(current, &mark, 8, 0)
    alarm(30)
    fuzz.step(number, seed: seed)
    if (number + 1) % 50_000 == 0 {
        let seconds = (Clock.wall() - start) / 1e6
        print("\(number + 1) mutations, \(Int(Double(number + 1) / seconds)) a second")
        fflush(nil)
    }
}
alarm(0)
let seconds = (Clock.wall() - start) / 1e6
print("\(count) mutations from seed \(seed) in \(Int(seconds)) s:")
print(fuzz.tally.text)
print("\(fuzz.tally.mistakes.count) contradictions")
for mistake in fuzz.tally.mistakes.prefix(20) {
    print("  " + mistake)
}
exit(fuzz.tally.mistakes.isEmpty ? 0 : 1)
