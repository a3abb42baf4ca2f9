/// Memory that is kept between pictures and grows when one needs more; its contents are not kept.
struct ScratchBuffer<Element: BitwiseCopyable>: ~Copyable {
    private var memory = UnsafeMutablePointer<Element>.allocate(capacity: 0)
    private var capacity = 0

    deinit {
        memory.deallocate()
    }

    /// At least `count` elements, undefined, valid until the next call and as long as the buffer is.
    mutating func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
        if count > capacity {
            memory.deallocate()
            memory = .allocate(capacity: count)
            capacity = count
        }
        return memory
    }
}
