import HashLists

extension CaseFault {
    /// A list's fault in a case's words.
    public init(list fault: ListFault) {
        let code: Code =
            switch fault.code {
            case .noSuchPath: .noSuchPath
            case .notAList: .notACase
            case .newerFormat: .newerFormat
            case .inUse: .inUse
            case .damaged, .unsigned: .damaged
            case .system: .system
            case .badInput: .badInput
            }
        self.init(code, fault.message, status: fault.status)
    }
}

/// Calls `body` and turns a list's fault into a case's.
func listed<Value>(_ body: () throws(ListFault) -> Value) throws(CaseFault) -> Value {
    do throws(ListFault) {
        return try body()
    } catch {
        throw CaseFault(list: error)
    }
}
