extension Evaluation {
    /// What two items are to each other: a pair of unrelated files is counted once.
    ///
    /// Of two files that are both looked for and both references, the lower one is the query.
    func isCounted(query: Int, reference: Int) -> Bool {
        guard query != reference, items[query].isQuery, items[reference].isReference else {
            return false
        }
        let isBoth = items[query].isReference && items[reference].isQuery
        return !isBoth || query < reference
    }

    private struct Key: Hashable {
        let comparison: PairKind
        let group: String
    }

    private struct Count {
        var queries = 0
        var pairs = 0
        /// Pairs, by the place of the smallest radius at which they match.
        var hits: [Int]
        var weak: [Int]
        /// For each radius, the queries that match.
        var hitQueries: [Set<Int>]

        init(radii: Int) {
            hits = Array(repeating: 0, count: radii)
            weak = hits
            hitQueries = Array(repeating: [], count: radii)
        }
    }

    /// False matches of each kind of comparison: in all, and by the transform of what was looked for.
    public func falseMatches() -> [FalseMatchFigures] {
        var counts: [Key: Count] = [:]
        countCompared(&counts)
        for index in hits.radii.indices {
            if index == 0 {
                for (pair, _) in hits.distances { count(pair, nil, &counts) }
            }
            for (pair, _) in hits.films[index] { count(pair, index, &counts) }
        }
        return counts.sorted {
            ($0.key.comparison, $0.key.group) < ($1.key.comparison, $1.key.group)
        }.map { key, count in
            FalseMatchFigures(
                comparison: key.comparison,
                group: key.group,
                points: hits.radii.indices.map { index in
                    FalseMatchFigures.Point(
                        radius: hits.radii[index],
                        ofPairs: .ofRare(count.hits[index], of: count.pairs),
                        ofQueries: .ofRare(count.hitQueries[index].count, of: count.queries),
                        weak: key.comparison == .films ? count.weak[index] : nil
                    )
                }
            )
        }
    }

    private func takesPart(_ item: EvaluatedItem, in comparison: PairKind) -> Bool {
        comparison == .films ? item.isAlignable : item.isComparable
    }

    /// Counts the unrelated pairs that were compared.
    ///
    /// - Complexity: O(files + related pairs).
    private func countCompared(_ counts: inout [Key: Count]) {
        var members: [Int: [Int]] = [:]
        for (index, item) in items.enumerated() {
            for family in item.families { members[family, default: []].append(index) }
        }
        for medium in [EvaluatedItem.Medium.picture, .film] {
            for otherMedium in [EvaluatedItem.Medium.picture, .film] {
                let comparison = PairKind(medium, otherMedium)
                func isReference(_ index: Int) -> Bool {
                    items[index].isReference && items[index].medium == otherMedium
                        && takesPart(items[index], in: comparison)
                }
                // References before each place, and of those the ones that are looked for themselves.
                var before = [0]
                var bothBefore = [0]
                for index in items.indices {
                    let counts = isReference(index)
                    before.append(before[index] + (counts ? 1 : 0))
                    bothBefore.append(bothBefore[index] + (counts && items[index].isQuery ? 1 : 0))
                }
                for (index, item) in items.enumerated()
                where item.isQuery && item.medium == medium && takesPart(item, in: comparison) {
                    var compared = before[items.count]
                    if item.isReference { compared -= bothBefore[index] }
                    let related = Set(item.families.flatMap { members[$0] ?? [] }).union([index])
                    compared -= related.count { other in
                        // Itself is a reference that was counted above, if it is one.
                        isReference(other)
                            && (other == index || isCounted(query: index, reference: other))
                    }
                    for group in ["", item.group] {
                        let key = Key(comparison: comparison, group: group)
                        counts[key, default: Count(radii: hits.radii.count)].pairs += compared
                        // A picture is looked for in films and among pictures, each for itself.
                        let isLookedFor = before[items.count] > (isReference(index) ? 1 : 0)
                        counts[key, default: Count(radii: hits.radii.count)].queries +=
                            isLookedFor ? 1 : 0
                    }
                }
            }
        }
        counts = counts.filter { $0.value.pairs > 0 }
    }

    /// Counts a hit if the two are unrelated.
    ///
    /// - Parameter index: of films, the place of the radius; else the distance tells.
    private func count(_ pair: ItemPair, _ index: Int?, _ counts: inout [Key: Count]) {
        let (first, second) = (items[pair.first], items[pair.second])
        guard let one = first.medium, let other = second.medium, first.isUnrelated(to: second)
        else { return }
        let comparison = PairKind(one, other)
        guard takesPart(first, in: comparison), takesPart(second, in: comparison) else { return }
        let roles = [(pair.first, pair.second), (pair.second, pair.first)]
        let radii = index.map { $0..<($0 + 1) } ?? hits.radii.indices
        for (query, reference) in roles
        where items[query].isQuery && items[reference].isReference {
            let isCounted = isCounted(query: query, reference: reference)
            for group in ["", items[query].group] {
                let key = Key(comparison: comparison, group: group)
                for index in radii {
                    switch state(of: pair, comparison, at: index) {
                    case .missed: break
                    case .weak: counts[key]?.weak[index] += isCounted ? 1 : 0
                    case .found:
                        counts[key]?.hits[index] += isCounted ? 1 : 0
                        counts[key]?.hitQueries[index].insert(query)
                    }
                }
            }
        }
    }
}
