import Evidence
import Foundation
import GRDB
import HashLists

extension CaseReader {
    /// The lists that the case was matched against, in the order in which it met them; those without a complete run are left out.
    ///
    /// - Throws: ``CaseFault``.
    public func matchedLists() throws(CaseFault) -> [MatchedList] {
        try catalog.read { database in
            guard try database.tableExists("match_run") else { return [] }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT l.id AS number, l.identifier AS identifier, l.name AS name, l.owner AS owner, l.path AS path,
                        r.id AS run, r.version AS version, r.started AS started, r.ended AS ended, r.certificate AS certificate,
                        v.digest AS digest, v.date AS date,
                        (SELECT version FROM match_run WHERE list = l.id AND id > r.id ORDER BY id DESC LIMIT 1) AS unfinished
                    FROM hash_list AS l
                    JOIN match_run AS r
                        ON r.id = (SELECT max(id) FROM match_run WHERE list = l.id AND outcome = 'complete')
                    JOIN list_version AS v ON v.list = l.id AND v.number = r.version
                    ORDER BY l.id
                    """
            )
            return try rows.map { row in
                let text: String = row["certificate"] ?? ""
                return MatchedList(
                    identifier: row["identifier"],
                    name: row["name"],
                    owner: row["owner"],
                    path: row["path"],
                    version: row["version"],
                    digest: row["digest"],
                    date: row["date"],
                    run: row["run"],
                    started: row["started"],
                    ended: row["ended"] ?? row["started"],
                    certificate: try MatchCertificate(
                        data: Data(text.utf8),
                        path: "a certificate in the catalog"
                    ),
                    number: row["number"],
                    unfinished: row["unfinished"]
                )
            }
        }
    }

    /// The lists that somebody names, as `match` does (`LIST` or `LIST@3`), or by what the catalog calls them; all if nobody names any.
    ///
    /// - Throws: ``CaseFault`` with the code `badInput`, if the case was not matched against one of them, or against another version
    ///   of it, or if a run against it was not finished.
    public func matchedLists(named names: [String]) throws(CaseFault) -> [MatchedList] {
        let all = try matchedLists()
        let path = folder.path.text
        var chosen: [MatchedList] = []
        for name in names {
            let reference = ListReference(name)
            let list = try matched(reference, among: all)
            if let wanted = reference.version, wanted != list.version {
                throw CaseFault(
                    .badInput,
                    "the case was last matched against version \(list.version) of \(list.name), not \(wanted): run "
                        + "`vestige match \(path) --list \(reference.name)@\(wanted)` first, or name \(reference.name)@\(list.version)"
                )
            }
            if !chosen.contains(where: { $0.number == list.number }) { chosen.append(list) }
        }
        if names.isEmpty { chosen = all }
        guard !chosen.isEmpty else {
            throw CaseFault(
                .badInput,
                "the case was not matched against any list yet: run `vestige match \(path) --list LIST` first"
            )
        }
        for list in chosen {
            guard let version = list.unfinished else { continue }
            throw CaseFault(
                .badInput,
                "a run against version \(version) of \(list.name) was begun and not finished, so that its matches are not all there: "
                    + "run `vestige match \(path) --list \(list.path)@\(version)` again"
            )
        }
        return chosen.sorted { $0.number < $1.number }
    }

    private func matched(
        _ reference: ListReference,
        among lists: [MatchedList]
    ) throws(CaseFault) -> MatchedList {
        var found: [MatchedList]
        if ListFolder.isList(reference.name) {
            let list = try listed { () throws(ListFault) in try HashList(name: reference.name) }
            found = lists.filter { $0.identifier == list.description.identifier }
        } else {
            found = lists.filter { $0.identifier == reference.name }
            if found.isEmpty { found = lists.filter { $0.name == reference.name } }
        }
        guard let list = found.first else {
            throw CaseFault(
                .badInput,
                "the case was not matched against \(reference.name): run `vestige match \(folder.path.text) --list \(reference.name)` "
                    + "first"
                    + (lists.isEmpty
                        ? ""
                        : ". It was matched against "
                            + lists.map { "\($0.name)@\($0.version)" }.joined(separator: ", "))
            )
        }
        guard found.count == 1 else {
            throw CaseFault(
                .badInput,
                "the case was matched against several lists called \(reference.name): name one by its identifier: "
                    + found.map { "\($0.identifier) of \($0.owner)" }.joined(separator: ", ")
            )
        }
        return list
    }

    /// Whether nothing that a match depends on has changed in the case since it was matched against a list.
    ///
    /// - Throws: ``CaseFault``.
    public func isAsMatched(against list: MatchedList) throws(CaseFault) -> Bool {
        try matchState() == list.certificate.casework.state
    }
}
