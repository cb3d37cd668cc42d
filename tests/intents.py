"""Learns the weights of intents from the example sentences: `python -m tests.intents` writes them.

Ridge regression on which label an example has, over all pairs of examples; rare labels count more.
"""

from collections import Counter

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from handlers.slack.words.sentences.learned.intents import WEIGHTS, masked, terms_of, words_in

EXAMPLES = WEIGHTS.with_name("examples.txt")

RIDGE, LEAST = 0.3, {"w": 1, "k": 1}
"""Strength of the ridge, and in how many examples a term must occur by its kind, twice if nothing is said."""

EVERYDAY = 3
"""In how many examples an everyday word occurs."""
OF_SUBJECTS = frozenset({"?", "ask P", "paper X", "chat aside", "chat adding X"})
"""Labels whose examples have words of subjects, which titles have too."""


def read_examples() -> list[tuple[str, str]]:
    """Return (label, sentence) of all examples."""
    examples, label = [], ""
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            label = line[2:].strip()
        else:
            examples += [(label, sentence.strip()) for sentence in line.split("|") if sentence.strip()]
    return examples


def learned(examples: list[tuple[str, str]]) -> dict[str, np.ndarray]:
    """Return the arrays that are stored; weights are in hundredths."""
    said = [set(words_in(masked(sentence))) for label, sentence in examples if label not in OF_SUBJECTS]
    often = Counter(word for words in said for word in words)
    everyday = (word for word, count in often.items() if count >= EVERYDAY and len(word) > 1)
    each = [terms_of(words_in(masked(sentence))) for _, sentence in examples]
    counts = Counter(term for terms in each for term in terms)
    terms = sorted(term for term, count in counts.items() if count >= LEAST.get(term[0], 2))
    places = {term: place for place, term in enumerate(terms)}
    rarity = np.sqrt(np.log(1 + len(each) / np.array([counts[term] for term in terms])))
    rows, columns, values = [], [], []
    for row, some in enumerate(each):
        there = [(places[term], weight) for term, weight in some.items() if term in places]
        vector = np.array([weight * rarity[place] for place, weight in there])
        rows += [row] * len(there)
        columns += [place for place, _ in there]
        values += list(vector / (np.linalg.norm(vector) or 1))
    matrix = csr_matrix((values, (rows, columns)), shape=(len(each), len(terms)))
    labels = sorted({label for label, _ in examples})
    of = np.array([labels.index(label) for label, _ in examples])
    sizes = np.sqrt(np.bincount(of))[of]
    alike = (matrix @ matrix.T).toarray()
    alike[np.diag_indices_from(alike)] += RIDGE * sizes / sizes.mean()
    told = cho_solve(cho_factor(alike), np.eye(len(labels))[of])
    weights = np.asarray(matrix.T @ told) * 100
    return {
        "labels": np.array("\n".join(labels)),
        "everyday": np.array("\n".join(sorted(everyday))),
        "terms": np.array("\n".join(terms)),
        "rarity": rarity.astype(np.float16),
        "weights": np.clip(np.rint(weights), -127, 127).astype(np.int8),
    }


if __name__ == "__main__":
    np.savez_compressed(WEIGHTS, allow_pickle=False, **learned(read_examples()))
