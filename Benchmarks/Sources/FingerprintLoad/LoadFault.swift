/// Why nothing more could be read or written.
struct LoadFault: Error {
    /// What to tell the user.
    let text: String
}
