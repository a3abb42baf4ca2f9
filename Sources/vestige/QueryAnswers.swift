import Casework
import Evidence
import Fingerprinting
import Keyframing
import Reporting

/// Answers the inputs of a query one after another, in their order.
struct QueryAnswers {
    let reader: CaseReader
    let radius: Int
    /// The radius for the pictures of a film.
    let filmRadius: Int
    let limit: Int?
    /// Whether turned copies are looked for; `nil`: of films, not of pictures.
    let wantsTurned: Bool?
    /// Whether every picture of a film that matches is listed, instead of what runs in step.
    let listsPictures: Bool
    /// How the films that are asked for are sampled.
    let sampling: FilmSampling
    let minimumQuality: Int
    let isTable: Bool
    /// Writes down what is done, for a certificate.
    let recorder: SearchRecorder?
    /// Whether standard error is told how each segment was searched.
    let explains: Bool
    /// Inputs that gave no answer, or only part of one.
    private(set) var faulted = 0

    /// How films that are asked for are sampled: much more densely than stored ones, so that each stored
    /// picture finds one that is shown within a twentieth of a second of it. What costs is the decoding, not the
    /// number of pictures.
    static let sampling = FilmSampling.covering(fillMilliseconds: 100)

    /// A single picture is believed no further than an input of its own would be.
    private var stillRadius: Int { min(radius, filmRadius) }

    private let here = EvidencePath(".").canonical

    init(
        reader: CaseReader,
        radius: Int,
        filmRadius: Int,
        limit: Int?,
        wantsTurned: Bool?,
        listsPictures: Bool,
        sampling: FilmSampling,
        minimumQuality: Int,
        isTable: Bool,
        recorder: SearchRecorder?,
        explains: Bool
    ) {
        self.reader = reader
        self.radius = radius
        self.filmRadius = filmRadius
        self.limit = limit
        self.wantsTurned = wantsTurned
        self.listsPictures = listsPictures
        self.sampling = sampling
        self.minimumQuality = minimumQuality
        self.isTable = isTable
        self.recorder = recorder
        self.explains = explains
    }

    /// Answers every input. Files are decoded by workers a little ahead of the answers.
    mutating func answer(
        _ inputs: some Sequence<QueryInput>,
        pool options: WorkerOptions,
        many: Bool
    ) throws {
        var settings = try reader.description.settings()
        settings.wantsVariants = wantsTurned ?? !listsPictures
        settings.sampling = sampling
        var pool: WorkerPool?
        // Runs of files are decoded together, ahead of the answers; anything else is answered at once.
        var files: [QueryInput] = []
        let batch = many ? 256 : 1
        func decodeFiles(_ answers: inout QueryAnswers) throws {
            guard !files.isEmpty else { return }
            let workers = try pool ?? options.pool(settings, atMost: batch)
            pool = workers
            var position = 0
            let paths = files.compactMap { input in
                if case .file(let path) = input.content { path } else { nil }
            }
            let names = files.map(\.text)
            try OrderedDecoding(pool: workers).run(paths) { _, report in
                try answers.answer(names[position], report)
                position += 1
            }
            files.removeAll()
        }
        for input in inputs {
            switch input.content {
            case .file:
                files.append(input)
                if files.count == batch {
                    try decodeFiles(&self)
                }
            case .fingerprint(let fingerprint):
                try decodeFiles(&self)
                if wantsTurned == true {
                    faulted += 1
                    standardError(
                        "vestige: \(input.text): a fingerprint cannot be turned, only a picture can; "
                            + "it is searched for as it is\n"
                    )
                }
                try show(
                    input.text,
                    pictures: [
                        (
                            QueryPicture(name: input.text, fingerprint: fingerprint),
                            [(.none, fingerprint)]
                        )
                    ]
                )
            case .wrong(let reason):
                try decodeFiles(&self)
                faulted += 1
                standardError("vestige: \(reason)\n")
            }
        }
        try decodeFiles(&self)
    }

    private mutating func answer(_ name: String, _ report: WorkerReport) throws {
        if report.state != .indexed {
            faulted += 1
            let outcome = report.fingerprints.isEmpty ? "not searched for" : "decoded only in part"
            standardError("vestige: \(name): \(outcome): \(report.reasons)\n")
        }
        guard !report.fingerprints.isEmpty else { return }
        if report.media?.isVideo == true, !listsPictures {
            try showFilm(name, report)
            return
        }
        try show(
            name,
            pictures: report.fingerprints.map { made in
                let picture = QueryPicture(name: name, made)
                return (picture, probes(of: made, turned: wantsTurned ?? false))
            }
        )
    }

    private func probes(
        of made: ItemFingerprint,
        turned: Bool
    ) -> [(turn: Turn, fingerprint: Fingerprint)] {
        guard turned else { return [(.none, made.fingerprint)] }
        return Array(zip(Turn.allCases, made.variants)).map { (turn: $0, fingerprint: $1) }
    }

