import ArgumentParser
import Casework
import Glibc
import HashLists

/// The program: its commands, and what their ends mean to a shell.
@main
struct Vestige: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vestige",
        abstract: "Indexes archives of pictures and films, and finds near-duplicates in them.",
        discussion: """
            A case is a folder NAME.vestige with the fingerprints of everything that was indexed, and a \
            ledger with one row for every file that was seen.

              vestige index holiday.vestige /media/disk/photos
              vestige query holiday.vestige picture.jpg

            Exit status: 0 complete, 1 some items faulted, 2 could not run, 130 interrupted.
            """,
        version: CaseDescription.tool,
        subcommands: [
            IndexCommand.self, QueryCommand.self, JoinCommand.self, ClusterCommand.self,
            MatchCommand.self, MatchesCommand.self, NotifyCommand.self,
            FingerprintCommand.self, CompareCommand.self, FaultsCommand.self, InfoCommand.self,
            StatusCommand.self, ListCommand.self,
            CompactCommand.self, WithdrawCommand.self, VerifyCommand.self, DoctorCommand.self,
            BenchCommand.self,
            WorkerCommand.self,
        ]
    )

    private static func tell(_ message: String, code: String) {
        guard LogFormat.current == .json else {
            standardError("vestige: \(message)\n")
            return
        }
        JSONLog.write(
            level: "critical",
            label: "vestige",
            message,
            metadata: ["code": .text(code)]
        )
    }

    static func main() {
        ReadFaults.watch()
        do {
            var command = try parseAsRoot()
            try command.run()
            StandardOutput.flush()
        } catch let status as ExitCode {
            StandardOutput.flush()
            Glibc.exit(status.rawValue)
        } catch let fault as CaseFault {
            StandardOutput.flush()
            tell(fault.message, code: fault.code.rawValue)
            Glibc.exit(ExitStatus.couldNotRun.rawValue)
        } catch let fault as ListFault {
            StandardOutput.flush()
            tell(fault.message, code: fault.code.rawValue)
            Glibc.exit(ExitStatus.couldNotRun.rawValue)
        } catch {
            // Help and version are asked for by throwing, too.
            let isHelp = exitCode(for: error).isSuccess
            if isHelp {
                StandardOutput.write(fullMessage(for: error) + "\n")
                StandardOutput.flush()
                Glibc.exit(0)
            }
            StandardOutput.flush()
            standardError(fullMessage(for: error) + "\n")
            Glibc.exit(ExitStatus.couldNotRun.rawValue)
        }
    }
}

/// What the program's end means to a shell.
enum ExitStatus {
    /// Something was asked for that could not even be begun, or the case could not be written.
    static let couldNotRun = ExitCode(2)
    /// All was gone through, but not every item gave what it should.
    static let someFaulted = ExitCode(1)
    /// Two inputs were compared, and are no near-duplicates.
    static let noMatch = ExitCode(1)
    /// The user stopped it; what was done is committed.
    static let interrupted = ExitCode(130)
}
