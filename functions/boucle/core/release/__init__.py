"""What a series publishes, as a pure function of its ledger: one model of a release, its writer and its reader.

The walk of a figure, from an entry of the ledger to a cell of a chart, passes six rooms and never returns:

1. `boucle.core.privacy.ledger`: entries, each with the noisy tables of one cohort;
2. `boucle.core.release.counts`: their running totals, projected on counts that add up, with the noise in them;
3. `boucle.core.release.questions` (or `rankings`, `crosstabs`): which counts make which figure, over which base;
4. `boucle.core.release.cells`: the figure with its interval, or the reason why there is none;
5. `boucle.core.release.document`: the document that is published, written from the model and read into it again;
6. `boucle.pages.results.rows`: the bar and the numbers of one answer.

What the rooms say to each other stands in `model`: a `Release` of `PublishedTable`s of `PublishedCell`s. `intervals`
makes every `Interval`, which the figure then carries; `estimates` has the statistics; `compare` says what two figures
say together. Nobody else computes an interval, or knows a key of the document.
"""
