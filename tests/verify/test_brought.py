"""What a sentence in other words may not bring in: `pipeline/verify/brought.py`. The first of each were let through by a judge."""

import pytest

from pipeline.verify.brought import check_brought

CASES = [
    # a name written otherwise
    ("Unix performs like models of one task.", "UniX performs on par with models of one task.", "it writes 'Unix'"),
    ("UniX performs like models of one task.", "UniX performs on par with models of one task.", ""),
    ("The models of DNA were read.", "Models of DNA were read.", ""),
    # one of several
    ("PadChest is the largest set of X-rays.", "PadChest is among the largest sets of X-rays.", "leaves out 'among'"),
    ("PadChest is among the largest sets.", "PadChest is among the largest sets of X-rays.", ""),
    ("It is the first such set.", "To our knowledge, it is the first such set.", "leaves out 'to our knowledge'"),
    ("Trees were found in the forest.", "Among other things trees were found in the forest.", ""),
    # a win
    (
        "XrayCLIP outperformed a ResNet on fewer labels.",
        "Over several tests XrayCLIP did strongly with fewer labels than a ResNet.",
        "it says 'outperformed'",
    ),
    ("XrayCLIP outperformed a ResNet.", "XrayCLIP reached a higher accuracy than a ResNet.", ""),
    # the other side of a comparison
    (
        "The networks showed a larger gap compared to several quantum circuits.",
        "The networks showed a larger gap than the classical benchmark.",
        "compares with something else",
    ),
    (
        "The networks showed a larger gap compared to classical benchmarks.",
        "The networks showed a larger gap than the classical benchmark.",
        "",
    ),
    ("Fewer than 20 were read.", "Fewer than 20 of them were read.", ""),
    # an effect
    (
        "DMQ puts early steps first, which helps mitigate errors.",
        "DMQ puts early steps first, since they have errors.",
        "it says 'mitigate'",
    ),
    ("DMQ reduces errors.", "DMQ lowers errors.", ""),
    # a direction that stands with something else
    (
        "Increasing the number of qubits to 8 improved performance.",
        "Merely enlarging the circuit to 8 qubits lowered performance.",
        "not where the evidence has them",
    ),
    # by for to
    ("Errors fell by 50.6%.", "Errors fell to 50.6%.", "it says 'by 50.6'"),
    ("Errors fell by 50%, to 3%.", "Errors fell by 50%, to 3%.", ""),
    # a unit
    ("It reads sets of gigabyte scale.", "It reads sets of giga-scale size.", "does not speak of 'gigabyte'"),
    ("It runs for two hours.", "It takes two hours.", ""),
    # an order
    (
        "To treat noise in images, first apply a transformation to them.",
        "The noise of images is treated, and a transformation applied to them.",
        "tells the reader what to do",
    ),
    ("Use of a transformation treats noise.", "A transformation treats noise.", ""),
    ("To treat noise, the authors apply a transformation.", "A transformation is applied to treat noise.", ""),
]


@pytest.mark.parametrize(("sentence", "evidence", "reason"), CASES)
def test_what_is_brought_in(sentence: str, evidence: str, reason: str) -> None:
    found = check_brought(sentence, evidence, evidence)
    assert bool(found) == bool(reason), found
    assert reason in "; ".join(found)
