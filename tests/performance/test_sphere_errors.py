"""R36: on an invented network of 20,000 people the estimate is far nearer the truth than the product."""

from __future__ import annotations

from statistics import mean

from entremise.web.sphere import ERROR_OF_ESTIMATE, ERROR_OF_PRODUCT
from tests.performance import sphere
from tests.structure.repository import ROOT


def test_r36_the_estimate_is_nearer_the_exact_count_than_the_product() -> None:
    found = list(sphere.errors(sphere.network(seed=12, near=0.55), sizes=(40,), asked=6))
    product, estimate = (mean(getattr(one, name) for one in found) for name in ("product", "estimate"))
    print(f"product {product:.0f} %, estimate {estimate:.0f} %")
    assert estimate < 30
    assert estimate < product / 3
    assert all(one.pool > 0 for one in found)


def test_r36_the_page_says_what_the_reference_page_says() -> None:
    page = (ROOT / "docs" / "reference" / "sphere.md").read_text("utf-8")
    assert f"| **mean** | **{ERROR_OF_PRODUCT} %** | **{ERROR_OF_ESTIMATE} %** |" in page
