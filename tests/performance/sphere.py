"""How wrong the figures of one's sphere are on invented networks of 20,000 people, where the truth is known (R36).

    python -m tests.performance.sphere

People live in towns of very different sizes, have a trade, and know about 220 others on average: in their town, in
their trade, and anywhere. Some of them keep an address book and agree that it is counted, either anywhere or in six
towns only; then the reach of others' contacts is estimated, and compared with the people those contacts really know.
The networks differ in how much of whom one knows is near, and are not those the assumptions were chosen on.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from entremise.protocol import reach
from entremise.protocol.policy import DEFAULT

PEOPLE, TOWNS, TRADES = 20_000, 40, 150
CONTACTS = (20, 50, 100, 200)
ASKED = 25  # people whose reach is estimated, for each number of contacts


@dataclass(frozen=True, kw_only=True)
class Network:
    """Who lives where, and who knows whom."""

    chance: random.Random
    town: Sequence[int]
    knows: Sequence[set[int]]


@dataclass(frozen=True, kw_only=True)
class Errors:
    """Mean absolute errors in per cent of the exact count: of the product, and of the estimate with its pool."""

    where: str
    books: int
    contacts: int
    pool: int
    product: float
    estimate: float


def network(*, seed: int, near: float, people: int = PEOPLE) -> Network:
    """Return an invented network in which so large a part of whom one knows lives in one's own town."""
    chance = random.Random(seed)
    sizes = [chance.lognormvariate(0, 0.7) for _ in range(TOWNS)]
    town = chance.choices(range(TOWNS), sizes, k=people)
    trade = [chance.randrange(TRADES) for _ in range(people)]
    in_town: list[list[int]] = [[] for _ in range(TOWNS)]
    in_trade: list[list[int]] = [[] for _ in range(TRADES)]
    for one in range(people):
        in_town[town[one]].append(one)
        in_trade[trade[one]].append(one)
    knows: list[set[int]] = [set() for _ in range(people)]
    for one in range(people):
        for _ in range(min(900, max(30, int(chance.lognormvariate(math.log(220), 0.5)))) // 2):
            where = chance.random()
            circle: Sequence[int] = range(people)
            circle = in_town[town[one]] if where < near else in_trade[trade[one]] if where < near + 0.2 else circle
            other = chance.choice(circle)
            if other != one:
                knows[one].add(other)
                knows[other].add(one)
    return Network(chance=chance, town=town, knows=knows)


def measured(net: Network, keepers: Sequence[int], *, books: int) -> int:
    """Return the pool as a month would tell it, of so many books with 40 to 200 people each."""
    kept = [
        net.chance.sample(sorted(net.knows[one]), min(len(net.knows[one]), net.chance.randint(40, 200)))
        for one in net.chance.sample(keepers, books)
    ]
    noise = [reach.laplace(net.chance.uniform(1e-9, 1 - 1e-9), scale=DEFAULT.overlap_noise) for _ in range(2)]
    return reach.published(
        sum(map(len, kept)), len(set().union(*kept)), books=books, noise=(noise[0], noise[1]), policy=DEFAULT
    )


def errors(net: Network, *, sizes: Sequence[int] = (10, 40, 100), asked: int = ASKED) -> Iterator[Errors]:
    """Yield the errors for books kept anywhere and in six towns, and for several numbers of contacts."""
    everybody = range(len(net.town))
    six = set(net.chance.sample(range(TOWNS), 6))
    places = {"anywhere": list(everybody), "in six towns": [one for one in everybody if net.town[one] in six]}
    for where, keepers in places.items():
        for books in sizes:
            pool = measured(net, keepers, books=books)
            for contacts in CONTACTS:
                wrong = list(_wrong(net, keepers, contacts=contacts, pool=pool or DEFAULT.sphere_pool, asked=asked))
                yield Errors(
                    where=where,
                    books=books,
                    contacts=contacts,
                    pool=pool,
                    product=100 * mean(abs(product) for product, _estimate in wrong),
                    estimate=100 * mean(abs(estimate) for _product, estimate in wrong),
                )


def _wrong(
    net: Network, keepers: Sequence[int], *, contacts: int, pool: int, asked: int
) -> Iterator[tuple[float, float]]:
    enough = [one for one in keepers if len(net.knows[one]) >= contacts]
    for one in net.chance.sample(enough, min(asked, len(enough))):
        theirs = net.chance.sample(sorted(net.knows[one]), contacts)
        exact = len(set().union(*(net.knows[other] for other in theirs)))
        estimate = reach.estimate(contacts, pool=pool, policy=DEFAULT)
        yield contacts * DEFAULT.sphere_of_each / exact - 1, estimate / exact - 1


def main() -> None:
    """Print the errors of every case, and their means."""
    print("near  books kept    books  contacts  pool told  product  estimate")
    found: list[Errors] = []
    for seed, near in ((11, 0.35), (12, 0.55), (13, 0.7)):
        for one in errors(network(seed=seed, near=near)):
            found.append(one)
            print(
                f"{near:4.0%}  {one.where:12}  {one.books:5}  {one.contacts:8}  {one.pool or '-':>9}"
                f"  {one.product:6.0f}%  {one.estimate:7.0f}%"
            )
    for where in ("anywhere", "in six towns"):
        print(_means(where, [one for one in found if one.where == where]))
    print(_means("mean", found))


def _means(title: str, some: Sequence[Errors]) -> str:
    return f"{title}: product {mean(e.product for e in some):.0f} %, estimate {mean(e.estimate for e in some):.0f} %"


if __name__ == "__main__":
    main()
