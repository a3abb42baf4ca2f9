import Testing
import Unpacking

@Suite("Places of members, and limits")
struct MemberPlaceTests {
    @Test("a container comes before its members, and they before what follows it")
    func order() {
        let places = [[], [0], [0, 0], [0, 0, 4], [0, 1], [1], [10], [10, 2]].map(MemberPlace.init)
        #expect(places.shuffled().sorted() == places)
        for place in places where place.depth > 0 {
            #expect(place < place.next)
            for other in places {
                // Everything inside a member comes before the place behind it, and nothing else comes between.
                #expect((place < other && other < place.next) == other.isInside(place))
            }
        }
    }

    @Test("a place survives being written")
    func text() {
        for place in [[], [0], [3, 0, 4_294_967_295]].map(MemberPlace.init) {
            #expect(MemberPlace(text: place.text) == place)
        }
        for wrong in [".", "1.", "-1", "a", "1..2", "4294967296"] {
            #expect(MemberPlace(text: wrong) == nil)
        }
    }

    @Test("limits survive being written, and count only beyond what is free")
    func limits() {
        var limits = UnpackLimits()
        limits.depth = 3
        limits.ratio = 7
        #expect(UnpackLimits(text: limits.text) == limits)
        #expect(UnpackLimits(text: "1,2,3") == nil)
        #expect(limits.exceeded(bytes: UnpackLimits.freeBytes, ofSize: 1) == nil)
        #expect(limits.exceeded(bytes: UnpackLimits.freeBytes + 1, ofSize: 1) == .ratio)
        #expect(limits.exceeded(bytes: UnpackLimits.freeBytes + 1, ofSize: 1 << 40) == nil)
        #expect(limits.exceeded(bytes: limits.totalBytes + 1, ofSize: 1 << 40) == .totalBytes)
        #expect(limits.exceeded(bytes: .max, ofSize: .max) == .totalBytes)
    }
}
