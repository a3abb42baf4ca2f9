import Glibc

/// Threads that all run the same work. They must be waited for.
struct Workers: ~Copyable {
    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var threads: [pthread_t] = []

    /// Starts at most so many threads: fewer, perhaps none, if the system has no more.
    init(_ count: Int, _ run: @escaping @Sendable () -> Void) {
        let work = Work(run)
        for _ in 0..<count {
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(work)
            let status = pthread_create(
                &thread,
                nil,
                { argument in
                    if let argument {
                        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                    }
                    return nil
                },
                argument.toOpaque()
            )
            guard status == 0 else {
                argument.release()
                break
            }
            threads.append(thread)
        }
    }

    /// The number of threads that run.
    var count: Int { threads.count }

    /// Waits until all are through.
    consuming func wait() {
        for thread in threads {
            pthread_join(thread, nil)
        }
    }
}
