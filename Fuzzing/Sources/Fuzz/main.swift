import Glibc

@testable import Casework

// libFuzzer's own loop, which the linked runtime has: it calls back with every input that it makes up.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

// What our own messages look like, only this program knows: make_seeds.py asks it for them.
if let folder = getenv("VESTIGE_FUZZ_SEEDS").map({ String(cString: $0) }) {
    let messages = FuzzSeeds.messages.map(\.encoded)
    for (target, seeds) in [("message", messages), ("conversation", FuzzSeeds.conversations)] {
        for (number, seed) in seeds.enumerated() {
            guard let file = fopen("\(folder)/\(target)-\(number)", "w") else { exit(2) }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }
    exit(0)
}

/// The parser that is fuzzed, by its name in `VESTIGE_FUZZ_TARGET`.
let target: FuzzTarget = {
    let name = getenv("VESTIGE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        fputs("VESTIGE_FUZZ_TARGET must be one of:", stderr)
        for target in FuzzTarget.allCases {
            fputs(" \(target.rawValue)", stderr)
        }
        fputs("\n", stderr)
        exit(2)
    }
    return target
}()

var count = CommandLine.argc
var arguments = CommandLine.unsafeArgv
exit(
    runFuzzer(&count, &arguments) { bytes, size in
        target.run(UnsafeRawBufferPointer(start: bytes, count: size))
        return 0
    }
)
