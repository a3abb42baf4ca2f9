import ArgumentParser
import Casework
import Foundation
import HashLists

/// What curators of hash lists do.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Makes, checks and publishes lists of known pictures and films.",
        discussion: """
            A list is a folder NAME.vlist: entries with their fingerprints, digests, categories and sources, \
            and the versions of it that were published. Docs/HashLists.md is the guide.

              vestige list create known.vlist --owner 'Unit 7' --meaning VICS/US:1=harm
              vestige list add known.vlist /media/disk/seized --scheme VICS --country US --category 1
              vestige list check known.vlist --reference holidays.vestige
              vestige list publish known.vlist --key unit7.key
            """,
        subcommands: [
            ListCreateCommand.self, ListMeaningCommand.self, ListAddCommand.self,
            ListImportCommand.self, ListExportCommand.self,
            ListWithdrawCommand.self, ListCheckCommand.self, ListDecideCommand.self,
            ListPublishCommand.self, ListVerifyCommand.self,
            ListInfoCommand.self, ListShowCommand.self, ListLogCommand.self, ListDiffCommand.self,
            ListKeygenCommand.self,
        ]
    )
}

extension ListWriter {
    /// Opens a list for writing, in this program's name.
    convenience init(_ name: String) throws(ListFault) {
        try self.init(existing: name, tool: CaseDescription.tool)
    }

    /// Writes down in the list what this command did.
    func audit(_ outcome: String) throws(ListFault) {
        try audit(arguments: Array(CommandLine.arguments.dropFirst()), outcome: outcome)
    }
}

/// A list or a version of it, opened for reading.
struct OpenedList {
    let list: HashList
    /// The version that was named; `nil` if none was.
    let version: Int?

    /// Opens `LIST` or `LIST@3`.
    init(_ text: String) throws(ListFault) {
        let reference = ListReference(text)
        list = try HashList(name: reference.name)
        version = reference.version
        if version != nil { _ = try list.version(version) }
    }

    /// The entries of the version that was named, else as the list stands now.
    func contents() throws(ListFault) -> ListContents {
        guard let version else { return try list.workingContents() }
        return try list.contents(of: version)
    }
}

/// Dates that are written into lists: now, unless a build is to give the same bytes again.
enum ListDate {
    /// A date as ISO 8601 in UTC, to the second.
    ///
    /// - Parameter given: what the user named; `nil` for `SOURCE_DATE_EPOCH` of the environment, if that is set.
    /// - Returns: `nil` for now.
    static func text(_ given: String?) throws -> String? {
        let date: Date
        if let given {
            guard let parsed = parse(given) else {
                throw ValidationError(
                    "--date must be a time such as 2026-03-01T12:00:00Z or 2026-03-01T14:00:00+02:00, or a day such as 2026-03-01"
                )
            }
            date = parsed
        } else if let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] {
            guard let seconds = Int64(epoch), (0...253_402_300_799).contains(seconds) else {
                throw ValidationError(
                    "SOURCE_DATE_EPOCH is set to \(epoch), which is not a number of seconds since 1970: unset it"
                )
            }
            date = Date(timeIntervalSince1970: TimeInterval(seconds))
        } else {
            return nil
        }
        return date.formatted(.iso8601)
    }

    private static func parse(_ text: String) -> Date? {
        let day = try? Date.ISO8601FormatStyle().year().month().day().parse(text)
        guard text.count > 10 else { return text.count == 10 ? day : nil }
        return try? Date.ISO8601FormatStyle().parse(text)
    }
}
