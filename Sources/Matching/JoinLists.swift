import CKernels

/// The two tables of a chunk that are joined.
struct JoinLists {
    let left: vestige_table
    let right: vestige_table
    let chunk: Int
    let unit: JoinUnit
}
