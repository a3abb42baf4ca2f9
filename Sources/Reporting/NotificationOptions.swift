import Casework

/// How the owners of lists are told of matches.
public struct NotificationOptions: Sendable {
    /// The date that a bundle bears, ISO 8601.
    public var date: String
    /// The number of the CyberTip report that the files belong to; 0 until there is one.
    public var reportIdentifier: String
    /// Who tells it.
    public var organisation: String?
    /// How they can be reached.
    public var contact: String?
    /// Whether it is told what the files are called and where they lie.
    public var showsPaths: Bool
    /// Which matches are told.
    public var filter: NotificationFilter
    /// The private key that signs the digests.
    public var keyFile: String?
    /// Whether a bundle of the same name is replaced.
    public var replaces: Bool

    /// Options.
    public init(
        date: String,
        reportIdentifier: String = "0",
        organisation: String? = nil,
        contact: String? = nil,
        showsPaths: Bool = true,
        filter: NotificationFilter = NotificationFilter(),
        keyFile: String? = nil,
        replaces: Bool = false
    ) {
        self.date = date
        self.reportIdentifier = reportIdentifier
        self.organisation = organisation
        self.contact = contact
        self.showsPaths = showsPaths
        self.filter = filter
        self.keyFile = keyFile
        self.replaces = replaces
    }
}
