import Glibc

/// What every benchmark program does when it cannot go on.
public enum Program {
    /// Says why on standard error, and ends with status 2.
    public static func fail(_ message: String) -> Never {
        // Not through `stderr`, a global variable that Swift 6 does not let anyone touch.
        let text = Array((message + "\n").utf8)
        _ = write(2, text, text.count)
        exit(2)
    }
}
