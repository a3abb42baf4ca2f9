import Fingerprinting
import HashLists
import Matching

/// An item of a case that resembles an entry of a hash list, or is the same file.
public struct ListMatch: Hashable, Sendable {
    /// By what it was recognised. The raw values are stored on disk.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// The bytes have the same digest.
        case digest
        /// A picture, or a moment of a film, looks like a picture of the entry.
        case picture
        /// Stretches of two films run in step.
        case film
    }

    /// The number of the item in the case's catalog.
    public var item: UInt64
    /// The number of the entry in the list.
    public var entry: UInt64
    /// By what it was recognised.
    public var evidence: Evidence

    /// What speaks for it.
    public enum Evidence: Hashable, Sendable {
        /// A digest; `isContradicted` if a stronger digest that both have differs, so that the bytes cannot be the same.
        case digest(DigestKind, isContradicted: Bool)
        /// Two pictures.
        case picture(Pictures)
        /// Two films.
        case film(FilmAlignment, itemLength: Int64, entryLength: Int64)
    }

    /// Two pictures that look alike.
    public struct Pictures: Hashable, Sendable {
        /// The item's fingerprint.
        public var item: Fingerprint
        /// The entry's.
        public var entry: Fingerprint
        /// When the item shows it, in milliseconds; `nil` for a still picture.
        public var itemTime: Int64?
        /// When the entry shows it; `nil` for a still picture.
        public var entryTime: Int64?
        /// The quality of the item's picture.
        public var itemQuality: UInt8?
        /// The quality of the entry's picture, 100 where the source does not tell it.
        public var entryQuality: UInt8?
        /// Bits in which they differ, once turned.
        public var distance: Int
        /// How the item's picture has to be turned to resemble the entry's.
        public var turn: Turn
    }

    /// By what it was recognised.
    public var kind: Kind {
        switch evidence {
        case .digest: .digest
        case .picture: .picture
        case .film: .film
        }
    }
}
