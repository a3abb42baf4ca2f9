import Fingerprinting
import Foundation
import Indexing
import Matching

// search-check: the index against brute force, with the library's public interface only.
//
//   search-check build FOLDER ROWS          makes random codes: FOLDER/codes.bin and a segment
//   search-check time  FOLDER [QUERIES [RADIUS]]  time of a query per radius, tables and scan
//   search-check check FOLDER [QUERIES]     QUERIES random and QUERIES near ones, equal to brute force
//   search-check verify FOLDER              time of verifying the segment
//
// codes.bin holds 32 bytes for each fingerprint, as other programs read them.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("search-check build FOLDER ROWS | time FOLDER [QUERIES [RADIUS]]")
    print("search-check check FOLDER [QUERIES] | verify FOLDER")
    exit(2)
}
let bench = SearchCheck(folder: arguments[2])
let number = arguments.count > 3 ? Int(Double(arguments[3]) ?? 0) : nil
switch arguments[1] {
case "build": try bench.build(rows: number ?? 1_000_000)
case "time":
    let radius = arguments.count > 4 ? Int(arguments[4]) : nil
    try bench.time(queries: number ?? 200, radii: radius.map { [$0] } ?? SearchCheck.radii)
case "check": try bench.check(queries: number ?? 10_000)
case "verify": try bench.verify()
default:
    print("no such command: \(arguments[1])")
    exit(2)
}
