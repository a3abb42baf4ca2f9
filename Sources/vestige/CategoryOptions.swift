import ArgumentParser
import HashLists

/// What is said of all entries that come from one source, unless the source says otherwise.
struct CategoryOptions: ParsableArguments {
    @Option(help: "The category's code, such as 1 or A1. It means nothing without --scheme.")
    var category: String?

    @Option(help: "The scheme of the category: VICS, NCMEC, ICSE, or a name of your own.")
    var scheme: String?

    @Option(help: "The country or jurisdiction whose law the scheme follows, such as US.")
    var country: String?

    @Option(help: "The series that the entries belong to.")
    var series: String?

    @Option(help: "A word to find the entries by; may be given several times.")
    var tag: [String] = []

    @Option(help: "Free text on the entries.")
    var note: String?

    func validate() throws {
        for (name, value) in [
            ("category", category), ("scheme", scheme), ("country", country), ("series", series),
        ] where value?.isEmpty == true {
            throw ValidationError("--\(name) must not be empty")
        }
        if category != nil, scheme == nil {
            throw ValidationError(
                "--category needs --scheme: the same code means one thing in one scheme and country and another, even the "
                    + "opposite, in the next, so it is never kept without"
            )
        }
    }

    /// What the entries have in common.
    var common: ListEntry {
        var entry = ListEntry()
        if let category, let scheme {
            entry.categories = [AssertedCategory(scheme: scheme, country: country, code: category)]
        }
        entry.series = series
        entry.tags = tag
        entry.note = note
        return entry
    }
}
