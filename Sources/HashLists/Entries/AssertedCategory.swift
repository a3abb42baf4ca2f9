/// What an entry was judged to show: a code, which means nothing without the scheme and the country whose law it follows.
public struct AssertedCategory: Hashable, Sendable, Comparable {
    /// The scheme: `VICS`, `NCMEC`, `ICSE`, `NSRL`, or a curator's own name for one.
    public var scheme: String
    /// The country or jurisdiction, as the source gives it (`US`, `UK`); `nil` if it does not.
    public var country: String?
    /// The code within the scheme: `1`, `A1`, `baseline`.
    public var code: String

    /// A category from its parts.
    public init(scheme: String, country: String? = nil, code: String) {
        self.scheme = scheme
        self.country = country
        self.code = code
    }

    /// For a person: `VICS/US 1`; without a country `VICS 1`.
    public var text: String { scheme + (country.map { "/" + $0 } ?? "") + " " + code }

    /// By scheme, country, code.
    public static func < (left: AssertedCategory, right: AssertedCategory) -> Bool {
        (left.scheme, left.country ?? "", left.code) < (
            right.scheme, right.country ?? "", right.code
        )
    }
}

/// What a hit on an entry of a category says. Only its scheme and country can tell; the curator declares it.
public enum CategoryMeaning: String, Hashable, Sendable, CaseIterable, Codable {
    /// Material that must be acted on.
    case harm
    /// Known, and innocent: a system file, a wallpaper, a picture that was looked at and cleared.
    case innocent
    /// Nobody declared it.
    case undeclared
}
