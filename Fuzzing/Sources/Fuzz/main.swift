import Glibc

// libFuzzer's own loop, which the linked runtime has: it calls back with every input that it makes up.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

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
