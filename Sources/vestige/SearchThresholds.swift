import ArgumentParser

/// The bounds of what a match must be, the same for every command that looks for matches.
enum SearchThresholds {
    /// Refuses a radius that no search knows.
    static func check(radius: Int?) throws {
        if let radius, !(0...64).contains(radius) {
            throw ValidationError("--radius must be from 0 to 64")
        }
    }

    /// Refuses a quality that no picture has.
    static func check(minQuality: Int) throws {
        if !(0...100).contains(minQuality) {
            throw ValidationError("--min-quality must be from 0 to 100")
        }
    }
}
