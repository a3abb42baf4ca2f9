/// Where a member stands: the number of the member in the container, then, if that is a container itself, the number in
/// there, and so on. The numbers begin at 0 and follow the order in which members are stored.
///
/// The empty place is the outermost container itself.
public struct MemberPlace: Hashable, Sendable, Comparable {
    /// The numbers, outermost first.
    public let numbers: [UInt32]

    /// The outermost container.
    public static let outermost = MemberPlace([])

    /// A place from its numbers.
    public init(_ numbers: [UInt32]) {
        self.numbers = numbers
    }

    /// How many containers the member is in.
    public var depth: Int { numbers.count }

    /// The member with a number in the container at this place.
    public func member(_ number: UInt32) -> MemberPlace {
        MemberPlace(numbers + [number])
    }

    /// The place behind this one and everything in it; the outermost container has none.
    public var next: MemberPlace {
        guard let last = numbers.last else { return self }
        return MemberPlace(numbers.dropLast() + [last &+ 1])
    }

    /// Whether this is the place of a member, at whatever depth, of the container at `other`.
    public func isInside(_ other: MemberPlace) -> Bool {
        numbers.count > other.numbers.count && numbers.starts(with: other.numbers)
    }

    /// A container comes before its members.
    public static func < (left: MemberPlace, right: MemberPlace) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// The numbers with dots between them.
    public var text: String {
        numbers.map(String.init).joined(separator: ".")
    }

    /// A place from ``text``; `nil` if it is none.
    public init?(text: String) {
        guard !text.isEmpty else {
            self = .outermost
            return
        }
        var numbers: [UInt32] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let number = UInt32(part) else { return nil }
            numbers.append(number)
        }
        self.init(numbers)
    }
}
