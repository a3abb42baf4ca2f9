/// Whose categories the codes of a VICS file are.
struct VICSCategories {
    private let scheme: String
    private let country: String?

    /// What the file says goes before what the import says.
    init(_ file: VICSContext?, _ context: ImportContext) {
        country = file?.country ?? context.country
        scheme = file?.country == nil ? context.scheme ?? "VICS" : "VICS"
    }

    func category(_ code: String) -> AssertedCategory {
        AssertedCategory(scheme: scheme, country: country, code: code)
    }
}
