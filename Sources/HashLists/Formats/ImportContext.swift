/// What an import knows about a file that the file itself does not say.
public struct ImportContext: Hashable, Sendable {
    /// The scheme of categories whose file names none.
    public var scheme: String?
    /// The country of categories whose file names none.
    public var country: String?

    /// What is known; by default nothing.
    public init(scheme: String? = nil, country: String? = nil) {
        self.scheme = scheme
        self.country = country
    }
}
