/// Which of the two forms of the blur to compute. They differ in rounding only.
package enum BlurForm: Hashable, Sendable, CaseIterable {
    /// The definition for planes of policy `exact` at full size, the map for all others.
    case automatic
    /// Running sums in the reference's order of additions; only at full size.
    case definition
    /// The banded map; only for bytes.
    case map
}