    /// What the case has within the radius; tells standard error how it was searched, if that is asked for.
    private func matches(
        of probes: [(turn: Turn, fingerprint: Fingerprint)],
        radius: Int,
        name: String,
        time: Int64?
    ) throws(CaseFault) -> [CaseMatch] {
        // Made only where it is asked for: it has a row of text for each segment.
        var explanation = explains ? SearchExplanation(reader, probes: probes) : nil
        let matches = try reader.matches(
            of: probes,
            radius: radius,
            name: name,
            time: time,
            recorder: recorder,
            explain: { explanation?.add($0, $1) }
        )
        if let explanation {
            standardError(explanation.text(of: name, time: time))
        }
        return matches
    }

    /// Tells which stored films run in step with a film, and which stored pictures it shows.
    private mutating func showFilm(_ name: String, _ report: WorkerReport) throws {
        let turned = wantsTurned ?? true
        var search = FilmSearch(
            reader,
            pictures: report.fingerprints,
            sampling: sampling,
            length: report.media?.durationMilliseconds,
            turns: turned ? Turn.allCases.count : 1,
            radius: filmRadius,
            minimumQuality: minimumQuality
        )
        for (number, made) in report.fingerprints.enumerated() {
            let matches = try matches(
                of: probes(of: made, turned: turned),
                radius: filmRadius,
                name: name,
                time: made.timeMilliseconds
            )
            search.take(matches, of: number)
        }
        let blank = report.fingerprints.count {
            Int($0.quality) < minimumQuality || $0.tone != .ordinary
        }
        if blank > 0 {
            standardError(
                "vestige: \(name): \(blank) of its \(report.fingerprints.count) pictures are flat or have a "
                    + "quality under \(minimumQuality): they do not count, --pictures lists their matches\n"
            )
        }
        let films = try search.films()
        let stills = search.stillMatches.filter { $0.match.distance <= stillRadius }
        if isTable {
            showTable(name, films, stills, report)
            return
        }
        for film in films.prefix(limit ?? .max) {
            try StandardOutput.write(FilmLine(query: name, match: film).jsonLine())
        }
        for still in stills.prefix(limit ?? .max) {
            let picture = QueryPicture(name: name, report.fingerprints[still.picture])
            let line = MatchLine(query: picture, match: still.match, isLowQuality: false)
            try StandardOutput.write(line.jsonLine())
        }
    }

    private func showTable(
        _ name: String,
        _ films: [FilmMatch],
        _ stills: [FilmSearch.StillMatch],
        _ report: WorkerReport
    ) {
        var text = "\(EvidencePath(name).display())\n"
        if films.isEmpty, stills.isEmpty {
            text +=
                "no film in the case runs in step with it, and no picture is within \(stillRadius) bits\n"
        }
        if !films.isEmpty {
            text += FilmTable.text(films, relativeTo: here, limit: limit)
        }
        if !stills.isEmpty {
            var table = MatchTable(relativeTo: here)
            for still in stills {
                table.add(
                    query: QueryPicture(name: name, report.fingerprints[still.picture]),
                    match: still.match,
                    isLowQuality: false
                )
            }
            text += (films.isEmpty ? "" : "\n") + table.text(limit: limit)
        }
        StandardOutput.write(text + "\n")
    }

    private mutating func show(
        _ name: String,
        pictures: [(picture: QueryPicture, probes: [(turn: Turn, fingerprint: Fingerprint)])]
    ) throws {
        var table = MatchTable(relativeTo: here)
        var good: [(QueryPicture, CaseMatch)] = []
        var low: [(QueryPicture, CaseMatch)] = []
        for (picture, probes) in pictures {
            let matches = try matches(
                of: probes,
                radius: radius,
                name: name,
                time: picture.timeMilliseconds
            )
            for match in matches {
                let isLow =
                    Int(match.quality) < minimumQuality
                    || picture.quality.map { Int($0) < minimumQuality } ?? false
                if isTable {
                    table.add(query: picture, match: match, isLowQuality: isLow)
                } else if isLow {
                    low.append((picture, match))
                } else {
                    good.append((picture, match))
                }
            }
        }
        let poor = pictures.filter { $0.picture.quality.map { Int($0) < minimumQuality } ?? false }
            .count
        if poor > 0 {
            let which =
                pictures.count == 1 ? "its quality is" : "\(poor) of its pictures have a quality"
            standardError(
                "vestige: \(name): \(which) under \(minimumQuality): such matches are marked low\n"
            )
        }
        if isTable {
            StandardOutput.write("\(EvidencePath(name).display())\n")
            StandardOutput.write(
                table.isEmpty
                    ? "no picture in the case is within \(radius) bits of it\n\n"
                    : table.text(limit: limit) + "\n"
            )
            return
        }
        var shown = 0
        for (isLow, matches) in [(false, good), (true, low)] {
            for (picture, match) in matches {
                if let limit, shown == limit { return }
                shown += 1
                let line = MatchLine(query: picture, match: match, isLowQuality: isLow)
                try StandardOutput.write(line.jsonLine())
            }
        }
    }
}
