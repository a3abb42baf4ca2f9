import GRDB
import Indexing

extension ListFault {
    /// An index's fault in a list's words.
    init(index fault: IndexFault) {
        let code: Code =
            switch fault.code {
            case .system, .alreadyExists, .tooLarge: .system
            case .newerFormat: .newerFormat
            case .unrecognised, .damaged, .mismatch: .damaged
            }
        self.init(code, String(describing: fault), status: fault.status)
    }

    /// What SQLite says in a list's words.
    init(catalog error: any Error) {
        if let fault = error as? ListFault {
            self = fault
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.system, "the list's catalog cannot be used: \(error)")
            return
        }
        let status = error.extendedResultCode.rawValue
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged,
                "the list's catalog.sqlite is damaged (\(error.message ?? "")): restore the list from a copy",
                status: status
            )
        case .SQLITE_FULL:
            self.init(
                .system,
                "the disk is full: free some space and run the command again",
                status: status
            )
        default:
            self.init(
                .system,
                "the list's catalog cannot be used: \(error.message ?? "error \(status)")",
                status: status
            )
        }
    }
}

/// Calls `body` and turns an index's fault into a list's.
func listFault<Value: ~Copyable>(_ body: () throws(IndexFault) -> Value) throws(ListFault) -> Value
{
    do throws(IndexFault) {
        return try body()
    } catch {
        throw ListFault(index: error)
    }
}
