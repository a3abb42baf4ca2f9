import ArgumentParser
import Casework
import Evidence
import Foundation
import Glibc
import Reporting

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Tells whether a run goes on in a case and how far it is, or how the last one ended.",
        discussion: """
            Reads only, and disturbs nobody: for another terminal, or a script that watches a run of days.

              vestige status holiday.vestige
              vestige status holiday.vestige --watch 5
              vestige status holiday.vestige --json

            With --json `state` is running, died, complete, interrupted, failed or unknown.
            """
    )

    @Argument(help: "The case's folder.")
    var casePath: String

    @Flag(help: "One object of JSON.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Look again after so many seconds, until no run goes on.",
            valueName: "seconds"
        )
    )
    var watch: Int?

    func validate() throws {
        if let watch, !(1...86_400).contains(watch) {
            throw ValidationError("--watch must be from 1 to 86400 seconds")
        }
    }

    mutating func run() throws {
        while true {
            let status = try CaseStatus(name: casePath)
            if json {
                try StandardOutput.write(StatusLine(status).jsonLine())
            } else {
                if watch != nil, StandardOutput.isTerminal {
                    StandardOutput.write("\u{1B}[H\u{1B}[2J")
                }
                StandardOutput.write(StatusText.text(of: status))
            }
            StandardOutput.flush()
            guard let watch, status.state == .running else { return }
            sleep(UInt32(watch))
        }
    }
}
