/// Writes the fields of a message between the parent and a worker, little-endian, one after another.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A count of bytes, then the bytes.
    mutating func write(bytes field: some Collection<UInt8>) {
        write(UInt32(field.count))
        bytes.append(contentsOf: field)
    }

    mutating func write(_ text: String) {
        write(bytes: Array(text.utf8))
    }

    /// A flag, then the value if there is one.
    mutating func write<Value: FixedWidthInteger>(optional value: Value?) {
        write(UInt8(value == nil ? 0 : 1))
        if let value {
            write(value)
        }
    }
}

/// Reads the fields that a ``WireWriter`` wrote.
///
/// A worker decodes hostile files and may have been taken over by one: so the parent believes no
/// count and no length in what it receives.
struct WireReader {
    /// The message is not one that a sound worker writes.
    struct Malformed: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) throws(Malformed) -> Value {
        let size = MemoryLayout<Value>.size
        guard rest.count >= size else { throw Malformed() }
        var value: Value = 0
        withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: rest.prefix(size)) }
        rest = rest.dropFirst(size)
        return Value(littleEndian: value)
    }

    mutating func readBytes() throws(Malformed) -> [UInt8] {
        let count = try Int(read(UInt32.self))
        guard rest.count >= count else { throw Malformed() }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func readText() throws(Malformed) -> String {
        try String(decoding: readBytes(), as: UTF8.self)
    }

    mutating func readOptional<Value: FixedWidthInteger>(
        _ type: Value.Type
    ) throws(Malformed) -> Value? {
        try read(UInt8.self) == 0 ? nil : read(type)
    }

    /// A count, size or time: never below 0.
    mutating func readNatural() throws(Malformed) -> Int64 {
        let value = try read(Int64.self)
        guard value >= 0 else { throw Malformed() }
        return value
    }

    mutating func readOptionalNatural() throws(Malformed) -> Int64? {
        try read(UInt8.self) == 0 ? nil : readNatural()
    }
}
