import Glibc

/// Faults that the tests ask of a worker, to see that the parent outlives them.
///
/// They happen only where the environment of the program itself names them, which evidence cannot do:
/// `VESTIGE_TEST_FAULTS=1` makes files that begin with one of the phrases below crash or stall.
enum TestFault {
    private static let isEnabled = getenv("VESTIGE_TEST_FAULTS") != nil

    static func injectIfAsked(_ bytes: UnsafeRawBufferPointer) {
        guard isEnabled else { return }
        let head = String(decoding: bytes.prefix(20), as: UTF8.self)
        if head.hasPrefix("vestige-test:crash") {
            raise(SIGSEGV)
        }
        if head.hasPrefix("vestige-test:stall") {
            while true {
                pause()
            }
        }
    }
}
