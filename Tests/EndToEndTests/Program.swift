import Foundation
import Glibc
import TestSupport
import Testing

/// The built program, run as a process.
struct Program {
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Each line of output as an object of JSON.
        func objects() throws -> [[String: Any]] {
            try lines.map {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
            }
        }
    }

    /// `VESTIGE_BINARY`, or the program that was built together with these tests.
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["VESTIGE_BINARY"] {
            return path
        }
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("vestige").path
    }()

    /// The repository's folder of sample media.
    static let samples: String = {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Samples").path
    }()

    /// The lines of a case's ledger, by their paths below a folder; no path has two.
    static func ledger(of caseFolder: String, below folder: String) throws -> [String: [String:
        Any]]
    {
        var items: [String: [String: Any]] = [:]
        for line in try run("faults", caseFolder, "--all", "--format", "jsonl").objects() {
            let path = try String(#require(line["path"] as? String).dropFirst(folder.count))
            #expect(items[path] == nil)
            items[path] = line
        }
        return items
    }

    /// Starts the program; see ``finish(_:)``.
    static func start(
        _ arguments: [String],
        input: String? = nil,
        environment: [String: String] = [:],
        output: FileHandle,
        errors: FileHandle
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        variables.merge(environment) { $1 }
        process.environment = variables
        if let input {
            let pipe = Pipe()
            process.standardInput = pipe
            try process.launch(output: output, errors: errors)
            try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try pipe.fileHandleForWriting.close()
        } else {
            process.standardInput = FileHandle.nullDevice
            try process.launch(output: output, errors: errors)
        }
        return process
    }

    /// Runs the program to its end. Output goes through files, so that no pipe can fill up.
    static func run(
        _ arguments: String...,
        input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Result {
        try run(arguments, input: input, environment: environment)
    }

    static func run(
        _ arguments: [String],
        input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Result {
        let folder = try TemporaryFolder()
        let output = try folder.write("output", [])
        let errors = try folder.write("errors", [])
        let process = try start(
            arguments,
            input: input,
            environment: environment,
            output: FileHandle(forWritingTo: URL(fileURLWithPath: output)),
            errors: FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        )
        process.waitUntilExit()
        return try Result(
            status: process.terminationReason == .exit
                ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self),
            errors: String(decoding: Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self)
        )
    }
}

extension Process {
    fileprivate func launch(output: FileHandle, errors: FileHandle) throws {
        standardOutput = output
        standardError = errors
        try run()
    }
}

/// A small reader of the tables beside the samples: no field of theirs holds a line break.
func readTable(_ path: String) throws -> [[String: String]] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var rows = text.split(separator: "\n").map { line in
        var fields: [String] = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
    let header = rows.removeFirst()
    return rows.map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
}
