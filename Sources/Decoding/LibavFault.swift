import CMedia

/// libav's statuses and messages as ours.
enum LibavFault {
    /// From now on libav's log is kept in memory instead of printed; done once.
    static let keepsLog: Void = vestige_libav_keep_log()

    /// libav's fault for a status, with the last line that it logged.
    ///
    /// - Parameter fallback: the code for statuses that do not say what happened.
    static func fault(
        _ status: Int32,
        _ what: String,
        fallback: MediaFault.Code = .corrupt
    ) -> MediaFault {
        let line = String(cString: vestige_libav_last_error())
        let detail = line.isEmpty ? "\(what): \(message(status))" : "\(what): \(line)"
        // The only way in which libav says that the limit was hit; otherwise it is "invalid".
        if line.hasPrefix("Picture size ") {
            let code: MediaFault.Code = line.hasPrefix("Picture size 0x") ? .corrupt : .tooLarge
            return MediaFault(code, detail, status: status)
        }
        if line.hasPrefix("Number of streams exceeds") {
            return MediaFault(.limitReached, "more streams than a film has", status: status)
        }
        if saysTruncated(line) {
            return MediaFault(.truncated, detail, status: status)
        }
        let code: MediaFault.Code =
            switch status {
            case vestige_averror_memory(): .outOfMemory
            case vestige_averror_eof(): .truncated
            case vestige_averror_io(): .readFailed
            case vestige_averror_no_decoder(), vestige_averror_no_demuxer(),
                vestige_averror_unwritten(), vestige_averror_not_supported(),
                vestige_averror_experimental():
                .unsupported
            default: fallback
            }
        return MediaFault(code, detail, status: status)
    }

    /// Whether a line of libav's log is about bytes that are missing.
    static func saysTruncated(_ line: String) -> Bool {
        line.hasPrefix("moov atom not found") || line.contains("prematurely")
    }

    /// libav's text for a status.
    static func message(_ status: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
            text.initialize(repeating: 0)
            guard av_strerror(status, text.baseAddress!, text.count) == 0 else {
                return "error \(status)"
            }
            return String(cString: text.baseAddress!)
        }
    }
}
