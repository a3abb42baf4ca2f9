import Fingerprinting
import Foundation

/// The members of an object of JSON that stands for an entry or a part of one, read with their types.
struct EntryMembers {
    private let members: [String: Any]

    init(_ members: [String: Any]) {
        self.members = members
    }

    /// A member's value; `nil` for what is not there, or null.
    private func value(_ name: String) -> Any? {
        let value = members[name]
        return value is NSNull ? nil : value
    }

    private func wrong(_ name: String, _ wanted: String) -> ListFault {
        ListFault(.badInput, "`\(name)` is not \(wanted)")
    }

    func text(_ name: String) throws(ListFault) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value as? String else { throw wrong(name, "text") }
        return text
    }

    func number(_ name: String) throws(ListFault) -> Int64? {
        guard let value = value(name) else { return nil }
        // True and false are numbers, too, to Foundation: of the type of a character.
        guard let number = value as? NSNumber, String(cString: number.objCType) != "c",
            let whole = Int64(exactly: number.doubleValue), whole >= 0
        else { throw wrong(name, "a whole number from 0 on") }
        return number.int64Value
    }

    func quality() throws(ListFault) -> UInt8? {
        guard let number = try number("quality") else { return nil }
        guard number <= 100 else { throw wrong("quality", "from 0 to 100") }
        return UInt8(number)
    }

    func fingerprint(_ name: String) throws(ListFault) -> Fingerprint? {
        guard let text = try text(name) else { return nil }
        guard let fingerprint = Fingerprint(hex: text) else { throw wrong(name, "64 hex digits") }
        return fingerprint
    }

    func digest(_ name: String, bytes: Int) throws(ListFault) -> [UInt8]? {
        guard let text = try text(name) else { return nil }
        guard let digest = HexDigits.bytes(text.utf8), digest.count == bytes else {
            throw wrong(name, "\(2 * bytes) hex digits")
        }
        return digest
    }

    func objects(_ name: String) throws(ListFault) -> [EntryMembers] {
        guard let value = value(name) else { return [] }
        guard let list = value as? [Any] else { throw wrong(name, "a list of objects") }
        var objects: [EntryMembers] = []
        for element in list {
            guard let members = element as? [String: Any] else {
                throw wrong(name, "a list of objects")
            }
            objects.append(EntryMembers(members))
        }
        return objects
    }

    func texts(_ name: String) throws(ListFault) -> [String] {
        guard let value = value(name) else { return [] }
        guard let texts = value as? [String] else { throw wrong(name, "a list of texts") }
        return texts
    }

    func flags(_ name: String) throws(ListFault) -> [String: Bool] {
        guard let value = value(name) else { return [:] }
        guard let flags = value as? [String: Bool] else {
            throw wrong(name, "an object of true and false")
        }
        return flags
    }

    func strings(_ name: String) throws(ListFault) -> [String: String] {
        guard let value = value(name) else { return [:] }
        guard let texts = value as? [String: String] else {
            throw wrong(name, "an object of texts")
        }
        return texts
    }
}
