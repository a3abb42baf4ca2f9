import ArgumentParser

/// How a command on lists prints what it found: a table for a person, or JSON Lines.
struct ListFormatOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table
        case jsonl
    }

    @Option(help: "table or jsonl; by default a table on a terminal and JSON Lines on a pipe.")
    var format: Format?

    var isTable: Bool { (format ?? (StandardOutput.isTerminal ? .table : .jsonl)) == .table }
}
