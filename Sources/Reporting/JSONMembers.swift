import Foundation

/// A line of JSON that is put together from values and from text that is JSON already, such as a list's entries: those are given on byte
/// by byte, not read and written anew.
struct JSONMembers {
    private var members: [(name: String, value: String)] = []

    /// Adds what is JSON already.
    mutating func add(_ name: String, json: String) {
        members.append((name, json))
    }

    /// Adds a value; one that is not there is left out.
    mutating func add(_ name: String, _ value: (some Encodable)?) throws {
        guard let value else { return }
        members.append((name, String(try value.jsonLine().dropLast())))
    }

    /// The object, its keys in alphabetical order.
    var object: String {
        let list = members.sorted { $0.name < $1.name }.map { "\"\($0.name)\":\($0.value)" }
        return "{" + list.joined(separator: ",") + "}"
    }

    /// The objects as a list.
    static func list(_ objects: [String]) -> String { "[" + objects.joined(separator: ",") + "]" }
}
