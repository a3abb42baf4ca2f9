import Fingerprinting
import Glibc
import Keyframing

/// Times the way from a byte luma plane in memory to 256 bits, and nothing else.
///
///     kernel-bench WIDTH HEIGHT PLANE CALLS
///
/// PLANE is a file of WIDTH × HEIGHT bytes. Prints one object of JSON: the fingerprint, its quality, the
/// CPU milliseconds of the first call, which also builds the map for this size, and of every later one.
@main
enum KernelBench {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 4, let request = Request(Array(arguments)) else {
            fail("usage: kernel-bench WIDTH HEIGHT PLANE CALLS")
        }
        guard let plane = request.plane() else {
            fail("\(request.file) does not hold \(request.width) x \(request.height) bytes")
        }
        let picture = Picture(
            luma: .bytes(plane),
            width: request.width,
            height: request.height,
            origin: PictureOrigin(decoder: .none, policy: .fast)
        )
        var fingerprinter = Fingerprinter()
        var times: [Double] = []
        var last: PictureFingerprint?
        for _ in 0...request.calls {
            let start = cpuMilliseconds()
            do {
                last = try fingerprinter.fingerprint(of: picture)
            } catch {
                fail("not fingerprinted: \(error)")
            }
            times.append(cpuMilliseconds() - start)
        }
        guard let last else { return }
        let later = times.dropFirst().map { "\($0)" }.joined(separator: ", ")
        print(
            "{\"hash\": \"\(last.fingerprint.hex)\", \"quality\": \(last.quality), "
                + "\"first_ms\": \(times[0]), \"ms\": [\(later)]}"
        )
    }

    private static func fail(_ message: String) -> Never {
        // Not through `stderr`, a global variable that Swift 6 does not let anyone touch.
        let text = Array((message + "\n").utf8)
        _ = write(2, text, text.count)
        exit(2)
    }

    /// The CPU time of this thread so far.
    private static func cpuMilliseconds() -> Double {
        var now = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
        return Double(now.tv_sec) * 1e3 + Double(now.tv_nsec) / 1e6
    }
}
