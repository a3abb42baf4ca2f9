import ArgumentParser
import Casework
import Decoding
import Fingerprinting
import Foundation
import Glibc
import Reporting

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks the decode workers' sandbox on this machine.",
        discussion: """
            Shows each layer of the sandbox, the limits, and the versions of what decodes. Then workers are \
            started, as for evidence, that try what a worker must not be able to do, and each is seen to be \
            stopped. Nothing of the machine is changed. Exit status: 0 if everything was stopped, 1 if not.

              vestige doctor
              vestige doctor --require-sandbox --json
            """
    )

    @OptionGroup var options: SandboxOptions

    /// For the benchmarks: the attempts to make, if not all.
    @Option(help: .hidden)
    var only: [String] = []

    @Flag(help: "One object of JSON.")
    var json = false

    private struct Layer: Encodable {
        let name, title: String
        let active: Bool
        let reason, remedy: String?
    }

    private struct Attempt: Encodable {
        let name, title, outcome: String
        /// Whether it is part of a decode, which must succeed, and no attack, which must be stopped.
        let needed, passed: Bool
    }

    private struct Line: Encodable {
        let tool, kernel, machine, instructionSet: String
        let processors: Int
        let libraries: [String: String]
        let landlockVersion: Int32
        let workerMemory: Int64
        let largestPicture: Int64
        let secondsPerItem: Int
        let workerStartMilliseconds: Double
        let layers: [Layer]
        let attempts: [Attempt]
        let complete, passed: Bool
    }

    mutating func run() throws {
        var settings = WorkerSettings()
        settings.sandbox = options.plan
        // Told below; here a worker has to work.
        settings.sandbox.isRequired = false
        settings.sandbox.isInProcess = false
        let check = try SandboxCheck(settings: settings, only: Set(only))
        let line = Line(
            tool: CaseDescription.tool,
            kernel: System.release,
            machine: System.machine,
            instructionSet: Fingerprinter.instructionSet,
            processors: ProcessInfo.processInfo.activeProcessorCount,
            libraries: MediaDecoding.libraryVersions,
            landlockVersion: check.sandbox.landlockVersion,
            workerMemory: check.sandbox.memory,
            largestPicture: settings.maximumPixels,
            secondsPerItem: settings.timeout.seconds,
            workerStartMilliseconds: (check.startMilliseconds * 100).rounded() / 100,
            layers: check.sandbox.layers.map {
                Layer(
                    name: $0.layer.rawValue,
                    title: $0.layer.title,
                    active: $0.isActive,
                    reason: $0.reason,
                    remedy: $0.status == nil ? nil : $0.layer.remedy
                )
            },
            attempts: check.results.map {
                Attempt(
                    name: $0.attempt.name,
                    title: $0.attempt.title,
                    outcome: $0.outcome.text,
                    needed: $0.attempt.isNeeded,
                    passed: $0.isPassed
                )
            },
            complete: check.sandbox.missing.isEmpty,
            passed: check.results.allSatisfy(\.isPassed)
        )
        if json {
            try StandardOutput.write(line.jsonLine())
        } else {
            StandardOutput.write(text(line))
        }
        if !line.passed || options.requireSandbox && !line.complete {
            throw ExitStatus.someFaulted
        }
    }

    private func text(_ line: Line) -> String {
        var text = """
            program       \(line.tool), instruction set \(line.instructionSet)
            machine       Linux \(line.kernel), \(line.machine), \(displayCount(line.processors, "processor"))
            libraries     \(line.libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                .joined(separator: ", "))
            limits        pictures to \(line.largestPicture) pixels; an item \(line.secondsPerItem) s and more \
            for its size; a worker \
            \(line.workerMemory > 0 ? displayBytes(line.workerMemory) + " of address space" : "without limit")
            a new worker  is ready after \(line.workerStartMilliseconds) ms

            """
        text += displayTable(
            header: ["layer", "holds", "what it is"],
            rows: line.layers.map { [$0.name, $0.active ? "yes" : "NO", $0.title] }
        )
        // One remedy is often good for several layers.
        var told: Set<String> = []
        for layer in line.layers where !layer.active {
            text += "\(layer.name): \(layer.reason ?? "")\n"
            if let remedy = layer.remedy, told.insert(remedy).inserted {
                text += "  what to do: \(remedy)\n"
            }
        }
        if line.landlockVersion > 0 {
            text += "The kernel's Landlock has version \(line.landlockVersion)"
            text +=
                line.landlockVersion < 6
                ? ": it does not cover all that this layer can do (files only before 4).\n" : ".\n"
        }
        text += "\n"
        text += displayTable(
            header: ["what a worker tried", "", "how it ended"],
            rows: line.attempts.map { attempt in
                let verdict =
                    attempt.needed
                    ? attempt.passed ? "works" : "FAILS"
                    : attempt.passed ? "stopped" : "NOT STOPPED"
                return [attempt.title, verdict, attempt.outcome]
            }
        )
        text += "\n"
        let failed = line.attempts.filter { !$0.passed }.count
        text +=
            failed == 0
            ? "Everything that a worker must not do was stopped.\n"
            : "\(displayCount(failed, "attempt")) did not end as it should: do not read evidence from "
                + "people that you do not trust on this machine.\n"
        return text
    }

    /// What uname(2) tells.
    private enum System {
        static let names: utsname = {
            var names = utsname()
            uname(&names)
            return names
        }()

        static var release: String { text(names.release) }
        static var machine: String { text(names.machine) }

        private static func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
    }
}
