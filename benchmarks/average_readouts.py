"""Average what a model was taught at several times: write pipeline/verify/readouts/NAME.gguf and NAME.toml.

    pip install gguf==0.19.0
    python benchmarks/average_readouts.py --name qwen2.5-coder-1.5b-instruct before.toml after.toml

What a model is taught later pushes out some of what it learnt before. The mean of the weights before and after keeps more of both than
either, and costs no more to ask (Wortsman et al. 2022, Model soups; Robust fine-tuning of zero-shot models). Each file stands beside its
adapter, as `benchmarks/train_readout.py` wrote them, the later ones learnt with `--go-on` from the first.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from train_readout import Learnt, comments, read_tensors, render, write_adapter

from pipeline.verify.readout import READOUTS, read_readout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="TOML files, at least two, of one model and layer")
    parser.add_argument("--name", required=True, help="of the model in the catalogue")
    arguments = parser.parse_args()
    files: Sequence[Path] = arguments.files
    readouts = [read_readout(file) for file in files]
    if len(files) < 2 or len({(one.sha256, one.layer) for one in readouts}) > 1:
        parser.error("name at least two files, all of one model and layer")
    adapter = READOUTS / f"{arguments.name}.gguf"
    write_adapter(
        mean([read_tensors(file.with_name(one.adapter)) for file, one in zip(files, readouts, strict=True)]), adapter
    )
    weights = np.mean([one.weights for one in readouts], axis=0)
    learnt = Learnt(float(np.mean([one.bias for one in readouts])), weights)
    told = "".join(dict.fromkeys(line for file in files for line in comments(file).splitlines(keepends=True)))
    made = f"# The mean of {len(files)} such weights, by benchmarks/average_readouts.py.\n"
    written = render(readouts[0].sha256, readouts[0].layer, adapter, learnt)
    adapter.with_suffix(".toml").write_text(told + made + written, encoding="utf-8")
    print(f"wrote {adapter} and {adapter.with_suffix('.toml')}")


def mean(adapters: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The mean of each matrix. That of two products of matrices is another, by 2 % here."""
    return {name: np.mean([one[name] for one in adapters], axis=0) for name in adapters[0]}


if __name__ == "__main__":
    main()
