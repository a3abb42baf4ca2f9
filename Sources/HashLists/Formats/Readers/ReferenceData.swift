/// What the forms of the NSRL's Reference Data Set share.
enum ReferenceData {
    /// What an entry is judged to be: known, and nothing else.
    static func known(_ context: ImportContext) -> AssertedCategory {
        AssertedCategory(scheme: "NSRL", country: context.country, code: "known")
    }

    /// Why the digests of no bytes are left out: they would be found in every case, and tell nothing.
    static let emptyFile = "digests of an empty file"

    /// Whether the digests are those of no bytes.
    static func isEmptyFile(_ entry: ListEntry) -> Bool {
        entry.sha256 == emptySHA256 || entry.sha1 == emptySHA1 || entry.md5 == emptyMD5
    }

    private static let emptyMD5 =
        HexText.digest("d41d8cd98f00b204e9800998ecf8427e", bytes: 16)
        ?? []
    private static let emptySHA1 =
        HexText.digest("da39a3ee5e6b4b0d3255bfef95601890afd80709", bytes: 20) ?? []
    private static let emptySHA256 =
        HexText.digest(
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            bytes: 32
        ) ?? []
}
