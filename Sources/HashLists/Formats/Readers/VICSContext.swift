import Fingerprinting

/// What a VICS file says of itself: its version, its country, and whether it lists media or cases.
struct VICSContext: Hashable {
    /// The address in `odata.metadata` or `@odata.context`.
    let address: String
    /// The version, such as `2.0`; `nil` if the address does not tell it.
    let version: String?
    /// The country whose categories it uses: `US`, `UK`; `nil` for `Default` and `CUSTOM`, and before 2.0.
    let country: String?
    /// Whether its categories are somebody's own.
    let isCustom: Bool
    /// Whether it lists cases, which list media.
    let hasCases: Bool

    /// - Parameter address: the value of the member that names it.
    init(_ address: String) {
        self.address = address
        var parts = address.split(separator: "/", omittingEmptySubsequences: false)
        let anchor = address.split(separator: "#").last ?? ""
        hasCases = anchor == "Cases"
        guard let place = parts.firstIndex(where: { $0.contains(".xml") }) else {
            version = nil
            country = nil
            isCustom = false
            return
        }
        version = parts[place].components(before: ".xml")
        parts.removeFirst(place + 1)
        let name = parts.count > 1 ? parts[0].uppercased() : ""
        isCustom = name == "CUSTOM"
        country = name.isEmpty || name == "DEFAULT" || isCustom ? nil : name
    }
}

extension Substring {
    /// What stands before the first occurrence of a text.
    fileprivate func components(before text: String) -> String {
        guard let found = firstRange(of: text) else { return String(self) }
        return String(self[..<found.lowerBound])
    }
}
